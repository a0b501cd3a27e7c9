//! 审核反馈: the clerk accepts what a department fed back, or sends it back to the department alone; the other
//! branches notice nothing. Where a department says the matter is not its own, the clerk insists or hands
//! its share to another department.

use super::{Move, expect};
use crate::engine::case::{Branch, Part, Purpose, Task, TaskState};
use crate::engine::definition::{HowMany, MoveId, Need, Review, Step};
use crate::engine::facts::Facts;
use crate::engine::flow;
use crate::engine::offer::{Choice, Input, Note, Offer};
use crate::engine::plan::{Draft, NewBranch, Plan};
use crate::kit::{DeptId, Error, Result};
use serde_json::{Map, Value, json};

pub const MOVE: Move = Move {
    id: MoveId::Review,
    offer,
    plan,
};

const ACCEPT: &str = "accept";
const SEND_BACK: &str = "send_back";
const ELSEWHERE: &str = "elsewhere";

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let (task, _, review) = at_review(facts)?;
    let send_back = Choice {
        reason: true,
        ..Choice::plain(SEND_BACK, &review.send_back)
    };
    let (label, first) = if task.purpose == Purpose::Review {
        (&review.name, Choice::plain(ACCEPT, &review.accept))
    } else {
        let elsewhere = Choice {
            departments: other_departments(facts),
            ..Choice::plain(ELSEWHERE, "改交其他部门")
        };
        (&review.settle, elsewhere)
    };
    let mut offer = Offer::new(MoveId::Review, label, Some(task.id));
    offer.choices = vec![first, send_back];
    offer
        .choices
        .retain(|c| c.id != ELSEWHERE || !c.departments.is_empty());
    offer.note = Some(Note {
        label: "理由",
        need: Need::Optional,
    });
    Some(offer)
}

fn at_review<'a>(facts: &Facts<'a>) -> Option<(&'a Task, &'a Step, &'a Review)> {
    let task = facts
        .task(Purpose::Review)
        .or_else(|| facts.task(Purpose::Settle))?;
    let step = facts.procedure.step(&task.step)?;
    Some((task, step, step.review.as_ref()?))
}

/// Departments that have somebody to receive the matter and no share in it yet.
fn other_departments(facts: &Facts<'_>) -> Vec<DeptId> {
    let taken: Vec<DeptId> = facts
        .case
        .current_branches()
        .filter_map(|b| b.dept)
        .collect();
    let mut free = facts.people.departments();
    free.retain(|d| {
        !taken.contains(d)
            && (facts.people.receiver_of(*d).is_some() || facts.people.head_of(*d).is_some())
    });
    free
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    let choice = offer.check(input)?;
    let (Some((task, step, _)), Some(choice)) = (at_review(facts), choice) else {
        return Err(facts.refusal(MoveId::Review));
    };
    let branch = task.branch.and_then(|b| facts.case.branch(b));
    let branch = branch.ok_or_else(|| Error::fault("a review outside a branch"))?;
    let mut draft = Draft::new(facts);
    match choice.id.as_str() {
        ACCEPT => flow::go_on(&mut draft, task, None, &[])?,
        SEND_BACK => send_back(&mut draft, task),
        _ => hand_elsewhere(&mut draft, (task, branch), step, input.dept)?,
    }
    Ok(draft.main(MoveId::Review, &choice.label, Some(task.id), &input.note))
}

/// To whoever fed it back: his task comes to life again.
fn send_back(draft: &mut Draft<'_>, task: &Task) {
    flow::finish_task(draft, task, TaskState::Returned);
    if let Some(giver) = task.parent {
        draft.set_task(giver, TaskState::Open);
    }
}

fn hand_elsewhere(
    draft: &mut Draft<'_>,
    (task, branch): (&Task, &Branch),
    step: &Step,
    dept: Option<DeptId>,
) -> Result<()> {
    let Some(dept) = dept else {
        return Err(Error::invalid("dept", "请选择一个部门"));
    };
    flow::finish_task(draft, task, TaskState::Done);
    flow::cancel_branch(draft, branch.id, TaskState::Cancelled);
    draft.set_fields(renamed(draft, step, branch, dept));
    let new = NewBranch {
        step: step.id.clone(),
        visit: branch.visit,
        part: branch.part,
        dept: Some(dept),
    };
    flow::open_department(draft, step, new)
}

/// The form names the new department in the place of the old one.
fn renamed(draft: &Draft<'_>, step: &Step, branch: &Branch, dept: DeptId) -> Map<String, Value> {
    let HowMany::Departments {
        principal,
        assisting,
        ..
    } = &step.how
    else {
        return Map::new();
    };
    let field = match branch.part {
        Part::Assist => assisting.as_ref(),
        Part::Whole | Part::Principal => Some(principal),
    };
    let Some(field) = field else {
        return Map::new();
    };
    let swap = |d: DeptId| if Some(d) == branch.dept { dept.0 } else { d.0 };
    let value = match draft.values.get(field) {
        Some(Value::Array(_)) => {
            let all = flow::departments_in(&draft.values, field);
            json!(all.into_iter().map(swap).collect::<Vec<i64>>())
        }
        _ => json!(dept.0),
    };
    Map::from_iter([(field.clone(), value)])
}
