//! The same question of every table of the static lists: how many rows, and the rows themselves.

use crate::kit::Result;
use crate::store::connect::sql;
use crate::store::tables::{SHELF_TABLES, VOLUME_TABLES};
use rusqlite::Connection;
use std::collections::BTreeMap;

/// Rows of every table of the static lists.
pub(super) fn counts(conn: &Connection) -> Result<BTreeMap<String, i64>> {
    let tables = SHELF_TABLES.iter().chain(VOLUME_TABLES);
    tables
        .map(|table| {
            let statement = format!("SELECT count(*) FROM {table}");
            let count = conn.query_row(&statement, [], |r| r.get(0)).map_err(sql)?;
            Ok(((*table).to_owned(), count))
        })
        .collect()
}

/// Copies all rows of the tables that are there, those left out aside, from the attached file `old`.
pub(super) fn copy_rows(conn: &Connection, left_out: &[&str]) -> Result<()> {
    let made = |table: &str| -> Result<bool> {
        let find = "SELECT count(*) > 0 FROM sqlite_schema WHERE type = 'table' AND name = ?1";
        conn.query_row(find, [table], |r| r.get(0)).map_err(sql)
    };
    for table in VOLUME_TABLES.iter().chain(SHELF_TABLES) {
        if !left_out.contains(table) && made(table)? {
            let statement = format!("INSERT INTO main.{table} SELECT * FROM old.{table}");
            conn.execute(&statement, []).map_err(sql)?;
        }
    }
    Ok(())
}
