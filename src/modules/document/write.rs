//! The text on a page of its own: written, saved as a version, without sending the case on.
//! Not here: what the structure beside it shows (`look`). Invariant: what was typed comes back with every refusal.

use super::WriteText;
use super::opened::Opened;
use super::view::write as drawn;
use crate::engine::writing::NewText;
use crate::kit::{Error, FieldErrors, Result};
use crate::web::{Cx, Reply, Visit};

/// GET `/case/{case}/document/write`.
pub fn form(cx: &mut Cx<WriteText>) -> Result<Reply> {
    let opened = Opened::of(cx)?;
    let text = opened.text().to_owned();
    let errors = FieldErrors::default();
    shown(cx, &opened, (&text, opened.last()), &errors).map(Reply::Page)
}

/// The page with a text in its box, of which the last version seen is said.
pub fn shown(
    visit: &Visit,
    opened: &Opened,
    (text, seen): (&str, i64),
    errors: &FieldErrors,
) -> Result<crate::ui::Markup> {
    let Some(field) = opened.writes() else {
        return Err(Error::Denied(
            "正文现在不由您改。要改的地方请写在意见里，或者退回能改的人".to_owned(),
        ));
    };
    drawn::page(visit, opened, field, (text, seen), errors)
}

/// POST `/case/{case}/document/write`.
pub fn save(cx: &mut Cx<WriteText>) -> Result<Reply> {
    let opened = Opened::of(cx)?;
    let text = cx.form("text").to_owned();
    let seen: i64 = cx.form("version").parse().unwrap_or(0);
    let new = NewText {
        case: opened.view.case.state.id,
        task: opened.view.task,
        seen,
        text: text.clone(),
    };
    let stamp = cx.permit.stamp_on(new.case);
    let state = &cx.state;
    let done = state
        .engine
        .write_text(&state.store, stamp, &opened.acting, new);
    let errors = match done {
        Ok(_) => {
            cx.tell(&format!("已存为第 {} 稿，还没有送出", opened.last() + 1));
            return Ok(Reply::To(opened.at()));
        }
        Err(Error::Invalid(found)) => FieldErrors(
            found
                .0
                .into_iter()
                .map(|mut e| {
                    e.field = "text".to_owned();
                    e
                })
                .collect(),
        ),
        Err(Error::Conflict(said)) => {
            let mut errors = FieldErrors::default();
            errors.add("text", said);
            errors
        }
        Err(e) => return Err(e),
    };
    // who has seen the refusal has seen the version that was in the way
    let opened = Opened::of(cx)?;
    shown(cx, &opened, (&text, opened.last()), &errors).map(Reply::Wrong)
}
