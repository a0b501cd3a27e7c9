//! 反馈: what was done is written down and goes up: to whoever gave it, where he waits for it; otherwise to
//! the step's reviewer, or, where it has none, the branch is done.

use super::{Move, expect, standing, write};
use crate::engine::case::{Purpose, Task, TaskState};
use crate::engine::definition::{MoveId, Review};
use crate::engine::facts::Facts;
use crate::engine::flow;
use crate::engine::offer::{Choice, Form, Input, Offer};
use crate::engine::plan::{BranchRef, Draft, NewTask, Plan};
use crate::kit::{Error, Principal, Result};

pub const MOVE: Move = Move {
    id: MoveId::FeedBack,
    offer,
    plan,
};

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let (task, step, label) = facts.at_step(MoveId::FeedBack)?;
    let mut offer = Offer::new(MoveId::FeedBack, label, Some(task.id))
        .with_opinion(step.opinion.as_ref(), &standing(facts, step));
    offer.form = Form::Whole;
    let label = match waiting_giver(facts, task) {
        Some(giver) => format!("{label}给{}", facts.people.name(giver.holder)),
        None => label.to_owned(),
    };
    offer.choices = vec![Choice::plain("up", label)];
    Some(offer)
}

/// Who answers for what goes straight up from the hand it was given to (责任仍在本人).
pub(super) fn answerable(facts: &Facts<'_>, task: &Task) -> Option<String> {
    let giver = facts.case.task(task.parent?)?;
    let passed = giver.state == TaskState::Done && giver.purpose == Purpose::Do;
    passed.then(|| {
        let who = giver.person.map_or(giver.holder, Principal::Person);
        facts.people.name(who)
    })
}

/// Whoever gave it and waits for it.
pub(super) fn waiting_giver<'a>(facts: &Facts<'a>, task: &Task) -> Option<&'a Task> {
    let giver = facts.case.task(task.parent?)?;
    (giver.state == TaskState::Waiting).then_some(giver)
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    let choice = offer.check(input)?;
    let (Some((task, step, _)), Some(choice)) = (facts.at_step(MoveId::FeedBack), choice) else {
        return Err(facts.refusal(MoveId::FeedBack));
    };
    let mut draft = Draft::new(facts);
    write(&mut draft, &offer, step, input)?;
    if let Some(giver) = waiting_giver(facts, task) {
        flow::finish_task(&mut draft, task, TaskState::Done);
        draft.set_task(giver.id, TaskState::Open);
    } else if let Some(review) = &step.review {
        flow::finish_task(&mut draft, task, TaskState::Done);
        ask_reviewer(&mut draft, task, review, Purpose::Review)?;
    } else {
        flow::go_on(&mut draft, task, None, &[])?;
    }
    let label = match answerable(facts, task) {
        Some(who) => format!("{}（由{who}负责）", choice.label),
        None => choice.label.clone(),
    };
    Ok(draft.main(MoveId::FeedBack, &label, Some(task.id), &input.note))
}

/// Gives the branch to whoever looks at it before it ends.
pub(super) fn ask_reviewer(
    draft: &mut Draft<'_>,
    task: &Task,
    review: &Review,
    purpose: Purpose,
) -> Result<()> {
    let facts = draft.facts;
    let holders: Vec<Principal> = flow::by_rule(facts, &review.who, &draft.values, None);
    if holders.is_empty() {
        return Err(Error::Denied(format!(
            "“{}”现在没有人可以办：请管理员先在组织机构里安排人，再送一次",
            review.name
        )));
    }
    let verb = match purpose {
        Purpose::Settle => &review.settle,
        _ => &review.name,
    };
    for holder in holders {
        draft.open_task(NewTask {
            branch: task.branch.map(BranchRef::Known),
            parent: Some(task.id),
            purpose,
            step: task.step.clone(),
            verb: verb.clone(),
            holder,
            given_by: Some(facts.viewer.person),
            state: TaskState::Open,
            ord: 0,
            note: String::new(),
            due_at: None,
        });
    }
    Ok(())
}
