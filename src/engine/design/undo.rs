//! The last edits of each person on each sketch, to be taken back one by one. In memory: after a restart of the
//! server the sketch stands as it was saved, and there is nothing to take back.
//! Invariant: only what this person changed last, and nobody since, can be taken back.

use crate::kit::PersonId;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Edits kept for one sketch.
const DEEP: usize = 50;
/// Sketches kept at once; beyond it the oldest is forgotten.
const WIDE: usize = 200;

/// A text as it was, and the version its change made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    pub text: String,
    /// The sketch's `rev` after the change.
    pub made: i64,
    /// What was done.
    pub what: String,
}

type Kept = BTreeMap<(i64, String), (u64, Vec<Before>)>;

/// All of them.
#[derive(Debug, Default)]
pub struct Undo {
    kept: Mutex<(u64, Kept)>,
}

impl Undo {
    /// Nothing to take back yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            kept: Mutex::new((0, BTreeMap::new())),
        }
    }

    /// A change was saved.
    pub fn note(&self, person: PersonId, procedure: &str, before: Before) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.0 += 1;
        let now = kept.0;
        if kept.1.len() >= WIDE {
            let oldest = kept.1.iter().min_by_key(|(_, (at, _))| *at);
            if let Some(key) = oldest.map(|(k, _)| k.clone()) {
                kept.1.remove(&key);
            }
        }
        let key = (person.0, procedure.to_owned());
        let entry = kept.1.entry(key).or_default();
        entry.0 = now;
        entry.1.push(before);
        if entry.1.len() > DEEP {
            entry.1.remove(0);
        }
    }

    /// What would be taken back, where the sketch still stands at the version that change made.
    pub fn last(&self, person: PersonId, procedure: &str, rev: i64) -> Option<Before> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let all = &kept.1.get(&(person.0, procedure.to_owned()))?.1;
        all.last().filter(|b| b.made == rev).cloned()
    }

    /// It was taken back; the one before it now belongs to the version that made.
    pub fn taken(&self, person: PersonId, procedure: &str, rev: i64) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, all)) = kept.1.get_mut(&(person.0, procedure.to_owned())) {
            all.pop();
            if let Some(before) = all.last_mut() {
                before.made = rev;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn before(made: i64) -> Before {
        Before {
            text: format!("t{made}"),
            made,
            what: "加一格".into(),
        }
    }

    #[test]
    fn only_ones_own_last_change_is_taken_back() {
        let (undo, me) = (Undo::default(), PersonId(1));
        undo.note(me, "a", before(2));
        undo.note(me, "a", before(3));
        assert_eq!(undo.last(me, "a", 4), None, "somebody saved since");
        assert_eq!(undo.last(PersonId(2), "a", 3), None);
        assert_eq!(undo.last(me, "a", 3), Some(before(3)));
        undo.taken(me, "a", 4);
        assert_eq!(undo.last(me, "a", 4).map(|b| b.text), Some("t2".into()));
    }
}
