//! The index file: to-do, lists, registers. Everything in it can be made again, so it is opened with
//! `synchronous=NORMAL`, and a damaged or foreign one is dropped and rebuilt (storage.md §9).

use super::checkpoint::Pause;
use super::connect::{self, Kind, Kit, sql};
use super::data_dir::DataDir;
use super::file::{READERS, ReadPool, read_pool, take};
use super::migrate::{INDEX, migrate};
use super::query::{Query, Read, Source, SqlText};
use crate::kit::{Error, Result};
use rusqlite::{Connection, OptionalExtension, Params};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

pub(super) struct IndexFile {
    conn: Mutex<Connection>,
    readers: ReadPool,
    kit: Kit,
    pause: Arc<Pause>,
    /// Moves after every commit; what was counted at one value holds until the next.
    version: AtomicU64,
}

impl IndexFile {
    /// Opens the index of the office whose hub has this uuid; one of another office, or damaged, is
    /// dropped: its rows would stand in the lists for good.
    pub(super) fn open(dir: &DataDir, kit: &Kit, office: &str) -> Result<Self> {
        let path = dir.index();
        let conn = match try_open(&path, office) {
            Ok(conn) => conn,
            Err(e) => {
                tracing::warn!(cause = %e, "the index is dropped and rebuilt");
                remove(&path);
                try_open(&path, office)?
            }
        };
        Ok(Self {
            conn: Mutex::new(conn),
            readers: read_pool(&path, kit)?,
            kit: kit.clone(),
            pause: Arc::default(),
            version: AtomicU64::new(0),
        })
    }

    pub(super) fn read(&self) -> Result<Read> {
        Ok(Read {
            conn: take(&self.readers)?,
            counters: self.kit.counters.clone(),
        })
    }

    /// Reads for the projector: its statements are no request's.
    pub(super) fn read_uncounted(&self) -> Result<Read> {
        Ok(Read {
            conn: take(&self.readers)?,
            counters: Arc::default(),
        })
    }

    /// Where a checkpoint asks whoever changes it to wait.
    pub(super) const fn pause(&self) -> &Arc<Pause> {
        &self.pause
    }

    /// One transaction on the index.
    pub(super) fn change<T>(&self, f: impl FnOnce(&IndexWrite<'_>) -> Result<T>) -> Result<T> {
        self.pause.pass();
        let mut conn = self.conn.lock().unwrap_or_else(PoisonError::into_inner);
        let tx = conn
            .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
            .map_err(sql)?;
        let out = f(&IndexWrite { conn: &tx })?;
        tx.commit().map_err(sql)?;
        self.version.fetch_add(1, Ordering::Release);
        Ok(out)
    }

    pub(super) fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// Whether a read would not have to wait for another's connection.
    pub(super) fn is_free(&self) -> bool {
        let state = self.readers.state();
        state.idle_connections > 0 || state.connections < READERS
    }
}

fn try_open(path: &Path, office: &str) -> Result<Connection> {
    let mut conn = connect::open(path, Kind::Index)?;
    migrate(&mut conn, Kind::Index)?;
    // An index of another program version is dropped, never migrated: all of it can be made again.
    conn.execute(
        "INSERT INTO made(k, v) SELECT 'schema', ?1 WHERE NOT EXISTS (SELECT 1 FROM applied)
         ON CONFLICT(k) DO NOTHING",
        [INDEX],
    )
    .map_err(sql)?;
    let made = conn
        .query_row("SELECT v FROM made WHERE k = 'schema'", [], |r| {
            r.get::<_, String>(0)
        })
        .optional()
        .map_err(sql)?;
    if made.as_deref() != Some(INDEX) {
        return Err(Error::fault("this index has another version's tables"));
    }
    // Whose it is goes in before anything else does.
    conn.execute(
        "INSERT INTO made(k, v) SELECT 'office', ?1 WHERE NOT EXISTS (SELECT 1 FROM applied)
         ON CONFLICT(k) DO NOTHING",
        [office],
    )
    .map_err(sql)?;
    let whose = conn
        .query_row("SELECT v FROM made WHERE k = 'office'", [], |r| {
            r.get::<_, String>(0)
        })
        .optional()
        .map_err(sql)?;
    match whose {
        Some(whose) if whose == office => Ok(conn),
        _ => Err(Error::fault("this index belongs to another office")),
    }
}

pub(super) fn remove(path: &Path) {
    for tail in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(tail);
        // Missing is what is wanted; anything else shows when the file is opened again.
        let _ = std::fs::remove_file(name);
    }
}

/// A projection's right to change the index.
pub struct IndexWrite<'t> {
    conn: &'t Connection,
}

impl Source for IndexWrite<'_> {
    fn conn(&self) -> &Connection {
        self.conn
    }
    /// The projector's statements are nobody's request.
    fn count(&self) {}
}

impl Query for IndexWrite<'_> {}

impl<'t> IndexWrite<'t> {
    pub(super) const fn on(conn: &'t Connection) -> Self {
        Self { conn }
    }
}

impl IndexWrite<'_> {
    /// Runs one changing statement.
    pub fn execute(&self, statement: &'static str, params: impl Params) -> Result<usize> {
        self.conn
            .prepare_cached(statement)
            .and_then(|mut s| s.execute(params))
            .map_err(sql)
    }

    /// Runs one generated statement of a register table.
    pub fn execute_of(&self, statement: &SqlText, params: impl Params) -> Result<usize> {
        self.conn
            .prepare_cached(&statement.0)
            .and_then(|mut s| s.execute(params))
            .map_err(sql)
    }
}
