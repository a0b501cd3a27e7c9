//! SQL of seals, their history, and the deeds done with them in one volume. What a seal means is in `mod.rs`.
//! Not here: keys (`org::organ_key`). Invariant: a seal that was destroyed is never changed again.

use super::{SealKind, SealRow};
use crate::kit::{DeptId, Error, Id, Millis, OrganId, PersonId, PostId, Principal, Result};
use crate::store::{Query, Row, RowResult, Write, params};

/// One line of a seal's history.
#[derive(Debug, Clone)]
pub(super) struct Happened {
    pub said: String,
    pub name: String,
    pub at: Millis,
}

/// A seal that is to be written.
#[derive(Debug, Clone)]
pub(super) struct NewSeal {
    pub organ: OrganId,
    pub dept: Option<DeptId>,
    pub name: String,
    pub kind: SealKind,
    pub legend: String,
    pub under: String,
    pub keeper: Principal,
    pub image: Option<Vec<u8>>,
    pub width: i64,
}

/// Who does something to a seal.
#[derive(Debug, Clone)]
pub(super) struct By {
    pub person: PersonId,
    pub name: String,
}

/// All seals, those in use first.
pub(super) fn list_seals(q: &impl Query) -> Result<Vec<SealRow>> {
    let rows = q.all(
        "SELECT id, rev, organ, dept, name, kind, legend, under, post, person, image IS NOT NULL, width, sample,
           destroyed_on, reason
         FROM seal ORDER BY state = 'destroyed', organ, id",
        [],
        row,
    )?;
    Ok(rows)
}

/// One seal.
pub(super) fn find_seal(q: &impl Query, id: i64) -> Result<SealRow> {
    q.one(
        "SELECT id, rev, organ, dept, name, kind, legend, under, post, person, image IS NOT NULL, width, sample,
           destroyed_on, reason
         FROM seal WHERE id = ?1",
        [id],
        row,
    )
}

fn row(r: &Row<'_>) -> RowResult<SealRow> {
    let (kind, post): (String, Option<i64>) = (r.get(5)?, r.get(8)?);
    let (person, day): (Option<i64>, Option<String>) = (r.get(9)?, r.get(13)?);
    let reason: Option<String> = r.get(14)?;
    let by_post = post.map(|p| Principal::Post(PostId(p)));
    Ok(SealRow {
        id: r.get(0)?,
        rev: r.get(1)?,
        organ: OrganId(r.get(2)?),
        dept: r.get::<_, Option<i64>>(3)?.map(DeptId),
        name: r.get(4)?,
        // the column's CHECK lets no other word in
        kind: SealKind::of(&kind).unwrap_or(SealKind::Special),
        legend: r.get(6)?,
        under: r.get(7)?,
        keeper: by_post.unwrap_or(Principal::Person(PersonId(person.unwrap_or_default()))),
        pictured: r.get(10)?,
        width: r.get(11)?,
        sample: r.get(12)?,
        destroyed: day.zip(reason),
    })
}

/// Its picture, where one was uploaded.
pub(super) fn find_image(q: &impl Query, id: i64) -> Result<Option<Vec<u8>>> {
    q.one("SELECT image FROM seal WHERE id = ?1", [id], |r| r.get(0))
}

/// What became of a seal, the newest first.
pub(super) fn list_events(q: &impl Query, seal: i64) -> Result<Vec<Happened>> {
    q.all(
        "SELECT said, name, at FROM seal_event WHERE seal = ?1 ORDER BY id DESC",
        [seal],
        |r| {
            Ok(Happened {
                said: r.get(0)?,
                name: r.get(1)?,
                at: Millis(r.get(2)?),
            })
        },
    )
}

fn halves(keeper: Principal) -> (Option<i64>, Option<i64>) {
    match keeper {
        Principal::Post(p) => (Some(p.0), None),
        Principal::Person(p) => (None, Some(p.0)),
        _ => (None, None),
    }
}

/// Adds a seal; it is a test seal until it is confirmed.
///
/// # Errors
/// Invalid where the organ has one of this name in use.
pub(super) fn insert_seal(w: &mut Write<'_>, new: &NewSeal, by: &By) -> Result<i64> {
    let (post, person) = halves(new.keeper);
    let known: Option<i64> = w.opt(
        "SELECT id FROM seal WHERE organ = ?1 AND name = ?2 AND state = 'on'",
        params![new.organ.0, new.name],
        |r| r.get(0),
    )?;
    if known.is_some() {
        return Err(Error::invalid(
            "name",
            format!(
                "“{}”已经有一枚在用。请换一个名称，或者先把旧的销毁",
                new.name
            ),
        ));
    }
    let id = w.insert(
        "INSERT INTO seal(rev, organ, dept, name, kind, legend, under, post, person, image, width, sample, state)
         VALUES(1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 1, 'on')",
        params![
            new.organ.0,
            new.dept.map(|d| d.0),
            new.name,
            new.kind.id(),
            new.legend,
            new.under,
            post,
            person,
            new.image,
            new.width
        ],
    )?;
    happened(w, id, "登记，还是样章", by)?;
    Ok(id)
}

/// Hands a seal over to another keeper.
pub(super) fn set_keeper(
    w: &mut Write<'_>,
    seen: (i64, i64),
    keeper: Principal,
    said: (&str, &By),
) -> Result<()> {
    let (post, person) = halves(keeper);
    let changed = w.execute(
        "UPDATE seal SET rev = rev + 1, post = ?3, person = ?4 WHERE id = ?1 AND rev = ?2 AND state = 'on'",
        params![seen.0, seen.1, post, person],
    )?;
    done(w, changed, seen.0, said)
}

/// Says that this is the seal: it wears 样章 no more.
pub(super) fn set_confirmed(w: &mut Write<'_>, seen: (i64, i64), by: &By) -> Result<()> {
    let changed = w.execute(
        "UPDATE seal SET rev = rev + 1, sample = 0 WHERE id = ?1 AND rev = ?2 AND state = 'on' AND sample = 1",
        params![seen.0, seen.1],
    )?;
    done(w, changed, seen.0, ("图样核对无误，正式启用", by))
}

/// Destroys a seal; its row stays.
pub(super) fn set_destroyed(
    w: &mut Write<'_>,
    seen: (i64, i64),
    (day, reason): (&str, &str),
    by: &By,
) -> Result<()> {
    let changed = w.execute(
        "UPDATE seal SET rev = rev + 1, state = 'destroyed', destroyed_on = ?3, reason = ?4
         WHERE id = ?1 AND rev = ?2 AND state = 'on'",
        params![seen.0, seen.1, day, reason],
    )?;
    done(w, changed, seen.0, (&format!("销毁：{reason}"), by))
}

fn done(w: &mut Write<'_>, changed: usize, id: i64, (said, by): (&str, &By)) -> Result<()> {
    if changed == 0 {
        return Err(Error::Conflict(
            "这枚印章刚刚有人改过。请刷新看一看，再决定要不要改".into(),
        ));
    }
    happened(w, id, said, by)
}

fn happened(w: &mut Write<'_>, seal: i64, said: &str, by: &By) -> Result<()> {
    w.execute(
        "INSERT INTO seal_event(seal, said, person, name, at) VALUES(?1, ?2, ?3, ?4, ?5)",
        params![seal, said, by.person.0, by.name, w.at().0],
    )?;
    w.about(seal);
    w.note(said.to_owned());
    w.quiet("印章台账，不影响各类清单");
    Ok(())
}

/// A deed of sealing as the register of use shows it.
#[derive(Debug, Clone)]
pub(super) struct Used {
    pub id: Id,
    pub case: Id,
    /// `sealed` or `unsealed`.
    pub what: String,
    pub data: String,
    pub name: String,
    pub at: Millis,
}

/// What was sealed on one shelf, the newest first.
pub(super) fn list_used(q: &impl Query, shelf: i64) -> Result<Vec<Used>> {
    q.all(
        "SELECT id, case_id, what, data, name, at FROM deed
         WHERE shelf = ?1 AND what IN ('sealed','unsealed') ORDER BY id DESC",
        [shelf],
        used,
    )
}

/// What was sealed with this file, on one shelf.
pub(super) fn list_with_digest(q: &impl Query, shelf: i64, digest: &str) -> Result<Vec<Used>> {
    q.all(
        "SELECT id, case_id, what, data, name, at FROM deed
         WHERE shelf = ?1 AND what = 'sealed' AND data ->> '$.stamped.signed.file' = ?2 ORDER BY id DESC",
        params![shelf, digest],
        used,
    )
}

fn used(r: &Row<'_>) -> RowResult<Used> {
    Ok(Used {
        id: Id::from_raw(r.get(0)?),
        case: Id::from_raw(r.get(1)?),
        what: r.get(2)?,
        data: r.get(3)?,
        name: r.get(4)?,
        at: Millis(r.get(5)?),
    })
}

/// The case whose seal bears this code, on one shelf.
pub(super) fn find_with_code(q: &impl Query, shelf: i64, code: &str) -> Result<Option<Id>> {
    q.opt(
        "SELECT case_id FROM deed
         WHERE shelf = ?1 AND what = 'sealed' AND data ->> '$.stamped.signed.code' = ?2 ORDER BY id DESC LIMIT 1",
        params![shelf, code],
        |r| Ok(Id::from_raw(r.get(0)?)),
    )
}
