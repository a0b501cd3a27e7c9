//! What is known of the server's own health beside the store's facts: where the folder stands, what browsers
//! say of the time, the last check and one under way. In memory; the last check is also a row of the hub.
//! Not for judging: `screens::health` makes lights of it.

use crate::kit::{Millis, PersonId};
use crate::store::{BadPlace, Checked, DataDir, bad_place};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a browser said counts for so long.
const FRESH_MS: i64 = 15 * 60_000;
/// Browsers and server may differ by this much: 5 minutes.
pub const APART_MS: i64 = 5 * 60_000;
const MOST: usize = 500;

/// Of one server instance.
pub struct Health {
    /// What is wrong with where the data folder stands.
    pub place: Option<BadPlace>,
    /// By person: how far their PC's time is ahead of the server's, and when they said so.
    clocks: Mutex<HashMap<PersonId, (i64, Millis)>>,
    checked: Mutex<Option<Arc<Checked>>>,
    checking: AtomicBool,
    stop: Arc<AtomicBool>,
}

impl Health {
    pub(super) fn of(dir: &DataDir, checked: Option<Checked>) -> Self {
        Self {
            place: bad_place(dir.root()),
            clocks: Mutex::default(),
            checked: Mutex::new(checked.map(Arc::new)),
            checking: AtomicBool::new(false),
            stop: Arc::default(),
        }
    }

    /// A browser said what time it is there.
    pub fn hear(&self, person: PersonId, theirs: Millis, now: Millis) {
        let mut clocks = self.clocks();
        clocks.retain(|_, (_, at)| (now.0 - at.0).abs() < FRESH_MS);
        if clocks.len() < MOST {
            clocks.insert(person, (theirs.0.saturating_sub(now.0), now));
        }
    }

    /// How far the PCs of the office are ahead of the server: the middle of what at least two people's
    /// say. One alone may be the wrong one.
    #[must_use]
    pub fn ahead(&self) -> Option<i64> {
        let mut all: Vec<i64> = self.clocks().values().map(|(ahead, _)| *ahead).collect();
        all.sort_unstable();
        let middle = all.get(all.len() / 2).copied();
        middle.filter(|_| all.len() >= 2)
    }

    /// What the last check found.
    #[must_use]
    pub fn checked(&self) -> Option<Arc<Checked>> {
        lock(&self.checked).clone()
    }

    /// Whether a check is under way.
    #[must_use]
    pub fn is_checking(&self) -> bool {
        self.checking.load(Ordering::Acquire)
    }

    /// Begins a check; `None` where one is under way. What comes back asks it to end.
    pub fn begin(&self) -> Option<Arc<AtomicBool>> {
        if self.checking.swap(true, Ordering::AcqRel) {
            return None;
        }
        self.stop.store(false, Ordering::Release);
        Some(self.stop.clone())
    }

    /// A check ended, with a result where it was not cancelled.
    pub fn end(&self, found: Option<Checked>) {
        if let Some(found) = found {
            *lock(&self.checked) = Some(Arc::new(found));
        }
        self.checking.store(false, Ordering::Release);
    }

    /// Asks a check under way to end.
    pub fn cancel(&self) {
        self.stop.store(true, Ordering::Release);
    }

    fn clocks(&self) -> MutexGuard<'_, HashMap<PersonId, (i64, Millis)>> {
        lock(&self.clocks)
    }
}

fn lock<T>(held: &Mutex<T>) -> MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r10_one_browser_alone_accuses_nobody() {
        let dir = DataDir::at("/nowhere");
        let health = Health::of(&dir, None);
        let now = Millis(1_000_000_000);
        let year = 365 * 24 * 3_600_000;
        health.hear(PersonId(1), Millis(now.0 - year), now);
        assert_eq!(health.ahead(), None);
        health.hear(PersonId(2), Millis(now.0 - year + 900), now);
        assert_eq!(health.ahead(), Some(900 - year));
        health.hear(PersonId(1), now, now);
        health.hear(PersonId(2), Millis(now.0 + 20), now);
        assert!(health.ahead().is_some_and(|a| a.abs() < APART_MS));
        // what was said long ago is no witness
        health.hear(PersonId(3), now, Millis(now.0 + FRESH_MS + 1));
        assert_eq!(health.ahead(), None);
    }

    #[test]
    fn one_check_at_a_time() {
        let health = Health::of(&DataDir::at("/nowhere"), None);
        let stop = health.begin();
        assert!(stop.is_some() && health.begin().is_none());
        health.cancel();
        assert!(stop.is_some_and(|s| s.load(Ordering::Acquire)));
        health.end(None);
        assert!(health.checked().is_none() && health.begin().is_some());
    }
}
