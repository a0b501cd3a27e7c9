//! What a person typed into a form, turned into the values the form keeps; strings die here.
//! Not here: who may act (`moves`). A field the step does not let be changed is passed over in silence:
//! the page showed no box for it, so what came is a stale page or a forgery, and neither may change it.

use super::case::Values;
use super::compute;
use super::definition::{Default, Field, Kind, Procedure, Step, is_empty};
use super::facts::Facts;
use super::printed::NAMES;
use super::rows;
use crate::kit::{Day, DeptId, FieldErrors, Principal, Result, parse_day, text};
use serde_json::{Map, Value, json};

/// The values of the fields this step may change that differ from what the case holds.
///
/// # Errors
/// Invalid, with a sentence for each field not understood.
pub fn take(facts: &Facts<'_>, step: &Step, typed: &Values) -> Result<Values> {
    let (taken, errors) = take_most(facts, step, typed);
    errors.check(taken)
}

/// The same, as far as it is understood, with what is not.
#[must_use]
pub fn take_most(facts: &Facts<'_>, step: &Step, typed: &Values) -> (Values, FieldErrors) {
    let mut errors = FieldErrors::default();
    let mut taken = Map::new();
    let open = facts
        .procedure
        .fields
        .iter()
        .filter(|f| f.writable_at(&step.id) && !is_ours(&f.kind));
    for field in open {
        let Some(raw) = typed.get(&field.id) else {
            continue;
        };
        let Some(value) = read_into(&mut errors, field, raw, facts) else {
            continue;
        };
        if facts.case.values.get(&field.id).unwrap_or(&Value::Null) != &value {
            taken.insert(field.id.clone(), value);
        }
    }
    (taken, errors)
}

/// The values of these fields that differ from what the case holds; what had to be filled in stays so.
///
/// # Errors
/// Invalid, with a sentence for each field not understood or emptied.
pub fn mend(facts: &Facts<'_>, fields: &[&Field], typed: &Values) -> Result<Values> {
    let mut errors = FieldErrors::default();
    let mut mended = Map::new();
    for field in fields {
        let Some(raw) = typed.get(&field.id) else {
            continue;
        };
        let Some(value) = read_into(&mut errors, field, raw, facts) else {
            continue;
        };
        let old = facts.case.values.get(&field.id).unwrap_or(&Value::Null);
        let same = old == &value || (is_empty(old) && is_empty(&value));
        if !same && is_empty(&value) && !field.must.is_empty() {
            errors.add(&field.id, format!("{}不能改成空的", field.label));
        } else if !same {
            mended.insert(field.id.clone(), value);
        }
    }
    errors.check(mended)
}

/// What the engine writes: nothing typed there is looked at.
const fn is_ours(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::SeriesNumber | Kind::OpinionBox | Kind::Computed(_)
    )
}

/// One field's value; what is wrong with it, or with each of its cells, goes to the errors.
fn read_into(
    errors: &mut FieldErrors,
    field: &Field,
    raw: &Value,
    facts: &Facts<'_>,
) -> Option<Value> {
    if let Kind::Table { columns } = &field.kind {
        if is_empty(raw) {
            return Some(Value::Null);
        }
        let read = rows::read(&field.label, raw, columns, facts.today());
        return match read {
            Ok(rows) => Some(rows),
            Err(wrong) => {
                for (cell, sentence) in wrong {
                    let dot = if cell.is_empty() { "" } else { "." };
                    errors.add(format!("{}{dot}{cell}", field.id), sentence);
                }
                None
            }
        };
    }
    match read(field, raw, facts) {
        Ok(value) => Some(value),
        Err(sentence) => {
            errors.add(&field.id, sentence);
            None
        }
    }
}

/// Computes into a form that is shown again: what was typed counts as far as it is understood, and stays as it
/// was typed.
pub fn preview(facts: &Facts<'_>, values: &mut Values) {
    let fields = &facts.procedure.fields;
    let computed = |f: &&Field| matches!(f.kind, Kind::Computed(_));
    if !fields.iter().any(|f| computed(&f)) {
        return;
    }
    let mut understood = values.clone();
    for field in fields.iter().filter(|f| !is_ours(&f.kind)) {
        let mut errors = FieldErrors::default();
        let raw = values.get(&field.id);
        if let Some(value) = raw.and_then(|raw| read_into(&mut errors, field, raw, facts)) {
            understood.insert(field.id.clone(), value);
        }
    }
    let by = (facts.calendar, facts.today());
    compute::fill(facts.procedure, by, &mut understood);
    for field in fields.iter().filter(computed) {
        let value = understood.remove(&field.id).unwrap_or_default();
        values.insert(field.id.clone(), value);
    }
    if let Some(said) = understood.remove(NAMES) {
        values.insert(NAMES.to_owned(), said);
    }
}

/// What the step must have and has not, and which rules are broken, beside what is wrong already: of a field that was
/// not understood nothing more is said.
pub fn missed(procedure: &Procedure, step: &Step, values: &Values, errors: &mut FieldErrors) {
    let within =
        |f: &Field, e: &str| e == f.id || e.strip_prefix(&f.id).is_some_and(|r| r.starts_with('.'));
    let unread: Vec<String> = errors.0.iter().map(|e| e.field.clone()).collect();
    let known = |f: &&Field| !unread.iter().any(|e| within(f, e));
    let empty = |f: &&Field| known(f) && values.get(&f.id).is_none_or(is_empty);
    let wanted = |f: &&Field| {
        let when = &f.must_when;
        !when.is_empty() && f.writable_at(&step.id) && when.iter().all(|c| c.holds(values))
    };
    for field in procedure.fields.iter().filter(empty) {
        if wanted(&field) {
            let plain = format!("请填写{}", field.label);
            errors.add(&field.id, field.why.clone().unwrap_or(plain));
        } else if field.must_at(&step.id) {
            errors.add(
                &field.id,
                format!("请{}{}", verb_of(&field.kind), field.label),
            );
        }
    }
    keep_rules(procedure, step, values, errors);
}

const fn verb_of(kind: &Kind) -> &'static str {
    match kind {
        Kind::Files => "上传",
        Kind::Table { .. } => "至少填一行",
        Kind::Choice { .. }
        | Kind::Choices { .. }
        | Kind::Person
        | Kind::People
        | Kind::Department
        | Kind::Departments
        | Kind::Letterhead
        | Kind::Resource { .. } => "选择",
        _ => "填写",
    }
}

/// What must hold between fields at this step. A rule over a field that is missed already says nothing more.
fn keep_rules(procedure: &Procedure, step: &Step, values: &Values, errors: &mut FieldErrors) {
    for rule in &procedure.rules {
        let here = rule.steps.contains(&step.id);
        let asked = rule.when.iter().all(|c| c.holds(values));
        if !here || !asked || rule.must.iter().all(|c| c.holds(values)) {
            continue;
        }
        let broken = rule.must.iter().find(|c| !c.holds(values));
        let named = broken.into_iter().flat_map(|c| {
            let than = c.than.as_ref().map(|t| t.field.as_str());
            std::iter::once(c.field.as_str()).chain(than)
        });
        let named: Vec<&str> = named.collect();
        if named.iter().any(|id| errors.of(id).is_some()) {
            continue;
        }
        // where it can be mended: the first of its fields that this step writes
        let open = |id: &&&str| procedure.field(id).is_some_and(|f| f.writable_at(&step.id));
        let at = named.iter().find(open).or(named.first());
        errors.add(at.copied().unwrap_or_default(), rule.say.clone());
    }
}

/// What stands in the form when it is first opened: the defaults of the first step's fields, and of
/// those no step may change. What a later step fills in is empty until then, on paper too.
#[must_use]
pub fn defaults(facts: &Facts<'_>) -> Values {
    let first = facts.procedure.first_step().map(|s| s.id.as_str());
    let steps = &facts.procedure.steps;
    let mine = |f: &&Field| {
        first.is_some_and(|s| f.writable_at(s)) || !steps.iter().any(|s| f.writable_at(&s.id))
    };
    let all = facts.procedure.fields.iter().filter(mine);
    all.filter_map(|f| Some((f.id.clone(), default_of(facts, f)?)))
        .collect()
}

/// What the fields of a step stand at when the case comes to it, where nobody has filled them in.
/// Who comes to it is not known here, so it is nobody's own.
#[must_use]
pub fn defaults_at(facts: &Facts<'_>, step: &Step, values: &Values) -> Values {
    let empty = |f: &&Field| values.get(&f.id).is_none_or(is_empty);
    let own = |f: &&Field| matches!(f.default, Some(Default::Me | Default::MyDepartment));
    let open = facts.procedure.fields.iter();
    let open = open.filter(|f| f.writable_at(&step.id) && empty(f) && !own(f));
    open.filter_map(|f| Some((f.id.clone(), default_of(facts, f)?)))
        .collect()
}

/// What stands in fields that only this step may fill, put there by itself and left as it was: it says
/// nothing where the step ends without what they are for (不归档 has no 保管期限).
#[must_use]
pub fn untouched(facts: &Facts<'_>, step: &Step, values: &Values) -> Values {
    let only_here = |f: &&Field| {
        let mut steps = f.write.iter().chain(&f.must);
        f.writable_at(&step.id) && steps.all(|s| *s == step.id)
    };
    let as_it_was = |f: &&Field| {
        let own = default_of(facts, f);
        own.is_some() && own.as_ref() == values.get(&f.id)
    };
    let fields = facts.procedure.fields.iter();
    let left = fields.filter(only_here).filter(as_it_was);
    left.map(|f| (f.id.clone(), Value::Null)).collect()
}

fn default_of(facts: &Facts<'_>, field: &Field) -> Option<Value> {
    Some(match field.default.as_ref()? {
        Default::Today => json!(facts.today().to_string()),
        Default::Me => json!(facts.viewer.person.0),
        Default::MyDepartment => json!(facts.case.dept.0),
        Default::Literal(s) => match field.kind {
            Kind::Number { .. } => number(&field.label, s, (None, None)).ok()?,
            Kind::Money => money(&field.label, &json!(s), s).ok()?,
            Kind::Department => json!(named(facts, s)?.0),
            Kind::Departments => s
                .split('、')
                .filter_map(|name| named(facts, name))
                .map(|d| json!(d.0))
                .collect(),
            _ => json!(s),
        },
    })
}

/// The department of this full name, as the organ has it now.
fn named(facts: &Facts<'_>, name: &str) -> Option<DeptId> {
    let mut all = facts.people.departments().into_iter();
    all.find(|d| facts.people.dept_name(*d) == name)
}

/// One field's value from what came for it: a string from a box, an array from several.
fn read(field: &Field, raw: &Value, facts: &Facts<'_>) -> Result<Value, String> {
    if is_empty(raw) {
        return Ok(Value::Null);
    }
    let line = text::one_line(&super::definition::text_of(raw));
    let label = &field.label;
    match &field.kind {
        Kind::Text { max } => within(label, line, *max),
        Kind::OutsideOrgan => within(label, line, 100),
        Kind::LongText { max } | Kind::Document { max } => within(
            label,
            text::many_lines(raw.as_str().unwrap_or_default()),
            *max,
        ),
        Kind::Number { min, max } => number(label, &line, (*min, *max)),
        Kind::Money => money(label, raw, &line),
        Kind::Date => {
            let day: Day = parse_day(&line, facts.today())?;
            Ok(json!(day.to_string()))
        }
        Kind::Phone => phone(label, &line),
        Kind::Choice { options } => one_of(label, &line, options),
        Kind::Choices { options } => {
            let all = several(raw).into_iter();
            let read: Result<Vec<Value>, String> = all
                .map(|v| one_of(label, &super::definition::text_of(v), options))
                .collect();
            read.map(Value::Array)
        }
        Kind::Person => person(label, raw, facts),
        Kind::People => several(raw)
            .into_iter()
            .map(|v| person(label, v, facts))
            .collect(),
        Kind::Department => department(label, raw, facts),
        Kind::Departments => several(raw)
            .into_iter()
            .map(|v| department(label, v, facts))
            .collect(),
        Kind::Files => Ok(Value::Array(several(raw).into_iter().cloned().collect())),
        Kind::Time => time(label, &line),
        Kind::Span => span(label, raw, facts.today()),
        Kind::IdNumber => id_number(label, &line),
        Kind::Resource { .. } | Kind::Letterhead => within(label, line, 60),
        // the engine writes these
        Kind::SeriesNumber | Kind::OpinionBox | Kind::Computed(_) => Ok(Value::Null),
        // cell by cell (`rows`)
        Kind::Table { .. } => Ok(Value::Null),
    }
}

/// "14:30", also as typed with a Chinese colon or as 1430.
pub(super) fn time(label: &str, line: &str) -> Result<Value, String> {
    let folded = text::fold(line);
    let (h, m) = match folded.split_once(':') {
        Some(parts) => parts,
        None if folded.len() == 4 => folded.split_at_checked(2).unwrap_or_default(),
        None => (folded.as_str(), "0"),
    };
    match (h.trim().parse::<u8>(), m.trim().parse::<u8>()) {
        (Ok(h @ 0..=23), Ok(m @ 0..=59)) => Ok(json!(format!("{h:02}:{m:02}"))),
        _ => Err(format!("{label}请写几点几分，例如 14:30")),
    }
}

fn span(label: &str, raw: &Value, today: Day) -> Result<Value, String> {
    let day = |end: &str| {
        let typed = raw.get(end).map(super::definition::text_of);
        let typed = text::one_line(&typed.unwrap_or_default());
        if typed.is_empty() {
            return Err(format!("{label}的开始和结束两个日期都要填"));
        }
        parse_day(&typed, today)
    };
    let (from, to) = (day("first")?, day("last")?);
    if to < from {
        return Err(format!(
            "{label}的结束日期 {to} 早于开始日期 {from}，请核对"
        ));
    }
    Ok(json!({ "first": from.to_string(), "last": to.to_string() }))
}

/// GB 11643-1999: seventeen digits and a check character, ISO 7064 MOD 11-2.
pub(super) fn id_number(label: &str, line: &str) -> Result<Value, String> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let folded = text::fold(line).to_uppercase();
    let (digits, check) = folded.split_at_checked(17).unwrap_or_default();
    let sum: Option<u32> = digits
        .chars()
        .zip(WEIGHTS)
        .map(|(c, w)| Some(c.to_digit(10)? * w))
        .sum();
    let want = sum.and_then(|s| "10X98765432".chars().nth(usize::try_from(s % 11).ok()?));
    let mut rest = check.chars();
    if digits.len() == 17 && want.is_some() && rest.next() == want && rest.next().is_none() {
        return Ok(json!(folded));
    }
    Err(format!(
        "{label}不是正确的 18 位身份证号码，请对照证件再看一遍"
    ))
}

fn several(raw: &Value) -> Vec<&Value> {
    match raw {
        Value::Array(all) => all.iter().filter(|v| !is_empty(v)).collect(),
        one => vec![one],
    }
}

pub(super) fn within(label: &str, typed: String, max: usize) -> Result<Value, String> {
    let n = typed.chars().count();
    if n > max {
        return Err(format!("{label}最多写 {max} 个字，现在是 {n} 个字"));
    }
    Ok(json!(typed))
}

pub(super) fn number(
    label: &str,
    line: &str,
    limits: (Option<f64>, Option<f64>),
) -> Result<Value, String> {
    let folded = text::fold(line).replace(',', "");
    let n: f64 = folded
        .parse()
        .ok()
        .filter(|n: &f64| n.is_finite())
        .ok_or_else(|| format!("{label}请写数字，例如 3"))?;
    match limits {
        (Some(min), _) if n < min => Err(format!("{label}不能小于 {min}")),
        (_, Some(max)) if n > max => Err(format!("{label}不能大于 {max}")),
        _ if n.fract() == 0.0 && n.abs() < 9e15 => Ok(json!(n as i64)),
        _ => Ok(json!(n)),
    }
}

/// Yuan with at most two decimals from a box; fen as a JSON number from the form itself.
pub(super) fn money(label: &str, raw: &Value, line: &str) -> Result<Value, String> {
    if let Some(fen) = raw.as_i64() {
        return Ok(json!(fen));
    }
    let bad = || format!("{label}请写金额，单位元，例如 1280.50");
    let folded = text::fold(line).replace([',', '元'], "");
    let (yuan, rest) = folded.split_once('.').unwrap_or((folded.as_str(), ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if !digits(yuan) || !digits(rest) || rest.len() > 2 || yuan.is_empty() {
        return Err(bad());
    }
    let yuan: i64 = yuan.parse().map_err(|_| bad())?;
    let fen: i64 = format!("{rest:0<2}").parse().map_err(|_| bad())?;
    let all = yuan.checked_mul(100).and_then(|y| y.checked_add(fen));
    all.map(|n| json!(n)).ok_or_else(bad)
}

fn phone(label: &str, line: &str) -> Result<Value, String> {
    let digits = text::phone(line);
    let n = digits.chars().filter(char::is_ascii_digit).count();
    if (5..=15).contains(&n) {
        return Ok(json!(digits));
    }
    Err(format!(
        "{label}请写电话号码，例如 13812345678 或 0518-85550186"
    ))
}

pub(super) fn one_of(label: &str, line: &str, options: &[String]) -> Result<Value, String> {
    if options.iter().any(|o| o == line) {
        return Ok(json!(line));
    }
    Err(format!("{label}请从“{}”里选一项", options.join("、")))
}

fn id_of(raw: &Value) -> Option<i64> {
    raw.as_i64().or_else(|| raw.as_str()?.trim().parse().ok())
}

fn person(label: &str, raw: &Value, facts: &Facts<'_>) -> Result<Value, String> {
    let id = id_of(raw).map(crate::kit::PersonId);
    let known =
        |p: &crate::kit::PersonId| facts.people.everybody().contains(&Principal::Person(*p));
    match id.filter(known) {
        Some(p) => Ok(json!(p.0)),
        None => Err(format!("{label}请从本单位的人员里选")),
    }
}

fn department(label: &str, raw: &Value, facts: &Facts<'_>) -> Result<Value, String> {
    let id = id_of(raw).map(DeptId);
    match id.filter(|d| facts.people.departments().contains(d)) {
        Some(d) => Ok(json!(d.0)),
        None => Err(format!("{label}请从本单位的部门里选")),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn money_is_typed_in_yuan_and_kept_in_fen() {
        let typed = |s: &str| money("金额", &json!(s), s);
        assert_eq!(typed("1,280.5").unwrap(), json!(128_050));
        assert_eq!(typed("３０元").unwrap(), json!(3000));
        assert_eq!(
            money("金额", &json!(128_050), "128050").unwrap(),
            json!(128_050)
        );
        for bad in ["1.234", "-1", "一百", ".", "99999999999999999999"] {
            assert!(typed(bad).unwrap_err().contains("单位元"), "{bad}");
        }
    }

    #[test]
    fn numbers_keep_to_their_limits() {
        let limits = (Some(1.0), Some(30.0));
        assert_eq!(number("份数", "１２", limits).unwrap(), json!(12));
        assert!(
            number("份数", "0", limits)
                .unwrap_err()
                .contains("不能小于 1")
        );
        assert!(
            number("份数", "31", limits)
                .unwrap_err()
                .contains("不能大于 30")
        );
        assert!(number("份数", "三", limits).is_err());
        assert!(number("份数", "NaN", (None, None)).is_err());
    }

    #[test]
    fn times_spans_and_identity_numbers() {
        assert_eq!(time("时间", "９：05").unwrap(), json!("09:05"));
        assert_eq!(time("时间", "1430").unwrap(), json!("14:30"));
        assert!(time("时间", "24:00").is_err() && time("时间", "下午").is_err());
        let today: Day = "2026-03-09".parse().unwrap();
        let whole = json!({ "first": "2026-03-09", "last": "3月11日" });
        let kept = json!({ "first": "2026-03-09", "last": "2026-03-11" });
        assert_eq!(span("起止", &whole, today).unwrap(), kept);
        let turned = json!({ "first": "2026-03-11", "last": "2026-03-09" });
        assert!(span("起止", &turned, today).unwrap_err().contains("早于"));
        assert!(span("起止", &json!({ "first": "2026-03-09" }), today).is_err());
        // the example of GB 11643-1999
        assert!(id_number("身份证", "11010519491231002x").is_ok());
        for bad in ["110105194912310021", "1101051949123100", "甲乙", ""] {
            assert!(id_number("身份证", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn text_is_measured_in_characters() {
        assert!(within("标题", "防火".repeat(2), 4).is_ok());
        assert!(
            within("标题", "防火".repeat(3), 4)
                .unwrap_err()
                .contains("最多写 4 个字")
        );
    }
}
