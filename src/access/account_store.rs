//! SQL of accounts and of this room's one setting. Sessions are in `session_store.rs`.
//! Invariant: whatever changes who may enter bumps `rev` in the same statement.

use super::AdminRole;
use super::account::{Account, State};
use crate::kit::{DeptId, Error, Millis, PersonId, Result};
use crate::store::{Query, Row, RowResult, Write, params};

struct AccountRow {
    account: Account,
    admin: String,
    state: String,
    runs: String,
}

fn account_of(r: &Row<'_>) -> RowResult<AccountRow> {
    let zoom: i64 = r.get(6)?;
    Ok(AccountRow {
        account: Account {
            person: PersonId(r.get(0)?),
            rev: r.get(1)?,
            state: State::Disabled,
            admin: Vec::new(),
            runs: Vec::new(),
            designs: r.get(8)?,
            slip_until: r.get::<_, Option<i64>>(4)?.map(Millis),
            changed_at: Millis(r.get(5)?),
            zoom: u8::try_from(zoom).unwrap_or(1),
        },
        state: r.get(2)?,
        admin: r.get(3)?,
        runs: r.get(7)?,
    })
}

fn whole(row: AccountRow) -> Result<Account> {
    let state = State::from_id(&row.state)
        .ok_or_else(|| Error::Fault(format!("account in state {}", row.state)))?;
    Ok(Account {
        state,
        admin: serde_json::from_str(&row.admin)?,
        runs: serde_json::from_str::<Vec<i64>>(&row.runs)?
            .into_iter()
            .map(DeptId)
            .collect(),
        ..row.account
    })
}

pub(super) fn list_accounts(q: &impl Query) -> Result<Vec<Account>> {
    q.all(
        "SELECT person, rev, state, admin_roles, slip_until, changed_at, zoom,
           (SELECT json_group_array(d.dept) FROM dept_admin d WHERE d.person = account.person),
           EXISTS (SELECT 1 FROM designer g WHERE g.person = account.person)
         FROM account",
        [],
        account_of,
    )?
    .into_iter()
    .map(whole)
    .collect()
}

pub(super) fn find_account(q: &impl Query, person: PersonId) -> Result<Option<Account>> {
    q.opt(
        "SELECT person, rev, state, admin_roles, slip_until, changed_at, zoom,
           (SELECT json_group_array(d.dept) FROM dept_admin d WHERE d.person = account.person),
           EXISTS (SELECT 1 FROM designer g WHERE g.person = account.person)
         FROM account WHERE person = ?1",
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

/// Accounts whose password does not lie there as a slow hash.
pub(super) fn count_plain(q: &impl Query) -> Result<i64> {
    q.one(
        "SELECT count(*) FROM account WHERE password NOT LIKE '$argon2id$%'",
        [],
        |r| r.get(0),
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

/// Who runs the file of a department.
pub(super) fn list_dept_admins(q: &impl Query, dept: DeptId) -> Result<Vec<PersonId>> {
    q.all(
        "SELECT person FROM dept_admin WHERE dept = ?1 ORDER BY person",
        [dept.0],
        |r| r.get(0).map(PersonId),
    )
}

/// These people run the file of a department, and nobody else; their accounts move on.
pub(super) fn set_dept_admins(w: &Write<'_>, dept: DeptId, people: &[PersonId]) -> Result<()> {
    let people: Vec<i64> = people.iter().map(|p| p.0).collect();
    let people = serde_json::to_string(&people)?;
    w.execute(
        "UPDATE account SET rev = rev + 1 WHERE person IN (
           SELECT value FROM json_each(?2) EXCEPT SELECT person FROM dept_admin WHERE dept = ?1)
         OR person IN (SELECT person FROM dept_admin WHERE dept = ?1
           EXCEPT SELECT value FROM json_each(?2))",
        params![dept.0, people],
    )?;
    w.execute(
        "DELETE FROM dept_admin WHERE dept = ?1 AND person NOT IN (SELECT value FROM json_each(?2))",
        params![dept.0, people],
    )?;
    w.execute(
        "INSERT INTO dept_admin(dept, person, given_by, given_at)
         SELECT ?1, value, ?3, ?4 FROM json_each(?2) WHERE true ON CONFLICT(dept, person) DO NOTHING",
        params![dept.0, people, w.stamp().actor, w.at().0],
    )?;
    Ok(())
}

/// Who may make and change procedures.
pub(super) fn list_designers(q: &impl Query) -> Result<Vec<PersonId>> {
    q.all("SELECT person FROM designer ORDER BY person", [], |r| {
        r.get(0).map(PersonId)
    })
}

/// These people may, and nobody else; the accounts of those it changes for move on.
pub(super) fn set_designers(w: &Write<'_>, people: &[PersonId]) -> Result<()> {
    let people: Vec<i64> = people.iter().map(|p| p.0).collect();
    let people = serde_json::to_string(&people)?;
    w.execute(
        "UPDATE account SET rev = rev + 1 WHERE person IN (
           SELECT value FROM json_each(?1) EXCEPT SELECT person FROM designer)
         OR person IN (SELECT person FROM designer EXCEPT SELECT value FROM json_each(?1))",
        [&people],
    )?;
    w.execute(
        "DELETE FROM designer WHERE person NOT IN (SELECT value FROM json_each(?1))",
        [&people],
    )?;
    w.execute(
        "INSERT INTO designer(person, given_by, given_at)
         SELECT value, ?2, ?3 FROM json_each(?1) WHERE true ON CONFLICT(person) DO NOTHING",
        params![people, w.stamp().actor, w.at().0],
    )?;
    Ok(())
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
