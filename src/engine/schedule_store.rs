//! Statements on what the calendar begins: which procedures are switched on, and what was begun for which period.
//! Not here: when a period comes (`definition::arrive`) and beginning its cases (`schedule`).

use crate::kit::{Day, Id, Millis, PersonId, PostId, Result};
use crate::store::{Query, Row, RowResult, Write, params};

/// A procedure that is switched on.
#[derive(Debug, Clone)]
pub struct Switched {
    pub procedure: String,
    /// Nothing is begun for a day before it.
    pub since: Day,
    pub person: PersonId,
    pub at: Millis,
}

/// A case that was begun by the calendar.
#[derive(Debug, Clone)]
pub struct Run {
    pub period: String,
    pub post: PostId,
    pub case: Id,
    pub at: Millis,
}

/// All that are switched on.
pub fn list_switched(db: &impl Query) -> Result<Vec<Switched>> {
    let all = db.all(
        "SELECT procedure, since, person, at FROM schedule ORDER BY procedure",
        [],
        |r| {
            let since: String = r.get(1)?;
            Ok((since, r.get::<_, String>(0)?, r.get(2)?, r.get(3)?))
        },
    )?;
    let one = |(since, procedure, person, at): (String, String, i64, i64)| {
        Some(Switched {
            procedure,
            since: since.parse().ok()?,
            person: PersonId(person),
            at: Millis(at),
        })
    };
    Ok(all.into_iter().filter_map(one).collect())
}

/// What was begun last of a procedure.
pub fn list_runs(db: &impl Query, procedure: &str, most: i64) -> Result<Vec<Run>> {
    db.all(
        "SELECT period, post, case_id, at FROM schedule_run WHERE procedure = ?1
         ORDER BY at DESC, post LIMIT ?2",
        params![procedure, most],
        run_row,
    )
}

fn run_row(r: &Row<'_>) -> RowResult<Run> {
    Ok(Run {
        period: r.get(0)?,
        post: PostId(r.get(1)?),
        case: Id::from_raw(r.get(2)?),
        at: Millis(r.get(3)?),
    })
}

/// Whether a post has its case of a period.
pub(super) fn is_begun(
    db: &impl Query,
    (procedure, period): (&str, &str),
    post: PostId,
) -> Result<bool> {
    db.one(
        "SELECT EXISTS (SELECT 1 FROM schedule_run WHERE procedure = ?1 AND period = ?2 AND post = ?3)",
        params![procedure, period, post.0],
        |r| r.get(0),
    )
}

pub(super) fn insert_run(
    w: &Write<'_>,
    (procedure, period): (&str, &str),
    (post, case): (PostId, Id),
) -> Result<()> {
    w.execute(
        "INSERT INTO schedule_run(procedure, period, post, case_id, at) VALUES(?1,?2,?3,?4,?5)
         ON CONFLICT DO NOTHING",
        params![procedure, period, post.0, case.raw(), w.at().0],
    )?;
    Ok(())
}

pub(super) fn set_switched(
    w: &Write<'_>,
    procedure: &str,
    (since, person): (Day, PersonId),
) -> Result<()> {
    w.execute(
        "INSERT INTO schedule(procedure, since, person, at) VALUES(?1,?2,?3,?4) ON CONFLICT DO NOTHING",
        params![procedure, since.to_string(), person.0, w.at().0],
    )?;
    Ok(())
}

pub(super) fn take_switched(w: &Write<'_>, procedure: &str) -> Result<()> {
    w.execute("DELETE FROM schedule WHERE procedure = ?1", [procedure])?;
    Ok(())
}
