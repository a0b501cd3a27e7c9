//! The claim about cases that go on from a closed year: one shows the number of the case it goes on from, which
//! says that it was carried over. Not here: the number's own owner (`claims`, `voids`).

use super::{Files, rows};
use crate::kit::{Id, Result};
use std::collections::HashMap;

/// A case that took a number of its own in the new year shows that one.
const SUCCESSORS: &str = "SELECT c.id, coalesce(c.number, ''), coalesce(o.parent, 0) FROM cases c
     JOIN ledger l ON l.case_id = c.id AND l.n = 1 AND l.move = 'continue'
     LEFT JOIN child_of o ON o.case_id = c.id
   WHERE c.id NOT IN (SELECT case_id FROM series_number
     UNION ALL SELECT case_id FROM claim_bound WHERE kind = 'series')";

pub(super) fn numbers(files: &Files<'_>, wrong: &mut Vec<String>) -> Result<()> {
    let mut former: HashMap<i64, String> = HashMap::new();
    let mut successors: Vec<(i64, String, i64)> = Vec::new();
    for v in files.listed() {
        former.extend(rows(
            &v.conn,
            "SELECT id, coalesce(number, '') FROM cases WHERE outcome = 'continued'",
            |r| Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?)),
        )?);
        successors.extend(rows(&v.conn, SUCCESSORS, |r| {
            Ok((r.get(0)?, r.get(1)?, r.get(2)?))
        })?);
    }
    let away = |case: i64| {
        let shelf = Id::from_raw(case).shelf();
        let here = |v: &super::Volume| -> Result<bool> {
            let all = rows(&v.conn, "SELECT shelf FROM shelf_owner", |r| {
                r.get::<_, i64>(0)
            })?;
            Ok(all.contains(&i64::from(shelf.0)))
        };
        files.listed().try_fold(true, |away, v| {
            Ok::<_, crate::kit::Error>(away && !here(v)?)
        })
    };
    for (id, number, parent) in successors {
        match former.get(&parent) {
            Some(old) if *old == number => {}
            None if away(parent)? => {}
            _ => wrong.push(format!(
                "{} 接着办的是 {}，编号对不上",
                Id::from_raw(id),
                Id::from_raw(parent)
            )),
        }
    }
    Ok(())
}
