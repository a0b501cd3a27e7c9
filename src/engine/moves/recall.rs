//! 撤回传阅: readers who have not read yet are not asked any more, one or all of them. Who has read has read;
//! who was recalled counts as never asked, and may be asked again. In a step whose work is reading somebody
//! must remain.

use super::{Move, expect};
use crate::engine::case::{Branch, BranchState, Purpose, Task, TaskState};
use crate::engine::definition::{MoveId, Need};
use crate::engine::facts::Facts;
use crate::engine::flow;
use crate::engine::offer::{Choice, Input, Note, Offer, Ordered, Pick};
use crate::engine::plan::{Draft, Plan};
use crate::kit::{Error, Id, PersonId, Principal, Result};

pub const MOVE: Move = Move {
    id: MoveId::Recall,
    offer,
    plan,
};

const ALL: &str = "all";

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let circulation = facts.procedure.circulation.as_ref()?;
    let label = format!("撤回{}", circulation.label);
    let beside = unread(facts);
    let mut among: Vec<Principal> = Vec::new();
    for t in beside.iter().copied().chain(of_the_step(facts)) {
        if !among.contains(&t.holder) {
            among.push(t.holder);
        }
    }
    if among.is_empty() {
        return None;
    }
    let mut offer = Offer::new(MoveId::Recall, &label, None);
    offer.choices = vec![Choice {
        pick: Some(Pick {
            label: format!("被{label}"),
            most: among.len(),
            among,
            usual: Vec::new(),
            ordered: Ordered::AtOnce,
        }),
        ..Choice::plain("some", &label)
    }];
    if beside.len() > 1 {
        offer.said = format!("还有 {} 人未阅。", beside.len());
        offer.choices.push(Choice::plain(ALL, "全部撤回"));
    }
    offer.note = Some(Note {
        label: "撤回的原因",
        need: Need::Optional,
    });
    Some(offer)
}

/// Readers beside the main lane who have not read, as far as this viewer may take them back or end them.
pub(super) fn unread<'a>(facts: &Facts<'a>) -> Vec<&'a Task> {
    let mine = |t: &&Task| may(facts, t);
    facts.case.unread().filter(mine).collect()
}

fn may(facts: &Facts<'_>, task: &Task) -> bool {
    task.given_by == Some(facts.viewer.person) || manages(facts)
}

/// Whether the viewer looks after all circulation of the case.
pub(super) fn manages(facts: &Facts<'_>) -> bool {
    let roles = facts.procedure.circulation.iter().flat_map(|c| &c.manage);
    roles.into_iter().any(|r| facts.viewer.roles.contains(r))
}

/// Readers of a step whose work is reading; none where only one of them is left to do it.
fn of_the_step<'a>(facts: &Facts<'a>) -> Vec<&'a Task> {
    let reads = facts
        .step()
        .is_some_and(|s| s.label(MoveId::Read).is_some());
    let counted = |b: &&Branch| b.state != BranchState::Cancelled;
    let left = facts.case.current_branches().filter(counted).count();
    if !reads || left < 2 {
        return Vec::new();
    }
    let live = |t: &&Task| matches!(t.state, TaskState::Open | TaskState::Queued);
    let here = |t: &&Task| {
        let branch = t.branch.and_then(|b| facts.case.branch(b));
        branch.is_some_and(|b| b.visit == facts.case.visit && b.state == BranchState::Open)
    };
    let all = facts.case.tasks.iter();
    all.filter(|t| t.purpose == Purpose::Do && may(facts, t))
        .filter(live)
        .filter(here)
        .collect()
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    let choice = offer.check(input)?;
    let all = choice.is_some_and(|c| c.id == ALL);
    let asked = |t: &&Task| all || input.people.contains(&t.holder);
    let beside: Vec<&Task> = unread(facts).into_iter().filter(asked).collect();
    let of_step: Vec<&Task> = match all {
        true => Vec::new(),
        false => of_the_step(facts).into_iter().filter(asked).collect(),
    };
    let mut draft = Draft::new(facts);
    draft.to = beside.iter().chain(&of_step).map(|t| t.holder).collect();
    let named = draft.to.clone();
    for task in &beside {
        draft.set_task(task.id, TaskState::Withdrawn);
    }
    next_in_turn(&mut draft, &beside);
    if of_step.is_empty() {
        draft.to = named;
        return Ok(draft.side(MoveId::Recall, &offer.label, None, &input.note));
    }
    for task in &of_step {
        if let Some(branch) = task.branch {
            flow::cancel_branch(&mut draft, branch, TaskState::Withdrawn);
        }
    }
    step_goes_on(&mut draft)?;
    let mut plan = draft.main(MoveId::Recall, &offer.label, None, &input.note);
    plan.act.to = named;
    Ok(plan)
}

/// In a round of turns the next one is asked where whoever had the turn was recalled.
fn next_in_turn(draft: &mut Draft<'_>, recalled: &[&Task]) {
    let case = draft.facts.case;
    let mut rounds: Vec<(Option<PersonId>, Option<Id>)> = Vec::new();
    for t in recalled.iter().filter(|t| t.ord > 0) {
        if !rounds.contains(&(t.given_by, t.parent)) {
            rounds.push((t.given_by, t.parent));
        }
    }
    for (by, parent) in rounds {
        let left = |t: &&Task| t.ord > 0 && !recalled.iter().any(|r| r.id == t.id);
        let in_state = |s: TaskState| {
            case.round(by, parent)
                .filter(left)
                .filter(move |t| t.state == s)
        };
        if in_state(TaskState::Open).next().is_none() {
            let next = in_state(TaskState::Queued)
                .min_by_key(|t| t.ord)
                .map(|t| t.id);
            if let Some(next) = next {
                draft.set_task(next, TaskState::Open);
            }
        }
    }
}

/// Somebody has to remain; where all who remain have read, the step is over.
fn step_goes_on(draft: &mut Draft<'_>) -> Result<()> {
    let facts = draft.facts;
    let states: Vec<(Id, BranchState)> = facts
        .case
        .current_branches()
        .filter_map(|b| Some((b.id, draft.branch_state(b.id)?)))
        .collect();
    let count = |s: BranchState| states.iter().filter(|(_, b)| *b == s).count();
    match (count(BranchState::Open), count(BranchState::Done)) {
        (0, 0) => Err(Error::invalid(
            "people",
            "至少要留一个人阅；都不用阅了，请结束这一环节",
        )),
        (0, _) => flow::advance(draft, None, &[]),
        _ => {
            turn_of_step(draft);
            Ok(())
        }
    }
}

/// Where the step itself goes in turns, the next branch gets its turn.
fn turn_of_step(draft: &mut Draft<'_>) {
    let case = draft.facts.case;
    let here = |t: &&Task| {
        let branch = t.branch.and_then(|b| case.branch(b));
        t.purpose == Purpose::Do && branch.is_some_and(|b| b.visit == case.visit)
    };
    let stands = |t: &Task| draft.task_state(t.id);
    let mut tasks = case.tasks.iter().filter(here);
    if tasks.clone().any(|t| stands(t) == Some(TaskState::Open)) {
        return;
    }
    let queued = tasks
        .by_ref()
        .filter(|t| stands(t) == Some(TaskState::Queued));
    if let Some(next) = queued.min_by_key(|t| t.ord).map(|t| t.id) {
        draft.set_task(next, TaskState::Open);
    }
}
