//! 申请延期 and 暂停计时 at a step, by clicking: both are said once for a procedure, with the steps they are for.
//! Not here: the limit itself (`step_says`).
//! Invariant: a step named here has a time limit.

use super::Made;
use super::steps::find;
use crate::engine::definition::limit::Term;
use crate::engine::definition::{Extending, Pausing, Procedure, Who, part};

/// What the select says where whoever answers is not one of the roles it offers.
const OTHER: &str = "keep";

/// More time, and time that stands still, as picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockForm {
    /// The role that answers; none where it is empty.
    pub extend: String,
    pub pause: bool,
}

/// Who answers where more time is asked for at a step: a role's id, `keep` for anybody else, empty for never.
#[must_use]
pub fn extends(p: &Procedure, step: &str) -> String {
    let here = p
        .extend
        .as_ref()
        .filter(|e| e.steps.iter().any(|s| s == step));
    here.map_or_else(String::new, |e| match &e.approve {
        Who::Role(r) => r.clone(),
        _ => OTHER.to_owned(),
    })
}

/// Whether time may stand still at a step.
#[must_use]
pub fn pauses(p: &Procedure, step: &str) -> bool {
    let all = p.pause.as_ref().map(|r| &r.steps);
    all.is_some_and(|all| all.iter().any(|s| s == step))
}

pub fn set(p: &mut Procedure, id: &str, form: &ClockForm) -> Result<Made, String> {
    let step = find(p, id)?;
    if step.due.is_none() && (form.pause || !form.extend.is_empty()) {
        return Err(format!(
            "“{}”还没有期限，先写几天办完，再定能不能申请延期、暂停计时",
            step.name
        ));
    }
    forget(p, id);
    if !form.extend.is_empty() {
        let rule = p.extend.get_or_insert_with(|| extending(&form.extend));
        if form.extend != OTHER {
            rule.approve = Who::Role(form.extend.clone());
        }
        rule.steps.push(id.to_owned());
    }
    if form.pause {
        let rule = match p.pause.take() {
            Some(rule) => rule,
            None => pausing()?,
        };
        p.pause.insert(rule).steps.push(id.to_owned());
    }
    tidy(p);
    Ok(Made::step(id))
}

/// A step that has no limit any more, or is gone.
pub fn drop_step(p: &mut Procedure, id: &str) {
    forget(p, id);
    tidy(p);
}

fn forget(p: &mut Procedure, id: &str) {
    if let Some(e) = &mut p.extend {
        e.steps.retain(|s| s != id);
    }
    if let Some(r) = &mut p.pause {
        r.steps.retain(|s| s != id);
    }
}

fn tidy(p: &mut Procedure) {
    p.extend.take_if(|e| e.steps.is_empty());
    p.pause.take_if(|r| r.steps.is_empty());
}

fn extending(role: &str) -> Extending {
    Extending {
        label: "申请延期".to_owned(),
        steps: Vec::new(),
        approve: Who::Role(role.to_owned()),
        verb: "审批延期".to_owned(),
        terms: vec![Term::WorkingDays(3), Term::WorkingDays(5)],
    }
}

fn pausing() -> Result<Pausing, String> {
    let text = "label = \"暂停计时\"\nresume = \"恢复计时\"\nsteps = []";
    part(text).ok_or_else(|| "没有改成，请再试一次".to_owned())
}
