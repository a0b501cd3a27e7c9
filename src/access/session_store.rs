//! SQL of sessions. Rows hold the token's SM3 only (S25); they are read once, at start-up.

use super::session::Session;
use crate::kit::{Digest, Millis, PersonId, Result};
use crate::store::{Query, Write, params};

/// All, with the revision of the account: one that stands in the table belongs to the present one,
/// since whatever raises the revision takes the person's rows in the same transaction.
pub(super) fn list_sessions(q: &impl Query) -> Result<Vec<(Digest, Session)>> {
    q.all(
        "SELECT s.token, s.person, s.made_at, s.seen_at, s.address, a.rev
         FROM session s JOIN account a ON a.person = s.person",
        [],
        |r| {
            Ok((
                Digest(r.get(0)?),
                Session {
                    person: PersonId(r.get(1)?),
                    made_at: Millis(r.get(2)?),
                    seen_at: Millis(r.get(3)?),
                    address: r.get(4)?,
                    account_rev: r.get(5)?,
                    rights: None,
                },
            ))
        },
    )
}

/// Adds a session, if the account is still the one whose password was checked.
pub(super) fn insert_session(w: &Write<'_>, token: &Digest, s: &Session) -> Result<usize> {
    w.execute(
        "INSERT INTO session(token, person, made_at, seen_at, address)
         SELECT ?1, person, ?3, ?3, ?4 FROM account
         WHERE person = ?2 AND rev = ?5 AND state <> 'disabled'",
        params![token.0, s.person.0, s.made_at.0, s.address, s.account_rev],
    )
}

pub(super) fn set_seen(w: &Write<'_>, token: &Digest, seen: Millis) -> Result<usize> {
    w.execute(
        "UPDATE session SET seen_at = ?2 WHERE token = ?1",
        params![token.0, seen.0],
    )
}

pub(super) fn take_session(w: &Write<'_>, token: &Digest) -> Result<usize> {
    w.execute("DELETE FROM session WHERE token = ?1", [token.0])
}

pub(super) fn take_sessions_of(w: &Write<'_>, person: PersonId) -> Result<usize> {
    w.execute("DELETE FROM session WHERE person = ?1", [person.0])
}
