//! What may stand in the fields that conditions look at: values just below, at and just above each figure a
//! condition names, every choice of a list, and nothing. Enough to take every way and to find a gap between two.
//! Bound: so many combinations are looked at for one question; beyond them the answer is "none found".

use super::troupe::{OTHER, STARTER, THIRD};
use crate::engine::case::Values;
use crate::engine::claiming::clocks;
use crate::engine::definition::{Condition, Field, Kind, Procedure, is_empty, text_of};
use serde_json::{Value, json};

/// Combinations looked at for one question.
const MOST: usize = 20_000;

/// Something that may stand in a field; nothing for those the engine fills.
pub(super) fn sample(p: &Procedure, field: &Field) -> Option<Value> {
    // what is claimed ends after it begins
    let is_end = || {
        p.claims
            .iter()
            .any(|c| clocks(c).1.as_ref() == Some(&field.id))
    };
    Some(match &field.kind {
        Kind::Time if is_end() => json!("17:30"),
        Kind::Number { min, .. } => json!(min.unwrap_or(1.0).max(1.0) as i64),
        Kind::Money => json!(100),
        Kind::Date => json!("2026-03-09"),
        Kind::Time => json!("09:00"),
        Kind::Span => json!({ "first": "2026-03-09", "last": "2026-03-10" }),
        Kind::Choice { options } => json!(options.first()?),
        Kind::Choices { options } => json!([options.first()?]),
        Kind::Person => json!(STARTER.0),
        Kind::People => json!([STARTER.0]),
        Kind::Department => json!(OTHER),
        Kind::Departments => json!([THIRD]),
        Kind::Files => json!(["0"]),
        Kind::Phone => json!("0518-85550186"),
        Kind::IdNumber => json!("11010519491231002X"),
        Kind::Table { columns } => json!([{ columns.first()?.id.as_str(): "1" }]),
        Kind::Computed(_) => json!(1),
        Kind::SeriesNumber | Kind::OpinionBox => return None,
        Kind::Text { .. }
        | Kind::LongText { .. }
        | Kind::OutsideOrgan
        | Kind::Resource { .. }
        | Kind::Document { .. }
        | Kind::Letterhead => json!("某项"),
    })
}

/// Fields a list of conditions looks at, each once.
pub(super) fn looked_at<'a>(conditions: impl Iterator<Item = &'a Condition>) -> Vec<&'a str> {
    let mut all = Vec::new();
    for c in conditions {
        let than = c.than.as_ref().map(|t| t.field.as_str());
        for id in std::iter::once(c.field.as_str()).chain(than) {
            if !all.contains(&id) {
                all.push(id);
            }
        }
    }
    all
}

/// Fields that any condition looks at.
pub(super) fn every_looked_at(p: &Procedure) -> Vec<&str> {
    looked_at(conditions(p))
}

/// Every condition of a definition.
fn conditions(p: &Procedure) -> impl Iterator<Item = &Condition> {
    let ways = p.steps.iter().flat_map(|s| &s.next).flat_map(|n| &n.when);
    let rules = p.rules.iter().flat_map(|r| r.when.iter().chain(&r.must));
    ways.chain(rules)
}

/// What is worth trying in a field: the values at which some condition turns.
pub(super) fn worth_trying(p: &Procedure, id: &str) -> Vec<Value> {
    let Some(field) = p.field(id) else {
        return Vec::new();
    };
    let mut all: Vec<Value> = match &field.kind {
        Kind::Choice { options } => options.iter().map(|o| json!(o)).collect(),
        Kind::Choices { options } => options.iter().map(|o| json!([o])).collect(),
        _ => sample(p, field).into_iter().collect(),
    };
    for c in conditions(p).filter(|c| c.field == id) {
        match c.value.as_ref().map(toml_number) {
            Some(Some(n)) => all.extend(around(&field.kind, n)),
            Some(None) if !matches!(field.kind, Kind::Choice { .. } | Kind::Choices { .. }) => {
                let said = c.value.as_ref().and_then(|v| v.as_str());
                all.extend(said.map(|s| json!(s)));
            }
            _ => {}
        }
    }
    let compared = |c: &&Condition| {
        let other = c.than.as_ref();
        other.is_some_and(|t| c.field == id || t.field == id)
    };
    if conditions(p).filter(compared).count() > 0 {
        all.extend([json!(1), json!(3), json!(30), json!(1000)]);
    }
    let mut once: Vec<Value> = Vec::new();
    for v in all {
        if !once.contains(&v) {
            once.push(v);
        }
    }
    once
}

fn toml_number(value: &impl serde::Serialize) -> Option<f64> {
    serde_json::to_value(value).ok()?.as_f64()
}

/// Just below a figure, at it, just above it; halves where a field takes them.
fn around(kind: &Kind, n: f64) -> Vec<Value> {
    let steps: &[f64] = match kind {
        Kind::Number { .. } => &[-1.0, -0.5, 0.0, 0.5, 1.0],
        _ => &[-1.0, 0.0, 1.0],
    };
    let (least, most) = match kind {
        Kind::Number { min, max } => (min.unwrap_or(f64::MIN), max.unwrap_or(f64::MAX)),
        _ => (0.0, f64::MAX),
    };
    let all = steps.iter().map(|s| n + s);
    all.filter(|v| (least..=most).contains(v))
        .map(|v| match v.fract() == 0.0 {
            true => json!(v as i64),
            false => json!(v),
        })
        .collect()
}

/// What may stand in one field for a question.
pub(super) struct Choice<'a> {
    pub id: &'a str,
    pub among: Vec<Value>,
}

/// The first values, over what stands already, for which the question is answered with yes.
pub(super) fn find(
    base: &Values,
    choices: &[Choice<'_>],
    holds: &dyn Fn(&Values) -> bool,
) -> Option<Values> {
    let sizes: Vec<usize> = choices.iter().map(|c| c.among.len().max(1)).collect();
    let all = sizes.iter().fold(1_usize, |n, s| n.saturating_mul(*s));
    let mut values = base.clone();
    for number in 0..all.min(MOST) {
        let mut rest = number;
        for (c, size) in choices.iter().zip(&sizes) {
            // every turn writes the same fields
            if let Some(v) = c.among.get(rest % size) {
                values.insert(c.id.to_owned(), v.clone());
            }
            rest /= size;
        }
        if holds(&values) {
            return Some(values);
        }
    }
    None
}

/// 请假天数是 4, 缓急没有填.
pub(super) fn words(p: &Procedure, fields: &[&str], values: &Values) -> String {
    let said = fields.iter().filter_map(|id| {
        let label = &p.field(id)?.label;
        let value = values.get(*id).unwrap_or(&Value::Null);
        Some(match is_empty(value) {
            true => format!("“{label}”没有填"),
            false => format!("“{label}”是{}", figure(p, id, value)),
        })
    });
    said.collect::<Vec<_>>().join("、")
}

fn figure(p: &Procedure, id: &str, value: &Value) -> String {
    let money = p.field(id).is_some_and(|f| f.kind == Kind::Money);
    match value.as_i64().filter(|_| money) {
        Some(fen) => format!(" {}.{:02} 元", fen / 100, fen % 100),
        None => match value.is_number() {
            true => format!(" {}", text_of(value)),
            false => format!("“{}”", text_of(value)),
        },
    }
}
