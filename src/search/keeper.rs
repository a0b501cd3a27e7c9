//! Keeps the search files up to date, on one thread that works at most half the time: first what a case
//! itself says, then the texts of its attachments, one file at a time.
//! Invariant: rows and cursor move together, and contents waiting to be read are rows, so that a power cut
//! at any point loses nothing and repeats at most one batch.

use super::document::{Document, Part, Source};
use super::joining::join;
use super::packed::{pack, pack_value, unpack_text};
use super::side_store::{
    KnownContent, Waiting, drop_content, find_content, find_known, find_waiting, insert_contents,
    insert_doc, insert_known, is_free, list_holders, newest, set_content, take_doc,
};
use super::tokens::tokens;
use super::words::add_pairs;
use crate::kit::extract::{self, Found};
use crate::kit::{Digest, Error, Id, Result, ShelfNo};
use crate::store::{IndexWrite, Keeping, Mark, News, Read, Side, Store, is_damage};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Cases in one transaction.
const BATCH: usize = 200;
/// Longest rest after a piece of work.
const REST: Duration = Duration::from_millis(50);
/// How long after a fault it is tried again.
const AGAIN: Duration = Duration::from_millis(500);
/// So many cases put into a file leave its lists in so many pieces that a query feels it: they are made one
/// when there is nothing else to do.
const SCATTERED: usize = 2_000;

#[derive(Default)]
struct State {
    stop: bool,
    /// How many wait for all to be done.
    hurry: u32,
    /// Everything written up to this ring can be found.
    done: Option<u64>,
    rebuilding: bool,
    /// Volumes whose search file gave nonsense.
    suspects: HashSet<i64>,
    /// By volume, cases put in since its lists were in one piece.
    scattered: HashMap<i64, Scattered>,
}

#[derive(Clone, Copy, Default)]
struct Scattered {
    cases: usize,
    /// Making one piece has begun and may take so many turns more: what comes in meanwhile is pieces again.
    turns: Option<i64>,
}

struct Shared {
    store: Store,
    /// A shelf that moves waits until it is found in its new place.
    _keeping: Keeping,
    source: Arc<dyn Source>,
    state: Mutex<State>,
    settled: Condvar,
}

pub(super) struct Keeper {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    pub(super) fn start(store: Store, source: Arc<dyn Source>) -> Result<Self> {
        let shared = Arc::new(Shared {
            _keeping: store.keep_sides(),
            store,
            source,
            state: Mutex::default(),
            settled: Condvar::new(),
        });
        let worker = shared.clone();
        let thread = thread::Builder::new()
            .name("search".into())
            .spawn(move || worker.work())?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    pub(super) fn drain(&self, at_most: Duration) -> bool {
        let target = self.shared.store.rings();
        let mut state = self.shared.state();
        state.hurry += 1;
        let behind = |s: &mut State| s.done.is_none_or(|d| d < target) || !s.suspects.is_empty();
        let waited = self
            .shared
            .settled
            .wait_timeout_while(state, at_most, behind);
        let (mut state, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        state.hurry -= 1;
        !timeout.timed_out()
    }

    pub(super) fn rebuilding(&self) -> bool {
        let state = self.shared.state();
        state.rebuilding || !state.suspects.is_empty()
    }

    /// The search file of this volume gave nonsense: it is made anew.
    pub(super) fn suspect(&self, volume: i64) {
        self.shared.state().suspects.insert(volume);
        self.shared.store.ring();
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.shared.state().stop = true;
        self.shared.store.ring();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stopped(&self) -> bool {
        self.state().stop
    }

    fn work(&self) {
        while !self.stopped() {
            let ring = self.store.rings();
            let done = catch_unwind(AssertUnwindSafe(|| self.pass()))
                .unwrap_or_else(|_| Err(Error::fault("panic")));
            match done {
                Ok(()) => {
                    self.state().done = Some(ring);
                    self.settled.notify_all();
                    while !self.stopped() && self.store.rings() <= ring {
                        let _ = self.store.wait_for_ring(ring, Duration::from_secs(60));
                    }
                }
                Err(e) => {
                    tracing::error!(cause = %e, "the search is behind; trying again");
                    thread::sleep(AGAIN);
                }
            }
        }
    }

    /// Works until there is nothing left.
    fn pass(&self) -> Result<()> {
        loop {
            self.drop_suspects()?;
            let mut more = false;
            let mut rebuilding = false;
            for side in self.store.sides()? {
                let news = self.guarded(&side, |s| s.news())?;
                rebuilding |= matches!(news, News::All(_));
                if rebuilding {
                    self.state().rebuilding = true;
                }
                more |= self.guarded(&side, |s| self.carry(s, news))?;
                if self.stopped() {
                    return Ok(());
                }
            }
            if !rebuilding {
                self.state().rebuilding = false;
            }
            if !more && !self.read_next()? && !self.join_next()? {
                return Ok(());
            }
        }
    }

    /// A damaged file is made anew; what else goes wrong is tried again.
    fn guarded<T>(&self, side: &Arc<Side>, f: impl FnOnce(&Arc<Side>) -> Result<T>) -> Result<T> {
        f(side).inspect_err(|e| {
            if matches!(e, Error::Fault(_)) {
                self.state().suspects.insert(side.no());
            }
        })
    }

    fn drop_suspects(&self) -> Result<()> {
        let suspects = std::mem::take(&mut self.state().suspects);
        if suspects.is_empty() {
            return Ok(());
        }
        for side in self.store.sides()? {
            if suspects.contains(&side.no()) {
                tracing::warn!(
                    volume = side.no(),
                    "the search file is damaged and made anew"
                );
                self.store.drop_side(side);
            }
        }
        Ok(())
    }

    /// Takes in one batch; true where there may be more.
    fn carry(&self, side: &Arc<Side>, news: News) -> Result<bool> {
        match news {
            News::None => Ok(false),
            News::Changed(cases, came, mark) => {
                for shelf in came {
                    if !self.take_in(side, shelf, &mark)? {
                        return Ok(false);
                    }
                }
                let cases: Vec<Id> = cases.into_iter().collect();
                self.put_all(side, &cases, |ix| ix.set_mark(&mark))?;
                Ok(true)
            }
            News::All(mark) => {
                if newest(&side.read()?)?.is_some() {
                    self.store.drop_side(side.clone());
                    // where a reader still holds the file it cannot go yet
                    self.rest(REST);
                    return Ok(true);
                }
                self.rebuild(side, &mark)?;
                Ok(true)
            }
        }
    }

    /// A shelf that came, the newest cases first, changes in between. False: stopped, to be done once more.
    fn take_in(&self, side: &Side, shelf: ShelfNo, mark: &Mark) -> Result<bool> {
        if !side.shelves()?.contains(&shelf) {
            // it has moved on
            return Ok(true);
        }
        let volume = side.volume_uncounted()?;
        let mut cases = self.source.cases(&volume, shelf)?;
        cases.sort_unstable_by(|a, b| b.cmp(a));
        let mut seen = mark.seq();
        for some in cases.chunks(BATCH) {
            self.put_all(side, some, |_| Ok(()))?;
            let (changed, last) = side.changed_after(seen)?;
            let changed: Vec<Id> = changed.into_iter().collect();
            self.put_all(side, &changed, |_| Ok(()))?;
            seen = last;
            if self.stopped() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The newest cases first: they are what is looked for.
    fn rebuild(&self, side: &Side, mark: &Mark) -> Result<()> {
        side.change(|ix| ix.unset_mark())?;
        let volume = side.volume_uncounted()?;
        let mut cases = Vec::new();
        for shelf in side.shelves()? {
            cases.extend(self.source.cases(&volume, shelf)?);
        }
        drop(volume);
        cases.sort_unstable_by(|a, b| b.cmp(a));
        for some in cases.chunks(BATCH) {
            self.put_all(side, some, |_| Ok(()))?;
            if self.stopped() {
                return Ok(());
            }
        }
        side.change(|ix| ix.set_mark(mark))
    }

    /// Replaces cases, after whatever else belongs into the same transaction.
    fn put_all(
        &self,
        side: &Side,
        cases: &[Id],
        first: impl FnOnce(&IndexWrite<'_>) -> Result<()>,
    ) -> Result<()> {
        let began = Instant::now();
        let volume = side.volume_uncounted()?;
        let mut documents = Vec::with_capacity(cases.len());
        for case in cases {
            documents.push((*case, self.document(&volume, *case)?));
        }
        let known = self.read_before(side, &documents)?;
        side.change(|ix| {
            first(ix)?;
            known.iter().try_for_each(|k| insert_known(ix, k))?;
            documents
                .iter()
                .try_for_each(|(case, document)| put(ix, *case, document.as_ref()))
        })?;
        let mut state = self.state();
        state.scattered.entry(side.no()).or_default().cases += cases.len();
        drop(state);
        self.rest(began.elapsed());
        Ok(())
    }

    /// What a shelf's former search file read of contents: nothing is read twice, or lost while it would be.
    fn read_before(
        &self,
        side: &Side,
        documents: &[(Id, Option<Document>)],
    ) -> Result<Vec<KnownContent>> {
        let routes = self.store.routes();
        let mut known = Vec::new();
        let mut former: Option<Arc<Side>> = None;
        for (case, document) in documents {
            let Some(no) = routes.former(case.shelf()).filter(|no| *no != side.no()) else {
                continue;
            };
            former = former.filter(|s| s.no() == no);
            if former.is_none() {
                former = self.store.sides()?.into_iter().find(|s| s.no() == no);
            }
            let Some(former) = &former else { continue };
            let parts = document.iter().flat_map(|d| &d.parts);
            for digest in parts.filter_map(Part::contents) {
                known.extend(find_known(&former.read()?, digest)?);
            }
        }
        Ok(known)
    }

    /// Joins some pages of the lists of a file that is in many pieces; false where there is none.
    fn join_next(&self) -> Result<bool> {
        for side in self.store.sides()? {
            let known = self.state().scattered.get(&side.no()).copied();
            let Some(known) = known.filter(|s| s.turns.is_some() || s.cases >= SCATTERED) else {
                continue;
            };
            let began = Instant::now();
            let left = self.guarded(&side, |s| join(s, known.turns))?;
            let mut state = self.state();
            match left {
                Some(_) => state.scattered.entry(side.no()).or_default().turns = left,
                None => drop(state.scattered.remove(&side.no())),
            }
            drop(state);
            self.rest(began.elapsed());
            return Ok(true);
        }
        Ok(false)
    }

    /// What the source cannot say of one case must not keep all others from being found.
    fn document(&self, volume: &Read, case: Id) -> Result<Option<Document>> {
        match self.source.document(volume, case) {
            Err(Error::Fault(cause)) => {
                tracing::error!(cause, %case, "a case cannot be searched");
                Ok(None)
            }
            other => other,
        }
    }

    /// Reads the contents of one attachment; false where none waits.
    fn read_next(&self) -> Result<bool> {
        for side in self.store.sides()? {
            let waiting = self.guarded(&side, |s| find_waiting(&s.read()?))?;
            if let Some(waiting) = waiting {
                self.guarded(&side, |s| self.read_file(s, &waiting))?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn read_file(&self, side: &Side, waiting: &Waiting) -> Result<()> {
        let digest = waiting.digest;
        let Some(case) = waiting.case else {
            return side.change(|ix| drop_content(ix, digest));
        };
        let begun = if waiting.begun { "unread" } else { "once" };
        side.change(|ix| set_content(ix, digest, (begun, &pack(Found::Broken.why_not()))))?;
        let began = Instant::now();
        let found = match self.bytes(case, digest)? {
            Some(bytes) => extract::all(&bytes),
            None => Found::TooLarge,
        };
        let kept = match &found {
            Found::Text(text) => ("read", pack(text)),
            why => ("unread", pack(why.why_not())),
        };
        let holders = list_holders(&side.read()?, digest)?;
        self.rest(began.elapsed());
        self.put_all(side, &holders, |ix| {
            set_content(ix, digest, (kept.0, &kept.1))
        })
    }

    fn bytes(&self, case: Id, digest: Digest) -> Result<Option<Vec<u8>>> {
        let limit = i64::try_from(extract::MOST_BYTES).map_err(Error::fault)?;
        let read = self.store.blob(case.shelf(), digest);
        match read.and_then(|blob| blob.all(limit)) {
            // named and not there is the business of `verify`, not of the search
            Err(Error::NotFound) => Ok(Some(Vec::new())),
            // and so is damage, which no new search file mends
            Err(e) if matches!(e, Error::Fault(_)) || is_damage(&e) => {
                tracing::error!(cause = %e, %case, "a file cannot be searched");
                Ok(Some(Vec::new()))
            }
            other => other,
        }
    }

    /// As long as the work took, unless somebody waits.
    fn rest(&self, worked: Duration) {
        let state = self.state();
        if state.hurry == 0 && !state.stop {
            drop(state);
            thread::sleep(worked.min(REST));
        }
    }
}

/// Replaces a case; one that is gone is dropped.
fn put(side: &IndexWrite<'_>, case: Id, document: Option<&Document>) -> Result<()> {
    let old = take_doc(side, case)?;
    let Some(document) = document else {
        return Ok(());
    };
    let place = match old {
        Some(place) => place,
        None => free_place(side, case, document.year)?,
    };
    let digests: Vec<Digest> = document.parts.iter().filter_map(Part::contents).collect();
    let mut pairs = BTreeSet::new();
    for part in &document.parts {
        add_pairs(&part.text, &mut pairs);
    }
    for digest in &digests {
        if let Some(body) = find_content(side, *digest)? {
            add_pairs(&unpack_text(&body)?, &mut pairs);
        }
    }
    let parts = pack_value(&document.parts)?;
    insert_doc(side, (place, case), &parts, &tokens(document, &pairs))?;
    insert_contents(side, case, &digests)
}

/// Years first, then the time the case was made: that is the order hits come in.
fn free_place(side: &IndexWrite<'_>, case: Id, year: i16) -> Result<i64> {
    let mut place = first_of_year(year) + ((case.raw() >> 22) << 6) + (case.raw() & 63);
    while !is_free(side, place)? {
        place += 1;
    }
    Ok(place)
}

/// The lowest place of a year; time of making and counter stand below it, in 47 bits.
pub(super) fn first_of_year(year: i16) -> i64 {
    i64::from(year.max(0)) << 47
}
