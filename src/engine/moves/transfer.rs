//! 转办: the holder passes his task to another who could have had it; whoever gave it keeps waiting for the
//! same thing. The old task ends unanswered, so nobody is named as having done what he did not do.

use super::{Move, dept_of, expect, others};
use crate::engine::case::{Task, TaskState};
use crate::engine::definition::{MoveId, Need, Step};
use crate::engine::facts::Facts;
use crate::engine::flow;
use crate::engine::offer::{Choice, Input, Note, Offer, Ordered, Pick};
use crate::engine::plan::{BranchRef, Draft, NewTask, Plan};
use crate::kit::{Principal, Result};

pub const MOVE: Move = Move {
    id: MoveId::Transfer,
    offer,
    plan,
};

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let (task, step, label) = facts.at_step(MoveId::Transfer)?;
    let among = successors(facts, task, step);
    if among.is_empty() {
        return None;
    }
    let mut offer = Offer::new(MoveId::Transfer, label, Some(task.id));
    offer.choices = vec![Choice {
        pick: Some(Pick {
            label: step.verb().to_owned(),
            among,
            most: 1,
            ordered: Ordered::AtOnce,
        }),
        ..Choice::plain("to", label)
    }];
    offer.note = Some(Note {
        label: "转办的理由",
        need: Need::Optional,
    });
    Some(offer)
}

/// In a department its own people; elsewhere whoever the step's rule means, but for those who have it.
fn successors(facts: &Facts<'_>, task: &Task, step: &Step) -> Vec<Principal> {
    let found = match dept_of(facts, task) {
        Some(dept) => facts.people.staff_of(dept),
        None => flow::candidates(facts, step, &facts.case.values, None),
    };
    let mut free = others(facts, facts.viewer.person, found.into_iter());
    let has_it = |p: &Principal| {
        let live = |t: &&Task| t.state.is_live() && t.purpose == task.purpose;
        facts
            .case
            .tasks
            .iter()
            .filter(live)
            .any(|t| facts.same(t.holder, *p))
    };
    free.retain(|p| !has_it(p));
    free
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    offer.check(input)?;
    let (Some((task, _, label)), Some(holder)) =
        (facts.at_step(MoveId::Transfer), input.people.first())
    else {
        return Err(facts.refusal(MoveId::Transfer));
    };
    let mut draft = Draft::new(facts);
    flow::finish_task(&mut draft, task, TaskState::Cancelled);
    draft.open_task(NewTask {
        branch: task.branch.map(BranchRef::Known),
        parent: task.parent,
        purpose: task.purpose,
        step: task.step.clone(),
        verb: task.verb.clone(),
        holder: *holder,
        given_by: Some(facts.viewer.person),
        state: TaskState::Open,
        ord: task.ord,
        note: input.note.trim().to_owned(),
        due_at: task.due_at,
    });
    Ok(draft.main(MoveId::Transfer, label, Some(task.id), &input.note))
}
