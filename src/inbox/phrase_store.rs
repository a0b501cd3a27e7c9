//! SQL of usual phrases. What they may be is in `phrase.rs`.
//! Invariant: `sort` is the place in the person's own list, from 0.

use crate::kit::{PersonId, Result};
use crate::store::{Query, Write, params};

pub(super) fn list_phrases(q: &impl Query, person: PersonId) -> Result<Vec<String>> {
    q.all(
        "SELECT text FROM phrase WHERE person = ?1 ORDER BY sort, text",
        [person.0],
        |r| r.get(0),
    )
}

/// Exactly these, in this order.
pub(super) fn set_phrases(w: &Write<'_>, person: PersonId, all: &[String]) -> Result<()> {
    w.execute("DELETE FROM phrase WHERE person = ?1", [person.0])?;
    for (sort, phrase) in (0_i64..).zip(all) {
        w.execute(
            "INSERT INTO phrase(person, text, sort) VALUES(?1, ?2, ?3)",
            params![person.0, phrase, sort],
        )?;
    }
    Ok(())
}
