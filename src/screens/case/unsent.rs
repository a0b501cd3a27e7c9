//! What was typed on a page that somebody else was faster on: where the case has no box for it any more,
//! the words stand on the page to be copied. Nothing typed is lost (U15, U54).

use super::names;
use crate::engine::case::Values;
use crate::engine::definition::{Kind, Procedure, text_of};
use crate::engine::offer::Form;
use crate::engine::view::CaseView;
use crate::ui::{Markup, html};
use crate::web::Visit;
use serde_json::Value;

/// The words that have no place on this page.
pub fn unsent(view: &CaseView, visit: &Visit, typed: &Values) -> Markup {
    let mut lines: Vec<(&str, String)> = Vec::new();
    let opinion = visit.form(names::OPINION).trim();
    if !opinion.is_empty() && view.offers.iter().all(|o| o.opinion.is_none()) {
        lines.push(("您写的意见", opinion.to_owned()));
    }
    let open = view
        .writing_at()
        .filter(|_| view.offers.iter().any(|o| o.form != Form::Apart));
    let gone = |id: &str| open.is_none_or(|s| field_is_shut(&view.procedure, id, &s.id));
    for (id, value) in typed.iter().filter(|(id, _)| gone(id)) {
        let Some(field) = view.procedure.field(id).filter(|f| is_words(&f.kind)) else {
            continue;
        };
        let words = words_of(&field.kind, value);
        if !words.is_empty()
            && view
                .case
                .state
                .values
                .get(id)
                .map(|v| words_of(&field.kind, v))
                != Some(words.clone())
        {
            lines.push((&field.label, words));
        }
    }
    html! {
        @if !lines.is_empty() {
            section.note {
                p { "您刚才填的没有送出，都在这里，需要时可以复制：" }
                dl { @for (label, words) in lines { dt { (label) } dd.said { (words) } } }
            }
        }
    }
}

/// As it can be copied: a span from day to day, the rows of a table under each other.
fn words_of(kind: &Kind, value: &Value) -> String {
    let cells = |row: &Value| match row {
        Value::Object(cells) => cells.values().map(text_of).collect::<Vec<_>>().join("　"),
        other => text_of(other),
    };
    match (kind, value) {
        (Kind::Table { .. }, Value::Array(rows)) => {
            let lines = rows.iter().map(cells).filter(|l| !l.is_empty());
            lines.collect::<Vec<_>>().join("；")
        }
        (Kind::Span, Value::Object(ends)) => {
            let end = |e: &str| ends.get(e).map(text_of).unwrap_or_default();
            match (end("first"), end("last")) {
                (first, last) if first.is_empty() && last.is_empty() => String::new(),
                (first, last) => format!("{first} 至 {last}"),
            }
        }
        _ => text_of(value),
    }
}

fn field_is_shut(procedure: &Procedure, id: &str, step: &str) -> bool {
    procedure.field(id).is_none_or(|f| !f.writable_at(step))
}

/// What a person writes himself; a choice is quickly made again.
const fn is_words(kind: &Kind) -> bool {
    !matches!(
        kind,
        Kind::Files
            | Kind::Computed(_)
            | Kind::Person
            | Kind::People
            | Kind::Department
            | Kind::Departments
    )
}
