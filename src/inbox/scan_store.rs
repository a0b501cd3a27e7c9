//! SQL of the scanner's tray: pages on the standing shelf of the records office, and the folder's path
//! among the office's settings.

use super::scan::{Page, Refused, State};
use crate::kit::{Digest, Error, Id, Millis, PersonId, Result, ShelfNo};
use crate::store::{Query, Row, RowResult, Write, params};

/// Lines of what happened that are shown.
const SHOWN: i64 = 30;
/// Pages shown at once.
const WAITING: i64 = 200;

/// The folder the scanner writes to; none where nobody chose one.
pub fn find_folder(q: &impl Query) -> Result<Option<String>> {
    q.opt(
        "SELECT v FROM setting WHERE k = 'scan.folder' AND v <> ''",
        [],
        |r| r.get(0),
    )
}

/// Chooses the folder; empty for none.
pub fn set_folder(w: &Write<'_>, path: &str) -> Result<usize> {
    w.execute(
        "INSERT INTO setting(k, v) VALUES('scan.folder', ?1)
         ON CONFLICT(k) DO UPDATE SET v = excluded.v, rev = setting.rev + 1",
        [path],
    )
}

/// What was taken in before with these contents.
pub fn find_state(q: &impl Query, shelf: ShelfNo, digest: Digest) -> Result<Option<(Id, String)>> {
    q.opt(
        "SELECT id, state FROM scan WHERE shelf = ?1 AND digest = ?2",
        params![shelf.0, digest.0],
        |r| Ok((Id::from_raw(r.get(0)?), r.get(1)?)),
    )
}

/// A page whose contents are kept.
pub fn insert_page(
    w: &mut Write<'_>,
    (name, kind): (&str, &str),
    (digest, size): (Digest, i64),
) -> Result<Id> {
    let id = w.next_id();
    w.execute(
        "INSERT INTO scan(id, shelf, rev, name, size, digest, kind, at, state, changed_at)
         VALUES(?1,?2,1,?3,?4,?5,?6,?7,'waiting',?7)",
        params![id.raw(), w.shelf().0, name, size, digest.0, kind, w.at().0],
    )?;
    Ok(id)
}

/// A file that cannot be taken in, once for each name, size and reason.
pub fn insert_refused(w: &mut Write<'_>, (name, size): (&str, i64), reason: &str) -> Result<()> {
    let known = w.opt(
        "SELECT 1 FROM scan WHERE shelf = ?1 AND state = 'refused' AND name = ?2 AND size = ?3 AND reason = ?4",
        params![w.shelf().0, name, size, reason],
        |_| Ok(()),
    )?;
    if known.is_some() {
        return Ok(());
    }
    let id = w.next_id();
    w.execute(
        "INSERT INTO scan(id, shelf, rev, name, size, kind, at, state, reason, changed_at)
         VALUES(?1,?2,1,?3,?4,'',?5,'refused',?6,?5)",
        params![id.raw(), w.shelf().0, name, size, w.at().0, reason],
    )?;
    Ok(())
}

/// Into the tray again: a deleted page that came once more, or one that was put back.
pub fn set_waiting(w: &Write<'_>, id: Id) -> Result<()> {
    w.must_hold(id)?;
    let changed = w.execute(
        "UPDATE scan SET state = 'waiting', draft = NULL, reason = '', person = NULL, person_name = '',
           changed_at = ?2, rev = rev + 1 WHERE id = ?1 AND state IN ('taken', 'dropped')",
        params![id.raw(), w.at().0],
    )?;
    one(changed)
}

/// Taken into a draft by somebody.
pub fn set_taken(w: &Write<'_>, id: Id, draft: Id, (person, name): (PersonId, &str)) -> Result<()> {
    w.must_hold(id)?;
    let changed = w.execute(
        "UPDATE scan SET state = 'taken', draft = ?2, person = ?3, person_name = ?4, changed_at = ?5,
           rev = rev + 1 WHERE id = ?1 AND state = 'waiting'",
        params![id.raw(), draft.raw(), person.0, name, w.at().0],
    )?;
    one(changed)
}

/// Deleted with a reason; the contents stay.
pub fn set_dropped(
    w: &Write<'_>,
    id: Id,
    reason: &str,
    (person, name): (PersonId, &str),
) -> Result<()> {
    w.must_hold(id)?;
    let changed = w.execute(
        "UPDATE scan SET state = 'dropped', reason = ?2, person = ?3, person_name = ?4, changed_at = ?5,
           rev = rev + 1 WHERE id = ?1 AND state = 'waiting'",
        params![id.raw(), reason, person.0, name, w.at().0],
    )?;
    one(changed)
}

/// Whether pages were taken into a draft.
pub fn has_of(q: &impl Query, draft: Id) -> Result<bool> {
    let found = q.opt(
        "SELECT 1 FROM scan WHERE draft = ?1 AND state = 'taken' LIMIT 1",
        [draft.raw()],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// Whatever was in a draft that is thrown away waits again.
pub fn set_back_of(w: &Write<'_>, draft: Id) -> Result<usize> {
    w.execute(
        "UPDATE scan SET state = 'waiting', draft = NULL, person = NULL, person_name = '', changed_at = ?2,
           rev = rev + 1 WHERE draft = ?1 AND state = 'taken'",
        params![draft.raw(), w.at().0],
    )
}

fn one(changed: usize) -> Result<()> {
    if changed == 1 {
        return Ok(());
    }
    Err(Error::Conflict(
        "这张扫描件刚才被别人拿走或删除了。请刷新这一页再选".into(),
    ))
}

/// Pages nobody has taken, oldest first.
pub fn list_waiting(q: &impl Query, shelf: ShelfNo) -> Result<Vec<Page>> {
    q.all(
        "SELECT id, name, size, digest, kind, at, state, reason, person_name, changed_at FROM scan
         WHERE shelf = ?1 AND state = 'waiting' ORDER BY id LIMIT ?2",
        params![shelf.0, WAITING],
        page,
    )
}

/// Who took or deleted what of late, newest first.
pub fn list_settled(q: &impl Query, shelf: ShelfNo) -> Result<Vec<Page>> {
    q.all(
        "SELECT id, name, size, digest, kind, at, state, reason, person_name, changed_at FROM scan
         WHERE shelf = ?1 AND state IN ('taken', 'dropped') ORDER BY changed_at DESC, id DESC LIMIT ?2",
        params![shelf.0, SHOWN],
        page,
    )
}

/// What could not be taken in of late, newest first.
pub fn list_refused(q: &impl Query, shelf: ShelfNo) -> Result<Vec<Refused>> {
    q.all(
        "SELECT name, size, reason, at FROM scan WHERE shelf = ?1 AND state = 'refused'
         ORDER BY id DESC LIMIT ?2",
        params![shelf.0, SHOWN],
        |r| {
            Ok(Refused {
                name: r.get(0)?,
                size: r.get(1)?,
                reason: r.get(2)?,
                at: Millis(r.get(3)?),
            })
        },
    )
}

/// One page.
pub fn find_page(q: &impl Query, shelf: ShelfNo, id: Id) -> Result<Page> {
    q.one(
        "SELECT id, name, size, digest, kind, at, state, reason, person_name, changed_at FROM scan
         WHERE shelf = ?1 AND id = ?2 AND digest IS NOT NULL",
        params![shelf.0, id.raw()],
        page,
    )
}

fn page(r: &Row<'_>) -> RowResult<Page> {
    let state: String = r.get(6)?;
    Ok(Page {
        id: Id::from_raw(r.get(0)?),
        name: r.get(1)?,
        size: r.get(2)?,
        digest: Digest(r.get(3)?),
        kind: r.get(4)?,
        at: Millis(r.get(5)?),
        state: match state.as_str() {
            "taken" => State::Taken,
            "dropped" => State::Dropped,
            _ => State::Waiting,
        },
        reason: r.get(7)?,
        person: r.get(8)?,
        changed_at: Millis(r.get(9)?),
    })
}
