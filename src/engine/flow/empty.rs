//! What is said where a step has nobody: which place of which department is empty, and what to do about it.
//! Not here: finding people (`flow`). The case stays where it is.

use super::{by_rule, departments_in};
use crate::engine::definition::{Step, Who};
use crate::engine::plan::Draft;
use crate::kit::{DeptId, Error};

/// Which place is empty, and what to do.
pub(super) fn nobody(draft: &Draft<'_>, step: &Step, dept: Option<DeptId>) -> Error {
    let (facts, name) = (draft.facts, &step.name);
    if let Some(d) = dept {
        let d = facts.people.dept_name(d);
        return Error::Denied(format!(
            "{d}还没有负责人，也没有收件人，送不到“{name}”：请管理员先在组织机构里给{d}安排人"
        ));
    }
    if matches!(step.who, Who::ChosenFrom(_) | Who::Chosen) {
        return Error::invalid("people", format!("请选择由谁{}", step.verb()));
    }
    let place = place_of(draft, &step.who);
    if step.not_own && !by_rule(facts, &step.who, &draft.values, None).is_empty() {
        return Error::Denied(format!(
            "“{name}”现在没有人可以办：{place}就是发起人本人，自己的件不能自己办。请另选去路，报上一级"
        ));
    }
    Error::Denied(format!(
        "“{name}”现在没有人可以办：{place}还没有人。请管理员先在组织机构里给{place}安排人，再送一次"
    ))
}

/// 应急办的负责人, “办公室主任”: the place a rule looks for people in.
fn place_of(draft: &Draft<'_>, who: &Who) -> String {
    let facts = draft.facts;
    let of = |field: &str| {
        let depts = departments_in(&draft.values, field).into_iter();
        let names: Vec<String> = depts.map(|d| facts.people.dept_name(d)).collect();
        let label = || facts.procedure.field(field).map(|f| f.label.clone());
        match names.is_empty() {
            true => label().unwrap_or_default(),
            false => names.join("、"),
        }
    };
    match who {
        Who::Role(role) => format!("“{}”", facts.people.role_name(role)),
        Who::RoleOf { role, department } => {
            format!("{}的“{}”", of(department), facts.people.role_name(role))
        }
        Who::HeadOf(field) => format!("{}的负责人", of(field)),
        Who::ReceiverOf(field) => format!("{}的收件人和负责人", of(field)),
        Who::LeaderOf(field) => format!("{}的分管领导", of(field)),
        Who::StaffOf(field) => of(field),
        Who::Superior => "发起人的直接上级".to_owned(),
        _ => "这个环节".to_owned(),
    }
}
