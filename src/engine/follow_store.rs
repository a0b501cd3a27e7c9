//! Statements on who follows which case: hub rows, each a person's own wish.
//! Not here: whether he may see the case, which is asked anew whenever it is shown or told (`follow`).

use crate::kit::{Id, Millis, PersonId, Result};
use crate::store::{Query, Write, params};

/// How many a person follows.
pub fn count_followed(db: &impl Query, person: PersonId) -> Result<i64> {
    db.one(
        "SELECT count(*) FROM case_follow WHERE person = ?1",
        [person.0],
        |r| r.get(0),
    )
}

/// What a person follows, the newest first.
pub fn list_followed(
    db: &impl Query,
    person: PersonId,
    (limit, offset): (i64, i64),
) -> Result<Vec<Id>> {
    db.all(
        "SELECT case_id FROM case_follow WHERE person = ?1 ORDER BY since DESC, case_id DESC LIMIT ?2 OFFSET ?3",
        params![person.0, limit, offset],
        |r| r.get(0).map(Id::from_raw),
    )
}

/// Who followed a case when something happened to it: nobody is told what came before he asked to be.
pub(super) fn list_followers(db: &impl Query, (case, at): (Id, Millis)) -> Result<Vec<PersonId>> {
    db.all(
        "SELECT person FROM case_follow WHERE case_id = ?1 AND since < ?2 ORDER BY person",
        params![case.raw(), at.0],
        |r| r.get(0).map(PersonId),
    )
}

/// Follows it from now on; nothing where he does already.
pub(super) fn insert_follow(w: &Write<'_>, (person, case): (PersonId, Id)) -> Result<()> {
    w.execute(
        "INSERT INTO case_follow(person, case_id, since) VALUES(?1, ?2, ?3) ON CONFLICT DO NOTHING",
        params![person.0, case.raw(), w.at().0],
    )?;
    Ok(())
}

/// Follows it no longer.
pub(super) fn take_follow(w: &Write<'_>, (person, case): (PersonId, Id)) -> Result<()> {
    w.execute(
        "DELETE FROM case_follow WHERE person = ?1 AND case_id = ?2",
        params![person.0, case.raw()],
    )?;
    Ok(())
}
