//! Until when a step is to be done, and how that was counted: the one place a due date comes from.
//! Not here: counting over a calendar (`kit::workdays`), reminders (`dues`).
//! Invariant: the same facts give the same date, so that a changed calendar can be counted again.

use super::case::{Purpose, Task, TaskState, Values};
use super::definition::{Due, Step};
use super::facts::Facts;
use super::plan::Draft;
use crate::kit::{self, Calendar, Day, Millis};
use serde_json::Value;

/// How a due date came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reckoned {
    /// The office filled it in.
    Typed(Day),
    /// Counted from the day after this one.
    Counted {
        /// Not counted itself.
        from: Day,
        /// The end and its working.
        due: kit::Due,
    },
}

impl Reckoned {
    /// The last day.
    #[must_use]
    pub const fn day(&self) -> Day {
        match self {
            Self::Typed(day) => *day,
            Self::Counted { due, .. } => due.day,
        }
    }
}

/// Until when a step is to be done, arriving now. A date the office filled in wins over the count.
#[must_use]
pub fn due_at(draft: &Draft<'_>, step: &Step) -> Option<Millis> {
    let due = step.due.as_ref()?;
    let found = reckon(draft.facts, &draft.values, due, draft.facts.now);
    Some(draft.facts.zone.end_of(found.day()))
}

/// How the date of a task was counted; none where it has none, or has one its step does not give.
#[must_use]
pub fn of_task(facts: &Facts<'_>, task: &Task) -> Option<Reckoned> {
    let due = facts.procedure.step(&task.step)?.due.as_ref()?;
    let root = root_of(facts, task);
    let found = reckon(facts, &facts.case.values, due, root.given_at);
    (Some(facts.zone.end_of(found.day())) == task.due_at).then_some(found)
}

/// Open tasks whose date was counted by the calendar of before and is another by the one of now, with
/// that date. What was delivered anew, put off or typed keeps its own.
#[must_use]
pub fn changed<'a>(facts: &Facts<'a>, before: &Calendar) -> Vec<(&'a Task, Millis)> {
    let then = Facts {
        calendar: before,
        ..*facts
    };
    let waits = |t: &&Task| {
        matches!(
            t.state,
            TaskState::Open | TaskState::Waiting | TaskState::Queued
        ) && t.purpose == Purpose::Do
    };
    let again = |t: &'a Task| {
        let due = facts.procedure.step(&t.step)?.due.as_ref()?;
        let root = root_of(facts, t);
        let by = |f: &Facts<'_>| {
            f.zone
                .end_of(reckon(f, &f.case.values, due, root.given_at).day())
        };
        let (old, new) = (by(&then), by(facts));
        (t.due_at == Some(old) && new != old).then_some((t, new))
    };
    facts
        .case
        .tasks
        .iter()
        .filter(waits)
        .filter_map(again)
        .collect()
}

fn root_of<'a>(facts: &Facts<'a>, task: &'a Task) -> &'a Task {
    let mut at = task;
    // a chain is as long as a department is deep; the bound is against a damaged one
    for _ in 0..64 {
        match at.parent.and_then(|p| facts.case.task(p)) {
            Some(parent) => at = parent,
            None => break,
        }
    }
    at
}

fn reckon(facts: &Facts<'_>, values: &Values, due: &Due, arrived: Millis) -> Reckoned {
    let typed = due
        .field
        .as_ref()
        .and_then(|f| values.get(f))
        .and_then(Value::as_str)
        .and_then(|day| day.parse::<Day>().ok());
    if let Some(day) = typed {
        return Reckoned::Typed(day);
    }
    let start = due
        .after
        .as_ref()
        .and_then(|s| facts.case.last_done(s))
        .and_then(|t| t.done_at)
        .unwrap_or(arrived);
    let from = facts.zone.day(start);
    Reckoned::Counted {
        from,
        due: due.term.end(facts.calendar, from),
    }
}
