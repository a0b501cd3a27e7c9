//! 分办: the clerk hands the matter to a principal department and assisting ones, as the instruction says.
//! Which departments stands in the form, so that the sheet, the register and the ledger print the same.

use super::submit::{back_choice, send};
use super::{Move, expect, standing, ways, write};
use crate::engine::definition::MoveId;
use crate::engine::definition::Need;
use crate::engine::facts::Facts;
use crate::engine::offer::{Form, Input, Note, Offer};
use crate::engine::plan::{Draft, Plan};
use crate::kit::Result;

pub const MOVE: Move = Move {
    id: MoveId::HandOut,
    offer,
    plan,
};

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let (task, step, label) = facts.at_step(MoveId::HandOut)?;
    let mut offer = Offer::new(MoveId::HandOut, label, Some(task.id))
        .with_opinion(step.opinion.as_ref(), &standing(facts, step));
    offer.form = Form::Whole;
    offer.choices = back_choice(facts).into_iter().collect();
    offer.choices.extend(ways(facts, step));
    offer.note = Some(Note {
        label: "分办的话",
        need: Need::Optional,
    });
    (!offer.choices.is_empty()).then_some(offer)
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    let choice = offer.check(input)?;
    let (Some((task, step, _)), Some(choice)) = (facts.at_step(MoveId::HandOut), choice) else {
        return Err(facts.refusal(MoveId::HandOut));
    };
    let mut draft = Draft::new(facts);
    write(&mut draft, &offer, step, input)?;
    send(&mut draft, (task, step), choice, input)?;
    Ok(draft.main(MoveId::HandOut, &choice.label, Some(task.id), &input.note))
}
