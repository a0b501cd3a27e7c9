//! Whether somebody of the real office can do each step today. A post that is vacant is filled without touching
//! the procedure, so this warns and never refuses.

use crate::engine::definition::{HowMany, Procedure, Step, Who};
use crate::engine::facts::People;
use std::collections::BTreeSet;

/// What is missing in the office, each once.
pub(super) fn warnings(p: &Procedure, people: &dyn People) -> Vec<String> {
    let mut found = Vec::new();
    for role in &p.start.roles {
        if people.with_role(role).is_empty() {
            found.push(format!(
                "由“{}”发起，现在没有人担任，谁也发起不了：请先在组织机构里安排人",
                people.role_name(role)
            ));
        }
    }
    for step in &p.steps {
        found.extend(of_step(step, people));
    }
    let mut once = BTreeSet::new();
    found.retain(|f| once.insert(f.clone()));
    found
}

fn of_step(step: &Step, people: &dyn People) -> Vec<String> {
    let roles: Vec<&String> = match &step.who {
        Who::Role(r) => vec![r],
        Who::ChosenFrom(all) => all.iter().collect(),
        _ => Vec::new(),
    };
    let mut found: Vec<String> = roles
        .iter()
        .filter(|r| people.with_role(r).is_empty())
        .map(|r| {
            format!(
                "环节“{}”由“{}”办，现在没有人担任，件到了这里会送不出去：请先在组织机构里安排人",
                step.name,
                people.role_name(r)
            )
        })
        .collect();
    if let (Who::Role(r), HowMany::AtLeast(n)) = (&step.who, &step.how) {
        let there = people.with_role(r).len();
        if there > 0 && there < *n as usize {
            found.push(format!(
                "环节“{}”至少要 {n} 个人办，担任“{}”的现在只有 {there} 个",
                step.name,
                people.role_name(r)
            ));
        }
    }
    let headless: Vec<String> = people
        .departments()
        .into_iter()
        .filter(|d| match &step.who {
            Who::HeadOf(_) | Who::BranchHead => people.head_of(*d).is_none(),
            Who::ReceiverOf(_) | Who::BranchReceiver => {
                people.receiver_of(*d).is_none() && people.head_of(*d).is_none()
            }
            Who::LeaderOf(_) => people.leaders_of(*d).is_empty(),
            Who::RoleOf { role, .. } => people.with_role_in(role, *d).is_empty(),
            _ => false,
        })
        .map(|d| people.dept_name(d))
        .collect();
    if !headless.is_empty() {
        let lacks = match &step.who {
            Who::LeaderOf(_) => "分管领导".to_owned(),
            Who::RoleOf { role, .. } => format!("“{}”", people.role_name(role)),
            _ => "负责人".to_owned(),
        };
        found.push(format!(
            "环节“{}”送到这些部门会送不出去，因为还没有{lacks}：{}",
            step.name,
            headless.join("、")
        ));
    }
    found
}
