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
use crate::engine::issued::{INSIDE, Went};
use crate::engine::offer::{Choice, Input, Offer, Slip};
use crate::engine::plan::{Change, DeedOf, Draft, NewTask, Plan};
use crate::kit::{Digest, Error, Principal, Result};
use serde_json::{Value, json};

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
    // outside organs may be left to send to when everybody of ours has it
    offer.choices = pick(circulation, among)
        .map(|pick| Choice {
            pick: Some(pick),
            ..Choice::plain("receivers", LABEL)
        })
        .into_iter()
        .collect();
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
    let (Some((_, verb)), Some(text)) = (
        receipt(facts),
        duty::text(facts.procedure, &facts.case.values),
    ) else {
        return Err(facts.refusal(MoveId::Issue));
    };
    let mut draft = Draft::new(facts);
    if !input.slips.is_empty() {
        for slip in &input.slips {
            took(&mut draft, slip)?;
        }
        return Ok(draft.side(MoveId::Issue, "登记回执", offer.task, &input.note));
    }
    if input.sent.is_empty() {
        offer.check(input)?;
    }
    for holder in &input.people {
        inside(&mut draft, *holder, (verb, text), input.note.trim());
    }
    for sent in &input.sent {
        let went = Went {
            way: sent.way.clone(),
            to: sent.to.clone(),
            copies: sent.copies.into(),
            taken_by: sent.taken_by.clone(),
            on: sent.on.to_string(),
            principal: None,
        };
        deed(&mut draft, What::Issued, text, went.data());
    }
    if input.people.is_empty() && input.sent.is_empty() {
        return Err(Error::invalid(
            "people",
            "请选择发给谁，或者写发给哪个外单位",
        ));
    }
    Ok(draft.side(MoveId::Issue, LABEL, offer.task, &input.note))
}

/// One of ours gets it to sign for.
fn inside(draft: &mut Draft<'_>, holder: Principal, (verb, text): (&str, Digest), note: &str) {
    let facts = draft.facts;
    draft.open_task(NewTask {
        branch: None,
        parent: None,
        purpose: Purpose::Read,
        step: facts.case.step.clone(),
        verb: verb.to_owned(),
        holder,
        given_by: Some(facts.viewer.person),
        state: TaskState::Open,
        ord: 0,
        note: note.to_owned(),
        due_at: None,
    });
    let people = facts.people;
    let depts = people.departments().into_iter();
    let own = |d: &crate::kit::DeptId| {
        people.receiver_of(*d).or_else(|| people.head_of(*d)) == Some(holder)
    };
    let dept = depts.filter(own).map(|d| people.dept_name(d)).next();
    let name = people.name(holder);
    let to = dept.map_or_else(|| name.clone(), |d| format!("{d} {name}"));
    let went = Went {
        way: INSIDE.to_owned(),
        to,
        copies: 1,
        principal: Some(holder.to_raw()),
        ..Went::default()
    };
    deed(draft, What::Issued, text, went.data());
}

/// A slip of an outside organ, once for each time it was sent to.
fn took(draft: &mut Draft<'_>, slip: &Slip) -> Result<()> {
    let case = draft.facts.case;
    let of = slip.of.to_string();
    let sent = case
        .deeds
        .iter()
        .find(|d| d.id == slip.of && d.what == What::Issued);
    let sent = sent.filter(|d| d.data.get("principal").is_none());
    let sent =
        sent.ok_or_else(|| Error::Conflict("没有这一条分发记录，请刷新后再看".to_owned()))?;
    let known = |d: &&crate::engine::deed::Deed| {
        d.what == What::Received && d.data.get("of").and_then(|v| v.as_str()) == Some(of.as_str())
    };
    if case.deeds.iter().any(|d| known(&d)) {
        return Err(Error::Conflict("这一条的回执已经登记过了".to_owned()));
    }
    let data = json!({ "of": of, "by": slip.by, "on": slip.on.to_string() });
    deed(draft, What::Received, sent.text, data);
    Ok(())
}

fn deed(draft: &mut Draft<'_>, what: What, text: Digest, data: Value) {
    let facts = draft.facts;
    let name = facts.people.name(Principal::Person(facts.viewer.person));
    draft.push(Change::Deed(DeedOf {
        what,
        text,
        data,
        name,
    }));
}
