//! Values as paper shows them, and the facts columns are made of (台账, 登记簿).
//! Not here: HTML. Names of people and departments come from the form itself, where they were kept as they
//! were, so a register can be rebuilt without the directory.

use super::case::{Opinion, Purpose, State, Task, TaskState, Values};
use super::definition::{
    Count, Field, Kind, MoveId, Procedure, Readers, Source, is_empty, text_of,
};
use super::facts::People;
use super::stored::{Acted, Signature, Stored};
use crate::kit::money::money;
use crate::kit::{Day, Millis, Principal, Zone};
use serde_json::Value;

/// Key of the form under which printed names stand; no field id can be this.
pub const NAMES: &str = "@";

/// A field's value as it is printed.
#[must_use]
pub fn value(field: &Field, values: &Values) -> String {
    let Some(v) = values.get(&field.id).filter(|v| !is_empty(v)) else {
        return String::new();
    };
    match field.kind {
        Kind::Person | Kind::People | Kind::Department | Kind::Departments => values
            .get(NAMES)
            .and_then(|n| n.get(&field.id))
            .map(text_of)
            .unwrap_or_default(),
        Kind::Date => v
            .as_str()
            .and_then(|d| d.parse::<Day>().ok())
            .map(|d| d.long())
            .unwrap_or_default(),
        Kind::Money => v.as_i64().map(money).unwrap_or_default(),
        Kind::Files => v
            .as_array()
            .map(|a| format!("{} 件", a.len()))
            .unwrap_or_default(),
        Kind::Table { .. } => v
            .as_array()
            .map(|a| format!("{} 行", a.len()))
            .unwrap_or_default(),
        _ => text_of(v),
    }
}

/// What a column shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// Words.
    Text(String),
    /// An instant; columns show its day.
    At(Millis),
    /// A yes or no.
    Holds(bool),
    /// A count.
    Count(i64),
    /// Nothing yet.
    Nothing,
}

/// One fact of a case. Roles of readers are known only where `people` answers; elsewhere all are named.
#[must_use]
pub fn fact(
    source: &Source,
    procedure: &Procedure,
    case: &Stored,
    people: Option<&dyn People>,
) -> Fact {
    let state = &case.state;
    match source {
        Source::Field(id) => {
            let printed = procedure.field(id).map(|f| value(f, &state.values));
            words(printed.unwrap_or_default())
        }
        Source::Filled(id) => Fact::Holds(state.values.get(id).is_some_and(|v| !is_empty(v))),
        Source::Actor(step) => words(join(acts_at(case, step).map(signed))),
        Source::Time(step) => acts_at(case, step)
            .last()
            .map_or(Fact::Nothing, |a| Fact::At(a.at)),
        Source::Done(step) => Fact::Holds(acts_at(case, step).next().is_some()),
        Source::Reached(step) => Fact::Holds(
            state.step == *step || case.acts.iter().any(|a| a.to_step.as_ref() == Some(step)),
        ),
        Source::Due(step) => due(case, step),
        Source::Opinion(into) => words(opinions(case, into)),
        Source::Written(into) => Fact::Holds(state.last_opinion(into).is_some()),
        Source::Writer(into) => words(join(said_in(case, into).map(|(_, by)| by.name.clone()))),
        Source::WrittenAt(into) => state
            .last_opinion(into)
            .map_or(Fact::Nothing, |o| Fact::At(o.at)),
        Source::Readers(what) => readers(what, procedure, case, people),
        Source::Urges(Count::Times) => Fact::Count(0),
        Source::Urges(Count::Last) => Fact::Nothing,
        Source::Closed => case.head.closed_at.map_or(Fact::Nothing, Fact::At),
        Source::Archived => case.head.archived_at.map_or(Fact::Nothing, Fact::At),
        Source::Never => Fact::Holds(false),
        Source::Nothing => Fact::Nothing,
        Source::State => words(
            match state.state {
                State::Open => "在办",
                State::Closed => "办结",
                State::Archived => "归档",
            }
            .to_owned(),
        ),
        Source::Step => words(match state.state {
            State::Open => procedure.step_name(&state.step).to_owned(),
            _ => String::new(),
        }),
        Source::Holder => words(held_by(case)),
        Source::Procedure => words(procedure.name.clone()),
    }
}

/// A fact as a column prints it; `yes` is what a fact that holds is called.
#[must_use]
pub fn written(fact: &Fact, yes: Option<&str>, zone: Zone) -> String {
    match fact {
        Fact::Text(t) => t.clone(),
        Fact::At(at) => zone.day(*at).long(),
        Fact::Holds(true) => yes.unwrap_or("是").to_owned(),
        Fact::Holds(false) => if yes.is_some() { "" } else { "否" }.to_owned(),
        Fact::Count(n) => n.to_string(),
        Fact::Nothing => String::new(),
    }
}

/// Who has it now: 江若川（批示）.
#[must_use]
pub fn held_by(case: &Stored) -> String {
    /// Names before “等 n 人”: a register's cell is narrow.
    const NAMED: usize = 3;
    let mut asked: Vec<(&str, Vec<&str>)> = Vec::new();
    for (task, (holder, _)) in case.state.tasks.iter().zip(&case.names) {
        if task.state != TaskState::Open || task.purpose == Purpose::Read {
            continue;
        }
        match asked.iter_mut().find(|(verb, _)| *verb == task.verb) {
            Some((_, names)) => names.push(holder),
            None => asked.push((&task.verb, vec![holder])),
        }
    }
    let said = asked.iter().map(|(verb, names)| {
        let some: Vec<&str> = names.iter().take(NAMED).copied().collect();
        let more = if names.len() > NAMED {
            format!("等 {} 人", names.len())
        } else {
            String::new()
        };
        format!("{}{more}（{verb}）", some.join("、"))
    });
    join(said)
}

/// Acts that did a step: moved the main lane, or handed the case in from it.
fn acts_at<'a>(case: &'a Stored, step: &str) -> impl Iterator<Item = &'a Acted> {
    let step = step.to_owned();
    case.acts.iter().filter(move |a| {
        a.step == step
            && !matches!(
                a.mv,
                MoveId::Start
                    | MoveId::Withdraw
                    | MoveId::Import
                    | MoveId::Circulate
                    | MoveId::LateReader
                    | MoveId::Read
                    | MoveId::Return
            )
    })
}

fn signed(act: &Acted) -> String {
    match &act.by.acting_for {
        Some((_, name)) => format!("{}（代{name}）", act.by.name),
        None => act.by.name.clone(),
    }
}

/// Until when a step is or was to be done: its latest arrival counts.
fn due(case: &Stored, step: &str) -> Fact {
    let of_step = case
        .state
        .tasks
        .iter()
        .filter(|t| t.step == step && t.purpose == Purpose::Do);
    of_step
        .filter_map(|t| t.due_at)
        .next_back()
        .map_or(Fact::Nothing, Fact::At)
}

/// What stands in an opinion box, with who wrote it.
fn said_in<'a>(
    case: &'a Stored,
    into: &'a str,
) -> impl Iterator<Item = (&'a Opinion, &'a Signature)> {
    let said = case.state.opinions.iter().zip(&case.said);
    said.filter(move |(o, _)| o.into == into)
}

fn opinions(case: &Stored, into: &str) -> String {
    let lines: Vec<String> = said_in(case, into)
        .map(|(o, by)| format!("{}（{}）", o.text, by.name))
        .collect();
    lines.join("；")
}

fn readers(
    what: &Readers,
    procedure: &Procedure,
    case: &Stored,
    people: Option<&dyn People>,
) -> Fact {
    let reading = |t: &Task| {
        let step = procedure.step(&t.step);
        t.purpose == Purpose::Read || step.is_some_and(|s| s.label(MoveId::Read).is_some())
    };
    let gone = |t: &Task| matches!(t.state, TaskState::Withdrawn | TaskState::Cancelled);
    let all: Vec<(&Task, &str)> = case
        .state
        .tasks
        .iter()
        .zip(&case.names)
        .filter(|(t, _)| reading(t) && !gone(t))
        .map(|(t, (holder, _))| (t, holder.as_str()))
        .collect();
    let has = |t: &Task, roles: &[String]| {
        people.is_none_or(|p| roles.iter().any(|r| holds_role(p, r, t)))
    };
    let names = |roles: &[String]| {
        let some = all
            .iter()
            .filter(|(t, _)| roles.is_empty() || has(t, roles));
        words(join(some.map(|(_, name)| (*name).to_owned())))
    };
    match what {
        Readers::Any => Fact::Holds(!all.is_empty()),
        Readers::People => names(&[]),
        Readers::WithRole(roles) => names(roles),
        Readers::Departments => {
            let read = case.acts.iter().filter(|a| a.mv == MoveId::Read);
            words(join(read.map(|a| a.by.dept_name.clone())))
        }
        Readers::AllDone => {
            Fact::Holds(!all.is_empty() && all.iter().all(|(t, _)| t.state == TaskState::Done))
        }
    }
}

/// Whether whoever was given a task holds a role now.
fn holds_role(people: &dyn People, role: &str, task: &Task) -> bool {
    let holders = people.with_role(role);
    match task.holder {
        Principal::Person(person) => holders.iter().any(|p| people.fills(person, *p)),
        other => holders.contains(&other),
    }
}

fn words(text: String) -> Fact {
    if text.is_empty() {
        Fact::Nothing
    } else {
        Fact::Text(text)
    }
}

/// Each once, in order of first appearance.
fn join(all: impl Iterator<Item = String>) -> String {
    let mut once: Vec<String> = Vec::new();
    for one in all {
        if !once.contains(&one) {
            once.push(one);
        }
    }
    once.join("、")
}

/// A JSON value for a register column: days as "2026-03-09", counts as numbers, the rest as words.
#[must_use]
pub fn column(fact: &Fact, field: Option<&Value>, zone: Zone) -> Value {
    match (fact, field) {
        // A date field is kept as typed, so that it sorts; printing it is the page's business.
        (Fact::Text(_), Some(raw)) => raw.clone(),
        (Fact::At(at), _) => Value::from(zone.day(*at).to_string()),
        (Fact::Count(n), _) => Value::from(*n),
        (Fact::Nothing, _) => Value::Null,
        (other, _) => Value::from(written(other, None, zone)),
    }
}
