//! Loads a case from its volume and saves what an action changed, table by table.
//! Not here: deciding anything. Rows carry names as they were; chains are SM3 over prev and the columns
//! in the order of the table (`store::verify` recomputes them from plain SQL).
//! Invariant: one statement a table however many rows, so that an action stays within its 20 statements.

use super::case::{
    Branch, BranchState, CaseState, LastAct, Opinion, Part, Purpose, State, Task, TaskState, Undo,
    Values,
};
use super::definition::MoveId;
use super::facts::People;
use super::plan::{Act, Lane};
use crate::kit::{DeptId, Digest, Error, Id, Millis, OrganId, PersonId, Principal, Result};
use crate::store::{Query, Row, RowResult, Write, params};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Which lane an act was on, as stored.
const MAIN: &str = "main";
const SIDE: &str = "side";

/// What a case says of itself beside its flow.
#[derive(Debug, Clone)]
pub struct Head {
    pub rev: i64,
    pub procedure: String,
    pub version: String,
    pub year: i16,
    pub title: String,
    pub number: Option<String>,
    pub urgency: String,
    pub starter_name: String,
    pub changed_at: Millis,
    pub closed_at: Option<Millis>,
    pub archived_at: Option<Millis>,
}

/// A case as it stands in its volume, with the names as they were.
#[derive(Debug, Clone)]
pub struct Stored {
    pub head: Head,
    pub state: CaseState,
    /// Ledger rows, in order.
    pub acts: Vec<Acted>,
    /// Who wrote the opinions of `state`, in the same order.
    pub said: Vec<Signature>,
    /// Holder and giver of each task of `state`, in the same order.
    pub names: Vec<(String, String)>,
    links: Links,
    /// Ledger rows written since it was loaded.
    written: i64,
}

/// A ledger row.
#[derive(Debug, Clone)]
pub struct Acted {
    pub n: i64,
    pub mv: MoveId,
    pub step: String,
    pub to_step: Option<String>,
    pub defined: String,
    pub by: Signature,
    pub task: Option<Id>,
    pub branch: Option<Id>,
    pub received_at: Option<Millis>,
    pub opened_at: Option<Millis>,
    pub at: Millis,
    pub detail: Detail,
}

/// The ends of the case's chains.
#[derive(Debug, Clone, Default)]
struct Links {
    ledger: [u8; 32],
    opinion: [u8; 32],
}

/// Who acts, by the names of the day.
#[derive(Debug, Clone)]
pub struct Signature {
    pub person: PersonId,
    pub name: String,
    pub post_name: String,
    pub dept_name: String,
    pub acting_for: Option<(PersonId, String)>,
}

/// What a ledger row keeps beside its columns.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Detail {
    /// `main` or `side`.
    pub lane: String,
    /// The words on the button.
    pub label: String,
    /// To whom it went, as names.
    pub to: Vec<String>,
    /// The reason or the giver's word.
    pub note: String,
    /// How to take it back.
    pub undo: Option<Undo>,
    /// Tasks it opened.
    pub tasks: Vec<Id>,
    /// Branches it opened.
    pub branches: Vec<Id>,
}

/// One act to be written into the ledger.
pub struct Entry<'a> {
    pub act: &'a Act,
    pub undo: Option<&'a Undo>,
    pub tasks: Vec<Id>,
    pub branches: Vec<Id>,
    pub signature: &'a Signature,
    /// The rule that said who does this step, in words.
    pub defined: String,
}

/// The case of this id.
pub fn find_case(db: &impl Query, id: Id) -> Result<Stored> {
    let (head, mut state) = db.one(
        "SELECT rev, procedure, version, year, title, number, urgency, starter_name, changed_at, closed_at,
           archived_at, organ, dept, state, step, visit, starter, form, opened_at FROM cases WHERE id = ?1",
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
        "SELECT person, name, post_name, dept_name, acting_for, acting_name, box, branch, text, at, chain
         FROM opinion WHERE case_id = ?1 ORDER BY id",
        [case.raw()],
        |r| {
            last = r.get(10)?;
            let by = signature_row(r)?;
            let opinion = Opinion {
                into: r.get(6)?,
                branch: r.get::<_, Option<i64>>(7)?.map(Id::from_raw),
                text: r.get(8)?,
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

impl Stored {
    /// A case that does not exist yet.
    #[must_use]
    pub const fn new(head: Head, state: CaseState) -> Self {
        Self {
            head,
            state,
            acts: Vec::new(),
            said: Vec::new(),
            names: Vec::new(),
            links: Links {
                ledger: [0; 32],
                opinion: [0; 32],
            },
            written: 0,
        }
    }

    /// Saves the case after an action: `before` is what was loaded, `None` for a new case.
    pub fn save(
        &mut self,
        w: &mut Write<'_>,
        before: Option<&CaseState>,
        entries: &[Entry<'_>],
        people: &dyn People,
    ) -> Result<()> {
        w.must_hold(self.state.id)?;
        self.head.changed_at = w.at();
        match before {
            None => self.insert_case(w)?,
            Some(_) => self.set_case(w)?,
        }
        let old = |f: fn(&CaseState) -> usize| before.map_or(0, f);
        save_branches(w, before, &self.state, people)?;
        save_tasks(w, before, &self.state, people)?;
        let signature = entries.last().map(|e| e.signature);
        for i in old(|c| c.opinions.len())..self.state.opinions.len() {
            if let (Some(opinion), Some(by)) = (self.state.opinions.get(i), signature) {
                self.links.opinion =
                    insert_opinion(w, self.state.id, opinion, by, &self.links.opinion)?;
            }
        }
        for entry in entries {
            self.insert_ledger(w, entry, people)?;
        }
        insert_grants(w, &self.state, old(|c| c.grants.len()))
    }

    fn insert_case(&mut self, w: &Write<'_>) -> Result<()> {
        let (h, s) = (&mut self.head, &self.state);
        h.rev = 1;
        w.execute(
            "INSERT INTO cases(id, shelf, rev, procedure, version, organ, dept, year, title, number, urgency,
               state, step, visit, starter, starter_name, form, due_at, opened_at, changed_at)
             VALUES(?1,?2,1,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?18)",
            params![
                s.id.raw(), w.shelf().0, h.procedure, h.version, s.organ.0, s.dept.0, h.year, h.title,
                h.number, h.urgency, word(&s.state)?, s.step, s.visit, s.starter.0, h.starter_name,
                form(&s.values)?, due(s), s.opened_at.0
            ],
        )?;
        Ok(())
    }

    fn set_case(&mut self, w: &Write<'_>) -> Result<()> {
        let (h, s) = (&mut self.head, &self.state);
        if s.state != State::Open && h.closed_at.is_none() {
            h.closed_at = Some(w.at());
        }
        if s.state == State::Open {
            h.closed_at = None;
        }
        h.archived_at = match s.state {
            State::Archived => h.archived_at.or(Some(w.at())),
            _ => None,
        };
        let changed = w.execute(
            "UPDATE cases SET rev = rev + 1, title = ?3, number = ?4, urgency = ?5, state = ?6, step = ?7,
               visit = ?8, form = ?9, due_at = ?10, changed_at = ?11, closed_at = ?12, archived_at = ?13
             WHERE id = ?1 AND rev = ?2",
            params![
                s.id.raw(), h.rev, h.title, h.number, h.urgency, word(&s.state)?, s.step, s.visit,
                form(&s.values)?, due(s), h.changed_at.0, h.closed_at.map(|m| m.0),
                h.archived_at.map(|m| m.0)
            ],
        )?;
        h.rev += 1;
        match changed {
            1 => Ok(()),
            _ => Err(Error::fault("a case changed under its own writer")),
        }
    }

    fn insert_ledger(
        &mut self,
        w: &mut Write<'_>,
        e: &Entry<'_>,
        people: &dyn People,
    ) -> Result<()> {
        let id = w.next_id();
        let n = self.acts.last().map_or(0, |a| a.n) + 1 + self.written;
        let task = e.act.task.and_then(|t| self.state.task(t));
        let detail = serde_json::to_string(&Detail {
            lane: if e.act.lane == Lane::Main { MAIN } else { SIDE }.to_owned(),
            label: e.act.label.clone(),
            to: e.act.to.iter().map(|p| people.name(*p)).collect(),
            note: e.act.note.clone(),
            undo: e.undo.cloned(),
            tasks: e.tasks.clone(),
            branches: e.branches.clone(),
        })?;
        let (acting_for, acting_name) = acting(e.signature);
        let received = task.map(|t| t.given_at.0);
        let opened = task.and_then(|t| t.seen_at).map(|m| m.0);
        let s = e.signature;
        let chain = chain(
            &self.links.ledger,
            &[
                text(id.raw()),
                text(self.state.id.raw()),
                text(n),
                or(e.act.branch.map(Id::raw)),
                or(e.act.task.map(Id::raw)),
                text(e.act.mv.as_str()),
                text(&e.act.step),
                or(e.act.to_step.as_ref()),
                text(&e.defined),
                text(s.person),
                text(&s.name),
                text(&s.post_name),
                text(&s.dept_name),
                or(acting_for),
                or(acting_name.as_ref()),
                or(received),
                or(opened),
                text(w.at().0),
                text(&detail),
            ],
        );
        w.execute(
            "INSERT INTO ledger(id, shelf, case_id, n, branch, task, move, step, to_step, defined, person, name,
               post_name, dept_name, acting_for, acting_name, received_at, opened_at, at, detail, chain)
             VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21)",
            params![
                id.raw(), w.shelf().0, self.state.id.raw(), n, e.act.branch.map(Id::raw),
                e.act.task.map(Id::raw), e.act.mv.as_str(), e.act.step, e.act.to_step, e.defined,
                s.person.0, s.name, s.post_name, s.dept_name, acting_for, acting_name, received, opened,
                w.at().0, detail, chain
            ],
        )?;
        self.links.ledger = chain;
        self.written += 1;
        Ok(())
    }
}

fn save_branches(
    w: &mut Write<'_>,
    before: Option<&CaseState>,
    after: &CaseState,
    people: &dyn People,
) -> Result<()> {
    let known = |id: Id| before.and_then(|c| c.branch(id));
    let (mut new, mut changed) = (Vec::new(), Vec::new());
    for b in &after.branches {
        match known(b.id) {
            None => new.push(json!([
                b.id.raw(),
                b.step,
                b.visit,
                part(b.part),
                b.dept.map(|d| d.0),
                b.dept.map(|d| people.dept_name(d)).unwrap_or_default(),
                word(&b.state)?
            ])),
            Some(old) if old.state != b.state => changed.push(json!([b.id.raw(), word(&b.state)?])),
            Some(_) => {}
        }
    }
    if !new.is_empty() {
        w.execute(
            "INSERT INTO branch(id, shelf, case_id, step, visit, part, dept, dept_name, state, opened_at)
             SELECT value ->> 0, ?2, ?3, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5,
               value ->> 6, ?4 FROM json_each(?1)",
            params![Value::Array(new).to_string(), w.shelf().0, after.id.raw(), w.at().0],
        )?;
    }
    if !changed.is_empty() {
        w.execute(
            "UPDATE branch SET state = j.value ->> 1,
               closed_at = CASE WHEN j.value ->> 1 = 'open' THEN NULL ELSE ?2 END
             FROM json_each(?1) j WHERE branch.id = j.value ->> 0",
            params![Value::Array(changed).to_string(), w.at().0],
        )?;
    }
    Ok(())
}

fn save_tasks(
    w: &mut Write<'_>,
    before: Option<&CaseState>,
    after: &CaseState,
    people: &dyn People,
) -> Result<()> {
    let known = |id: Id| before.and_then(|c| c.task(id));
    let at = |m: Option<Millis>| m.map(|m| m.0);
    let (mut new, mut changed) = (Vec::new(), Vec::new());
    for t in &after.tasks {
        match known(t.id) {
            None => new.push(json!([
                t.id.raw(),
                t.branch.map(Id::raw),
                t.parent.map(Id::raw),
                purpose(t.purpose),
                t.step,
                t.verb,
                t.holder.to_raw(),
                people.name(t.holder),
                t.given_by.map(|p| p.0),
                t.given_by
                    .map(|p| people.name(Principal::Person(p)))
                    .unwrap_or_default(),
                word(&t.state)?,
                t.ord,
                t.note,
                t.given_at.0,
                at(t.due_at),
                t.person.map(|p| p.0),
                at(t.done_at)
            ])),
            Some(old) if old != t => changed.push(json!([
                t.id.raw(),
                word(&t.state)?,
                t.person.map(|p| p.0),
                t.given_at.0,
                at(t.seen_at),
                at(t.done_at)
            ])),
            Some(_) => {}
        }
    }
    if !new.is_empty() {
        w.execute(
            "INSERT INTO task(id, shelf, rev, case_id, branch, parent, purpose, step, verb, holder, holder_name,
               given_by, given_name, state, ord, note, given_at, due_at, person, done_at)
             SELECT value ->> 0, ?2, 1, ?3, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5,
               value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12,
               value ->> 13, value ->> 14, value ->> 15, value ->> 16 FROM json_each(?1)",
            params![Value::Array(new).to_string(), w.shelf().0, after.id.raw()],
        )?;
    }
    if !changed.is_empty() {
        w.execute(
            "UPDATE task SET rev = rev + 1, state = j.value ->> 1, person = j.value ->> 2,
               given_at = j.value ->> 3, seen_at = j.value ->> 4, done_at = j.value ->> 5
             FROM json_each(?1) j WHERE task.id = j.value ->> 0",
            params![Value::Array(changed).to_string()],
        )?;
    }
    Ok(())
}

fn insert_opinion(
    w: &mut Write<'_>,
    case: Id,
    o: &Opinion,
    by: &Signature,
    prev: &[u8; 32],
) -> Result<[u8; 32]> {
    let id = w.next_id();
    let (acting_for, acting_name) = acting(by);
    let chain = chain(
        prev,
        &[
            text(id.raw()),
            text(case.raw()),
            or(o.branch.map(Id::raw)),
            String::new(),
            text(&o.into),
            text(&o.text),
            text(by.person),
            text(&by.name),
            text(&by.post_name),
            text(&by.dept_name),
            or(acting_for),
            or(acting_name.as_ref()),
            text(w.at().0),
        ],
    );
    w.execute(
        "INSERT INTO opinion(id, shelf, case_id, branch, box, text, person, name, post_name, dept_name,
           acting_for, acting_name, at, chain) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14)",
        params![
            id.raw(), w.shelf().0, case.raw(), o.branch.map(Id::raw), o.into, o.text, by.person.0, by.name,
            by.post_name, by.dept_name, acting_for, acting_name, w.at().0, chain
        ],
    )?;
    Ok(chain)
}

fn insert_grants(w: &Write<'_>, case: &CaseState, from: usize) -> Result<()> {
    let new: Vec<Value> = case
        .grants
        .iter()
        .skip(from)
        .map(|(p, step)| json!([p.to_raw(), step]))
        .collect();
    if new.is_empty() {
        return Ok(());
    }
    w.execute(
        "INSERT INTO grants(case_id, principal, shelf, step, since)
         SELECT ?2, value ->> 0, ?3, value ->> 1, ?4 FROM json_each(?1) WHERE true
         ON CONFLICT(case_id, principal) DO NOTHING",
        params![
            Value::Array(new).to_string(),
            case.id.raw(),
            w.shelf().0,
            w.at().0
        ],
    )?;
    Ok(())
}

/// Marks a task as opened by its holder. False where it was opened before or is not open any more.
pub fn set_seen(w: &Write<'_>, task: Id) -> Result<bool> {
    let at = w.at().0;
    let changed = w.execute(
        "UPDATE task SET seen_at = ?2, rev = rev + 1 WHERE id = ?1 AND seen_at IS NULL AND state = 'open'",
        params![task.raw(), at],
    )?;
    Ok(changed == 1)
}

/// Keeps the text a case runs under in its volume, once.
pub fn insert_version(w: &Write<'_>, id: &str, version: &str, source: &str) -> Result<()> {
    w.execute(
        "INSERT INTO procedure_version(procedure, version, text) VALUES(?1,?2,?3)
         ON CONFLICT DO NOTHING",
        params![id, version, source],
    )?;
    Ok(())
}

/// The text of a version kept in a volume.
pub fn find_version(db: &impl Query, id: &str, version: &str) -> Result<String> {
    db.one(
        "SELECT text FROM procedure_version WHERE procedure = ?1 AND version = ?2",
        [id, version],
        |r| r.get(0),
    )
}

/// The next number of a department's own series, bound to the case in this very transaction.
pub fn take_number(w: &Write<'_>, key: &str, year: i16, case: Id) -> Result<i64> {
    let n = w.one(
        "INSERT INTO series(shelf, key, year, next) VALUES(?1,?2,?3,2)
         ON CONFLICT(shelf, key, year) DO UPDATE SET next = next + 1 RETURNING next - 1",
        params![w.shelf().0, key, year],
        |r| r.get(0),
    )?;
    w.execute(
        "INSERT INTO series_number(shelf, key, year, n, case_id, state) VALUES(?1,?2,?3,?4,?5,'bound')",
        params![w.shelf().0, key, year, n, case.raw()],
    )?;
    Ok(n)
}

fn due(case: &CaseState) -> Option<i64> {
    case.open_tasks()
        .filter_map(|t| t.due_at)
        .min()
        .map(|m| m.0)
}

fn form(values: &Values) -> Result<String> {
    Ok(serde_json::to_string(values)?)
}

fn acting(s: &Signature) -> (Option<i64>, Option<String>) {
    match &s.acting_for {
        Some((p, name)) => (Some(p.0), Some(name.clone())),
        None => (None, None),
    }
}

fn chain(prev: &[u8; 32], parts: &[String]) -> [u8; 32] {
    let mut all: Vec<&[u8]> = vec![prev];
    all.extend(parts.iter().map(String::as_bytes));
    Digest::of_parts(&all).0
}

fn text(v: impl ToString) -> String {
    v.to_string()
}

fn or(v: Option<impl ToString>) -> String {
    v.map(|v| v.to_string()).unwrap_or_default()
}

/// The stored word of a state: its serde name.
fn word(state: &impl Serialize) -> Result<String> {
    match serde_json::to_value(state)? {
        Value::String(s) => Ok(s),
        other => Err(Error::fault(format!("no word for {other}"))),
    }
}

/// A state from its stored word. The CHECK constraints keep other words out; a word a newer version
/// wrote reads as the first state rather than hiding the case.
fn word_of<T: for<'de> Deserialize<'de> + FirstState>(stored: &str) -> T {
    serde_json::from_value(Value::String(stored.to_owned())).unwrap_or(T::FIRST)
}

trait FirstState {
    const FIRST: Self;
}

impl FirstState for State {
    const FIRST: Self = Self::Open;
}
impl FirstState for BranchState {
    const FIRST: Self = Self::Open;
}
impl FirstState for TaskState {
    const FIRST: Self = Self::Open;
}

const fn part(part: Part) -> &'static str {
    match part {
        Part::Whole => "whole",
        Part::Principal => "principal",
        Part::Assist => "assist",
    }
}

const fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Do => "do",
        Purpose::Review => "review",
        Purpose::Settle => "settle",
        Purpose::Read => "read",
    }
}

fn purpose_of(stored: &str) -> Purpose {
    match stored {
        "review" => Purpose::Review,
        "settle" => Purpose::Settle,
        "read" => Purpose::Read,
        _ => Purpose::Do,
    }
}
