//! SQL of deeds. What they mean is in `deed.rs`; a module writes them inside its own write.

use super::deed::{Deed, What};
use crate::kit::{Digest, Error, Id, Millis, PersonId, Result};
use crate::store::{Query, Write, params};
use serde_json::Value;

/// What was done to a case's document, oldest first.
pub fn list_deeds(db: &impl Query, case: Id) -> Result<Vec<Deed>> {
    let rows = db.all(
        "SELECT id, what, text, data, person, name, at FROM deed WHERE case_id = ?1 ORDER BY id",
        [case.raw()],
        |r| {
            let read: Raw = (r.get(1)?, r.get(2)?, r.get(3)?);
            let deed = Deed {
                id: Id::from_raw(r.get(0)?),
                what: What::Signed,
                text: Digest([0; 32]),
                data: Value::Null,
                person: r.get::<_, Option<i64>>(4)?.map(PersonId),
                name: r.get(5)?,
                at: Millis(r.get(6)?),
            };
            Ok((deed, read))
        },
    )?;
    rows.into_iter().map(whole).collect()
}

/// Kind, digest and data as stored.
type Raw = (String, Vec<u8>, String);

fn whole((deed, (what, text, data)): (Deed, Raw)) -> Result<Deed> {
    let cut = || Error::Fault(format!("deed {} cannot be read", deed.id));
    Ok(Deed {
        what: What::of(&what).ok_or_else(cut)?,
        text: Digest(text.try_into().map_err(|_| cut())?),
        data: serde_json::from_str(&data)?,
        ..deed
    })
}

/// Writes a deed. It counts as a change of the case: moves planned before it are planned again.
pub fn insert_deed(w: &mut Write<'_>, case: Id, deed: &Deed) -> Result<()> {
    w.must_hold(case)?;
    w.execute(
        "INSERT INTO deed(id, shelf, case_id, what, text, data, person, name, at) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
        params![
            deed.id.raw(),
            case.shelf().0,
            case.raw(),
            deed.what.word(),
            deed.text.0,
            deed.data.to_string(),
            deed.person.map(|p| p.0),
            deed.name,
            deed.at.0
        ],
    )?;
    w.execute("UPDATE cases SET rev = rev + 1 WHERE id = ?1", [case.raw()])?;
    Ok(())
}
