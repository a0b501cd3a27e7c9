//! Opening SQLite files: one place for pragmas, so that no connection can differ.
//! `synchronous=FULL` for the hub and volumes is not a setting (storage.md §1): with NORMAL another
//! file may act on a commit that a power cut then takes back.

use super::clock_hold::Hold;
use super::confidential::Hidden;
use super::data_dir::DataDir;
use super::room::Room;
use super::{Counters, Ways, trouble};
use crate::kit::{Clock, Error, Result};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use scheduled_thread_pool::ScheduledThreadPool;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// What kind of file it is: decides durability, page size and migrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Hub,
    Volume,
    Index,
    Attach,
    Search,
}

impl Kind {
    /// 'INKH', 'INKV', 'INKI', 'INKA', 'INKF': a file opened as another kind is refused.
    pub(super) const fn application_id(self) -> i32 {
        match self {
            Self::Hub => 0x494e_4b48,
            Self::Volume => 0x494e_4b56,
            Self::Index => 0x494e_4b49,
            Self::Attach => 0x494e_4b41,
            Self::Search => 0x494e_4b46,
        }
    }
}

/// What all files of one server instance share.
#[derive(Clone)]
pub(super) struct Kit {
    pub clock: Clock,
    pub counters: Arc<Counters>,
    /// One timer thread for all read pools; r2d2's default is three a pool.
    pub timer: Arc<ScheduledThreadPool>,
    pub ways: Ways,
    pub room: Arc<Room>,
    /// Whether the clock can be believed.
    pub hold: Arc<Hold>,
    /// Where a copy goes before a file is brought to a newer schema.
    pub copies: PathBuf,
    /// Whose titles stand in no list.
    pub hidden: Arc<Hidden>,
}

impl Kit {
    pub(super) fn new(dir: &DataDir, clock: Clock, counters: Arc<Counters>) -> Self {
        Self {
            room: Arc::new(Room::of(dir)),
            hold: Arc::default(),
            copies: dir.copies(),
            clock,
            counters,
            ways: Ways::default(),
            hidden: Arc::default(),
            timer: Arc::new(
                ScheduledThreadPool::builder()
                    .num_threads(1)
                    .thread_name_pattern("pool-timer")
                    .build(),
            ),
        }
    }
}

/// Opens for writing, making the file where it is missing.
pub(super) fn open(path: &Path, kind: Kind) -> Result<Connection> {
    let conn = Connection::open(path).map_err(sql)?;
    conn.busy_timeout(Duration::from_secs(10)).map_err(sql)?;
    let page = if kind == Kind::Attach { 16384 } else { 4096 };
    let sync = if matches!(kind, Kind::Index | Kind::Search) {
        "NORMAL"
    } else {
        "FULL"
    };
    // only in a new file: what a shelf leaves behind can be given back to the disk (`mover::shrink`)
    let vacuum = match kind {
        Kind::Volume | Kind::Attach => "PRAGMA auto_vacuum=INCREMENTAL;",
        _ => "",
    };
    conn.execute_batch(&format!(
        "PRAGMA page_size={page}; {vacuum} PRAGMA journal_mode=WAL; PRAGMA synchronous={sync};
         PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit=67108864;
         PRAGMA cache_size=-16384; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;
         PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY;"
    ))
    .map_err(sql)?;
    keep_schema(&conn).map_err(sql)?;
    keep_plans(&conn).map_err(sql)?;
    conn.set_prepared_statement_cache_capacity(256);
    Ok(conn)
}

/// Settings of a connection that only reads.
pub(super) fn as_reader(conn: &mut Connection) -> rusqlite::Result<()> {
    conn.busy_timeout(Duration::from_secs(10))?;
    conn.execute_batch(
        "PRAGMA query_only=ON; PRAGMA trusted_schema=OFF; PRAGMA cache_size=-4096;
         PRAGMA temp_store=MEMORY;",
    )?;
    keep_schema(conn)?;
    keep_plans(conn)?;
    conn.set_prepared_statement_cache_capacity(128);
    Ok(())
}

/// Without this SQLite compiles a statement with `LIMIT ?` anew at every execution, to look at the number:
/// a third of the to-do page's time.
fn keep_plans(conn: &Connection) -> rusqlite::Result<()> {
    let guarantee = DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG;
    conn.set_db_config(guarantee, ON).map(drop)
}

/// No statement, whoever wrote it, changes what the file says its tables are, or a page beside SQLite's back (S63).
fn keep_schema(conn: &Connection) -> rusqlite::Result<()> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, ON)
        .map(drop)
}

/// Settings of a connection to a file that somebody else may have made, before its first page is believed.
pub(super) fn wary(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch("PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;")?;
    keep_schema(conn)
}

const ON: bool = true;

pub(super) const READ_FLAGS: OpenFlags = OpenFlags::SQLITE_OPEN_READ_ONLY
    .union(OpenFlags::SQLITE_OPEN_NO_MUTEX)
    .union(OpenFlags::SQLITE_OPEN_URI);

/// What a start says of a file it cannot make sense of. Nothing was changed in it.
pub(super) fn unreadable(path: &Path, e: Error) -> Error {
    let Error::Fault(cause) = e else { return e };
    tracing::error!(cause, file = %path.display(), "a data file cannot be read");
    trouble::held(path).unwrap_or_else(|| {
        Error::Busy(format!(
        "数据文件 {} 读不出来，多半是损坏了。请不要删除它：先检查磁盘，把整个数据文件夹另存一份，再从备份恢复这个文件",
        path.display()
    ))
    })
}

/// The one map from SQLite's errors to what a person can do.
pub(super) fn sql(e: rusqlite::Error) -> Error {
    match e.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => {
            Error::Busy("磁盘已满，未保存。您填写的内容还在页面上，请管理员腾出空间后再提交".into())
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Error::Busy("系统正忙，未保存。请过几秒再提交一次".into())
        }
        Some(ErrorCode::SystemIoFailure) => {
            tracing::error!(cause = %e, "the disk failed");
            Error::Busy("读写磁盘出错，未保存。请管理员检查磁盘的空间和连接，再提交一次".into())
        }
        Some(ErrorCode::ReadOnly) => Error::Busy("磁盘现在只能读，未保存。请管理员检查磁盘".into()),
        _ if matches!(e, rusqlite::Error::QueryReturnedNoRows) => Error::NotFound,
        _ => Error::fault(e),
    }
}
