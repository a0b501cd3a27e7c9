//! 卡在哪儿: the work of the main lane that somebody has now, as far as a reader's principals may see it and follow
//! where it is. Not here: whose departments those are today (the page asks the directory).
//! Invariant: a task at a step the reader may not follow is in no figure.

use super::supervision::Watch;
use crate::kit::{Id, Millis, Result};
use crate::store::{Query, Row, RowResult, params};
use std::collections::BTreeMap;

/// A piece of work that waits for somebody.
#[derive(Debug, Clone)]
pub struct Hanging {
    pub task: Id,
    pub case: Id,
    /// As a stored principal.
    pub holder: i64,
    /// Empty where the department is confidential.
    pub title: String,
    pub number: Option<String>,
    /// Name of the procedure.
    pub procedure: String,
    pub verb: String,
    pub urgency: String,
    pub given_at: Millis,
    /// When the step is due.
    pub due_at: Option<Millis>,
    /// Of a supervised matter: what its light is reckoned from, on every page alike.
    pub watch: Option<Watch>,
}

/// All that hangs, what is due first in front.
pub fn list_hanging(db: &impl Query, who: &str) -> Result<Vec<Hanging>> {
    db.all(
        "SELECT t.task_id, t.case_id, t.principal, t.title, t.number, t.procedure, t.verb, t.urgency,
           t.given_at, t.due_at, v.due_on, v.told_at, l.opened_at, l.state
         FROM todo t JOIN spent s ON s.task_id = t.task_id
         LEFT JOIN supervised v ON v.case_id = t.case_id LEFT JOIN case_list l ON l.case_id = v.case_id
         WHERE t.purpose = 'do' AND s.done_at IS NULL AND s.place >= (
           SELECT min(a.place) FROM case_access a
           WHERE a.case_id = t.case_id AND a.principal IN (SELECT value FROM json_each(?1)))
         ORDER BY t.due_at IS NULL, t.due_at, t.given_at, t.task_id",
        params![who],
        |r| {
            Ok(Hanging {
                task: Id::from_raw(r.get(0)?),
                case: Id::from_raw(r.get(1)?),
                holder: r.get(2)?,
                title: r.get(3)?,
                number: r.get(4)?,
                procedure: r.get(5)?,
                verb: r.get(6)?,
                urgency: r.get(7)?,
                given_at: Millis(r.get(8)?),
                due_at: r.get::<_, Option<i64>>(9)?.map(Millis),
                watch: watch(r, 10)?,
            })
        },
    )
}

/// Of these cases those that are supervised, with what their light is reckoned from.
pub fn list_watches(db: &impl Query, cases: &[Id]) -> Result<BTreeMap<Id, Watch>> {
    let raw: Vec<i64> = cases.iter().map(|c| c.raw()).collect();
    let all = db.all(
        "SELECT v.case_id, v.due_on, v.told_at, l.opened_at, l.state
         FROM supervised v JOIN case_list l ON l.case_id = v.case_id
         WHERE v.case_id IN (SELECT value FROM json_each(?1))",
        params![serde_json::to_string(&raw)?],
        |r| Ok((Id::from_raw(r.get(0)?), watch(r, 1)?)),
    )?;
    let some = all.into_iter().filter_map(|(case, w)| Some((case, w?)));
    Ok(some.collect())
}

/// Everybody who has something now, as stored principals.
pub fn list_holders(db: &impl Query) -> Result<Vec<i64>> {
    db.all(
        "SELECT DISTINCT principal FROM todo WHERE purpose = 'do'",
        [],
        |r| r.get(0),
    )
}

/// Four columns from this one on; nothing of a case nobody supervises.
fn watch(r: &Row<'_>, at: usize) -> RowResult<Option<Watch>> {
    let opened: Option<i64> = r.get(at + 2)?;
    let Some(opened) = opened else {
        return Ok(None);
    };
    Ok(Some(Watch {
        is_open: r.get::<_, String>(at + 3)? == "open",
        due_on: r.get::<_, String>(at)?.parse().ok(),
        opened_at: Millis(opened),
        told_at: r.get::<_, Option<i64>>(at + 1)?.map(Millis),
    }))
}
