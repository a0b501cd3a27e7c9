//! 加签: the holder of a step has others sign before him, and gets it back when they have, or after him, when he
//! is done with it himself. At once or one after another.
//! Decision (2026-11-22): after him only where the step goes on by itself; where somebody has to say where to
//! and to whom, that stays with the holder and is not left to whoever happens to sign last.

use super::{Move, expect, sign, standing, write};
use crate::engine::case::TaskState;
use crate::engine::definition::{MoveId, Need, Step};
use crate::engine::facts::Facts;
use crate::engine::offer::{Choice, Form, Input, Note, Offer, Ordered, Pick};
use crate::engine::plan::{Draft, Plan};
use crate::engine::values;
use crate::kit::{Error, Result};

pub const MOVE: Move = Move {
    id: MoveId::AddSigner,
    offer,
    plan,
};

const BEFORE: &str = "before";
const AFTER: &str = "after";
const MOST: usize = 20;

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let Some((task, step, label)) = facts.at_step(MoveId::AddSigner) else {
        return sign::waiting(facts, MoveId::AddSigner).map(|(_, offer)| offer);
    };
    let among = sign::candidates(facts, task, step);
    if among.is_empty() {
        return None;
    }
    let pick = Pick {
        label: label.to_owned(),
        most: among.len().min(MOST),
        among,
        usual: Vec::new(),
        ordered: Ordered::AsSaid,
    };
    let one = |id: &str, words: String| Choice {
        pick: Some(pick.clone()),
        ..Choice::plain(id, words)
    };
    let mut offer = Offer::new(MoveId::AddSigner, label, Some(task.id));
    offer.choices = vec![one(BEFORE, format!("先请他们{label}，再由我办"))];
    if sign::goes_on_by_itself(facts, step) {
        offer = offer.with_opinion(step.opinion.as_ref(), &standing(facts, step));
        // whether it must be written hangs on who signs first
        if let Some(o) = &mut offer.opinion {
            o.need = Need::Optional;
        }
        offer.form = Form::Saved;
        let after = format!("我办好了，再请他们{label}");
        offer.choices.push(one(AFTER, after));
    }
    offer.note = Some(Note {
        label: "对他们说的话",
        need: Need::Optional,
    });
    Some(offer)
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    let Some((task, step, label)) = facts.at_step(MoveId::AddSigner) else {
        return sign::take_back(facts, MoveId::AddSigner, input);
    };
    let choice = offer.check(input)?;
    let choice = choice.ok_or_else(|| facts.refusal(MoveId::AddSigner))?;
    let mut draft = Draft::new(facts);
    let held = match choice.id == AFTER {
        true => {
            done_with(&mut draft, step, offer.clone(), input)?;
            TaskState::Done
        }
        false => {
            if offer.form != Form::Apart {
                let fields = values::take(facts, step, &input.values)?;
                draft.set_fields(fields);
            }
            TaskState::Waiting
        }
    };
    let asked = (input.people.as_slice(), input.turns);
    sign::ask(&mut draft, (task, label), asked, &input.note, held);
    Ok(draft.main(MoveId::AddSigner, &choice.label, Some(task.id), &input.note))
}

/// The holder's own share: what the step asks of him is written down now.
fn done_with(draft: &mut Draft<'_>, step: &Step, mut offer: Offer, input: &Input) -> Result<()> {
    let must = step.opinion.as_ref().map(|o| o.need);
    if must == Some(Need::Required) && input.words().is_empty() {
        return Err(Error::invalid("opinion", "请写意见，例如“同意。”"));
    }
    if step.label(MoveId::Read).is_none() {
        offer.form = Form::Whole;
    }
    write(draft, &offer, step, input)
}
