//! Read your own writes, at the reading: a deed is answered when it is on disk, and whoever did it waits
//! for the lists only when the next page is asked for, most times not at all.
//! The alternative, answering after the lists are right, made sixteen people wait in step for one thread.
//! Invariant: nobody's page is drawn before the lists show what that person did, or 200 ms have gone.

use crate::kit::PersonId;
use crate::store::{Receipt, Store};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const AT_MOST: Duration = Duration::from_millis(200);

/// The newest event in each volume, by person and volume.
type Newest = HashMap<(PersonId, String), i64>;

/// What people did and have not looked at since.
#[derive(Default)]
pub struct Unshown {
    newest: Mutex<Newest>,
}

impl Unshown {
    /// Notes what somebody did.
    pub fn note<T>(&self, person: PersonId, receipt: &Receipt<T>) {
        if receipt.seq > 0 {
            let place = (person, receipt.volume.clone());
            self.lock().insert(place, receipt.seq);
        }
    }

    /// Waits until the lists show what this person did.
    pub(super) fn wait(&self, store: &Store, person: PersonId) {
        let mine: Newest = self.lock().extract_if(|(p, _), _| *p == person).collect();
        for ((_, volume), seq) in mine {
            // False: the page says what the lists have; the next one will have the rest.
            let _ = store.settle_event(&volume, seq, AT_MOST);
        }
    }

    /// Whether nobody would have to wait.
    pub(super) fn is_empty(&self, store: &Store) -> bool {
        let mut newest = self.lock();
        newest.retain(|(_, volume), seq| !store.settle_event(volume, *seq, Duration::ZERO));
        newest.is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, Newest> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
