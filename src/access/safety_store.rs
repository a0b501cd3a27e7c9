//! SQL of 安全设置 and of passwords a person had before. What they mean is said in `safety.rs` and `change.rs`.
//! Invariant: a password of before is kept as its hash, and never more of them than are asked after.

use super::safety::{PAST, Safety};
use crate::kit::{PersonId, Result};
use crate::store::{Query, Write, params};

/// What was chosen; the house's own rules where nothing was.
pub(super) fn find_safety(q: &impl Query) -> Result<Safety> {
    let kept: Option<String> =
        q.opt("SELECT v FROM setting WHERE k = 'access.safety'", [], |r| {
            r.get(0)
        })?;
    match kept {
        Some(json) => Ok(serde_json::from_str(&json)?),
        None => Ok(Safety::default()),
    }
}

pub(super) fn set_safety(w: &Write<'_>, safety: &Safety) -> Result<()> {
    w.execute(
        "INSERT INTO setting(k, v) VALUES('access.safety', ?1)
         ON CONFLICT(k) DO UPDATE SET v = excluded.v, rev = setting.rev + 1",
        [serde_json::to_string(safety)?],
    )?;
    Ok(())
}

/// Hashes of the passwords before the present one.
pub(super) fn list_past(q: &impl Query, person: PersonId) -> Result<Vec<String>> {
    q.all(
        "SELECT password FROM password_past WHERE person = ?1 ORDER BY n DESC",
        [person.0],
        |r| r.get(0),
    )
}

/// The present password of an account becomes one of before; asked before it is changed. A slip was nobody's own.
pub(super) fn insert_past(w: &Write<'_>, person: PersonId) -> Result<()> {
    w.execute(
        "INSERT INTO password_past(person, n, password)
         SELECT person, 1 + (SELECT ifnull(max(p.n), 0) FROM password_past p WHERE p.person = ?1), password
         FROM account WHERE person = ?1 AND state = 'active'",
        [person.0],
    )?;
    w.execute(
        "DELETE FROM password_past WHERE person = ?1 AND n <= (SELECT max(n) FROM password_past WHERE person = ?1) - ?2",
        params![person.0, i64::try_from(PAST).unwrap_or(5)],
    )?;
    Ok(())
}
