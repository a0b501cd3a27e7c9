//! 报进展: whoever has a supervised matter writes how far it is, without letting it go. Nothing moves; the words
//! stand in the opinion box the procedure names, and the supervision page shows the newest of them.
//! Invariant: only who has work on the case reports on it.

use super::{Move, expect};
use crate::engine::case::{Purpose, State, Task, TaskState};
use crate::engine::definition::{MoveId, Need};
use crate::engine::facts::Facts;
use crate::engine::offer::{Input, Note, Offer};
use crate::engine::plan::{Change, Draft, Plan};
use crate::kit::Result;

pub const MOVE: Move = Move {
    id: MoveId::Report,
    offer,
    plan,
};

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let rule = facts.procedure.supervision.as_ref()?;
    mine(facts)?;
    let mut offer = Offer::new(MoveId::Report, &rule.report, None);
    offer.note = Some(Note {
        label: "进展到哪一步，还差什么",
        need: Need::Required,
    });
    Some(offer)
}

/// The work this viewer has on it, or has given on and gets back.
fn mine<'a>(facts: &Facts<'a>) -> Option<&'a Task> {
    let has = |t: &&Task| {
        t.purpose == Purpose::Do
            && matches!(t.state, TaskState::Open | TaskState::Waiting)
            && facts.holds(t.holder)
    };
    let open = facts.case.state == State::Open;
    facts.case.tasks.iter().find(has).filter(|_| open)
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    offer.check(input)?;
    let (Some(rule), Some(task)) = (&facts.procedure.supervision, mine(facts)) else {
        return Err(facts.refusal(MoveId::Report));
    };
    let mut draft = Draft::new(facts);
    draft.push(Change::WriteOpinion {
        into: rule.progress.clone(),
        branch: task.branch,
        text: input.note.trim().to_owned(),
        hand: String::new(),
    });
    let mut plan = draft.side(MoveId::Report, &rule.report, None, "");
    plan.act.step.clone_from(&task.step);
    plan.act.branch = task.branch;
    plan.act.acting_for = facts.acting_for(task.holder);
    Ok(plan)
}
