//! Computed fields (自动计算): what other fields give, and the words that show how.
//! Not here: when it is done (`Draft` computes after every change of the form).
//! Invariant: the same form and calendar give the same value; a browser never writes one of these.

use super::case::Values;
use super::definition::{ColumnOf, Compute, Field, Kind, Procedure, is_empty};
use super::printed::NAMES;
use super::rows;
use crate::kit::money::money;
use crate::kit::{Calendar, Day};
use serde_json::{Map, Value, json};

/// The first and the last day of a span as the form keeps it.
#[must_use]
pub fn ends(value: &Value) -> Option<(Day, Day)> {
    let day = |end: &str| value.get(end)?.as_str()?.parse::<Day>().ok();
    let (first, last) = (day("first")?, day("last")?);
    (first <= last).then_some((first, last))
}

/// Days of a span, both ends counted.
#[must_use]
pub fn days(value: &Value) -> Option<i64> {
    ends(value).map(|(first, last)| first.days_until(last) + 1)
}

/// Whether a field is money, typed or computed.
#[must_use]
pub fn is_money(procedure: &Procedure, field: &Field) -> bool {
    let of = |id: &String| procedure.field(id).map(|f| &f.kind);
    match &field.kind {
        Kind::Money => true,
        Kind::Computed(Compute::SumOf { table, column }) => match of(table) {
            Some(Kind::Table { columns }) => columns
                .iter()
                .any(|c| c.id == *column && c.kind == ColumnOf::Money),
            _ => false,
        },
        Kind::Computed(Compute::Sum(all)) => {
            let parts = all.iter().filter_map(|id| procedure.field(id));
            // one of its own parts it can never be: `publish` sees to it
            let mut parts = parts.filter(|f| f.id != field.id);
            parts.any(|f| match &f.kind {
                Kind::Money => true,
                Kind::Computed(Compute::SumOf { .. }) => is_money(procedure, f),
                _ => false,
            })
        }
        _ => false,
    }
}

/// Whether what a step writes may change a field: written there itself, or computed from what is.
#[must_use]
pub fn follows(procedure: &Procedure, field: &Field, step: &str) -> bool {
    let source = |id: &String| {
        let found = procedure.field(id).filter(|f| f.id != field.id);
        found.is_some_and(|f| f.writable_at(step) || computed_follows(procedure, f, step))
    };
    let sources: &[String] = match &field.kind {
        Kind::Computed(Compute::Sum(all)) => all,
        Kind::Computed(
            Compute::Days(id)
            | Compute::WorkingDays(id)
            | Compute::Age(id)
            | Compute::SumOf { table: id, .. },
        ) => std::slice::from_ref(id),
        _ => &[],
    };
    field.writable_at(step) || sources.iter().any(source)
}

/// Of what is computed only what stands before it is ever used, so the walk ends.
fn computed_follows(procedure: &Procedure, field: &Field, step: &str) -> bool {
    match &field.kind {
        Kind::Computed(Compute::Sum(all)) => {
            let place = |id: &str| procedure.fields.iter().position(|f| f.id == id);
            let before = |id: &&String| place(id) < place(&field.id);
            let mut earlier = all
                .iter()
                .filter(before)
                .filter_map(|id| procedure.field(id));
            earlier.any(|f| f.writable_at(step) || computed_follows(procedure, f, step))
        }
        Kind::Computed(_) => follows(procedure, field, step),
        _ => false,
    }
}

/// The computed values that differ from what the form says, in the form's order: later ones see earlier ones.
#[must_use]
pub fn changed(
    procedure: &Procedure,
    (calendar, today): (&Calendar, Day),
    values: &Values,
) -> Values {
    let mut changed = Map::new();
    let mut seen: Option<Values> = None;
    for field in &procedure.fields {
        let Kind::Computed(how) = &field.kind else {
            continue;
        };
        let now = seen.get_or_insert_with(|| values.clone());
        let value = compute(procedure, how, (calendar, today), now);
        if now.get(&field.id).unwrap_or(&Value::Null) != &value {
            now.insert(field.id.clone(), value.clone());
            changed.insert(field.id.clone(), value);
        }
    }
    changed
}

/// Computes into a form that is shown: values and the words beside them.
pub fn fill(procedure: &Procedure, (calendar, today): (&Calendar, Day), values: &mut Values) {
    let new = changed(procedure, (calendar, today), values);
    values.extend(new);
    let all = procedure.fields.iter();
    let said: Vec<(String, String)> = all
        .filter(|f| matches!(f.kind, Kind::Computed(_)))
        .map(|f| (f.id.clone(), said(procedure, f, calendar, values)))
        .collect();
    if said.is_empty() {
        return;
    }
    let names = values
        .entry(NAMES)
        .or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(names) = names {
        for (id, said) in said {
            names.insert(id, Value::from(said));
        }
    }
}

fn compute(
    procedure: &Procedure,
    how: &Compute,
    (calendar, today): (&Calendar, Day),
    values: &Values,
) -> Value {
    let of = |id: &str| values.get(id).filter(|v| !is_empty(v));
    let found = match how {
        Compute::Days(span) => of(span).and_then(days).map(Value::from),
        Compute::WorkingDays(span) => of(span).and_then(ends).map(|(first, last)| {
            Value::from(calendar.working_days_between(first.plus_days(-1), last))
        }),
        Compute::SumOf { table, column } => {
            let kind = procedure.field(table).map(|f| &f.kind);
            let column = match kind {
                Some(Kind::Table { columns }) => columns.iter().find(|c| c.id == *column),
                _ => None,
            };
            column.and_then(|c| rows::sum(c, of(table)?))
        }
        Compute::Sum(all) => add(all.iter().filter_map(|id| of(id))),
        Compute::Age(id) => of(id).and_then(|v| age(v.as_str()?, today)),
    };
    found.unwrap_or(Value::Null)
}

/// Whole numbers (money in fen among them) exactly, others to six decimals; nothing of nothing.
pub(super) fn add<'a>(all: impl Iterator<Item = &'a Value>) -> Option<Value> {
    let mut whole: Option<i64> = Some(0);
    let (mut sum, mut any) = (0.0_f64, false);
    for value in all {
        let Some(n) = value.as_f64() else { continue };
        any = true;
        sum += n;
        whole = whole
            .zip(value.as_i64())
            .and_then(|(a, b)| a.checked_add(b));
    }
    let rounded = (sum * 1e6).round() / 1e6;
    any.then(|| match whole {
        Some(n) => json!(n),
        None if rounded.fract() == 0.0 && rounded.abs() < 9e15 => json!(rounded as i64),
        None => json!(rounded),
    })
}

/// Whole years since the birthday in an identity number.
fn age(number: &str, today: Day) -> Option<Value> {
    let part = |from: usize, to: usize| number.get(from..to);
    let born = Day::new(
        part(6, 10)?.parse().ok()?,
        part(10, 12)?.parse().ok()?,
        part(12, 14)?.parse().ok()?,
    )?;
    let before = (today.month(), today.day()) < (born.month(), born.day());
    let years = today.year() - born.year() - i16::from(before);
    (years >= 0).then(|| json!(years))
}

/// A computed field with how it came about: 3 个工作日（3月9日—11日）.
#[must_use]
pub fn said(procedure: &Procedure, field: &Field, calendar: &Calendar, values: &Values) -> String {
    let Kind::Computed(how) = &field.kind else {
        return String::new();
    };
    let Some(value) = values.get(&field.id).filter(|v| !is_empty(v)) else {
        return String::new();
    };
    let of = |id: &str| values.get(id).and_then(ends);
    match how {
        Compute::Days(span) => match of(span) {
            Some((first, last)) => format!("{value} 天（{}）", between(first, last)),
            None => format!("{value} 天"),
        },
        Compute::WorkingDays(span) => match of(span) {
            Some((first, last)) => format!(
                "{value} 个工作日（{}{}）",
                between(first, last),
                resting(calendar, value, (first, last))
            ),
            None => format!("{value} 个工作日"),
        },
        Compute::Age(_) => format!("{value} 岁"),
        Compute::SumOf { table, .. } => {
            let n = match values.get(table) {
                Some(Value::Array(rows)) => rows.len(),
                _ => 0,
            };
            format!("{}（{n} 行合计）", amount(procedure, field, value))
        }
        Compute::Sum(all) => {
            let parts = all.iter().filter_map(|id| procedure.field(id));
            let parts: Vec<String> = parts
                .filter_map(|f| {
                    let v = values.get(&f.id).filter(|v| !is_empty(v))?;
                    Some(format!("{} {}", f.label, number(procedure, f, v)))
                })
                .collect();
            let sum = amount(procedure, field, value);
            format!("{sum}（{}）", parts.join("＋"))
        }
    }
}

/// 3月9日—11日, 3月30日—4月2日, 2026年12月30日—2027年1月2日.
#[must_use]
pub fn between(first: Day, last: Day) -> String {
    let same_year = first.year() == last.year();
    match (same_year, first.month() == last.month()) {
        _ if first == last => first.short(),
        (true, true) => format!("{}—{}日", first.short(), last.day()),
        (true, false) => format!("{}—{}", first.short(), last.short()),
        (false, _) => format!("{}—{}", first.long(), last.long()),
    }
}

/// ，休息 2 天不算.
fn resting(calendar: &Calendar, value: &Value, (first, last): (Day, Day)) -> String {
    let all = first.days_until(last) + 1;
    let rest = all - value.as_i64().unwrap_or(all);
    let year = last.year();
    let rest = if rest > 0 {
        format!("，休息 {rest} 天不算")
    } else {
        String::new()
    };
    if calendar.is_provisional(year) {
        return format!("{rest}；{year} 年放假安排还没有录入，先按周末算");
    }
    rest
}

/// 1280.50 元, or the bare number.
fn amount(procedure: &Procedure, field: &Field, value: &Value) -> String {
    let said = number(procedure, field, value);
    if is_money(procedure, field) {
        format!("{said} 元")
    } else {
        said
    }
}

fn number(procedure: &Procedure, field: &Field, value: &Value) -> String {
    match value.as_i64() {
        Some(fen) if is_money(procedure, field) => money(fen),
        _ => value.to_string(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::engine::shipped;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    /// A shipped procedure with these fields in front of its own.
    fn with(fields: &str) -> Procedure {
        let text = shipped::TEXTS.first().unwrap();
        Procedure::parse(&text.replacen("[[field]]", &format!("{fields}\n[[field]]"), 1)).unwrap()
    }

    fn computed(compute: &str) -> Procedure {
        with(&format!(
            r#"
[[field]]
id = "x_span"
label = "起止"
kind = "span"
[[field]]
id = "x_id"
label = "身份证"
kind = "id_number"
[[field]]
id = "x_fare"
label = "车费"
kind = "money"
[[field]]
id = "x_bed"
label = "住宿费"
kind = "money"
[[field]]
id = "x_items"
label = "明细"
kind = "table"
columns = [{{ id = "what", label = "品名" }}, {{ id = "price", label = "金额", kind = "money", sum = true }}, {{ id = "n", label = "数量", kind = "number" }}]
[[field]]
id = "x_out"
label = "得数"
kind = "computed"
compute = {{ {compute} }}
"#
        ))
    }

    fn form(value: Value) -> Values {
        match value {
            Value::Object(o) => o,
            _ => Values::new(),
        }
    }

    fn out(compute: &str, typed: Value, today: &str) -> (Value, String) {
        let procedure = computed(compute);
        let calendar = Calendar::built_in();
        let mut values = form(typed);
        fill(&procedure, (&calendar, day(today)), &mut values);
        let field = procedure.field("x_out").unwrap();
        let said = said(&procedure, field, &calendar, &values);
        (values.get("x_out").cloned().unwrap_or_default(), said)
    }

    #[test]
    fn days_are_counted_with_both_ends() {
        let span = |a: &str, b: &str| json!({ "x_span": { "first": a, "last": b } });
        let of = |how: &str, a: &str, b: &str| out(how, span(a, b), "2026-03-09");
        let week = of("working_days = \"x_span\"", "2026-03-09", "2026-03-11");
        assert_eq!(week, (json!(3), "3 个工作日（3月9日—11日）".to_owned()));
        let (n, said) = of("working_days = \"x_span\"", "2026-03-13", "2026-03-16");
        assert_eq!(n, json!(2));
        assert_eq!(said, "2 个工作日（3月13日—16日，休息 2 天不算）");
        // a Saturday on which people work, and the holiday before it
        let (n, _) = of("working_days = \"x_span\"", "2026-05-01", "2026-05-09");
        assert_eq!(n, json!(4));
        let (n, said) = of("days = \"x_span\"", "2026-12-30", "2027-01-02");
        assert_eq!(n, json!(4));
        assert_eq!(said, "4 天（2026年12月30日—2027年1月2日）");
        assert_eq!(
            of("days = \"x_span\"", "2026-03-09", "2026-03-09").1,
            "1 天（3月9日）"
        );
        assert_eq!(
            of("days = \"x_span\"", "2026-03-11", "2026-03-09").0,
            Value::Null
        );
        assert_eq!(
            out("days = \"x_span\"", json!({}), "2026-03-09").0,
            Value::Null
        );
    }

    #[test]
    fn a_birthday_counts_on_its_day() {
        let at = |today: &str| {
            let typed = json!({ "x_id": "11010519491231002X" });
            out("age = \"x_id\"", typed, today)
        };
        assert_eq!(at("2026-12-30").0, json!(76));
        assert_eq!(at("2026-12-31"), (json!(77), "77 岁".to_owned()));
        assert_eq!(
            out("age = \"x_id\"", json!({ "x_id": "坏" }), "2026-03-09").0,
            Value::Null
        );
    }

    #[test]
    fn sums_of_rows_and_of_fields() {
        let rows = json!({ "x_items": [
            { "what": "纸", "price": 128_050, "n": 0.1 },
            { "what": "笔", "n": 0.2 },
            { "price": -50 },
        ] });
        let price = "sum_of = { table = \"x_items\", column = \"price\" }";
        let (sum, said) = out(price, rows.clone(), "2026-03-09");
        assert_eq!(sum, json!(128_000));
        assert_eq!(said, "1280.00 元（3 行合计）");
        let n = "sum_of = { table = \"x_items\", column = \"n\" }";
        assert_eq!(out(n, rows, "2026-03-09").0, json!(0.3));
        assert_eq!(
            out(n, json!({ "x_items": [] }), "2026-03-09").0,
            Value::Null
        );
        let both = json!({ "x_fare": 10_050, "x_bed": 20_000 });
        let sum = "sum = [\"x_fare\", \"x_bed\"]";
        let (n, said) = out(sum, both, "2026-03-09");
        assert_eq!(n, json!(30_050));
        assert_eq!(said, "300.50 元（车费 100.50＋住宿费 200.00）");
        let (n, said) = out(sum, json!({ "x_fare": 10_050 }), "2026-03-09");
        assert_eq!(
            (n, said.as_str()),
            (json!(10_050), "100.50 元（车费 100.50）")
        );
    }

    #[test]
    fn what_the_browser_sent_is_computed_over() {
        let typed = json!({ "x_fare": 100, "x_out": 999_999 });
        let (n, _) = out("sum = [\"x_fare\", \"x_bed\"]", typed, "2026-03-09");
        assert_eq!(n, json!(100));
    }
}
