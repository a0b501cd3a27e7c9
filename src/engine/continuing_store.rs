//! Which volumes' open cases somebody asked to have carried over into this year, kept in the hub until the last of them
//! went: what a stop of the server or of the power cut short goes on at the next start. Not here: carrying one over.

use crate::kit::{PersonId, Result};
use crate::store::{Query, Write};
use std::collections::BTreeMap;

/// By volume, in whose name.
pub type Asked = BTreeMap<i64, PersonId>;

/// What was asked for and is not through.
pub fn find_asked(q: &impl Query) -> Result<Asked> {
    let kept: Option<String> = q.opt("SELECT v FROM setting WHERE k = 'continuing'", [], |r| {
        r.get(0)
    })?;
    Ok(kept.map_or_else(|| Ok(Asked::new()), |v| serde_json::from_str(&v))?)
}

/// Somebody asks for a volume, or nobody any more.
pub fn set_asked(w: &Write<'_>, volume: i64, by: Option<PersonId>) -> Result<()> {
    let mut all = find_asked(w)?;
    match by {
        Some(person) => all.insert(volume, person),
        None => all.remove(&volume),
    };
    w.execute(
        "INSERT INTO setting(k, v) VALUES('continuing', ?1)
         ON CONFLICT(k) DO UPDATE SET v = excluded.v, rev = rev + 1",
        [serde_json::to_string(&all)?],
    )
    .map(drop)
}
