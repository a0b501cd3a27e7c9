//! Loads a case from its volume, one statement a table. Not here: deciding anything, and writing
//! (`save_store`).

use super::case::{Branch, CaseState, LastAct, Opinion, Outcome, Part, Task, Urge};
use super::deed_store::list_deeds;
use super::definition::{MoveId, Procedure};
use super::stored::{Acted, Detail, Head, Links, MAIN, Signature, Stored, purpose_of, word_of};
use crate::kit::{DeptId, Error, Id, Millis, OrganId, PersonId, Principal, Result};
use crate::store::{Query, Row, RowResult};
use serde_json::Value;

/// The case of this id.
pub fn find_case(db: &impl Query, id: Id) -> Result<Stored> {
    let (head, mut state) = db.one(
        "SELECT rev, procedure, version, year, title, number, urgency, starter_name, changed_at, closed_at,
           archived_at, organ, dept, state, step, visit, starter, form, opened_at, outcome FROM cases WHERE id = ?1",
        [id.raw()],
        |r| Ok((head_row(r)?, state_row(r, id)?)),
    )?;
    state.branches = list_branches(db, id)?;
    let (tasks, names) = list_tasks(db, id)?;
    let (opinions, said, opinion) = list_opinions(db, id)?;
    let (acts, ledger) = list_acts(db, id)?;
    state.tasks = tasks;
    state.opinions = opinions;
    state.last = last_act(&acts);
    state.urges = urges(&acts);
    Ok(Stored {
        head,
        state,
        acts,
        said,
        names,
        links: Links { ledger, opinion },
        written: 0,
    })
}

/// The number a case has, where it has one.
pub fn find_number(db: &impl Query, id: Id) -> Result<Option<String>> {
    let found = db.opt("SELECT number FROM cases WHERE id = ?1", [id.raw()], |r| {
        r.get::<_, Option<String>>(0)
    })?;
    Ok(found.flatten())
}

/// Of which procedure a case is.
pub fn find_procedure(db: &impl Query, id: Id) -> Result<Option<String>> {
    db.opt(
        "SELECT procedure FROM cases WHERE id = ?1",
        [id.raw()],
        |r| r.get(0),
    )
}

/// Whether nothing was written to a case since it was read: its own version, its ledger, its opinions, and
/// which tasks were opened, the one thing that is noted without a version.
pub fn is_current(db: &impl Query, case: &Stored) -> Result<bool> {
    let acts = case.acts.last().map_or(0, |a| a.n);
    let said = case.state.opinions.len() as i64;
    let seen = case.state.tasks.iter().filter(|t| t.seen_at.is_some());
    let known = (case.head.rev, acts, said, seen.count() as i64);
    let found = db.opt(
        "SELECT rev, (SELECT max(n) FROM ledger l WHERE l.case_id = c.id),
           (SELECT count(*) FROM opinion o WHERE o.case_id = c.id),
           (SELECT count(seen_at) FROM task t WHERE t.case_id = c.id)
         FROM cases c WHERE id = ?1",
        [case.state.id.raw()],
        |r| {
            let acts = r.get::<_, Option<i64>>(1)?.unwrap_or(0);
            Ok((r.get(0)?, acts, r.get(2)?, r.get(3)?))
        },
    )?;
    Ok(found == Some(known))
}

/// Puts the rows of table fields into the form, and beside it what was done to the official document; a statement
/// each, and none where the procedure has no such thing.
pub fn fill_tables(db: &impl Query, procedure: &Procedure, case: &mut CaseState) -> Result<()> {
    if procedure.document.is_some() {
        case.deeds = list_deeds(db, case.id)?;
    }
    if procedure.tables().next().is_none() {
        return Ok(());
    }
    let rows: Vec<(String, String)> = db.all(
        "SELECT field, data FROM table_row WHERE case_id = ?1 ORDER BY field, n",
        [case.id.raw()],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    for (field, data) in rows {
        let row: Value = serde_json::from_str(&data)?;
        match case
            .values
            .entry(field)
            .or_insert_with(|| Value::Array(Vec::new()))
        {
            Value::Array(all) => all.push(row),
            other => *other = Value::Array(vec![row]),
        }
    }
    Ok(())
}

fn head_row(r: &Row<'_>) -> RowResult<Head> {
    Ok(Head {
        rev: r.get(0)?,
        procedure: r.get(1)?,
        version: r.get(2)?,
        year: r.get(3)?,
        title: r.get(4)?,
        number: r.get(5)?,
        urgency: r.get(6)?,
        starter_name: r.get(7)?,
        changed_at: Millis(r.get(8)?),
        closed_at: r.get::<_, Option<i64>>(9)?.map(Millis),
        archived_at: r.get::<_, Option<i64>>(10)?.map(Millis),
    })
}

fn state_row(r: &Row<'_>, id: Id) -> RowResult<CaseState> {
    Ok(CaseState {
        id,
        organ: OrganId(r.get(11)?),
        dept: DeptId(r.get(12)?),
        state: word_of(&r.get::<_, String>(13)?),
        outcome: Outcome::of(&r.get::<_, String>(19)?),
        step: r.get(14)?,
        visit: r.get(15)?,
        starter: PersonId(r.get(16)?),
        values: serde_json::from_str(&r.get::<_, String>(17)?).unwrap_or_default(),
        opened_at: Millis(r.get(18)?),
        branches: Vec::new(),
        tasks: Vec::new(),
        opinions: Vec::new(),
        grants: Vec::new(),
        last: None,
        urges: Vec::new(),
        deeds: Vec::new(),
        enclosed: None,
    })
}

fn list_branches(db: &impl Query, case: Id) -> Result<Vec<Branch>> {
    db.all(
        "SELECT id, step, visit, part, dept, state FROM branch WHERE case_id = ?1 ORDER BY id",
        [case.raw()],
        |r| {
            Ok(Branch {
                id: Id::from_raw(r.get(0)?),
                step: r.get(1)?,
                visit: r.get(2)?,
                part: match r.get::<_, String>(3)?.as_str() {
                    "principal" => Part::Principal,
                    "assist" => Part::Assist,
                    _ => Part::Whole,
                },
                dept: r.get::<_, Option<i64>>(4)?.map(DeptId),
                state: word_of(&r.get::<_, String>(5)?),
            })
        },
    )
}

type Names = Vec<(String, String)>;

fn list_tasks(db: &impl Query, case: Id) -> Result<(Vec<Task>, Names)> {
    let all = db.all(
        "SELECT id, branch, parent, purpose, step, verb, holder, person, given_by, state, ord, note,
           given_at, seen_at, done_at, due_at, holder_name, given_name FROM task WHERE case_id = ?1 ORDER BY id",
        [case.raw()],
        |r| Ok((task_row(r)?, (r.get(16)?, r.get(17)?))),
    )?;
    Ok(all.into_iter().unzip())
}

fn task_row(r: &Row<'_>) -> RowResult<Task> {
    let at =
        |i: usize| -> RowResult<Option<Millis>> { Ok(r.get::<_, Option<i64>>(i)?.map(Millis)) };
    Ok(Task {
        id: Id::from_raw(r.get(0)?),
        branch: r.get::<_, Option<i64>>(1)?.map(Id::from_raw),
        parent: r.get::<_, Option<i64>>(2)?.map(Id::from_raw),
        purpose: purpose_of(&r.get::<_, String>(3)?),
        step: r.get(4)?,
        verb: r.get(5)?,
        holder: Principal::from_raw(r.get(6)?).unwrap_or(Principal::Person(PersonId(0))),
        person: r.get::<_, Option<i64>>(7)?.map(PersonId),
        given_by: r.get::<_, Option<i64>>(8)?.map(PersonId),
        state: word_of(&r.get::<_, String>(9)?),
        ord: r.get(10)?,
        note: r.get(11)?,
        given_at: at(12)?.unwrap_or_default(),
        seen_at: at(13)?,
        done_at: at(14)?,
        due_at: at(15)?,
    })
}

type Opinions = (Vec<Opinion>, Vec<Signature>, [u8; 32]);

fn list_opinions(db: &impl Query, case: Id) -> Result<Opinions> {
    let mut last = [0; 32];
    let all = db.all(
        "SELECT person, name, post_name, dept_name, acting_for, acting_name, box, branch, text, at, chain,
           task, (SELECT h.strokes FROM handwriting h WHERE h.case_id = ?1 AND h.opinion = opinion.id)
         FROM opinion WHERE case_id = ?1 ORDER BY id",
        [case.raw()],
        |r| {
            last = r.get(10)?;
            let by = signature_row(r)?;
            let opinion = Opinion {
                into: r.get(6)?,
                branch: r.get::<_, Option<i64>>(7)?.map(Id::from_raw),
                task: r.get::<_, Option<i64>>(11)?.map(Id::from_raw),
                text: r.get(8)?,
                hand: r.get::<_, Option<String>>(12)?.unwrap_or_default(),
                person: by.person,
                acting_for: by.acting_for.as_ref().map(|(p, _)| *p),
                at: Millis(r.get(9)?),
            };
            Ok((opinion, by))
        },
    )?;
    let (opinions, said) = all.into_iter().unzip();
    Ok((opinions, said, last))
}

/// Columns 0 to 5: person, name, post, department, for whom.
fn signature_row(r: &Row<'_>) -> RowResult<Signature> {
    let acting: Option<i64> = r.get(4)?;
    let acting_name: Option<String> = r.get(5)?;
    Ok(Signature {
        person: PersonId(r.get::<_, Option<i64>>(0)?.unwrap_or(0)),
        name: r.get(1)?,
        post_name: r.get(2)?,
        dept_name: r.get(3)?,
        acting_for: acting.map(|p| (PersonId(p), acting_name.unwrap_or_default())),
    })
}

fn list_acts(db: &impl Query, case: Id) -> Result<(Vec<Acted>, [u8; 32])> {
    let mut last = [0; 32];
    let rows = db.all(
        "SELECT person, name, post_name, dept_name, acting_for, acting_name, n, move, step, to_step, defined,
           task, branch, received_at, opened_at, at, detail, chain FROM ledger WHERE case_id = ?1 ORDER BY n",
        [case.raw()],
        |r| {
            last = r.get(17)?;
            let at = |i: usize| -> RowResult<Option<Millis>> { Ok(r.get::<_, Option<i64>>(i)?.map(Millis)) };
            let id = |i: usize| -> RowResult<Option<Id>> { Ok(r.get::<_, Option<i64>>(i)?.map(Id::from_raw)) };
            Ok((
                Acted {
                    n: r.get(6)?,
                    mv: MoveId::Start,
                    step: r.get(8)?,
                    to_step: r.get(9)?,
                    defined: r.get(10)?,
                    by: signature_row(r)?,
                    task: id(11)?,
                    branch: id(12)?,
                    received_at: at(13)?,
                    opened_at: at(14)?,
                    at: at(15)?.unwrap_or_default(),
                    detail: Detail::default(),
                },
                r.get::<_, String>(7)?,
                r.get::<_, String>(16)?,
            ))
        },
    )?;
    let mut acts = Vec::with_capacity(rows.len());
    for (mut act, mv, detail) in rows {
        act.mv = MoveId::of(&mv).ok_or_else(|| Error::fault(format!("unknown move {mv}")))?;
        act.detail = serde_json::from_str(&detail)?;
        acts.push(act);
    }
    Ok((acts, last))
}

/// The last act on the main lane, where it may be taken back.
fn last_act(acts: &[Acted]) -> Option<LastAct> {
    let last = acts.iter().rev().find(|a| a.detail.lane == MAIN)?;
    Some(LastAct {
        mv: last.mv,
        by: last.by.person,
        undo: last.detail.undo.clone()?,
        tasks: last.detail.tasks.clone(),
        branches: last.detail.branches.clone(),
    })
}

/// Every urging is a ledger row that names its tasks.
fn urges(acts: &[Acted]) -> Vec<Urge> {
    let one = |act: &Acted, task: Id| Urge {
        task,
        by: act.by.person,
        at: act.at,
        words: act.detail.note.clone(),
    };
    let of = |act| {
        let act: &Acted = act;
        act.detail.urged.iter().map(move |task| one(act, *task))
    };
    acts.iter().flat_map(of).collect()
}

/// Principals the case is granted to.
pub fn list_grants(db: &impl Query, case: Id) -> Result<Vec<(Principal, String)>> {
    let all = db.all(
        "SELECT principal, step FROM grants WHERE case_id = ?1",
        [case.raw()],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    Ok(all
        .into_iter()
        .filter_map(|(p, step)| Some((Principal::from_raw(p)?, step)))
        .collect())
}
