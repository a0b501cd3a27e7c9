//! The one place of a server where its directory changes hands: readers take the value, a reload swaps it.
//! Not for looking anything up (`directory.rs`).
//!
//! Decision 2026-11-28: the handle itself notices that the day has turned and draws the lists anew from
//! the rows it has. The alternative, a job at midnight, fails on the PC that was asleep at midnight.

use super::directory::Directory;
use super::store::{self, Rows};
use crate::kit::{Clock, Day, Result, Zone};
use crate::store::Store;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// Where a server keeps its directory. Cheap to clone.
#[derive(Clone)]
pub struct DirectoryHandle {
    inner: Arc<Shared>,
}

struct Shared {
    clock: Clock,
    current: RwLock<(Arc<Directory>, Zone)>,
    /// One reload at a time: an older load must not land on top of a newer one.
    loading: Mutex<()>,
}

impl DirectoryHandle {
    /// Loads the directory. `zone` decides when a day begins.
    pub fn open(store: &Store, zone: Zone) -> Result<Self> {
        let clock = store.clock().clone();
        let rows = Arc::new(store.hub()?.snapshot(store::list_everything)?);
        let directory = Directory::of(rows, zone.day(clock.now()), 1);
        Ok(Self {
            inner: Arc::new(Shared {
                clock,
                current: RwLock::new((Arc::new(directory), zone)),
                loading: Mutex::new(()),
            }),
        })
    }

    /// The directory of today.
    #[must_use]
    pub fn current(&self) -> Arc<Directory> {
        let (directory, zone) = self.held();
        let today = zone.day(self.inner.clock.now());
        if directory.today() == Some(today) {
            return directory;
        }
        self.turn(today)
    }

    /// Loads again after a hub commit that changed who exists.
    pub fn reload(&self, store: &Store) -> Result<()> {
        let _one = self.alone();
        let rows = Arc::new(store.hub()?.snapshot(store::list_everything)?);
        self.put(rows, None);
        Ok(())
    }

    /// Takes another zone: it is chosen when the server is claimed.
    pub fn use_zone(&self, zone: Zone) {
        let _one = self.alone();
        let rows = self.held().0.rows.clone();
        self.put(rows, Some(zone));
    }

    fn alone(&self) -> MutexGuard<'_, ()> {
        self.inner
            .loading
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn held(&self) -> (Arc<Directory>, Zone) {
        let held = self.inner.current.read();
        // the lock guards one pointer: a panic elsewhere cannot have left it half written
        let held = held.unwrap_or_else(PoisonError::into_inner);
        (held.0.clone(), held.1)
    }

    fn put(&self, rows: Arc<Rows>, zone: Option<Zone>) {
        let (_, old_zone) = self.held();
        let zone = zone.unwrap_or(old_zone);
        let today = zone.day(self.inner.clock.now());
        let held = self.inner.current.write();
        let mut held = held.unwrap_or_else(PoisonError::into_inner);
        let version = held.0.version() + 1;
        *held = (Arc::new(Directory::of(rows, today, version)), zone);
    }

    fn turn(&self, today: Day) -> Arc<Directory> {
        let held = self.inner.current.write();
        let mut held = held.unwrap_or_else(PoisonError::into_inner);
        if held.0.today() != Some(today) {
            let version = held.0.version() + 1;
            held.0 = Arc::new(Directory::of(held.0.rows.clone(), today, version));
        }
        held.0.clone()
    }
}
