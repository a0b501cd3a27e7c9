//! 分发: people and departments of the organ get the issued document and sign for it. Each is a reader of the side
//! lane in the word of the receipt, and a deed that tells to whom it went. Outside organs are the module's.
//! Not on the page of the case: the page of issuing asks for it.

use super::circulate::{new_readers, pick, word};
use super::{Move, expect};
use crate::engine::case::{Purpose, State, Task, TaskState};
use crate::engine::deed::What;
use crate::engine::definition::{Circulation, MoveId, Work};
use crate::engine::duty;
use crate::engine::facts::Facts;
use crate::engine::offer::{Choice, Input, Offer};
use crate::engine::plan::{Change, DeedOf, Draft, NewTask, Plan};
use crate::kit::{Principal, Result};
use serde_json::json;

pub const MOVE: Move = Move {
    id: MoveId::Issue,
    offer,
    plan,
};

const LABEL: &str = "分发";

/// The circulation of a procedure whose document is signed for, and the word.
fn receipt<'a>(facts: &Facts<'a>) -> Option<(&'a Circulation, &'a str)> {
    let circulation = facts.procedure.circulation.as_ref()?;
    Some((circulation, circulation.receipt.as_deref()?))
}

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let (circulation, _) = receipt(facts)?;
    let task = at_work(facts).map(|t| t.id);
    if task.is_none() && !may_later(facts, circulation) {
        return None;
    }
    let all = receivers(facts);
    let among = new_readers(facts, None, all);
    let mut offer = Offer::new(MoveId::Issue, LABEL, task);
    offer.choices = vec![Choice {
        pick: Some(pick(circulation, among)?),
        ..Choice::plain("receivers", LABEL)
    }];
    offer.note = Some(word());
    Some(offer)
}

/// The viewer's task at the step where it is issued.
fn at_work<'a>(facts: &Facts<'a>) -> Option<&'a Task> {
    let task = facts.task(Purpose::Do)?;
    let step = facts.procedure.step(&task.step)?;
    let issues = step.work == Some(Work::Issue) && facts.may_do(step, task);
    issues.then_some(task)
}

/// 补发: whoever may let people read later may also hand out what was issued once.
fn may_later(facts: &Facts<'_>, circulation: &Circulation) -> bool {
    let roles = circulation.late.iter().chain(&circulation.manage);
    let may = roles.into_iter().any(|r| facts.viewer.roles.contains(r));
    let issued = facts.case.deeds.iter().any(|d| d.what == What::Issued);
    let alive = facts.case.state != State::Void && facts.case.outcome.is_none();
    may && issued && alive
}

/// Everybody of the organ, and each department by whoever receives for it.
fn receivers(facts: &Facts<'_>) -> Vec<Principal> {
    let people = facts.people;
    let of_dept = |d| people.receiver_of(d).or_else(|| people.head_of(d));
    let depts = people.departments().into_iter().filter_map(of_dept);
    let mut all: Vec<Principal> = Vec::new();
    for p in depts.chain(people.everybody()) {
        if !all.contains(&p) {
            all.push(p);
        }
    }
    all
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    offer.check(input)?;
    let (Some((_, verb)), Some(text)) = (
        receipt(facts),
        duty::text(facts.procedure, &facts.case.values),
    ) else {
        return Err(facts.refusal(MoveId::Issue));
    };
    let mut draft = Draft::new(facts);
    let by = facts.people.name(Principal::Person(facts.viewer.person));
    for holder in &input.people {
        draft.open_task(NewTask {
            branch: None,
            parent: None,
            purpose: Purpose::Read,
            step: facts.case.step.clone(),
            verb: verb.to_owned(),
            holder: *holder,
            given_by: Some(facts.viewer.person),
            state: TaskState::Open,
            ord: 0,
            note: input.note.trim().to_owned(),
            due_at: None,
        });
        draft.push(Change::Deed(DeedOf {
            what: What::Issued,
            text,
            data: json!({
                "way": "inside",
                "to": facts.people.name(*holder),
                "principal": holder.to_raw(),
                "copies": 1,
            }),
            name: by.clone(),
        }));
    }
    Ok(draft.side(MoveId::Issue, LABEL, offer.task, &input.note))
}
