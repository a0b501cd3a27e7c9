//! How many rows each table of a file has: the same question of every table there is, so that a table a newer
//! migration adds is counted without anybody thinking of it. The names come from the file's own schema.

use super::desk::{Pace, Progress};
use crate::kit::Result;
use crate::store::connect::sql;
use rusqlite::Connection;
use std::collections::BTreeMap;

/// Rows by table.
pub(super) type Counts = BTreeMap<String, i64>;

pub(super) fn count(conn: &Connection) -> Result<Counts> {
    let tables: Vec<String> = conn
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        .and_then(|mut s| s.query_map([], |r| r.get(0))?.collect())
        .map_err(sql)?;
    let mut counts = Counts::new();
    for table in tables {
        let quoted = table.replace('"', "\"\"");
        let statement = format!("SELECT count(*) FROM \"{quoted}\"");
        let n = conn.query_row(&statement, [], |r| r.get(0)).map_err(sql)?;
        counts.insert(table, n);
    }
    Ok(counts)
}

/// Whether SQLite finds nothing wrong with the file; otherwise its first words.
pub(super) fn unsound(conn: &Connection, progress: &Progress) -> Result<Option<String>> {
    if progress.is_beside_work() {
        let mut pace = Pace::begin();
        let rest = move || {
            pace.rest();
            false
        };
        conn.progress_handler(20_000, Some(rest)).map_err(sql)?;
    }
    let first: String = conn
        .query_row("PRAGMA integrity_check", [], |r| r.get(0))
        .map_err(sql)?;
    Ok((first != "ok").then_some(first))
}
