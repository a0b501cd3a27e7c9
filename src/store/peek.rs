//! Settings of the hub, read before the files are opened: the lists are repaired while they open, and
//! what they say of days depends on the office's zone; invented data are put aside before anything is
//! opened. Not for anything read later.

use super::connect::{READ_FLAGS, sql, unreadable};
use super::data_dir::DataDir;
use crate::kit::{Error, Millis, Result, Zone};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

/// The zone the office chose at its claim; Beijing's where there is no office yet.
pub fn kept_zone(dir: &DataDir) -> Result<Zone> {
    if !dir.hub().exists() {
        return Ok(Zone::default());
    }
    find_zone(dir).map_err(|e| unreadable(&dir.hub(), e))
}

fn find_zone(dir: &DataDir) -> Result<Zone> {
    let hub = Connection::open_with_flags(dir.hub(), READ_FLAGS).map_err(sql)?;
    let kept = setting(&hub, "office.zone")?;
    let minutes = kept.and_then(|v| v.parse().ok());
    Ok(minutes.map_or_else(Zone::default, Zone))
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
