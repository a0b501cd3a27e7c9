//! Carries the contents of attachments beside a shelf's rows, from one attachment file into another, digest by
//! digest. Nothing is taken away from the source here: its sweep does that once nothing names them.
//! New ones may come in faster than they can be carried, so those of the last moments follow after the switch.
//! Invariant: what a row names is on disk beside its volume, or beside the one its shelf came from until the
//! mover or the next start has brought it; `Store::blob` looks in both.

use super::job::{Halt, Job};
use crate::kit::{Digest, Error, Result, ShelfNo};
use crate::store::attachments::Upload;
use crate::store::blob::{BlobReader, find_blob};
use crate::store::catalogue::Catalogue;
use crate::store::connect::sql;
use crate::store::file::File;
use rusqlite::Connection;
use std::time::Instant;

/// Contents the rows of a shelf name.
pub(super) fn named(c: &Connection, shelf: ShelfNo) -> Result<Vec<[u8; 32]>> {
    c.prepare(
        "SELECT digest FROM attachment WHERE shelf = ?1
         UNION SELECT digest FROM scan WHERE shelf = ?1 AND digest IS NOT NULL",
    )
    .and_then(|mut s| s.query_map([shelf.0], |r| r.get(0))?.collect())
    .map_err(sql)
}

/// Those of them that the target lacks and the source has.
fn lacking(job: &Job, digests: &[[u8; 32]]) -> Vec<[u8; 32]> {
    let between = (job.source.no, job.target.no);
    let lacks = |digest: &&[u8; 32]| is_lacking(&job.catalogue, between, digest);
    digests.iter().filter(lacks).copied().collect()
}

/// Whether contents are in one volume's attachment file and not in the other's. Unknown is lacking: carrying
/// them says why.
fn is_lacking(catalogue: &Catalogue, (from, to): (i64, i64), digest: &[u8; 32]) -> bool {
    let has = |no| find_blob(&catalogue.dir().attach(no), Digest(*digest));
    match (has(to), has(from)) {
        (Ok(there), Ok(here)) => there.is_none() && here.is_some(),
        _ => true,
    }
}

/// Carries contents, one at a time.
pub(super) fn carry(job: &Job, digests: &[[u8; 32]]) -> Result<(), Halt> {
    for digest in lacking(job, digests) {
        job.go_on()?;
        let began = Instant::now();
        let from = job.catalogue.dir().attach(job.source.no);
        if let Some(blob) = find_blob(&from, Digest(digest))? {
            copy(
                &job.catalogue,
                blob,
                (job.target.no, Digest(digest)),
                || job.go_on(),
            )?;
        }
        job.rest(began.elapsed());
    }
    Ok(())
}

/// Copies contents into the attachment file of a volume.
fn copy(
    catalogue: &Catalogue,
    mut from: BlobReader,
    (to, digest): (i64, Digest),
    go_on: impl Fn() -> Result<(), Halt>,
) -> Result<(), Halt> {
    let mut upload = Upload::begin(catalogue.attach(to)?, catalogue.kit().clock.now())?;
    while let Some(chunk) = from.next_chunk()? {
        go_on()?;
        upload.push(&chunk)?;
    }
    let (came, _) = upload.finish()?;
    if came == digest {
        return Ok(());
    }
    Err(Halt::Trouble(Error::Conflict(
        "有一个附件的内容已经坏了，这一盒没有搬，仍在原来的柜里。请在“体检”里核对数据文件，从备份恢复附件后再搬"
            .into(),
    )))
}

/// Brings contents that a volume names and only another one has: an upload that began before its shelf moved
/// went into the old file.
pub(in crate::store) fn bring(catalogue: &Catalogue, digest: Digest, to: i64) -> Result<bool> {
    if find_blob(&catalogue.dir().attach(to), digest)?.is_some() {
        return Ok(false);
    }
    for file in catalogue.volumes() {
        let Some(blob) = find_blob(&catalogue.dir().attach(file.no), digest)? else {
            continue;
        };
        return match copy(catalogue, blob, (to, digest), || Ok(())) {
            Ok(()) => Ok(true),
            Err(Halt::Trouble(e)) => Err(e),
            Err(_) => Ok(false),
        };
    }
    Ok(false)
}

/// The same for all contents that the rows of a volume name.
pub(in crate::store) fn bring_all(catalogue: &Catalogue, file: &File) -> Result<usize> {
    let read = file.read_uncounted()?;
    let named: Vec<[u8; 32]> = read
        .conn
        .prepare(
            "SELECT digest FROM attachment WHERE shelf IN (SELECT shelf FROM shelf_owner WHERE state = 'active')
             UNION SELECT digest FROM scan WHERE digest IS NOT NULL
               AND shelf IN (SELECT shelf FROM shelf_owner WHERE state = 'active')",
        )
        .and_then(|mut s| s.query_map([], |r| r.get(0))?.collect())
        .map_err(sql)?;
    drop(read);
    let mut brought = 0;
    for digest in named {
        brought += usize::from(bring(catalogue, Digest(digest), file.no)?);
    }
    Ok(brought)
}
