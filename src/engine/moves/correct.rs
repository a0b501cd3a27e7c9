//! 更正: a registered field was typed wrongly and is mended, with a reason. What stood there stays in the
//! ledger row for ever; a number, an opinion and a file are never mended this way (`publish` sees to it).

use super::{Move, expect};
use crate::engine::case::{State, Values};
use crate::engine::definition::{Correction, Field, Kind, MoveId, Need, Procedure};
use crate::engine::facts::Facts;
use crate::engine::offer::{Choice, Input, Note, Offer};
use crate::engine::plan::{Corrected, Draft, Plan};
use crate::engine::{compute, printed, values};
use crate::kit::{DeptId, Error, PersonId, Principal, Result};
use serde_json::Value;

pub const MOVE: Move = Move {
    id: MoveId::Correct,
    offer,
    plan,
};

fn offer(facts: &Facts<'_>) -> Option<Offer> {
    let rule = facts.procedure.correct.as_ref()?;
    let roles = match facts.case.state {
        State::Open => &rule.roles,
        State::Closed | State::Archived => &rule.closed,
        State::Void => return None,
    };
    if !roles.iter().any(|r| facts.viewer.roles.contains(r)) {
        return None;
    }
    let mut offer = Offer::new(MoveId::Correct, &rule.label, None);
    offer.choices = vec![Choice::plain("mend", &rule.label)];
    offer.note = Some(Note {
        label: "更正的原因",
        need: Need::Required,
    });
    Some(offer)
}

/// The fields that may be mended, in the order of the form.
pub fn fields<'a>(
    procedure: &'a Procedure,
    rule: &'a Correction,
) -> impl Iterator<Item = &'a Field> {
    let all = procedure.fields.iter();
    all.filter(|f| rule.fields.contains(&f.id))
}

fn plan(facts: &Facts<'_>, input: &Input) -> Result<Plan> {
    let offer = expect(facts, &MOVE)?;
    let Some(rule) = &facts.procedure.correct else {
        return Err(facts.refusal(MoveId::Correct));
    };
    let open: Vec<&Field> = fields(facts.procedure, rule).collect();
    let mended = values::mend(facts, &open, &input.values)?;
    offer.check(input)?;
    if mended.is_empty() {
        return Err(Error::invalid(
            "",
            "每一项都和原来一样，没有要更正的。请先改好写错的那一项，再按“更正”",
        ));
    }
    let mut draft = Draft::new(facts);
    for field in open {
        if let Some(new) = mended.get(&field.id) {
            let old = facts.case.values.get(&field.id);
            draft.corrected.push(Corrected {
                field: field.id.clone(),
                label: field.label.clone(),
                old: old.map_or_else(String::new, |v| said(facts, field, v)),
                new: said(facts, field, new),
            });
        }
    }
    draft.set_fields(mended);
    follow(&mut draft);
    Ok(draft.side(MoveId::Correct, &offer.label, None, &input.note))
}

/// What is computed from a mended field changed with it, and that is told too.
fn follow(draft: &mut Draft<'_>) {
    let facts = draft.facts;
    for field in &facts.procedure.fields {
        let (old, new) = (
            facts.case.values.get(&field.id),
            draft.values.get(&field.id),
        );
        if matches!(field.kind, Kind::Computed(_)) && old != new {
            let told =
                |values: &Values| compute::said(facts.procedure, field, facts.calendar, values);
            draft.corrected.push(Corrected {
                field: field.id.clone(),
                label: field.label.clone(),
                old: told(&facts.case.values),
                new: told(&draft.values),
            });
        }
    }
}

/// A value as it is printed, by the names of today. Whole: the ledger row is the only place that keeps what
/// stood there; whoever reads it sees it covered.
fn said(facts: &Facts<'_>, field: &Field, value: &Value) -> String {
    let ids: Vec<i64> = match value {
        Value::Array(all) => all.iter().filter_map(Value::as_i64).collect(),
        one => one.as_i64().into_iter().collect(),
    };
    let names = |name: &dyn Fn(i64) -> String| {
        let all: Vec<String> = ids.iter().map(|n| name(*n)).collect();
        all.join("、")
    };
    match field.kind {
        Kind::Person | Kind::People => {
            names(&|n| facts.people.name(Principal::Person(PersonId(n))))
        }
        Kind::Department | Kind::Departments => names(&|n| facts.people.dept_name(DeptId(n))),
        _ => {
            let mut one = Values::new();
            one.insert(field.id.clone(), value.clone());
            printed::whole(field, &one)
        }
    }
}
