//! 重开: a case that is closed, and not archived, goes on where its work was last, on a new visit and with whoever
//! had it there. What was only waiting to be filed is filed when it is done again.

use super::{Move, expect, has_power};
use crate::engine::case::{Outcome, Purpose, State, Task, TaskState};
use crate::engine::definition::{HowMany, MoveId, Need, Step};
use crate::engine::facts::Facts;
use crate::engine::flow;
use crate::engine::offer::{Choice, Input, Note, Offer};
use crate::engine::plan::{Change, Draft, Plan};
use crate::kit::{Principal, Result};

pub const MOVE: Move = Move {
    id: MoveId::Reopen,
    offer,
    plan,
};

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let rule = facts.procedure.reopen.as_ref()?;
    if !has_power(facts, rule) || facts.case.state != State::Closed || is_continued(facts) {
        return None;
    }
    let step = last_step(facts)?;
    if holders(facts, step).is_empty() {
        return None;
    }
    let label = &rule.label;
    let mut offer = Offer::new(MoveId::Reopen, label, None);
    offer.said = format!("{label}以后回到“{}”接着办。", step.name);
    offer.choices = vec![Choice::plain("reopen", label)];
    offer.note = Some(Note {
        label: "重开的原因",
        need: Need::Required,
    });
    Some(offer)
}

/// It goes on elsewhere already.
fn is_continued(facts: &Facts<'_>) -> bool {
    facts.case.outcome == Some(Outcome::Continued)
}

/// Where the work was last: the step it ended at, or, where it only waits to be filed, the one done before.
fn last_step<'a>(facts: &Facts<'a>) -> Option<&'a Step> {
    let case = facts.case;
    let waits = case.open_tasks().next().is_some();
    let done = |t: &&Task| t.purpose == Purpose::Do && t.state == TaskState::Done;
    let last = case.tasks.iter().filter(done);
    let last = last.max_by_key(|t| (t.done_at, t.id)).filter(|_| waits);
    let id = last.map_or(case.step.as_str(), |t| t.step.as_str());
    facts.procedure.step(id)
}

/// Who does it: whoever did it last, else those who had it when the case ended, else whoever the rule means.
fn holders(facts: &Facts<'_>, step: &Step) -> Vec<Principal> {
    let case = facts.case;
    if let HowMany::Departments { principal, .. } = &step.how {
        let depts = flow::departments_in(&case.values, principal);
        let mut all = Vec::new();
        for d in depts {
            all.extend(flow::candidates(facts, step, &case.values, Some(d)));
        }
        return all;
    }
    let had = |t: &&Task| t.step == step.id && t.purpose == Purpose::Do;
    let visit = |t: &Task| t.branch.and_then(|b| case.branch(b)).map(|b| b.visit);
    let last = case.tasks.iter().filter(had).filter_map(&visit).max();
    let held = case.tasks.iter().filter(had);
    let held = held.filter(|t| visit(t) == last && t.parent.is_none());
    let mut once: Vec<Principal> = Vec::new();
    for t in held
        .clone()
        .filter(|t| t.state == TaskState::Done)
        .chain(held)
    {
        if !once.contains(&t.holder) {
            once.push(t.holder);
        }
    }
    let done = case.last_done(&step.id).map(|t| t.holder);
    match (step.how == HowMany::AnyOne, done) {
        (true, Some(one)) => vec![one],
        _ if once.is_empty() && !step.who.is_chosen() => {
            flow::candidates(facts, step, &case.values, None)
        }
        _ => once,
    }
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    offer.check(input)?;
    let step = last_step(facts).ok_or_else(|| facts.refusal(MoveId::Reopen))?;
    let mut draft = Draft::new(facts);
    flow::give_up(&mut draft);
    match &step.how {
        HowMany::Departments { .. } => flow::enter(&mut draft, step, &[])?,
        _ => flow::enter_held(&mut draft, step, &holders(facts, step), &input.note),
    }
    draft.push(Change::SetState(State::Open));
    let mut plan = draft.main(MoveId::Reopen, &offer.label, None, &input.note);
    plan.undo = None;
    Ok(plan)
}
