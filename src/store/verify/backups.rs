//! The claims about backups: numbers a restore lost never come again by themselves, and of every backup it is known
//! which recovery key opens it.

use super::claims::Wrong;
use super::{Files, rows};
use crate::kit::Result;

/// Every lost number stands under its series' floor, where no new one is given out.
pub(super) fn lost_below(files: &Files, wrong: &mut Wrong) -> Result<()> {
    wrong.extend(rows(
        &files.hub,
        "SELECT l.words FROM backup_lost l
           LEFT JOIN number_floor f ON f.kind = l.kind AND f.key = l.key
         WHERE l.what = 'number' AND l.shelf = 0 AND l.n > coalesce(f.n, 0)",
        |r| r.get(0),
    )?);
    let own = rows(
        &files.hub,
        "SELECT shelf, key, year, n, words FROM backup_lost WHERE what = 'number' AND shelf > 0",
        |r| {
            Ok((
                (
                    r.get::<_, i64>(0)?,
                    r.get::<_, String>(1)?,
                    r.get::<_, i64>(2)?,
                ),
                r.get::<_, i64>(3)?,
                r.get::<_, String>(4)?,
            ))
        },
    )?;
    for v in &files.volumes {
        let owned = rows(
            &v.conn,
            "SELECT shelf FROM shelf_owner WHERE state IN ('active','frozen')",
            |r| r.get::<_, i64>(0),
        )?;
        let floors = rows(
            &v.conn,
            "SELECT shelf, key, year, n FROM number_floor",
            |r| Ok(((r.get(0)?, r.get(1)?, r.get(2)?), r.get::<_, i64>(3)?)),
        )?;
        for (series, n, words) in own.iter().filter(|(s, ..)| owned.contains(&s.0)) {
            let floor = floors.iter().find(|(s, _)| s == series);
            if floor.is_none_or(|(_, floor)| floor < n) {
                wrong.push(words.clone());
            }
        }
    }
    Ok(())
}

/// A backup or pack of a key that no sheet was printed for could be opened by nobody.
pub(super) fn key_known(files: &Files, wrong: &mut Wrong) -> Result<()> {
    wrong.extend(rows(
        &files.hub,
        "SELECT file FROM backup WHERE state <> 'dropped' AND key NOT IN (SELECT number FROM backup_key)
         UNION ALL SELECT name FROM backup_pack WHERE key NOT IN (SELECT number FROM backup_key)",
        |r| r.get(0),
    )?);
    Ok(())
}
