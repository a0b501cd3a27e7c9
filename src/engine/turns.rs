//! One at a time for the same form number. A form sent twice shares the office's number reserved for it;
//! a twin that is refused must not give that number back while the other is writing it.
//! Not a lock of the series: other forms are numbered meanwhile.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Two different forms rarely wait for each other.
const WAYS: usize = 64;

/// The turns of one server.
pub struct Turns {
    ways: [Mutex<()>; WAYS],
}

impl Turns {
    /// Nobody waits.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            ways: [const { Mutex::new(()) }; WAYS],
        }
    }

    /// Waits until no other holds the turn of this key; no turn is needed without a key.
    pub fn take(&self, key: &str) -> Option<MutexGuard<'_, ()>> {
        if key.is_empty() {
            return None;
        }
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let way = usize::try_from(hasher.finish() % WAYS as u64).ok()?;
        let way = self.ways.get(way)?;
        Some(way.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Default for Turns {
    fn default() -> Self {
        Self::new()
    }
}
