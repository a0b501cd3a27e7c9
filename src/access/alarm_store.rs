//! SQL of alarms. Rows are never deleted; the only change is who looked at one, once.

use super::alarm::{Alarm, Raised, Rule};
use crate::kit::{Millis, PersonId, Result};
use crate::store::{Query, Write, params};

pub(super) fn insert_alarm(w: &Write<'_>, a: &Raised) -> Result<usize> {
    w.execute(
        "INSERT INTO alarm(rule, who, address, words, at) VALUES(?1, ?2, ?3, ?4, ?5)",
        params![a.rule.id(), a.who, a.address, a.words, a.at.0],
    )
}

pub(super) fn set_seen(w: &Write<'_>, id: i64, person: PersonId) -> Result<usize> {
    w.execute(
        "UPDATE alarm SET seen_by = ?2, seen_at = ?3 WHERE id = ?1 AND seen_at IS NULL",
        params![id, person.0, w.at().0],
    )
}

pub(super) fn count_open(q: &impl Query) -> Result<i64> {
    q.one(
        "SELECT count(*) FROM alarm WHERE seen_at IS NULL",
        [],
        |r| r.get(0),
    )
}

pub(super) fn list_alarms(q: &impl Query, most: i64) -> Result<Vec<Alarm>> {
    q.all(
        "SELECT id, rule, who, address, words, at, seen_by, seen_at FROM alarm
         ORDER BY seen_at IS NOT NULL, id DESC LIMIT ?1",
        [most],
        |r| {
            let seen: Option<i64> = r.get(7)?;
            let by: Option<i64> = r.get(6)?;
            Ok(Alarm {
                id: r.get(0)?,
                rule: Rule::of(&r.get::<_, String>(1)?),
                who: r.get(2)?,
                address: r.get(3)?,
                words: r.get(4)?,
                at: Millis(r.get(5)?),
                seen: by.map(PersonId).zip(seen.map(Millis)),
            })
        },
    )
}
