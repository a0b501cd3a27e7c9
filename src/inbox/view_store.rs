//! SQL of usual ways of looking. What they may be is in `view.rs`.
//! Invariant: owner 0 is the office; a name stands once a list and owner.

use super::view::View;
use crate::kit::{PersonId, Result};
use crate::store::{Query, Row, RowResult, Write, params};

fn row(r: &Row<'_>) -> RowResult<View> {
    let owner: i64 = r.get(3)?;
    Ok(View {
        id: r.get(0)?,
        rev: r.get(1)?,
        list: r.get(2)?,
        owner: (owner != 0).then_some(PersonId(owner)),
        name: r.get(4)?,
        query: r.get(5)?,
        by: r.get(6)?,
    })
}

pub(super) fn list_views(q: &impl Query, list: &str, person: PersonId) -> Result<Vec<View>> {
    q.all(
        "SELECT id, rev, list, owner, name, query, made_by_name FROM list_view
         WHERE list = ?1 AND owner IN (0, ?2) ORDER BY owner = 0 DESC, id",
        params![list, person.0],
        row,
    )
}

pub(super) fn find_view(q: &impl Query, id: i64) -> Result<View> {
    q.one(
        "SELECT id, rev, list, owner, name, query, made_by_name FROM list_view WHERE id = ?1",
        [id],
        row,
    )
}

pub(super) fn insert_view(w: &Write<'_>, view: &View, by: PersonId) -> Result<i64> {
    let owner = view.owner.map_or(0, |p| p.0);
    w.insert(
        "INSERT INTO list_view(list, owner, name, query, made_by, made_by_name) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
        params![view.list, owner, view.name, view.query, by.0, view.by],
    )
}

/// False where somebody was there before.
pub(super) fn set_view(w: &Write<'_>, (id, rev): (i64, i64), name: &str) -> Result<bool> {
    let changed = w.execute(
        "UPDATE list_view SET name = ?3, rev = rev + 1 WHERE id = ?1 AND rev = ?2",
        params![id, rev, name],
    )?;
    Ok(changed == 1)
}

/// False where somebody was there before.
pub(super) fn take_view(w: &Write<'_>, (id, rev): (i64, i64)) -> Result<bool> {
    let changed = w.execute(
        "DELETE FROM list_view WHERE id = ?1 AND rev = ?2",
        params![id, rev],
    )?;
    Ok(changed == 1)
}
