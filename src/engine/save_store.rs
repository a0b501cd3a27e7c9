//! Saves what an action changed, table by table. Chains are SM3 over prev and the columns in the order of
//! the table (`store::verify` recomputes them from plain SQL).
//! Invariant: one statement a table however many rows, so that an action stays within its 20 statements.

use super::case::{Branch, BranchState, CaseState, Opinion, State, Task, Values};
use super::definition::Procedure;
use super::facts::People;
use super::plan::Lane;
use super::stored::{
    Detail, Entry, Head, Links, MAIN, SIDE, Signature, Stored, part, purpose, word,
};
use crate::kit::{Digest, Error, Id, Principal, Result};
use crate::store::{Write, params};
use serde_json::{Value, json};

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
        (people, procedure): (&dyn People, &Procedure),
    ) -> Result<()> {
        w.must_hold(self.state.id)?;
        self.head.changed_at = w.at();
        let form = form(&self.state.values, procedure)?;
        match before {
            None => self.insert_case(w, &form)?,
            Some(_) => self.set_case(w, &form)?,
        }
        save_rows(w, before, &self.state, procedure)?;
        let old = |f: fn(&CaseState) -> usize| before.map_or(0, f);
        save_branches(w, before, &self.state, people)?;
        save_tasks(w, before, &self.state, people)?;
        let signature = entries.last().map(|e| e.signature);
        let mut hands = Vec::new();
        for i in old(|c| c.opinions.len())..self.state.opinions.len() {
            // what goes on from another case keeps who said it there
            let by = self.said.get(i).or(signature);
            if let (Some(opinion), Some(by)) = (self.state.opinions.get(i), by) {
                self.links.opinion =
                    insert_opinion(w, self.state.id, opinion, by, &self.links.opinion)?;
                if !opinion.hand.is_empty() {
                    hands.push(Digest::of(opinion.hand.as_bytes()).hex());
                }
            }
        }
        let last = entries.len().saturating_sub(1);
        for (n, entry) in entries.iter().enumerate() {
            let with = if n == last { hands.as_slice() } else { &[] };
            self.insert_ledger(w, (entry, with), people)?;
        }
        insert_grants(w, &self.state, old(|c| c.grants.len()))
    }

    fn insert_case(&mut self, w: &Write<'_>, form: &str) -> Result<()> {
        let (h, s) = (&mut self.head, &self.state);
        h.rev = 1;
        w.execute(
            "INSERT INTO cases(id, shelf, rev, procedure, version, organ, dept, year, title, number, urgency,
               state, step, visit, starter, starter_name, form, due_at, opened_at, changed_at,
               closed_at, archived_at, outcome)
             VALUES(?1,?2,1,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22)",
            params![
                s.id.raw(), w.shelf().0, h.procedure, h.version, s.organ.0, s.dept.0, h.year, h.title,
                h.number, h.urgency, word(&s.state)?, s.step, s.visit, s.starter.0, h.starter_name,
                form, due(s), s.opened_at.0, h.changed_at.0, h.closed_at.map(|m| m.0),
                h.archived_at.map(|m| m.0), outcome(s)
            ],
        )?;
        Ok(())
    }

    fn set_case(&mut self, w: &Write<'_>, form: &str) -> Result<()> {
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
               visit = ?8, form = ?9, due_at = ?10, changed_at = ?11, closed_at = ?12, archived_at = ?13,
               outcome = ?14
             WHERE id = ?1 AND rev = ?2",
            params![
                s.id.raw(), h.rev, h.title, h.number, h.urgency, word(&s.state)?, s.step, s.visit,
                form, due(s), h.changed_at.0, h.closed_at.map(|m| m.0),
                h.archived_at.map(|m| m.0), outcome(s)
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
        (e, hands): (&Entry<'_>, &[String]),
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
            urged: e.act.urged.clone(),
            corrected: e.act.corrected.clone(),
            paper: e.paper.cloned(),
            hands: hands.to_vec(),
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
    w: &Write<'_>,
    before: Option<&CaseState>,
    after: &CaseState,
    people: &dyn People,
) -> Result<()> {
    for b in &after.branches {
        match before.and_then(|c| c.branch(b.id)) {
            None => insert_branch(w, after.id, b, people)?,
            Some(old) if old.state != b.state => set_branch(w, b)?,
            Some(_) => {}
        }
    }
    Ok(())
}

fn insert_branch(w: &Write<'_>, case: Id, b: &Branch, people: &dyn People) -> Result<()> {
    let dept_name = b.dept.map(|d| people.dept_name(d)).unwrap_or_default();
    w.execute(
        "INSERT INTO branch(id, shelf, case_id, step, visit, part, dept, dept_name, state, opened_at)
         VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)",
        params![
            b.id.raw(), w.shelf().0, case.raw(), b.step, b.visit, part(b.part), b.dept.map(|d| d.0),
            dept_name, word(&b.state)?, w.at().0
        ],
    )?;
    Ok(())
}

fn set_branch(w: &Write<'_>, b: &Branch) -> Result<()> {
    let closed_at = (b.state != BranchState::Open).then_some(w.at().0);
    w.execute(
        "UPDATE branch SET state = ?2, closed_at = ?3 WHERE id = ?1",
        params![b.id.raw(), word(&b.state)?, closed_at],
    )?;
    Ok(())
}

fn save_tasks(
    w: &Write<'_>,
    before: Option<&CaseState>,
    after: &CaseState,
    people: &dyn People,
) -> Result<()> {
    for t in &after.tasks {
        match before.and_then(|c| c.task(t.id)) {
            None => insert_task(w, after.id, t, people)?,
            Some(old) if old != t => set_task(w, t)?,
            Some(_) => {}
        }
    }
    Ok(())
}

fn insert_task(w: &Write<'_>, case: Id, t: &Task, people: &dyn People) -> Result<()> {
    let giver = t.given_by.map(|p| people.name(Principal::Person(p)));
    w.execute(
        "INSERT INTO task(id, shelf, rev, case_id, branch, parent, purpose, step, verb, holder, holder_name,
           given_by, given_name, state, ord, note, given_at, due_at, person, done_at)
         VALUES(?1,?2,1,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19)",
        params![
            t.id.raw(), w.shelf().0, case.raw(), t.branch.map(Id::raw), t.parent.map(Id::raw),
            purpose(t.purpose), t.step, t.verb, t.holder.to_raw(), people.name(t.holder),
            t.given_by.map(|p| p.0), giver.unwrap_or_default(), word(&t.state)?, t.ord, t.note,
            t.given_at.0, t.due_at.map(|m| m.0), t.person.map(|p| p.0), t.done_at.map(|m| m.0)
        ],
    )?;
    Ok(())
}

fn set_task(w: &Write<'_>, t: &Task) -> Result<()> {
    w.execute(
        "UPDATE task SET rev = rev + 1, state = ?2, person = ?3, given_at = ?4, seen_at = ?5, done_at = ?6,
           due_at = ?7
         WHERE id = ?1",
        params![
            t.id.raw(), word(&t.state)?, t.person.map(|p| p.0), t.given_at.0,
            t.seen_at.map(|m| m.0), t.done_at.map(|m| m.0), t.due_at.map(|m| m.0)
        ],
    )?;
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
            or(o.task.map(Id::raw)),
            text(&o.into),
            text(&o.text),
            text(by.person),
            text(&by.name),
            text(&by.post_name),
            text(&by.dept_name),
            or(acting_for),
            or(acting_name.as_ref()),
            text(o.at.0),
        ],
    );
    w.execute(
        "INSERT INTO opinion(id, shelf, case_id, branch, task, box, text, person, name, post_name, dept_name,
           acting_for, acting_name, at, chain) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15)",
        params![
            id.raw(), w.shelf().0, case.raw(), o.branch.map(Id::raw), o.task.map(Id::raw), o.into, o.text,
            by.person.0, by.name, by.post_name, by.dept_name, acting_for, acting_name, o.at.0, chain
        ],
    )?;
    if !o.hand.is_empty() {
        insert_hand(w, (case, id), &o.hand, by)?;
    }
    Ok(chain)
}

/// The hand an opinion was written with: on no page and no version of a text.
fn insert_hand(
    w: &mut Write<'_>,
    (case, opinion): (Id, Id),
    strokes: &str,
    by: &Signature,
) -> Result<()> {
    let id = w.next_id();
    w.execute(
        "INSERT INTO handwriting(id, shelf, case_id, version, page, opinion, strokes, person, name, dept_name, at)
         VALUES(?1,?2,?3,0,0,?4,?5,?6,?7,?8,?9)",
        params![
            id.raw(),
            w.shelf().0,
            case.raw(),
            opinion.raw(),
            strokes,
            by.person.0,
            by.name,
            by.dept_name,
            w.at().0
        ],
    )?;
    Ok(())
}

fn insert_grants(w: &Write<'_>, case: &CaseState, from: usize) -> Result<()> {
    for (principal, step) in case.grants.iter().skip(from) {
        w.execute(
            "INSERT INTO grants(case_id, principal, shelf, step, since) VALUES(?1,?2,?3,?4,?5)
             ON CONFLICT(case_id, principal) DO NOTHING",
            params![
                case.id.raw(),
                principal.to_raw(),
                w.shelf().0,
                step,
                w.at().0
            ],
        )?;
    }
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

/// How it ended, as stored: empty where it is open or was done.
fn outcome(case: &CaseState) -> &'static str {
    case.outcome.map_or("", super::case::Outcome::as_str)
}

fn due(case: &CaseState) -> Option<i64> {
    case.open_tasks()
        .filter_map(|t| t.due_at)
        .min()
        .map(|m| m.0)
}

/// The form without its tables, whose rows stand in a table of their own (README decision 6).
fn form(values: &Values, procedure: &Procedure) -> Result<String> {
    let mut plain = values.clone();
    for table in procedure.tables() {
        plain.remove(table);
    }
    Ok(serde_json::to_string(&plain)?)
}

/// Rows of table fields that are new, changed or gone.
fn save_rows(
    w: &mut Write<'_>,
    before: Option<&CaseState>,
    after: &CaseState,
    procedure: &Procedure,
) -> Result<()> {
    for table in procedure.tables() {
        let old = rows_of(before.map(|c| &c.values), table);
        let new = rows_of(Some(&after.values), table);
        let mut changed = Vec::new();
        for (n, row) in new.iter().enumerate() {
            if old.get(n) != Some(row) {
                changed.push(json!([w.next_id().raw(), n, row.to_string()]));
            }
        }
        if !changed.is_empty() {
            w.execute(
                "INSERT INTO table_row(id, shelf, rev, case_id, field, n, data)
                 SELECT value ->> 0, ?2, 1, ?3, ?4, value ->> 1, value ->> 2 FROM json_each(?1) WHERE true
                 ON CONFLICT(case_id, field, n) DO UPDATE SET data = excluded.data, rev = rev + 1",
                params![Value::Array(changed).to_string(), w.shelf().0, after.id.raw(), table],
            )?;
        }
        if old.len() > new.len() {
            w.execute(
                "DELETE FROM table_row WHERE case_id = ?1 AND field = ?2 AND n >= ?3",
                params![after.id.raw(), table, new.len() as i64],
            )?;
        }
    }
    Ok(())
}

fn rows_of<'a>(values: Option<&'a Values>, table: &str) -> &'a [Value] {
    match values.and_then(|v| v.get(table)) {
        Some(Value::Array(rows)) => rows,
        _ => &[],
    }
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
