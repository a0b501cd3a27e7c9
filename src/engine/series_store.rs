//! What a case takes besides its own rows: numbers of a department's series (and their voiding), and the text of the procedure
//! version it runs under, kept once a volume.

use crate::kit::{Id, Result, ShelfNo};
use crate::store::{Query, Write, params};

/// Keeps the text a case runs under in its volume, once.
pub fn insert_version(w: &Write<'_>, id: &str, version: &str, source: &str) -> Result<()> {
    w.execute(
        "INSERT INTO procedure_version(procedure, version, text) VALUES(?1,?2,?3)
         ON CONFLICT DO NOTHING",
        params![id, version, source],
    )?;
    Ok(())
}

/// The text of a version kept in a volume.
pub fn find_version(db: &impl Query, id: &str, version: &str) -> Result<String> {
    db.one(
        "SELECT text FROM procedure_version WHERE procedure = ?1 AND version = ?2",
        [id, version],
        |r| r.get(0),
    )
}

/// The next number of a department's own series, bound to the case in this very transaction.
pub fn take_number(w: &Write<'_>, key: &str, year: i16, case: Id) -> Result<i64> {
    let n = w.one(
        "INSERT INTO series(shelf, key, year, next) VALUES(?1,?2,?3,2)
         ON CONFLICT(shelf, key, year) DO UPDATE SET next = next + 1 RETURNING next - 1",
        params![w.shelf().0, key, year],
        |r| r.get(0),
    )?;
    w.execute(
        "INSERT INTO series_number(shelf, key, year, n, case_id, state) VALUES(?1,?2,?3,?4,?5,'bound')",
        params![w.shelf().0, key, year, n, case.raw()],
    )?;
    Ok(n)
}

/// The number a case has in a department's own series counts no more.
pub fn set_void(w: &Write<'_>, key: &str, case: Id, reason: &str) -> Result<()> {
    w.execute(
        "UPDATE series_number SET state = 'void', reason = ?4
         WHERE shelf = ?1 AND key = ?2 AND case_id = ?3",
        params![w.shelf().0, key, case.raw(), reason],
    )?;
    Ok(())
}

/// The last number of a department's own series, or where counting begins; 0 before the first.
pub fn find_last(db: &impl Query, shelf: ShelfNo, (key, year): (&str, i16)) -> Result<i64> {
    let next = db.opt(
        "SELECT next - 1 FROM series WHERE shelf = ?1 AND key = ?2 AND year = ?3",
        params![shelf.0, key, year],
        |r| r.get(0),
    )?;
    Ok(next.unwrap_or(0))
}
