//! 转办: the holder passes his task to another who could have had it; whoever gave it keeps waiting for the
//! same thing. Where the step lets it, a department passes its whole share to another department. The old
//! task ends unanswered, so nobody is named as having done what he did not do.

use super::{Move, dept_of, elsewhere, expect, others, sign};
use crate::engine::case::{Purpose, Task, TaskState};
use crate::engine::definition::{MoveId, Need, Step};
use crate::engine::facts::Facts;
use crate::engine::flow;
use crate::engine::offer::{Choice, Input, Note, Offer, Ordered, Pick};
use crate::engine::plan::{BranchRef, Draft, NewTask, Plan};
use crate::kit::{DeptId, Principal, Result};

pub const MOVE: Move = Move {
    id: MoveId::Transfer,
    offer,
    plan,
};

const ELSEWHERE: &str = "elsewhere";

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let (task, step, label) = passed_on(facts)?;
    let among = successors(facts, task, step);
    let mut offer = Offer::new(MoveId::Transfer, label, Some(task.id));
    if !among.is_empty() {
        offer.choices.push(Choice {
            pick: Some(Pick {
                label: step.verb().to_owned(),
                among,
                usual: Vec::new(),
                most: 1,
                ordered: Ordered::AtOnce,
            }),
            ..Choice::plain("to", label)
        });
    }
    let departments = other_departments(facts, task, step);
    if !departments.is_empty() {
        offer.choices.push(Choice {
            departments,
            reason: true,
            ..Choice::plain(ELSEWHERE, format!("{label}其他部门"))
        });
    }
    if offer.choices.is_empty() {
        return None;
    }
    offer.note = Some(Note {
        label: "转办的理由",
        need: Need::Optional,
    });
    Some(offer)
}

/// What the viewer may pass on: his step's task, or what he was asked to sign.
fn passed_on<'a>(facts: &Facts<'a>) -> Option<(&'a Task, &'a Step, &'a str)> {
    let beside = || {
        let (task, _) = sign::asked(facts)?;
        let step = facts.procedure.step(&task.step)?;
        Some((task, step, step.label(MoveId::Transfer)?))
    };
    facts.at_step(MoveId::Transfer).or_else(beside)
}

/// Where to the department may pass its share: said by whoever receives for it, not by his staff.
fn other_departments(facts: &Facts<'_>, task: &Task, step: &Step) -> Vec<DeptId> {
    let speaks = dept_of(facts, task).is_some_and(|d| {
        let both = [facts.people.receiver_of(d), facts.people.head_of(d)];
        both.into_iter().flatten().any(|p| facts.holds(p))
    });
    match step.transfer_to_departments && speaks && task.purpose == Purpose::Do {
        true => elsewhere::others(facts),
        false => Vec::new(),
    }
}

/// In a department its own people; elsewhere whoever the step's rule means, but for those who have it.
fn successors(facts: &Facts<'_>, task: &Task, step: &Step) -> Vec<Principal> {
    if task.purpose == Purpose::Sign {
        return signers(facts, task, step);
    }
    let found = match dept_of(facts, task) {
        Some(dept) => facts.people.staff_of(dept),
        None => flow::candidates(facts, step, &facts.case.values, None),
    };
    let mut free = others(facts, facts.viewer.person, found.into_iter());
    let has_it = |p: &Principal| {
        let live = |t: &&Task| t.state.is_live() && t.purpose == task.purpose;
        facts
            .case
            .tasks
            .iter()
            .filter(live)
            .any(|t| facts.same(t.holder, *p))
    };
    free.retain(|p| !has_it(p));
    free
}

/// Of a department that was asked its people; else whoever could have been asked.
fn signers(facts: &Facts<'_>, task: &Task, step: &Step) -> Vec<Principal> {
    let people = facts.people;
    let speaks = |d: &DeptId| {
        let both = [people.receiver_of(*d), people.head_of(*d)];
        both.contains(&Some(task.holder))
    };
    let mut free = sign::candidates(facts, task, step);
    if let Some(dept) = people.departments().into_iter().find(speaks) {
        let staff = people.staff_of(dept);
        free.retain(|p| staff.contains(p));
    }
    free
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    let choice = offer.check(input)?;
    let (Some((task, step, label)), Some(choice)) = (passed_on(facts), choice) else {
        return Err(facts.refusal(MoveId::Transfer));
    };
    let mut draft = Draft::new(facts);
    if choice.id == ELSEWHERE {
        let branch = task.branch.and_then(|b| facts.case.branch(b));
        let branch = branch.ok_or_else(|| facts.refusal(MoveId::Transfer))?;
        let share = (task, branch, step);
        elsewhere::hand_over(&mut draft, share, TaskState::Cancelled, input.dept)?;
        return Ok(draft.main(MoveId::Transfer, &choice.label, Some(task.id), &input.note));
    }
    let holder = input.people.first();
    let holder = holder.ok_or_else(|| facts.refusal(MoveId::Transfer))?;
    match task.purpose {
        // others of the round are asked for their own word
        Purpose::Sign => draft.set_task(task.id, TaskState::Cancelled),
        _ => flow::finish_task(&mut draft, task, TaskState::Cancelled),
    }
    draft.open_task(NewTask {
        branch: task.branch.map(BranchRef::Known),
        parent: task.parent,
        purpose: task.purpose,
        step: task.step.clone(),
        verb: task.verb.clone(),
        holder: *holder,
        given_by: Some(facts.viewer.person),
        state: TaskState::Open,
        ord: task.ord,
        note: input.note.trim().to_owned(),
        due_at: task.due_at,
    });
    Ok(draft.main(MoveId::Transfer, label, Some(task.id), &input.note))
}
