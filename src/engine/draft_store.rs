//! Drafts: what a person typed and has not sent. One per task, any number of new ones.
//! A draft is its owner's alone: every statement names the person.

use super::case::Values;
use crate::kit::{Error, Id, Millis, PersonId, Result};
use crate::store::{Query, Row, RowResult, Write, params};

/// A draft as stored.
#[derive(Debug, Clone)]
pub struct Draft {
    pub id: Id,
    pub procedure: String,
    pub task: Option<Id>,
    pub values: Values,
    pub at: Millis,
}

/// Saves a draft of a new case; the id it was given, or was saved under.
pub fn set_draft(
    w: &mut Write<'_>,
    (id, person): (Option<Id>, PersonId),
    procedure: &str,
    values: &Values,
) -> Result<Id> {
    let form = serde_json::to_string(values)?;
    if let Some(id) = id {
        let changed = w.execute(
            "UPDATE draft SET form = ?3, at = ?4, rev = rev + 1 WHERE id = ?1 AND person = ?2 AND task IS NULL",
            params![id.raw(), person.0, form, w.at().0],
        )?;
        return match changed {
            1 => Ok(id),
            _ => Err(Error::NotFound),
        };
    }
    let id = w.next_id();
    w.execute(
        "INSERT INTO draft(id, shelf, rev, person, procedure, form, at) VALUES(?1,?2,1,?3,?4,?5,?6)",
        params![id.raw(), w.shelf().0, person.0, procedure, form, w.at().0],
    )?;
    Ok(id)
}

/// Saves what is being typed on a task.
pub fn set_task_draft(
    w: &mut Write<'_>,
    (task, person): (Id, PersonId),
    procedure: &str,
    values: &Values,
) -> Result<Id> {
    w.must_hold(task)?;
    let form = serde_json::to_string(values)?;
    let id = w.next_id();
    let raw = w.one(
        "INSERT INTO draft(id, shelf, rev, person, procedure, task, form, at) VALUES(?1,?2,1,?3,?4,?5,?6,?7)
         ON CONFLICT(person, task) WHERE task IS NOT NULL
           DO UPDATE SET form = excluded.form, at = excluded.at, rev = rev + 1
         RETURNING id",
        params![id.raw(), w.shelf().0, person.0, procedure, task.raw(), form, w.at().0],
        |r| r.get(0),
    )?;
    Ok(Id::from_raw(raw))
}

/// A person's draft of a new case.
pub fn find_draft(db: &impl Query, id: Id, person: PersonId) -> Result<Draft> {
    db.one(
        "SELECT id, procedure, task, form, at FROM draft WHERE id = ?1 AND person = ?2",
        params![id.raw(), person.0],
        row,
    )
}

/// What a person was typing on a task.
pub fn find_task_draft(db: &impl Query, task: Id, person: PersonId) -> Result<Option<Draft>> {
    db.opt(
        "SELECT id, procedure, task, form, at FROM draft WHERE task = ?1 AND person = ?2",
        params![task.raw(), person.0],
        row,
    )
}

/// A person's drafts of new cases, newest first.
pub fn list_drafts(db: &impl Query, person: PersonId) -> Result<Vec<Draft>> {
    db.all(
        "SELECT id, procedure, task, form, at FROM draft WHERE person = ?1 AND task IS NULL ORDER BY at DESC",
        [person.0],
        row,
    )
}

/// Whether a draft is still there, whoever's it is.
pub fn has_draft(db: &impl Query, id: Id) -> Result<bool> {
    let found = db.opt("SELECT 1 FROM draft WHERE id = ?1", [id.raw()], |_| Ok(()))?;
    Ok(found.is_some())
}

/// Removes a draft that became a case, or that its owner threw away.
pub fn take_draft(w: &Write<'_>, id: Id, person: PersonId) -> Result<()> {
    let gone = w.execute(
        "DELETE FROM draft WHERE id = ?1 AND person = ?2",
        params![id.raw(), person.0],
    )?;
    if gone == 0 {
        Err(Error::NotFound)
    } else {
        Ok(())
    }
}

/// Removes what was being typed on a task that is settled.
pub fn take_task_draft(w: &Write<'_>, task: Id, person: PersonId) -> Result<()> {
    w.execute(
        "DELETE FROM draft WHERE task = ?1 AND person = ?2",
        params![task.raw(), person.0],
    )?;
    Ok(())
}

fn row(r: &Row<'_>) -> RowResult<Draft> {
    Ok(Draft {
        id: Id::from_raw(r.get(0)?),
        procedure: r.get(1)?,
        task: r.get::<_, Option<i64>>(2)?.map(Id::from_raw),
        values: serde_json::from_str(&r.get::<_, String>(3)?).unwrap_or_default(),
        at: Millis(r.get(4)?),
    })
}
