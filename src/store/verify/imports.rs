//! The claims about old registers: where a case comes from, and which numbers were the old book's.

use super::claims::none;
use super::{Files, rows};
use crate::kit::{Id, Result};
use std::collections::BTreeMap;

/// A case begins with a line of import exactly where its line of the old book is kept.
pub(super) fn kept(files: &Files<'_>, wrong: &mut Vec<String>) -> Result<()> {
    for v in &files.volumes {
        none(
            v,
            "SELECT case_id FROM ledger l WHERE move = 'import' AND (n <> 1 OR NOT EXISTS
               (SELECT 1 FROM imported i WHERE i.case_id = l.case_id))",
            "导入了却没有出处",
            wrong,
        )?;
        none(
            v,
            "SELECT case_id FROM imported i WHERE NOT EXISTS
               (SELECT 1 FROM ledger l WHERE l.case_id = i.case_id AND l.n = 1 AND l.move = 'import')",
            "有出处却不是导入的",
            wrong,
        )?;
    }
    Ok(())
}

/// No number of an old book stands above the floor, and the next new number of a department is above it.
pub(super) fn floors(files: &Files<'_>, wrong: &mut Vec<String>) -> Result<()> {
    let organ: BTreeMap<String, i64> = rows(
        &files.hub,
        "SELECT key, n FROM number_floor WHERE kind = 'series'",
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?
    .into_iter()
    .collect();
    for v in &files.volumes {
        for (case, key, n) in rows(
            &v.conn,
            "SELECT i.case_id, b.key, b.n FROM imported i
               JOIN claim_bound b ON b.case_id = i.case_id AND b.kind = 'series'",
            |r| {
                Ok((
                    r.get::<_, i64>(0)?,
                    r.get::<_, String>(1)?,
                    r.get::<_, i64>(2)?,
                ))
            },
        )? {
            if organ.get(&key).is_none_or(|floor| *floor < n) {
                wrong.push(format!("柜 {}：{}", v.no, Id::from_raw(case)));
            }
        }
        none(
            v,
            "SELECT i.case_id FROM imported i JOIN series_number s ON s.case_id = i.case_id
               LEFT JOIN number_floor f ON f.shelf = s.shelf AND f.key = s.key AND f.year = s.year
             WHERE s.n > coalesce(f.n, 0)",
            "的编号在起点以上",
            wrong,
        )?;
    }
    Ok(())
}
