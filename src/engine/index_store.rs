//! The engine's rows in the index: to-do, case list, access, hands, registers. Written by the projection
//! below from base tables, read by pages through a person's principals.
//! Invariant: all rows of a case are replaced together, so that carrying an event twice changes nothing.

use super::case_store::{fill_tables, find_case, list_grants};
use super::definition::{ColumnKind, MoveId, Procedure, SeenBy};
use super::measure_store::{delete_measured, forget_measured, insert_measured};
use super::paper_store;
use super::printed;
use super::procedures::Procedures;
use super::reading;
use super::register::{Look, Table};
use super::register_cell::{is_masked, register_cell};
use super::run::Engine;
use super::same_store::insert_known;
use super::stored::Stored;
use super::todo_store::insert_todo;
use super::unveil::is_veiled;
use crate::kit::{Error, Id, Millis, PersonId, Principal, Result, ShelfNo, text};
use crate::store::{IndexWrite, Projection, Query, Read, Row, RowResult, params};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A line of somebody's to-do list.
#[derive(Debug, Clone)]
pub struct Todo {
    pub task: Id,
    pub case: Id,
    pub purpose: String,
    pub verb: String,
    pub title: String,
    pub number: Option<String>,
    pub urgency: String,
    pub brief: String,
    pub from: String,
    pub given_at: Millis,
    pub seen_at: Option<Millis>,
    pub due_at: Option<Millis>,
    /// How often it was urged.
    pub urges: i64,
    /// 宋小笺催办：明天要报.
    pub urged: String,
    /// 传阅中 3/5.
    pub reading: String,
    /// Whose it is.
    pub holder: Option<Principal>,
}

/// A line of a list of cases.
#[derive(Debug, Clone)]
pub struct Listed {
    pub case: Id,
    pub procedure: String,
    pub title: String,
    pub number: Option<String>,
    pub urgency: String,
    pub state: String,
    pub step: String,
    pub held_by: String,
    pub changed_at: Millis,
    pub due_at: Option<Millis>,
}

/// Which of the cases a person had a hand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// Still open.
    Open,
    /// Ended.
    Ended,
}

/// A person's numbers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    /// What waits for the person's principals.
    pub todo: i64,
    /// Open cases the person had a hand in.
    pub open: i64,
    /// Ended ones.
    pub ended: i64,
    /// Entered from paper, to be confirmed.
    pub paper: i64,
}

/// Principals as one parameter.
#[must_use]
pub fn principals(all: &[Principal]) -> String {
    let raw: Vec<i64> = all.iter().map(|p| p.to_raw()).collect();
    Value::from(raw).to_string()
}

/// Whether somebody holds something in some procedures only (`Scope::todo_json`): the usual statements know
/// nothing of that, and stay as quick as they are.
fn is_limited(who: &str) -> bool {
    who.contains(",[") || who.starts_with("[[")
}

/// The first of what waits for these principals: urgent first, then the oldest.
pub fn list_todo(db: &impl Query, who: &str, (limit, offset): (i64, i64)) -> Result<Vec<Todo>> {
    if is_limited(who) {
        return list_limited(db, who, (limit, offset));
    }
    db.all(
        "SELECT t.task_id, t.case_id, t.purpose, t.verb, t.title, t.number, t.urgency, t.brief, t.from_name,
           t.given_at, t.seen_at, t.due_at, t.urges, t.urged, t.reading, t.principal
         FROM (SELECT principal, rank, given_at, task_id FROM todo INDEXED BY todo_by_holder
             WHERE principal IN (SELECT value FROM json_each(?1))
             ORDER BY rank, given_at, task_id LIMIT ?2 OFFSET ?3) k
         JOIN todo t ON t.principal = k.principal AND t.rank = k.rank AND t.given_at = k.given_at
           AND t.task_id = k.task_id
         ORDER BY k.rank, k.given_at, k.task_id",
        params![who, limit, offset],
        todo_row,
    )
}

/// The same, with what is held in some procedures only.
fn list_limited(db: &impl Query, who: &str, (limit, offset): (i64, i64)) -> Result<Vec<Todo>> {
    db.all(
        "SELECT t.task_id, t.case_id, t.purpose, t.verb, t.title, t.number, t.urgency, t.brief, t.from_name,
           t.given_at, t.seen_at, t.due_at, t.urges, t.urged, t.reading, t.principal
         FROM todo t WHERE t.principal IN (SELECT value FROM json_each(?1) WHERE type = 'integer')
           OR EXISTS (SELECT 1 FROM json_each(?1) e WHERE e.type = 'array'
             AND e.value ->> 0 = t.principal AND e.value ->> 1 = t.of)
         ORDER BY t.rank, t.given_at, t.task_id LIMIT ?2 OFFSET ?3",
        params![who, limit, offset],
        todo_row,
    )
}

fn todo_row(r: &Row<'_>) -> RowResult<Todo> {
    Ok(Todo {
        task: Id::from_raw(r.get(0)?),
        case: Id::from_raw(r.get(1)?),
        purpose: r.get(2)?,
        verb: r.get(3)?,
        title: r.get(4)?,
        number: r.get(5)?,
        urgency: r.get(6)?,
        brief: r.get(7)?,
        from: r.get(8)?,
        given_at: Millis(r.get(9)?),
        seen_at: r.get::<_, Option<i64>>(10)?.map(Millis),
        due_at: r.get::<_, Option<i64>>(11)?.map(Millis),
        urges: r.get(12)?,
        urged: r.get(13)?,
        reading: r.get(14)?,
        holder: Principal::from_raw(r.get(15)?),
    })
}

/// What waits in some procedures only.
fn count_limited(db: &impl Query, who: &str) -> Result<i64> {
    if !is_limited(who) {
        return Ok(0);
    }
    db.one(
        "SELECT count(*) FROM todo t WHERE EXISTS (SELECT 1 FROM json_each(?1) e WHERE e.type = 'array'
             AND e.value ->> 0 = t.principal AND e.value ->> 1 = t.of)
           AND t.principal NOT IN (SELECT value FROM json_each(?1) WHERE type = 'integer')",
        [who],
        |r| r.get(0),
    )
}

/// How much waits for these principals, and what the person had a hand in, in one statement.
pub fn count_work(db: &impl Query, who: &str, person: PersonId) -> Result<Tally> {
    let more = count_limited(db, who)?;
    db.one(
        "SELECT (SELECT count(*) FROM todo INDEXED BY todo_by_holder
             WHERE principal IN (SELECT value FROM json_each(?1))),
           (SELECT count(*) FROM hand WHERE person = ?2 AND open = 1),
           (SELECT count(*) FROM hand WHERE person = ?2 AND open = 0),
           (SELECT count(*) FROM paper_waiting WHERE person = ?2)",
        params![who, person.0],
        |r| {
            Ok(Tally {
                todo: r.get::<_, i64>(0)? + more,
                open: r.get(1)?,
                ended: r.get(2)?,
                paper: r.get(3)?,
            })
        },
    )
}

/// Cases a person had a hand in, newest first.
pub fn list_hands(
    db: &impl Query,
    (person, which): (PersonId, Hand),
    (limit, offset): (i64, i64),
) -> Result<Vec<Listed>> {
    db.all(
        "SELECT l.case_id, l.procedure_name, l.title, l.number, l.urgency, l.state, l.step_name, l.held_by,
           l.changed_at, l.due_at FROM hand h JOIN case_list l ON l.case_id = h.case_id
         WHERE h.person = ?1 AND h.open = ?2 ORDER BY h.last_at DESC LIMIT ?3 OFFSET ?4",
        params![person.0, i64::from(which == Hand::Open), limit, offset],
        listed_row,
    )
}

/// A case as the lists know it, where one of these principals may see it.
pub fn find_listed(db: &impl Query, case: Id, who: &str) -> Result<Option<Listed>> {
    db.opt(
        "SELECT l.case_id, l.procedure_name, l.title, l.number, l.urgency, l.state, l.step_name, l.held_by,
           l.changed_at, l.due_at FROM case_list l WHERE l.case_id = ?1 AND EXISTS
             (SELECT 1 FROM case_access a WHERE a.case_id = l.case_id
                AND a.principal IN (SELECT value FROM json_each(?2)))",
        params![case.raw(), who],
        listed_row,
    )
}

fn listed_row(r: &Row<'_>) -> RowResult<Listed> {
    Ok(Listed {
        case: Id::from_raw(r.get(0)?),
        procedure: r.get(1)?,
        title: r.get(2)?,
        number: r.get(3)?,
        urgency: r.get(4)?,
        state: r.get(5)?,
        step: r.get(6)?,
        held_by: r.get(7)?,
        changed_at: Millis(r.get(8)?),
        due_at: r.get::<_, Option<i64>>(9)?.map(Millis),
    })
}

/// Makes the engine's index rows.
pub struct Lists {
    engine: Arc<Engine>,
}

impl Lists {
    #[must_use]
    pub const fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }

    fn tables(&self) -> Arc<[Table]> {
        self.engine.procedures.tables()
    }
}

/// The registers of the office's procedures.
#[must_use]
pub fn registers(procedures: &Procedures) -> Arc<[Table]> {
    procedures.tables()
}

/// What makes the tables of these registers, each by itself and in order.
fn creating(tables: &[Table]) -> Result<Vec<String>> {
    let one = |t: &Table| {
        let all: Vec<String> = t.create()?.into_iter().map(|s| s.0).collect();
        Ok(all.join(";\n"))
    };
    tables.iter().map(one).collect()
}

impl Projection for Lists {
    fn prepare(&self, ix: &IndexWrite<'_>) -> Result<bool> {
        let tables = self.tables();
        let wanted = creating(&tables)?;
        let made: Option<String> =
            ix.opt("SELECT v FROM made WHERE k = 'registers'", [], |r| r.get(0))?;
        let made: Option<Vec<String>> = made.and_then(|v| serde_json::from_str(&v).ok());
        if made.as_ref() == Some(&wanted) {
            return Ok(true);
        }
        // a register that only came behind the others has no case yet: those before it keep their rows
        let there = made.filter(|m| wanted.starts_with(m));
        for table in tables.iter().skip(there.as_ref().map_or(0, Vec::len)) {
            for statement in table.create()? {
                ix.execute_of(&statement, [])?;
            }
        }
        ix.execute(
            "INSERT INTO made(k, v) VALUES('registers', ?1) ON CONFLICT(k) DO UPDATE SET v = excluded.v",
            [serde_json::to_string(&wanted)?],
        )?;
        Ok(there.is_some())
    }

    fn refresh(&self, ix: &IndexWrite<'_>, volume: &Read, id: Id) -> Result<()> {
        // rows of a case come and go together, so a case that was not listed has none
        if delete_rows(ix, id)? {
            for table in self.tables().iter() {
                ix.execute_of(&table.delete()?, [id.raw()])?;
            }
        }
        let mut case = match find_case(volume, id) {
            Ok(case) => case,
            Err(Error::NotFound) => return Ok(()),
            Err(e) => return Err(e),
        };
        let head = &case.head;
        let procedure = self
            .engine
            .procedures
            .version(volume, &head.procedure, &head.version)?;
        fill_tables(volume, &procedure, &mut case.state)?;
        insert_listed(ix, &case, &procedure)?;
        insert_todo(ix, &case, &procedure)?;
        self.insert_access(ix, (&case, &procedure), &list_grants(volume, id)?)?;
        insert_hands(ix, &case)?;
        paper_store::refresh(ix, volume, &case)?;
        insert_known(ix, &case, &procedure)?;
        insert_measured(ix, volume, (&case, &procedure, self.engine.zone()))?;
        self.insert_registered(ix, &case, &procedure)
    }

    fn forget(&self, ix: &IndexWrite<'_>, shelf: ShelfNo) -> Result<()> {
        for statement in [
            "DELETE FROM todo WHERE case_id IN (SELECT case_id FROM case_list WHERE shelf = ?1)",
            "DELETE FROM case_access WHERE case_id IN (SELECT case_id FROM case_list WHERE shelf = ?1)",
            "DELETE FROM hand WHERE case_id IN (SELECT case_id FROM case_list WHERE shelf = ?1)",
            "DELETE FROM known WHERE case_id IN (SELECT case_id FROM case_list WHERE shelf = ?1)",
            "DELETE FROM case_list WHERE shelf = ?1",
        ] {
            ix.execute(statement, [shelf.0])?;
        }
        forget_measured(ix, shelf)?;
        paper_store::forget_waiting(ix, i64::from(shelf.0))?;
        for table in self.tables().iter() {
            ix.execute_of(&table.forget()?, [shelf.0])?;
        }
        Ok(())
    }

    fn targets(&self, volume: &Read, shelf: ShelfNo) -> Result<Vec<Id>> {
        volume.all(
            "SELECT id FROM cases WHERE shelf = ?1 ORDER BY id",
            [shelf.0],
            |r| r.get(0).map(Id::from_raw),
        )
    }
}

impl Lists {
    /// Who sees it, where it is listed, and from which step on its whereabouts may be followed.
    fn insert_access(
        &self,
        ix: &IndexWrite<'_>,
        (case, procedure): (&Stored, &Procedure),
        grants: &[(Principal, String)],
    ) -> Result<()> {
        let tables = self.tables();
        let listed = tables.iter().find(|t| t.id == procedure.register.id);
        let register = listed.map_or(0, |t| t.number);
        let rows: Vec<Value> = grants
            .iter()
            .map(|(p, step)| json!([p.to_raw(), seen_from(procedure, step)]))
            .collect();
        ix.execute(
            "INSERT INTO case_access(principal, register, year, case_id, place)
             SELECT value ->> 0, ?2, ?3, ?4, value ->> 1 FROM json_each(?1)",
            params![
                Value::Array(rows).to_string(),
                i64::try_from(register).unwrap_or(0),
                case.head.year,
                case.state.id.raw()
            ],
        )?;
        Ok(())
    }

    fn insert_registered(
        &self,
        ix: &IndexWrite<'_>,
        case: &Stored,
        procedure: &Procedure,
    ) -> Result<()> {
        let tables = self.tables();
        let Some(table) = tables.iter().find(|t| t.id == procedure.register.id) else {
            return Ok(());
        };
        let (h, s) = (&case.head, &case.state);
        let state = s.stands()?;
        let hides = ix.hides(s.id.shelf());
        let mut row = vec![
            json!(s.id.raw()),
            json!(s.id.shelf().0),
            json!(h.year),
            json!(state),
            json!(h.urgency),
            json!(procedure.place(&s.step).unwrap_or(0)),
        ];
        let mut words = Vec::new();
        for (column, look) in table.looked() {
            let own = procedure
                .register
                .columns
                .iter()
                .find(|c| c.id == column.id);
            let value = match own {
                Some(c) if !hides || !is_veiled(column.kind, look) => {
                    register_cell(&self.engine, c, (procedure, case))
                }
                _ => Value::Null,
            };
            // Where it is would be found by whoever may not see it there.
            // Personal data is not found by what is left of it.
            let masked = own.is_some_and(|c| is_masked(procedure, &c.from));
            if column.kind == ColumnKind::Text && *look != Look::Where && !hides && !masked {
                words.extend(value.as_str().map(text::fold_search));
            }
            row.push(value);
        }
        row.push(json!(words.join("\n")));
        ix.execute_of(&table.insert()?, [Value::Array(row).to_string()])?;
        Ok(())
    }
}

/// The earliest place a grant lets its holder follow.
fn seen_from(procedure: &Procedure, step: &str) -> usize {
    match procedure.visibility.rule {
        SeenBy::Downstream => procedure.place(step).unwrap_or(0),
        SeenBy::Participants | SeenBy::Office => 0,
    }
}

/// Deletes the case from the lists; false where it was in none.
fn delete_rows(ix: &IndexWrite<'_>, case: Id) -> Result<bool> {
    let id = [case.raw()];
    if ix.execute("DELETE FROM case_list WHERE case_id = ?1", id)? == 0 {
        return Ok(false);
    }
    ix.execute("DELETE FROM todo WHERE case_id = ?1", id)?;
    ix.execute("DELETE FROM case_access WHERE case_id = ?1", id)?;
    ix.execute("DELETE FROM hand WHERE case_id = ?1", id)?;
    ix.execute("DELETE FROM known WHERE case_id = ?1", id)?;
    delete_measured(ix, case)?;
    Ok(true)
}

fn insert_listed(ix: &IndexWrite<'_>, case: &Stored, procedure: &Procedure) -> Result<()> {
    let (h, s) = (&case.head, &case.state);
    let state = s.stands()?;
    let due = s.open_tasks().filter_map(|t| t.due_at).min().map(|m| m.0);
    let said = match ix.hides(s.id.shelf()) {
        true => ("", None, String::new()),
        false => (&*h.title, h.number.as_deref(), held(case, procedure)),
    };
    ix.execute(
        "INSERT INTO case_list VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18)",
        params![
            s.id.raw(), s.id.shelf().0, s.organ.0, s.dept.0, h.year, h.procedure, procedure.name, said.0,
            said.1, h.urgency, state, procedure.step_name(&s.step), said.2,
            s.starter.0, s.opened_at.0, h.changed_at.0, due, h.closed_at.map(|m| m.0)
        ],
    )?;
    Ok(())
}

/// Who has it now, and how far the readers are.
pub(super) fn held(case: &Stored, procedure: &Procedure) -> String {
    let both = [
        printed::held_by(case),
        reading::under_way(procedure, case).unwrap_or_default(),
    ];
    let said: Vec<&str> = both
        .iter()
        .map(String::as_str)
        .filter(|s| !s.is_empty())
        .collect();
    said.join("，")
}

fn insert_hands(ix: &IndexWrite<'_>, case: &Stored) -> Result<()> {
    let mut last: BTreeMap<i64, i64> = BTreeMap::new();
    // what somebody copied from an old book he never had in hand
    for act in case.acts.iter().filter(|a| a.mv != MoveId::Import) {
        last.insert(act.by.person.0, act.at.0);
    }
    let open = i64::from(case.state.state == super::case::State::Open);
    let rows: Vec<Value> = last
        .iter()
        .map(|(p, at)| json!([p, at, i64::from(*p == case.state.starter.0)]))
        .collect();
    ix.execute(
        "INSERT INTO hand(person, last_at, case_id, open, started)
         SELECT value ->> 0, value ->> 1, ?2, ?3, value ->> 2 FROM json_each(?1)",
        params![Value::Array(rows).to_string(), case.state.id.raw(), open],
    )?;
    Ok(())
}
