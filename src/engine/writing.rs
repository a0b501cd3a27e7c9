//! The text of an official document as it changes: every changed text is a version (稿), written in the same save
//! that changed it, and a text may be saved at a step without sending the case on.
//! Not here: comparing versions, laying them out. Invariant: versions count from 1, and the last one is the case's
//! text (`verify` asks for both).

use super::case::{State, Values};
use super::definition::Kind;
use super::definition::Procedure;
use super::facts::Facts;
use super::run::{Acting, Done, Engine};
use super::short::Short;
use super::stored::Signature;
use super::work::Work;
use super::{draft_store, values, writing_store};
use crate::engine::case::Purpose;
use crate::kit::{Error, Id, Millis, PersonId, Result};
use crate::store::{Receipt, Stamp, Store};
use serde_json::Value;
use std::sync::Arc;

/// One version of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// From 1.
    pub n: i64,
    pub text: String,
    /// At which step it was written.
    pub step: String,
    pub person: PersonId,
    /// The names as they were.
    pub name: String,
    pub dept_name: String,
    /// For whom, where he stood in for somebody.
    pub acting_name: Option<String>,
    pub at: Millis,
}

/// A text to be saved without a move.
#[derive(Debug, Clone)]
pub struct NewText {
    pub case: Id,
    pub task: Option<Id>,
    /// The last version the page showed.
    pub seen: i64,
    pub text: String,
}

/// The fields of a procedure whose versions are kept.
pub fn texts(procedure: &Procedure) -> impl Iterator<Item = &str> {
    let all = procedure.fields.iter();
    all.filter(|f| matches!(f.kind, Kind::Document { .. }))
        .map(|f| f.id.as_str())
}

/// A text in a form's values.
#[must_use]
pub fn text_in<'a>(values: &'a Values, field: &str) -> &'a str {
    values
        .get(field)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

impl Engine {
    /// 保存这一稿: the document's text, at a step that may write it.
    ///
    /// # Errors
    /// Denied where this person has no such step; Conflict where somebody wrote a version meanwhile.
    pub fn write_text(
        self: &Arc<Self>,
        store: &Store,
        stamp: Stamp,
        acting: &Acting,
        new: NewText,
    ) -> Result<Receipt<Done>> {
        let (engine, acting) = (self.clone(), acting.clone());
        store.write(new.case.shelf(), stamp, move |w| {
            let mut work = Work::load(w, &engine, &acting, new.case)?;
            let facts = work.facts(new.task);
            let (task, step, by) = writer(&facts, &acting)?;
            let document = facts.procedure.document.as_ref();
            let field = document
                .map(|d| d.body.clone())
                .ok_or_else(|| Error::Denied("这个事项不写公文".to_owned()))?;
            let last = writing_store::find_last(w, (new.case, &field))?;
            if let Some(v) = last.filter(|v| v.n != new.seen) {
                let when = engine.zone().short_time(v.at, work.at());
                return Err(Error::Conflict(format!(
                    "{} {when} 已经存了第 {} 稿，您看到的是旧的。您写的字还在页面上，请对照新稿改好再存",
                    v.name, v.n
                )));
            }
            let typed = Values::from_iter([(field, Value::from(new.text))]);
            let step_def = facts.procedure.step(&step).ok_or(Error::NotFound)?;
            let taken = values::take(&facts, step_def, &typed)?;
            if taken.is_empty() {
                return Err(Error::invalid("", "正文和上一稿一样，没有要存的"));
            }
            work.case.state.values.extend(taken);
            work.wrote = Some((step, by));
            draft_store::take_task_draft(w, task, acting.viewer.person)?;
            work.finish_told(w, "case.written", &Short::default())
        })
    }
}

/// The task and step at which the viewer may write the document's text, and how he signs there.
fn writer(facts: &Facts<'_>, acting: &Acting) -> Result<(Id, String, Signature)> {
    let refused = || {
        let who = facts.who_has_it();
        Error::Denied(format!("正文现在不由您改。{who}"))
    };
    let task = facts.task(Purpose::Do).ok_or_else(refused)?;
    let step = facts.procedure.step(&task.step).ok_or_else(refused)?;
    let body = facts.procedure.document.as_ref().map(|d| d.body.as_str());
    let field = body.and_then(|b| facts.procedure.field(b));
    let open = facts.case.state == State::Open
        && facts.may_do(step, task)
        && field.is_some_and(|f| f.writable_at(&step.id));
    match open {
        true => {
            let by = acting.signed(facts.acting_for(task.holder));
            Ok((task.id, step.id.clone(), by))
        }
        false => Err(refused()),
    }
}
