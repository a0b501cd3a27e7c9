//! 交办: whoever received the matter for his department gives it one level down. The giver waits below in
//! the branch's stack; he says whether it comes back to him first or goes straight up.

use super::{Move, dept_of, expect, one_level_down};
use crate::engine::case::{Purpose, TaskState};
use crate::engine::definition::{MoveId, Need};
use crate::engine::facts::Facts;
use crate::engine::flow;
use crate::engine::offer::{Back, BackOffer, Choice, Input, Note, Offer, Ordered, Pick};
use crate::engine::plan::{BranchRef, Draft, NewTask, Plan};
use crate::kit::Result;

pub const MOVE: Move = Move {
    id: MoveId::Assign,
    offer,
    plan,
};

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let (task, step, label) = facts.at_step(MoveId::Assign)?;
    let among = one_level_down(facts, dept_of(facts, task));
    if among.is_empty() {
        return None;
    }
    let mut offer = Offer::new(MoveId::Assign, label, Some(task.id));
    offer.choices = vec![Choice {
        pick: Some(Pick {
            label: step.verb().to_owned(),
            among,
            usual: Vec::new(),
            most: 1,
            ordered: Ordered::AtOnce,
        }),
        ..Choice::plain("down", label)
    }];
    offer.note = Some(Note {
        label: "交办的话",
        need: Need::Optional,
    });
    offer.back = Some(BackOffer::AfterHandling);
    Some(offer)
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    offer.check(input)?;
    let (Some((task, step, label)), Some(holder)) =
        (facts.at_step(MoveId::Assign), input.people.first())
    else {
        return Err(facts.refusal(MoveId::Assign));
    };
    let mut draft = Draft::new(facts);
    let (held, way) = match input.back {
        Back::ToMe => (TaskState::Waiting, "办完先回我这里"),
        Back::PastMe => (TaskState::Done, "办完直接报出，责任仍在本人"),
    };
    flow::finish_task(&mut draft, task, held);
    draft.open_task(NewTask {
        branch: task.branch.map(BranchRef::Known),
        parent: Some(task.id),
        purpose: Purpose::Do,
        step: task.step.clone(),
        verb: step.verb().to_owned(),
        holder: *holder,
        given_by: Some(facts.viewer.person),
        state: TaskState::Open,
        ord: 0,
        note: input.note.trim().to_owned(),
        due_at: task.due_at,
    });
    let said = format!("{label}（{way}）");
    Ok(draft.main(MoveId::Assign, &said, Some(task.id), &input.note))
}
