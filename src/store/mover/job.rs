//! One shelf on its way: from which file to which, whether to go on, how far it is.
//! Invariant: nothing here changes a volume; the hub's row is what pages show, the owner rows decide.

use super::Moving;
use super::shape::Shape;
use crate::kit::{Error, Millis, Result, ShelfNo};
use crate::store::catalogue::Catalogue;
use crate::store::connect::sql;
use crate::store::file::File;
use rusqlite::{Connection, OptionalExtension, params};
use std::cell::Cell;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// Longest rest after a slice.
const REST: Duration = Duration::from_millis(50);
/// How often the page hears how far it is.
const TELL: Duration = Duration::from_millis(300);

/// Why a shelf does not go on.
#[derive(Debug)]
pub(super) enum Halt {
    /// Until the administrator lets it go on.
    Paused,
    /// The administrator gave it up.
    Cancelled,
    /// The server stops.
    Stopping,
    Trouble(Error),
}

impl From<Error> for Halt {
    fn from(e: Error) -> Self {
        Self::Trouble(e)
    }
}

/// What the hub wants.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub id: i64,
    pub shelf: ShelfNo,
    pub to: i64,
}

/// One shelf on its way.
pub(super) struct Job {
    pub id: i64,
    pub shelf: ShelfNo,
    pub dept: i64,
    pub year: i16,
    pub source: Arc<File>,
    pub target: Arc<File>,
    pub shapes: Arc<Vec<Shape>>,
    pub catalogue: Arc<Catalogue>,
    pub moving: Arc<Moving>,
    /// Rests between slices: the office works.
    pub gently: bool,
    pub told: Cell<Option<Instant>>,
}

impl Job {
    /// Asked before every slice.
    pub(super) fn go_on(&self) -> Result<(), Halt> {
        if self.moving.stopping() {
            return Err(Halt::Stopping);
        }
        let hub = self.catalogue.hub().read_uncounted()?;
        match standing(&hub.conn, self.id)? {
            (_, true) => Err(Halt::Paused),
            (false, false) => Err(Halt::Cancelled),
            (true, false) => Ok(()),
        }
    }

    /// As long as the work took, where the office works beside.
    pub(super) fn rest(&self, worked: Duration) {
        if self.gently {
            thread::sleep(worked.min(REST));
        }
    }

    /// Tells the page, now and then; a page that is behind is no reason to stop.
    pub(super) fn progress(&self, done: i64) {
        if self.told.get().is_some_and(|at| at.elapsed() < TELL) {
            return;
        }
        self.told.set(Some(Instant::now()));
        let id = self.id;
        let told = self.catalogue.hub().call(move |c| {
            c.prepare_cached(
                "UPDATE relocation SET rows_done = min(?2, rows_total) WHERE id = ?1 AND state = 'copying'",
            )
            .and_then(|mut s| s.execute([id, done]))
            .map_err(sql)
        });
        if let Err(e) = told {
            tracing::warn!(cause = %e, "how far a relocation is was not written down");
        }
    }
}

/// Whether it is still wanted, and whether all are paused.
fn standing(hub: &Connection, id: i64) -> Result<(bool, bool)> {
    hub.prepare_cached(
        "SELECT (SELECT state IN ('waiting','copying') FROM relocation WHERE id = ?1),
           coalesce((SELECT v = '1' FROM setting WHERE k = 'relocation.paused'), 0)",
    )
    .and_then(|mut s| {
        s.query_row([id], |r| {
            Ok((r.get::<_, Option<bool>>(0)? == Some(true), r.get(1)?))
        })
    })
    .map_err(sql)
}

/// What waits, what was begun first.
pub(super) fn wanted(hub: &Connection) -> Result<Vec<Wanted>> {
    hub.prepare(
        "SELECT id, shelf, to_volume FROM relocation WHERE state IN ('waiting','copying')
         ORDER BY state = 'waiting', id",
    )
    .and_then(|mut s| {
        s.query_map([], |r| {
            Ok(Wanted {
                id: r.get(0)?,
                shelf: ShelfNo(r.get(1)?),
                to: r.get(2)?,
            })
        })?
        .collect()
    })
    .map_err(sql)
}

/// Department and year of a shelf.
pub(super) fn whose(hub: &Connection, shelf: ShelfNo) -> Result<Option<(i64, i16)>> {
    hub.query_row(
        "SELECT dept, year FROM shelf WHERE no = ?1",
        [shelf.0],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
    .optional()
    .map_err(sql)
}

/// It is being copied now.
pub(super) fn set_copying(hub: &File, id: i64, (from, total): (i64, i64)) -> Result<()> {
    hub.call(move |c| {
        c.execute(
            "UPDATE relocation SET state = 'copying', from_volume = ?2, rows_total = ?3, words = ''
             WHERE id = ?1 AND state IN ('waiting','copying')",
            [id, from, total],
        )
        .map(drop)
        .map_err(sql)
    })
}

/// Why it is put off; it stays wanted.
pub(super) fn set_words(hub: &File, id: i64, words: String) -> Result<()> {
    hub.call(move |c| {
        c.execute(
            "UPDATE relocation SET words = ?2 WHERE id = ?1 AND words <> ?2",
            params![id, words],
        )
        .map(drop)
        .map_err(sql)
    })
}

/// It came to an end.
pub(super) fn set_ended(
    hub: &File,
    id: i64,
    (state, words): (&'static str, String),
    at: Millis,
) -> Result<()> {
    hub.call(move |c| {
        c.execute(
            "UPDATE relocation SET state = ?2, words = ?3, ended_at = ?4 WHERE id = ?1
               AND state IN ('waiting','copying','switched')",
            params![id, state, words, at.0],
        )
        .map(drop)
        .map_err(sql)
    })
}
