//! Carries outbox events of the volumes into the index, on one thread.
//! Invariant (storage.md I3): the cursor moves in the same index transaction as the rows made from
//! the events before it; rows are replaced from the case's base tables, so a replay is harmless.
//! Where the cursor does not fit the volume (restored, foreign, other epoch) its rows are rebuilt (I4).

use super::catalogue::Catalogue;
use super::confidential;
use super::file::File;
use super::index::{IndexFile, IndexWrite};
use super::mover::CAME;
use super::outbox::START;
use super::query::{Query, Read};
use super::writer::words;
use crate::kit::{Error, Id, Result, ShelfNo};
use rusqlite::params;
use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Events carried in one index transaction.
pub(super) const BATCH: i64 = 500;
/// So many events at once are a busy office: the next batch may gather for a moment, so that it shares
/// pages and its commit instead of taking the processor from those who write.
const BUSY: usize = 8;
const GATHER: Duration = Duration::from_millis(10);
/// More events than this are not replayed from the first one on: a case would be made anew for each of its own.
const MANY: i64 = 20 * BATCH;
/// Cases rebuilt in one index transaction.
const REBUILD: usize = 1000;

/// Rows of the index that one room makes from the base tables of a volume.
pub trait Projection: Send + Sync {
    /// Makes the tables that come from definitions (registers). False where they had to be made anew,
    /// so that every row must be made again.
    fn prepare(&self, index: &IndexWrite<'_>) -> Result<bool>;
    /// Replaces all rows of one case.
    fn refresh(&self, index: &IndexWrite<'_>, volume: &Read, case: Id) -> Result<()>;
    /// Drops all rows of a shelf.
    fn forget(&self, index: &IndexWrite<'_>, shelf: ShelfNo) -> Result<()>;
    /// All cases of a shelf, for a rebuild.
    fn targets(&self, volume: &Read, shelf: ShelfNo) -> Result<Vec<Id>>;
}

#[derive(Default)]
struct State {
    pending: bool,
    stop: bool,
    applied: HashMap<String, i64>,
}

struct Shared {
    catalogue: Arc<Catalogue>,
    index: Arc<IndexFile>,
    projections: Arc<[Box<dyn Projection>]>,
    state: Mutex<State>,
    /// One at a time carries or rebuilds: a rebuild reads one snapshot from end to end, and events
    /// carried meanwhile would be overwritten by it.
    carrying: Mutex<()>,
    /// Something to carry, or time to stop.
    wake: Condvar,
    /// The cursor moved.
    moved: Condvar,
}

pub(super) struct Projector {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Projector {
    /// Repairs the index to the newest event of every volume, then starts the thread.
    pub(super) fn start(
        catalogue: &Arc<Catalogue>,
        index: &Arc<IndexFile>,
        projections: &Arc<[Box<dyn Projection>]>,
    ) -> Result<Self> {
        let shared = Arc::new(Shared {
            catalogue: catalogue.clone(),
            index: index.clone(),
            projections: projections.clone(),
            state: Mutex::default(),
            carrying: Mutex::default(),
            wake: Condvar::new(),
            moved: Condvar::new(),
        });
        shared.prepare()?;
        shared.conceal()?;
        shared.carry_all()?;
        let worker = shared.clone();
        let thread = std::thread::Builder::new()
            .name("projector".into())
            .spawn(move || worker.work())?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    pub(super) fn wake(&self) {
        self.shared.state().pending = true;
        self.shared.wake.notify_one();
    }

    /// Waits until `seq` of a volume is applied.
    pub(super) fn wait(&self, volume: &str, seq: i64, at_most: Duration) -> bool {
        let until = Instant::now() + at_most;
        let mut state = self.shared.state();
        while state.applied.get(volume).copied().unwrap_or(0) < seq {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = self
                .shared
                .moved
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        true
    }

    /// Waits until every volume's newest event is applied.
    pub(super) fn drain(&self, at_most: Duration) -> bool {
        self.wake();
        let until = Instant::now() + at_most;
        self.shared.catalogue.listed().iter().all(|file| {
            let left = until.saturating_duration_since(Instant::now());
            let head = file.read_uncounted().and_then(|r| newest(&r));
            head.is_ok_and(|(seq, _)| self.wait(&file.uuid, seq, left))
        })
    }

    /// Makes the rows follow the departments whose titles stand in no list.
    pub(super) fn conceal(&self) -> Result<()> {
        self.shared.conceal()
    }

    /// Runs `change` while nothing is carried, then makes the tables it asks for. The thread makes their rows.
    pub(super) fn refit(&self, change: impl FnOnce()) -> Result<()> {
        let alone = self.shared.carrying();
        change();
        self.shared.prepare()?;
        drop(alone);
        self.wake();
        Ok(())
    }

    pub(super) fn rebuild(&self) -> Result<()> {
        self.shared.prepare()?;
        for file in self.shared.catalogue.listed() {
            let _alone = self.shared.carrying();
            self.shared.rebuild(&file, Old::Forgotten)?;
        }
        // What was written meanwhile waits for nobody else's write.
        self.wake();
        Ok(())
    }
}

impl Drop for Projector {
    fn drop(&mut self) {
        self.shared.state().stop = true;
        self.shared.wake.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn carrying(&self) -> MutexGuard<'_, ()> {
        self.carrying.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the generated tables. Where they had to be made anew no cursor fits any more, in the
    /// same transaction: a crash before the rebuild is over leads to another rebuild.
    fn prepare(&self) -> Result<()> {
        self.index.change(|ix| {
            let mut there = true;
            for p in self.projections.iter() {
                there &= p.prepare(ix)?;
            }
            if !there {
                ix.execute("UPDATE applied SET epoch = ''", [])?;
            }
            Ok(())
        })
    }

    fn work(&self) {
        while self.woken() {
            let done = catch_unwind(AssertUnwindSafe(|| self.carry_all()))
                .unwrap_or_else(|p| Err(Error::Fault(format!("panic: {}", words(&*p)))));
            match done {
                Ok(carried) if carried >= BUSY => std::thread::sleep(GATHER),
                Ok(_) => {}
                Err(e) => {
                    tracing::error!(cause = %e, "the lists are behind; trying again");
                    std::thread::sleep(Duration::from_millis(500));
                    self.state().pending = true;
                }
            }
        }
    }

    /// Sleeps until there is something to carry; false when it is time to stop.
    fn woken(&self) -> bool {
        let mut state = self.state();
        while !state.pending && !state.stop {
            state = self
                .wake
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.pending = false;
        !state.stop
    }

    /// Carries everything there is; how many events that were.
    fn carry_all(&self) -> Result<usize> {
        let mut all = 0;
        for file in self.catalogue.listed() {
            while let Some(carried) = self.carry(&file)? {
                all += carried;
                if carried < BATCH as usize {
                    break;
                }
            }
        }
        Ok(all)
    }

    /// Carries one batch and says of how many events; a rebuild is a full one. None where there is nothing.
    fn carry(&self, file: &File) -> Result<Option<usize>> {
        let _alone = self.carrying();
        let cursor = self.cursor(&file.uuid)?;
        let read = file.read_uncounted()?;
        if !fits(&read, file, cursor.as_ref())? {
            drop(read);
            // a volume never carried has no rows of lost cases: what stands in the lists of shelves that came
            // into it stays there until it is replaced
            let old = cursor.map_or(Old::Replaced, |_| Old::Forgotten);
            self.rebuild(file, old)?;
            return Ok(Some(BATCH as usize));
        }
        let from = cursor.map_or(0, |c| c.seq);
        let (count, seq) = read.snapshot(|read| {
            let events = events_after(read, from)?;
            let Some(last) = events.last() else {
                return Ok((0, from));
            };
            let cases: BTreeSet<Id> = events.iter().filter_map(|e| e.target).collect();
            let own: BTreeSet<ShelfNo> = shelves(read)?.into_iter().collect();
            self.index.change(|ix| {
                for case in &cases {
                    if own.contains(&case.shelf()) {
                        self.refresh(ix, read, *case)?;
                    } else {
                        self.refresh_elsewhere(ix, *case)?;
                    }
                }
                set_cursor(ix, file, last.seq, &last.chain)
            })?;
            Ok((events.len(), last.seq))
        })?;
        self.applied(&file.uuid, seq);
        Ok((count > 0).then_some(count))
    }

    fn refresh(&self, ix: &IndexWrite<'_>, read: &Read, case: Id) -> Result<()> {
        self.projections
            .iter()
            .try_for_each(|p| p.refresh(ix, read, case))
    }

    /// A case whose shelf has moved since the event: what its present volume says is never older than that.
    fn refresh_elsewhere(&self, ix: &IndexWrite<'_>, case: Id) -> Result<()> {
        let Some(read) = present(&self.catalogue, case.shelf())? else {
            // away: its rows stay as they were
            return Ok(());
        };
        read.snapshot(|read| self.refresh(ix, read, case))
    }

    /// Under `carrying`. The cursor is made to fit nothing first: half a rebuild is no index.
    fn rebuild(&self, file: &File, old: Old) -> Result<()> {
        let read = file.read_uncounted()?;
        self.index.change(|ix| {
            ix.execute(
                "INSERT INTO applied(volume, epoch, seq, chain) VALUES(?1, '', 0, x'')
                 ON CONFLICT(volume) DO UPDATE SET epoch = ''",
                [&file.uuid],
            )
        })?;
        let seq = read.snapshot(|read| {
            let (seq, chain) = newest(read)?;
            for shelf in shelves(read)? {
                self.rebuild_shelf(read, shelf, old)?;
            }
            self.index.change(|ix| set_cursor(ix, file, seq, &chain))?;
            Ok(seq)
        })?;
        self.applied(&file.uuid, seq);
        Ok(())
    }

    fn forget(&self, shelf: ShelfNo) -> Result<()> {
        self.index.change(|ix| {
            self.projections
                .iter()
                .try_for_each(|p| p.forget(ix, shelf))
        })
    }

    fn rebuild_shelf(&self, read: &Read, shelf: ShelfNo, old: Old) -> Result<()> {
        if old == Old::Forgotten {
            self.forget(shelf)?;
        }
        let mut cases = BTreeSet::new();
        for p in self.projections.iter() {
            cases.extend(p.targets(read, shelf)?);
        }
        let cases: Vec<_> = cases.into_iter().collect();
        for some in cases.chunks(REBUILD) {
            self.index
                .change(|ix| some.iter().try_for_each(|c| self.refresh(ix, read, *c)))?;
        }
        Ok(())
    }

    /// Makes the rows of departments anew that became confidential or are it no longer; what the lists were
    /// made for is kept in them, so a crash before the end leads to another round at the next start. Titles
    /// of a volume that is away cannot be told from the rest of a row: its rows go until it is back.
    fn conceal(&self) -> Result<()> {
        let _alone = self.carrying();
        let wanted: BTreeSet<i64> = self.catalogue.kit().hidden.depts();
        let made = confidential::made(&self.index.read_uncounted()?)?;
        if made == wanted {
            return Ok(());
        }
        for (shelf, dept, _) in self.catalogue.shelves()? {
            if made.contains(&dept) == wanted.contains(&dept) {
                continue;
            }
            match self.catalogue.file_of(shelf) {
                Ok(file) => file
                    .read_uncounted()?
                    .snapshot(|read| self.rebuild_shelf(read, shelf, Old::Forgotten))?,
                Err(_) if wanted.contains(&dept) => self.forget(shelf)?,
                Err(_) => {}
            }
        }
        if wanted.iter().any(|dept| !made.contains(dept)) {
            self.index.scrub()?;
        }
        self.index.change(|ix| confidential::set_made(ix, &wanted))
    }

    fn applied(&self, volume: &str, seq: i64) {
        self.state().applied.insert(volume.to_owned(), seq);
        self.moved.notify_all();
    }

    fn cursor(&self, volume: &str) -> Result<Option<Cursor>> {
        self.index.read_uncounted()?.opt(
            "SELECT epoch, seq, chain FROM applied WHERE volume = ?1",
            [volume],
            |r| {
                Ok(Cursor {
                    epoch: r.get(0)?,
                    seq: r.get(1)?,
                    chain: r.get(2)?,
                })
            },
        )
    }
}

/// What becomes of old rows when a volume's are made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Old {
    /// They go first: some may be of cases that are lost.
    Forgotten,
    /// Each stays until its case is made again.
    Replaced,
}

/// A reader of the volume a shelf stands in, in the moment between two owners too.
fn present(catalogue: &Catalogue, shelf: ShelfNo) -> Result<Option<Read>> {
    let Ok(mut file) = catalogue.file_of(shelf) else {
        return Ok(None);
    };
    // a shelf cannot have moved more often than there are volumes while one event is carried
    for _ in 0..=catalogue.volumes().len() {
        let read = file.read_uncounted()?;
        let gone: Option<Option<String>> = read.opt(
            "SELECT to_volume FROM shelf_owner WHERE shelf = ?1 AND state = 'moved'",
            [shelf.0],
            |r| r.get(0),
        )?;
        let Some(to) = gone else {
            return Ok(Some(read));
        };
        match to.and_then(|to| catalogue.with_uuid(&to)) {
            Some(next) => file = next,
            None => return Ok(None),
        }
    }
    Ok(None)
}

pub(super) struct Cursor {
    pub epoch: String,
    pub seq: i64,
    pub chain: Vec<u8>,
}

pub(super) struct Row {
    pub seq: i64,
    pub target: Option<Id>,
    pub chain: Vec<u8>,
    /// The shelf that came into the volume with this event.
    pub came: Option<ShelfNo>,
}

/// Whether the cursor stands on this volume's own chain.
pub(super) fn fits(read: &Read, file: &File, cursor: Option<&Cursor>) -> Result<bool> {
    if cursor.is_some_and(|c| c.epoch != file.epoch) {
        return Ok(false);
    }
    let Some(cursor) = cursor.filter(|c| c.seq > 0) else {
        // Never carried: from the start where nothing was trimmed, it is not long, and no shelf came from
        // elsewhere with what happened there; by rebuild otherwise.
        let (ends, came): ((Option<i64>, Option<i64>), bool) = read.one(
            "SELECT (SELECT min(seq) FROM outbox), (SELECT max(seq) FROM outbox),
               EXISTS (SELECT 1 FROM outbox WHERE kind = ?1)",
            [CAME],
            |r| Ok(((r.get(0)?, r.get(1)?), r.get(2)?)),
        )?;
        return Ok(match ends {
            (Some(oldest), Some(newest)) => oldest == 1 && newest <= MANY && !came,
            _ => true,
        });
    };
    let chain: Option<Vec<u8>> = read.opt(
        "SELECT chain FROM outbox WHERE seq = ?1",
        [cursor.seq],
        |r| r.get(0),
    )?;
    Ok(chain.as_ref() == Some(&cursor.chain))
}

pub(super) fn events_after(read: &Read, seq: i64) -> Result<Vec<Row>> {
    read.all(
        "SELECT seq, target, chain, CASE WHEN kind = ?3 THEN shelf END FROM outbox
         WHERE seq > ?1 ORDER BY seq LIMIT ?2",
        params![seq, BATCH, CAME],
        |r| {
            Ok(Row {
                came: r.get::<_, Option<u16>>(3)?.map(ShelfNo),
                seq: r.get(0)?,
                target: r.get::<_, Option<i64>>(1)?.map(Id::from_raw),
                chain: r.get(2)?,
            })
        },
    )
}

pub(super) fn newest(read: &Read) -> Result<(i64, Vec<u8>)> {
    let head = read.opt(
        "SELECT seq, chain FROM outbox ORDER BY seq DESC LIMIT 1",
        [],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    Ok(head.unwrap_or_else(|| (0, START.to_vec())))
}

pub(super) fn shelves(read: &Read) -> Result<Vec<ShelfNo>> {
    read.all(
        "SELECT shelf FROM shelf_owner WHERE state IN ('active','frozen')",
        [],
        |r| r.get(0).map(ShelfNo),
    )
}

fn set_cursor(ix: &IndexWrite<'_>, file: &File, seq: i64, chain: &[u8]) -> Result<()> {
    ix.execute(
        "INSERT INTO applied(volume, epoch, seq, chain) VALUES(?1,?2,?3,?4)
         ON CONFLICT(volume) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq, chain = excluded.chain",
        params![file.uuid, file.epoch, seq, chain],
    )?;
    Ok(())
}
