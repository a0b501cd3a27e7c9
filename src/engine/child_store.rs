//! Statements on cases that other cases started: the row on the parent's shelf, and the one on the child's.
//! Not here: beginning and joining them (`children`).
//! Invariant: `child_of` is unique by the parent's row, so a child is begun once however often it is tried.

use super::case::Values;
use super::plan::Spawned;
use crate::kit::{Error, Id, Millis, PersonId, Result, ShelfNo};
use crate::store::{Query, Row, RowResult, Write, params};

/// A case that was started from another, as the other keeps it.
#[derive(Debug, Clone)]
pub struct Child {
    pub id: Id,
    pub rev: i64,
    /// The case that started it.
    pub parent: Id,
    /// The task that waits for it.
    pub wait: Option<Id>,
    pub procedure: String,
    pub label: String,
    /// What it takes along.
    pub fields: Values,
    pub starter: PersonId,
    pub at: Millis,
    /// The case, once it was begun.
    pub made: Option<Id>,
    pub title: String,
    /// 在办，现在到陆平章（批示）
    pub line: String,
    pub ended: bool,
}

/// Where a case came from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The case that started it.
    pub parent: Id,
    /// Its row there.
    pub child: Id,
    /// The parent's title of that day.
    pub title: String,
}

fn child(r: &Row<'_>) -> RowResult<Child> {
    Ok(Child {
        id: Id::from_raw(r.get(0)?),
        rev: r.get(1)?,
        parent: Id::from_raw(r.get(2)?),
        wait: r.get::<_, Option<i64>>(3)?.map(Id::from_raw),
        procedure: r.get(4)?,
        label: r.get(5)?,
        fields: serde_json::from_str(&r.get::<_, String>(6)?).unwrap_or_default(),
        starter: PersonId(r.get(7)?),
        at: Millis(r.get(8)?),
        made: r.get::<_, Option<i64>>(9)?.map(Id::from_raw),
        title: r.get(10)?,
        line: r.get(11)?,
        ended: r.get(12)?,
    })
}

/// Cases that a case started, in order.
pub fn list_children(db: &impl Query, case: Id) -> Result<Vec<Child>> {
    db.all(
        "SELECT id, rev, case_id, wait, procedure, label, fields, starter, at, made, title, line, ended
         FROM child WHERE case_id = ?1 ORDER BY id",
        [case.raw()],
        child,
    )
}

/// Those of a shelf that have not ended, as far as is known here.
pub(super) fn list_live(db: &impl Query, shelf: ShelfNo) -> Result<Vec<Child>> {
    db.all(
        "SELECT id, rev, case_id, wait, procedure, label, fields, starter, at, made, title, line, ended
         FROM child INDEXED BY child_live WHERE shelf = ?1 AND ended = 0 ORDER BY id",
        [shelf.0],
        child,
    )
}

/// One of them.
pub(super) fn find_child(db: &impl Query, id: Id) -> Result<Child> {
    let found = db.opt(
        "SELECT id, rev, case_id, wait, procedure, label, fields, starter, at, made, title, line, ended
         FROM child WHERE id = ?1",
        [id.raw()],
        child,
    )?;
    found.ok_or(Error::NotFound)
}

/// Where a case came from, where another started it.
pub fn find_origin(db: &impl Query, case: Id) -> Result<Option<Origin>> {
    db.opt(
        "SELECT parent, child, title FROM child_of WHERE case_id = ?1",
        [case.raw()],
        |r| {
            Ok(Origin {
                parent: Id::from_raw(r.get(0)?),
                child: Id::from_raw(r.get(1)?),
                title: r.get(2)?,
            })
        },
    )
}

/// The case that was begun for a row of a parent.
pub(super) fn find_made(db: &impl Query, child: Id) -> Result<Option<Id>> {
    db.opt(
        "SELECT case_id FROM child_of WHERE child = ?1",
        [child.raw()],
        |r| r.get(0).map(Id::from_raw),
    )
}

/// A case is to be started.
pub(super) fn insert_child(
    w: &mut Write<'_>,
    (case, wait): (Id, Option<Id>),
    spawned: &Spawned,
    starter: PersonId,
) -> Result<()> {
    let id = w.next_id();
    w.execute(
        "INSERT INTO child(id, shelf, case_id, wait, procedure, label, fields, starter, at)
         VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
        params![
            id.raw(),
            w.shelf().0,
            case.raw(),
            wait.map(Id::raw),
            spawned.procedure,
            spawned.label,
            serde_json::to_string(&spawned.fields)?,
            starter.0,
            w.at().0
        ],
    )?;
    Ok(())
}

/// A case was begun for a parent.
pub(super) fn insert_origin(w: &mut Write<'_>, case: Id, origin: &Origin) -> Result<()> {
    let id = w.next_id();
    w.execute(
        "INSERT INTO child_of(id, shelf, case_id, parent, child, title) VALUES(?1,?2,?3,?4,?5,?6)",
        params![
            id.raw(),
            w.shelf().0,
            case.raw(),
            origin.parent.raw(),
            origin.child.raw(),
            origin.title
        ],
    )?;
    Ok(())
}

/// How a child stands, as copied.
pub(super) fn set_child(w: &Write<'_>, now: &Child) -> Result<()> {
    let hit = w.execute(
        "UPDATE child SET rev = rev + 1, made = ?3, title = ?4, line = ?5, ended = ?6 WHERE id = ?1 AND rev = ?2",
        params![
            now.id.raw(),
            now.rev,
            now.made.map(Id::raw),
            now.title,
            now.line,
            now.ended
        ],
    )?;
    match hit {
        1 => Ok(()),
        _ => Err(Error::fault("a child row changed under its own writer")),
    }
}
