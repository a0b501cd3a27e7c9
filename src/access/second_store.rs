//! SQL of codes beside the password. The secret is sealed, the spare codes are digests under the folder's key.
//! Invariant: what opens is taken in the statement that checks it: of two at once one gets in.

use crate::kit::{Digest, PersonId, Result};
use crate::store::{Query, Write, params};

/// Who has one.
pub(super) fn list_people(q: &impl Query) -> Result<Vec<PersonId>> {
    q.all("SELECT person FROM second_factor", [], |r| {
        r.get(0).map(PersonId)
    })
}

/// The sealed secret and the last step that opened.
pub(super) fn find_second(q: &impl Query, person: PersonId) -> Result<Option<(Vec<u8>, i64)>> {
    q.opt(
        "SELECT sealed, used FROM second_factor WHERE person = ?1",
        [person.0],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}

pub(super) fn insert_second(
    w: &Write<'_>,
    person: PersonId,
    (sealed, used): (&[u8], i64),
) -> Result<usize> {
    w.execute(
        "INSERT INTO second_factor(person, sealed, made_at, used) VALUES(?1, ?2, ?3, ?4)
         ON CONFLICT(person) DO UPDATE SET sealed = excluded.sealed, made_at = excluded.made_at,
           used = excluded.used",
        params![person.0, sealed, w.at().0, used],
    )
}

/// This step opens, and never again.
pub(super) fn set_used(w: &Write<'_>, person: PersonId, step: i64) -> Result<usize> {
    w.execute(
        "UPDATE second_factor SET used = ?2 WHERE person = ?1 AND used < ?2",
        params![person.0, step],
    )
}

pub(super) fn take_second(w: &Write<'_>, person: PersonId) -> Result<usize> {
    w.execute("DELETE FROM spare_code WHERE person = ?1", [person.0])?;
    w.execute("DELETE FROM second_factor WHERE person = ?1", [person.0])
}

pub(super) fn set_spares(w: &Write<'_>, person: PersonId, all: &[Digest]) -> Result<()> {
    w.execute("DELETE FROM spare_code WHERE person = ?1", [person.0])?;
    for digest in all {
        w.execute(
            "INSERT INTO spare_code(person, digest) VALUES(?1, ?2)",
            params![person.0, digest.0],
        )?;
    }
    Ok(())
}

pub(super) fn count_spares(q: &impl Query, person: PersonId) -> Result<i64> {
    q.one(
        "SELECT count(*) FROM spare_code WHERE person = ?1",
        [person.0],
        |r| r.get(0),
    )
}

pub(super) fn take_spare(w: &Write<'_>, person: PersonId, digest: &Digest) -> Result<usize> {
    w.execute(
        "DELETE FROM spare_code WHERE person = ?1 AND digest = ?2",
        params![person.0, digest.0],
    )
}
