//! What came back from a case's form: the move, its input, the fields as typed. Strings die here and in
//! `engine::values`; a button or a principal nobody offered is refused by the engine, not here.

use super::names;
use crate::engine::case::Values;
use crate::engine::definition::{Column, Kind, MoveId, Procedure};
use crate::engine::offer::{Back, Input, Turns};
use crate::engine::rows::MOST;
use crate::kit::{DeptId, Error, FieldErrors, Id, Principal, Result};
use crate::web::Visit;
use serde_json::Value;

/// The move a button asks for and the choice it names.
pub fn deed(visit: &Visit) -> Result<(MoveId, String)> {
    let pressed = visit.form(names::DEED);
    let (mv, choice) = pressed.split_once('/').unwrap_or((pressed, ""));
    let mv = MoveId::of(mv).ok_or_else(|| Error::invalid("", "请按页面下面的按钮办理"))?;
    // a long list of ways has one button, and the way is ticked beside it
    let ticked = visit.form(&names::of_move("choice", mv));
    let choice = if choice.is_empty() { ticked } else { choice };
    Ok((mv, choice.to_owned()))
}

/// What was typed for one move.
pub fn input(visit: &Visit, procedure: &Procedure, (mv, choice): (MoveId, &str)) -> Input {
    let people = visit.form_all(&names::people(mv, choice));
    let mut chosen: Vec<Principal> = Vec::new();
    for raw in people {
        let found = raw.parse().ok().and_then(Principal::from_raw);
        // Without JavaScript a person may be ticked both among the usual ones and in his department.
        if let Some(p) = found.filter(|p| !chosen.contains(p)) {
            chosen.push(p);
        }
    }
    let dept = visit.form(&names::of_choice("dept", mv, choice));
    Input {
        choice: choice.to_owned(),
        people: chosen,
        turns: match visit.form(&names::of_move("turns", mv)) {
            "order" => Turns::InOrder,
            _ => Turns::AtOnce,
        },
        dept: dept.parse().ok().map(DeptId),
        opinion: visit.form(names::OPINION).to_owned(),
        hand: visit.form(names::HAND).to_owned(),
        note: visit.form(&names::of_move("note", mv)).to_owned(),
        values: typed(visit, procedure),
        back: match visit.form(&names::of_move("back", mv)) {
            "past" => Back::PastMe,
            _ => Back::ToMe,
        },
        from: None,
        ..Input::default()
    }
}

/// The form's fields as typed. A field that was on the page and came back empty is empty, not absent.
pub fn typed(visit: &Visit, procedure: &Procedure) -> Values {
    let mut values = Values::new();
    for field in &procedure.fields {
        let name = names::field(&field.id);
        let of_more = match &field.kind {
            Kind::Table { columns } => rows(visit, &field.id, columns),
            Kind::Span => span(visit, &field.id),
            _ => None,
        };
        if let Some(value) = of_more {
            values.insert(field.id.clone(), value);
            continue;
        }
        let shown = visit.input.has(&name) || visit.input.has(&names::group(&field.id));
        if !shown {
            continue;
        }
        let all = visit.form_all(&name).into_iter();
        let all: Vec<&str> = all.filter(|v| !v.is_empty()).collect();
        let number = |v: &str| {
            v.parse::<i64>()
                .map_or_else(|_| Value::from(v), Value::from)
        };
        let value = match field.kind {
            Kind::Files | Kind::Table { .. } | Kind::Span | Kind::Computed(_) => continue,
            Kind::Choices { .. } => all.iter().map(|v| Value::from(*v)).collect(),
            Kind::People | Kind::Departments => all.iter().map(|v| number(v)).collect(),
            Kind::Person | Kind::Department => all.first().map_or(Value::Null, |v| number(v)),
            _ => Value::from(all.first().copied().unwrap_or_default()),
        };
        values.insert(field.id.clone(), value);
    }
    values
}

/// The rows of a table as typed, blank ones in their places; nothing where it was not on the page.
fn rows(visit: &Visit, id: &str, columns: &[Column]) -> Option<Value> {
    let count = visit.form(&names::rows(id));
    if count.is_empty() {
        return None;
    }
    let count: usize = count.parse().unwrap_or(0);
    let row = |n: usize| {
        let mut cells = Values::new();
        for c in columns {
            let typed = visit.form(&names::cell(id, n, &c.id));
            if !typed.is_empty() {
                cells.insert(c.id.clone(), Value::from(typed));
            }
        }
        Value::Object(cells)
    };
    // one more than may be kept: the engine says that it is too much
    Some((0..count.min(MOST + 1)).map(row).collect())
}

fn span(visit: &Visit, id: &str) -> Option<Value> {
    let ends = [("first", names::first(id)), ("last", names::last(id))];
    if !ends.iter().any(|(_, name)| visit.input.has(name)) {
        return None;
    }
    let mut value = Values::new();
    for (end, name) in ends {
        let typed = visit.form(&name);
        if !typed.is_empty() {
            value.insert(end.to_owned(), Value::from(typed));
        }
    }
    Some(Value::Object(value))
}

/// One more row of a table, or one less, where such a button was pressed: the table and the row that is new.
pub fn turned_rows(visit: &Visit, values: &mut Values) -> Option<(String, Option<usize>)> {
    let mut pressed = visit.form(names::ROW).splitn(3, '.');
    let (deed, id, n) = (pressed.next()?, pressed.next()?, pressed.next());
    let Some(Value::Array(rows)) = values.get_mut(id) else {
        return None;
    };
    match (deed, n.and_then(|n| n.parse::<usize>().ok())) {
        ("add", _) if rows.len() < MOST => {
            rows.push(Value::Object(Values::new()));
            Some((id.to_owned(), Some(rows.len() - 1)))
        }
        ("take", Some(n)) if n < rows.len() => {
            rows.remove(n);
            Some((id.to_owned(), None))
        }
        _ => Some((id.to_owned(), None)),
    }
}

/// The task and the version the page was opened on.
pub fn stood(visit: &Visit) -> (Option<Id>, Option<i64>) {
    let task = visit.form(names::TASK).parse().ok();
    let rev = visit.form(names::REV).parse().ok();
    (task, rev)
}

/// An error to be shown on the page it came from; what the page cannot mend goes on.
pub fn shown(error: Error, (mv, choice): (MoveId, &str)) -> Result<FieldErrors> {
    match error {
        Error::Invalid(errors) => Ok(named(errors, (mv, choice))),
        Error::Denied(why) | Error::Conflict(why) | Error::Busy(why) => {
            let mut errors = FieldErrors::default();
            errors.add("", why);
            Ok(errors)
        }
        other => Err(other),
    }
}

/// The engine's errors under the names of this page's fields.
fn named(errors: FieldErrors, (mv, choice): (MoveId, &str)) -> FieldErrors {
    let mut out = FieldErrors::default();
    for e in errors.0 {
        let name = match e.field.as_str() {
            "people" => names::people(mv, choice),
            "dept" => names::of_choice("dept", mv, choice),
            "note" => names::of_move("note", mv),
            "choice" if choice.is_empty() => names::of_move("choice", mv),
            "" | names::OPINION | "choice" => e.field,
            field => names::field(field),
        };
        out.add(name, e.message);
    }
    out
}
