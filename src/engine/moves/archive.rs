//! 归档: the case goes to the archive with its traces, and its main lane is at its end for good; a case not
//! closed before is closed by it. Not withdrawn: what is filed is taken out by the archivist's own rules.

use super::{Move, expect, standing, write};
use crate::engine::case::{State, TaskState};
use crate::engine::definition::MoveId;
use crate::engine::duty;
use crate::engine::facts::Facts;
use crate::engine::flow;
use crate::engine::offer::{Choice, Form, Input, Offer};
use crate::engine::plan::{Change, Draft, Plan};
use crate::engine::values;
use crate::kit::Result;

pub const MOVE: Move = Move {
    id: MoveId::Archive,
    offer,
    plan,
};

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    ending(facts, MoveId::Archive, Form::Whole)
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    end(facts, (&MOVE, State::Archived), input)
}

/// The offer of a move that ends the case.
pub(super) fn ending(facts: &Facts<'_>, mv: MoveId, form: Form) -> Option<Offer> {
    let (task, step, label) = facts.at_step(mv)?;
    let mut offer = Offer::new(mv, label, Some(task.id))
        .with_opinion(step.opinion.as_ref(), &standing(facts, step));
    offer.form = form;
    offer.choices = vec![Choice::plain("end", label)];
    Some(offer)
}

/// Ends the case in this state.
pub(super) fn end(facts: &Facts<'_>, (mv, state): (&Move, State), input: &Input) -> Result<Plan> {
    let offer = expect(facts, mv)?;
    offer.check(input)?;
    let Some((task, step, label)) = facts.at_step(mv.id) else {
        return Err(facts.refusal(mv.id));
    };
    let mut draft = Draft::new(facts);
    write(&mut draft, &offer, step, input)?;
    if mv.id == MoveId::LeaveOut {
        let fields = values::untouched(facts, step, &draft.values);
        draft.set_fields(fields);
    }
    duty::settle(&mut draft)?;
    flow::finish_task(&mut draft, task, TaskState::Done);
    if let Some(branch) = task.branch {
        flow::finish_branch(&mut draft, branch);
    }
    flow::leave(&mut draft, TaskState::Cancelled);
    draft.push(Change::SetState(state));
    let mut plan = draft.main(mv.id, label, Some(task.id), &input.note);
    plan.undo = None;
    Ok(plan)
}
