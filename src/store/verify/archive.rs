//! The claims about archive cards: each is as its last event says, parts have their piece, and the numbers of a class
//! run from 1 without gap or double, in the hub as on the cards.

use super::{Files, rows};
use crate::kit::{Id, Result};

type Wrong = Vec<String>;

/// Cards that are not as they were left, and parts of nothing.
const ASTRAY: &str = "SELECT a.id FROM archive_card a
      LEFT JOIN archive_event e ON e.id = (SELECT max(id) FROM archive_event l
        WHERE l.card = a.id AND l.shelf = a.shelf AND l.what IN ('made','edited','undone'))
      LEFT JOIN archive_card w ON w.id = a.joined AND w.shelf = a.shelf
    WHERE e.id IS NULL
      OR a.term <> coalesce(coalesce(e.data -> '$.after', e.data) ->> '$.term', '')
      OR a.state <> coalesce(e.data -> '$.after', e.data) ->> '$.state'
      OR (a.joined IS NOT NULL AND (w.id IS NULL OR w.state = 'joined'))";

/// Numbers that are not what was taken, or not printed as they are.
const MISNUMBERED: &str = "SELECT a.id FROM archive_card a LEFT JOIN claim_bound b
      ON b.kind = 'archive' AND b.case_id = a.id AND b.n = a.n AND b.key = a.organ || '/' || a.class
    WHERE a.n IS NOT NULL AND (b.n IS NULL OR a.number <> a.class || '-' || printf('%04d', a.n))
    UNION
    SELECT b.case_id FROM claim_bound b LEFT JOIN archive_card a ON a.id = b.case_id AND a.n = b.n
    WHERE b.kind = 'archive' AND a.id IS NULL";

pub(super) fn cards(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    for v in &files.volumes {
        for id in rows(&v.conn, ASTRAY, |r| r.get::<_, i64>(0))? {
            wrong.push(format!("柜 {}：卡片 {} 对不上", v.no, Id::from_raw(id)));
        }
    }
    Ok(())
}

pub(super) fn numbers(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    for v in &files.volumes {
        for id in rows(&v.conn, MISNUMBERED, |r| r.get::<_, i64>(0))? {
            wrong.push(format!("柜 {}：卡片 {} 的档号不符", v.no, Id::from_raw(id)));
        }
    }
    for key in rows(
        &files.hub,
        "SELECT key FROM claim WHERE kind = 'archive' AND state <> 'free'
         GROUP BY key HAVING min(n) <> 1 OR max(n) <> count(*)",
        |r| r.get::<_, String>(0),
    )? {
        wrong.push(format!("{key} 的件号有缺"));
    }
    Ok(())
}
