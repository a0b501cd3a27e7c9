//! What a write found wanting: a number of the office, things and days. They are reserved in the hub before the write
//! is tried again, and settled after it; what later steps will take is only looked at. Not here: what is wanted
//! (`claiming`, `work`).
//! Invariant: whatever was reserved is settled, whatever came of the write.

use super::case::Values;
use super::definition::{Procedure, Scope};
use super::run::{Acting, Engine, SERIES};
use super::{case_store, claiming};
use crate::kit::{Error, Id, Result, ShelfNo};
use crate::org::letterhead_store::list_letterheads;
use crate::store::{Clash, Reserved, ReservedSpans, Stamp, Store, Want};
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
    ahead: Vec<Want>,
    looked: bool,
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

    /// These will be taken later: whether anything stands against them is to be looked at first. Once.
    pub(super) fn of_ahead(&self, wants: &[Want]) -> Result<()> {
        if wants.is_empty() || self.with(|s| std::mem::replace(&mut s.looked, true)) {
            return Ok(());
        }
        self.with(|s| s.ahead = wants.to_vec());
        Err(Error::Busy("正在看有没有空，请再提交一次".into()))
    }

    pub(super) fn take_ahead(&self) -> Vec<Want> {
        self.with(|s| std::mem::take(&mut s.ahead))
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

impl Engine {
    /// What asks the hub for a case of a procedure.
    pub(super) fn asker<'a>(
        &'a self,
        store: &'a Store,
        acting: &'a Acting,
        procedure: &'a Procedure,
    ) -> Asker<'a> {
        Asker {
            engine: self,
            store,
            acting,
            procedure,
        }
    }

    /// Whether anything stands against what later steps of a case will take.
    pub(super) fn look_ahead(
        &self,
        store: &Store,
        acting: &Acting,
        (case, wants): (Id, Vec<Want>),
    ) -> Result<()> {
        let read = store.shelf(case.shelf())?;
        let head = case_store::find_case(&read, case)?.head;
        let procedure = self
            .procedures
            .version(&read, &head.procedure, &head.version)?;
        drop(read);
        let asker = self.asker(store, acting, &procedure);
        asker.look(Some(case), wants)
    }

    /// Reserves the number of the office a step takes, where it takes one.
    pub(super) fn reserve_for(
        &self,
        store: &Store,
        shelf: ShelfNo,
        procedure: &Procedure,
        (step, sought): (Option<&str>, &Sought),
        stamp: &Stamp,
    ) -> Result<Option<Reserved>> {
        let series = procedure.series.as_ref();
        let Some(series) =
            series.filter(|s| s.scope == Scope::Organ && Some(s.step.as_str()) == step)
        else {
            return Ok(None);
        };
        let year = self.zone().year(stamp.at);
        // a request's name comes again after a restart, its time does not; a form's number may be typed
        let holder = match (stamp.repeat_key(), stamp.request.as_str()) {
            (key, "") if key.is_empty() => {
                return Err(Error::fault("a number is taken by a submit without a key"));
            }
            (key, request) if key.is_empty() => {
                format!("{} {request} {}", stamp.actor, stamp.at.0)
            }
            (key, _) => format!("{} {key}", shelf.0),
        };
        if let Some(by) = series.by.as_ref().filter(|_| sought.code.is_empty()) {
            return Err(Error::invalid(by, "请先选发文字头，再编号"));
        }
        let key = series.counted(&sought.code, year);
        match sought.own {
            None => store.reserve(shelf, SERIES, &key, &holder).map(Some),
            Some(n) => match store.reserve_kept(shelf, (SERIES, &key), n, &holder)? {
                Some(claim) => Ok(Some(claim)),
                None => Err(Error::invalid(
                    series.own.as_deref().unwrap_or_default(),
                    format!(
                        "{n} 号没有预留着，不能直接用：空着就自动取下一个号，要用哪个号请先在“发文编号”里预留"
                    ),
                )),
            },
        }
    }
}

/// Who asks, in what, at which office.
#[derive(Clone, Copy)]
pub(super) struct Asker<'a> {
    pub engine: &'a Engine,
    pub store: &'a Store,
    pub acting: &'a Acting,
    pub procedure: &'a Procedure,
}

impl Asker<'_> {
    /// Reserves what a case wants, or says who has it until when and what is free.
    pub(super) fn reserve(
        &self,
        (shelf, case): (ShelfNo, Option<Id>),
        wants: Vec<Want>,
    ) -> Result<ReservedSpans> {
        let got = self.store.reserve_spans(shelf, case, wants)?;
        got.map_err(|clashes| self.refusal(&clashes))
    }

    /// Whether anything stands against what later steps will take.
    pub(super) fn look(&self, case: Option<Id>, wants: Vec<Want>) -> Result<()> {
        let clashes = self.store.look_at_spans(case, wants)?;
        match clashes.is_empty() {
            true => Ok(()),
            false => Err(self.refusal(&clashes)),
        }
    }

    fn refusal(&self, clashes: &[Clash]) -> Error {
        let other = |case| self.named(case).unwrap_or_default();
        claiming::refusal(self.procedure, clashes, (self.engine.zone(), &other))
    }

    /// “防汛会商”（会议室〔2026〕1号); of what the asker may not see, its number alone.
    pub(super) fn named(&self, case: Id) -> Result<String> {
        let seen = self.engine.open(self.store, self.acting, (case, None));
        let (title, number) = match seen {
            Ok(view) => (view.case.head.title, view.case.head.number),
            Err(_) => (
                String::new(),
                case_store::find_number(&self.store.shelf(case.shelf())?, case)?,
            ),
        };
        let number = number.map_or_else(String::new, |n| format!("（{n}）"));
        Ok(match title.is_empty() {
            true => number,
            false => format!("“{title}”{number}"),
        })
    }
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
