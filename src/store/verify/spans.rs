//! The claims about things and days: hub and volumes tell the same, and of one thing nobody holds a time that
//! somebody else holds.

use super::claims::Wrong;
use super::{Files, rows};
use crate::kit::{Id, Result};
use rusqlite::Connection;
use std::collections::BTreeSet;

type Held = BTreeSet<(i64, i64, i64, i64, i64, String)>;

pub(super) fn bound(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    let read = |conn: &Connection, statement: &str| -> Result<Held> {
        let all = rows(conn, statement, |r| {
            Ok((
                r.get(0)?,
                r.get(1)?,
                r.get(2)?,
                r.get(3)?,
                r.get(4)?,
                r.get(5)?,
            ))
        })?;
        Ok(all.into_iter().collect())
    };
    let hub = read(
        &files.hub,
        "SELECT n, coalesce(case_id, 0), since, until, tenths, state FROM claim_span WHERE state <> 'reserved'",
    )?;
    let mut volumes = Held::new();
    for v in files.listed() {
        volumes.extend(read(
            &v.conn,
            "SELECT n, case_id, since, until, tenths, state FROM claim_span_bound",
        )?);
    }
    for (n, case, ..) in hub.symmetric_difference(&volumes) {
        wrong.push(format!("占用 {n}（{}）", Id::from_raw(*case)));
    }
    Ok(())
}

pub(super) fn alone(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    for (kind, key) in rows(
        &files.hub,
        "SELECT DISTINCT a.kind, a.key FROM claim_span a JOIN claim_span b
           ON b.kind = a.kind AND b.key = a.key AND b.n > a.n AND b.since < a.until AND b.until > a.since
         WHERE a.tenths = 0 AND a.state = 'held' AND b.state = 'held' AND a.until > a.since AND b.until > b.since",
        |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?)),
    )? {
        wrong.push(format!("{kind} {key} 同一时间有两件"));
    }
    Ok(())
}
