//! Whoever moves, the thread or the caller: empties what was left behind, then moves one shelf, and again.
//! Invariant: what may pass by itself is put off and tried again; anything else leaves the shelf where it is
//! and says why.

use super::job::{self, Halt, Job, Wanted};
use super::switch::set_volume;
use super::{Moving, compare, contents, copy, purge, shape, switch};
use crate::kit::{Error, Result, ShelfNo};
use crate::store::catalogue::Catalogue;
use crate::store::connect::sql;
use crate::store::file::File;
use crate::store::{Stamp, Store, sizes, write};
use rusqlite::{OptionalExtension, params};
use std::cell::Cell;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Looks by itself once in so long.
const IDLE: Duration = Duration::from_secs(5);
/// What could not be moved is tried again after so long.
const AGAIN: Duration = Duration::from_secs(60);
/// Room that must stay free beyond what the copy and its log take.
const SPARE: u64 = 64 << 20;

/// What comes after a pass.
pub(super) enum Next {
    Again,
    /// Nothing now; where something was put off, why.
    Later(Option<Error>),
}

/// Whoever moves, the thread or the caller.
pub(super) struct Worker<'s> {
    store: &'s Store,
    catalogue: Arc<Catalogue>,
    moving: Arc<Moving>,
    /// None: nobody else is at work.
    grace: Option<Duration>,
    put_off: Mutex<HashMap<i64, Instant>>,
}

impl<'s> Worker<'s> {
    pub(super) fn new(store: &'s Store, grace: Option<Duration>) -> Self {
        Self {
            store,
            catalogue: store.inner.catalogue.clone(),
            moving: store.inner.moving.clone(),
            grace,
            put_off: Mutex::default(),
        }
    }

    pub(super) fn work(&self) {
        while !self.moving.stopping() {
            let done = catch_unwind(AssertUnwindSafe(|| self.pass())).unwrap_or_else(|p| {
                Err(Error::Fault(format!(
                    "panic: {}",
                    crate::store::writer::words(&*p)
                )))
            });
            match done {
                Ok(Next::Again) => {}
                Ok(Next::Later(_)) => self.moving.wait(IDLE.min(self.grace.unwrap_or(IDLE))),
                Err(e) => {
                    tracing::error!(cause = %e, "the mover stopped; trying again");
                    self.moving.wait(IDLE);
                }
            }
        }
    }

    /// Empties what was left behind, then moves one shelf.
    pub(super) fn pass(&self) -> Result<Next> {
        let working = self.moving.working.lock();
        let _alone = working.unwrap_or_else(PoisonError::into_inner);
        match self.tidy_up() {
            Ok(()) | Err(Halt::Paused | Halt::Cancelled) => {}
            Err(Halt::Stopping) => return Ok(Next::Later(None)),
            Err(Halt::Trouble(e)) => return Err(e),
        }
        if self.store.relocation_is_paused()? {
            return Ok(Next::Later(None));
        }
        let hub = self.catalogue.hub();
        let mut why = None;
        for wanted in job::wanted(&hub.read_uncounted()?.conn)? {
            if self.is_put_off(wanted.id) {
                continue;
            }
            match self.relocate(&wanted) {
                Ok(()) => return Ok(Next::Again),
                Err(Halt::Paused | Halt::Stopping) => return Ok(Next::Later(None)),
                // the next pass drops what was copied
                Err(Halt::Cancelled) => return Ok(Next::Again),
                Err(Halt::Trouble(e)) => {
                    self.trouble(&wanted, &e)?;
                    why = Some(e);
                }
            }
        }
        Ok(Next::Later(why))
    }

    fn is_put_off(&self, id: i64) -> bool {
        let put_off = self.put_off.lock().unwrap_or_else(PoisonError::into_inner);
        put_off.get(&id).is_some_and(|at| at.elapsed() < AGAIN)
    }

    /// What may pass by itself is put off; what does not is given up, and the shelf stays where it is.
    fn trouble(&self, wanted: &Wanted, e: &Error) -> Result<()> {
        let hub = self.catalogue.hub();
        tracing::warn!(cause = %e, shelf = wanted.shelf.0, "a shelf was not moved");
        if let Error::Busy(words) = e {
            let mut put_off = self.put_off.lock().unwrap_or_else(PoisonError::into_inner);
            put_off.insert(wanted.id, Instant::now());
            return job::set_words(hub, wanted.id, words.clone());
        }
        let words = match e {
            Error::Conflict(words) | Error::Denied(words) => words.clone(),
            _ => "搬的时候两边核对不上，这一盒没有搬，仍在原来的柜里。请先到“体检”核对数据文件，再搬一次".into(),
        };
        job::set_ended(hub, wanted.id, ("failed", words), self.store.clock().now())
    }

    /// One shelf, from wherever an earlier attempt stopped.
    fn relocate(&self, wanted: &Wanted) -> Result<(), Halt> {
        let began = Instant::now();
        let Some(job) = self.job(wanted)? else {
            return Ok(());
        };
        self.begin(&job)?;
        let digests = contents::named(&job.source.read_uncounted()?.conn, job.shelf)?;
        contents::carry(&job, &digests)?;
        copy::all_rows(&job)?;
        copy::catch_up(&job)?;
        let rows = compare::compare(&job)?;
        let digests = contents::named(&job.source.read_uncounted()?.conn, job.shelf)?;
        contents::carry(&job, &digests)?;
        let pause = switch::switch(&job)?;
        self.moving.switched().insert(job.shelf, Instant::now());
        // what was uploaded in the last moment follows; until then it is found beside the old volume
        if let Err(e) = contents::bring_all(&self.catalogue, &job.target) {
            tracing::warn!(cause = %e, "contents follow their shelf later");
        }
        self.count(rows, began.elapsed(), pause);
        self.audit(&job);
        tracing::info!(
            shelf = job.shelf.0,
            from = job.source.no,
            to = job.target.no,
            rows,
            pause_ms = pause.as_millis(),
            "a shelf has moved"
        );
        Ok(())
    }

    /// The shelf's files and tables; none where there is nothing to do any more.
    fn job(&self, wanted: &Wanted) -> Result<Option<Job>> {
        let hub = self.catalogue.hub();
        let source = self.catalogue.file_of(wanted.shelf)?;
        let target = self.catalogue.volume(wanted.to)?;
        if source.no == target.no {
            // switched, and the hub did not hear of it; or it stands there by itself
            let id = wanted.id;
            let to = target.no;
            let shelf = wanted.shelf;
            hub.call(move |c| {
                set_volume(c, shelf, to)?;
                c.execute(
                    "UPDATE relocation SET state = 'switched' WHERE id = ?1",
                    [id],
                )
                .map(drop)
                .map_err(sql)
            })?;
            return Ok(None);
        }
        if source.is_frozen() || target.is_frozen() {
            return Err(Error::Conflict(
                "这一盒或者要搬去的柜已经封存，不能再搬。它仍在原来的柜里".into(),
            ));
        }
        let (dept, year) =
            job::whose(&hub.read_uncounted()?.conn, wanted.shelf)?.ok_or(Error::NotFound)?;
        let shapes = shape::shapes(&source.read_uncounted()?.conn)?;
        Ok(Some(Job {
            id: wanted.id,
            shelf: wanted.shelf,
            dept,
            year,
            source,
            target,
            shapes: Arc::new(shapes),
            catalogue: self.catalogue.clone(),
            moving: self.moving.clone(),
            gently: self.grace.is_some(),
            told: Cell::new(None),
        }))
    }

    /// Room, a place in the target, notes in the source.
    fn begin(&self, job: &Job) -> Result<(), Halt> {
        job.go_on()?;
        let read = job.source.read_uncounted()?;
        let noted = shape::watching(&read.conn, job.shelf)? == shape::watchers_wanted(&job.shapes);
        let total = shape::count(&read.conn, job.shelf)?;
        drop(read);
        let there = purge::state_in(&job.target.read_uncounted()?.conn, job.shelf)?;
        if there.as_deref() == Some("incoming") && !noted {
            // rows were copied while nobody took notes
            purge::abandon(&self.catalogue, &job.target, job.shelf)?;
        }
        if purge::leavings(&job.target)?.contains(&job.shelf) {
            purge::purge(&job.target, job.shelf, |worked| {
                job.rest(worked);
                job.go_on()
            })?;
        }
        if !noted {
            self.room(job)?;
        }
        job::set_copying(self.catalogue.hub(), job.id, (job.source.no, total))?;
        let (shelf, dept, year) = (job.shelf, job.dept, job.year);
        job.target.call(move |c| {
            c.execute(
                "INSERT INTO shelf_owner(shelf, dept, year, state) VALUES(?1, ?2, ?3, 'incoming')
                 ON CONFLICT(shelf) DO UPDATE SET state = 'incoming', to_volume = NULL
                   WHERE state = 'moved'",
                params![shelf.0, dept, year],
            )
            .map_err(sql)
        })?;
        if !noted {
            let shapes = job.shapes.clone();
            job.source.call(move |c| {
                shape::unwatch(c, shelf)?;
                shape::watch(c, &shapes, shelf)
            })?;
        }
        Ok(())
    }

    /// The copy, its log, and what must stay free.
    fn room(&self, job: &Job) -> Result<()> {
        let sizes = sizes::measure(&job.source, self.catalogue.dir())?;
        let bytes = sizes
            .iter()
            .find(|s| s.shelf == job.shelf)
            .map_or(0, |s| s.bytes);
        let free = crate::store::room::free(self.catalogue.dir().root())?;
        if free > bytes + bytes / 4 + SPARE {
            return Ok(());
        }
        Err(Error::Busy(format!(
            "磁盘空间不够，这一盒还没有搬：搬它要 {} MB，磁盘只剩 {} MB。请腾出空间，腾出后会自己接着搬",
            (bytes + bytes / 4 + SPARE) >> 20,
            free >> 20
        )))
    }

    fn count(&self, rows: i64, worked: Duration, pause: Duration) {
        let whole = |n: u128| u64::try_from(n).unwrap_or(u64::MAX);
        let moving = &self.moving;
        moving
            .rows
            .fetch_add(u64::try_from(rows).unwrap_or(0), Ordering::Relaxed);
        moving
            .worked_ms
            .fetch_add(whole(worked.as_millis()), Ordering::Relaxed);
        moving
            .pause_us
            .fetch_max(whole(pause.as_micros()), Ordering::Relaxed);
        moving.shelves.fetch_add(1, Ordering::Relaxed);
    }

    /// The hub's audit says that a shelf stands elsewhere now; not being able to is no reason to turn back.
    fn audit(&self, job: &Job) {
        let stamp = Stamp {
            target: format!("{}", job.shelf.0),
            ..Stamp::new("system:mover", "storage.moved", self.store.clock().now())
        };
        let words = format!("从 {:04} 柜搬到 {:04} 柜", job.source.no, job.target.no);
        let told = write::run_counted(
            self.catalogue.hub(),
            (ShelfNo::HUB, stamp),
            Arc::default(),
            move |w| {
                w.note(words);
                w.quiet("盒换了柜；清单不受影响");
                Ok(())
            },
        );
        if let Err(e) = told {
            tracing::warn!(cause = %e, "the move of a shelf is not in the audit");
        }
    }

    /// Copies that nobody wants any more, and rows that moved away.
    fn tidy_up(&self) -> Result<(), Halt> {
        self.end_emptied()?;
        let files: Vec<Arc<File>> = self.catalogue.volumes();
        for file in files.iter().filter(|f| !f.is_frozen()) {
            for shelf in purge::incoming(file)? {
                if !self.is_wanted(shelf, file.no)? {
                    let _alone = self.moving.switching();
                    purge::abandon(&self.catalogue, file, shelf)?;
                }
            }
            for shelf in purge::leavings(file)? {
                self.leave(file, shelf)?;
            }
        }
        Ok(())
    }

    /// A crash came between the last row and the word that it is gone.
    fn end_emptied(&self) -> Result<()> {
        let hub = self.catalogue.hub();
        let switched: Vec<(i64, u16, i64)> = hub
            .read_uncounted()?
            .conn
            .prepare_cached(
                "SELECT id, shelf, from_volume FROM relocation WHERE state = 'switched'",
            )
            .and_then(|mut s| {
                s.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
                    .collect()
            })
            .map_err(sql)?;
        for (id, shelf, from) in switched {
            let Ok(file) = self.catalogue.volume(from) else {
                continue;
            };
            if !purge::leavings(&file)?.contains(&ShelfNo(shelf)) {
                let _ = self.catalogue.taken_in(ShelfNo(shelf));
                job::set_ended(hub, id, ("done", String::new()), self.store.clock().now())?;
            }
        }
        Ok(())
    }

    /// Whether the search finds the shelf in its new volume.
    fn search_left(&self, shelf: ShelfNo, from: i64) -> Result<bool> {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let left = self.store.search_left(shelf, from)?;
            if left || self.grace.is_some() || Instant::now() > until {
                return Ok(left);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn is_wanted(&self, shelf: ShelfNo, to: i64) -> Result<bool> {
        let hub = self.catalogue.hub().read_uncounted()?;
        hub.conn
            .query_row(
                "SELECT EXISTS(SELECT 1 FROM relocation WHERE shelf = ?1 AND to_volume = ?2
                   AND state IN ('waiting','copying'))",
                params![shelf.0, to],
                |r| r.get(0),
            )
            .map_err(sql)
    }

    /// Empties the old file once nobody reads the shelf there any more.
    fn leave(&self, file: &Arc<File>, shelf: ShelfNo) -> Result<(), Halt> {
        let open: Option<i64> = self
            .catalogue
            .hub()
            .read_uncounted()?
            .conn
            .query_row(
                "SELECT id FROM relocation WHERE shelf = ?1 AND from_volume = ?2 AND state = 'switched'",
                params![shelf.0, file.no],
                |r| r.get(0),
            )
            .optional()
            .map_err(sql)?;
        if open.is_some() {
            let since = self.moving.switched().get(&shelf).map(Instant::elapsed);
            let early = since
                .zip(self.grace)
                .is_some_and(|(since, grace)| since < grace);
            if early || !self.search_left(shelf, file.no)? {
                return Ok(());
            }
            let owner = self.catalogue.file_of(shelf)?;
            contents::bring_all(&self.catalogue, &owner)?;
        }
        purge::purge(file, shelf, |worked| {
            if self.grace.is_some() {
                std::thread::sleep(worked.min(Duration::from_millis(50)));
            }
            if self.moving.stopping() {
                return Err(Halt::Stopping);
            }
            Ok(())
        })?;
        if let Some(id) = open {
            self.moving.switched().remove(&shelf);
            let at = self.store.clock().now();
            job::set_ended(self.catalogue.hub(), id, ("done", String::new()), at)?;
        }
        Ok(())
    }
}
