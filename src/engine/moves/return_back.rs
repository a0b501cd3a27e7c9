//! 退回: back to whoever gave it, or to a step the case has passed. Opinions stay; what was open at the step
//! either ends, or waits so that the mended case comes straight back to it. A department among several
//! returns only its own share, to be settled by whoever reviews. A closed case that is returned behind its closing is open
//! again until it is closed anew.

use super::feed_back::ask_reviewer;
use super::{Move, expect, sign};
use crate::engine::case::{BranchState, Purpose, Task, TaskState};
use crate::engine::definition::{HowMany, MoveId, Need, Step};
use crate::engine::facts::Facts;
use crate::engine::flow;
use crate::engine::offer::{Back, BackOffer, Choice, Input, Note, Offer};
use crate::engine::plan::{Draft, Plan};
use crate::kit::{Error, Id, Result};

pub const MOVE: Move = Move {
    id: MoveId::Return,
    offer,
    plan,
};

const GIVER: &str = "@giver";
const REVIEWER: &str = "@reviewer";
const ASKER: &str = "@asker";

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let Some((task, label, choices)) = of_step(facts) else {
        return declining(facts);
    };
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

/// What the holder of a step may return, under which name, and to whom.
fn of_step<'a>(facts: &Facts<'a>) -> Option<(&'a Task, &'a str, Vec<Choice>)> {
    let (task, step, label) = facts.at_step(MoveId::Return)?;
    let choices = choices(facts, task, step);
    (!choices.is_empty()).then_some((task, label, choices))
}

/// Whoever was asked to sign may always say no, and why.
fn declining(facts: &Facts<'_>) -> Option<Offer> {
    let (task, asker) = sign::asked(facts)?;
    let mut offer = Offer::new(MoveId::Return, "不签，退回", Some(task.id));
    let name = facts.people.name(asker.holder);
    offer.choices = vec![Choice::plain(ASKER, format!("不签，退回{name}"))];
    offer.note = Some(Note {
        label: "不签的理由",
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
    let Some(choice) = choice else {
        return Err(facts.refusal(MoveId::Return));
    };
    let mut draft = Draft::new(facts);
    if let Some((task, _)) = sign::asked(facts).filter(|_| choice.id == ASKER) {
        sign::declined(&mut draft, task)?;
        return Ok(draft.main(MoveId::Return, &choice.label, Some(task.id), &input.note));
    }
    let Some((task, step, _)) = facts.at_step(MoveId::Return) else {
        return Err(facts.refusal(MoveId::Return));
    };
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
    flow::open_again(draft, step);
    flow::enter_held(draft, step, &[done.holder], &input.note);
    Ok(())
}

/// What is open at this step waits; of what waits for earlier returns the latest stays, so that two levels of
/// returning come back one after the other. What lies deeper is come to again by going on.
fn hold_step(draft: &mut Draft<'_>) {
    let case = draft.facts.case;
    let latest = case.comes_back_to().map(|(_, visit)| visit);
    let older = case.suspended().filter(|b| Some(b.visit) != latest);
    let older: Vec<Id> = older.map(|b| b.id).collect();
    for b in older {
        flow::cancel_branch(draft, b, TaskState::Cancelled);
    }
    let here = |t: &&Task| {
        t.state == TaskState::Open
            && flow::is_held(t.purpose)
            && t.branch
                .and_then(|b| case.branch(b))
                .is_some_and(|b| b.visit == case.visit && b.state == BranchState::Open)
    };
    let open: Vec<Id> = case.tasks.iter().filter(here).map(|t| t.id).collect();
    for t in open {
        draft.set_task(t, TaskState::Waiting);
    }
}
