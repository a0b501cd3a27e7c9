//! 送下一环节: the holder has done the step and sends it on. Where the case was returned “改好后直接送回”,
//! it may go straight back to whoever returned it.

use super::feed_back::{answerable, waiting_giver};
use super::{Move, both, expect, standing, way_taken, ways, write};
use crate::engine::case::{Task, TaskState, Values};
use crate::engine::definition::{MoveId, Next, Step};
use crate::engine::duty;
use crate::engine::facts::Facts;
use crate::engine::flow;
use crate::engine::offer::{Choice, Form, Input, Offer};
use crate::engine::plan::{Draft, Plan};
use crate::kit::{Error, Result};

pub const MOVE: Move = Move {
    id: MoveId::Submit,
    offer,
    plan,
};

/// The choice that is no way of the definition.
const STRAIGHT_BACK: &str = "@back";
/// Up to whoever gave it and waits for it.
const GIVER: &str = "@giver";

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let (task, step, label) = facts.at_step(MoveId::Submit)?;
    let mut offer = Offer::new(MoveId::Submit, label, Some(task.id))
        .with_opinion(step.opinion.as_ref(), &standing(facts, step));
    if let Some(giver) = waiting_giver(facts, task) {
        let up = format!("办完，交回给{}", facts.people.name(giver.holder));
        offer.form = Form::Saved;
        offer.choices = vec![Choice::plain(GIVER, up)];
        return Some(offer);
    }
    offer.form = Form::Whole;
    offer.choices = back_choice(facts).into_iter().collect();
    offer.choices.extend(ways(facts, step));
    (!offer.choices.is_empty()).then_some(offer)
}

/// Back to whoever returned the case and wants it straight back.
pub(super) fn back_choice(facts: &Facts<'_>) -> Option<Choice> {
    let (step, _) = facts.case.comes_back_to()?;
    let to = facts.procedure.step_name(step);
    Some(Choice::plain(STRAIGHT_BACK, format!("改好，直接送回{to}")))
}

/// The holder is done and the case goes the way he chose.
pub(super) fn send(
    draft: &mut Draft<'_>,
    (task, step): (&Task, &Step),
    choice: &Choice,
    input: &Input,
) -> Result<()> {
    if choice.id == STRAIGHT_BACK {
        same_road(draft, choice)?;
        duty::settle(draft)?;
        flow::finish_task(draft, task, TaskState::Done);
        flow::come_back(draft);
        return Ok(());
    }
    let way = way_taken(step, choice, &draft.values)?;
    flow::go_on(draft, task, Some(way), &input.people)
}

/// What was mended may not change who has to see it: two days of leave that became fourteen go up the ladder, and not
/// past it with the consent two days were given.
fn same_road(draft: &Draft<'_>, choice: &Choice) -> Result<()> {
    let facts = draft.facts;
    let done = |s: &&Step| facts.case.last_done(&s.id).is_some();
    let mut ways = (facts.procedure.steps.iter().filter(done)).flat_map(|s| &s.next);
    let open = |n: &Next, values: &Values| n.when.iter().all(|c| c.holds(values));
    if ways.all(|n| open(n, &facts.case.values) == open(n, &draft.values)) {
        return Ok(());
    }
    Err(Error::invalid(
        "choice",
        format!(
            "按现在填的内容，要走的路和退回以前不一样了，不能“{}”，请选往下走的路",
            choice.label
        ),
    ))
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    let Some((task, step, _)) = facts.at_step(MoveId::Submit) else {
        return Err(facts.refusal(MoveId::Submit));
    };
    let mut draft = Draft::new(facts);
    let written = write(&mut draft, &offer, step, input);
    let Some(choice) = both(written, offer.check(input))? else {
        return Err(facts.refusal(MoveId::Submit));
    };
    if let Some(giver) = waiting_giver(facts, task).filter(|_| choice.id == GIVER) {
        flow::finish_task(&mut draft, task, TaskState::Done);
        draft.set_task(giver.id, TaskState::Open);
    } else {
        send(&mut draft, (task, step), choice, input)?;
    }
    let label = match answerable(facts, task) {
        Some(who) => format!("{}（由{who}负责）", choice.label),
        None => choice.label.clone(),
    };
    Ok(draft.main(MoveId::Submit, &label, Some(task.id), &input.note))
}
