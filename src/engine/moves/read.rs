//! 阅毕 / 我知道了: a reader has read, with or without a word. In a reading procedure it is the main lane's
//! work; in a circulation it never blocks anything, and the next in order gets his turn.

use super::{Move, expect, standing, write};
use crate::engine::by_hand;
use crate::engine::case::{Purpose, Task, TaskState};
use crate::engine::definition::{MoveId, Need};
use crate::engine::facts::Facts;
use crate::engine::flow;
use crate::engine::offer::{Choice, Form, Input, Offer, OpinionOffer};
use crate::engine::plan::{Change, Draft, Plan};
use crate::kit::Result;

pub const MOVE: Move = Move {
    id: MoveId::Read,
    offer,
    plan,
};

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let mut offer = on_main(facts).or_else(|| on_side(facts))?;
    offer.choices = vec![Choice::plain("read", &offer.label)];
    Some(offer)
}

fn on_main(facts: &Facts<'_>) -> Option<Offer> {
    let (task, step, label) = facts.at_step(MoveId::Read)?;
    let mut offer = Offer::new(MoveId::Read, label, Some(task.id))
        .with_opinion(step.opinion.as_ref(), &standing(facts, step));
    offer.form = Form::Saved;
    Some(offer)
}

fn on_side(facts: &Facts<'_>) -> Option<Offer> {
    let task = facts.task(Purpose::Read)?;
    let circulation = facts.procedure.circulation.as_ref()?;
    // the issued document is signed for, in the word it was given with
    let receipt = circulation.receipt.as_ref().filter(|r| **r == task.verb);
    let label = receipt.unwrap_or(&circulation.read);
    let mut offer = Offer::new(MoveId::Read, label, Some(task.id));
    offer.opinion = circulation.into.as_ref().map(|into| OpinionOffer {
        into: into.clone(),
        need: Need::Optional,
        phrases: Vec::new(),
        text: String::new(),
    });
    Some(offer)
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    offer.check(input)?;
    let mut draft = Draft::new(facts);
    if let Some((task, step, label)) = facts.at_step(MoveId::Read) {
        write(&mut draft, &offer, step, input)?;
        flow::go_on(&mut draft, task, None, &[])?;
        return Ok(draft.main(MoveId::Read, label, Some(task.id), &input.note));
    }
    let task = facts.task(Purpose::Read);
    let task = task.ok_or_else(|| facts.refusal(MoveId::Read))?;
    let (text, hand) = by_hand::kept(input);
    if let Some(o) = offer.opinion.as_ref().filter(|_| !text.is_empty()) {
        draft.push(Change::WriteOpinion {
            into: o.into.clone(),
            branch: task.branch,
            text,
            hand,
        });
    }
    draft.set_task(task.id, TaskState::Done);
    if let Some(next) = next_reader(facts, task) {
        draft.set_task(next.id, TaskState::Open);
    }
    Ok(draft.side(MoveId::Read, &offer.label, Some(task.id), &input.note))
}

fn next_reader<'a>(facts: &Facts<'a>, task: &Task) -> Option<&'a Task> {
    let queued = |t: &&Task| t.state == TaskState::Queued;
    let others_reading = facts
        .case
        .round(task.given_by, task.parent)
        .any(|t| t.id != task.id && t.state == TaskState::Open && t.ord > 0);
    let round = facts.case.round(task.given_by, task.parent);
    round
        .filter(queued)
        .filter(|_| task.ord > 0 && !others_reading)
        .min_by_key(|t| t.ord)
}
