//! What reminders and the page's own asking read of the to-do rows: deadlines, and what came last.
//! The rows are made in `todo_store`; what is worth a word is decided in `dues`.

use crate::kit::{Id, Millis, PersonId, Result};
use crate::store::Query;

/// A task with a deadline somebody may have to be reminded of.
#[derive(Debug, Clone)]
pub struct Dated {
    pub task: Id,
    pub case: Id,
    /// As a stored principal.
    pub holder: i64,
    pub given_by: Option<PersonId>,
    pub title: String,
    pub number: Option<String>,
    pub verb: String,
    pub level: u8,
    pub warn: i64,
    /// Whether those days are kept from who has it.
    pub covered: bool,
    pub given_at: Millis,
    pub due_at: Millis,
}

/// Everything of the main lane that has a deadline and may be spoken of.
pub fn list_dated(db: &impl Query) -> Result<Vec<Dated>> {
    db.all(
        "SELECT task_id, case_id, principal, given_by, title, number, verb, level, warn, given_at, due_at,
           covered
         FROM todo WHERE due_at IS NOT NULL AND warn >= 0 AND purpose = 'do'",
        [],
        |r| {
            Ok(Dated {
                task: Id::from_raw(r.get(0)?),
                case: Id::from_raw(r.get(1)?),
                holder: r.get(2)?,
                given_by: r.get::<_, Option<i64>>(3)?.map(PersonId),
                title: r.get(4)?,
                number: r.get(5)?,
                verb: r.get(6)?,
                level: r.get(7)?,
                warn: r.get(8)?,
                given_at: Millis(r.get(9)?),
                due_at: Millis(r.get(10)?),
                covered: r.get(11)?,
            })
        },
    )
}

/// Open cases with a date on their main lane.
pub fn list_dated_cases(db: &impl Query) -> Result<Vec<Id>> {
    db.all(
        "SELECT DISTINCT case_id FROM todo WHERE due_at IS NOT NULL AND purpose = 'do' ORDER BY case_id",
        [],
        |r| r.get(0).map(Id::from_raw),
    )
}

/// Cases of a procedure that wait for somebody, the newest first; so many as a page can speak of.
pub fn list_waiting_of(db: &impl Query, procedure: &str) -> Result<Vec<Id>> {
    db.all(
        "SELECT DISTINCT case_id FROM todo WHERE of = ?1 ORDER BY case_id DESC LIMIT 200",
        [procedure],
        |r| r.get(0).map(Id::from_raw),
    )
}

/// When what waits for these principals was given, the newest first; and the newest most urgent one.
pub fn newest_todo(db: &impl Query, who: &str) -> Result<(Vec<i64>, i64)> {
    let all: Vec<(i64, u8)> = db.all(
        "SELECT given_at, level FROM todo WHERE principal IN (SELECT value FROM json_each(?1))
         ORDER BY given_at DESC LIMIT 30",
        [who],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    let hot = all
        .iter()
        .find(|(_, level)| *level == 2)
        .map_or(0, |(at, _)| *at);
    Ok((all.into_iter().map(|(at, _)| at).collect(), hot))
}
