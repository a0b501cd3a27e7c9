//! 作废: the case counts no more. Whoever had it has it no longer, its number stays in the register with the
//! reason and is never taken again. There is no way back: a mistaken voiding is registered anew.

use super::{Move, expect};
use crate::engine::case::{BranchState, State, TaskState};
use crate::engine::definition::{MoveId, Need, is_empty};
use crate::engine::facts::Facts;
use crate::engine::offer::{Choice, Input, Note, Offer};
use crate::engine::plan::{Change, Draft, Plan};
use crate::kit::{Id, Result};

pub const MOVE: Move = Move {
    id: MoveId::Void,
    offer,
    plan,
};

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let rule = facts.procedure.void.as_ref()?;
    let may = rule.roles.iter().any(|r| facts.viewer.roles.contains(r));
    let alive = matches!(facts.case.state, State::Open | State::Closed);
    if !may || !alive {
        return None;
    }
    let mut offer = Offer::new(MoveId::Void, &rule.label, None);
    offer.said = match number(facts) {
        Some(n) => format!(
            "{n}作废以后，各人的待办里不再有这一件；号留在登记簿里，不再给别的件用。作废了不能恢复，要办请重新登记。"
        ),
        None => "作废以后，各人的待办里不再有这一件。作废了不能恢复，要办请重新登记。".to_owned(),
    };
    offer.choices = vec![Choice::plain("void", &rule.label)];
    offer.note = Some(Note {
        label: "作废的原因",
        need: Need::Required,
    });
    Some(offer)
}

/// The number the case has, as it is printed.
fn number(facts: &Facts<'_>) -> Option<String> {
    let series = facts.procedure.series.as_ref()?;
    let value = facts.case.values.get(&series.field)?;
    (!is_empty(value)).then(|| crate::engine::definition::text_of(value))
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    offer.check(input)?;
    let case = facts.case;
    let mut draft = Draft::new(facts);
    let live: Vec<Id> = case
        .tasks
        .iter()
        .filter(|t| t.state.is_live())
        .map(|t| t.id)
        .collect();
    for task in live {
        draft.set_task(task, TaskState::Cancelled);
    }
    let open: Vec<Id> = case
        .branches
        .iter()
        .filter(|b| b.state == BranchState::Open)
        .map(|b| b.id)
        .collect();
    for branch in open {
        draft.set_branch(branch, BranchState::Cancelled);
    }
    draft.push(Change::SetState(State::Void));
    if number(facts).is_some() {
        draft.push(Change::VoidNumber);
    }
    let mut plan = draft.main(MoveId::Void, &offer.label, None, &input.note);
    plan.undo = None;
    Ok(plan)
}
