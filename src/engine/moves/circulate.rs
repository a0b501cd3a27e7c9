//! 传阅: lets people read beside the main lane, at once or one after another. The office chooses among the
//! roles the procedure names; whoever reads as a head lets only his own staff read: one level down, never past.

use super::recall::manages;
use super::{Move, expect, one_level_down, others};
use crate::engine::case::{Purpose, State, Task, TaskState};
use crate::engine::definition::{Circulation, MoveId, Need};
use crate::engine::facts::Facts;
use crate::engine::offer::{Choice, Input, Note, Offer, Ordered, Pick, Turns};
use crate::engine::plan::{BranchRef, Draft, NewTask, Plan};
use crate::kit::{Id, Principal, Result};

pub const MOVE: Move = Move {
    id: MoveId::Circulate,
    offer,
    plan,
};

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let circulation = facts.procedure.circulation.as_ref()?;
    if facts.case.state != State::Open {
        return None;
    }
    let (from, label, found) = by_the_office(facts, circulation)
        .or_else(|| at_any_time(facts, circulation))
        .or_else(|| down(facts, circulation))?;
    let from = from.map(|t| t.id);
    let among = new_readers(facts, from, found);
    let mut offer = Offer::new(MoveId::Circulate, &label, from);
    offer.choices = vec![Choice {
        pick: Some(pick(circulation, among)?),
        ..Choice::plain("readers", label)
    }];
    offer.note = Some(word());
    Some(offer)
}

/// From which task, under which name, among whom.
type Round<'a> = (Option<&'a Task>, String, Vec<Principal>);

/// The holder of a step that may circulate.
fn by_the_office<'a>(facts: &Facts<'a>, circulation: &Circulation) -> Option<Round<'a>> {
    let (task, _, label) = facts.at_step(MoveId::Circulate)?;
    let reads = task_reads(facts, task);
    if reads || super::dept_of(facts, task).is_some() {
        return None;
    }
    Some((Some(task), label.to_owned(), everybody(facts, circulation)))
}

/// Whoever looks after circulation needs no task of the case for it.
fn at_any_time<'a>(facts: &Facts<'a>, circulation: &Circulation) -> Option<Round<'a>> {
    manages(facts).then(|| {
        (
            None,
            circulation.label.clone(),
            everybody(facts, circulation),
        )
    })
}

fn everybody(facts: &Facts<'_>, circulation: &Circulation) -> Vec<Principal> {
    let roles = circulation.among.iter();
    roles.flat_map(|r| facts.people.with_role(r)).collect()
}

/// A step whose work is reading: its holder is a reader, not the office.
fn task_reads(facts: &Facts<'_>, task: &Task) -> bool {
    let step = facts.procedure.step(&task.step);
    step.is_some_and(|s| s.label(MoveId::Read).is_some())
}

/// A reader or a department's holder: one level down.
fn down<'a>(facts: &Facts<'a>, circulation: &Circulation) -> Option<Round<'a>> {
    let holder = facts.at_step(MoveId::Circulate).map(|(t, _, _)| t);
    let task = holder
        .or_else(|| facts.task(Purpose::Read))
        .or_else(|| has_read(facts))?;
    let staff = one_level_down(
        facts,
        super::dept_of(facts, task).filter(|_| holder.is_some()),
    );
    Some((Some(task), format!("下发{}", circulation.label), staff))
}

/// What the viewer has read already, from which he may still hand it down.
fn has_read<'a>(facts: &Facts<'a>) -> Option<&'a Task> {
    facts.case.tasks.iter().find(|t| {
        t.purpose == Purpose::Read
            && t.state == TaskState::Done
            && facts.focus.is_none_or(|f| f == t.id)
            && facts.holds(t.holder)
    })
}

pub(super) fn new_readers(
    facts: &Facts<'_>,
    parent: Option<Id>,
    found: Vec<Principal>,
) -> Vec<Principal> {
    let me = facts.viewer.person;
    let mut free = others(facts, me, found.into_iter());
    let asked = |p: &Principal| {
        facts.case.round(Some(me), parent).any(|t| {
            facts.same(t.holder, *p)
                && !matches!(t.state, TaskState::Withdrawn | TaskState::Cancelled)
        })
    };
    free.retain(|p| !asked(p));
    free
}

pub(super) fn pick(circulation: &Circulation, among: Vec<Principal>) -> Option<Pick> {
    (!among.is_empty()).then(|| Pick {
        label: circulation.label.clone(),
        among,
        usual: Vec::new(),
        most: 200,
        ordered: Ordered::AsSaid,
    })
}

pub(super) const fn word() -> Note {
    Note {
        label: "附言",
        need: Need::Optional,
    }
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    offer.check(input)?;
    let from = offer.task.and_then(|t| facts.case.task(t));
    let mut draft = Draft::new(facts);
    ask_readers(&mut draft, from, input);
    Ok(draft.side(MoveId::Circulate, &offer.label, offer.task, &input.note))
}

/// Gives the chosen people the case to read.
pub(super) fn ask_readers(draft: &mut Draft<'_>, from: Option<&Task>, input: &Input) {
    let facts = draft.facts;
    let me = Some(facts.viewer.person);
    let parent = from.map(|t| t.id);
    let verb = facts
        .procedure
        .circulation
        .as_ref()
        .map_or("", |c| c.label.as_str());
    let last = facts
        .case
        .round(me, parent)
        .map(|t| t.ord)
        .max()
        .unwrap_or(0);
    let busy = facts
        .case
        .round(me, parent)
        .any(|t| t.ord > 0 && t.state.is_live());
    for (n, holder) in (1..).zip(&input.people) {
        let in_order = input.turns == Turns::InOrder;
        let queued = in_order && (n > 1 || busy);
        draft.open_task(NewTask {
            branch: from.and_then(|t| t.branch).map(BranchRef::Known),
            parent,
            purpose: Purpose::Read,
            step: facts.case.step.clone(),
            verb: verb.to_owned(),
            holder: *holder,
            given_by: me,
            state: if queued {
                TaskState::Queued
            } else {
                TaskState::Open
            },
            ord: if in_order { last + n } else { 0 },
            note: input.note.trim().to_owned(),
            due_at: None,
        });
    }
}
