//! Recomputes SM3 chains from the stored columns, in one pass over the table. A statement yields: group, label,
//! chain, then the digested parts in the order `store/outbox.rs` and `engine/case_store.rs` fix in words.
//! Invariant: rows come in an order in which those of one group stand as they were written; groups may mix.

use super::progress::Part;
use super::sql;
use crate::kit::Result;
use crate::kit::hash::Hasher;
use crate::store::outbox::START;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use std::collections::HashMap;
use std::io::Write as _;

/// A chain: its rows, and how many there are.
pub(super) struct Chain {
    rows: &'static str,
    count: &'static str,
}

pub(super) const OUTBOX: Chain = Chain {
    rows: "SELECT 0, seq, chain, seq, shelf, at, kind, target, payload FROM outbox ORDER BY seq",
    count: "SELECT count(*) FROM outbox",
};
pub(super) const AUDIT: Chain = Chain {
    rows: "SELECT shelf, id, chain, id, at, actor, acting_for, action, target, request, detail
      FROM audit ORDER BY id",
    count: "SELECT count(*) FROM audit",
};
pub(super) const LEDGER: Chain = Chain {
    rows: "SELECT case_id, id, chain, id, case_id, n, branch, task, move, step, to_step, defined, person, name,
      post_name, dept_name, acting_for, acting_name, received_at, opened_at, at, detail FROM ledger ORDER BY id",
    count: "SELECT count(*) FROM ledger",
};
pub(super) const OPINION: Chain = Chain {
    rows: "SELECT case_id, id, chain, id, case_id, branch, task, box, text, person, name, post_name, dept_name,
      acting_for, acting_name, at FROM opinion ORDER BY id",
    count: "SELECT count(*) FROM opinion",
};
pub(super) const REPLY: Chain = Chain {
    rows: "SELECT case_id, id, chain, id, case_id, paper, person, name, agrees, text, at
      FROM paper_reply ORDER BY id",
    count: "SELECT count(*) FROM paper_reply",
};

/// How far a group's chain is followed.
struct Link {
    prev: [u8; 32],
    broken: bool,
}

/// Adds the first broken link of each chain to `wrong`.
pub(super) fn check(
    conn: &Connection,
    chain: &Chain,
    (place, part): (&str, &Part<'_>),
    wrong: &mut Vec<String>,
) -> Result<()> {
    let all = conn.query_row(chain.count, [], |r| r.get(0)).map_err(sql)?;
    let mut prepared = conn.prepare(chain.rows).map_err(sql)?;
    let columns = prepared.column_count();
    let mut found = prepared.query([]).map_err(sql)?;
    let mut links: HashMap<i64, Link> = HashMap::new();
    while let Some(row) = found.next().map_err(sql)? {
        let link = links.entry(row.get(0).map_err(sql)?).or_insert(Link {
            prev: START,
            broken: false,
        });
        let said: [u8; 32] = row.get(2).map_err(sql)?;
        if !link.broken && digest(row, &link.prev, columns)? != said {
            wrong.push(format!(
                "{place}：第 {} 行对不上",
                row.get::<_, i64>(1).map_err(sql)?
            ));
            link.broken = true;
        }
        link.prev = said;
        part.step(all);
    }
    Ok(())
}

/// Each part preceded by its length, numbers in decimal, nothing as nothing.
fn digest(row: &Row<'_>, prev: &[u8], columns: usize) -> Result<[u8; 32]> {
    let mut hasher = Hasher::default();
    add(&mut hasher, prev);
    for i in 3..columns {
        match row.get_ref(i).map_err(sql)? {
            ValueRef::Null => add(&mut hasher, &[]),
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => add(&mut hasher, bytes),
            ValueRef::Integer(n) => {
                let mut figures = [0; 24];
                let mut rest = figures.as_mut_slice();
                // 20 figures and a sign are the most there are
                let _ = write!(rest, "{n}");
                let free = rest.len();
                add(
                    &mut hasher,
                    figures.get(..figures.len() - free).unwrap_or_default(),
                );
            }
            ValueRef::Real(x) => add(&mut hasher, x.to_string().as_bytes()),
        }
    }
    Ok(hasher.finish().0)
}

fn add(hasher: &mut Hasher, part: &[u8]) {
    hasher.update(&(part.len() as u64).to_be_bytes());
    hasher.update(part);
}
