//! 申请延期: whoever has a step under a date asks for more time, once a branch; work goes on meanwhile.
//! The answer is `answer_extension`.

use super::{Move, expect};
use crate::engine::case::{Purpose, Task, TaskState};
use crate::engine::definition::{Extending, MoveId, Need, Term};
use crate::engine::facts::Facts;
use crate::engine::flow;
use crate::engine::offer::{Choice, Input, Note, Offer};
use crate::engine::plan::{BranchRef, Draft, NewTask, Plan};
use crate::kit::{Day, Error, Principal, Result};

pub const MOVE: Move = Move {
    id: MoveId::Extend,
    offer,
    plan,
};

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let rule = facts.procedure.extend.as_ref()?;
    let task = facts.task(Purpose::Do)?;
    let due = facts.zone.day(task.due_at?);
    if asked(facts, task) || !rule.steps.contains(&task.step) {
        return None;
    }
    let mut offer = Offer::new(MoveId::Extend, &rule.label, Some(task.id));
    offer.choices = choices(facts, rule, due, "延长");
    offer.note = Some(Note {
        label: "延期的理由",
        need: Need::Required,
    });
    Some(offer)
}

/// One extension a branch, granted or still to be answered (行政许可法42 and its like grant one).
fn asked(facts: &Facts<'_>, task: &Task) -> bool {
    facts.case.tasks.iter().any(|t| {
        t.purpose == Purpose::Extend
            && t.branch == task.branch
            && (t.state.is_live() || t.state == TaskState::Done)
    })
}

/// The lengths an office allows, each with the day it would end.
pub(super) fn choices(facts: &Facts<'_>, rule: &Extending, due: Day, word: &str) -> Vec<Choice> {
    let one = |(i, term): (usize, &Term)| {
        let day = term.end(facts.calendar, due).day;
        Choice::plain(
            i.to_string(),
            format!("{word} {}，到 {}", term.words(), day.short()),
        )
    };
    rule.terms.iter().enumerate().map(one).collect()
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    let choice = offer.check(input)?;
    let (Some(rule), Some(task), Some(choice)) =
        (&facts.procedure.extend, facts.task(Purpose::Do), choice)
    else {
        return Err(facts.refusal(MoveId::Extend));
    };
    let dept = super::dept_of(facts, task);
    let me = Principal::Person(facts.viewer.person);
    let approvers = flow::by_rule(facts, &rule.approve, &facts.case.values, dept);
    let approvers: Vec<Principal> = approvers
        .into_iter()
        .filter(|p| !facts.same(me, *p))
        .collect();
    if approvers.is_empty() {
        return Err(Error::Denied(format!(
            "现在没有人可以{}：请管理员先在组织机构里安排人",
            rule.verb
        )));
    }
    let mut draft = Draft::new(facts);
    for holder in approvers {
        draft.open_task(NewTask {
            branch: task.branch.map(BranchRef::Known),
            parent: Some(task.id),
            purpose: Purpose::Extend,
            step: task.step.clone(),
            verb: rule.verb.clone(),
            holder,
            given_by: Some(facts.viewer.person),
            state: TaskState::Open,
            // which length was asked for
            ord: choice.id.parse().unwrap_or(0),
            note: format!("{}：{}", choice.label, input.note.trim()),
            due_at: None,
        });
    }
    let label = format!("{}（{}）", rule.label, choice.label);
    let mut plan = draft.side(MoveId::Extend, &label, None, &input.note);
    plan.act.step.clone_from(&task.step);
    plan.act.branch = task.branch;
    Ok(plan)
}
