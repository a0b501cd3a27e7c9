//! The index rows that statistics, the page of what hangs, the supervision page and relations are read from, made
//! from one case. Not here: counting (`statistics_store`), and whose eyes they are for (`case_access` says it).
//! Invariant: rows of a case are replaced together; of a confidential department no words stand here.

use super::case::{Purpose, State, Task, TaskState};
use super::definition::{Procedure, is_empty};
use super::printed;
use super::relation_store;
use super::stored::{Acted, Stored};
use crate::kit::{Id, Result, ShelfNo, Zone};
use crate::store::{IndexWrite, Read, params};
use serde_json::{Value, json};

/// Lines of progress a supervised matter is listed with.
const LINES: usize = 5;

/// Makes the rows of a case.
pub(super) fn insert_measured(
    ix: &IndexWrite<'_>,
    volume: &Read,
    (case, procedure, zone): (&Stored, &Procedure, Zone),
) -> Result<()> {
    insert_measure(ix, (case, zone))?;
    insert_spent(ix, case, procedure)?;
    insert_supervised(ix, case, procedure)?;
    insert_related(ix, volume, case.state.id)
}

/// Deletes the rows of a case.
pub(super) fn delete_measured(ix: &IndexWrite<'_>, case: Id) -> Result<()> {
    for statement in [
        "DELETE FROM measure WHERE case_id = ?1",
        "DELETE FROM spent WHERE case_id = ?1",
        "DELETE FROM supervised WHERE case_id = ?1",
        "DELETE FROM related WHERE case_id = ?1",
    ] {
        ix.execute(statement, [case.raw()])?;
    }
    Ok(())
}

/// Deletes the rows of a shelf, while `measure` still names its cases.
pub(super) fn forget_measured(ix: &IndexWrite<'_>, shelf: ShelfNo) -> Result<()> {
    for statement in [
        "DELETE FROM spent WHERE case_id IN (SELECT case_id FROM measure WHERE shelf = ?1)",
        "DELETE FROM supervised WHERE case_id IN (SELECT case_id FROM measure WHERE shelf = ?1)",
        "DELETE FROM related WHERE case_id IN (SELECT case_id FROM measure WHERE shelf = ?1)",
        "DELETE FROM measure WHERE shelf = ?1",
    ] {
        ix.execute(statement, [shelf.0])?;
    }
    Ok(())
}

/// Work of the main lane that counts: what was done, and what somebody has.
fn works(case: &Stored) -> impl Iterator<Item = &Task> {
    let counts = |t: &&Task| {
        t.purpose == Purpose::Do
            && matches!(
                t.state,
                TaskState::Done | TaskState::Open | TaskState::Waiting
            )
    };
    case.state.tasks.iter().filter(counts)
}

fn insert_measure(ix: &IndexWrite<'_>, (case, zone): (&Stored, Zone)) -> Result<()> {
    let (h, s) = (&case.head, &case.state);
    let timed = works(case).any(|t| t.due_at.is_some());
    let late =
        works(case).any(|t| matches!((t.done_at, t.due_at), (Some(d), Some(due)) if d > due));
    let due = s.open_tasks().filter_map(|t| t.due_at).min();
    let state = serde_json::to_value(s.state)?;
    ix.execute(
        "INSERT INTO measure(case_id, shelf, year, month, procedure, state, timed, late, due_at)
         VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
        params![
            s.id.raw(),
            s.id.shelf().0,
            h.year,
            zone.day(s.opened_at).month(),
            h.procedure,
            state.as_str(),
            timed,
            late,
            due.map(|m| m.0)
        ],
    )?;
    Ok(())
}

fn insert_spent(ix: &IndexWrite<'_>, case: &Stored, procedure: &Procedure) -> Result<()> {
    let hides = ix.hides(case.state.id.shelf());
    let by = |t: &Task| -> &str {
        let own = |a: &&Acted| a.task == Some(t.id);
        let act = case.acts.iter().rev().find(own).filter(|_| !hides);
        act.map_or("", |a| a.by.dept_name.as_str())
    };
    // what is reviewed, settled or signed hangs too, and is no time of a step once it is done
    let hangs = |t: &&Task| t.purpose.is_main() && t.state == TaskState::Open;
    let others = case.state.tasks.iter().filter(hangs);
    let others = others.filter(|t| t.purpose != Purpose::Do);
    let rows: Vec<Value> = works(case)
        .chain(others)
        .map(|t| {
            let done = (t.state == TaskState::Done).then_some(t.done_at).flatten();
            json!([
                t.id.raw(),
                procedure.step_name(&t.step),
                procedure.place(&t.step).unwrap_or(0),
                if done.is_some() { by(t) } else { "" },
                t.given_at.0,
                done.map(|m| m.0),
                t.due_at.map(|m| m.0)
            ])
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    ix.execute(
        "INSERT INTO spent(task_id, case_id, step, place, dept, given_at, done_at, due_at)
         SELECT value ->> 0, ?2, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
         FROM json_each(?1)",
        params![Value::Array(rows).to_string(), case.state.id.raw()],
    )?;
    Ok(())
}

fn insert_supervised(ix: &IndexWrite<'_>, case: &Stored, procedure: &Procedure) -> Result<()> {
    let Some(rule) = &procedure.supervision else {
        return Ok(());
    };
    let s = &case.state;
    let hides = ix.hides(s.id.shelf());
    let said = |id: &str| match procedure.field(id) {
        Some(field) if !hides && field.hidden_from.is_empty() => printed::value(field, &s.values),
        _ => String::new(),
    };
    let told = s.opinions.iter().zip(&case.said).rev();
    let told: Vec<_> = told.filter(|(o, _)| o.into == rule.progress).collect();
    // of what is over the words stay in its volume: the card of a year carried off has none
    let shown = !hides && s.state == State::Open;
    let lines: Vec<Value> = told
        .iter()
        .take(LINES)
        .filter(|_| shown)
        .map(|(o, by)| json!([o.at.0, by.name, o.text]))
        .collect();
    let due = s.values.get(&rule.due).and_then(Value::as_str);
    let proof = s.values.get(&rule.proof).is_some_and(|v| !is_empty(v));
    ix.execute(
        "INSERT INTO supervised(case_id, matter, source, principal, assisting, due_on, told_at, progress, proof)
         VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
        params![
            s.id.raw(), said(&rule.matter), said(&rule.source), said(&rule.principal),
            rule.assisting.as_deref().map(said).unwrap_or_default(), due.unwrap_or_default(),
            told.first().map(|(o, _)| o.at.0), Value::Array(lines).to_string(), proof
        ],
    )?;
    Ok(())
}

fn insert_related(ix: &IndexWrite<'_>, volume: &Read, case: Id) -> Result<()> {
    for r in relation_store::list_made(volume, case)? {
        ix.execute(
            "INSERT INTO related(id, case_id, other, word, person, name, at, gone_at, gone_name, gone_why)
             VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)",
            params![
                r.id.raw(),
                case.raw(),
                r.other.raw(),
                r.word,
                r.person.0,
                r.name,
                r.at.0,
                r.gone.as_ref().map(|g| g.at.0),
                r.gone.as_ref().map(|g| g.name.as_str()),
                r.gone.as_ref().map(|g| g.why.as_str())
            ],
        )?;
    }
    Ok(())
}
