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
    /// What of a one-line entry was not understood, to be kept in its box.
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

    fn saying(mut self, words: impl Into<String>) -> Self {
        self.said = words.into();
        self
    }
}

/// Does one edit, or says in Chinese why not; then nothing has changed.
///
/// # Errors
/// A sentence for whoever made the edit.
pub fn apply(procedure: &mut Procedure, edit: Edit) -> Result<Made, String> {
    let mut next = procedure.clone();
    let made = match edit {
        Edit::Head(form) => head::set(&mut next, form),
        Edit::Calendar(form) => calendar::set(&mut next, form),
        Edit::Series(form) => head::series(&mut next, &form),
        Edit::Field(edit) => fields::edit(&mut next, edit),
        Edit::Grid(edit) => grid::edit(&mut next, edit),
        Edit::Step(edit) => steps::edit(&mut next, edit),
        Edit::Way(step, edit) => ways::edit(&mut next, &step, edit),
        Edit::Rights(step, all) => rights::set(&mut next, &step, &all),
        Edit::Book(edit) => books::edit(&mut next, edit),
        Edit::Quick(line, departments) => quick::build(&mut next, &line, &departments),
    }?;
    *procedure = next;
    Ok(made)
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
