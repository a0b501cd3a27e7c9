//! The moves (动作), one file each, in the order of the page: the first one offered is the primary button.
//! A move is two functions over the same facts; `plan` starts from `offer`, so the page and the server
//! cannot disagree. Adding one: its file, its line in [`MOVES`], its `MoveId`.

mod add_signer;
mod answer_extension;
mod archive;
mod assign;
mod circulate;
mod close;
mod conclude;
pub mod correct;
mod countersign;
mod elsewhere;
mod end_circulation;
mod extend;
mod feed_back;
mod hand_out;
mod issue;
mod jump;
mod late_reader;
mod leave_out;
mod pause;
mod read;
mod recall;
mod refuse;
mod reject;
mod reopen;
mod report;
mod resume;
mod return_back;
mod review;
mod sign;
mod spawn;
mod submit;
mod take;
mod terminate;
mod transfer;
mod urge;
mod void;
mod withdraw;

use super::by_hand;
use super::case::{Task, Values};
use super::claiming;
use super::compute;
use super::definition::{HowMany, MoveId, Next, Powers, Step};
use super::facts::Facts;
use super::flow;
use super::offer::{Choice, Form, Input, Offer, Ordered, Pick};
use super::plan::{Change, Draft, Plan};
use super::values;
use crate::kit::{DeptId, Error, PersonId, Principal, Result};

/// One thing people do on a case.
pub struct Move {
    /// Which.
    pub id: MoveId,
    /// What it asks of this viewer; `None` where it is not his to do now.
    pub offer: fn(&Facts<'_>) -> Option<Offer>,
    /// What it will do.
    pub plan: fn(&Facts<'_>, &Input) -> Result<Plan>,
}

/// All of them.
pub static MOVES: &[Move] = &[
    take::TAKE,
    submit::MOVE,
    hand_out::MOVE,
    feed_back::MOVE,
    review::MOVE,
    sign::MOVE,
    close::MOVE,
    archive::MOVE,
    leave_out::MOVE,
    read::MOVE,
    assign::MOVE,
    spawn::MOVE,
    spawn::STOP,
    take::PUT_BACK,
    circulate::MOVE,
    late_reader::MOVE,
    add_signer::MOVE,
    countersign::MOVE,
    transfer::MOVE,
    return_back::MOVE,
    reject::MOVE,
    conclude::MOVE,
    refuse::MOVE,
    answer_extension::MOVE,
    extend::MOVE,
    pause::MOVE,
    resume::MOVE,
    report::MOVE,
    issue::MOVE,
    urge::MOVE,
    recall::MOVE,
    end_circulation::MOVE,
    correct::MOVE,
    jump::MOVE,
    terminate::MOVE,
    reopen::MOVE,
    void::MOVE,
    withdraw::MOVE,
];

/// All that the viewer may do now, in the order of the page.
#[must_use]
pub fn offers(facts: &Facts<'_>) -> Vec<Offer> {
    MOVES.iter().filter_map(|m| (m.offer)(facts)).collect()
}

/// One of them, where the viewer may do it now.
#[must_use]
pub fn offer(facts: &Facts<'_>, mv: MoveId) -> Option<Offer> {
    let found = MOVES.iter().find(|m| m.id == mv)?;
    (found.offer)(facts)
}

/// What a move will do, or why it is refused.
///
/// # Errors
/// Denied or Conflict with who has the case now; Invalid with what is missing.
pub fn plan(facts: &Facts<'_>, mv: MoveId, input: &Input) -> Result<Plan> {
    let found = MOVES.iter().find(|m| m.id == mv);
    let found = found.ok_or_else(|| Error::Denied("没有这个动作".to_owned()))?;
    (found.plan)(facts, input)
}

/// The offer a plan starts from, or why there is none.
fn expect(facts: &Facts<'_>, mv: &Move) -> Result<Offer> {
    let resting = || match mv.id {
        MoveId::Urge => urge::resting(facts).map(Error::Conflict),
        _ => None,
    };
    (mv.offer)(facts).ok_or_else(|| resting().unwrap_or_else(|| facts.refusal(mv.id)))
}

/// The ways on as choices: those open now, and those that what is typed on this very page may open. Where
/// several work on the step each chooses, and whoever is last decides.
fn ways(facts: &Facts<'_>, step: &Step) -> Vec<Choice> {
    let may_open = |n: &&Next| {
        n.when.iter().all(|c| {
            let field = facts.procedure.field(&c.field);
            let typed_here = |f| compute::follows(facts.procedure, f, &step.id);
            c.holds(&facts.case.values) || field.is_some_and(typed_here)
        })
    };
    let mut all: Vec<Choice> = Vec::new();
    for next in step.next.iter().filter(may_open) {
        let known = |c: &Choice| c.id == next.to && c.label == next.label;
        if !all.iter().any(known) {
            all.push(way(facts, next));
        }
    }
    all
}

fn way(facts: &Facts<'_>, next: &Next) -> Choice {
    let target = facts.procedure.step(&next.to);
    let pick = target.filter(|t| t.who.is_chosen()).map(|t| Pick {
        label: t.verb().to_owned(),
        among: flow::candidates(facts, t, &facts.case.values, None),
        usual: usual(facts, t),
        most: if t.how == HowMany::AnyOne { 1 } else { 50 },
        ordered: if t.how == HowMany::InOrder {
            Ordered::InOrder
        } else {
            Ordered::AtOnce
        },
    });
    Choice {
        pick,
        ..Choice::plain(&next.to, &next.label)
    }
}

/// Whom the page has chosen already for a step: those of its rule who may be chosen at all.
fn usual(facts: &Facts<'_>, step: &Step) -> Vec<Principal> {
    let Some(rule) = &step.usual else {
        return Vec::new();
    };
    let among = flow::candidates(facts, step, &facts.case.values, None);
    let mut usual = flow::by_rule(facts, rule, &facts.case.values, None);
    usual.retain(|p| among.contains(p));
    if step.how == HowMany::AnyOne {
        usual.truncate(1);
    }
    usual
}

/// The definition's way of a choice, where its conditions hold for the form as it will be.
fn way_taken<'a>(step: &'a Step, choice: &Choice, values: &Values) -> Result<&'a Next> {
    let mut ways = step
        .next
        .iter()
        .filter(|n| n.to == choice.id && n.label == choice.label)
        .peekable();
    if ways.peek().is_none() {
        return Err(Error::fault("a choice that is no way of its step"));
    }
    // a ladder by words has a row for each word, and they are one choice
    if let Some(open) = ways.find(|n| n.when.iter().all(|c| c.holds(values))) {
        return Ok(open);
    }
    Err(Error::invalid(
        "choice",
        format!("按现在填的内容不能“{}”，请重新选择", choice.label),
    ))
}

/// Takes over what was typed into the form and into the opinion box.
fn write(draft: &mut Draft<'_>, offer: &Offer, step: &Step, input: &Input) -> Result<()> {
    let facts = draft.facts;
    if offer.form != Form::Apart {
        let (fields, mut errors) = values::take_most(facts, step, &input.values);
        draft.set_fields(fields);
        draft.compute();
        if offer.form == Form::Whole {
            values::missed(facts.procedure, step, &draft.values, &mut errors);
            let mends =
                |f: &str| (facts.procedure.field(f)).is_some_and(|f| f.writable_at(&step.id));
            let late = claiming::untimely(facts.procedure, &draft.values, facts.zone);
            let late = late.0.into_iter().filter(|e| mends(&e.field));
            errors.0.extend(late);
        }
        errors.check(())?;
    }
    let (text, hand) = by_hand::kept(input);
    if let Some(rule) = offer.opinion.as_ref().filter(|_| !text.is_empty()) {
        // an unchanged text to be mended is no new opinion
        if text != rule.text.trim() || !hand.is_empty() {
            let branch = offer
                .task
                .and_then(|t| facts.case.task(t))
                .and_then(|t| t.branch);
            draft.push(Change::WriteOpinion {
                into: rule.into.clone(),
                branch,
                text,
                hand,
            });
        }
    }
    Ok(())
}

/// Two checks of one form, told together: what is wrong in both is said at once.
fn both<T>(first: Result<()>, second: Result<T>) -> Result<T> {
    match (first, second) {
        (Ok(()), second) => second,
        (Err(Error::Invalid(mut all)), Err(Error::Invalid(more))) => {
            let fresh = |e: &crate::kit::FieldError| all.of(&e.field).is_none();
            let more: Vec<_> = more.0.into_iter().filter(fresh).collect();
            all.0.extend(more);
            Err(Error::Invalid(all))
        }
        (Err(why), _) => Err(why),
    }
}

/// Who stands one level below the viewer: of a leader the heads of the departments in his charge, of a head
/// his staff, of a branch's receiver everybody of the department. Nobody reaches past a level (不能越级).
fn one_level_down(facts: &Facts<'_>, dept: Option<DeptId>) -> Vec<Principal> {
    let me = facts.viewer.person;
    let people = facts.people;
    let receives = |d: DeptId| {
        let both = [people.receiver_of(d), people.head_of(d)];
        both.into_iter().flatten().any(|p| facts.holds(p))
    };
    let mut found = Vec::new();
    match dept {
        Some(d) if receives(d) => found.extend(people.staff_of(d)),
        Some(_) => {}
        None => {
            let led = people.charges_of(me);
            found.extend(led.into_iter().filter_map(|d| people.head_of(d)));
            let headed = people.headed_by(me);
            found.extend(headed.into_iter().flat_map(|d| people.staff_of(d)));
        }
    }
    others(facts, me, found.into_iter())
}

fn others(
    facts: &Facts<'_>,
    me: PersonId,
    found: impl Iterator<Item = Principal>,
) -> Vec<Principal> {
    let mut once: Vec<Principal> = Vec::new();
    for p in found {
        if !facts.people.fills(me, p) && !once.contains(&p) {
            once.push(p);
        }
    }
    once
}

/// The words an opinion rule would mend; what somebody signed beside stays his.
fn standing(facts: &Facts<'_>, step: &Step) -> String {
    let into = step.opinion.as_ref().map_or("", |o| o.into.as_str());
    let own = facts.case.opinions.iter().rev();
    let mut own = own.filter(|o| o.into == into && facts.case.signed_beside(o).is_none());
    own.next().map_or_else(String::new, |o| o.text.clone())
}

/// Whether the viewer has a power the procedure gives to roles.
fn has_power(facts: &Facts<'_>, rule: &Powers) -> bool {
    rule.roles.iter().any(|r| facts.viewer.roles.contains(r))
}

/// The department of a task's branch.
fn dept_of(facts: &Facts<'_>, task: &Task) -> Option<DeptId> {
    facts.case.branch(task.branch?)?.dept
}
