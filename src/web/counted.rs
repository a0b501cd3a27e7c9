//! Counts of the lists, kept until the lists change: every page shows some, and between two commits
//! they are the same. Not for rows: those are read anew each time.
//! Invariant: a count is kept under the state of the lists asked for before it was counted, so it is
//! never older than what the reader could have seen.

use crate::kit::Result;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// So many different counts between two commits; more are counted and not kept.
const MOST: usize = 10_000;

/// Counts by what was counted, of one state of the lists.
pub struct Counted<T> {
    kept: Mutex<(u64, HashMap<String, T>)>,
}

impl<T> Default for Counted<T> {
    fn default() -> Self {
        Self {
            kept: Mutex::default(),
        }
    }
}

impl<T: Clone> Counted<T> {
    /// What was counted for this state, or counts now. `key` names everything the count depends on.
    pub fn once(&self, version: u64, key: &str, count: impl FnOnce() -> Result<T>) -> Result<T> {
        if let Some(known) = self.find(version, key) {
            return Ok(known);
        }
        let counted = count()?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 < version {
            *kept = (version, HashMap::new());
        }
        if kept.0 == version && kept.1.len() < MOST {
            kept.1.insert(key.to_owned(), counted.clone());
        }
        Ok(counted)
    }

    fn find(&self, version: u64, key: &str) -> Option<T> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 == version {
            kept.1.get(key).cloned()
        } else {
            None
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn counts_once_a_state() {
        let counted = Counted::default();
        assert_eq!(counted.once(1, "a", || Ok(1)).unwrap(), 1);
        assert_eq!(counted.once(1, "a", || Ok(2)).unwrap(), 1);
        assert_eq!(counted.once(1, "b", || Ok(3)).unwrap(), 3);
        assert_eq!(counted.once(2, "a", || Ok(4)).unwrap(), 4);
        assert_eq!(
            counted.once(1, "a", || Ok(5)).unwrap(),
            5,
            "an older state is not kept"
        );
        assert_eq!(counted.once(2, "a", || Ok(6)).unwrap(), 4);
    }
}
