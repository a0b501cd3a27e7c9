//! Where an imported case comes from, and which numbers and lines are here already.
//! Not here: the case itself (`save_store`) and organ-wide numbers (`store::old_numbers`).

use crate::kit::{Id, Result, ShelfNo};
use crate::store::{Query, Write, params};
use std::collections::BTreeSet;

/// Where a case of an old register comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Name of the file.
    pub file: String,
    /// Row in it, from 1.
    pub line: i64,
    /// What of the line has no field, under the heads of the old book.
    pub extra: Vec<(String, String)>,
}

/// Where this case comes from, if it was imported.
pub fn find_origin(db: &impl Query, case: Id) -> Result<Option<Origin>> {
    let found = db.opt(
        "SELECT file, line, extra FROM imported WHERE case_id = ?1",
        [case.raw()],
        |r| Ok((r.get(0)?, r.get(1)?, r.get::<_, String>(2)?)),
    )?;
    let Some((file, line, extra)) = found else {
        return Ok(None);
    };
    let extra = serde_json::from_str(&extra)?;
    Ok(Some(Origin { file, line, extra }))
}

/// Digests of the lines a shelf has.
pub fn list_digests(db: &impl Query, shelf: ShelfNo) -> Result<Vec<[u8; 32]>> {
    db.all(
        "SELECT digest FROM imported WHERE shelf = ?1",
        [shelf.0],
        |r| r.get(0),
    )
}

/// Whether a shelf has this line.
pub fn has_line(w: &Write<'_>, digest: &[u8; 32]) -> Result<bool> {
    let found = w.opt(
        "SELECT 1 FROM imported WHERE shelf = ?1 AND digest = ?2",
        params![w.shelf().0, digest],
        |r| r.get::<_, i64>(0),
    )?;
    Ok(found.is_some())
}

/// Keeps where a case comes from.
pub fn insert_origin(w: &Write<'_>, case: Id, origin: &Origin, digest: &[u8; 32]) -> Result<()> {
    let extra = serde_json::to_string(&origin.extra)?;
    w.execute(
        "INSERT INTO imported(case_id, shelf, file, line, digest, extra) VALUES(?1,?2,?3,?4,?5,?6)",
        params![
            case.raw(),
            w.shelf().0,
            origin.file,
            origin.line,
            digest,
            extra
        ],
    )?;
    Ok(())
}

/// Numbers a department's series has given out on a shelf.
pub fn list_numbers(
    db: &impl Query,
    shelf: ShelfNo,
    (key, year): (&str, i16),
) -> Result<BTreeSet<i64>> {
    let all = db.all(
        "SELECT n FROM series_number WHERE shelf = ?1 AND key = ?2 AND year = ?3",
        params![shelf.0, key, year],
        |r| r.get(0),
    )?;
    Ok(all.into_iter().collect())
}

/// From now on this shelf's own series gives out numbers above `n`.
pub fn set_floor(w: &Write<'_>, (key, year): (&str, i16), n: i64) -> Result<()> {
    w.execute(
        "INSERT INTO number_floor(shelf, key, year, n) VALUES(?1,?2,?3,?4)
         ON CONFLICT(shelf, key, year) DO UPDATE SET n = max(n, excluded.n)",
        params![w.shelf().0, key, year, n],
    )?;
    w.execute(
        "INSERT INTO series(shelf, key, year, next) VALUES(?1,?2,?3,?4 + 1)
         ON CONFLICT(shelf, key, year) DO UPDATE SET next = max(next, excluded.next)",
        params![w.shelf().0, key, year, n],
    )?;
    Ok(())
}

/// Takes exactly this number for a case; false where somebody has it.
pub fn insert_number(w: &Write<'_>, (key, year): (&str, i16), n: i64, case: Id) -> Result<bool> {
    let made = w.execute(
        "INSERT INTO series_number(shelf, key, year, n, case_id, state) VALUES(?1,?2,?3,?4,?5,'bound')
         ON CONFLICT(shelf, key, year, n) DO NOTHING",
        params![w.shelf().0, key, year, n, case.raw()],
    )?;
    Ok(made == 1)
}
