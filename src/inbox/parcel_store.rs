//! SQL of documents between offices. What a row means is in `parcel.rs`.
//! Invariant: a settled parcel is never settled again.

use super::parcel::{NewParcel, Parcel, Settled, State, Way};
use crate::kit::sm2::Public;
use crate::kit::{Digest, Error, Id, Millis, Result, ShelfNo};
use crate::store::{Query, Row, RowResult, Write, params};
use serde_json::Value;

/// Rows shown at once.
const SHOWN: i64 = 200;

/// A delivery that left or came.
pub fn insert_parcel(w: &mut Write<'_>, new: &NewParcel) -> Result<Id> {
    let id = w.next_id();
    w.execute(
        "INSERT INTO parcel(id, shelf, rev, way, delivery, case_id, partner, key, answer, digest, data, state, person, name, at, changed_at)
         VALUES(?1,?2,1,?3,?4,?5,?6,?7,?8,?9,?10,'waiting',?11,?12,?13,?13)",
        params![
            id.raw(),
            w.shelf().0,
            new.way.word(),
            new.delivery,
            new.case.map(Id::raw),
            new.partner,
            new.key.map(|k| k.0),
            new.answer,
            new.digest.0,
            new.data.to_string(),
            new.person.map(|p| p.0),
            new.name,
            w.at().0
        ],
    )?;
    Ok(id)
}

/// One.
pub fn find_parcel(q: &impl Query, id: Id) -> Result<Parcel> {
    q.one(
        "SELECT id, way, delivery, coalesce(case_id, became), partner, key, answer, digest, data, state, receipt, name, at, changed_at
         FROM parcel WHERE id = ?1",
        [id.raw()],
        row,
    )
}

/// A delivery by its number.
pub fn find_delivery(
    q: &impl Query,
    (shelf, way): (ShelfNo, Way),
    delivery: &str,
) -> Result<Option<Parcel>> {
    q.opt(
        "SELECT id, way, delivery, coalesce(case_id, became), partner, key, answer, digest, data, state, receipt, name, at, changed_at
         FROM parcel WHERE shelf = ?1 AND way = ?2 AND delivery = ?3",
        params![shelf.0, way.word(), delivery],
        row,
    )
}

/// What left a case, oldest first.
pub fn list_of_case(q: &impl Query, case: Id) -> Result<Vec<Parcel>> {
    q.all(
        "SELECT id, way, delivery, coalesce(case_id, became), partner, key, answer, digest, data, state, receipt, name, at, changed_at
         FROM parcel WHERE case_id = ?1 AND way = 'out' ORDER BY id",
        [case.raw()],
        row,
    )
}

/// What nobody settled yet, oldest first.
pub fn list_waiting(q: &impl Query, (shelf, way): (ShelfNo, Way)) -> Result<Vec<Parcel>> {
    q.all(
        "SELECT id, way, delivery, coalesce(case_id, became), partner, key, answer, digest, data, state, receipt, name, at, changed_at
         FROM parcel WHERE shelf = ?1 AND way = ?2 AND state = 'waiting' ORDER BY id",
        params![shelf.0, way.word()],
        row,
    )
}

/// What came and was settled of late, newest first.
pub fn list_settled(q: &impl Query, shelf: ShelfNo) -> Result<Vec<Parcel>> {
    q.all(
        "SELECT id, way, delivery, coalesce(case_id, became), partner, key, answer, digest, data, state, receipt, name, at, changed_at
         FROM parcel WHERE shelf = ?1 AND way = 'in' AND state <> 'waiting' ORDER BY id DESC LIMIT ?2",
        params![shelf.0, SHOWN],
        row,
    )
}

/// How many wait to be registered.
pub fn count_waiting(q: &impl Query, shelf: ShelfNo) -> Result<i64> {
    q.one(
        "SELECT count(*) FROM parcel WHERE shelf = ?1 AND way = 'in' AND state = 'waiting'",
        [shelf.0],
        |r| r.get(0),
    )
}

/// What else is kept of one that waits.
pub fn set_data(w: &Write<'_>, id: Id, data: &Value) -> Result<()> {
    w.must_hold(id)?;
    let changed = w.execute(
        "UPDATE parcel SET data = ?2, changed_at = ?3, rev = rev + 1 WHERE id = ?1 AND state = 'waiting'",
        params![id.raw(), data.to_string(), w.at().0],
    )?;
    one(changed)
}

/// Settled, with what the receipt says.
pub fn set_settled(w: &Write<'_>, id: Id, settled: &Settled) -> Result<()> {
    w.must_hold(id)?;
    let changed = w.execute(
        "UPDATE parcel SET state = ?2, became = ?3, key = coalesce(?4, key), receipt = ?5,
           changed_at = ?6, rev = rev + 1 WHERE id = ?1 AND state = 'waiting'",
        params![
            id.raw(),
            settled.state.word(),
            settled.case.map(Id::raw),
            settled.key.map(|k| k.0),
            settled.receipt.to_string(),
            w.at().0
        ],
    )?;
    one(changed)
}

fn one(changed: usize) -> Result<()> {
    match changed {
        1 => Ok(()),
        _ => Err(Error::Conflict(
            "这一份刚才已经办过了。请刷新这一页再看".into(),
        )),
    }
}

fn row(r: &Row<'_>) -> RowResult<Parcel> {
    let (way, state): (String, String) = (r.get(1)?, r.get(9)?);
    let json = |text: &str| serde_json::from_str(text).unwrap_or_default();
    Ok(Parcel {
        id: Id::from_raw(r.get(0)?),
        way: match way.as_str() {
            "out" => Way::Out,
            _ => Way::In,
        },
        delivery: r.get(2)?,
        case: r.get::<_, Option<i64>>(3)?.map(Id::from_raw),
        partner: r.get(4)?,
        key: r.get::<_, Option<[u8; 65]>>(5)?.map(Public),
        answer: r.get(6)?,
        digest: Digest(r.get(7)?),
        data: json(&r.get::<_, String>(8)?),
        state: State::of(&state),
        receipt: r.get::<_, Option<String>>(10)?.map(|t| json(&t)),
        name: r.get(11)?,
        at: Millis(r.get(12)?),
        changed_at: Millis(r.get(13)?),
    })
}
