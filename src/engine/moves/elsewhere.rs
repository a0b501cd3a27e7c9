//! One department's share goes to another department: its branch ends unanswered, the other's opens with
//! the same part, and the form names the new department. Shared by 重新分办 and 转办.

use crate::engine::case::{Branch, BranchState, Part, Task, TaskState};
use crate::engine::definition::{HowMany, Step};
use crate::engine::facts::Facts;
use crate::engine::flow;
use crate::engine::plan::{Draft, NewBranch};
use crate::kit::{DeptId, Error, Result};
use serde_json::{Map, Value, json};

/// Departments that have somebody to receive the matter and no share in it now.
pub(super) fn others(facts: &Facts<'_>) -> Vec<DeptId> {
    let taken: Vec<DeptId> = facts
        .case
        .current_branches()
        .filter(|b| b.state != BranchState::Cancelled)
        .filter_map(|b| b.dept)
        .collect();
    let mut free = facts.people.departments();
    free.retain(|d| {
        !taken.contains(d)
            && (facts.people.receiver_of(*d).is_some() || facts.people.head_of(*d).is_some())
    });
    free
}

/// Hands the share of a task's branch over; `how` is how the task ends.
pub(super) fn hand_over(
    draft: &mut Draft<'_>,
    (task, branch, step): (&Task, &Branch, &Step),
    how: TaskState,
    dept: Option<DeptId>,
) -> Result<()> {
    let Some(dept) = dept else {
        return Err(Error::invalid("dept", "请选择一个部门"));
    };
    flow::finish_task(draft, task, how);
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
