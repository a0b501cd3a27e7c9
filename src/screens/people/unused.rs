//! When people last logged in, and whose account lies idle (GB/T 22239-2019 8.1.4.2 c): for the list of people, the page of one, and
//! the self-check. Read from the audit, which nobody can tidy up. Not for shutting an account: that is `account`'s.

use crate::access::{Account, State as Standing};
use crate::kit::{Millis, PersonId, Result};
use crate::web::{State, Visit};
use std::collections::HashMap;

/// Days after which an account counts as unused.
pub const DAYS: i64 = 90;
const DAY_MS: i64 = 86_400_000;
const COMING_IN: &str = "session.begin";

/// When somebody last logged in.
pub fn last(visit: &Visit, person: PersonId) -> Result<Option<Millis>> {
    let actor = format!("person:{person}");
    visit.state.store.last_act(COMING_IN, &actor)
}

/// Open accounts nobody came in with for so long, with the last time; one that was never used counts from when it was made.
pub fn list(state: &State, now: Millis) -> Result<HashMap<PersonId, Option<Millis>>> {
    let acts: HashMap<String, Millis> = state.store.last_acts(COMING_IN)?.into_iter().collect();
    let since = now.0 - DAYS * DAY_MS;
    let idle = |a: &Account| {
        let last = acts.get(&format!("person:{}", a.person)).copied();
        let open = a.state != Standing::Disabled;
        (open && last.unwrap_or(a.changed_at).0 < since).then_some((a.person, last))
    };
    Ok(state.access.accounts().iter().filter_map(idle).collect())
}
