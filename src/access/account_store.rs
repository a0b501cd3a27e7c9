//! SQL of accounts and of this room's one setting. Sessions are in `session_store.rs`.
//! Invariant: whatever changes who may enter bumps `rev` in the same statement.

use super::AdminRole;
use super::account::{Account, State};
use crate::kit::{Error, Millis, PersonId, Result};
use crate::store::{Query, Row, RowResult, Write, params};

struct AccountRow {
    account: Account,
    admin: String,
    state: String,
}

fn account_of(r: &Row<'_>) -> RowResult<AccountRow> {
    let zoom: i64 = r.get(6)?;
    Ok(AccountRow {
        account: Account {
            person: PersonId(r.get(0)?),
            rev: r.get(1)?,
            state: State::Disabled,
            admin: Vec::new(),
            slip_until: r.get::<_, Option<i64>>(4)?.map(Millis),
            changed_at: Millis(r.get(5)?),
            zoom: u8::try_from(zoom).unwrap_or(1),
        },
        state: r.get(2)?,
        admin: r.get(3)?,
    })
}

fn whole(row: AccountRow) -> Result<Account> {
    let state = State::from_id(&row.state)
        .ok_or_else(|| Error::Fault(format!("account in state {}", row.state)))?;
    Ok(Account {
        state,
        admin: serde_json::from_str(&row.admin)?,
        ..row.account
    })
}

pub(super) fn list_accounts(q: &impl Query) -> Result<Vec<Account>> {
    q.all(
        "SELECT person, rev, state, admin_roles, slip_until, changed_at, zoom FROM account",
        [],
        account_of,
    )?
    .into_iter()
    .map(whole)
    .collect()
}

pub(super) fn find_account(q: &impl Query, person: PersonId) -> Result<Option<Account>> {
    q.opt(
        "SELECT person, rev, state, admin_roles, slip_until, changed_at, zoom FROM account
         WHERE person = ?1",
        [person.0],
        account_of,
    )?
    .map(whole)
    .transpose()
}

/// Password and revision, which belong together.
pub(super) fn find_password(q: &impl Query, person: PersonId) -> Result<Option<(String, i64)>> {
    q.opt(
        "SELECT password, rev FROM account WHERE person = ?1",
        [person.0],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}

pub(super) fn count_accounts(q: &impl Query) -> Result<i64> {
    q.one("SELECT count(*) FROM account", [], |r| r.get(0))
}

/// Accounts that may enter and have the administrator's role; not of somebody whose leaving is settled.
pub(super) fn count_admins(q: &impl Query, role: AdminRole) -> Result<i64> {
    q.one(
        "SELECT count(*) FROM account a
         JOIN person p ON p.id = a.person AND p.valid_until IS NULL
         WHERE a.state <> 'disabled'
           AND EXISTS (SELECT 1 FROM json_each(a.admin_roles) j WHERE j.value = ?1)",
        [role.id()],
        |r| r.get(0),
    )
}

/// A one-time password: makes the account or sets it back to its beginning.
pub(super) fn insert_slip(
    w: &Write<'_>,
    person: PersonId,
    phc: &str,
    until: Millis,
) -> Result<usize> {
    w.execute(
        "INSERT INTO account(person, password, state, admin_roles, slip_until, changed_at)
         VALUES(?1, ?2, 'slip', '[]', ?3, ?4)
         ON CONFLICT(person) DO UPDATE SET password = excluded.password, state = 'slip',
           slip_until = excluded.slip_until, changed_at = excluded.changed_at, rev = account.rev + 1",
        params![person.0, phc, until.0, w.at().0],
    )
}

/// A password of one's own, if the row is still the one the old password was checked against.
pub(super) fn set_password(w: &Write<'_>, person: PersonId, rev: i64, phc: &str) -> Result<usize> {
    w.execute(
        "UPDATE account SET password = ?3, state = 'active', slip_until = NULL, changed_at = ?4,
           rev = rev + 1
         WHERE person = ?1 AND rev = ?2 AND state <> 'disabled'",
        params![person.0, rev, phc, w.at().0],
    )
}

pub(super) fn set_state(w: &Write<'_>, person: PersonId, state: State) -> Result<usize> {
    w.execute(
        "UPDATE account SET state = ?2, rev = rev + 1 WHERE person = ?1",
        params![person.0, state.id()],
    )
}

pub(super) fn set_admin_roles(
    w: &Write<'_>,
    person: PersonId,
    roles: &[AdminRole],
) -> Result<usize> {
    w.execute(
        "UPDATE account SET admin_roles = ?2, rev = rev + 1 WHERE person = ?1",
        params![person.0, serde_json::to_string(roles)?],
    )
}

/// Changes no right, so it ends no session.
pub(super) fn set_zoom(w: &Write<'_>, person: PersonId, zoom: u8) -> Result<usize> {
    w.execute(
        "UPDATE account SET zoom = ?2 WHERE person = ?1",
        params![person.0, zoom],
    )
}

pub(super) fn find_device_key(q: &impl Query) -> Result<Option<String>> {
    q.opt(
        "SELECT v FROM setting WHERE k = 'access.device_key'",
        [],
        |r| r.get(0),
    )
}

pub(super) fn insert_device_key(w: &Write<'_>, key: &str) -> Result<usize> {
    w.execute(
        "INSERT INTO setting(k, v) VALUES('access.device_key', ?1)",
        [key],
    )
}
