//! 退回来文单位: on first examination the document is not for this office, or breaks the rules of writing to
//! it. It ends here with its number and the reason; the words of the result go into the form.

use super::{Move, expect};
use crate::engine::case::{State, TaskState, Values};
use crate::engine::definition::{MoveId, Need};
use crate::engine::facts::Facts;
use crate::engine::flow;
use crate::engine::offer::{Choice, Input, Note, Offer};
use crate::engine::plan::{Change, Draft, Plan};
use crate::kit::Result;

pub const MOVE: Move = Move {
    id: MoveId::Refuse,
    offer,
    plan,
};

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let (task, _, label) = facts.at_step(MoveId::Refuse)?;
    let mut offer = Offer::new(MoveId::Refuse, label, Some(task.id));
    offer.said =
        "这一件到此为止：收文号保留，状态记为退回，理由写进台账。退回后不能撤回。".to_owned();
    offer.choices = vec![Choice::plain("refuse", label)];
    offer.note = Some(Note {
        label: "退回的理由",
        need: Need::Required,
    });
    Some(offer)
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    offer.check(input)?;
    let Some((task, _, label)) = facts.at_step(MoveId::Refuse) else {
        return Err(facts.refusal(MoveId::Refuse));
    };
    let mut draft = Draft::new(facts);
    if let Some(rule) = &facts.procedure.refuse {
        let result = (rule.field.clone(), rule.value.clone().into());
        draft.set_fields(Values::from_iter([result]));
    }
    flow::finish_task(&mut draft, task, TaskState::Done);
    flow::leave(&mut draft, TaskState::Cancelled);
    draft.push(Change::SetState(State::Closed));
    let mut plan = draft.main(MoveId::Refuse, label, Some(task.id), &input.note);
    plan.undo = None;
    Ok(plan)
}
