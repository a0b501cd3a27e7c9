//! Ways of the main lane that are no way on: straight back to whoever returned the case, to a step whose people
//! are known, and out of it. Not here: the ways a step names (`flow`).
//! Invariant: what waits to be come back to is neither lost nor asked of anybody meanwhile.

use super::{cancel_branch, fresh, settle_tasks};
use crate::engine::case::{Branch, BranchState, Part, Purpose, State, Task, TaskState};
use crate::engine::definition::{HowMany, MoveId, Step};
use crate::engine::facts::Facts;
use crate::engine::plan::{Change, Draft, NewBranch};
use crate::engine::reckon;
use crate::kit::{Id, Principal};

/// The case is mended and goes straight back: the branches left open at the earlier visit come back to life,
/// each with the top of its stack. False where nobody waits for it so.
pub fn come_back(draft: &mut Draft<'_>) -> bool {
    let case = draft.facts.case;
    let Some((to, visit)) = case.comes_back_to().map(|(s, v)| (s.to_owned(), v)) else {
        return false;
    };
    let left: Vec<Id> = case
        .current_branches()
        .filter(|b| draft.branch_state(b.id) == Some(BranchState::Open))
        .map(|b| b.id)
        .collect();
    for b in left {
        settle_tasks(draft, b, TaskState::Done);
        draft.set_branch(b, BranchState::Done);
    }
    draft.set_step(&to, visit);
    if case.state == State::Open && was_closed_at(draft.facts, &to) {
        draft.push(Change::SetState(State::Closed));
    }
    let there = |t: &&Task| {
        let branch = t.branch.and_then(|b| case.branch(b));
        branch.is_some_and(|b| b.visit == visit && b.state == BranchState::Open)
    };
    let held: Vec<Id> = case
        .tasks
        .iter()
        .filter(|t| t.state == TaskState::Waiting && is_held(t.purpose))
        .filter(there)
        .filter(|t| !case.has_live_child(t.id))
        .map(|t| t.id)
        .collect();
    for t in held {
        draft.set_task(t, TaskState::Open);
    }
    true
}

/// Whether a step before this one closes the case, and did: what is returned from here behind that step is open again
/// while it is mended, and closed when it comes straight back. Where the step may be left without closing nobody knows
/// by which way it was.
fn was_closed_at(facts: &Facts<'_>, step: &str) -> bool {
    let here = facts.procedure.place(step).unwrap_or(0);
    let before = facts.procedure.steps.get(..here).unwrap_or_default();
    before
        .iter()
        .any(|s| closes(s) && facts.case.last_done(&s.id).is_some())
}

/// Going on from here closes the case.
fn closes(step: &Step) -> bool {
    let has = |m: MoveId| step.label(m).is_some();
    has(MoveId::Close) && !has(MoveId::Submit) && !has(MoveId::HandOut)
}

/// A closed case is returned: where the step that closes it has to be done again, it is open meanwhile.
pub fn open_again(draft: &mut Draft<'_>, to: &Step) {
    let facts = draft.facts;
    let place = |id: &str| facts.procedure.place(id).unwrap_or(0);
    let between = place(&to.id)..place(&facts.case.step);
    let passed = facts.procedure.steps.get(between).unwrap_or_default();
    let closing = passed.iter().any(|s| s.label(MoveId::Close).is_some());
    if facts.case.state == State::Closed && closing {
        draft.push(Change::SetState(State::Open));
    }
}

/// What waits while its step was left for mending, and is asked again when the case comes back. A clock that
/// stands still goes on standing.
#[must_use]
pub const fn is_held(purpose: Purpose) -> bool {
    purpose.is_main() || matches!(purpose, Purpose::Extend)
}

/// The case ends here without being done: nobody has to do anything on it any more but its readers, who were
/// asked to read it and still may. It takes no number on its way out.
pub fn give_up(draft: &mut Draft<'_>) {
    let case = draft.facts.case;
    let open = |b: &&Branch| b.state == BranchState::Open;
    let branches: Vec<Id> = case.branches.iter().filter(open).map(|b| b.id).collect();
    for b in branches {
        cancel_branch(draft, b, TaskState::Cancelled);
    }
}

/// Brings the main lane to a step that these people, already known, do.
pub fn enter_held(draft: &mut Draft<'_>, step: &Step, holders: &[Principal], note: &str) {
    let visit = draft.facts.case.next_visit();
    draft.set_step(&step.id, visit);
    let due_at = reckon::due_at(draft, step);
    let each = !matches!(step.how, HowMany::AnyOne | HowMany::Departments { .. });
    let mut branch = None;
    for (turn, holder) in (1..).zip(holders) {
        let at = match branch.filter(|_| !each) {
            Some(branch) => branch,
            None => draft.open_branch(NewBranch {
                step: step.id.clone(),
                visit,
                part: Part::Whole,
                dept: None,
            }),
        };
        branch = Some(at);
        let mut task = fresh(draft, step, at, *holder, due_at);
        note.trim().clone_into(&mut task.note);
        if step.how == HowMany::InOrder {
            task.ord = turn;
            if turn > 1 {
                task.state = TaskState::Queued;
            }
        }
        draft.open_task(task);
    }
}
