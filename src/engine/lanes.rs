//! What an act sets going beside its own case: a delegation the procedure says follows from approval.
//! Pure: says what is asked for; the event carries it to the hub (`org::standing_store::Carrier`), once.
//! Invariant: only going forward from the named step asks for it; a void or refused case, one that came back before
//! that step, and whoever reports back early (销假) take it back.

use super::apply::Opened;
use super::case::{CaseState, State, Values};
use super::claiming;
use super::definition::{DelegateRule, MoveId, Procedure};
use super::facts::Facts;
use super::plan::Plan;
use crate::kit::{Day, PersonId};
use crate::org::standing::Asked;
use serde_json::Value;

/// The delegation that follows from these acts, where one does; or that what was asked for is over.
pub(super) fn delegation(
    facts: &Facts<'_>,
    before: Option<&CaseState>,
    done: &[(Plan, Opened)],
) -> Option<Asked> {
    let before = before?;
    let was_open = matches!(before.state, State::Open | State::Closed);
    let void = was_open && facts.case.state == State::Void;
    facts.procedure.delegates.iter().find_map(|rule| {
        let asks = done.iter().any(|(plan, _)| approves(facts, plan, rule));
        let mut asked = asked(facts, rule)?;
        let back = is_past(facts, before, &rule.step) && !is_past(facts, facts.case, &rule.step);
        asked.over = void || turned_down(done) || back || is_early(facts, before, (rule, &asked));
        if asks && !asked.over {
            // taken back and approved again it is another one
            asked.cause = format!("{} {}", asked.cause, facts.case.visit);
        }
        (asks || asked.over).then_some(asked)
    })
}

/// Whether a case has gone on from a step, or ended there.
fn is_past(facts: &Facts<'_>, case: &CaseState, step: &str) -> bool {
    let (here, place) = (
        facts.procedure.place(&case.step),
        facts.procedure.place(step),
    );
    let ended = matches!(case.state, State::Closed | State::Archived);
    here > place || (ended && here == place)
}

/// Back before the last day: the rest of it is over.
fn is_early(facts: &Facts<'_>, before: &CaseState, (rule, asked): (&DelegateRule, &Asked)) -> bool {
    let Some(until) = &rule.until else {
        return false;
    };
    let last: Option<Day> = asked.last.parse().ok();
    let left = is_past(facts, facts.case, until) && !is_past(facts, before, until);
    left && last.is_some_and(|last| facts.today() <= last)
}

/// The step is left, and not backwards.
fn approves(facts: &Facts<'_>, plan: &Plan, rule: &DelegateRule) -> bool {
    let done = matches!(
        plan.act.mv,
        MoveId::Submit | MoveId::Close | MoveId::Archive
    );
    let here = facts.procedure.place(&rule.step);
    let on = match &plan.act.to_step {
        Some(to) => facts.procedure.place(to) > here,
        None => facts.case.state != State::Open && facts.case.state != State::Void,
    };
    done && plan.act.step == rule.step && on
}

/// The case ended without its approval, or after it was taken back.
fn turned_down(done: &[(Plan, Opened)]) -> bool {
    done.iter()
        .any(|(plan, _)| matches!(plan.act.mv, MoveId::Reject | MoveId::Terminate))
}

/// Whom the form names to stand in, and from when until when.
pub(super) fn asks(procedure: &Procedure, case: &CaseState) -> Vec<(PersonId, Day, Day)> {
    let one = |rule: &DelegateRule| {
        let (first, last) = claiming::days_of(&case.values, &rule.span)?;
        Some((PersonId(named(&case.values, rule)?), first, last))
    };
    procedure.delegates.iter().filter_map(one).collect()
}

/// The person of the form's field.
fn named(values: &Values, rule: &DelegateRule) -> Option<i64> {
    match values.get(rule.person.as_ref()?)? {
        Value::Array(all) => all.first().and_then(Value::as_i64),
        one => one.as_i64(),
    }
}

fn asked(facts: &Facts<'_>, rule: &DelegateRule) -> Option<Asked> {
    let values: &Values = &facts.case.values;
    let span = values.get(&rule.span)?;
    let end = |key: &str| span.get(key).and_then(Value::as_str).map(str::to_owned);
    let delegate = named(values, rule);
    let title = facts.case.title(facts.procedure);
    let reason = match title.is_empty() {
        true => facts.procedure.name.clone(),
        false => format!("{}：{title}", facts.procedure.name),
    };
    Some(Asked {
        person: claiming::person_of(facts.case, rule.whose.as_deref()),
        delegate,
        first: end("first")?,
        last: end("last")?,
        reason: reason.chars().take(60).collect(),
        cause: format!("{} {}", facts.case.id, rule.step),
        by: facts.viewer.person.0,
        over: false,
    })
}
