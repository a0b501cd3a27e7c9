//! SQL of the supervision page: the matters somebody may see. Their lights are reckoned in `supervision.rs`.
//! Invariant: what is read is what `case_access` lets these principals see.

use super::supervision::Matter;
use crate::kit::{Id, Millis, Result};
use crate::store::{Query, params};

/// All matters these principals (a JSON array) may see, those still open first, then by their day.
pub fn list_matters(db: &impl Query, who: &str) -> Result<Vec<Matter>> {
    db.all(
        "SELECT v.case_id, l.number, l.title, l.state, l.held_by, v.matter, v.source, v.principal, v.assisting,
           v.due_on, l.opened_at, l.closed_at, v.told_at, v.progress, v.proof
         FROM supervised v JOIN case_list l ON l.case_id = v.case_id
         WHERE l.state <> 'void' AND EXISTS (SELECT 1 FROM case_access a WHERE a.case_id = v.case_id
           AND a.principal IN (SELECT value FROM json_each(?1)))
         ORDER BY l.state <> 'open', v.due_on = '', v.due_on, v.case_id",
        params![who],
        |r| {
            let told: String = r.get(13)?;
            let told: Vec<(i64, String, String)> = serde_json::from_str(&told).unwrap_or_default();
            let told = told.into_iter().map(|(at, who, words)| (Millis(at), who, words));
            Ok(Matter {
                case: Id::from_raw(r.get(0)?),
                number: r.get(1)?,
                title: r.get(2)?,
                state: r.get(3)?,
                held_by: r.get(4)?,
                matter: r.get(5)?,
                source: r.get(6)?,
                principal: r.get(7)?,
                assisting: r.get(8)?,
                due_on: r.get::<_, String>(9)?.parse().ok(),
                opened_at: Millis(r.get(10)?),
                closed_at: r.get::<_, Option<i64>>(11)?.map(Millis),
                told_at: r.get::<_, Option<i64>>(12)?.map(Millis),
                progress: told.collect(),
                proof: r.get(14)?,
            })
        },
    )
}
