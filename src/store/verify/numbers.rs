//! The claims about numbers: none twice, none missing above the floor an old register set.

use super::claims::{Wrong, each};
use super::{Files, rows};
use crate::kit::Result;

pub(super) fn series_whole(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    each(files, wrong, |v, wrong| {
        for (key, year) in rows(
            &v.conn,
            "SELECT a.key, a.year FROM (SELECT coalesce(s.shelf, n.shelf) AS shelf, coalesce(s.key, n.key) AS key,
                 coalesce(s.year, n.year) AS year, s.next, n.n, n.case_id FROM series s
               FULL JOIN series_number n ON n.shelf = s.shelf AND n.key = s.key AND n.year = s.year) a
               LEFT JOIN number_floor f ON f.shelf = a.shelf AND f.key = a.key AND f.year = a.year
             GROUP BY a.shelf, a.key, a.year
             HAVING a.next IS NULL OR count(CASE WHEN a.n > coalesce(f.n, 0) THEN 1 END) <> a.next - 1 - coalesce(f.n, 0)
               OR coalesce(max(a.n), 0) > a.next - 1 OR count(DISTINCT a.case_id) <> count(a.n)",
            |r| Ok((r.get::<_, String>(0)?, r.get::<_, i64>(1)?)),
        )? {
            wrong.push(format!("柜 {}：{key} {year} 年", v.no));
        }
        Ok(())
    })
}

pub(super) fn claims_whole(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    for key in rows(
        &files.hub,
        "SELECT c.key FROM claim c LEFT JOIN number_floor f ON f.kind = c.kind AND f.key = c.key
         WHERE c.kind = 'series' GROUP BY c.key
         HAVING min(c.n) < 1 OR count(DISTINCT c.case_id) <> sum(c.case_id IS NOT NULL)
           OR max(max(c.n), coalesce(f.n, 0)) - coalesce(f.n, 0) <> sum(c.n > coalesce(f.n, 0))",
        |r| r.get::<_, String>(0),
    )? {
        wrong.push(key);
    }
    Ok(())
}

/// A number kept ahead is nobody's, one that was taken is a case's, and neither is forgotten on one side.
pub(super) fn kept(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    for (key, n) in rows(
        &files.hub,
        "SELECT k.key, k.n FROM number_kept k
           LEFT JOIN claim c ON c.kind = k.kind AND c.key = k.key AND c.n = k.n
         WHERE c.n IS NULL OR CASE k.state WHEN 'used' THEN c.state NOT IN ('bound','void')
             ELSE c.state <> 'reserved' END
         UNION SELECT c.key, c.n FROM claim c WHERE c.holder LIKE 'kept/%'
           AND NOT EXISTS (SELECT 1 FROM number_kept k WHERE k.kind = c.kind AND k.key = c.key AND k.n = c.n
             AND k.state <> 'used')",
        |r| Ok((r.get::<_, String>(0)?, r.get::<_, i64>(1)?)),
    )? {
        wrong.push(format!("{key} 第 {n} 号"));
    }
    Ok(())
}
