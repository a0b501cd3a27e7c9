//! Recomputes SM3 chains from the stored columns. A statement yields: group, label, chain, then the
//! digested parts in the order `store/outbox.rs` and `engine/case_store.rs` fix in words.

use super::sql;
use crate::kit::{Digest, Result};
use crate::store::outbox::START;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

pub(in crate::store) const OUTBOX: &str =
    "SELECT '', seq, chain, seq, shelf, at, kind, target, payload
    FROM outbox ORDER BY seq";
pub(in crate::store) const AUDIT: &str =
    "SELECT shelf, id, chain, id, at, actor, acting_for, action, target,
    request, detail FROM audit ORDER BY shelf, id";
pub(in crate::store) const LEDGER: &str =
    "SELECT case_id, id, chain, id, case_id, n, branch, task, move, step,
    to_step, defined, person, name, post_name, dept_name, acting_for, acting_name, received_at,
    opened_at, at, detail FROM ledger ORDER BY case_id, n";
pub(in crate::store) const OPINION: &str =
    "SELECT case_id, id, chain, id, case_id, branch, task, box, text, person,
    name, post_name, dept_name, acting_for, acting_name, at FROM opinion ORDER BY case_id, id";

pub(in crate::store) const REPLY: &str =
    "SELECT case_id, id, chain, id, case_id, paper, person, name, agrees, text,
    at FROM paper_reply ORDER BY case_id, id";

/// Adds the first broken link of each chain to `wrong`.
pub(in crate::store) fn check(
    conn: &Connection,
    statement: &str,
    place: &str,
    wrong: &mut Vec<String>,
) -> Result<()> {
    let mut prepared = conn.prepare(statement).map_err(sql)?;
    let columns = prepared.column_count();
    let mut found = prepared.query([]).map_err(sql)?;
    let (mut group, mut prev, mut broken) = (None, START.to_vec(), false);
    while let Some(row) = found.next().map_err(sql)? {
        let here = text(row, 0)?;
        if group.as_ref() != Some(&here) {
            (group, prev, broken) = (Some(here.clone()), START.to_vec(), false);
        }
        let chain: Vec<u8> = row.get(2).map_err(sql)?;
        if !broken && digest(row, &prev, columns)?.0 != chain.as_slice() {
            wrong.push(format!("{place}：第 {} 行对不上", text(row, 1)?));
            broken = true;
        }
        prev = chain;
    }
    Ok(())
}

fn digest(row: &Row<'_>, prev: &[u8], columns: usize) -> Result<Digest> {
    let mut parts = vec![prev.to_vec()];
    for i in 3..columns {
        parts.push(text(row, i)?.into_bytes());
    }
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    Ok(Digest::of_parts(&parts))
}

fn text(row: &Row<'_>, i: usize) -> Result<String> {
    Ok(match row.get_ref(i).map_err(sql)? {
        ValueRef::Null => String::new(),
        ValueRef::Integer(n) => n.to_string(),
        ValueRef::Real(x) => x.to_string(),
        ValueRef::Text(t) | ValueRef::Blob(t) => String::from_utf8_lossy(t).into_owned(),
    })
}
