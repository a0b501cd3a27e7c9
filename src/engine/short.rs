//! What a write found wanting: a number of the office, things and days. They are reserved in the hub before the write
//! is tried again, and settled after it. Not here: what is wanted (`claiming`, `work`).
//! Invariant: whatever was reserved is settled, whatever came of the write.

use super::case::Values;
use super::claiming;
use super::definition::Procedure;
use super::run::Acting;
use crate::kit::{Error, Id, Result, ShelfNo, Zone};
use crate::org::letterhead_store::list_letterheads;
use crate::store::{ReservedSpans, Store, Want};
use std::sync::{Arc, Mutex, PoisonError};

/// What one try of a write says about itself, even where nothing was written.
#[derive(Clone, Default)]
pub(super) struct Short(Arc<Mutex<Said>>);

/// Which number a write wants: of which organ code, and which one, where it was asked for by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sought {
    pub code: String,
    pub own: Option<i64>,
}

impl Sought {
    /// What a form asks for.
    pub(super) fn of(procedure: &Procedure, values: &Values) -> Self {
        let series = procedure.series.as_ref();
        Self {
            code: series.map_or_else(String::new, |s| s.code(values)),
            own: series.and_then(|s| s.asked(values)),
        }
    }
}

#[derive(Default)]
struct Said {
    number: Option<Sought>,
    spans: Vec<Want>,
    gave: bool,
}

impl Short {
    fn with<T>(&self, f: impl FnOnce(&mut Said) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// An organ-wide number has to be taken first.
    pub(super) fn of_number(&self, sought: Sought) -> Error {
        self.with(|s| s.number = Some(sought));
        Error::Busy("正在取号，请再提交一次".into())
    }

    /// These have to be reserved first.
    pub(super) fn of_spans(&self, wants: Vec<Want>) -> Error {
        self.with(|s| s.spans = wants);
        Error::Busy("正在占用，请再提交一次".into())
    }

    /// Something was given back or counted again.
    pub(super) fn gave_back(&self) {
        self.with(|s| s.gave = true);
    }

    pub(super) fn take_number(&self) -> Option<Sought> {
        self.with(|s| s.number.take())
    }

    pub(super) fn take_spans(&self) -> Vec<Want> {
        self.with(|s| std::mem::take(&mut s.spans))
    }

    pub(super) fn take_gave(&self) -> bool {
        self.with(|s| std::mem::take(&mut s.gave))
    }
}

/// Reserves what a case wants, or says who has it until when and what is free.
pub(super) fn reserve(
    store: &Store,
    (procedure, zone): (&Procedure, Zone),
    (shelf, case): (ShelfNo, Option<Id>),
    wants: Vec<Want>,
) -> Result<ReservedSpans> {
    let got = store.reserve_spans(shelf, case, wants)?;
    got.map_err(|clash| claiming::refusal(procedure, &clash, zone))
}

/// What was committed stays committed: where the hub is too busy for this, it follows at the next start.
pub(super) fn settle(store: &Store, reserved: Option<&ReservedSpans>) {
    if let Some(reserved) = reserved
        && let Err(e) = store.settle_spans(reserved)
    {
        tracing::warn!(cause = %e, "a claim waits for the next start");
    }
}

/// The hub follows what a case gave back.
pub(super) fn follow(store: &Store, case: Id) {
    if let Err(e) = store.follow_spans(case) {
        tracing::warn!(cause = %e, %case, "what was given back waits for the next start");
    }
}

/// Numbers are given only in a code the organ has, in use or not.
pub(super) fn known_code(
    store: &Store,
    acting: &Acting,
    (procedure, step, sought): (&Procedure, Option<&str>, &Sought),
) -> Result<()> {
    let series = procedure.series.as_ref();
    let series = series.filter(|s| Some(s.step.as_str()) == step && !sought.code.is_empty());
    let Some(by) = series.and_then(|s| s.by.as_ref()) else {
        return Ok(());
    };
    let all = list_letterheads(&store.hub()?, acting.organ)?;
    if all.iter().any(|l| l.code == sought.code) {
        return Ok(());
    }
    Err(Error::invalid(
        by,
        format!(
            "“{}”不是本单位的机关代字，请重新选发文字头；新的代字先在“发文字头”里加上",
            sought.code
        ),
    ))
}
