//! Which deadlines are worth a word now: the open tasks of the index, put to the no-noise rules.
//! Not here: the rules themselves and who hears of it (`inbox::policy`, `inbox::alert`).

use super::dues_store::{self, Dated};
use crate::inbox::alert::Deadline;
use crate::inbox::policy::{Term, reminders};
use crate::kit::{Calendar, Millis, Result, Zone};
use crate::store::Query;

/// All there is to say now; some of it may have been said before.
pub fn list(
    index: &impl Query,
    zone: Zone,
    calendar: &Calendar,
    now: Millis,
) -> Result<Vec<Deadline>> {
    let all = dues_store::list_dated(index)?;
    let said = all.iter().flat_map(|d| {
        let term = Term {
            given_at: d.given_at,
            due_at: d.due_at,
            level: d.level,
            warn_days: d.warn,
            is_covered: d.covered,
        };
        let found = reminders(&term, now, zone, calendar);
        found.into_iter().map(|r| deadline(d, r, (zone, now)))
    });
    Ok(said.collect())
}

fn deadline(
    d: &Dated,
    reminder: crate::inbox::policy::Reminder,
    (zone, now): (Zone, Millis),
) -> Deadline {
    Deadline {
        task: d.task,
        case: d.case,
        holder: d.holder,
        given_by: d.given_by,
        title: d.title.clone(),
        number: d.number.clone().unwrap_or_default(),
        verb: d.verb.clone(),
        level: d.level,
        due_day: zone.day(d.due_at).short(),
        reminder,
        at: now,
    }
}
