//! Good lines become cases, a slice a commit, so that other people's writes go on in between.
//! Each case goes the way of every case: the same state, the same save, ledger row and event.
//! Invariant: a line that is here already is passed over inside the write, so an import that broke off is
//! finished by doing it again; names of the old book are words, the ledger names whoever imports.

use super::columns::Kindred;
use super::import_store::{self, Origin};
use super::line::Line;
use crate::engine::case::State;
use crate::engine::definition::{MoveId, Procedure, Scope};
use crate::engine::plan::{Act, Change, Lane, Plan};
use crate::engine::run::{Acting, Engine, SERIES};
use crate::engine::work::Work;
use crate::engine::{compute, flow, series_store};
use crate::kit::{Day, Millis, Principal, Result, ShelfNo};
use crate::store::{Reserved, Stamp, Store, Write};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Lines in one commit: some tens of milliseconds in which others wait.
const SLICE: usize = 40;

/// Floors by (organ-wide, key, year).
pub type Floors = BTreeMap<(bool, String, i16), i64>;

/// What is to be carried in.
#[derive(Debug, Clone)]
pub struct Load {
    pub kindred: Arc<Vec<Kindred>>,
    /// By year, then as in the book.
    pub lines: Arc<Vec<Line>>,
    pub floors: Floors,
    /// Name of the file.
    pub file: String,
    /// The register it is for.
    pub register: String,
}

/// What came of the lines of one commit.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Slice {
    done: usize,
    there: usize,
    /// Lines that could not be taken after all, with why.
    failed: Vec<(usize, String)>,
}

/// How far it is, for the page to show; and the wish to stop.
#[derive(Debug, Default)]
pub struct Progress {
    stop: AtomicBool,
    done: AtomicUsize,
    there: AtomicUsize,
    failed: Mutex<Vec<(usize, String)>>,
}

impl Progress {
    /// Stops after the slice under way.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    #[must_use]
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Cases made.
    #[must_use]
    pub fn done(&self) -> usize {
        self.done.load(Ordering::Relaxed)
    }

    /// Lines that were here already.
    #[must_use]
    pub fn there(&self) -> usize {
        self.there.load(Ordering::Relaxed)
    }

    /// Lines that could not be taken after all, with why.
    #[must_use]
    pub fn failed(&self) -> Vec<(usize, String)> {
        let held = self.failed.lock();
        held.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn add(&self, slice: Slice) {
        self.done.fetch_add(slice.done, Ordering::Relaxed);
        self.there.fetch_add(slice.there, Ordering::Relaxed);
        let held = self.failed.lock();
        held.unwrap_or_else(PoisonError::into_inner)
            .extend(slice.failed);
    }
}

impl Engine {
    /// Carries the lines in until all are in or somebody says stop. What is in stays in.
    pub fn import(
        self: &Arc<Self>,
        store: &Store,
        (stamp, acting): (&Stamp, &Acting),
        load: &Load,
        progress: &Progress,
    ) -> Result<()> {
        for ((organ, key, year), n) in &load.floors {
            if *organ {
                store.raise_floor(SERIES, &format!("{key}/{year}"), *n)?;
            }
        }
        for lines in load.lines.chunk_by(|a, b| a.year == b.year) {
            let Some(year) = lines.first().map(|l| l.year) else {
                continue;
            };
            let shelf = store.shelf_for(acting.dept.0, year)?;
            for slice in lines.chunks(SLICE) {
                if progress.stopped() {
                    return Ok(());
                }
                let mut stamp = stamp.clone();
                stamp.at = store.clock().now();
                // each line is remembered by its own digest; the form's key is the whole import's
                stamp.op.clear();
                progress.add(self.slice(store, (stamp, acting, shelf), load, slice)?);
            }
        }
        Ok(())
    }

    fn slice(
        self: &Arc<Self>,
        store: &Store,
        (stamp, acting, shelf): (Stamp, &Acting, ShelfNo),
        load: &Load,
        lines: &[Line],
    ) -> Result<Slice> {
        let claims = reserve(store, shelf, load, lines)?;
        let (engine, acting, load) = (self.clone(), acting.clone(), load.clone());
        let (lines, reserved) = (lines.to_vec(), claims.clone());
        let written = store.write(shelf, stamp, move |w| {
            let carrier = Carrier {
                engine: &engine,
                acting: &acting,
                load: &load,
                claims: &reserved,
            };
            carrier.all(w, &lines)
        });
        let settled = store.settle_these(claims);
        let written = written?.value;
        if let Err(e) = settled {
            tracing::warn!(cause = %e, "numbers of an old register wait for the next start");
        }
        Ok(written)
    }
}

/// Organ-wide numbers of these lines; those somebody else has are not among them.
fn reserve(store: &Store, shelf: ShelfNo, load: &Load, lines: &[Line]) -> Result<Vec<Reserved>> {
    let mut wanted: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for line in lines {
        let series = series_of(load, line).filter(|s| s.scope == Scope::Organ);
        if let (Some(number), Some(series)) = (&line.number, series) {
            let key = format!("{}/{}", series.key, line.year);
            wanted.entry(key).or_default().push(number.n);
        }
    }
    let mut got = Vec::new();
    for (key, numbers) in wanted {
        match store.reserve_these(shelf, (SERIES, &key), numbers) {
            Ok(some) => got.extend(some),
            Err(e) => {
                store.settle_these(got)?;
                return Err(e);
            }
        }
    }
    Ok(got)
}

fn series_of<'a>(load: &'a Load, line: &Line) -> Option<&'a crate::engine::definition::Series> {
    load.kindred.get(line.kin)?.procedure.series.as_ref()
}

struct Carrier<'a> {
    engine: &'a Engine,
    acting: &'a Acting,
    load: &'a Load,
    claims: &'a [Reserved],
}

impl Carrier<'_> {
    fn all(&self, w: &mut Write<'_>, lines: &[Line]) -> Result<Slice> {
        let mut out = Slice::default();
        self.floors(w, lines)?;
        for kin in self.load.kindred.iter() {
            let p = &kin.procedure;
            series_store::insert_version(w, &p.id, p.version(), &kin.text)?;
        }
        for line in lines {
            if import_store::has_line(w, &line.digest)? {
                out.there += 1;
            } else if self.one(w, line)? {
                out.done += 1;
            } else {
                let n = line.number.as_ref().map_or(0, |n| n.n);
                out.failed.push((
                    line.line,
                    format!("{} 年的 {n} 号刚刚被别的文件占用，请核对", line.year),
                ));
            }
        }
        w.about(&self.load.register);
        w.note(format!("从“{}”导入 {} 件", self.load.file, out.done));
        if out.done == 0 {
            w.quiet("每一行都已经导入过，没有改动");
        }
        Ok(out)
    }

    /// The department's own series, on the shelf that is written.
    fn floors(&self, w: &Write<'_>, lines: &[Line]) -> Result<()> {
        let year = lines.first().map(|l| l.year);
        for ((organ, key, of), n) in &self.load.floors {
            if !organ && Some(*of) == year {
                import_store::set_floor(w, (key, *of), *n)?;
            }
        }
        Ok(())
    }

    /// One case; false where its number is somebody else's.
    fn one(&self, w: &mut Write<'_>, line: &Line) -> Result<bool> {
        let Some(kin) = self.load.kindred.get(line.kin) else {
            return Ok(false);
        };
        let mut work = Work::blank(w, self.engine, self.acting, &kin.procedure)?;
        let case = work.case.state.id;
        if let (Some(number), Some(series)) = (&line.number, &kin.procedure.series) {
            let key = format!("{}/{}", series.key, line.year);
            let claim = self.claims.iter().find(|c| c.key == key && c.n == number.n);
            let bound = match (series.scope, claim) {
                (Scope::Organ, Some(claim)) => w.bind(claim, case).map(|()| true)?,
                (Scope::Organ, None) => false,
                (Scope::Department, _) => {
                    import_store::insert_number(w, (&series.key, line.year), number.n, case)?
                }
            };
            if !bound {
                return Ok(false);
            }
            let n = u32::try_from(number.n).unwrap_or(0);
            let written = number.written.clone();
            let written = written.unwrap_or_else(|| series.written("", line.year, n));
            let values = &mut work.case.state.values;
            values.insert(series.field.clone(), written.clone().into());
            work.case.head.number = Some(written);
        }
        self.date(&mut work, line);
        let plan = self.plan(&work, &kin.procedure, line);
        work.carry(w, &plan, None)?;
        work.finish(w, "case.imported")?;
        let origin = Origin {
            file: self.load.file.clone(),
            line: i64::try_from(line.line).unwrap_or(i64::MAX),
            extra: line.extra.clone(),
        };
        import_store::insert_origin(w, case, &origin, &line.digest)?;
        Ok(true)
    }

    /// Its own dates; where only the number says the year, the year's first day.
    fn date(&self, work: &mut Work<'_>, line: &Line) {
        let zone = self.engine.zone();
        let at = |day: Day| -> Millis { zone.start_of(day) };
        let opened = line.on.or_else(|| Day::new(line.year, 1, 1)).map(at);
        let closed = line.closed.map(at).or(opened);
        let (head, state) = (&mut work.case.head, &mut work.case.state);
        head.year = line.year;
        head.closed_at = closed;
        head.archived_at = line.archived.and_then(|day| day.map(at).or(closed));
        if let Some(opened) = opened {
            state.opened_at = opened;
        }
    }

    fn plan(&self, work: &Work<'_>, procedure: &Procedure, line: &Line) -> Plan {
        let facts = work.facts(None);
        let last = procedure
            .steps
            .last()
            .map(|s| s.id.clone())
            .unwrap_or_default();
        let state = match line.archived {
            Some(_) => State::Archived,
            None => State::Closed,
        };
        let mut values = line.values.clone();
        let by = (facts.calendar, facts.today());
        values.extend(compute::changed(procedure, by, &line.values));
        let mut changes = vec![
            Change::SetStep {
                step: last.clone(),
                visit: 1,
            },
            Change::SetFields(values),
            Change::SetState(state),
        ];
        let grants = procedure.visibility.grants.iter();
        changes.extend(grants.flat_map(|g| {
            let found = flow::by_rule(&facts, &g.who, &line.values, None);
            found.into_iter().map(|p| Change::Grant(p, g.from.clone()))
        }));
        if !changes.iter().any(|c| matches!(c, Change::Grant(..))) {
            let me = Principal::Person(facts.viewer.person);
            let first = procedure.first_step().map(|s| s.id.clone());
            changes.push(Change::Grant(me, first.unwrap_or_default()));
        }
        Plan {
            act: Act {
                mv: MoveId::Import,
                label: "导入".to_owned(),
                lane: Lane::Main,
                by: facts.viewer.person,
                acting_for: None,
                step: String::new(),
                to_step: None,
                branch: None,
                task: None,
                to: Vec::new(),
                urged: Vec::new(),
                corrected: Vec::new(),
                note: format!("导入自旧登记簿 {} 第 {} 行", self.load.file, line.line),
            },
            undo: None,
            changes,
        }
    }
}
