//! Making a procedure by clicking: edits on a definition, one at a time, and the one-line entry of a flow.
//! Not here: pages, and keeping sketches (the room's stores do). Ids of what is made come from pinyin and are
//! never shown; a refusal is one Chinese sentence that says what to do first.
//! Invariant: an edit is done whole or not at all, and what it leaves can be written as text and read again.

pub(in crate::engine) mod blank;
pub mod books;
mod calendar;
pub mod clock;
mod fields;
mod grid;
pub mod head;
mod ids;
pub mod quick;
mod quick_terms;
mod quick_words;
mod refer;
pub mod rights;
pub mod sample;
mod step_says;
pub mod steps;
mod undo;
mod uses;
mod ways;
pub mod words;

pub use blank::{blank, copy};
pub use books::BookEdit;
pub use calendar::CalendarForm;
pub use clock::ClockForm;
pub use fields::{ColumnForm, FieldEdit, FieldForm};
pub use grid::{Grid, Side};
pub use head::{HeadForm, SeriesForm};
pub use rights::Right;
pub use steps::{DueForm, Many, OpinionForm, People, StepEdit, WhoPick};
pub use undo::{Before, Undo};
pub use ways::{ConditionForm, WayEdit, WayForm};

use super::definition::Procedure;
use crate::kit::FieldErrors;

/// One thing changed.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// Name, group, who starts, who sees.
    Head(HeadForm),
    /// What begins cases of it beside a person.
    Calendar(CalendarForm),
    /// The number it takes; none where the prefix is empty.
    Series(SeriesForm),
    /// A field.
    Field(FieldEdit),
    /// The paper grid.
    Grid(Grid),
    /// A step.
    Step(StepEdit),
    /// A way on from a step.
    Way(String, WayEdit),
    /// What a step may do with a field: step, field, right.
    Rights(String, Vec<(String, Right)>),
    /// Register columns and print sheets.
    Book(BookEdit),
    /// A flow in one line, for departments of these full and short names.
    Quick(String, Vec<(String, String)>),
}

/// Where the edit was made, to be shown next, and what to know about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Made {
    /// The field it was about.
    pub field: Option<String>,
    /// The step it was about.
    pub step: Option<String>,
    /// What to know.
    pub said: String,
    /// Whether a one-line entry was built.
    pub quick: bool,
    /// What of it was not understood, to be kept in its box.
    pub left: String,
}

impl Made {
    fn field(id: impl Into<String>) -> Self {
        Self {
            field: Some(id.into()),
            ..Self::default()
        }
    }

    fn step(id: impl Into<String>) -> Self {
        Self {
            step: Some(id.into()),
            ..Self::default()
        }
    }

    /// After this another edit of the same press was done.
    #[must_use]
    pub fn and(self, next: Self) -> Self {
        let said = match (self.said.as_str(), next.said.as_str()) {
            ("", _) => next.said,
            (before, now) if now.is_empty() || before == now => self.said,
            (before, now) => format!("{before}；{now}"),
        };
        Self {
            field: next.field.or(self.field),
            step: next.step.or(self.step),
            said,
            quick: self.quick || next.quick,
            left: if next.quick { next.left } else { self.left },
        }
    }

    fn saying(mut self, words: impl Into<String>) -> Self {
        self.said = words.into();
        self
    }
}

/// Does one edit, or says in Chinese why not; then nothing has changed.
///
/// # Errors
/// Sentences for whoever made the edit, each at the word of its form it is about; at none where it is about the
/// edit as a whole.
pub fn apply(procedure: &mut Procedure, edit: Edit) -> Result<Made, FieldErrors> {
    let mut next = procedure.clone();
    let made = match edit {
        Edit::Head(form) => head::set(&mut next, form),
        Edit::Calendar(form) => calendar::set(&mut next, form),
        Edit::Series(form) => head::series(&mut next, &form).map_err(at("")),
        Edit::Field(edit) => fields::edit(&mut next, edit),
        Edit::Grid(edit) => grid::edit(&mut next, edit).map_err(at("")),
        Edit::Step(edit) => steps::edit(&mut next, edit).map_err(at("")),
        Edit::Way(step, edit) => ways::edit(&mut next, &step, edit),
        Edit::Rights(step, all) => rights::set(&mut next, &step, &all).map_err(at("")),
        Edit::Book(edit) => books::edit(&mut next, edit).map_err(at("")),
        Edit::Quick(line, departments) => {
            quick::build(&mut next, &line, &departments).map_err(at(""))
        }
    }?;
    *procedure = next;
    Ok(made)
}

/// Says a sentence at a word of the form.
fn at<W: Into<String>>(word: &str) -> impl FnOnce(W) -> FieldErrors + use<W> {
    let word = word.to_owned();
    move |why| {
        let mut errors = FieldErrors::default();
        errors.add(word, why);
        errors
    }
}

/// What there is, or nothing and its sentence noted with the others.
fn noted<T>(found: Result<T, String>, word: &str, errors: &mut FieldErrors) -> Option<T> {
    found.map_err(|why| errors.add(word, why)).ok()
}

/// A name as typed: one line, not empty, not too long.
fn name(typed: &str, what: &str) -> Result<String, String> {
    let line = crate::kit::text::one_line(typed);
    match line.chars().count() {
        0 => Err(format!("请写上{what}")),
        1..=40 => Ok(line),
        n => Err(format!("{what}最多 40 个字，现在是 {n} 个字，请写短一点")),
    }
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]
mod quick_tests;
#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod step_tests;
#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]
mod tests;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod walk_tests;
