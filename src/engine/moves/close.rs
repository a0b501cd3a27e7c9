//! 办结: the matter is done and answered. Must-fields of the step (the result) have to be filled in; from here
//! on the case only waits to be filed.

use super::{Move, expect, standing, write};
use crate::engine::case::{State, TaskState};
use crate::engine::definition::MoveId;
use crate::engine::duty;
use crate::engine::facts::Facts;
use crate::engine::flow;
use crate::engine::offer::{Choice, Form, Input, Offer};
use crate::engine::plan::{Change, Draft, Plan};
use crate::kit::Result;

pub const MOVE: Move = Move {
    id: MoveId::Close,
    offer,
    plan,
};

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let (task, step, label) = facts.at_step(MoveId::Close)?;
    let mut offer = Offer::new(MoveId::Close, label, Some(task.id))
        .with_opinion(step.opinion.as_ref(), &standing(facts, step));
    offer.form = Form::Whole;
    offer.choices = vec![Choice::plain("close", label)];
    Some(offer)
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    offer.check(input)?;
    let Some((task, step, label)) = facts.at_step(MoveId::Close) else {
        return Err(facts.refusal(MoveId::Close));
    };
    let mut draft = Draft::new(facts);
    write(&mut draft, &offer, step, input)?;
    if step.next.is_empty() {
        duty::settle(&mut draft)?;
        flow::finish_task(&mut draft, task, TaskState::Done);
        if let Some(branch) = task.branch {
            flow::finish_branch(&mut draft, branch);
        }
        flow::leave(&mut draft, TaskState::Cancelled);
    } else {
        flow::go_on(&mut draft, task, None, &[])?;
    }
    draft.push(Change::SetState(State::Closed));
    Ok(draft.main(MoveId::Close, label, Some(task.id), &input.note))
}
