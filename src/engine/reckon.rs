//! Until when a step is to be done, and how that was counted: the one place a due date comes from.
//! Not here: counting over a calendar (`kit::workdays`), reminders (`dues`).
//! Invariant: the same facts give the same date, so that a changed calendar can be counted again.

use super::case::{Purpose, Task, TaskState, Values};
use super::definition::{Due, Step, Term};
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

/// A span of days that no limit counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    /// The day it was stopped; counted still.
    pub from: Day,
    /// The day it went on, not counted; none while it stands still.
    pub until: Option<Day>,
    /// How many days the end moved by: working days, where the limit is in them.
    pub days: u32,
    /// On which ground.
    pub why: String,
}

/// The whole account of a due date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// As the step gives it.
    pub how: Reckoned,
    /// When time stood still since.
    pub stops: Vec<Stopped>,
    /// The last day; none while time stands still.
    pub day: Option<Day>,
}

/// How the date of a task was counted; none where it has none, or has one its step does not give.
#[must_use]
pub fn of_task(facts: &Facts<'_>, task: &Task) -> Option<Account> {
    let due = facts.procedure.step(&task.step)?.due.as_ref()?;
    let root = root_of(facts, task);
    let how = reckon(facts, &facts.case.values, due, root.given_at);
    let (stops, end) = stopped(facts, (task, due), how.day());
    let still = facts
        .case
        .paused(task.branch)
        .filter(|p| p.step == task.step);
    let stands = match still {
        Some(pause) => pause.due_at,
        None => task.due_at,
    };
    (Some(facts.zone.end_of(end)) == stands).then(|| Account {
        how,
        stops,
        day: still.is_none().then_some(end),
    })
}

/// The spans in which a task's clock stood still, and the end as they moved it; the last may still go on.
fn stopped(facts: &Facts<'_>, (task, due): (&Task, &Due), end: Day) -> (Vec<Stopped>, Day) {
    let mine = |p: &&Task| {
        p.purpose == Purpose::Pause
            && p.branch == task.branch
            && p.step == task.step
            && (p.state.is_live() || p.state == TaskState::Done)
    };
    let mut end = end;
    let mut stops = Vec::new();
    for pause in facts.case.tasks.iter().filter(mine) {
        let from = facts.zone.day(pause.given_at);
        let until = pause.done_at.map(|at| facts.zone.day(at));
        let days = days_between(
            facts.calendar,
            due,
            from,
            until.unwrap_or_else(|| facts.today()),
        );
        if until.is_some() {
            end = moved(facts.calendar, due, end, days);
        }
        stops.push(Stopped {
            from,
            until,
            days,
            why: pause.note.clone(),
        });
    }
    (stops, end)
}

/// Until when what a clock stood still for is to be done, were it let run again now.
#[must_use]
pub fn resumed(facts: &Facts<'_>, pause: &Task) -> Option<Millis> {
    let due = facts.procedure.step(&pause.step)?.due.as_ref()?;
    let from = facts.zone.day(pause.given_at);
    let days = days_between(facts.calendar, due, from, facts.today());
    let old = facts.zone.day(pause.due_at?);
    let new = moved(facts.calendar, due, old, days);
    // what was put off to another hour than the end of a day keeps it where nothing moved
    match new == old {
        true => pause.due_at,
        false => Some(facts.zone.end_of(new)),
    }
}

/// As many as the limit would have counted: the first day not, the last one too (民法典第二百零一条).
fn days_between(calendar: &Calendar, due: &Due, from: Day, to: Day) -> u32 {
    let days = match due.term {
        Term::WorkingDays(_) => calendar.working_days_between(from, to),
        Term::Days(_) | Term::Months(_) => from.days_until(to),
    };
    u32::try_from(days).unwrap_or(0)
}

fn moved(calendar: &Calendar, due: &Due, end: Day, days: u32) -> Day {
    match (days, due.term) {
        (0, _) => end,
        (n, Term::WorkingDays(_)) => calendar.add_working(end, n).day,
        (n, _) => calendar.add_days(end, n).day,
    }
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
            let end = reckon(f, &f.case.values, due, root.given_at).day();
            f.zone.end_of(stopped(f, (t, due), end).1)
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
