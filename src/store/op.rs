//! Repeat keys: the second of two identical submits gets the first one's answer (U19).

use super::connect::sql;
use crate::kit::{Millis, Result, ShelfNo};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Serialize, de::DeserializeOwned};

/// What the same request answered before.
pub(super) fn earlier<T: DeserializeOwned>(
    conn: &Connection,
    shelf: ShelfNo,
    key: &str,
) -> Result<Option<T>> {
    if key.is_empty() {
        return Ok(None);
    }
    let found: Option<String> = conn
        .prepare_cached("SELECT result FROM op WHERE shelf = ?1 AND key = ?2")
        .and_then(|mut s| s.query_row(params![shelf.0, key], |r| r.get(0)).optional())
        .map_err(sql)?;
    Ok(found.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// Remembers the answer in the transaction it belongs to.
pub(super) fn remember<T: Serialize>(
    conn: &Connection,
    shelf: ShelfNo,
    key: &str,
    at: Millis,
    answer: &T,
) -> Result<()> {
    if key.is_empty() {
        return Ok(());
    }
    let text = serde_json::to_string(answer)?;
    conn.prepare_cached("INSERT INTO op(shelf, key, at, result) VALUES(?1,?2,?3,?4)")
        .and_then(|mut s| s.execute(params![shelf.0, key, at.0, text]))
        .map_err(sql)?;
    Ok(())
}
