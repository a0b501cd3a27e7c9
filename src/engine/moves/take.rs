//! 领办: of several who were offered the same task one takes it, so that the others know; 放回 gives it back to
//! all of them, by himself or by any of them. Nothing of the step is done by either.
//! Invariant: those who were offered it wait (`Queued`) beside whoever took it, in the same branch.

use super::{Move, expect};
use crate::engine::case::{Purpose, Task, TaskState};
use crate::engine::definition::{MoveId, Need};
use crate::engine::facts::Facts;
use crate::engine::offer::{Choice, Input, Note, Offer};
use crate::engine::plan::{BranchRef, Draft, NewTask, Plan};
use crate::kit::{Principal, Result};

pub const TAKE: Move = Move {
    id: MoveId::Take,
    offer: offer_take,
    plan: plan_take,
};

pub const PUT_BACK: Move = Move {
    id: MoveId::PutBack,
    offer: offer_back,
    plan: plan_back,
};

const LABEL: &str = "我来办";

/// Tasks that are the same offer to somebody else.
fn siblings<'a>(facts: &Facts<'a>, task: &'a Task) -> impl Iterator<Item = &'a Task> {
    facts.case.tasks.iter().filter(move |t| {
        t.id != task.id
            && t.purpose == Purpose::Do
            && t.branch == task.branch
            && t.parent == task.parent
            && t.step == task.step
    })
}

fn is_taken_first(facts: &Facts<'_>, task: &Task) -> bool {
    facts.procedure.step(&task.step).is_some_and(|s| s.take)
}

/// Of one person it is his already.
fn offer_take(facts: &Facts<'_>) -> Option<Offer> {
    let task = facts.task(Purpose::Do)?;
    let step = facts.procedure.step(&task.step)?;
    if !step.take || task.parent.is_some() || !facts.may_do(step, task) || taken(facts, task) {
        return None;
    }
    let several = siblings(facts, task).any(|t| t.state == TaskState::Open);
    let post = !matches!(task.holder, Principal::Person(_));
    if !several && !post {
        return None;
    }
    let mut offer = Offer::new(MoveId::Take, LABEL, Some(task.id));
    offer.choices = vec![Choice::plain("take", LABEL)];
    offer.said = "领办以后别人的待办里就没有了；办不了可以放回".to_owned();
    Some(offer)
}

fn taken(facts: &Facts<'_>, task: &Task) -> bool {
    siblings(facts, task).any(|t| t.state == TaskState::Queued)
}

fn plan_take(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &TAKE)?;
    offer.check(input)?;
    let Some(task) = facts.task(Purpose::Do) else {
        return Err(facts.refusal(MoveId::Take));
    };
    let mut draft = Draft::new(facts);
    let open = siblings(facts, task).filter(|t| t.state == TaskState::Open);
    for t in open.chain(std::iter::once(task)) {
        draft.set_task(t.id, TaskState::Queued);
    }
    // whoever stands in takes it for the absent, so that it is still his when he comes back
    let whose = facts.acting_for(task.holder).unwrap_or(facts.viewer.person);
    draft.open_task(NewTask {
        branch: task.branch.map(BranchRef::Known),
        parent: task.parent,
        purpose: Purpose::Do,
        step: task.step.clone(),
        verb: task.verb.clone(),
        holder: Principal::Person(whose),
        given_by: task.given_by,
        state: TaskState::Open,
        ord: 0,
        note: task.note.clone(),
        due_at: task.due_at,
    });
    Ok(draft.side(MoveId::Take, LABEL, Some(task.id), &input.note))
}

/// The task somebody took that the viewer took himself or was offered too.
fn held<'a>(facts: &Facts<'a>) -> Option<&'a Task> {
    facts.case.tasks.iter().find(|t| {
        let mine = || {
            let queued = siblings(facts, t).filter(|s| s.state == TaskState::Queued);
            facts.holds(t.holder) || queued.into_iter().any(|s| facts.holds(s.holder))
        };
        t.state == TaskState::Open
            && t.purpose == Purpose::Do
            && is_taken_first(facts, t)
            && taken(facts, t)
            && mine()
    })
}

fn offer_back(facts: &Facts<'_>) -> Option<Offer> {
    let task = held(facts)?;
    let label = match facts.holds(task.holder) {
        true => "放回，大家都能办".to_owned(),
        false => format!("从{}那里收回，大家都能办", facts.people.name(task.holder)),
    };
    let mut offer = Offer::new(MoveId::PutBack, &label, Some(task.id));
    offer.choices = vec![Choice::plain("back", &label)];
    offer.note = Some(Note {
        label: "放回的原因",
        need: Need::Optional,
    });
    Some(offer)
}

fn plan_back(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &PUT_BACK)?;
    offer.check(input)?;
    let Some(task) = held(facts) else {
        return Err(facts.refusal(MoveId::PutBack));
    };
    let mut draft = Draft::new(facts);
    draft.set_task(task.id, TaskState::Cancelled);
    for t in siblings(facts, task).filter(|t| t.state == TaskState::Queued) {
        draft.set_task(t.id, TaskState::Open);
    }
    Ok(draft.side(MoveId::PutBack, &offer.label, Some(task.id), &input.note))
}
