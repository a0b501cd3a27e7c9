//! SQL of the versions of an official document's text. When one is written is said in `writing.rs`.
//! Invariant: rows are written once and never changed; numbers of one text have no gap.

use super::case::CaseState;
use super::definition::Procedure;
use super::stored::Signature;
use super::writing::{Version, text_in, texts};
use crate::kit::{Id, Millis, PersonId, Result};
use crate::store::{Query, Row, RowResult, Write, params};

/// The versions of a text, oldest first.
pub fn list_versions(db: &impl Query, (case, field): (Id, &str)) -> Result<Vec<Version>> {
    db.all(
        "SELECT n, text, step, person, name, dept_name, acting_name, at FROM writing
         WHERE case_id = ?1 AND field = ?2 ORDER BY n",
        params![case.raw(), field],
        version,
    )
}

/// The last version of a text.
pub fn find_last(db: &impl Query, (case, field): (Id, &str)) -> Result<Option<Version>> {
    db.opt(
        "SELECT n, text, step, person, name, dept_name, acting_name, at FROM writing
         WHERE case_id = ?1 AND field = ?2 ORDER BY n DESC LIMIT 1",
        params![case.raw(), field],
        version,
    )
}

fn version(r: &Row<'_>) -> RowResult<Version> {
    Ok(Version {
        n: r.get(0)?,
        text: r.get(1)?,
        step: r.get(2)?,
        person: PersonId(r.get(3)?),
        name: r.get(4)?,
        dept_name: r.get(5)?,
        acting_name: r.get(6)?,
        at: Millis(r.get(7)?),
    })
}

/// Writes a version of each text that is another one than before.
pub(super) fn insert_changed(
    w: &mut Write<'_>,
    (before, after): (Option<&CaseState>, &CaseState),
    procedure: &Procedure,
    (step, by): (&str, &Signature),
) -> Result<()> {
    for field in texts(procedure) {
        let text = text_in(&after.values, field);
        let was = before.map_or("", |c| text_in(&c.values, field));
        if text != was {
            insert_version(w, (after.id, field), text, (step, by))?;
        }
    }
    Ok(())
}

fn insert_version(
    w: &mut Write<'_>,
    (case, field): (Id, &str),
    text: &str,
    (step, by): (&str, &Signature),
) -> Result<()> {
    let id = w.next_id();
    w.execute(
        "INSERT INTO writing(id, shelf, case_id, field, n, text, step, person, name, dept_name, acting_name, at)
         SELECT ?1,?2,?3,?4,coalesce(max(n), 0) + 1,?5,?6,?7,?8,?9,?10,?11 FROM writing
         WHERE case_id = ?3 AND field = ?4",
        params![
            id.raw(),
            w.shelf().0,
            case.raw(),
            field,
            text,
            step,
            by.person.0,
            by.name,
            by.dept_name,
            by.acting_for.as_ref().map(|(_, name)| name),
            w.at().0
        ],
    )?;
    Ok(())
}
