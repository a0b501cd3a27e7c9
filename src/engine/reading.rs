//! Who was asked to read and how far they are: readers beside the main lane, and those of a step whose work
//! is reading. Not here: asking them (`moves`). Who was recalled counts as never asked; who had not read
//! when the round was ended stays in the list by name.

use super::case::{BranchState, Purpose, Task, TaskState};
use super::definition::{MoveId, Procedure};
use super::stored::Stored;

/// How far a reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// Asked, or waiting for the turn.
    Asked,
    /// Has read.
    Read,
    /// Had not read when the round ended.
    Unread,
}

/// One reader of a case.
pub struct Reader<'a> {
    pub task: &'a Task,
    pub name: &'a str,
    pub reads: Reads,
}

/// How many were asked, have read, and are still to read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    pub asked: usize,
    pub read: usize,
    pub open: usize,
}

/// All readers, in the order they were asked.
#[must_use]
pub fn readers<'a>(procedure: &Procedure, case: &'a Stored) -> Vec<Reader<'a>> {
    let tasks = case.state.tasks.iter().zip(&case.names);
    let all: Vec<Reader<'a>> = tasks
        .filter_map(|(task, (name, _))| {
            Some(Reader {
                task,
                name,
                reads: reads(procedure, case, task)?,
            })
        })
        .collect();
    let again = |r: &Reader<'_>| {
        let later = |o: &Reader<'_>| o.task.id > r.task.id && o.task.holder == r.task.holder;
        r.reads == Reads::Unread && all.iter().any(later)
    };
    let kept: Vec<bool> = all.iter().map(|r| !again(r)).collect();
    let mut kept = kept.into_iter();
    all.into_iter()
        .filter(|_| kept.next().unwrap_or(true))
        .collect()
}

/// Nothing for a task that asks for no reading, or does not any more.
fn reads(procedure: &Procedure, case: &Stored, task: &Task) -> Option<Reads> {
    let step = procedure.step(&task.step);
    let of_step = step.is_some_and(|s| s.label(MoveId::Read).is_some());
    let beside = task.purpose == Purpose::Read;
    if !beside && !of_step {
        return None;
    }
    match task.state {
        TaskState::Done | TaskState::Returned => Some(Reads::Read),
        TaskState::Open | TaskState::Waiting | TaskState::Queued => Some(Reads::Asked),
        TaskState::Withdrawn => None,
        TaskState::Cancelled if beside => Some(Reads::Unread),
        // given on to somebody else, or the step was ended before this one was done
        TaskState::Cancelled => {
            let branch = task.branch.and_then(|b| case.state.branch(b));
            branch
                .is_some_and(|b| b.state == BranchState::Cancelled)
                .then_some(Reads::Unread)
        }
    }
}

/// How far the reading is, as a whole.
#[must_use]
pub fn count(procedure: &Procedure, case: &Stored) -> Count {
    let mut count = Count::default();
    for r in readers(procedure, case) {
        count.asked += 1;
        count.read += usize::from(r.reads == Reads::Read);
        count.open += usize::from(r.reads == Reads::Asked);
    }
    count
}

/// 传阅中 3/5, while somebody is still to read; nothing otherwise.
#[must_use]
pub fn under_way(procedure: &Procedure, case: &Stored) -> Option<String> {
    let label = procedure.circulation.as_ref().map(|c| c.label.as_str())?;
    let count = count(procedure, case);
    (count.open > 0).then(|| format!("{label}中 {}/{}", count.read, count.asked))
}
