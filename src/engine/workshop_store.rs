//! SQL of the office's own procedures in the hub: versions, drafts, switches, authorisations. What may be
//! written is said in `workshop.rs`; who reads it on every request has it from `procedures.rs`.
//! Invariant: a version is inserted, never changed; of a procedure's versions the one with the highest number
//! counts.

use super::procedures::{Grantee, Published};
use crate::kit::{DeptId, Millis, PersonId, Principal, Result};
use crate::store::{Query, Row, RowResult, Write, params};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What the office decided, as every request needs it.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// By procedure; those that follow the program are not among them.
    pub texts: BTreeMap<String, Text>,
    pub settings: HashMap<String, Setting>,
    pub rights: Vec<Right>,
    /// Departments that run themselves: what of the office's they do not use.
    pub off_in: OffIn,
}

/// By department, the ids of procedures switched off there.
pub(super) type OffIn = BTreeMap<DeptId, BTreeSet<String>>;

/// The office's own text of a procedure.
#[derive(Debug)]
pub(super) struct Text {
    pub text: String,
    /// The version that shipped when it was published; empty where none did.
    pub beside: String,
}

impl Text {
    pub(super) fn read(&self) -> Result<Published> {
        Published::read(&self.text)
    }
}

/// Whether a procedure is in use, and where it stands in menus.
#[derive(Debug, Clone, Default)]
pub(super) struct Setting {
    pub rev: i64,
    pub off: bool,
    pub heading: String,
    pub sort: i64,
    /// The shipped version the office looked at and did not take.
    pub kept: String,
}

/// One line of an authorisation.
#[derive(Debug, Clone)]
pub(super) struct Right {
    pub procedure: String,
    pub kind: String,
    pub grantee: Grantee,
}

/// A published version.
#[derive(Debug, Clone)]
pub struct Version {
    pub n: i64,
    pub version: String,
    pub text: String,
    /// The office took the program's own text again.
    pub follows: bool,
    pub note: String,
    pub name: String,
    pub at: Millis,
}

/// What somebody is working on.
#[derive(Debug, Clone)]
pub struct Sketch {
    pub procedure: String,
    pub text: String,
    pub rev: i64,
    /// The version it was begun from.
    pub based_on: Option<String>,
    pub name: String,
    pub at: Millis,
}

/// Everything the office decided; nothing where the hub is older than these tables.
pub(super) fn find_kept(q: &impl Query) -> Result<Kept> {
    let made: i64 = q.one(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN
           ('procedure_text', 'procedure_setting', 'procedure_right')",
        [],
        |r| r.get(0),
    )?;
    if made < 3 {
        return Ok(Kept::default());
    }
    Ok(Kept {
        texts: list_texts(q)?,
        settings: list_settings(q)?,
        rights: list_rights(q)?,
        off_in: find_off(q)?,
    })
}

fn list_texts(q: &impl Query) -> Result<BTreeMap<String, Text>> {
    let all: Vec<(String, bool, Text)> = q.all(
        "SELECT procedure, follows, text, beside FROM procedure_text t
         WHERE n = (SELECT max(n) FROM procedure_text m WHERE m.procedure = t.procedure) ORDER BY procedure",
        [],
        |r| {
            let text = Text {
                text: r.get(2)?,
                beside: r.get(3)?,
            };
            Ok((r.get(0)?, r.get(1)?, text))
        },
    )?;
    let own = all.into_iter().filter(|(_, follows, _)| !follows);
    Ok(own.map(|(id, _, text)| (id, text)).collect())
}

fn list_settings(q: &impl Query) -> Result<HashMap<String, Setting>> {
    let all: Vec<(String, Setting)> = q.all(
        "SELECT procedure, rev, is_on, heading, sort, kept FROM procedure_setting",
        [],
        |r| Ok((r.get(0)?, setting_row(r)?)),
    )?;
    Ok(all.into_iter().collect())
}

fn setting_row(r: &Row<'_>) -> RowResult<Setting> {
    Ok(Setting {
        rev: r.get(1)?,
        off: !r.get::<_, bool>(2)?,
        heading: r.get(3)?,
        sort: r.get(4)?,
        kept: r.get(5)?,
    })
}

pub(super) fn find_setting(q: &impl Query, procedure: &str) -> Result<Setting> {
    let found = q.opt(
        "SELECT procedure, rev, is_on, heading, sort, kept FROM procedure_setting WHERE procedure = ?1",
        [procedure],
        setting_row,
    )?;
    Ok(found.unwrap_or_default())
}

/// Writes a setting over the one whose number it carries; false where somebody was there before.
pub(super) fn set_setting(w: &Write<'_>, procedure: &str, s: &Setting) -> Result<bool> {
    let done = w.execute(
        "INSERT INTO procedure_setting(procedure, rev, is_on, heading, sort, kept)
         SELECT ?1, 1, ?3, ?4, ?5, ?6
         WHERE ?2 = 0 OR EXISTS (SELECT 1 FROM procedure_setting WHERE procedure = ?1)
         ON CONFLICT(procedure) DO UPDATE SET rev = rev + 1, is_on = excluded.is_on,
           heading = excluded.heading, sort = excluded.sort, kept = excluded.kept
         WHERE rev = ?2",
        params![procedure, s.rev, !s.off, s.heading, s.sort, s.kept],
    )?;
    Ok(done == 1)
}

fn list_rights(q: &impl Query) -> Result<Vec<Right>> {
    let all: Vec<Option<Right>> = q.all(
        "SELECT procedure, kind, principal, role FROM procedure_right
         ORDER BY procedure, kind, principal, role",
        [],
        |r| {
            let (raw, role): (i64, String) = (r.get(2)?, r.get(3)?);
            let grantee = match role.is_empty() {
                true => Principal::from_raw(raw).map(Grantee::Principal),
                false => Some(Grantee::Role(role)),
            };
            let (procedure, kind) = (r.get(0)?, r.get(1)?);
            Ok(grantee.map(|grantee| Right {
                procedure,
                kind,
                grantee,
            }))
        },
    )?;
    Ok(all.into_iter().flatten().collect())
}

/// Exactly these are authorised.
pub(super) fn set_rights(
    w: &Write<'_>,
    (procedure, kind): (&str, &str),
    all: &[Grantee],
) -> Result<()> {
    w.execute(
        "DELETE FROM procedure_right WHERE procedure = ?1 AND kind = ?2",
        [procedure, kind],
    )?;
    for grantee in all {
        let (raw, role) = match grantee {
            Grantee::Principal(p) => (p.to_raw(), ""),
            Grantee::Role(r) => (0, r.as_str()),
        };
        w.execute(
            "INSERT INTO procedure_right(procedure, kind, principal, role) VALUES(?1, ?2, ?3, ?4)
             ON CONFLICT DO NOTHING",
            params![procedure, kind, raw, role],
        )?;
    }
    Ok(())
}

/// What departments that run themselves switched off for themselves.
pub(super) fn find_off(q: &impl Query) -> Result<OffIn> {
    let kept: Option<String> = q.opt(
        "SELECT v FROM setting WHERE k = 'procedure.off_in'",
        [],
        |r| r.get(0),
    )?;
    Ok(kept.map_or_else(|| Ok(OffIn::new()), |v| serde_json::from_str(&v))?)
}

/// The same, as it is now.
pub(super) fn set_off(w: &Write<'_>, off: &OffIn) -> Result<()> {
    w.execute(
        "INSERT INTO setting(k, v) VALUES('procedure.off_in', ?1)
         ON CONFLICT(k) DO UPDATE SET v = excluded.v, rev = rev + 1",
        [serde_json::to_string(off)?],
    )
    .map(drop)
}

/// A version to be published.
pub(super) struct NewVersion<'a> {
    pub procedure: &'a str,
    pub version: &'a str,
    pub text: &'a str,
    pub follows: bool,
    pub beside: &'a str,
    pub note: &'a str,
    pub by: (PersonId, &'a str),
}

/// The next version of a procedure; its number.
pub(super) fn insert_text(w: &Write<'_>, new: &NewVersion<'_>) -> Result<i64> {
    w.one(
        "INSERT INTO procedure_text(procedure, n, version, text, follows, beside, note, person, name, at)
         SELECT ?1, coalesce(max(n), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
         FROM procedure_text WHERE procedure = ?1 RETURNING n",
        params![
            new.procedure,
            new.version,
            new.text,
            new.follows,
            new.beside,
            new.note,
            new.by.0.0,
            new.by.1,
            w.at().0
        ],
        |r| r.get(0),
    )
}

/// The versions of a procedure, newest first.
pub(super) fn list_versions(q: &impl Query, procedure: &str) -> Result<Vec<Version>> {
    q.all(
        "SELECT n, version, text, follows, note, name, at FROM procedure_text
         WHERE procedure = ?1 ORDER BY n DESC",
        [procedure],
        |r| {
            Ok(Version {
                n: r.get(0)?,
                version: r.get(1)?,
                text: r.get(2)?,
                follows: r.get(3)?,
                note: r.get(4)?,
                name: r.get(5)?,
                at: Millis(r.get(6)?),
            })
        },
    )
}

/// When each procedure was last published by the office, and by whom.
pub(super) fn list_last(q: &impl Query) -> Result<HashMap<String, (i64, String, Millis)>> {
    let all: Vec<(String, (i64, String, Millis))> = q.all(
        "SELECT procedure, n, name, at FROM procedure_text t
         WHERE n = (SELECT max(n) FROM procedure_text m WHERE m.procedure = t.procedure)",
        [],
        |r| Ok((r.get(0)?, (r.get(1)?, r.get(2)?, Millis(r.get(3)?)))),
    )?;
    Ok(all.into_iter().collect())
}

fn sketch_row(r: &Row<'_>) -> RowResult<Sketch> {
    Ok(Sketch {
        procedure: r.get(0)?,
        text: r.get(1)?,
        rev: r.get(2)?,
        based_on: r.get(3)?,
        name: r.get(4)?,
        at: Millis(r.get(5)?),
    })
}

pub(super) fn find_sketch(q: &impl Query, procedure: &str) -> Result<Option<Sketch>> {
    q.opt(
        "SELECT procedure, text, rev, based_on, name, at FROM procedure_draft WHERE procedure = ?1",
        [procedure],
        sketch_row,
    )
}

pub(super) fn list_sketches(q: &impl Query) -> Result<Vec<Sketch>> {
    q.all(
        "SELECT procedure, text, rev, based_on, name, at FROM procedure_draft ORDER BY at DESC",
        [],
        sketch_row,
    )
}

/// A sketch to be written.
pub(super) struct NewSketch<'a> {
    pub procedure: &'a str,
    pub text: &'a str,
    /// The number it was read with; 0 where there was none.
    pub rev: i64,
    pub based_on: Option<&'a str>,
    pub by: (PersonId, &'a str),
}

/// The new number; none where somebody was there before.
pub(super) fn set_sketch(w: &Write<'_>, new: &NewSketch<'_>) -> Result<Option<i64>> {
    w.opt(
        "INSERT INTO procedure_draft(procedure, text, rev, based_on, person, name, at)
         SELECT ?1, ?2, 1, ?4, ?5, ?6, ?7
         WHERE ?3 = 0 OR EXISTS (SELECT 1 FROM procedure_draft WHERE procedure = ?1)
         ON CONFLICT(procedure) DO UPDATE SET text = excluded.text, rev = rev + 1,
           person = excluded.person, name = excluded.name, at = excluded.at
         WHERE rev = ?3
         RETURNING rev",
        params![
            new.procedure,
            new.text,
            new.rev,
            new.based_on,
            new.by.0.0,
            new.by.1,
            w.at().0
        ],
        |r| r.get(0),
    )
}

/// False where it is another one by now.
pub(super) fn take_sketch(w: &Write<'_>, (procedure, rev): (&str, i64)) -> Result<bool> {
    let gone = w.execute(
        "DELETE FROM procedure_draft WHERE procedure = ?1 AND rev = ?2",
        params![procedure, rev],
    )?;
    Ok(gone == 1)
}

/// What was looked at before a version was published stands on older ground: it has to be looked at again.
pub(super) fn touch_sketch(w: &Write<'_>, procedure: &str) -> Result<()> {
    w.execute(
        "UPDATE procedure_draft SET rev = rev + 1 WHERE procedure = ?1",
        [procedure],
    )?;
    Ok(())
}

/// Open cases of each procedure, from the lists.
pub fn count_open(index: &impl Query) -> Result<HashMap<String, i64>> {
    let all: Vec<(String, i64)> = index.all(
        "SELECT procedure, count(*) FROM case_list WHERE state = 'open' GROUP BY procedure",
        [],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    Ok(all.into_iter().collect())
}
