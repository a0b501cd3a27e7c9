//! Moves shelves into other volumes while the office works (storage.md §7), one after another.
//!
//! *Lives here*: [`shape`] (statements of one table), [`copy`] (rows over, changes after),
//! [`compare`], [`contents`] (attachments), [`switch`] (the moment the shelf changes hands), [`purge`] (what stays behind).
//!
//! *Never here*: which shelf is to stand where (`relocation`), and what a start finds (`owners`).
//!
//! *Start reading at*: `worker::relocate`. Invariant: at every moment exactly one file says `active` of a shelf,
//! or one says `moved` to the other that says `incoming` and holds every row.
//!
//! Decision 2026-11-22: changes are noted by triggers in the changing transaction, not read from the outbox: an
//! action may be quiet, and drafts, scans and receipts announce nothing.
//!
//! Decision 2026-11-22: both sides are compared row against row, value against value, outside the pause; what
//! changes during that is noted, and read back in the target when it is carried. A sum of row hashes would say
//! less (which row?) and cost more.

mod compare;
mod contents;
mod copy;
mod job;
mod purge;
mod shape;
mod shrink;
mod switch;
mod worker;

pub(super) use contents::{bring, bring_all};
pub(super) use purge::{abandon, incoming};
pub(super) use shape::NOTING;
pub(super) use shrink::give_back;
pub(super) use switch::{CAME, set_volume, take_over};

use super::Store;
use crate::kit::{Result, ShelfNo};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use worker::{Next, Worker};

/// So long after the switch rows stay readable in the old file: a page may still hold a reader of it.
const GRACE: Duration = Duration::from_secs(15);

/// What the mover did since the start, for the benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Rows copied and compared.
    pub rows: u64,
    /// How long that took.
    pub worked: Duration,
    /// The longest that the writers of a shelf stood still.
    pub longest_pause: Duration,
    /// Shelves that switched.
    pub shelves: u64,
}

/// What mover, cancelling and reading share.
#[derive(Default)]
pub(super) struct Moving {
    /// One at a time moves.
    working: Mutex<()>,
    /// Held while a shelf changes hands, and by whoever gives shelves up or rebuilds the lists.
    switching: Mutex<()>,
    stop: AtomicBool,
    rung: Mutex<bool>,
    bell: Condvar,
    /// When shelves switched in this run of the server.
    switched: Mutex<HashMap<ShelfNo, Instant>>,
    rows: AtomicU64,
    worked_ms: AtomicU64,
    pause_us: AtomicU64,
    shelves: AtomicU64,
}

impl Moving {
    pub(super) fn switching(&self) -> MutexGuard<'_, ()> {
        self.switching
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// There may be something to move.
    pub(super) fn ring(&self) {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.bell.notify_all();
    }

    fn stopping(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn wait(&self, at_most: Duration) {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .bell
            .wait_timeout_while(rung, at_most, |rung| !*rung && !self.stopping());
        *waited.unwrap_or_else(PoisonError::into_inner).0 = false;
    }

    fn switched(&self) -> MutexGuard<'_, HashMap<ShelfNo, Instant>> {
        self.switched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The mover's thread; ends when this is dropped, between two slices.
pub struct Mover {
    moving: Arc<Moving>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Mover {
    fn drop(&mut self) {
        self.moving.stop.store(true, Ordering::Relaxed);
        self.moving.ring();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        self.moving.stop.store(false, Ordering::Relaxed);
    }
}

impl Store {
    /// Moves what waits, and what will wait, until the answer is dropped; rests between its slices.
    pub fn start_mover(&self) -> Result<Mover> {
        self.start_mover_with(GRACE)
    }

    /// The same with another time for which rows stay readable in the old file.
    pub fn start_mover_with(&self, grace: Duration) -> Result<Mover> {
        let (store, moving) = (self.clone(), self.inner.moving.clone());
        let thread = std::thread::Builder::new()
            .name("mover".into())
            .spawn(move || Worker::new(&store, Some(grace)).work())?;
        Ok(Mover {
            moving,
            thread: Some(thread),
        })
    }

    /// Moves what waits here and now, without rests, until nothing waits. For the command line and for tests:
    /// rows do not stay readable in the old file, so nobody should be reading.
    pub fn relocate_now(&self) -> Result<()> {
        let worker = Worker::new(self, None);
        loop {
            match worker.pass()? {
                Next::Again => {}
                Next::Later(None) => return Ok(()),
                Next::Later(Some(e)) => return Err(e),
            }
        }
    }

    /// What the mover did since the start.
    #[must_use]
    pub fn moving_figures(&self) -> Figures {
        let moving = &self.inner.moving;
        let of = |n: &AtomicU64| n.load(Ordering::Relaxed);
        Figures {
            rows: of(&moving.rows),
            worked: Duration::from_millis(of(&moving.worked_ms)),
            longest_pause: Duration::from_micros(of(&moving.pause_us)),
            shelves: of(&moving.shelves),
        }
    }
}
