//! The statements of the catalogue: volumes, shelves and the rule in the hub, owner rows in the volumes.

use super::connect::sql;
use super::placement::{Rule, VolumeKey};
use crate::kit::{Millis, Result, ShelfNo};
use rusqlite::{Connection, OptionalExtension, params};

/// Setting that holds the placement rule as JSON; absent means shared.
const RULE: &str = "storage.rule";

pub(super) fn own(c: &Connection, shelf: ShelfNo, dept: i64, year: i16) -> Result<()> {
    c.execute(
        "INSERT INTO shelf_owner(shelf, dept, year, state) VALUES(?1, ?2, ?3, 'active')
         ON CONFLICT(shelf) DO NOTHING",
        params![shelf.0, dept, year],
    )
    .map_err(sql)?;
    Ok(())
}

pub(super) fn rule(c: &Connection) -> Result<Rule> {
    let text: Option<String> = c
        .query_row("SELECT v FROM setting WHERE k = ?1", [RULE], |r| r.get(0))
        .optional()
        .map_err(sql)?;
    Ok(text.map_or(Ok(Rule::default()), |t| serde_json::from_str(&t))?)
}

pub(super) fn insert_rule(c: &Connection, text: &str) -> Result<()> {
    c.execute(
        "INSERT INTO setting(k, v) VALUES(?1, ?2)
         ON CONFLICT(k) DO UPDATE SET v = excluded.v, rev = rev + 1",
        params![RULE, text],
    )
    .map_err(sql)?;
    Ok(())
}

/// Where a volume that was carried off lies, for whoever wants something of it.
pub(super) fn where_it_is(c: &Connection, no: i64) -> Result<String> {
    let kept: Option<(String, String)> = c
        .query_row(
            "SELECT label, place FROM sealing WHERE volume = ?1",
            [no],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )
        .optional()
        .map_err(sql)?;
    let at = match kept {
        Some((label, _)) if !label.is_empty() => format!("存在“{label}”上"),
        Some((_, place)) if !place.is_empty() => format!("存到了 {place}"),
        _ => "不在这台电脑上".to_owned(),
    };
    Ok(format!(
        "这一年的案卷在 {no:04} 柜，已经脱机，{at}。标题还查得到；要看正文，请管理员到“库房”里把它挂接回来"
    ))
}

pub(super) fn shelves_in(c: &Connection) -> Result<i64> {
    c.query_row("SELECT count(*) FROM shelf_owner", [], |r| r.get(0))
        .map_err(sql)
}

pub(super) fn all_volumes(c: &Connection) -> Result<Vec<(i64, String, String)>> {
    c.prepare("SELECT no, uuid, state FROM volume ORDER BY no")
        .and_then(|mut s| {
            s.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
                .collect()
        })
        .map_err(sql)
}

pub(super) fn all_shelves(c: &Connection) -> Result<Vec<(ShelfNo, i64, i16, i64)>> {
    c.prepare("SELECT no, dept, year, volume FROM shelf ORDER BY no")
        .and_then(|mut s| {
            s.query_map([], |r| {
                Ok((ShelfNo(r.get(0)?), r.get(1)?, r.get(2)?, r.get(3)?))
            })?
            .collect()
        })
        .map_err(sql)
}

/// The shelf of a department's year and its volume, made where it is missing.
pub(super) fn insert_shelf(
    c: &Connection,
    dept: i64,
    year: i16,
    volume: i64,
) -> Result<(ShelfNo, i64)> {
    c.query_row(
        "INSERT INTO shelf(no, dept, year, volume)
         VALUES((SELECT coalesce(max(no), 0) + 1 FROM shelf), ?1, ?2, ?3)
         ON CONFLICT(dept, year) DO UPDATE SET dept = excluded.dept RETURNING no, volume",
        params![dept, year, volume],
        |r| Ok((ShelfNo(r.get(0)?), r.get(1)?)),
    )
    .map_err(sql)
}

pub(super) fn find_volume(c: &Connection, key: VolumeKey) -> Result<Option<i64>> {
    c.query_row(
        "SELECT no FROM volume WHERE dept IS ?1 AND year IS ?2 AND state = 'open' ORDER BY no LIMIT 1",
        params![key.dept, key.year],
        |r| r.get(0),
    )
    .optional()
    .map_err(sql)
}

pub(super) fn next_volume(c: &Connection) -> Result<i64> {
    c.query_row("SELECT coalesce(max(no), 0) + 1 FROM volume", [], |r| {
        r.get(0)
    })
    .map_err(sql)
}

pub(super) fn insert_volume(
    c: &Connection,
    no: i64,
    uuid: &str,
    key: VolumeKey,
    at: Millis,
) -> Result<()> {
    c.execute(
        "INSERT INTO volume(no, uuid, dept, year, state, made_at) VALUES(?1,?2,?3,?4,'open',?5)",
        params![no, uuid, key.dept, key.year, at.0],
    )
    .map_err(sql)?;
    Ok(())
}
