//! The only room that knows SQLite: which file holds what, and that what was answered is on disk.
//!
//! *Lives here*: the data folder, hub, index and volume files, placement, one writer a file with
//! group commit, read pools, outbox and projections, claims, migrations, attachments, verification.
//!
//! *Never here*: what a case, a post or a permission means. Rooms write their own statements in
//! their `*store.rs` files, through [`Query`] and [`Write`], and get no connection.
//!
//! *Start reading at*: [`Store::write`], then [`writer`] (group commit) and [`projector`].
//!
//! Decision 2026-11-21: the hub is a file like the others whose only shelf is 0. It has the same
//! outbox, audit chain and writer, so there is one way to write. The alternative, a hub with code
//! of its own, meant a second audit path to forget.

pub mod attachments;
mod audit;
pub mod backup;
pub mod bare;
mod blob;
pub mod bulk;
mod call_back;
mod catalogue;
mod catalogue_store;
mod checkpoint;
mod claims;
mod clock_hold;
mod confidential;
mod connect;
pub mod copies;
pub mod data_dir;
mod file;
mod folder_place;
mod follower;
pub mod freeze;
mod index;
pub mod kept;
mod log_tail;
mod migrate;
mod migrate_guard;
mod mover;
mod night;
mod night_chains;
mod old_numbers;
mod outbox;
mod owners;
mod packages;
mod peek;
pub mod placement;
mod projector;
mod query;
mod relocation;
mod room;
mod runs;
mod seat;
mod side;
mod singles;
mod sizes;
mod spans;
mod stamp;
pub mod tables;
#[cfg(test)]
mod tests;
mod trouble;
pub mod verify;
mod voids;
mod ways;
mod write;
mod writer;

pub use attachments::{Attachment, MAX_ATTACHMENT, NewAttachment, Upload};
pub use audit::{AuditHead, AuditRow, AuditWish};
pub use blob::{BlobReader, is_damage};
pub use call_back::Lost;
pub use claims::Reserved;
pub use clock_hold::ClockState;
pub use confidential::set_confidential;
pub use data_dir::{DataDir, DirLock};
pub use folder_place::{BadPlace, bad_place};
pub use follower::{Consumer, Effect, Event, Follower};
pub use index::IndexWrite;
pub use mover::{Figures, Mover};
pub use night::{Checked, find_checked};
pub use packages::{Made, Making};
pub use peek::{Peek, Peeked, clearing_asked, kept_zone, peek_health, peek_hub};
pub use projector::Projection;
pub use query::{Query, Read, SqlText};
pub use relocation::{Plan, Relocation, RelocationState, Volume, VolumeState};
pub use room::{Disk, Level, Limits};
pub use room::{disk_of, room_of};
pub use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
pub use rusqlite::{Row, params};
pub use seat::{Routes, Standing};
pub use side::{Keeping, Mark, News, Side};
pub use sizes::{ShelfSize, Spare};
pub use spans::{Clash, ReservedSpans, Want, Wanted};
pub use stamp::Stamp;
pub use trouble::wants_hub;
pub use ways::{Commits, Ways};
pub use write::{Receipt, Write};

/// Result of reading one row.
pub type RowResult<T> = rusqlite::Result<T>;

use crate::kit::{Clock, Error, Result, ShelfNo};
use catalogue::Catalogue;
use connect::Kit;
use file::File;
use serde::{Serialize, de::DeserializeOwned};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Counters of one server instance, for tests and the benchmark.
#[derive(Debug, Default)]
pub struct Counters {
    /// SQL statements run by requests (not by projector, checkpointer or pragmas).
    pub statements: AtomicU64,
    /// Requests that went through a writer.
    pub requests: AtomicU64,
    /// Commits those requests shared.
    pub batches: AtomicU64,
}

impl Counters {
    /// Requests per commit so far.
    #[must_use]
    pub fn mean_batch(&self) -> f64 {
        let batches = self.batches.load(Ordering::Relaxed).max(1);
        self.requests.load(Ordering::Relaxed) as f64 / batches as f64
    }
}

/// All files of one office. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    // Order matters at drop: the threads that use files end before the files close.
    checkpointer: checkpoint::Checkpointer,
    projector: projector::Projector,
    catalogue: Arc<Catalogue>,
    index: Arc<index::IndexFile>,
    in_flight: claims::InFlight,
    bell: Arc<follower::Bell>,
    /// One consumer at a time moves its cursors.
    delivering: Mutex<()>,
    sides: side::Sides,
    backups: backup::Desk,
    works: freeze::Works,
    beside: freeze::Besides,
    moving: Arc<mover::Moving>,
    sizes: sizes::Sizes,
    clock: Clock,
    /// The server did not stop by itself the last time.
    unclean: bool,
}

impl Store {
    /// Opens or makes the files of `dir`, migrates them, repairs what a power cut left behind
    /// (storage.md I3–I5) and only then returns: nothing is served before the lists are right.
    pub fn open(
        dir: &DataDir,
        clock: Clock,
        projections: Vec<Box<dyn Projection>>,
    ) -> Result<Self> {
        Self::open_as(Ways::default(), dir, clock, projections)
    }

    /// The same with another way to commit, for the benchmark.
    pub fn open_as(
        ways: Ways,
        dir: &DataDir,
        clock: Clock,
        projections: Vec<Box<dyn Projection>>,
    ) -> Result<Self> {
        let counters = Arc::new(Counters::default());
        let mut kit = Kit::new(dir, clock.clone(), counters);
        kit.ways = ways;
        let unclean = sound_hub(dir)?;
        backup::learn(dir, clock.now())?;
        let catalogue = Arc::new(Catalogue::open(dir, kit)?);
        claims::repair(&catalogue)?;
        voids::repair(&catalogue)?;
        spans::repair(&catalogue)?;
        if !ways.keeps_contents {
            attachments::sweep(&catalogue, clock.now());
        }
        let (index, projector) = lists(dir, &catalogue, &projections.into())?;
        let checkpointer = checkpoint::Checkpointer::start(&catalogue, index.pause());
        let store = Self {
            inner: Arc::new(Inner {
                checkpointer,
                projector,
                catalogue,
                index,
                in_flight: claims::InFlight::default(),
                bell: Arc::default(),
                delivering: Mutex::default(),
                sides: side::Sides::default(),
                backups: backup::Desk::default(),
                works: freeze::Works::default(),
                beside: freeze::Besides::default(),
                moving: Arc::default(),
                sizes: sizes::Sizes::default(),
                clock,
                unclean,
            }),
        };
        store.judge_clock()?;
        Ok(store)
    }

    /// Removes contents that nobody names, where opening kept them.
    pub fn sweep(&self) {
        attachments::sweep(&self.inner.catalogue, self.inner.clock.now());
    }

    /// The server's clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// Counters of this instance.
    #[must_use]
    pub fn counters(&self) -> &Counters {
        &self.inner.catalogue.kit().counters
    }

    /// Reads the hub.
    pub fn hub(&self) -> Result<Read> {
        self.inner.catalogue.hub().read()
    }

    /// Reads the index: lists over all shelves.
    pub fn index(&self) -> Result<Read> {
        self.inner.index.read()
    }

    /// Reads the volume a shelf stands in. `NotFound` where there is no such shelf; the hub is none: an
    /// id in an address may name any number.
    pub fn shelf(&self, shelf: ShelfNo) -> Result<Read> {
        if shelf == ShelfNo::HUB {
            return Err(Error::NotFound);
        }
        self.inner.catalogue.file_of(shelf)?.read()
    }

    /// Reads one volume, whatever shelves stand in it. Who asks for all of a file must be its keeper.
    pub fn inside(&self, no: i64) -> Result<Read> {
        self.inner.catalogue.volume(no)?.read()
    }

    /// How a shelf can be used now.
    #[must_use]
    pub fn standing(&self, shelf: ShelfNo) -> Standing {
        self.inner.catalogue.standing(shelf)
    }

    /// Whether a shelf's year was closed for good, wherever its file is now.
    #[must_use]
    pub fn is_closed(&self, shelf: ShelfNo) -> bool {
        match self.standing(shelf) {
            Standing::Sealed => true,
            Standing::Away(_) => self.away(shelf).is_none(),
            Standing::Open => false,
        }
    }

    /// The shelf of a department's working year, made on first use. Year 0 is its standing shelf.
    pub fn shelf_for(&self, dept: i64, year: i16) -> Result<ShelfNo> {
        self.inner.catalogue.shelf_for(dept, year)
    }

    /// Decides how shelves are placed, before there is one: the first of an office's settings.
    /// `Conflict` where there is a shelf already; then it is [`Store::change_rule`].
    pub fn place_by(&self, rule: &placement::Rule) -> Result<()> {
        self.inner.catalogue.set_rule(rule)
    }

    /// All shelves with department and year, in order of number.
    pub fn shelves(&self) -> Result<Vec<(ShelfNo, i64, i16)>> {
        self.inner.catalogue.shelves()
    }

    /// One action = one transaction in one volume. `f` runs on the volume's writer thread inside a
    /// savepoint: an error or a panic undoes this request only. Returns after the commit is on disk.
    /// `f` must do no I/O of its own and must not call the store again.
    pub fn write<T>(
        &self,
        shelf: ShelfNo,
        stamp: Stamp,
        f: impl FnOnce(&mut Write<'_>) -> Result<T> + Send + 'static,
    ) -> Result<Receipt<T>>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
    {
        let catalogue = &self.inner.catalogue;
        let waiting = write::Waiting::new(f);
        let receipt = loop {
            let file = catalogue.file_of(shelf)?;
            let counters = catalogue.kit().counters.clone();
            match write::attempt(&file, (shelf, stamp.clone()), counters, &waiting)? {
                Some(receipt) => break receipt,
                // moved while the request was on its way: it goes after the shelf, and nobody notices
                None => catalogue.wait_to_leave(shelf, file.no)?,
            }
        };
        self.inner.projector.wake();
        self.inner.bell.ring();
        self.inner.sides.ring();
        Ok(receipt)
    }

    /// Whether this very submit was answered before: what is asked only of a new one is then past.
    pub fn answered(&self, shelf: ShelfNo, stamp: &Stamp) -> Result<bool> {
        write::answered(&self.shelf(shelf)?, shelf, stamp)
    }

    /// Waits until the lists show what `receipt` wrote, at most 200 ms (read your own writes).
    /// False: the page may say that the list is being refreshed.
    #[must_use]
    pub fn settle<T>(&self, receipt: &Receipt<T>) -> bool {
        self.inner
            .projector
            .wait(&receipt.volume, receipt.seq, Duration::from_millis(200))
    }

    /// The same for an event whose number was kept; zero only asks.
    #[must_use]
    pub fn settle_event(&self, volume: &str, seq: i64, at_most: Duration) -> bool {
        self.inner.projector.wait(volume, seq, at_most)
    }

    /// Waits until every event so far is projected. For tests and the benchmark.
    #[must_use]
    pub fn drain(&self, at_most: Duration) -> bool {
        self.inner.projector.drain(at_most)
    }

    /// Which state the lists are in: what was counted in one holds until the next. Ask before counting.
    #[must_use]
    pub fn lists_version(&self) -> u64 {
        self.inner.index.version()
    }

    /// Whether the lists can be read at once, without waiting for another reader.
    #[must_use]
    pub fn lists_are_free(&self) -> bool {
        self.inner.index.is_free()
    }

    /// 32 bytes that only this machine has, for what must not lie open in a copied file.
    pub fn machine_key(&self) -> Result<[u8; 32]> {
        self.inner.catalogue.dir().machine_key()
    }

    /// The data folder, for those who say where things are.
    #[must_use]
    pub fn root(&self) -> &std::path::Path {
        self.inner.catalogue.dir().root()
    }

    /// What goes on with backups now.
    #[must_use]
    pub fn backups(&self) -> &backup::Desk {
        &self.inner.backups
    }

    /// Drops and rebuilds the whole index.
    pub fn rebuild_index(&self) -> Result<()> {
        // a shelf that changed hands between two files' turns would be made from neither
        let _still = self.inner.moving.switching();
        self.inner.projector.rebuild()
    }

    /// Changes what the lists are made from, and makes those tables anew that it changes; their rows follow
    /// by and by. Nothing is carried into the lists meanwhile.
    pub fn refit_lists(&self, change: impl FnOnce()) -> Result<()> {
        self.inner.projector.refit(change)
    }

    fn files(&self) -> Vec<Arc<File>> {
        self.inner.catalogue.files()
    }

    /// Whether nobody wrote anything for a minute.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        let volumes = self.inner.catalogue.volumes();
        volumes.iter().all(|f| f.idle() >= Duration::from_secs(60))
    }

    /// Whether the server was cut off the last time: its files are to be read through soon.
    #[must_use]
    pub fn was_cut_off(&self) -> bool {
        self.inner.unclean
    }

    /// Says that this is a clean stop; the last thing before it.
    pub fn mark_clean(&self) -> Result<()> {
        self.inner.catalogue.dir().mark_clean()
    }

    /// Flushes the logs into the files, for a clean stop.
    pub fn checkpoint(&self) {
        let catalogue = &self.inner.catalogue;
        let mut paths = vec![catalogue.dir().index()];
        paths.extend(self.inner.sides.paths());
        for file in self.files().into_iter().filter(|f| !f.is_frozen()) {
            paths.push(file.path.clone());
            paths.extend(Some(catalogue.dir().attach(file.no)).filter(|p| p.exists()));
        }
        self.inner.checkpointer.truncate(&paths);
    }
}

/// After a stop that was none, the hub is read through before anything is written to it: without a sound
/// hub nobody can say whose papers are whose. Says whether the stop was none.
fn sound_hub(dir: &DataDir) -> Result<bool> {
    let clean = dir.take_clean_mark();
    if clean || !dir.hub().exists() {
        return Ok(false);
    }
    match call_back::quick_check(&dir.hub(), &Arc::default()) {
        Err(Error::Fault(cause)) => {
            tracing::error!(cause, "the hub is damaged");
            Err(trouble::hub_broken(dir))
        }
        Err(e) => Err(e),
        Ok(()) => Ok(true),
    }
}

/// The index and its projector. An index that cannot be brought up to date is damaged: it is dropped
/// and made again, once.
fn lists(
    dir: &DataDir,
    catalogue: &Arc<Catalogue>,
    projections: &Arc<[Box<dyn Projection>]>,
) -> Result<(Arc<index::IndexFile>, projector::Projector)> {
    let (kit, office) = (catalogue.kit(), &catalogue.hub().uuid);
    let index = Arc::new(index::IndexFile::open(dir, kit, office)?);
    match projector::Projector::start(catalogue, &index, projections) {
        Ok(projector) => Ok((index, projector)),
        Err(Error::Fault(cause)) => {
            tracing::warn!(cause, "the index is dropped and rebuilt");
            drop(index);
            index::remove(&dir.index());
            let index = Arc::new(index::IndexFile::open(dir, kit, office)?);
            let projector = projector::Projector::start(catalogue, &index, projections)?;
            Ok((index, projector))
        }
        Err(e) => Err(e),
    }
}
