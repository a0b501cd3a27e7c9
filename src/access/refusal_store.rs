//! SQL of the security log: counts are added to the day's row.

use super::refusal::{Counted, Tally};
use crate::kit::{Millis, Result};
use crate::store::{Query, Write, params};

pub(super) fn insert_refused(w: &Write<'_>, t: &Tally) -> Result<usize> {
    let r = &t.refused;
    w.execute(
        "INSERT INTO refusal(day, kind, who, address, what, times, last_at)
         VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT(day, kind, who, address, what) DO UPDATE SET
           times = refusal.times + excluded.times, last_at = max(refusal.last_at, excluded.last_at)",
        params![t.day, r.kind, r.who, r.address, r.what, t.times, t.last_at.0],
    )
}

/// The newest rows of the log.
pub(super) fn list_refused(q: &impl Query, most: i64) -> Result<Vec<Counted>> {
    q.all(
        "SELECT day, kind, who, address, what, times, last_at FROM refusal
         ORDER BY day DESC, last_at DESC LIMIT ?1",
        [most],
        |r| {
            Ok(Counted {
                day: r.get(0)?,
                kind: r.get(1)?,
                who: r.get(2)?,
                address: r.get(3)?,
                what: r.get(4)?,
                times: r.get(5)?,
                last_at: Millis(r.get(6)?),
            })
        },
    )
}
