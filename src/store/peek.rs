//! One setting of the hub, read before the files are opened: the lists are repaired while they open,
//! and what they say of days depends on the office's zone. Not for anything read later.

use super::connect::{READ_FLAGS, sql};
use super::data_dir::DataDir;
use crate::kit::{Result, Zone};
use rusqlite::{Connection, OptionalExtension as _};

/// The zone the office chose at its claim; Beijing's where there is no office yet.
pub fn kept_zone(dir: &DataDir) -> Result<Zone> {
    if !dir.hub().exists() {
        return Ok(Zone::default());
    }
    let hub = Connection::open_with_flags(dir.hub(), READ_FLAGS).map_err(sql)?;
    let table = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'setting'";
    let made: i64 = hub.query_row(table, [], |r| r.get(0)).map_err(sql)?;
    if made == 0 {
        return Ok(Zone::default());
    }
    let kept: Option<String> = hub
        .query_row("SELECT v FROM setting WHERE k = 'office.zone'", [], |r| {
            r.get(0)
        })
        .optional()
        .map_err(sql)?;
    let minutes = kept.and_then(|v| v.parse().ok());
    Ok(minutes.map_or_else(Zone::default, Zone))
}
