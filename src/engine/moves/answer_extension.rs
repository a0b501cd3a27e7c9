//! 审批延期: more time is granted, as asked or another length, or refused with the reason. Every task of the
//! branch under the old date gets the new one; whoever asked hears of it.

use super::extend::choices;
use super::{Move, expect};
use crate::engine::case::{Part, Purpose, Task, TaskState, Values};
use crate::engine::definition::{MoveId, Need};
use crate::engine::facts::Facts;
use crate::engine::flow;
use crate::engine::offer::{Choice, Input, Note, Offer};
use crate::engine::plan::{Change, Draft, Plan};
use crate::kit::{Day, Millis, Result};
use serde_json::Value;

pub const MOVE: Move = Move {
    id: MoveId::AnswerExtension,
    offer,
    plan,
};

const REFUSE: &str = "refuse";

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let rule = facts.procedure.extend.as_ref()?;
    let request = facts.task(Purpose::Extend)?;
    let due = under_date(facts, request).find_map(|t| t.due_at)?;
    let mut offer = Offer::new(MoveId::AnswerExtension, &rule.verb, Some(request.id));
    let mut all = choices(facts, rule, facts.zone.day(due), "同意延长");
    // what was asked for comes first
    let asked = (request.ord as usize).min(all.len().saturating_sub(1));
    all.get_mut(..=asked)?.rotate_right(1);
    all.push(Choice {
        reason: true,
        ..Choice::plain(REFUSE, "不同意延期")
    });
    offer.choices = all;
    offer.note = Some(Note {
        label: "不同意的理由",
        need: Need::Optional,
    });
    offer.said.clone_from(&request.note);
    Some(offer)
}

/// What is still to be done in the branch, under the date that would move.
fn under_date<'a>(facts: &Facts<'a>, request: &'a Task) -> impl Iterator<Item = &'a Task> {
    facts.case.tasks.iter().filter(|t| {
        t.branch == request.branch && t.purpose.is_main() && t.state.is_live() && t.due_at.is_some()
    })
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    let choice = offer.check(input)?;
    let (Some(rule), Some(request), Some(choice)) =
        (&facts.procedure.extend, facts.task(Purpose::Extend), choice)
    else {
        return Err(facts.refusal(MoveId::AnswerExtension));
    };
    let mut draft = Draft::new(facts);
    let term = choice
        .id
        .parse()
        .ok()
        .and_then(|i: usize| rule.terms.get(i));
    let state = match term {
        Some(_) => TaskState::Done,
        None => TaskState::Returned,
    };
    flow::finish_task(&mut draft, request, state);
    if let Some(term) = term {
        let more = |at: Millis| {
            let day = term.end(facts.calendar, facts.zone.day(at)).day;
            facts.zone.end_of(day)
        };
        for t in under_date(facts, request) {
            if let Some(at) = t.due_at {
                draft.push(Change::SetDue(t.id, Some(more(at))));
            }
        }
        let until = under_date(facts, request).filter_map(|t| t.due_at).max();
        if let Some(at) = until {
            moves_the_matter(&mut draft, request, facts.zone.day(more(at)));
        }
    }
    Ok(draft.side(
        MoveId::AnswerExtension,
        &choice.label,
        Some(request.id),
        &input.note,
    ))
}

/// A supervised matter has its own day, which board and print show: more time for whoever leads moves that too.
fn moves_the_matter(draft: &mut Draft<'_>, request: &Task, until: Day) {
    let facts = draft.facts;
    let branch = request.branch.and_then(|b| facts.case.branch(b));
    let leads = branch.is_some_and(|b| b.part != Part::Assist);
    if let Some(rule) = facts.procedure.supervision.as_ref().filter(|_| leads) {
        let day = Value::from(until.to_string());
        draft.set_fields(Values::from_iter([(rule.due.clone(), day)]));
    }
}
