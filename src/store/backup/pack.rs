//! Packs: contents of attachments, sealed together, written once and never changed; and a frozen volume, once.
//! Which contents a backup needs is said by the references in its copies; those a place has already are not written
//! again (blobs never change: storage.md §5).

use super::book::Packed;
use super::desk::Progress;
use super::make::Maker;
use super::manifest::{self, BLOB, Beside};
use super::place::unreachable;
use super::snapshot::Copied;
use crate::kit::hash::Hasher;
use crate::kit::sealed::{Opener, SealKey, Sealer};
use crate::kit::{Digest, Error, Result, sealed};
use crate::store::attachments::made;
use crate::store::catalogue::Catalogue;
use crate::store::connect::{READ_FLAGS, as_reader, sql};
use rusqlite::{Connection, OptionalExtension as _};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

/// Plain bytes after which the next pack begins: small enough for a stick of an old file system.
const MOST: u64 = 256 << 20;

/// Contents that the references of a copied volume name.
pub(super) fn needed(conn: &Connection) -> Result<BTreeSet<[u8; 32]>> {
    conn.prepare(
        "SELECT digest FROM attachment UNION SELECT digest FROM scan WHERE digest IS NOT NULL",
    )
    .and_then(|mut s| s.query_map([], |r| r.get(0))?.collect())
    .map_err(sql)
}

/// The same over all copies but the frozen ones, which hold their contents themselves.
pub(super) fn needed_by(copies: &[Copied]) -> Result<BTreeSet<[u8; 32]>> {
    let mut all = BTreeSet::new();
    for copy in copies.iter().filter(|c| c.no > 0 && !c.frozen) {
        let conn = Connection::open_with_flags(&copy.path, READ_FLAGS).map_err(sql)?;
        all.extend(needed(&conn)?);
    }
    Ok(all)
}

/// The attachment files of the office, for reading.
pub(super) struct Blobs {
    files: Vec<Connection>,
}

/// One of the contents.
pub(super) struct Blob<'b> {
    conn: &'b Connection,
    id: i64,
    pub size: u64,
}

impl Blobs {
    pub(super) fn open(catalogue: &Catalogue) -> Result<Self> {
        let mut files = Vec::new();
        for volume in catalogue.volumes() {
            let path = catalogue.dir().attach(volume.no);
            if path.exists() {
                let mut conn = Connection::open_with_flags(&path, READ_FLAGS).map_err(sql)?;
                as_reader(&mut conn).map_err(sql)?;
                if made(&conn)? > 0 {
                    files.push(conn);
                }
            }
        }
        Ok(Self { files })
    }

    /// Wherever it is: a shelf on its way may have its contents in either volume.
    pub(super) fn find(&self, digest: &[u8; 32]) -> Result<Option<Blob<'_>>> {
        for conn in &self.files {
            let found = conn
                .prepare_cached("SELECT id, size FROM blob WHERE digest = ?1 AND state = 'ready'")
                .and_then(|mut s| {
                    s.query_row([digest], |r| Ok((r.get(0)?, r.get::<_, i64>(1)?)))
                        .optional()
                })
                .map_err(sql)?;
            if let Some((id, size)) = found {
                let size = u64::try_from(size).unwrap_or(0);
                return Ok(Some(Blob { conn, id, size }));
            }
        }
        Ok(None)
    }
}

impl Blob<'_> {
    /// Writes it as a part, and sees that it is what its digest says.
    pub(super) fn write(&self, digest: &[u8; 32], to: &mut impl Write) -> Result<()> {
        let put = |e: io::Error| unreachable(Path::new("备份位置"), &e);
        let name = format!("{BLOB}{}", Digest(*digest).hex());
        manifest::begin(to, &name, self.size).map_err(put)?;
        let mut hasher = Hasher::default();
        for n in 0i64.. {
            let chunk: Option<Vec<u8>> = self
                .conn
                .prepare_cached("SELECT data FROM chunk WHERE blob = ?1 AND n = ?2")
                .and_then(|mut s| s.query_row([self.id, n], |r| r.get(0)).optional())
                .map_err(sql)?;
            let Some(chunk) = chunk else { break };
            hasher.update(&chunk);
            to.write_all(&chunk).map_err(put)?;
        }
        if hasher.finish().0 != *digest {
            return Err(Error::Busy(format!(
                "一个附件的内容（{}）和登记的不符，备份停下了。请在“体检”里看是哪一件，从以前的备份恢复它",
                Digest(*digest).hex().get(..8).unwrap_or_default()
            )));
        }
        Ok(())
    }
}

/// Packs what the place lacks, in packs of their own; `done` hears of each pack once it is on disk and checked.
pub(super) fn write(
    maker: &Maker,
    folder: &Path,
    (lacking, blobs): (&[[u8; 32]], &Blobs),
    progress: &Progress,
    mut done: impl FnMut(Packed) -> Result<()>,
) -> Result<u64> {
    let mut missing = 0;
    let mut rest = lacking.iter().peekable();
    let mut number = 0;
    while rest.peek().is_some() {
        number += 1;
        let name = format!("pack-{}-{number:03}.inkpack", maker.at.0);
        let mut digests = Vec::new();
        let sealed = maker.seal(folder, &name, "pack", |sealer| {
            let mut bytes = 0;
            while bytes < MOST {
                let Some(digest) = rest.next() else { break };
                match blobs.find(digest)? {
                    Some(blob) => {
                        blob.write(digest, sealer)?;
                        digests.push(*digest);
                        bytes += blob.size;
                        progress.more(blob.size)?;
                    }
                    None => missing += 1,
                }
            }
            Ok(())
        })?;
        let pack = Packed {
            beside: sealed,
            digests,
        };
        verify(folder, &pack.beside, &maker.key())?;
        done(pack)?;
    }
    Ok(missing)
}

/// Reads a whole pack back: every content must be what its digest says. Gives what is in it.
pub(super) fn verify(folder: &Path, pack: &Beside, key: &SealKey) -> Result<Vec<[u8; 32]>> {
    let mut all = Vec::new();
    each(&folder.join(&pack.name), key, |digest, from| {
        let (mut hasher, mut piece) = (Hasher::default(), vec![0; 256 << 10]);
        loop {
            let n = from.read(&mut piece).map_err(|e| sealed::why(&e))?;
            if n == 0 {
                break;
            }
            hasher.update(piece.get(..n).unwrap_or_default());
        }
        all.push(digest);
        if hasher.finish().0 == digest {
            return Ok(());
        }
        Err(Error::Busy(format!(
            "{} 里有一个附件和原来不一样",
            pack.name
        )))
    })?;
    Ok(all)
}

/// Every content of a pack.
pub(super) fn each(
    path: &Path,
    key: &SealKey,
    mut f: impl FnMut([u8; 32], &mut dyn Read) -> Result<()>,
) -> Result<()> {
    let file = File::open(path).map_err(|e| unreachable(path, &e))?;
    let opener = Opener::begin(BufReader::new(file)).map_err(|e| sealed::why(&e))?;
    let mut opener = opener.with(key);
    while let Some((name, size)) = manifest::next(&mut opener)? {
        let digest =
            blob_digest(&name).ok_or_else(|| Error::fault("a pack with a strange part"))?;
        let mut part = (&mut opener).take(size);
        f(digest, &mut part)?;
        io::copy(&mut part, &mut io::sink()).map_err(|e| sealed::why(&e))?;
    }
    Ok(())
}

/// The digest in the name of a part.
pub(super) fn blob_digest(name: &str) -> Option<[u8; 32]> {
    let hex = name.strip_prefix(BLOB)?;
    let byte = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..64).step_by(2).map(byte).collect();
    bytes?.try_into().ok()
}

/// Puts a frozen volume beside the backups, once: its bytes never change, so its name says which they are.
pub(super) fn freeze(maker: &Maker, folder: &Path, copy: &Copied) -> Result<Packed> {
    let name = frozen_name(copy);
    let beside = maker.seal(folder, &name, "frozen", |sealer| {
        let mut file = File::open(&copy.path)?;
        manifest::begin(sealer, &manifest::volume(copy.no), copy.size)
            .and_then(|()| io::copy(&mut file, sealer))
            .map_err(|e| unreachable(folder, &e))?;
        Ok(())
    })?;
    Ok(Packed {
        beside,
        digests: Vec::new(),
    })
}

pub(super) fn frozen_name(copy: &Copied) -> String {
    format!("frozen-{}-{}.inkpack", copy.uuid, copy.seq)
}

/// A file at the place, sealed by `fill`: whole or not at all.
pub(super) fn put(
    folder: &Path,
    name: &str,
    fill: impl FnOnce(BufWriter<File>) -> Result<(Sealer<BufWriter<File>>, Result<()>)>,
) -> Result<(u64, Digest)> {
    let part = folder.join(format!("{name}.part"));
    let done = (|| {
        let file = File::create(&part).map_err(|e| unreachable(folder, &e))?;
        let (sealer, filled) = fill(BufWriter::with_capacity(1 << 20, file))?;
        filled?;
        let (out, digest, bytes) = sealer.finish().map_err(|e| unreachable(folder, &e))?;
        let file = out
            .into_inner()
            .map_err(|e| unreachable(folder, e.error()))?;
        file.sync_all().map_err(|e| unreachable(folder, &e))?;
        fs::rename(&part, folder.join(name)).map_err(|e| unreachable(folder, &e))?;
        crate::store::data_dir::keep_names(folder)?;
        Ok((bytes, digest))
    })();
    if done.is_err() {
        let _ = fs::remove_file(&part);
    }
    done
}
