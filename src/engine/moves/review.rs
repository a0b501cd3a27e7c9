//! 审核反馈: the clerk accepts what a department fed back, or sends it back to the department alone; the other
//! branches notice nothing. Where a department says the matter is not its own, the clerk insists or hands
//! its share to another department.

use super::{Move, elsewhere, expect};
use crate::engine::case::{Purpose, Task, TaskState};
use crate::engine::definition::{MoveId, Need, Review, Step};
use crate::engine::facts::Facts;
use crate::engine::flow;
use crate::engine::offer::{Choice, Input, Note, Offer};
use crate::engine::plan::{Draft, Plan};
use crate::kit::{Error, Result};

pub const MOVE: Move = Move {
    id: MoveId::Review,
    offer,
    plan,
};

const ACCEPT: &str = "accept";
const SEND_BACK: &str = "send_back";
const ELSEWHERE: &str = "elsewhere";

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let (task, _, review) = at_review(facts)?;
    let send_back = Choice {
        reason: true,
        ..Choice::plain(SEND_BACK, &review.send_back)
    };
    let (label, first) = if task.purpose == Purpose::Review {
        (&review.name, Choice::plain(ACCEPT, &review.accept))
    } else {
        let elsewhere = Choice {
            departments: elsewhere::others(facts),
            ..Choice::plain(ELSEWHERE, "改交其他部门")
        };
        (&review.settle, elsewhere)
    };
    let mut offer = Offer::new(MoveId::Review, label, Some(task.id));
    offer.choices = vec![first, send_back];
    offer
        .choices
        .retain(|c| c.id != ELSEWHERE || !c.departments.is_empty());
    offer.note = Some(Note {
        label: "理由",
        need: Need::Optional,
    });
    Some(offer)
}

fn at_review<'a>(facts: &Facts<'a>) -> Option<(&'a Task, &'a Step, &'a Review)> {
    let task = facts
        .task(Purpose::Review)
        .or_else(|| facts.task(Purpose::Settle))?;
    let step = facts.procedure.step(&task.step)?;
    Some((task, step, step.review.as_ref()?))
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    let choice = offer.check(input)?;
    let (Some((task, step, _)), Some(choice)) = (at_review(facts), choice) else {
        return Err(facts.refusal(MoveId::Review));
    };
    let branch = task.branch.and_then(|b| facts.case.branch(b));
    let branch = branch.ok_or_else(|| Error::fault("a review outside a branch"))?;
    let mut draft = Draft::new(facts);
    match choice.id.as_str() {
        ACCEPT => flow::go_on(&mut draft, task, None, &[])?,
        SEND_BACK => send_back(&mut draft, task),
        _ => {
            let share = (task, branch, step);
            elsewhere::hand_over(&mut draft, share, TaskState::Done, input.dept)?;
        }
    }
    Ok(draft.main(MoveId::Review, &choice.label, Some(task.id), &input.note))
}

/// To whoever fed it back: his task comes to life again.
fn send_back(draft: &mut Draft<'_>, task: &Task) {
    flow::finish_task(draft, task, TaskState::Returned);
    if let Some(giver) = task.parent {
        draft.set_task(giver, TaskState::Open);
    }
}
