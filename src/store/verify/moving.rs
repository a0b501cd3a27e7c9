//! The claims about shelves that move: nothing of a shelf stands where it is not owned, unless it is on its way
//! just now; no notes are taken of a shelf that stays. And the eyes of all other claims: in a volume that a
//! shelf has left, or is coming into, they see only rows of shelves it owns.

use super::claims::Wrong;
use super::{Files, Volume, rows, sql};
use crate::kit::Result;
use crate::store::mover::NOTING;
use crate::store::tables::SHELF_TABLES;
use rusqlite::Connection;

/// Puts a view of the owned rows before each shelf table, where the file holds others too. `main.` still names
/// the tables themselves.
pub(super) fn see_owned(conn: &Connection) -> Result<()> {
    let others: i64 = conn
        .query_row(
            "SELECT count(*) FROM shelf_owner WHERE state NOT IN ('active','frozen')",
            [],
            |r| r.get(0),
        )
        .map_err(sql)?;
    if others == 0 {
        return Ok(());
    }
    for table in tables(conn)? {
        conn.execute_batch(&format!(
            "CREATE TEMP VIEW {table} AS SELECT * FROM main.{table}
             WHERE shelf IN (SELECT shelf FROM main.shelf_owner WHERE state IN ('active','frozen'))"
        ))
        .map_err(sql)?;
    }
    Ok(())
}

/// Tables with references that lead nowhere, once for each kind of reference. Half of a shelf that is on its way
/// names what is not there yet, or not any more: only rows of owned shelves count, as everywhere here.
pub(super) fn dangling(conn: &Connection) -> Result<Vec<String>> {
    let mut found: Vec<(String, i64)> = rows(conn, "PRAGMA foreign_key_check", |r| {
        Ok((r.get(0)?, r.get(3)?))
    })?;
    found.sort();
    found.dedup();
    let mut all = Vec::new();
    for (table, number) in found {
        let (parent, from, to): (String, String, Option<String>) = conn
            .query_row(
                "SELECT \"table\", \"from\", \"to\" FROM pragma_foreign_key_list(?1, 'main') WHERE id = ?2 AND seq = 0",
                rusqlite::params![table, number],
                |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
            )
            .map_err(sql)?;
        let to = to.unwrap_or_else(|| "rowid".into());
        let lost: i64 = conn
            .query_row(
                &format!(
                    "SELECT count(*) FROM {table} t WHERE t.{from} IS NOT NULL
                       AND NOT EXISTS (SELECT 1 FROM main.{parent} p WHERE p.{to} = t.{from})"
                ),
                [],
                |r| r.get(0),
            )
            .map_err(sql)?;
        if lost > 0 {
            all.push(table);
        }
    }
    Ok(all)
}

/// The shelf tables this file has: an older one has fewer.
fn tables(conn: &Connection) -> Result<Vec<&'static str>> {
    let there: Vec<String> = rows(
        conn,
        "SELECT name FROM main.sqlite_schema WHERE type = 'table'",
        |r| r.get(0),
    )?;
    let is_there = |name: &&&str| there.iter().any(|t| t == **name);
    Ok(SHELF_TABLES.iter().filter(is_there).copied().collect())
}

/// Rows of a shelf stand only where it is owned, where it is coming, and for a while where it was.
pub(super) fn nothing_left(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    for v in &files.volumes {
        for table in tables(&v.conn)? {
            let statement = format!(
                "SELECT DISTINCT t.shelf, o.state FROM main.{table} t JOIN shelf_owner o ON o.shelf = t.shelf
                 WHERE o.state NOT IN ('active','frozen')
                   AND NOT EXISTS (SELECT 1 FROM meta WHERE k = 'leaving.' || o.shelf AND o.state = 'moved')"
            );
            for (shelf, state) in rows(&v.conn, &statement, |r| {
                Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?))
            })? {
                if state == "incoming" && coming(files, v, shelf)? {
                    continue;
                }
                wrong.push(format!(
                    "柜 {}：{table} 里还有盒 {shelf} 的行，盒已经不在这里",
                    v.no
                ));
            }
        }
    }
    Ok(())
}

fn coming(files: &Files<'_>, v: &Volume, shelf: i64) -> Result<bool> {
    let wanted = files.hub.query_row(
        "SELECT count(*) FROM relocation WHERE shelf = ?1 AND to_volume = ?2 AND state IN ('waiting','copying')",
        [shelf, v.no],
        |r| r.get::<_, i64>(0),
    );
    wanted.map(|n| n > 0).map_err(sql)
}

/// Notes are taken of a shelf only while it is copied.
pub(super) fn no_notes(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    let copying: Vec<(i64, i64)> = rows(
        &files.hub,
        "SELECT shelf, from_volume FROM relocation WHERE state IN ('waiting','copying')",
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    for v in &files.volumes {
        let triggers: Vec<String> = rows(
            &v.conn,
            "SELECT name FROM main.sqlite_schema WHERE type = 'trigger'",
            |r| r.get(0),
        )?;
        let shelf_of = |name: &String| {
            let rest = name.strip_prefix(NOTING)?;
            Some(rest.split('_').next()?.parse().unwrap_or(0))
        };
        let mut noted: Vec<i64> = triggers.iter().filter_map(shelf_of).collect();
        if tables_have(&v.conn, "shelf_change")? {
            noted.extend(rows(
                &v.conn,
                "SELECT DISTINCT shelf FROM shelf_change",
                |r| r.get::<_, i64>(0),
            )?);
        }
        noted.sort_unstable();
        noted.dedup();
        noted.retain(|shelf| !copying.contains(&(*shelf, v.no)));
        let words = |shelf: i64| format!("柜 {}：盒 {shelf} 没有在搬，却还记着搬的记号", v.no);
        wrong.extend(noted.into_iter().map(words));
    }
    Ok(())
}

fn tables_have(conn: &Connection, name: &str) -> Result<bool> {
    conn.query_row(
        "SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND name = ?1",
        [name],
        |r| r.get::<_, i64>(0),
    )
    .map(|n| n > 0)
    .map_err(sql)
}
