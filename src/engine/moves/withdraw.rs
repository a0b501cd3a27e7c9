//! 撤回: takes back one's last act until the next one has opened it. Things stand again as the act's record
//! says; the number stays taken, opinions stay written.

use super::{Move, expect};
use crate::engine::case::{LastAct, Purpose, Task, TaskState};
use crate::engine::definition::MoveId;
use crate::engine::facts::Facts;
use crate::engine::offer::{Choice, Input, Offer};
use crate::engine::plan::{Change, Draft, Plan};
use crate::kit::{Id, Result};

pub const MOVE: Move = Move {
    id: MoveId::Withdraw,
    offer,
    plan,
};

const LABEL: &str = "撤回";

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let last = facts.case.last.as_ref()?;
    if last.by != facts.viewer.person || !untouched(facts, last) {
        return None;
    }
    let mut offer = Offer::new(MoveId::Withdraw, LABEL, None);
    offer.choices = vec![Choice::plain("back", LABEL)];
    Some(offer)
}

/// Nobody has opened what the act delivered, nor done any of it.
fn untouched(facts: &Facts<'_>, last: &LastAct) -> bool {
    let fresh = |t: &Task| match t.state {
        TaskState::Open => t.seen_at.is_none(),
        TaskState::Queued => true,
        _ => false,
    };
    let delivered = |id: &Id| facts.case.task(*id).is_some_and(fresh);
    let revived = last
        .undo
        .tasks
        .iter()
        .filter_map(|(id, _)| facts.case.task(*id))
        .filter(|t| t.state == TaskState::Open);
    // who asked for more time, stopped the clock, or began a case he waits for, has begun, whether or not he opened the page
    let begun = |of: &Task, t: &Task| {
        let stands = match t.purpose {
            Purpose::Wait => of.state == TaskState::Waiting && t.state.is_live(),
            _ => of.state == TaskState::Open,
        };
        last.tasks.contains(&of.id) || (stands && t.given_at >= of.given_at)
    };
    let asked = |t: &Task| {
        let touched = |p: Id| last.undo.tasks.iter().any(|(id, _)| *id == p);
        let of = t.parent.filter(|p| last.tasks.contains(p) || touched(*p));
        let of = of.and_then(|p| facts.case.task(p));
        matches!(t.purpose, Purpose::Extend | Purpose::Pause | Purpose::Wait)
            && of.is_some_and(|of| begun(of, t))
    };
    // what was offered to several and taken by one is in his hands
    let taken = |t: &Task| {
        let of = t.branch.is_some_and(|b| last.branches.contains(&b));
        of && t.purpose == Purpose::Do && t.state.is_live() && !last.tasks.contains(&t.id)
    };
    last.tasks.iter().all(delivered)
        && !facts.case.tasks.iter().any(taken)
        && revived.into_iter().all(fresh)
        && !facts.case.tasks.iter().any(asked)
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    offer.check(input)?;
    let Some(last) = facts.case.last.as_ref() else {
        return Err(facts.refusal(MoveId::Withdraw));
    };
    let mut draft = Draft::new(facts);
    for id in &last.tasks {
        draft.set_task(*id, TaskState::Withdrawn);
    }
    for id in &last.branches {
        draft.set_branch(*id, crate::engine::case::BranchState::Cancelled);
    }
    for (id, state) in &last.undo.branches {
        draft.set_branch(*id, *state);
    }
    if (&facts.case.step, facts.case.visit) != (&last.undo.step, last.undo.visit) {
        draft.set_step(&last.undo.step, last.undo.visit);
    }
    if facts.case.state != last.undo.state {
        draft.push(Change::SetState(last.undo.state));
    }
    for (id, state) in &last.undo.tasks {
        draft.set_task(*id, *state);
    }
    let mut plan = draft.main(MoveId::Withdraw, LABEL, None, &input.note);
    plan.undo = None;
    Ok(plan)
}
