//! What a text is while it is typed: its elements as they are recognised, its length, a small view of its pages. Asked
//! by the script beside the box, with the form's other fields. Not here: keeping anything.

use super::SeeDocument;
use super::opened::acting;
use super::view::look as drawn;
use crate::engine::case::Values;
use crate::engine::definition::{Kind, Procedure};
use crate::engine::official::{self, Source};
use crate::engine::run::Acting;
use crate::kit::{Error, Id, Result, text};
use crate::layout::document::Document;
use crate::layout::recognise::recognise_titled;
use crate::layout::set::lay_out;
use crate::org::letterhead_store::{Letterhead, list_letterheads};
use crate::web::{Cx, Reply};
use serde_json::Value;
use std::sync::Arc;

/// Characters of a text that is looked at; a longer one is looked at to there.
const LONGEST: usize = 60_000;

/// POST `/document/look`: a fragment.
pub fn show(cx: &mut Cx<SeeDocument>) -> Result<Reply> {
    let acting = acting(cx)?;
    let typed = text::clip(&text::many_lines(cx.form("text")), LONGEST);
    let begun = begun(cx, &acting)?;
    let titled = begun
        .as_ref()
        .map(|(procedure, _)| format!("f.{}", procedure.title));
    let found = recognise_titled(&typed, titled.map_or("", |name| cx.form(&name)));
    let document = match begun {
        Some(begun) => document(cx, (&acting, &typed), begun)?,
        None => None,
    };
    let pages = document.map(|d| lay_out(&d, &cx.state.fonts));
    Ok(Reply::Part(drawn::part((&typed, &found), pages.as_ref())))
}

/// The document the form would make as it is filled in now.
fn document(
    cx: &Cx<SeeDocument>,
    (acting, typed): (&Acting, &str),
    (procedure, mut values): (Arc<Procedure>, Values),
) -> Result<Option<Document>> {
    let Some(elements) = procedure.document.as_ref() else {
        return Ok(None);
    };
    for field in &procedure.fields {
        let name = format!("f.{}", field.id);
        let plain = matches!(
            field.kind,
            Kind::Text { .. }
                | Kind::LongText { .. }
                | Kind::Choice { .. }
                | Kind::OutsideOrgan
                | Kind::Letterhead
        );
        if plain && cx.input.has(&name) {
            values.insert(field.id.clone(), Value::from(cx.form(&name)));
        }
    }
    values.insert(elements.body.clone(), Value::from(typed));
    let code = values.get(&elements.letterhead).and_then(Value::as_str);
    let all = list_letterheads(&cx.state.store.hub()?, acting.organ)?;
    let head: Option<Letterhead> = all.into_iter().find(|l| Some(l.code.as_str()) == code);
    let source = Source {
        procedure: &procedure,
        values: &values,
        letterhead: head.as_ref(),
        signed: None,
        printed_on: None,
        enclosed: Vec::new(),
        year: cx.zone().year(cx.at),
    };
    Ok(official::document_of(&source))
}

/// The procedure with what stands in the form already: of a case, or of one that is being begun.
fn begun(cx: &Cx<SeeDocument>, acting: &Acting) -> Result<Option<(Arc<Procedure>, Values)>> {
    let engine = &cx.state.engine;
    if let Ok(case) = cx.form("case").parse::<Id>() {
        let view = engine.open(&cx.state.store, acting, (case, None))?;
        return Ok(Some((view.procedure.clone(), view.case.state.values)));
    }
    match engine.procedures.current(cx.form("procedure")) {
        Ok(published) => Ok(Some((published.procedure.clone(), Values::new()))),
        Err(Error::NotFound | Error::Denied(_)) => Ok(None),
        Err(e) => Err(e),
    }
}
