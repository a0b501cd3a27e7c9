//! 结束这一环节: whoever sent the case to several readers ends the step before all of them are done, once
//! somebody is. Those who were not asked any more may still read it later (补阅).

use super::{Move, expect};
use crate::engine::case::{BranchState, State, TaskState};
use crate::engine::definition::{MoveId, Step};
use crate::engine::facts::Facts;
use crate::engine::flow;
use crate::engine::offer::{Choice, Input, Offer};
use crate::engine::plan::{Draft, Plan};
use crate::kit::{Id, Result};

pub const MOVE: Move = Move {
    id: MoveId::Conclude,
    offer,
    plan,
};

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let (step, label) = may_end(facts)?;
    let (done, all) = progress(facts);
    let label = format!("{label}（{}，{done}/{all}）", step.name);
    let mut offer = Offer::new(MoveId::Conclude, &label, None);
    offer.choices = vec![Choice::plain("end", label)];
    Some(offer)
}

fn may_end<'a>(facts: &Facts<'a>) -> Option<(&'a Step, &'a str)> {
    let step = facts.step()?;
    let label = step.label(MoveId::Conclude)?;
    let sent_it = |b: &crate::engine::case::Branch| {
        facts
            .case
            .tasks
            .iter()
            .any(|t| t.branch == Some(b.id) && t.given_by == Some(facts.viewer.person))
    };
    let mine = facts.case.current_branches().any(sent_it);
    let (done, all) = progress(facts);
    let ready = facts.case.state == State::Open && done > 0 && done < all;
    (step.sender_may_end && mine && ready).then_some((step, label))
}

fn progress(facts: &Facts<'_>) -> (usize, usize) {
    let counted = |s: BranchState| s != BranchState::Cancelled;
    let all = facts
        .case
        .current_branches()
        .filter(|b| counted(b.state))
        .count();
    let done = facts
        .case
        .current_branches()
        .filter(|b| b.state == BranchState::Done)
        .count();
    (done, all)
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    offer.check(input)?;
    let mut draft = Draft::new(facts);
    let open: Vec<Id> = facts
        .case
        .current_branches()
        .filter(|b| b.state == BranchState::Open)
        .map(|b| b.id)
        .collect();
    for b in open {
        flow::cancel_branch(&mut draft, b, TaskState::Cancelled);
    }
    flow::advance(&mut draft, None, &[])?;
    Ok(draft.main(MoveId::Conclude, &offer.label, None, &input.note))
}
