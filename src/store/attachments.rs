//! Attachments: contents by digest in a side file with 16 KB pages, references in the volume.
//! Order: contents committed first, then the reference, so a reference never dangles; a crash
//! between leaves a blob nobody names, swept after a day (storage.md §5).

use super::blob::{BlobReader, find_blob};
use super::catalogue::Catalogue;
use super::connect::sql;
use super::file::File;
use super::mover;
use super::query::Query;
use super::{Row, RowResult, Store, Write};
use crate::kit::hash::Hasher;
use crate::kit::{Digest, Error, Id, Millis, PersonId, Result, ShelfNo};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::sync::Arc;

/// Largest file taken in unless the office says otherwise: 200 MB.
pub const MAX_ATTACHMENT: i64 = 200 << 20;
const CHUNK: usize = 256 << 10;
/// Chunks in one transaction: 4 MB (storage.md §5: larger ones block small writers).
const CHUNKS_A_COMMIT: usize = 16;

/// A file that belongs to a case or a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub id: Id,
    pub rev: i64,
    pub owner: Id,
    pub field: String,
    pub name: String,
    pub size: i64,
    pub kind: String,
    pub person: PersonId,
    pub person_name: String,
    pub at: Millis,
    digest: [u8; 32],
}

impl Attachment {
    /// The same file, to be written for another owner.
    #[must_use]
    pub fn of_owner(&self, owner: Id) -> NewAttachment {
        NewAttachment {
            owner,
            field: self.field.clone(),
            name: self.name.clone(),
            size: self.size,
            digest: self.digest(),
            kind: self.kind.clone(),
            person: self.person,
            person_name: self.person_name.clone(),
        }
    }

    /// Digest of the contents.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        Digest(self.digest)
    }
}

/// A reference to be written.
#[derive(Debug, Clone)]
pub struct NewAttachment {
    pub owner: Id,
    pub field: String,
    pub name: String,
    pub size: i64,
    pub digest: Digest,
    pub kind: String,
    pub person: PersonId,
    pub person_name: String,
}

/// Contents on their way in. Dropped unfinished, they are swept at the next start.
pub struct Upload {
    /// None: it is the store's own copy.
    bound: Option<Bound>,
    conn: Connection,
    blob: i64,
    hasher: Hasher,
    size: i64,
    part: Vec<u8>,
    full: Vec<Vec<u8>>,
    written: i64,
}

/// For which shelf, and beside which volume that was when it began.
struct Bound {
    catalogue: Arc<Catalogue>,
    shelf: ShelfNo,
    no: i64,
}

impl Bound {
    /// The shelf moved while its contents came in: they go after it.
    fn follow(&self, digest: Digest) -> Result<()> {
        let now = self.catalogue.file_of(self.shelf)?.no;
        if now != self.no {
            mover::bring(&self.catalogue, digest, now)?;
        }
        Ok(())
    }
}

impl Upload {
    /// Begins in an attachment file.
    pub(super) fn begin(conn: Connection, at: Millis) -> Result<Self> {
        conn.execute(
            "INSERT INTO blob(size, state, at) VALUES(0, 'staging', ?1)",
            [at.0],
        )
        .map_err(sql)?;
        Ok(Self {
            bound: None,
            blob: conn.last_insert_rowid(),
            conn,
            hasher: Hasher::default(),
            size: 0,
            part: Vec::with_capacity(CHUNK),
            full: Vec::new(),
            written: 0,
        })
    }

    /// Takes in the next piece; refuses what is larger than [`MAX_ATTACHMENT`].
    pub fn push(&mut self, mut bytes: &[u8]) -> Result<()> {
        self.size += bytes.len() as i64;
        if self.size > MAX_ATTACHMENT {
            return Err(Error::invalid(
                "",
                "这个文件超过 200 MB。请压缩或分成几个文件再传",
            ));
        }
        self.hasher.update(bytes);
        while !bytes.is_empty() {
            let room = CHUNK - self.part.len();
            let (now, rest) = bytes.split_at(room.min(bytes.len()));
            self.part.extend_from_slice(now);
            bytes = rest;
            if self.part.len() == CHUNK {
                self.full.push(std::mem::take(&mut self.part));
                if self.full.len() == CHUNKS_A_COMMIT {
                    self.flush()?;
                }
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        let tx = self.conn.transaction().map_err(sql)?;
        for data in self.full.drain(..) {
            tx.execute(
                "INSERT INTO chunk(blob, n, data) VALUES(?1,?2,?3)",
                params![self.blob, self.written, data],
            )
            .map_err(sql)?;
            self.written += 1;
        }
        tx.commit().map_err(sql)
    }

    /// Commits the contents and returns digest and size. Contents already there are kept once.
    pub fn finish(mut self) -> Result<(Digest, i64)> {
        if !self.part.is_empty() {
            self.full.push(std::mem::take(&mut self.part));
        }
        self.flush()?;
        let digest = self.hasher.finish();
        // Immediate: after a read a deferred one could not become a writer past another upload.
        let tx = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(sql)?;
        let known: Option<i64> = tx
            .query_row(
                "SELECT id FROM blob WHERE digest = ?1 AND state = 'ready'",
                [digest.0],
                |r| r.get(0),
            )
            .optional()
            .map_err(sql)?;
        if known.is_some() {
            drop_blob(&tx, self.blob)?;
        } else {
            tx.execute(
                "UPDATE blob SET digest = ?2, size = ?3, state = 'ready' WHERE id = ?1",
                params![self.blob, digest.0, self.size],
            )
            .map_err(sql)?;
        }
        tx.commit().map_err(sql)?;
        if let Some(bound) = &self.bound {
            bound.follow(digest)?;
        }
        Ok((digest, self.size))
    }
}

fn drop_blob(c: &Connection, blob: i64) -> Result<()> {
    c.execute("DELETE FROM chunk WHERE blob = ?1", [blob])
        .and_then(|_| c.execute("DELETE FROM blob WHERE id = ?1", [blob]))
        .map(|_| ())
        .map_err(sql)
}

/// Version of the file's tables; 0 where a crash or a full disk came between file and tables. The next
/// upload makes them.
pub(super) fn made(c: &Connection) -> Result<i64> {
    c.pragma_query_value(None, "user_version", |r| r.get(0))
        .map_err(sql)
}

/// Contents nobody names are kept this long: their form may still be on a page.
const ORPHAN_FOR: i64 = 24 * 3_600_000;

/// Start-up: uploads a crash cut short go, and contents a day old that no reference names. It takes
/// room only, so a failure is no reason not to start.
pub(super) fn sweep(catalogue: &Catalogue, now: Millis) {
    // what a shelf left behind when it moved is brought to it before anything goes
    for file in catalogue.volumes() {
        let brought = match has_left(&file) {
            Ok(false) => continue,
            Ok(true) => (catalogue.volumes().iter())
                .filter(|f| !f.is_frozen())
                .try_for_each(|f| mover::bring_all(catalogue, f).map(drop)),
            Err(e) => Err(e),
        };
        if let Err(e) = brought {
            tracing::warn!(cause = %e, "contents that belong beside other volumes were not brought there");
            return;
        }
        break;
    }
    for file in catalogue.volumes() {
        if catalogue.dir().attach(file.no).exists()
            && let Err(e) = sweep_one(catalogue, &file, now)
        {
            tracing::warn!(cause = %e, volume = file.no, "attachments were not swept");
        }
    }
}

/// More than any file has.
const ALL_PAGES: i64 = 1 << 32;

/// Whether a shelf ever moved out of a volume.
fn has_left(file: &File) -> Result<bool> {
    file.read_uncounted()?.one(
        "SELECT EXISTS(SELECT 1 FROM shelf_owner WHERE state = 'moved')",
        [],
        |r| r.get(0),
    )
}

fn sweep_one(catalogue: &Catalogue, file: &File, now: Millis) -> Result<()> {
    let mut conn = catalogue.attach(file.no)?;
    let named: HashSet<[u8; 32]> = file
        .read_uncounted()?
        .all(
            "SELECT digest FROM attachment UNION SELECT digest FROM scan WHERE digest IS NOT NULL",
            [],
            |r| r.get(0),
        )?
        .into_iter()
        .collect();
    let found: Vec<(i64, Option<[u8; 32]>)> = conn
        .prepare("SELECT id, digest FROM blob WHERE state = 'staging' OR at < ?1")
        .and_then(|mut s| {
            s.query_map([now.0 - ORPHAN_FOR], |r| Ok((r.get(0)?, r.get(1)?)))?
                .collect()
        })
        .map_err(sql)?;
    for (blob, digest) in found {
        if digest.is_none_or(|d| !named.contains(&d)) {
            let tx = conn
                .transaction_with_behavior(TransactionBehavior::Immediate)
                .map_err(sql)?;
            drop_blob(&tx, blob)?;
            tx.commit().map_err(sql)?;
        }
    }
    mover::give_back(&conn, ALL_PAGES).map(drop)
}

impl Store {
    /// Begins taking in a file for a shelf's volume.
    pub fn upload(&self, shelf: ShelfNo) -> Result<Upload> {
        let kit = self.inner.catalogue.kit();
        kit.hold.admit()?;
        kit.room.admit_file()?;
        let no = self.inner.catalogue.file_of(shelf)?.no;
        let conn = self.inner.catalogue.attach(no)?;
        let mut upload = Upload::begin(conn, self.clock().now())?;
        upload.bound = Some(Bound {
            catalogue: self.inner.catalogue.clone(),
            shelf,
            no,
        });
        Ok(upload)
    }

    /// Opens contents by digest. `NotFound` where the attachment file lacks them.
    pub fn blob(&self, shelf: ShelfNo, digest: Digest) -> Result<BlobReader> {
        let catalogue = &self.inner.catalogue;
        let file = catalogue.file_of(shelf)?;
        // freezing has copied the contents in
        let own = match file.is_frozen() {
            true => file.path.clone(),
            false => catalogue.dir().attach(file.no),
        };
        // taken in while the shelf moved, they may still stand beside the old volume
        let others = catalogue.volumes();
        let others = others.iter().filter(|f| f.no != file.no);
        let others = others.map(|f| catalogue.dir().attach(f.no));
        for path in std::iter::once(own).chain(others) {
            if let Some(found) = find_blob(&path, digest)? {
                return Ok(found);
            }
        }
        Err(Error::NotFound)
    }
}

impl Write<'_> {
    /// Writes the reference to contents already committed.
    pub fn attach(&mut self, new: &NewAttachment) -> Result<Id> {
        self.attach_at(new, self.at())
    }

    /// The same of a file that was put there before, with when; for a case that goes on from another.
    pub fn attach_at(&mut self, new: &NewAttachment, at: Millis) -> Result<Id> {
        self.must_hold(new.owner)?;
        let id = self.next_id();
        self.execute(
            "INSERT INTO attachment(id, shelf, rev, owner, field, name, size, digest, kind, person, person_name, at, state)
             VALUES(?1,?2,1,?3,?4,?5,?6,?7,?8,?9,?10,?11,'kept')",
            params![
                id.raw(),
                self.shelf().0,
                new.owner.raw(),
                new.field,
                new.name,
                new.size,
                new.digest.0,
                new.kind,
                new.person.0,
                new.person_name,
                at.0
            ],
        )?;
        Ok(id)
    }

    /// Takes a file out of the list; its contents and the row stay.
    pub fn remove_attachment(&self, id: Id) -> Result<()> {
        self.must_hold(id)?;
        match self.execute(
            "UPDATE attachment SET state = 'removed', rev = rev + 1 WHERE id = ?1 AND state = 'kept'",
            [id.raw()],
        )? {
            0 => Err(Error::NotFound),
            _ => Ok(()),
        }
    }

    /// Hands the files of a draft over to its case.
    pub fn hand_over_attachments(&self, draft: Id, case: Id) -> Result<usize> {
        self.execute(
            "UPDATE attachment SET owner = ?2, rev = rev + 1 WHERE owner = ?1 AND state = 'kept'",
            [draft.raw(), case.raw()],
        )
    }
}

/// Files of a case or a draft, in the order they came.
pub fn list(db: &impl Query, owner: Id) -> Result<Vec<Attachment>> {
    db.all(
        "SELECT id, rev, owner, field, name, size, kind, person, person_name, at, digest
         FROM attachment WHERE owner = ?1 AND state = 'kept' ORDER BY id",
        [owner.raw()],
        row,
    )
}

/// One file.
pub fn find(db: &impl Query, id: Id) -> Result<Attachment> {
    db.one(
        "SELECT id, rev, owner, field, name, size, kind, person, person_name, at, digest
         FROM attachment WHERE id = ?1 AND state = 'kept'",
        [id.raw()],
        row,
    )
}

fn row(r: &Row<'_>) -> RowResult<Attachment> {
    Ok(Attachment {
        id: Id::from_raw(r.get(0)?),
        rev: r.get(1)?,
        owner: Id::from_raw(r.get(2)?),
        field: r.get(3)?,
        name: r.get(4)?,
        size: r.get(5)?,
        kind: r.get(6)?,
        person: PersonId(r.get(7)?),
        person_name: r.get(8)?,
        at: Millis(r.get(9)?),
        digest: r.get(10)?,
    })
}
