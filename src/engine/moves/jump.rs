//! 跳转: whoever manages the office sends a case to any step, with the reason: past a step nobody can do, or out of
//! one it should not be at. What was open at the step is not needed any more; the new step's people are found by
//! its own rule, or chosen where the rule says so.

use super::{Move, expect, has_power};
use crate::engine::case::{State, TaskState};
use crate::engine::definition::{HowMany, MoveId, Need, Step};
use crate::engine::facts::Facts;
use crate::engine::flow;
use crate::engine::offer::{Choice, Input, Note, Offer, Ordered, Pick};
use crate::engine::plan::{Draft, Plan};
use crate::kit::Result;

pub const MOVE: Move = Move {
    id: MoveId::Jump,
    offer,
    plan,
};

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let rule = facts.procedure.jump.as_ref()?;
    if !has_power(facts, rule) || facts.case.state != State::Open {
        return None;
    }
    let label = &rule.label;
    let mut offer = Offer::new(MoveId::Jump, label, None);
    offer.said = format!(
        "现在在“{}”。{label}以后，这一环节没办完的不再要办，写过的意见都留着。",
        facts.procedure.step_name(&facts.case.step)
    );
    let others = facts.procedure.steps.iter();
    offer.choices = others
        .filter(|s| s.id != facts.case.step)
        .filter_map(|s| one(facts, label, s))
        .collect();
    offer.note = Some(Note {
        label: "跳转的原因",
        need: Need::Required,
    });
    (!offer.choices.is_empty()).then_some(offer)
}

/// A step to go to, where somebody can do it.
fn one(facts: &Facts<'_>, label: &str, step: &Step) -> Option<Choice> {
    let values = &facts.case.values;
    if let HowMany::Departments { principal, .. } = &step.how {
        flow::departments_in(values, principal).first()?;
        return Some(Choice::plain(&step.id, format!("{label}到{}", step.name)));
    }
    let among = flow::candidates(facts, step, values, None);
    if among.is_empty() {
        return None;
    }
    let pick = step.who.is_chosen().then(|| Pick {
        label: step.verb().to_owned(),
        most: if step.how == HowMany::AnyOne { 1 } else { 50 },
        among,
        usual: Vec::new(),
        ordered: if step.how == HowMany::InOrder {
            Ordered::InOrder
        } else {
            Ordered::AtOnce
        },
    });
    Some(Choice {
        pick,
        ..Choice::plain(&step.id, format!("{label}到{}", step.name))
    })
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    let choice = offer.check(input)?;
    let step = choice.and_then(|c| facts.procedure.step(&c.id));
    let (Some(choice), Some(step)) = (choice, step) else {
        return Err(facts.refusal(MoveId::Jump));
    };
    let mut draft = Draft::new(facts);
    flow::leave(&mut draft, TaskState::Cancelled);
    flow::enter(&mut draft, step, &input.people)?;
    Ok(draft.main(MoveId::Jump, &choice.label, None, &input.note))
}
