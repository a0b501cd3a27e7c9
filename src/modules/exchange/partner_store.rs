//! SQL of the offices we exchange documents with (往来单位). A key stands there once a person has compared its fingerprint.
//! Not here: what a key is compared with (`known`). Invariant: one row a name and organ; a stale edit is refused.

use crate::kit::sm2::Public;
use crate::kit::{Error, Millis, OrganId, Result};
use crate::store::{Query, Row, RowResult, Write, params};

/// One office.
#[derive(Debug, Clone)]
pub(super) struct Partner {
    pub id: i64,
    pub rev: i64,
    pub name: String,
    pub key: Option<Public>,
    /// Who compared its fingerprint, and when.
    pub confirmed: Option<(String, Millis)>,
    pub note: String,
    pub on: bool,
}

/// All of an organ's, by name.
pub(super) fn list_partners(q: &impl Query, organ: OrganId) -> Result<Vec<Partner>> {
    q.all(
        "SELECT id, rev, name, key, confirmed_by, confirmed_at, note, state FROM partner WHERE organ = ?1 ORDER BY state DESC, name",
        [organ.0],
        row,
    )
}

/// One by its name.
pub(super) fn find_partner(q: &impl Query, organ: OrganId, name: &str) -> Result<Option<Partner>> {
    q.opt(
        "SELECT id, rev, name, key, confirmed_by, confirmed_at, note, state FROM partner WHERE organ = ?1 AND name = ?2",
        params![organ.0, name],
        row,
    )
}

/// A new one, without a key; nothing where it is known.
pub(super) fn insert_partner(
    w: &Write<'_>,
    organ: OrganId,
    (name, note): (&str, &str),
) -> Result<usize> {
    w.execute(
        "INSERT INTO partner(rev, organ, name, confirmed_by, note, state) VALUES(1,?1,?2,'',?3,'on')
         ON CONFLICT(organ, name) DO NOTHING",
        params![organ.0, name, note],
    )
}

/// Another state or note.
pub(super) fn set_partner(
    w: &Write<'_>,
    (organ, id, rev): (OrganId, i64, i64),
    (note, on): (&str, bool),
) -> Result<()> {
    let state = if on { "on" } else { "off" };
    let changed = w.execute(
        "UPDATE partner SET note = ?4, state = ?5, rev = rev + 1 WHERE id = ?2 AND organ = ?1 AND rev = ?3",
        params![organ.0, id, rev, note, state],
    )?;
    match changed {
        1 => Ok(()),
        _ => Err(Error::Conflict(
            "这个往来单位刚才被别人改过。请刷新这一页再改".into(),
        )),
    }
}

/// A key whose fingerprint was compared by a person.
pub(super) fn set_key(
    w: &Write<'_>,
    (organ, name): (OrganId, &str),
    (key, by): (&Public, &str),
) -> Result<()> {
    w.execute(
        "INSERT INTO partner(rev, organ, name, key, confirmed_by, confirmed_at, note, state) VALUES(1,?1,?2,?3,?4,?5,'','on')
         ON CONFLICT(organ, name) DO UPDATE SET key = excluded.key, confirmed_by = excluded.confirmed_by,
           confirmed_at = excluded.confirmed_at, rev = partner.rev + 1",
        params![organ.0, name, key.0, by, w.at().0],
    )?;
    Ok(())
}

fn row(r: &Row<'_>) -> RowResult<Partner> {
    let (by, at): (String, Option<i64>) = (r.get(4)?, r.get(5)?);
    Ok(Partner {
        id: r.get(0)?,
        rev: r.get(1)?,
        name: r.get(2)?,
        key: r.get::<_, Option<[u8; 65]>>(3)?.map(Public),
        confirmed: at.map(|at| (by, Millis(at))),
        note: r.get(6)?,
        on: r.get::<_, String>(7)? == "on",
    })
}
