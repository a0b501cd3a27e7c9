//! SQL of handwriting. Who may write is decided in `hand.rs`. Invariant: rows are written once and never changed.

use crate::kit::{Id, Millis, Result};
use crate::store::{Query, Write, params};

/// One writing on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hand {
    /// The version of the text it stands on.
    pub version: i64,
    /// From 0.
    pub page: usize,
    /// A list a stroke, four integers a point.
    pub strokes: Vec<Vec<i64>>,
    pub name: String,
    pub dept_name: String,
    pub at: Millis,
}

/// The handwriting on the pages of a case's document, oldest first; the version it stands on is 1 or more.
pub fn list_hands(db: &impl Query, case: Id) -> Result<Vec<Hand>> {
    let rows: Vec<(Hand, String)> = db.all(
        "SELECT version, page, strokes, name, dept_name, at FROM handwriting
         WHERE case_id = ?1 AND version > 0 ORDER BY id",
        [case.raw()],
        |r| {
            let hand = Hand {
                version: r.get(0)?,
                page: usize::try_from(r.get::<_, i64>(1)?).unwrap_or(0),
                strokes: Vec::new(),
                name: r.get(3)?,
                dept_name: r.get(4)?,
                at: Millis(r.get(5)?),
            };
            Ok((hand, r.get(2)?))
        },
    )?;
    rows.into_iter()
        .map(|(hand, strokes)| {
            Ok(Hand {
                strokes: serde_json::from_str(&strokes)?,
                ..hand
            })
        })
        .collect()
}

/// Writings on the pages of one case so far.
pub fn count_hands(db: &impl Query, case: Id) -> Result<i64> {
    db.one(
        "SELECT count(*) FROM handwriting WHERE case_id = ?1 AND version > 0",
        [case.raw()],
        |r| r.get(0),
    )
}

/// What is written on a page.
pub struct NewHand {
    pub case: Id,
    pub version: i64,
    pub page: usize,
    pub strokes: Vec<Vec<i32>>,
    pub person: i64,
    pub name: String,
    pub dept_name: String,
}

/// Keeps a writing.
pub fn insert_hand(w: &mut Write<'_>, hand: &NewHand) -> Result<()> {
    w.must_hold(hand.case)?;
    let id = w.next_id();
    w.execute(
        "INSERT INTO handwriting(id, shelf, case_id, version, page, opinion, strokes, person, name, dept_name, at)
         VALUES(?1,?2,?3,?4,?5,NULL,?6,?7,?8,?9,?10)",
        params![
            id.raw(),
            w.shelf().0,
            hand.case.raw(),
            hand.version,
            hand.page as i64,
            serde_json::to_string(&hand.strokes)?,
            hand.person,
            hand.name,
            hand.dept_name,
            w.at().0
        ],
    )?;
    Ok(())
}
