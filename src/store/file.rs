//! One open hub or volume file: its writer and its read pool.

use super::checkpoint::Pause;
use super::connect::{self, Kind, Kit, sql};
use super::migrate::migrate;
use super::query::Read;
use super::singles::Singles;
use super::ways::Commits;
use super::writer::Writer;
use crate::kit::{Error, Result};
use r2d2::{Pool, PooledConnection};
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, OptionalExtension, params};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Four readers keep two cores busy; more only hold memory (storage.md §9).
pub(super) const READERS: u32 = 4;

pub(super) type ReadConn = PooledConnection<SqliteConnectionManager>;
pub(super) type ReadPool = Pool<SqliteConnectionManager>;

/// A pool of connections that cannot write.
pub(super) fn read_pool(path: &Path, kit: &Kit) -> Result<ReadPool> {
    let manager = SqliteConnectionManager::file(path)
        .with_flags(connect::READ_FLAGS)
        .with_init(connect::as_reader);
    Pool::builder()
        .max_size(READERS)
        .min_idle(Some(0))
        .idle_timeout(Some(Duration::from_secs(60)))
        .connection_timeout(Duration::from_secs(5))
        .test_on_check_out(false)
        .thread_pool(kit.timer.clone())
        .build(manager)
        .map_err(Error::fault)
}

pub(super) fn take(pool: &ReadPool) -> Result<ReadConn> {
    pool.get()
        .map_err(|_| Error::Busy("现在打开的人太多。请过几秒再打开一次".into()))
}

/// An open file with its writer.
pub(super) struct File {
    /// Number in the catalogue; 0 is the hub.
    pub no: i64,
    /// Survives every copy and move of the file.
    pub uuid: String,
    /// Changes when a file comes back from a backup, so that old cursors are recognised.
    pub epoch: String,
    pub path: PathBuf,
    pub kit: Kit,
    /// None: the file is frozen and only read.
    writer: Option<Writer>,
    singles: Option<Singles>,
    readers: ReadPool,
}

impl File {
    /// Opens the file, making and migrating it where needed.
    pub(super) fn open(path: &Path, no: i64, kind: Kind, kit: &Kit) -> Result<Self> {
        let mut conn = connect::open(path, kind)?;
        migrate(&mut conn, kind)?;
        let uuid = meta_or_new(&conn, "uuid")?;
        let epoch = meta_or_new(&conn, "epoch")?;
        Ok(Self {
            no,
            uuid,
            epoch,
            path: path.to_owned(),
            kit: kit.clone(),
            writer: Some(Writer::start(&no.to_string(), conn, kit)?),
            singles: singles(path, kind, kit)?,
            readers: read_pool(path, kit)?,
        })
    }

    /// Opens a frozen volume: its bytes are never touched again (README decision 10).
    pub(super) fn open_frozen(path: &Path, no: i64, kit: &Kit) -> Result<Self> {
        let readers = read_pool(path, kit)?;
        let meta = |key: &str| {
            let conn = take(&readers)?;
            conn.query_row("SELECT v FROM meta WHERE k = ?1", [key], |r| r.get(0))
                .map_err(sql)
        };
        Ok(Self {
            no,
            uuid: meta("uuid")?,
            epoch: meta("epoch")?,
            path: path.to_owned(),
            kit: kit.clone(),
            writer: None,
            singles: None,
            readers,
        })
    }

    /// Whether it is only read.
    pub(super) const fn is_frozen(&self) -> bool {
        self.writer.is_none()
    }

    pub(super) fn read(&self) -> Result<Read> {
        Ok(Read {
            conn: take(&self.readers)?,
            counters: self.kit.counters.clone(),
        })
    }

    /// Reads for the store itself: its statements are no request's.
    pub(super) fn read_uncounted(&self) -> Result<Read> {
        Ok(Read {
            conn: take(&self.readers)?,
            counters: Arc::default(),
        })
    }

    /// The store's own bookkeeping, through the same writer. Business goes through `Write`.
    pub(super) fn call<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match &self.singles {
            Some(singles) => singles.call(f),
            None => self.writer.as_ref().ok_or_else(frozen)?.call(f),
        }
    }

    /// The same with the connection to itself, outside any transaction ([`Writer::alone`]).
    pub(super) fn alone<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.writer.as_ref().ok_or_else(frozen)?.alone(f)
    }

    /// Where a checkpoint asks the writer to wait; a frozen file has none.
    pub(super) fn pause(&self) -> Option<&Pause> {
        self.writer.as_ref().map(Writer::pause)
    }

    pub(super) fn idle(&self) -> Duration {
        self.writer.as_ref().map_or(Duration::MAX, Writer::idle)
    }
}

pub(super) fn frozen() -> Error {
    Error::Denied("这一年的案卷已经封存，不能再改。需要续办的，请新登记一件并关联".into())
}

fn singles(path: &Path, kind: Kind, kit: &Kit) -> Result<Option<Singles>> {
    match kit.ways.commits {
        Commits::Shared => Ok(None),
        Commits::Single { connections } => Singles::open(path, kind, connections, kit).map(Some),
    }
}

fn meta_or_new(conn: &Connection, key: &str) -> Result<String> {
    let found = conn
        .query_row("SELECT v FROM meta WHERE k = ?1", [key], |r| r.get(0))
        .optional()
        .map_err(sql)?;
    if let Some(value) = found {
        return Ok(value);
    }
    let value = random_name()?;
    conn.execute("INSERT INTO meta(k, v) VALUES(?1, ?2)", params![key, value])
        .map_err(sql)?;
    Ok(value)
}

/// 128 random bits as hexadecimal.
fn random_name() -> Result<String> {
    use std::fmt::Write as _;
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(Error::fault)?;
    let mut name = String::with_capacity(32);
    for b in bytes {
        let _ = write!(name, "{b:02x}");
    }
    Ok(name)
}
