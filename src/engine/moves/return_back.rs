//! 退回: back to whoever gave it, or to a step the case has passed. Opinions stay; what was open at the step
//! either ends, or waits so that the mended case comes straight back to it. A department among several
//! returns only its own share, to be settled by whoever reviews.

use super::feed_back::ask_reviewer;
use super::{Move, expect};
use crate::engine::case::{BranchState, Part, Purpose, Task, TaskState};
use crate::engine::definition::{HowMany, MoveId, Need, Step};
use crate::engine::facts::Facts;
use crate::engine::offer::{Back, BackOffer, Choice, Input, Note, Offer};
use crate::engine::plan::{Draft, NewBranch, NewTask, Plan};
use crate::engine::{flow, reckon};
use crate::kit::{Error, Id, Result};

pub const MOVE: Move = Move {
    id: MoveId::Return,
    offer,
    plan,
};

const GIVER: &str = "@giver";
const REVIEWER: &str = "@reviewer";

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let (task, step, label) = facts.at_step(MoveId::Return)?;
    let choices = choices(facts, task, step);
    if choices.is_empty() {
        return None;
    }
    let mut offer = Offer::new(MoveId::Return, label, Some(task.id));
    if !choices.iter().all(|c| c.id.starts_with('@')) {
        offer.back = Some(BackOffer::AfterMending);
    }
    offer.choices = choices;
    offer.note = Some(Note {
        label: "退回的理由",
        need: Need::Required,
    });
    Some(offer)
}

fn choices(facts: &Facts<'_>, task: &Task, step: &Step) -> Vec<Choice> {
    let giver = task.parent.and_then(|p| facts.case.task(p));
    if let Some(giver) = giver.filter(|g| g.purpose == Purpose::Do) {
        let name = facts.people.name(giver.holder);
        return vec![Choice::plain(GIVER, format!("退给{name}"))];
    }
    if let HowMany::Departments { .. } = step.how {
        return match &step.review {
            Some(r) => vec![Choice::plain(REVIEWER, format!("退回{}", r.settle))],
            None => Vec::new(),
        };
    }
    passed(facts)
        .map(|s| Choice::plain(&s.id, format!("退回{}", s.name)))
        .collect()
}

/// Steps before this one that somebody did.
fn passed<'a>(facts: &Facts<'a>) -> impl Iterator<Item = &'a Step> {
    let case = facts.case;
    let here = facts.procedure.place(&case.step).unwrap_or(0);
    let earlier = facts.procedure.steps.get(..here).unwrap_or_default();
    earlier
        .iter()
        .filter(move |s| case.last_done(&s.id).is_some())
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    let choice = offer.check(input)?;
    let (Some((task, step, _)), Some(choice)) = (facts.at_step(MoveId::Return), choice) else {
        return Err(facts.refusal(MoveId::Return));
    };
    let mut draft = Draft::new(facts);
    match choice.id.as_str() {
        GIVER => {
            flow::finish_task(&mut draft, task, TaskState::Returned);
            if let Some(giver) = task.parent {
                draft.set_task(giver, TaskState::Open);
            }
        }
        REVIEWER => {
            let review = step.review.as_ref();
            let review = review.ok_or_else(|| facts.refusal(MoveId::Return))?;
            flow::finish_task(&mut draft, task, TaskState::Returned);
            ask_reviewer(&mut draft, task, review, Purpose::Settle)?;
        }
        to => to_step(&mut draft, (task, to), input)?,
    }
    Ok(draft.main(MoveId::Return, &choice.label, Some(task.id), &input.note))
}

fn to_step(draft: &mut Draft<'_>, (task, to): (&Task, &str), input: &Input) -> Result<()> {
    let facts = draft.facts;
    let done = facts.case.last_done(to);
    let (Some(step), Some(done)) = (facts.procedure.step(to), done) else {
        return Err(Error::fault("a return to a step that was never done"));
    };
    match input.back {
        Back::ToMe => hold_step(draft),
        Back::PastMe => {
            draft.set_task(task.id, TaskState::Returned);
            flow::leave(draft, TaskState::Cancelled);
        }
    }
    let visit = facts.case.next_visit();
    draft.set_step(&step.id, visit);
    let branch = draft.open_branch(NewBranch {
        step: step.id.clone(),
        visit,
        part: Part::Whole,
        dept: None,
    });
    let due_at = reckon::due_at(draft, step);
    draft.open_task(NewTask {
        branch: Some(branch),
        parent: None,
        purpose: Purpose::Do,
        step: step.id.clone(),
        verb: step.verb().to_owned(),
        holder: done.holder,
        given_by: Some(facts.viewer.person),
        state: TaskState::Open,
        ord: 0,
        note: input.note.trim().to_owned(),
        due_at,
    });
    Ok(())
}

/// What is open at this step waits; what waited for an even earlier return does not come back any more.
fn hold_step(draft: &mut Draft<'_>) {
    let case = draft.facts.case;
    let older: Vec<Id> = case.suspended().map(|b| b.id).collect();
    for b in older {
        flow::cancel_branch(draft, b, TaskState::Cancelled);
    }
    let here = |t: &&Task| {
        t.state == TaskState::Open
            && t.purpose != Purpose::Read
            && t.branch
                .and_then(|b| case.branch(b))
                .is_some_and(|b| b.visit == case.visit && b.state == BranchState::Open)
    };
    let open: Vec<Id> = case.tasks.iter().filter(here).map(|t| t.id).collect();
    for t in open {
        draft.set_task(t, TaskState::Waiting);
    }
}
