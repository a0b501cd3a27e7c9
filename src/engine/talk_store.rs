//! SQL of side talk. Who may speak and who hears of it is decided in `talk.rs`.
//! Invariant: rows are written once and never changed.

use super::stored::Signature;
use super::talk::Remark;
use crate::kit::{Id, Millis, PersonId, Result};
use crate::store::{Query, Write, params};

/// What was said of a case, in order.
pub fn list_talk(db: &impl Query, case: Id) -> Result<Vec<Remark>> {
    db.all(
        "SELECT id, person, name, dept_name, text, at FROM talk WHERE case_id = ?1 ORDER BY id",
        [case.raw()],
        |r| {
            Ok(Remark {
                id: Id::from_raw(r.get(0)?),
                person: PersonId(r.get(1)?),
                name: r.get(2)?,
                dept: r.get(3)?,
                text: r.get(4)?,
                at: Millis(r.get(5)?),
            })
        },
    )
}

/// Writes a remark.
pub(super) fn insert_talk(
    w: &Write<'_>,
    (id, case): (Id, Id),
    by: &Signature,
    words: &str,
) -> Result<()> {
    w.execute(
        "INSERT INTO talk(id, shelf, case_id, person, name, dept_name, text, at)
         VALUES(?1,?2,?3,?4,?5,?6,?7,?8)",
        params![
            id.raw(),
            case.shelf().0,
            case.raw(),
            by.person.0,
            by.name,
            by.dept_name,
            words,
            w.at().0
        ],
    )?;
    Ok(())
}
