//! What the alarms are fed with while people work, and what they raised until the next write. The rules are in
//! `alarm.rs`. Not for telling anybody. Invariant: feeding never fails and never waits for a file.

use super::alarm::{Gauge, Raised, Rule};
use super::refusal::Refused;
use crate::kit::{Millis, PersonId, Zone};
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Default)]
struct Held {
    gauge: Gauge,
    raised: Vec<Raised>,
}

/// The alarms of one server instance.
pub(super) struct Watch {
    zone: Zone,
    held: Mutex<Held>,
}

impl Watch {
    pub(super) fn new(zone: Zone) -> Self {
        Self {
            zone,
            held: Mutex::default(),
        }
    }

    pub(super) fn refused(&self, refused: &Refused, now: Millis) {
        let mut held = self.lock();
        let raised = held.gauge.refused(refused, now);
        held.raised.extend(raised);
    }

    pub(super) fn took(&self, person: PersonId, what: (usize, usize), now: Millis) {
        let mut held = self.lock();
        let raised = held.gauge.took(&actor(person), what, now);
        held.raised.extend(raised);
    }

    /// An administrator came in; `works` says whether today is worked.
    pub(super) fn admin_in(&self, (person, address): (PersonId, &str), works: bool, now: Millis) {
        let mut held = self.lock();
        let who = actor(person);
        let raised = held
            .gauge
            .admin_in((&who, address), (self.zone, works), now);
        held.raised.extend(raised);
    }

    /// Whether a day is worked is asked of the calendar by the day of this zone.
    pub(super) const fn zone(&self) -> Zone {
        self.zone
    }

    /// Somebody was given administrator's roles.
    pub(super) fn new_admin(&self, person: PersonId, (by, roles): (&str, &[&str]), now: Millis) {
        self.lock().raised.push(Raised {
            rule: Rule::NewAdmin,
            who: actor(person),
            address: String::new(),
            words: format!("由{by}授予{}", roles.join("、")),
            at: now,
        });
    }

    /// Takes what has to be written; [`Self::give_back`] it where the write fails.
    pub(super) fn take(&self) -> Vec<Raised> {
        std::mem::take(&mut self.lock().raised)
    }

    pub(super) fn give_back(&self, mut before: Vec<Raised>) {
        let mut held = self.lock();
        before.append(&mut held.raised);
        held.raised = before;
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn actor(person: PersonId) -> String {
    format!("person:{person}")
}
