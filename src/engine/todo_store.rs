//! The rows of somebody's to-do list, made from a case: what is asked of whom, how pressing it is, who urged
//! it, how far the readers are. Read back by `index_store`.

use super::case::{Purpose, TaskState};
use super::definition::Procedure;
use super::stored::Stored;
use super::{printed, reading};
use crate::kit::{Id, Result};
use crate::store::{IndexWrite, params};
use serde_json::{Value, json};

/// Most urgent first: the last option of the urgency field is the most urgent.
fn rank(procedure: &Procedure, urgency: &str) -> i64 {
    use super::definition::Kind;
    let field = procedure
        .urgency
        .as_ref()
        .and_then(|id| procedure.field(id));
    let Some(Kind::Choice { options }) = field.map(|f| &f.kind) else {
        return 0;
    };
    let place = options.iter().position(|o| o == urgency).unwrap_or(0);
    i64::try_from(options.len() - 1 - place).unwrap_or(0)
}

/// Working days before the end at which the office wants a word: 0 leaves it to the rules, below 0 none.
fn warn_days(procedure: &Procedure, step: &str, values: &super::case::Values) -> i64 {
    let Some(due) = procedure.step(step).and_then(|s| s.due.as_ref()) else {
        return 0;
    };
    if !due.remind.iter().all(|c| c.holds(values)) {
        return -1;
    }
    let field = due.warn.as_ref().and_then(|f| values.get(f));
    let days = field.map(super::definition::text_of).unwrap_or_default();
    days.trim().parse::<i64>().unwrap_or(0).clamp(0, 60)
}

/// Whether the days asked for are kept from who has the step (预提醒期限对承办人隐藏, S3-57).
fn is_covered(procedure: &Procedure, step: &str) -> bool {
    let due = procedure.step(step).and_then(|s| s.due.as_ref());
    let field = due.and_then(|d| procedure.field(d.warn.as_ref()?));
    field.is_some_and(|f| f.hidden_from.iter().any(|s| s == step))
}

/// One row for every open task of a case.
pub(super) fn insert_todo(ix: &IndexWrite<'_>, case: &Stored, procedure: &Procedure) -> Result<()> {
    let (h, s) = (&case.head, &case.state);
    // of a confidential department a task shows whose it is and when it is due (README decision 6)
    let hides = ix.hides(s.id.shelf());
    let shown = |text: String| if hides { String::new() } else { text };
    let mut rows = Vec::new();
    for (t, (_, from)) in s.tasks.iter().zip(&case.names) {
        if t.state != TaskState::Open || t.purpose == Purpose::Wait {
            continue;
        }
        let purpose = if t.purpose == Purpose::Read {
            "read"
        } else {
            "do"
        };
        rows.push(json!([
            t.holder.to_raw(),
            t.id.raw(),
            purpose,
            t.verb,
            shown(from.clone()),
            t.given_at.0,
            t.seen_at.map(|m| m.0),
            t.due_at.map(|m| m.0),
            s.urges_of(t.id).count(),
            shown(urged(case, t.id)),
            t.given_by.map(|p| p.0),
            warn_days(procedure, &t.step, &s.values),
            i64::from(is_covered(procedure, &t.step))
        ]));
    }
    if rows.is_empty() {
        return Ok(());
    }
    ix.execute(
        "INSERT INTO todo(principal, task_id, rank, case_id, shelf, procedure, purpose, verb, title, number,
           urgency, brief, from_name, given_at, seen_at, due_at, urges, urged, reading,
           given_by, level, warn, of, covered)
         SELECT value ->> 0, value ->> 1, ?2, ?3, ?4, ?5, value ->> 2, value ->> 3, ?6, ?7, ?8, ?9, value ->> 4,
           value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9, ?10,
           value ->> 10, ?11, value ->> 11, ?12, value ->> 12 FROM json_each(?1)",
        params![
            Value::Array(rows).to_string(), rank(procedure, &h.urgency), s.id.raw(), s.id.shelf().0,
            procedure.name, shown(h.title.clone()), h.number.as_deref().filter(|_| !hides), h.urgency,
            shown(brief(procedure, case)), shown(reading::under_way(procedure, case).unwrap_or_default()),
            procedure.level(&h.urgency), procedure.id
        ],
    )?;
    Ok(())
}

/// What the procedure says in a few words of a case.
pub(super) fn brief(procedure: &Procedure, case: &Stored) -> String {
    let said: Vec<String> = procedure
        .brief
        .iter()
        .filter_map(|id| procedure.field(id))
        // one line for whoever has it: what some must not see stays out of it
        .filter(|f| f.hidden_from.is_empty())
        .map(|f| printed::value(f, &case.state.values))
        .filter(|t| !t.is_empty())
        .collect();
    said.join("　")
}

/// Who urged a task last, and with which words.
pub(super) fn urged(case: &Stored, task: Id) -> String {
    let mut acts = printed::urgings(case).filter(|a| a.detail.urged.contains(&task));
    acts.next_back().map_or_else(String::new, |a| {
        let words = match a.detail.note.as_str() {
            "" => String::new(),
            note => format!("：{note}"),
        };
        format!("{}{}{words}", a.by.name, a.detail.label)
    })
}
