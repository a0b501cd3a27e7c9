//! The search file beside each volume (`volumes/NNNN.fts`): a projection of that volume alone, with its own
//! cursor on the volume's outbox. What its rows mean is said by `search`; here is only that a file fits.
//! Invariant: the cursor moves in the transaction of the rows made from the events before it; a file that
//! is damaged, another volume's or of other tables is dropped and made again (storage.md §4).
//!
//! Decision 2026-11-22: `found` uses the `ascii` tokenizer, not `unicode61`: the pairs are made here, and that
//! tokenizer follows Unicode 6.1, so that newer characters of names would be lost.

use super::connect::{self, Kind, sql};
use super::file::{File, ReadPool, read_pool, take};
use super::index::{IndexWrite, remove};
use super::migrate::{SEARCH, migrate};
use super::mover::CAME;
use super::projector::{BATCH, Cursor, events_after, fits, newest, shelves};
use super::query::{Query, Read};
use super::seat::Routes;
use super::{Store, params};
use crate::kit::{Error, Id, Result, ShelfNo};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// What a search file has not taken in yet.
pub enum News {
    /// Nothing.
    None,
    /// These cases changed and these shelves came from other volumes; the mark goes in with the last rows.
    Changed(BTreeSet<Id>, Vec<ShelfNo>, Mark),
    /// The file does not fit its volume: all of it is to be made again, with this mark at the end.
    All(Mark),
}

/// How far the volume's outbox is carried when these rows are in.
pub struct Mark {
    epoch: String,
    seq: i64,
    chain: Vec<u8>,
}

impl Mark {
    /// Number of the last event.
    #[must_use]
    pub const fn seq(&self) -> i64 {
        self.seq
    }
}

/// The search file of one volume.
pub struct Side {
    volume: Arc<File>,
    conn: Mutex<Connection>,
    readers: ReadPool,
}

/// The open search files, and the bell that says that something was written.
#[derive(Default)]
pub(super) struct Sides {
    open: Mutex<HashMap<i64, Arc<Side>>>,
    rings: Mutex<u64>,
    bell: Condvar,
    /// How many keep the search files up to date; none: nobody searches.
    keepers: AtomicUsize,
}

impl Sides {
    pub(super) fn ring(&self) {
        *self.rings.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.bell.notify_all();
    }

    /// Lets go of the search file of a volume; it is opened again when it is asked for.
    pub(super) fn close(&self, no: i64) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.remove(&no);
    }

    /// Files to flush at a clean stop.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.values().map(|s| side_path(&s.volume)).collect()
    }
}

impl Store {
    /// The search files of all volumes, those of the highest number first. One that cannot be opened is
    /// made anew.
    pub fn sides(&self) -> Result<Vec<Arc<Side>>> {
        let volumes = self.inner.catalogue.listed();
        let mut open = self
            .inner
            .sides
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        volumes
            .iter()
            .rev()
            .map(|volume| {
                if let Some(side) = open.get(&volume.no)
                    && Arc::ptr_eq(&side.volume, volume)
                {
                    return Ok(side.clone());
                }
                // a volume that went and came back is another file
                open.remove(&volume.no);
                let side = Arc::new(Side::open(volume)?);
                open.insert(volume.no, side.clone());
                Ok(side)
            })
            .collect()
    }

    /// Drops the search file of a volume; the next [`Store::sides`] makes it anew.
    pub fn drop_side(&self, side: Arc<Side>) {
        let path = side_path(&side.volume);
        let mut open = self
            .inner
            .sides
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        open.remove(&side.volume.no);
        drop(side);
        remove(&path);
    }

    /// How often something was written so far.
    #[must_use]
    pub fn rings(&self) -> u64 {
        *self
            .inner
            .sides
            .rings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until something was written since `seen`, at most so long; says how often by now.
    #[must_use]
    pub fn wait_for_ring(&self, seen: u64, at_most: Duration) -> u64 {
        let rings = self
            .inner
            .sides
            .rings
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .inner
            .sides
            .bell
            .wait_timeout_while(rings, at_most, |n| *n <= seen);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    /// Wakes whoever waits for news, without any.
    pub fn ring(&self) {
        self.inner.sides.ring();
    }

    /// Somebody keeps the search files up to date, until the answer is dropped.
    #[must_use]
    pub fn keep_sides(&self) -> Keeping {
        self.inner.sides.keepers.fetch_add(1, Ordering::AcqRel);
        Keeping(self.clone())
    }

    /// Where the shelves stand at this moment, for a search over several files.
    #[must_use]
    pub fn routes(&self) -> Routes {
        self.inner.catalogue.routes()
    }

    /// Whether a shelf that moved is found in its new volume; then its old one's search file forgets it.
    pub(super) fn search_left(&self, shelf: ShelfNo, from: i64) -> Result<bool> {
        let catalogue = &self.inner.catalogue;
        if self.inner.sides.keepers.load(Ordering::Acquire) == 0 {
            catalogue.taken_in(shelf);
            return Ok(true);
        }
        let now = catalogue.file_of(shelf)?.no;
        let sides = self.sides()?;
        if let Some(side) = sides.iter().find(|s| s.no() == now)
            && !side.has_taken(shelf)?
        {
            self.ring();
            return Ok(false);
        }
        if catalogue.taken_in(shelf) {
            // a query that runs now may still count on the old file: it forgets the shelf at the next turn
            return Ok(false);
        }
        if let Some(old) = sides.iter().find(|s| s.no() == from) {
            old.forget(shelf)?;
        }
        Ok(true)
    }
}

/// Held by whoever keeps the search files up to date.
pub struct Keeping(Store);

impl Drop for Keeping {
    fn drop(&mut self) {
        self.0.inner.sides.keepers.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Cases forgotten in one transaction.
const FORGET: i64 = 200;

fn side_path(volume: &File) -> PathBuf {
    volume.path.with_extension("fts")
}

impl Side {
    fn open(volume: &Arc<File>) -> Result<Self> {
        let path = side_path(volume);
        let conn = match try_open(&path, &volume.uuid) {
            Ok(conn) => conn,
            Err(e) => {
                tracing::warn!(cause = %e, volume = volume.no, "the search file is dropped and made anew");
                remove(&path);
                try_open(&path, &volume.uuid)?
            }
        };
        Ok(Self {
            volume: volume.clone(),
            conn: Mutex::new(conn),
            readers: read_pool(&path, &volume.kit)?,
        })
    }

    /// Number of the volume.
    #[must_use]
    pub fn no(&self) -> i64 {
        self.volume.no
    }

    /// Reads the search file.
    pub fn read(&self) -> Result<Read> {
        Ok(Read {
            conn: take(&self.readers)?,
            counters: self.volume.kit.counters.clone(),
        })
    }

    /// Reads the volume, for a request.
    pub fn volume(&self) -> Result<Read> {
        self.volume.read()
    }

    /// Reads the volume, for the one who keeps the file: its statements are no request's.
    pub fn volume_uncounted(&self) -> Result<Read> {
        self.volume.read_uncounted()
    }

    /// One transaction on the search file.
    pub fn change<T>(&self, f: impl FnOnce(&IndexWrite<'_>) -> Result<T>) -> Result<T> {
        let mut conn = self.conn.lock().unwrap_or_else(PoisonError::into_inner);
        let tx = conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(sql)?;
        let out = f(&IndexWrite::on(&tx))?;
        tx.commit().map_err(sql)?;
        Ok(out)
    }

    /// What is not taken in yet, the oldest first.
    pub fn news(&self) -> Result<News> {
        let cursor = self.cursor()?;
        let read = self.volume.read_uncounted()?;
        read.snapshot(|read| {
            if !fits(read, &self.volume, cursor.as_ref())? {
                let (seq, chain) = newest(read)?;
                return Ok(News::All(self.mark(seq, chain)));
            }
            let events = events_after(read, cursor.map_or(0, |c| c.seq))?;
            let Some(last) = events.last() else {
                return Ok(News::None);
            };
            let mark = self.mark(last.seq, last.chain.clone());
            Ok(News::Changed(
                events.iter().filter_map(|e| e.target).collect(),
                events.iter().filter_map(|e| e.came).collect(),
                mark,
            ))
        })
    }

    /// Cases that changed after an event, and the number of the last such event.
    pub fn changed_after(&self, seq: i64) -> Result<(BTreeSet<Id>, i64)> {
        let read = self.volume.read_uncounted()?;
        let events = events_after(&read, seq)?;
        let last = events.last().map_or(seq, |e| e.seq);
        Ok((events.iter().filter_map(|e| e.target).collect(), last))
    }

    /// Whether every event with which a shelf came is taken in.
    fn has_taken(&self, shelf: ShelfNo) -> Result<bool> {
        let cursor = self.cursor()?;
        let read = self.volume.read_uncounted()?;
        if !fits(&read, &self.volume, cursor.as_ref())? {
            return Ok(false);
        }
        let waits: bool = read.one(
            "SELECT EXISTS(SELECT 1 FROM outbox WHERE seq > ?1 AND kind = ?2 AND shelf = ?3)",
            params![cursor.map_or(0, |c| c.seq), CAME, shelf.0],
            |r| r.get(0),
        )?;
        Ok(!waits)
    }

    /// Drops the cases of a shelf that stands elsewhere, in slices.
    fn forget(&self, shelf: ShelfNo) -> Result<()> {
        loop {
            let count = self.change(|ix| {
                let some = ix.all(
                    "SELECT place, case_id FROM doc WHERE ((case_id >> 6) & 65535) = ?1 LIMIT ?2",
                    params![shelf.0, FORGET],
                    |r| Ok((r.get::<_, i64>(0)?, r.get::<_, i64>(1)?)),
                )?;
                for (place, case) in &some {
                    ix.execute("DELETE FROM doc WHERE place = ?1", [place])?;
                    ix.execute("DELETE FROM found WHERE rowid = ?1", [place])?;
                    ix.execute("DELETE FROM doc_content WHERE case_id = ?1", [case])?;
                }
                Ok(some.len())
            })?;
            if count == 0 {
                return Ok(());
            }
        }
    }

    /// How many events one answer of [`Side::news`] carries at most.
    #[must_use]
    pub const fn batch() -> i64 {
        BATCH
    }

    /// The shelves that stand in the volume.
    pub fn shelves(&self) -> Result<Vec<ShelfNo>> {
        shelves(&self.volume.read_uncounted()?)
    }

    fn mark(&self, seq: i64, chain: Vec<u8>) -> Mark {
        Mark {
            epoch: self.volume.epoch.clone(),
            seq,
            chain,
        }
    }

    fn cursor(&self) -> Result<Option<Cursor>> {
        let conn = self.conn.lock().unwrap_or_else(PoisonError::into_inner);
        conn.query_row("SELECT epoch, seq, chain FROM applied", [], |r| {
            Ok(Cursor {
                epoch: r.get(0)?,
                seq: r.get(1)?,
                chain: r.get(2)?,
            })
        })
        .optional()
        .map_err(sql)
    }
}

impl IndexWrite<'_> {
    /// Writes how far the outbox is carried, with the rows made from it.
    pub fn set_mark(&self, mark: &Mark) -> Result<()> {
        self.execute(
            "INSERT INTO applied(one, epoch, seq, chain) VALUES(1,?1,?2,?3)
             ON CONFLICT(one) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq, chain = excluded.chain",
            params![mark.epoch, mark.seq, mark.chain],
        )?;
        Ok(())
    }

    /// Half a file is none: until a mark is set it fits no volume.
    pub fn unset_mark(&self) -> Result<()> {
        self.execute(
            "INSERT INTO applied(one, epoch, seq, chain) VALUES(1,'',0,x'')
             ON CONFLICT(one) DO UPDATE SET epoch = ''",
            [],
        )?;
        Ok(())
    }
}

fn try_open(path: &Path, volume: &str) -> Result<Connection> {
    let mut conn = connect::open(path, Kind::Search)?;
    migrate(&mut conn, Kind::Search)?;
    // Its only writer is off the request path and may checkpoint as it goes.
    conn.pragma_update(None, "wal_autocheckpoint", 1000)
        .map_err(sql)?;
    let wanted = [("schema", SEARCH), ("volume", volume)];
    for (k, v) in wanted {
        conn.execute(
            "INSERT INTO made(k, v) SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM applied) ON CONFLICT(k) DO NOTHING",
            params![k, v],
        )
        .map_err(sql)?;
        let made = conn.query_row("SELECT v FROM made WHERE k = ?1", [k], |r| {
            r.get::<_, String>(0)
        });
        if made.optional().map_err(sql)?.as_deref() != Some(v) {
            return Err(Error::fault(
                "this search file is another volume's or version's",
            ));
        }
    }
    Ok(conn)
}
