//! How the main lane goes on: finding the people of a step, opening its branches, ending a branch, ending
//! the step. Moves say when; nothing here asks what the viewer may do.
//! Invariant: entering a step gives at least one person an open task, or refuses with what to mend.

mod back;
mod empty;

pub use back::{come_back, enter_held, give_up, is_held, open_again};
use empty::nobody;

use super::case::{BranchState, CaseState, Part, Purpose, State, Task, TaskState, Values};
use super::definition::{Ends, HowMany, Next, Step, Who};
use super::facts::Facts;
use super::plan::{BranchRef, Change, Draft, NewBranch, NewTask};
use super::{duty, reckon, values};
use crate::kit::{DeptId, Error, Id, Millis, Principal, Result};
use serde_json::Value;

/// The ways on that are open for these values.
#[must_use]
pub fn open_ways<'a>(step: &'a Step, values: &Values) -> Vec<&'a Next> {
    step.next
        .iter()
        .filter(|n| n.when.iter().all(|c| c.holds(values)))
        .collect()
}

/// The number a department field holds.
#[must_use]
pub fn departments_in(values: &Values, field: &str) -> Vec<DeptId> {
    let one = |v: &Value| v.as_i64().map(DeptId);
    match values.get(field) {
        Some(Value::Array(all)) => all.iter().filter_map(one).collect(),
        Some(v) => one(v).into_iter().collect(),
        None => Vec::new(),
    }
}

/// Who may do a step, by its rule.
#[must_use]
pub fn candidates(
    facts: &Facts<'_>,
    step: &Step,
    values: &Values,
    branch: Option<DeptId>,
) -> Vec<Principal> {
    let mut found = by_rule(facts, &step.who, values, branch);
    if step.not_own {
        found.retain(|p| !facts.people.fills(facts.case.starter, *p));
    }
    found
}

/// Who a rule means, each once.
#[must_use]
pub fn by_rule(
    facts: &Facts<'_>,
    who: &Who,
    values: &Values,
    branch: Option<DeptId>,
) -> Vec<Principal> {
    let people = facts.people;
    let receiver = |d: DeptId| people.receiver_of(d).or_else(|| people.head_of(d));
    let each = |field: &str| departments_in(values, field).into_iter();
    let found: Vec<Principal> = match who {
        Who::Starter => vec![Principal::Person(facts.case.starter)],
        Who::Previous => vec![Principal::Person(facts.viewer.person)],
        // whoever does it now is about to have done it: 调出 by him, 归还 to him
        Who::HandlerOf(step) => handler_of(facts.case, step)
            .or_else(|| {
                (facts.case.step == *step).then_some(Principal::Person(facts.viewer.person))
            })
            .into_iter()
            .collect(),
        Who::Role(role) => people.with_role(role),
        Who::RoleOf { role, department } => each(department)
            .flat_map(|d| people.with_role_in(role, d))
            .collect(),
        Who::HeadOf(field) => each(field).filter_map(|d| people.head_of(d)).collect(),
        Who::ReceiverOf(field) => each(field).filter_map(receiver).collect(),
        Who::LeaderOf(field) => each(field).flat_map(|d| people.leaders_of(d)).collect(),
        Who::Superior => superior(facts),
        Who::StaffOf(field) => each(field).flat_map(|d| people.staff_of(d)).collect(),
        Who::BranchReceiver => branch.and_then(receiver).into_iter().collect(),
        Who::BranchHead => branch.and_then(|d| people.head_of(d)).into_iter().collect(),
        Who::ChosenFrom(roles) => roles.iter().flat_map(|r| people.with_role(r)).collect(),
        Who::Chosen => people.everybody(),
    };
    let mut once = Vec::with_capacity(found.len());
    for p in found {
        if !once.contains(&p) {
            once.push(p);
        }
    }
    once
}

/// The head of the starter's department; of the head himself the leaders in charge of it.
fn superior(facts: &Facts<'_>) -> Vec<Principal> {
    let (people, case) = (facts.people, facts.case);
    let head = people.head_of(case.dept);
    match head.filter(|h| !people.fills(case.starter, *h)) {
        Some(head) => vec![head],
        None => people.leaders_of(case.dept),
    }
}

fn handler_of(case: &CaseState, step: &str) -> Option<Principal> {
    case.last_done(step).map(|t| t.holder)
}

/// Brings the main lane to a step: branches, tasks, grants.
///
/// # Errors
/// Denied where nobody can do the step, naming what to mend.
pub fn enter(draft: &mut Draft<'_>, step: &Step, chosen: &[Principal]) -> Result<()> {
    let visit = draft.facts.case.next_visit();
    draft.set_step(&step.id, visit);
    if let HowMany::Departments {
        principal,
        assisting,
        in_order,
        ..
    } = &step.how
    {
        enter_departments(draft, step, visit, (principal, assisting.as_deref()))?;
        let asked = !in_order.is_empty() && in_order.iter().all(|c| c.holds(&draft.values));
        if asked {
            draft.in_turn();
        }
    } else {
        enter_people(draft, step, visit, chosen)?;
    }
    let fields = values::defaults_at(draft.facts, step, &draft.values);
    draft.set_fields(fields);
    grant_step(draft, step);
    Ok(())
}

fn enter_people(
    draft: &mut Draft<'_>,
    step: &Step,
    visit: u32,
    chosen: &[Principal],
) -> Result<()> {
    let holders = if step.who.is_chosen() {
        chosen.to_vec()
    } else {
        candidates(draft.facts, step, &draft.values, None)
    };
    if holders.is_empty() {
        return Err(nobody(draft, step, None));
    }
    let whole = || NewBranch {
        step: step.id.clone(),
        visit,
        part: Part::Whole,
        dept: None,
    };
    let due_at = reckon::due_at(draft, step);
    if step.how == HowMany::AnyOne {
        let branch = draft.open_branch(whole());
        for holder in holders {
            draft.open_task(fresh(draft, step, branch, holder, due_at));
        }
        return Ok(());
    }
    for (turn, holder) in (1..).zip(holders) {
        let branch = draft.open_branch(whole());
        let mut task = fresh(draft, step, branch, holder, due_at);
        if step.how == HowMany::InOrder {
            task.ord = turn;
            if turn > 1 {
                task.state = TaskState::Queued;
            }
        }
        draft.open_task(task);
    }
    Ok(())
}

fn enter_departments(
    draft: &mut Draft<'_>,
    step: &Step,
    visit: u32,
    (principal, assisting): (&str, Option<&str>),
) -> Result<()> {
    let main = departments_in(&draft.values, principal);
    let assist = assisting.map_or_else(Vec::new, |f| departments_in(&draft.values, f));
    if main.is_empty() {
        return Err(Error::invalid(principal, "请先选定主办部门"));
    }
    let parts = main.iter().map(|d| (*d, Part::Principal)).chain(
        assist
            .iter()
            .filter(|d| !main.contains(d))
            .map(|d| (*d, Part::Assist)),
    );
    for (dept, part) in parts.collect::<Vec<_>>() {
        let new = NewBranch {
            step: step.id.clone(),
            visit,
            part,
            dept: Some(dept),
        };
        open_department(draft, step, new)?;
    }
    Ok(())
}

/// Opens the branch of one department.
///
/// # Errors
/// Denied where the department has nobody to receive it.
pub fn open_department(draft: &mut Draft<'_>, step: &Step, new: NewBranch) -> Result<()> {
    let dept = new.dept;
    let holders = candidates(draft.facts, step, &draft.values, dept);
    if holders.is_empty() {
        return Err(nobody(draft, step, dept));
    }
    let due_at = reckon::due_at(draft, step);
    let branch = draft.open_branch(new);
    for holder in holders {
        draft.open_task(fresh(draft, step, branch, holder, due_at));
    }
    Ok(())
}

fn fresh(
    draft: &Draft<'_>,
    step: &Step,
    branch: BranchRef,
    holder: Principal,
    due_at: Option<Millis>,
) -> NewTask {
    NewTask {
        branch: Some(branch),
        parent: None,
        purpose: Purpose::Do,
        step: step.id.clone(),
        verb: step.verb().to_owned(),
        holder,
        given_by: Some(draft.facts.viewer.person),
        state: TaskState::Open,
        ord: 0,
        note: String::new(),
        due_at,
    }
}

/// Who sees the case from this step on without having it in hand.
pub fn grant_step(draft: &mut Draft<'_>, step: &Step) {
    let procedure = draft.facts.procedure;
    for grant in procedure
        .visibility
        .grants
        .iter()
        .filter(|g| g.from == step.id)
    {
        for p in by_rule(draft.facts, &grant.who, &draft.values, None) {
            draft.push(Change::Grant(p, step.id.clone()));
        }
    }
}

/// The viewer's task is done; others who were offered the same need not any more.
pub fn finish_task(draft: &mut Draft<'_>, task: &Task, state: TaskState) {
    draft.set_task(task.id, state);
    let siblings: Vec<Id> = draft
        .facts
        .case
        .tasks
        .iter()
        .filter(|t| {
            t.id != task.id
                && t.state == TaskState::Open
                && t.purpose == task.purpose
                && t.purpose != Purpose::Read
                && t.branch == task.branch
                && t.parent == task.parent
        })
        .map(|t| t.id)
        .collect();
    for id in siblings {
        draft.set_task(id, TaskState::Cancelled);
    }
}

/// A branch is done: whoever waits below in its stack is released, the next in order gets his turn.
pub fn finish_branch(draft: &mut Draft<'_>, branch: Id) {
    settle_tasks(draft, branch, TaskState::Done);
    draft.set_branch(branch, BranchState::Done);
    let case = draft.facts.case;
    let Some(visit) = case.branch(branch).map(|b| b.visit) else {
        return;
    };
    let of_visit = |t: &&Task| {
        t.branch
            .and_then(|b| case.branch(b))
            .is_some_and(|b| b.visit == visit && b.state == BranchState::Open && b.id != branch)
    };
    let turn = case
        .tasks
        .iter()
        // who waits for a turn to read or to sign waits for another round, not for this one
        .filter(|t| t.state == TaskState::Queued && t.purpose == Purpose::Do)
        .filter(of_visit)
        .min_by_key(|t| t.ord)
        .map(|t| t.id);
    if let Some(next) = turn {
        draft.set_task(next, TaskState::Open);
    }
}

/// Takes a branch off the case, for the given reason.
pub fn cancel_branch(draft: &mut Draft<'_>, branch: Id, tasks: TaskState) {
    settle_tasks(draft, branch, tasks);
    draft.set_branch(branch, BranchState::Cancelled);
}

/// Waiting tasks were given on by their holder: where the branch ends well, they ended well.
fn settle_tasks(draft: &mut Draft<'_>, branch: Id, state: TaskState) {
    let live: Vec<(Id, TaskState)> = draft
        .facts
        .case
        .tasks
        .iter()
        .filter(|t| t.branch == Some(branch) && t.purpose != Purpose::Read)
        .filter_map(|t| Some((t.id, draft.task_state(t.id)?)))
        .filter(|(_, s)| s.is_live())
        .collect();
    for (id, now) in live {
        let to = if now == TaskState::Waiting {
            state
        } else if state == TaskState::Done {
            TaskState::Cancelled
        } else {
            state
        };
        draft.set_task(id, to);
    }
}

/// Whether the completion rule of the current step holds, as the plan will leave it.
#[must_use]
pub fn step_complete(draft: &Draft<'_>, step: &Step) -> bool {
    let mut open = 0_u32;
    let mut done = 0_u32;
    let mut principal_done = true;
    for b in draft.facts.case.current_branches() {
        let state = draft.branch_state(b.id).unwrap_or(b.state);
        match state {
            BranchState::Open => open += 1,
            BranchState::Done => done += 1,
            BranchState::Cancelled => {}
        }
        if b.part == Part::Principal && state == BranchState::Open {
            principal_done = false;
        }
    }
    match &step.how {
        HowMany::AnyOne | HowMany::All | HowMany::InOrder => open == 0,
        HowMany::AtLeast(n) => open == 0 || done >= *n,
        HowMany::Departments { ends, .. } => match ends {
            Ends::All => open == 0,
            Ends::Principal => principal_done,
        },
    }
}

/// Leaves the current step: what is still open in it is no longer needed.
pub fn leave(draft: &mut Draft<'_>, tasks: TaskState) {
    let open: Vec<Id> = draft
        .facts
        .case
        .branches
        .iter()
        .filter(|b| draft.branch_state(b.id) == Some(BranchState::Open))
        .map(|b| b.id)
        .collect();
    for b in open {
        cancel_branch(draft, b, tasks);
    }
    let series = draft.facts.procedure.series.as_ref();
    if let Some(series) = series.filter(|s| s.step == draft.facts.case.step) {
        let empty = draft
            .values
            .get(&series.field)
            .is_none_or(super::definition::is_empty);
        if empty {
            draft.push(Change::TakeNumber);
        }
    }
}

/// The viewer's branch is done; where that ends the step, the case goes on by `way`.
///
/// # Errors
/// Denied where nobody can do the next step.
pub fn go_on(
    draft: &mut Draft<'_>,
    task: &Task,
    way: Option<&Next>,
    chosen: &[Principal],
) -> Result<()> {
    finish_task(draft, task, TaskState::Done);
    branch_done(draft, task.branch, way, chosen)
}

/// A branch is done; where that ends the step, the case goes on by `way`.
///
/// # Errors
/// Denied where nobody can do the next step.
pub fn branch_done(
    draft: &mut Draft<'_>,
    branch: Option<Id>,
    way: Option<&Next>,
    chosen: &[Principal],
) -> Result<()> {
    if let Some(branch) = branch {
        finish_branch(draft, branch);
    }
    let Some(step) = draft.facts.step() else {
        return Err(Error::fault(
            "the case is at a step its version does not know",
        ));
    };
    if !step_complete(draft, step) {
        return Ok(());
    }
    advance(draft, way, chosen)
}

/// The step is over; the case goes on by `way`. Where nobody chose one it goes straight back to whoever
/// returned it and wants it so, else by the first way open.
///
/// # Errors
/// Denied where there is no way on or nobody to do the next step.
pub fn advance(draft: &mut Draft<'_>, way: Option<&Next>, chosen: &[Principal]) -> Result<()> {
    let facts = draft.facts;
    duty::settle(draft)?;
    if way.is_none() && come_back(draft) {
        return Ok(());
    }
    let step = facts.step();
    let first = step.and_then(|s| open_ways(s, &draft.values).into_iter().next());
    let target = way
        .or(first)
        .and_then(|n| facts.procedure.step(&n.to))
        .ok_or_else(|| {
            let name = step.map_or("", |s| s.name.as_str());
            Error::Denied(format!(
                "按现在填的内容，“{name}”之后没有可走的环节：请检查表单，或者请管理员改一下事项"
            ))
        })?;
    leave(draft, TaskState::Cancelled);
    enter(draft, target, chosen)
}

/// The plan that begins a case: the first step, held by whoever starts it.
///
/// # Errors
/// Denied where the person may not start this procedure.
pub fn begin(facts: &Facts<'_>) -> Result<super::plan::Plan> {
    let start = &facts.procedure.start;
    let allowed =
        start.roles.is_empty() || start.roles.iter().any(|r| facts.viewer.roles.contains(r));
    if !allowed {
        let who: Vec<String> = start
            .roles
            .iter()
            .map(|r| facts.people.role_name(r))
            .collect();
        return Err(Error::Denied(format!(
            "“{}”由{}来做，您现在的岗位不能做",
            start.label,
            who.join("、")
        )));
    }
    opening(facts)
}

/// The same of a person whose right to start was asked before.
///
/// # Errors
/// Fault where the procedure has no step.
pub fn opening(facts: &Facts<'_>) -> Result<super::plan::Plan> {
    let start = &facts.procedure.start;
    let step = facts.procedure.first_step();
    let step = step.ok_or_else(|| Error::fault("a procedure without a step"))?;
    let mut draft = Draft::new(facts);
    draft.set_step(&step.id, 1);
    draft.push(Change::SetState(State::Open));
    let branch = draft.open_branch(NewBranch {
        step: step.id.clone(),
        visit: 1,
        part: Part::Whole,
        dept: None,
    });
    let holder = Principal::Person(facts.viewer.person);
    let due = reckon::due_at(&draft, step);
    draft.open_task(fresh(&draft, step, branch, holder, due));
    grant_step(&mut draft, step);
    Ok(draft.side(super::definition::MoveId::Start, &start.label, None, ""))
}
