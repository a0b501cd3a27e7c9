//! A case as its volume holds it: head, state, ledger rows and opinions with the names as they were, and the
//! words under which states are stored. Not here: statements (`case_store` reads, `save_store` writes).

use super::case::{BranchState, CaseState, Part, Purpose, State, TaskState, Undo};
use super::definition::MoveId;
use super::plan::{Act, Corrected};
use crate::kit::{Day, Error, Id, Millis, PersonId, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Which lane an act was on, as stored.
pub(super) const MAIN: &str = "main";
pub(super) const SIDE: &str = "side";

/// What a case says of itself beside its flow.
#[derive(Debug, Clone)]
pub struct Head {
    pub rev: i64,
    pub procedure: String,
    pub version: String,
    pub year: i16,
    pub title: String,
    pub number: Option<String>,
    pub urgency: String,
    pub starter_name: String,
    pub changed_at: Millis,
    pub closed_at: Option<Millis>,
    pub archived_at: Option<Millis>,
}

/// A case as it stands in its volume, with the names as they were.
#[derive(Debug, Clone)]
pub struct Stored {
    pub head: Head,
    pub state: CaseState,
    /// Ledger rows, in order.
    pub acts: Vec<Acted>,
    /// Who wrote the opinions of `state`, in the same order.
    pub said: Vec<Signature>,
    /// Holder and giver of each task of `state`, in the same order.
    pub names: Vec<(String, String)>,
    pub(super) links: Links,
    /// Ledger rows written since it was loaded.
    pub(super) written: i64,
}

/// A ledger row.
#[derive(Debug, Clone)]
pub struct Acted {
    pub n: i64,
    pub mv: MoveId,
    pub step: String,
    pub to_step: Option<String>,
    pub defined: String,
    pub by: Signature,
    pub task: Option<Id>,
    pub branch: Option<Id>,
    pub received_at: Option<Millis>,
    pub opened_at: Option<Millis>,
    pub at: Millis,
    pub detail: Detail,
}

/// The ends of the case's chains.
#[derive(Debug, Clone, Default)]
pub(super) struct Links {
    pub(super) ledger: [u8; 32],
    pub(super) opinion: [u8; 32],
}

/// Who acts, by the names of the day.
#[derive(Debug, Clone)]
pub struct Signature {
    pub person: PersonId,
    pub name: String,
    pub post_name: String,
    pub dept_name: String,
    pub acting_for: Option<(PersonId, String)>,
}

/// What a ledger row keeps beside its columns.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Detail {
    /// `main` or `side`.
    pub lane: String,
    /// The words on the button.
    pub label: String,
    /// To whom it went, as names.
    pub to: Vec<String>,
    /// The reason or the giver's word.
    pub note: String,
    /// How to take it back.
    pub undo: Option<Undo>,
    /// Tasks it opened.
    pub tasks: Vec<Id>,
    /// Branches it opened.
    pub branches: Vec<Id>,
    /// Tasks it urged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub urged: Vec<Id>,
    /// Fields it mended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrected: Vec<Corrected>,
    /// Where it was done on paper and entered by another hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<Written>,
    /// SM3 of each opinion's strokes written with it: what a hand wrote is inside the ledger's chain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hands: Vec<String>,
}

/// Done on paper, entered by another hand: inside the ledger's chain, so that nobody can take it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// Who entered it.
    pub by: PersonId,
    /// By the name of the day.
    pub name: String,
    /// The day written on the paper.
    pub on: Day,
    /// Noon of that day, for columns that show instants.
    pub at: Millis,
}

/// One act to be written into the ledger.
pub struct Entry<'a> {
    pub act: &'a Act,
    pub undo: Option<&'a Undo>,
    pub tasks: Vec<Id>,
    pub branches: Vec<Id>,
    pub signature: &'a Signature,
    pub paper: Option<&'a Written>,
    /// The rule that said who does this step, in words.
    pub defined: String,
}

/// The stored word of a state: its serde name.
pub(super) fn word(state: &impl Serialize) -> Result<String> {
    match serde_json::to_value(state)? {
        Value::String(s) => Ok(s),
        other => Err(Error::fault(format!("no word for {other}"))),
    }
}

/// A state from its stored word. The CHECK constraints keep other words out; a word a newer version
/// wrote reads as the first state rather than hiding the case.
pub(super) fn word_of<T: for<'de> Deserialize<'de> + FirstState>(stored: &str) -> T {
    serde_json::from_value(Value::String(stored.to_owned())).unwrap_or(T::FIRST)
}

pub(super) trait FirstState {
    const FIRST: Self;
}

impl FirstState for State {
    const FIRST: Self = Self::Open;
}
impl FirstState for BranchState {
    const FIRST: Self = Self::Open;
}
impl FirstState for TaskState {
    const FIRST: Self = Self::Open;
}

pub(super) const fn part(part: Part) -> &'static str {
    match part {
        Part::Whole => "whole",
        Part::Principal => "principal",
        Part::Assist => "assist",
    }
}

pub(super) const fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Do => "do",
        Purpose::Review => "review",
        Purpose::Settle => "settle",
        Purpose::Read => "read",
        Purpose::Extend => "extend",
        Purpose::Sign => "sign",
        Purpose::Pause => "pause",
        Purpose::Wait => "wait",
    }
}

pub(super) fn purpose_of(stored: &str) -> Purpose {
    match stored {
        "review" => Purpose::Review,
        "settle" => Purpose::Settle,
        "read" => Purpose::Read,
        "extend" => Purpose::Extend,
        "sign" => Purpose::Sign,
        "pause" => Purpose::Pause,
        "wait" => Purpose::Wait,
        _ => Purpose::Do,
    }
}
