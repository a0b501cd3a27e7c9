//! 结束传阅: the round is over. Who has not read by now is kept in the record by name as not having read;
//! nobody's words are touched, and the main lane notices nothing.

use super::recall::unread;
use super::{Move, expect};
use crate::engine::case::TaskState;
use crate::engine::definition::{MoveId, Need};
use crate::engine::facts::Facts;
use crate::engine::offer::{Choice, Input, Note, Offer};
use crate::engine::plan::{Draft, Plan};
use crate::kit::Result;

pub const MOVE: Move = Move {
    id: MoveId::EndCirculation,
    offer,
    plan,
};

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let circulation = facts.procedure.circulation.as_ref()?;
    let left = unread(facts);
    if left.is_empty() {
        return None;
    }
    // a step whose work is reading ends by its own move; this one is about what runs beside it
    let reads = facts
        .step()
        .is_some_and(|s| s.label(MoveId::Read).is_some());
    let beside = if reads { "另外下发的" } else { "" };
    let label = format!("结束{beside}{}", circulation.label);
    let names: Vec<String> = left.iter().map(|t| facts.people.name(t.holder)).collect();
    let mut offer = Offer::new(MoveId::EndCirculation, &label, None);
    offer.said = format!(
        "还没有阅的：{}。结束后记为未阅，他们的待办里不再有这一件；需要时可以再传给他们。",
        names.join("、")
    );
    offer.choices = vec![Choice::plain("end", &label)];
    offer.note = Some(Note {
        label: "结束的说明",
        need: Need::Optional,
    });
    Some(offer)
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    offer.check(input)?;
    let mut draft = Draft::new(facts);
    for task in unread(facts) {
        draft.to.push(task.holder);
        draft.set_task(task.id, TaskState::Cancelled);
    }
    Ok(draft.side(MoveId::EndCirculation, &offer.label, None, &input.note))
}
