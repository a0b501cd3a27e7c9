//! Statements on the hub's tables of who exists. The whole directory is read in six of them.
//! What a change means (dates, successors, who may not clash with whom) is decided in `edit.rs`.
//! Invariant: every `set_` of a row with a `rev` names the rev it replaces and answers how many rows it hit.

use super::Role;
use super::model::{
    Charge, Department, DeptKind, Holding, Organ, Person, Post, Seen, Validity, Weight,
};
use super::standing::Delegation;
use crate::kit::Arrangement;
use crate::kit::{Day, DeptId, Error, Millis, NameKeys, OrganId, PersonId, PostId, Result};
use crate::store::{FromSql, FromSqlError, FromSqlResult, Query, Row, RowResult, ValueRef};
use crate::store::{Write, params};
use std::collections::BTreeMap;

/// Everything of the directory, as stored.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rows {
    pub organs: Vec<Organ>,
    pub departments: Vec<Department>,
    pub posts: Vec<Post>,
    pub people: Vec<Person>,
    pub holdings: Vec<Holding>,
    pub charges: Vec<Charge>,
    pub holidays: Vec<Arrangement>,
    pub delegations: Vec<Delegation>,
    pub deputies: Vec<(PostId, PersonId)>,
}

/// A stored value that is read from its text.
pub(super) struct Stored<T>(T);

impl FromSql for Stored<Day> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let day = value.as_str()?.parse();
        day.map(Stored)
            .map_err(|e| FromSqlError::Other(Box::new(e)))
    }
}

impl FromSql for Stored<DeptKind> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let kind = DeptKind::from_id(value.as_str()?);
        kind.map(Stored).ok_or(FromSqlError::InvalidType)
    }
}

impl FromSql for Stored<Vec<Role>> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        // a role of a newer version is left out, not a reason to lock everybody out
        let ids: Vec<String> = json(value)?;
        Ok(Self(
            ids.iter().filter_map(|id| Role::from_id(id)).collect(),
        ))
    }
}

impl FromSql for Stored<BTreeMap<String, String>> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        json(value).map(Stored)
    }
}

fn json<T: serde::de::DeserializeOwned>(value: ValueRef<'_>) -> FromSqlResult<T> {
    serde_json::from_str(value.as_str()?).map_err(|e| FromSqlError::Other(Box::new(e)))
}

pub(super) fn get<T>(row: &Row<'_>, column: &str) -> RowResult<T>
where
    Stored<T>: FromSql,
{
    Ok(row.get::<_, Stored<T>>(column)?.0)
}

fn validity(row: &Row<'_>) -> RowResult<Validity> {
    let until: Option<Stored<Day>> = row.get("valid_until")?;
    Ok(Validity {
        from: get(row, "valid_from")?,
        until: until.map(|d| d.0),
    })
}

fn organ(row: &Row<'_>) -> RowResult<Organ> {
    Ok(Organ {
        id: OrganId(row.get("id")?),
        rev: row.get("rev")?,
        name: row.get("name")?,
        short_name: row.get("short_name")?,
        codes: get(row, "codes")?,
        validity: validity(row)?,
        successor: row.get::<_, Option<i64>>("successor")?.map(OrganId),
    })
}

fn department(row: &Row<'_>) -> RowResult<Department> {
    Ok(Department {
        id: DeptId(row.get("id")?),
        rev: row.get("rev")?,
        organ: OrganId(row.get("organ")?),
        code: row.get("code")?,
        name: row.get("name")?,
        short_name: row.get("short_name")?,
        kind: get(row, "kind")?,
        sort: row.get("sort")?,
        validity: validity(row)?,
        successor: row.get::<_, Option<i64>>("successor")?.map(DeptId),
    })
}

fn post(row: &Row<'_>) -> RowResult<Post> {
    Ok(Post {
        id: PostId(row.get("id")?),
        rev: row.get("rev")?,
        department: DeptId(row.get("department")?),
        name: row.get("name")?,
        sort: row.get("sort")?,
        roles: get(row, "roles")?,
        validity: validity(row)?,
        successor: row.get::<_, Option<i64>>("successor")?.map(PostId),
    })
}

fn person(row: &Row<'_>) -> RowResult<Person> {
    Ok(Person {
        id: PersonId(row.get("id")?),
        rev: row.get("rev")?,
        name: row.get("name")?,
        keys: NameKeys {
            full: row.get("full_key")?,
            initials: row.get("initials")?,
        },
        mobile: row.get("mobile")?,
        staff_no: row.get("staff_no")?,
        sort: row.get("sort")?,
        validity: validity(row)?,
    })
}

fn holding(row: &Row<'_>) -> RowResult<Holding> {
    let main: bool = row.get("main")?;
    Ok(Holding {
        id: row.get("id")?,
        person: PersonId(row.get("person")?),
        post: PostId(row.get("post")?),
        weight: if main { Weight::Main } else { Weight::Side },
        validity: validity(row)?,
    })
}

fn charge(row: &Row<'_>) -> RowResult<Charge> {
    Ok(Charge {
        post: PostId(row.get("post")?),
        department: DeptId(row.get("department")?),
    })
}

/// The whole directory.
pub(super) fn list_everything(q: &impl Query) -> Result<Rows> {
    Ok(Rows {
        organs: q.all("SELECT * FROM organ ORDER BY id", [], organ)?,
        departments: q.all("SELECT * FROM department ORDER BY id", [], department)?,
        posts: q.all("SELECT * FROM post ORDER BY id", [], post)?,
        people: q.all("SELECT * FROM person ORDER BY id", [], person)?,
        holdings: q.all("SELECT * FROM holding ORDER BY id", [], holding)?,
        charges: q.all("SELECT * FROM charge", [], charge)?,
        holidays: super::calendar_store::list_holidays(q)?,
        delegations: super::standing_store::list_delegations(q)?,
        deputies: super::standing_store::list_deputies(q)?,
    })
}

pub(super) fn find_organ(q: &impl Query, id: OrganId) -> Result<Option<Organ>> {
    q.opt("SELECT * FROM organ WHERE id = ?1", [id.0], organ)
}

pub(super) fn find_department(q: &impl Query, id: DeptId) -> Result<Option<Department>> {
    q.opt("SELECT * FROM department WHERE id = ?1", [id.0], department)
}

pub(super) fn find_post(q: &impl Query, id: PostId) -> Result<Option<Post>> {
    q.opt("SELECT * FROM post WHERE id = ?1", [id.0], post)
}

pub(super) fn find_person(q: &impl Query, id: PersonId) -> Result<Option<Person>> {
    q.opt("SELECT * FROM person WHERE id = ?1", [id.0], person)
}

pub(super) fn find_person_by_mobile(q: &impl Query, mobile: &str) -> Result<Option<Person>> {
    q.opt("SELECT * FROM person WHERE mobile = ?1", [mobile], person)
}

pub(super) fn find_person_by_staff_no(q: &impl Query, no: &str) -> Result<Option<Person>> {
    q.opt("SELECT * FROM person WHERE staff_no = ?1", [no], person)
}

pub(super) fn list_departments(q: &impl Query, organ: OrganId) -> Result<Vec<Department>> {
    q.all(
        "SELECT * FROM department WHERE organ = ?1 ORDER BY sort, id",
        [organ.0],
        department,
    )
}

pub(super) fn list_posts(q: &impl Query, dept: DeptId) -> Result<Vec<Post>> {
    q.all(
        "SELECT * FROM post WHERE department = ?1 ORDER BY sort, id",
        [dept.0],
        post,
    )
}

pub(super) fn list_holdings(q: &impl Query, person: PersonId) -> Result<Vec<Holding>> {
    q.all(
        "SELECT * FROM holding WHERE person = ?1 ORDER BY id",
        [person.0],
        holding,
    )
}

pub(super) fn list_charges(q: &impl Query, post: PostId) -> Result<Vec<DeptId>> {
    q.all(
        "SELECT department FROM charge WHERE post = ?1 ORDER BY department",
        [post.0],
        |r| r.get(0).map(DeptId),
    )
}

/// Who last did something to a row, and when, by the audit trail.
pub(super) fn find_last_change(q: &impl Query, target: &str) -> Result<Option<(String, Millis)>> {
    q.opt(
        "SELECT actor, at FROM audit WHERE shelf = 0 AND target = ?1 ORDER BY id DESC LIMIT 1",
        [target],
        |r| Ok((r.get(0)?, Millis(r.get(1)?))),
    )
}

pub(super) fn insert_organ(w: &Write<'_>, o: &Organ) -> Result<OrganId> {
    w.insert(
        "INSERT INTO organ(name, short_name, codes, valid_from) VALUES(?1,?2,?3,?4)",
        params![
            o.name,
            o.short_name,
            serde_json::to_string(&o.codes)?,
            o.validity.from.to_string()
        ],
    )
    .map(OrganId)
}

pub(super) fn insert_department(w: &Write<'_>, d: &Department) -> Result<DeptId> {
    w.insert(
        "INSERT INTO department(organ, code, name, short_name, kind, sort, valid_from)
         VALUES(?1,?2,?3,?4,?5,?6,?7)",
        params![
            d.organ.0,
            d.code,
            d.name,
            d.short_name,
            d.kind.id(),
            d.sort,
            d.validity.from.to_string()
        ],
    )
    .map(DeptId)
}

pub(super) fn insert_post(w: &Write<'_>, p: &Post) -> Result<PostId> {
    w.insert(
        "INSERT INTO post(department, name, sort, roles, valid_from) VALUES(?1,?2,?3,?4,?5)",
        params![
            p.department.0,
            p.name,
            p.sort,
            serde_json::to_string(&p.roles)?,
            p.validity.from.to_string()
        ],
    )
    .map(PostId)
}

pub(super) fn insert_person(w: &Write<'_>, p: &Person) -> Result<PersonId> {
    w.insert(
        "INSERT INTO person(name, full_key, initials, mobile, staff_no, sort, valid_from)
         VALUES(?1,?2,?3,?4,?5,?6,?7)",
        params![
            p.name,
            p.keys.full,
            p.keys.initials,
            p.mobile,
            p.staff_no,
            p.sort,
            p.validity.from.to_string()
        ],
    )
    .map(PersonId)
}

pub(super) fn insert_holding(w: &Write<'_>, h: &Holding) -> Result<i64> {
    w.insert(
        "INSERT INTO holding(person, post, main, valid_from) VALUES(?1,?2,?3,?4)",
        params![
            h.person.0,
            h.post.0,
            h.weight == Weight::Main,
            h.validity.from.to_string()
        ],
    )
}

pub(super) fn set_organ(w: &Write<'_>, o: &Organ) -> Result<usize> {
    w.execute(
        "UPDATE organ SET rev = rev + 1, name = ?3, short_name = ?4, codes = ?5,
           valid_until = ?6, successor = ?7 WHERE id = ?1 AND rev = ?2",
        params![
            o.id.0,
            o.rev,
            o.name,
            o.short_name,
            serde_json::to_string(&o.codes)?,
            last_day(o.validity),
            o.successor.map(|s| s.0)
        ],
    )
}

pub(super) fn set_department(w: &Write<'_>, d: &Department) -> Result<usize> {
    w.execute(
        "UPDATE department SET rev = rev + 1, code = ?3, name = ?4, short_name = ?5, kind = ?6,
           sort = ?7, valid_until = ?8, successor = ?9 WHERE id = ?1 AND rev = ?2",
        params![
            d.id.0,
            d.rev,
            d.code,
            d.name,
            d.short_name,
            d.kind.id(),
            d.sort,
            last_day(d.validity),
            d.successor.map(|s| s.0)
        ],
    )
}

pub(super) fn set_post(w: &Write<'_>, p: &Post) -> Result<usize> {
    w.execute(
        "UPDATE post SET rev = rev + 1, name = ?3, sort = ?4, roles = ?5, valid_until = ?6,
           successor = ?7 WHERE id = ?1 AND rev = ?2",
        params![
            p.id.0,
            p.rev,
            p.name,
            p.sort,
            serde_json::to_string(&p.roles)?,
            last_day(p.validity),
            p.successor.map(|s| s.0)
        ],
    )
}

pub(super) fn set_person(w: &Write<'_>, p: &Person) -> Result<usize> {
    w.execute(
        "UPDATE person SET rev = rev + 1, name = ?3, full_key = ?4, initials = ?5, mobile = ?6,
           staff_no = ?7, sort = ?8, valid_until = ?9 WHERE id = ?1 AND rev = ?2",
        params![
            p.id.0,
            p.rev,
            p.name,
            p.keys.full,
            p.keys.initials,
            p.mobile,
            p.staff_no,
            p.sort,
            last_day(p.validity)
        ],
    )
}

/// A person's posts changed: the person's page is older than the person.
pub(super) fn set_person_touched(w: &Write<'_>, person: Seen<PersonId>) -> Result<usize> {
    w.execute(
        "UPDATE person SET rev = rev + 1 WHERE id = ?1 AND rev = ?2",
        params![person.id.0, person.rev],
    )
}

/// A post's charges changed.
pub(super) fn set_post_touched(w: &Write<'_>, post: Seen<PostId>) -> Result<usize> {
    w.execute(
        "UPDATE post SET rev = rev + 1 WHERE id = ?1 AND rev = ?2",
        params![post.id.0, post.rev],
    )
}

pub(super) fn set_holding_end(w: &Write<'_>, holding: i64, last: Day) -> Result<usize> {
    w.execute(
        "UPDATE holding SET valid_until = ?2 WHERE id = ?1",
        params![holding, last.to_string()],
    )
}

pub(super) fn set_holding_weight(w: &Write<'_>, holding: i64, weight: Weight) -> Result<usize> {
    w.execute(
        "UPDATE holding SET main = ?2 WHERE id = ?1",
        params![holding, weight == Weight::Main],
    )
}

/// Ends what is still open or would end later.
pub(super) fn set_post_holdings_end(w: &Write<'_>, post: PostId, last: Day) -> Result<usize> {
    w.execute(
        "UPDATE holding SET valid_until = ?2
         WHERE post = ?1 AND (valid_until IS NULL OR valid_until > ?2)",
        params![post.0, last.to_string()],
    )
}

/// Ends all posts of a person.
pub(super) fn set_person_holdings_end(w: &Write<'_>, person: PersonId, last: Day) -> Result<usize> {
    w.execute(
        "UPDATE holding SET valid_until = ?2
         WHERE person = ?1 AND (valid_until IS NULL OR valid_until > ?2)",
        params![person.0, last.to_string()],
    )
}

/// Makes a post in charge of exactly these departments.
pub(super) fn set_charges(w: &Write<'_>, post: PostId, departments: &[DeptId]) -> Result<()> {
    w.execute("DELETE FROM charge WHERE post = ?1", [post.0])?;
    for dept in departments {
        w.execute(
            "INSERT INTO charge(post, department) VALUES(?1,?2) ON CONFLICT DO NOTHING",
            params![post.0, dept.0],
        )?;
    }
    Ok(())
}

fn last_day(validity: Validity) -> Option<String> {
    validity.until.map(|d| d.to_string())
}

/// Refuses where a row is gone: a form of a row that never was.
pub(super) fn must_be<T>(found: Option<T>) -> Result<T> {
    found.ok_or(Error::NotFound)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::sample;
    use super::*;
    use std::sync::atomic::Ordering;

    #[test]
    fn the_directory_is_nine_statements_and_every_change_an_event() {
        let office = sample::town("statements");
        let count = |s: &crate::store::Store| s.counters().statements.load(Ordering::Relaxed);
        let before = count(&office.store);
        office.handle.reload(&office.store).unwrap();
        assert_eq!(count(&office.store) - before, 9);
        let events: i64 = office
            .store
            .hub()
            .unwrap()
            .one(
                "SELECT count(*) FROM outbox WHERE kind = 'org.changed'",
                [],
                |r| r.get(0),
            )
            .unwrap();
        assert!(events > 100);
    }
}
