//! Settings of the hub, read before the files are opened: the lists are repaired while they open, and
//! what they say of days depends on the office's zone; invented data are put aside before anything is
//! opened. Not for anything read later.

use super::call_back::Lost;
use super::clock_hold::{ClockState, Hold};
use super::connect::{READ_FLAGS, sql, unreadable};
use super::data_dir::DataDir;
use super::night::Checked;
use super::query::{Query, Source};
use crate::kit::{Error, Millis, Result, Zone};
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _};

/// The zone the office chose at its claim; Beijing's where there is no office yet.
pub fn kept_zone(dir: &DataDir) -> Result<Zone> {
    if !dir.hub().exists() {
        return Ok(Zone::default());
    }
    find_zone(dir).map_err(|e| unreadable(&dir.hub(), e))
}

fn find_zone(dir: &DataDir) -> Result<Zone> {
    let hub = open(dir).map_err(sql)?;
    let kept = setting(&hub, "office.zone")?;
    let minutes = kept.and_then(|v| v.parse().ok());
    Ok(minutes.map_or_else(Zone::default, Zone))
}

/// The hub for reading. What a power cut broke off while the file was no write-ahead one yet (a restored file's first
/// opening) has to be taken back before anybody reads, and a connection that may only read cannot: SQLite calls it
/// read-only then (SQLITE_READONLY_ROLLBACK), as if the disk were.
fn open(dir: &DataDir) -> rusqlite::Result<Connection> {
    let read = || Connection::open_with_flags(dir.hub(), READ_FLAGS);
    let first = |hub: &Connection| {
        hub.query_row("SELECT count(*) FROM sqlite_schema", [], |r| {
            r.get::<_, i64>(0)
        })
    };
    let hub = read()?;
    match first(&hub) {
        Err(e) if e.sqlite_error_code() == Some(ErrorCode::ReadOnly) => {}
        _ => return Ok(hub),
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    first(&Connection::open_with_flags(dir.hub(), flags)?)?;
    read()
}

/// The hub of files that are not open yet.
pub struct Peek(Connection);

impl Source for Peek {
    fn conn(&self) -> &Connection {
        &self.0
    }
    /// Nobody's request.
    fn count(&self) {}
}

impl Query for Peek {}

/// Asks the hub before the files are opened; nothing where there is none.
pub fn peek_hub<T>(dir: &DataDir, f: impl FnOnce(&Peek) -> Result<T>) -> Result<Option<T>> {
    if !dir.hub().exists() {
        return Ok(None);
    }
    let hub = open(dir).map_err(sql);
    let asked = hub.and_then(|hub| f(&Peek(hub)));
    asked.map(Some).map_err(|e| unreadable(&dir.hub(), e))
}

/// When somebody asked to have a demonstration office put aside. Then everything its hub holds stands in
/// the one file afterwards, so that the file can be moved.
pub fn clearing_asked(dir: &DataDir) -> Result<Option<Millis>> {
    if !dir.hub().exists() {
        return Ok(None);
    }
    find_clearing(dir).map_err(|e| unreadable(&dir.hub(), e))
}

fn find_clearing(dir: &DataDir) -> Result<Option<Millis>> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let hub = Connection::open_with_flags(dir.hub(), flags).map_err(sql)?;
    if setting(&hub, "setup.demo")?.is_none() {
        return Ok(None);
    }
    let asked = setting(&hub, "setup.clearing")?;
    let Some(at) = asked.and_then(|v| v.parse().ok()).map(Millis) else {
        return Ok(None);
    };
    let busy: i64 = hub
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| r.get(0))
        .map_err(sql)?;
    if busy != 0 {
        let why = "演示数据还在被别的程序使用，没有清除。请关掉它再启动砚台";
        return Err(Error::Busy(why.into()));
    }
    Ok(Some(at))
}

/// What a stopped office's files say of its health. Nothing is opened for writing.
#[derive(Debug, Default)]
pub struct Peeked {
    /// Volumes that ought to be here and are not.
    pub lost: Vec<Lost>,
    /// What the last check found.
    pub checked: Option<Checked>,
    /// What the newest audit row makes of the clock.
    pub clock: ClockState,
}

/// Looks at the files of a stopped office.
pub fn peek_health(dir: &DataDir, now: Millis) -> Result<Peeked> {
    let hub = open(dir).map_err(sql)?;
    let volumes: Vec<(i64, String)> = hub
        .prepare("SELECT no, uuid FROM volume WHERE state IN ('open','frozen') ORDER BY no")
        .and_then(|mut s| s.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect())
        .map_err(sql)?;
    let mut seen = Peeked::default();
    let mut newest = None;
    for (no, uuid) in volumes {
        match newest_in(dir, no, &uuid) {
            Ok(at) => newest = newest.max(at),
            Err(words) => seen.lost.push(Lost { volume: no, words }),
        }
    }
    let hold = Hold::default();
    hold.begin(newest, None, now);
    seen.clock = hold.state();
    let kept = setting(&hub, "health.checked")?;
    seen.checked = kept.and_then(|v| serde_json::from_str(&v).ok());
    Ok(seen)
}

/// When something was last done in a volume, or what is wrong with its file.
fn newest_in(dir: &DataDir, no: i64, uuid: &str) -> Result<Option<Millis>, String> {
    let path = dir.volume(no);
    let at = path.display();
    if !path.exists() {
        return Err(format!(
            "数据文件 {at} 不见了。请接上存放它的磁盘，或者从备份恢复这个文件"
        ));
    }
    let asked = Connection::open_with_flags(&path, READ_FLAGS).and_then(|c| {
        let own: String = c.query_row("SELECT v FROM meta WHERE k = 'uuid'", [], |r| r.get(0))?;
        let last: Option<i64> = c
            .query_row("SELECT at FROM audit ORDER BY id DESC LIMIT 1", [], |r| {
                r.get(0)
            })
            .optional()?;
        Ok((own, last))
    });
    match asked {
        Ok((own, last)) if own == uuid => Ok(last.map(Millis)),
        Ok(_) => Err(format!(
            "数据文件 {at} 和总库对不上，是别的单位或别的时候的。请从同一次备份恢复这两个文件"
        )),
        Err(_) => Err(format!(
            "数据文件 {at} 坏了，打不开。请先复制一份留底，再从备份恢复这个文件"
        )),
    }
}

fn setting(hub: &Connection, key: &str) -> Result<Option<String>> {
    let table = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'setting'";
    let made: i64 = hub.query_row(table, [], |r| r.get(0)).map_err(sql)?;
    if made == 0 {
        return Ok(None);
    }
    hub.query_row("SELECT v FROM setting WHERE k = ?1", [key], |r| r.get(0))
        .optional()
        .map_err(sql)
}
