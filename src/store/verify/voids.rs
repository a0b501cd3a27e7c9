//! The claim about void numbers: hub and volumes name the same ones, each of a void case and of no other, so
//! that a voided number can neither be given out again nor come back to life.

use super::claims::{each, none};
use super::{Files, rows};
use crate::kit::{Id, Result};
use rusqlite::Connection;
use std::collections::BTreeSet;

type Wrong = Vec<String>;
type Voided = BTreeSet<(String, String, i64, i64)>;

pub(super) fn void_kept(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    both_sides(files, wrong)?;
    each(files, wrong, |v, wrong| {
        none(
            v,
            "SELECT c.id FROM cases c JOIN (
               SELECT case_id, max(n IN (SELECT x.n FROM claim_void x WHERE x.kind = b.kind AND x.key = b.key))
                   AS void FROM claim_bound b GROUP BY case_id
               UNION ALL SELECT case_id, max(state = 'void') FROM series_number GROUP BY case_id) s
               ON s.case_id = c.id
             WHERE (c.state = 'void') <> s.void",
            "的作废和它编号的作废不一致",
            wrong,
        )
    })
}

fn both_sides(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    let read = |conn: &Connection, statement: &str| -> Result<Voided> {
        let all = rows(conn, statement, |r| {
            Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?))
        })?;
        Ok(all.into_iter().collect())
    };
    let hub = read(
        &files.hub,
        "SELECT kind, key, n, case_id FROM claim WHERE state = 'void'",
    )?;
    let mut volumes = Voided::new();
    for v in &files.volumes {
        volumes.extend(read(
            &v.conn,
            "SELECT kind, key, n, case_id FROM claim_void",
        )?);
    }
    for (kind, key, n, case) in hub.symmetric_difference(&volumes) {
        wrong.push(format!("{kind} {key} 第 {n} 号（{}）", Id::from_raw(*case)));
    }
    Ok(())
}
