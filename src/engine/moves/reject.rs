//! 驳回: the case ends here, unapproved. Who has it now has it no longer, but for those who were asked to read;
//! no number is taken for it. Whoever started it is told why.

use super::{Move, expect, write};
use crate::engine::case::{Outcome, TaskState};
use crate::engine::definition::{MoveId, Need};
use crate::engine::facts::Facts;
use crate::engine::flow;
use crate::engine::offer::{Choice, Input, Note, Offer};
use crate::engine::plan::{Change, Draft, Plan};
use crate::kit::Result;

pub const MOVE: Move = Move {
    id: MoveId::Reject,
    offer,
    plan,
};

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let (task, step, label) = facts.at_step(MoveId::Reject)?;
    let mut offer =
        Offer::new(MoveId::Reject, label, Some(task.id)).with_opinion(step.opinion.as_ref(), "");
    // the reason is asked already
    if let Some(o) = &mut offer.opinion {
        o.need = Need::Optional;
    }
    offer.said = format!(
        "{label}以后这一件到此为止，状态记为{label}，发起人会收到提醒。{label}后不能撤回。"
    );
    offer.choices = vec![Choice::plain("reject", label)];
    offer.note = Some(Note {
        label: "驳回的理由",
        need: Need::Required,
    });
    Some(offer)
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    offer.check(input)?;
    let Some((task, step, label)) = facts.at_step(MoveId::Reject) else {
        return Err(facts.refusal(MoveId::Reject));
    };
    let mut draft = Draft::new(facts);
    write(&mut draft, &offer, step, input)?;
    flow::finish_task(&mut draft, task, TaskState::Done);
    flow::give_up(&mut draft);
    draft.push(Change::End(Outcome::Rejected));
    let mut plan = draft.main(MoveId::Reject, label, Some(task.id), &input.note);
    plan.undo = None;
    Ok(plan)
}
