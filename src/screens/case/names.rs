//! Names of the posted fields of a case's forms, said once for the page and for reading the answer.
//! Form fields are `f.ID`; what belongs to one move or choice carries it, so that several may stand
//! on one page without JavaScript.

use crate::engine::definition::MoveId;

/// The button that was pressed: `MOVE/CHOICE`.
pub const DEED: &str = "do";
/// What is written in the opinion box.
pub const OPINION: &str = "opinion";
/// What is written there by hand.
pub const HAND: &str = "hand";
/// The case's version the page showed.
pub const REV: &str = "rev";
/// The task the page was opened on.
pub const TASK: &str = "task";
/// The draft a new case is made from.
pub const DRAFT: &str = "draft";

/// Only keeps what is there: the files to be put in order, the rest for later.
pub const PUT_BY: &str = "putby";
/// Pictures stay as they are.
pub const LOOSE: &str = "loose";
/// Pictures stay beside the original that is made of them.
pub const KEEP_PHOTOS: &str = "photos";
/// The next one is registered at once.
pub const NEXT: &str = "next";
/// The case the next form takes over from.
pub const AFTER: &str = "after";

/// One more row of a table, or one less: `add.ID`, `take.ID.ROW`.
pub const ROW: &str = "row";
/// The field that is asked to be seen whole.
pub const REVEAL: &str = "reveal";

/// The first day of a span.
pub fn first(id: &str) -> String {
    format!("f.{id}.first")
}

/// Its last day.
pub fn last(id: &str) -> String {
    format!("f.{id}.last")
}

/// How many rows of a table are on the page.
pub fn rows(id: &str) -> String {
    format!("rows.{id}")
}

/// A cell of a table.
pub fn cell(id: &str, row: usize, column: &str) -> String {
    format!("f.{id}.{row}.{column}")
}
/// The case a supervised matter is raised from.
pub const RAISED: &str = "raised";

/// A form field.
pub fn field(id: &str) -> String {
    format!("f.{id}")
}

/// Stands beside a group of ticks, so that none ticked is told from not on the page.
pub fn group(id: &str) -> String {
    format!("has.{id}")
}

/// Something a move asks once: `note`, `turns`, `back`.
pub fn of_move(what: &str, mv: MoveId) -> String {
    format!("{what}.{}", mv.as_str())
}

/// Something one choice of a move asks: `people`, `dept`.
pub fn of_choice(what: &str, mv: MoveId, choice: &str) -> String {
    format!("{what}.{}.{choice}", mv.as_str())
}

/// Whom a choice asks: where all choices of a move ask the same people they are chosen once.
pub fn people(mv: MoveId, choice: &str) -> String {
    match mv {
        MoveId::AddSigner => of_move("people", mv),
        _ => of_choice("people", mv, choice),
    }
}

/// The value of a button.
pub fn deed(mv: MoveId, choice: &str) -> String {
    format!("{}/{choice}", mv.as_str())
}
