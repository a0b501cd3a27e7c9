//! Numbers kept ahead (预留): a clerk keeps the next ones of a series for a purpose, and a case takes one of them later.
//! Not here: taking the next number (`claims`). Invariant: a kept number goes to the case that names it or to nobody;
//! what is given up (作废) is never given out again, and both stay in the list with their reasons.

use super::claims::Reserved;
use super::connect::sql;
use super::query::Query;
use super::write::Write;
use crate::kit::{Error, Millis, Result, ShelfNo};
use rusqlite::{Connection, OptionalExtension, params};

/// A number kept ahead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub key: String,
    pub n: i64,
    pub reason: String,
    /// Who kept it, as he was called then.
    pub name: String,
    pub at: Millis,
    pub state: KeptState,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeptState {
    /// 预留着
    Kept,
    /// 用了
    Used,
    /// 作废: why, by whom, when.
    Void(String, String, Millis),
}

/// All numbers kept in series of a kind, the latest first.
pub fn list_kept(q: &impl Query, kind: &str) -> Result<Vec<Kept>> {
    q.all(
        "SELECT key, n, reason, name, at, state, void_reason, void_name, void_at FROM number_kept
         WHERE kind = ?1 ORDER BY key, n DESC",
        [kind],
        |r| {
            let state = match r.get::<_, String>(5)?.as_str() {
                "void" => {
                    let at = r.get::<_, Option<i64>>(8)?.unwrap_or(0);
                    KeptState::Void(r.get(6)?, r.get(7)?, Millis(at))
                }
                "used" => KeptState::Used,
                _ => KeptState::Kept,
            };
            Ok(Kept {
                key: r.get(0)?,
                n: r.get(1)?,
                reason: r.get(2)?,
                name: r.get(3)?,
                at: Millis(r.get(4)?),
                state,
            })
        },
    )
}

/// The last number that was ever given out or kept in a series; 0 where there is none.
pub fn last_number(q: &impl Query, kind: &str, key: &str) -> Result<i64> {
    q.one(
        "SELECT max(coalesce((SELECT max(n) FROM claim WHERE kind = ?1 AND key = ?2), 0),
                    coalesce((SELECT n FROM number_floor WHERE kind = ?1 AND key = ?2), 0))",
        [kind, key],
        |r| r.get(0),
    )
}

/// Numbers of a series that belong to void cases, with the reason.
pub fn list_void(q: &impl Query, kind: &str) -> Result<Vec<(String, i64, String)>> {
    q.all(
        "SELECT key, n, reason FROM claim WHERE kind = ?1 AND state = 'void' ORDER BY key, n DESC",
        [kind],
        |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
    )
}

impl Write<'_> {
    /// Keeps the next number of a series, and says which. The smallest free one goes first, as for a case.
    pub fn keep_number(&self, (kind, key): (&str, &str), reason: &str, name: &str) -> Result<i64> {
        let n: i64 = self.one(
            "INSERT INTO claim(kind, key, n, shelf, holder, state, at)
             SELECT ?1, ?2, x.n, 0, 'kept/' || x.n, 'reserved', ?3 FROM (SELECT coalesce(
               (SELECT min(n) FROM claim WHERE kind = ?1 AND key = ?2 AND state = 'free' AND n > f.floor),
               max(f.floor, (SELECT max(n) FROM claim WHERE kind = ?1 AND key = ?2)) + 1, f.floor + 1) AS n
             FROM (SELECT coalesce((SELECT n FROM number_floor WHERE kind = ?1 AND key = ?2), 0) AS floor) f) x
             WHERE true
             ON CONFLICT(kind, key, n) DO UPDATE
               SET shelf = 0, holder = excluded.holder, state = 'reserved', at = excluded.at
               WHERE claim.state = 'free'
             RETURNING n",
            params![kind, key, self.at().0],
            |r| r.get(0),
        )?;
        self.execute(
            "INSERT INTO number_kept(kind, key, n, reason, name, at, state) VALUES(?1,?2,?3,?4,?5,?6,'kept')",
            params![kind, key, n, reason, name, self.at().0],
        )?;
        Ok(n)
    }

    /// Gives a kept number up for good.
    ///
    /// # Errors
    /// Conflict where it is not kept any more.
    pub fn give_up_number(
        &self,
        (kind, key, n): (&str, &str, i64),
        reason: &str,
        name: &str,
    ) -> Result<()> {
        let changed = self.execute(
            "UPDATE number_kept SET state = 'void', void_reason = ?4, void_name = ?5, void_at = ?6
             WHERE kind = ?1 AND key = ?2 AND n = ?3 AND state = 'kept'
               AND EXISTS (SELECT 1 FROM claim c WHERE c.kind = ?1 AND c.key = ?2 AND c.n = ?3
                 AND c.state = 'reserved' AND c.holder LIKE 'kept/%')",
            params![kind, key, n, reason, name, self.at().0],
        )?;
        match changed {
            0 => Err(Error::Conflict(
                "这个号已经用了，或者已经作废。请刷新后再看".to_owned(),
            )),
            _ => Ok(()),
        }
    }
}

/// A kept number for this holder, and whether it is in a volume already; none where it is not kept.
pub(super) fn take_kept(
    c: &Connection,
    shelf: ShelfNo,
    (kind, key, n): (&str, &str, i64),
    (holder, at): (&str, Millis),
) -> Result<Option<bool>> {
    let mine = c
        .prepare_cached(
            "SELECT state = 'bound' FROM claim WHERE kind = ?1 AND key = ?2 AND n = ?3 AND holder = ?4
             AND state IN ('reserved','bound')",
        )
        .and_then(|mut s| s.query_row(params![kind, key, n, holder], |r| r.get(0)).optional())
        .map_err(sql)?;
    if mine.is_some() {
        return Ok(mine);
    }
    let taken = c
        .prepare_cached(
            "UPDATE claim SET shelf = ?4, holder = ?5, at = ?6
             WHERE kind = ?1 AND key = ?2 AND n = ?3 AND state = 'reserved' AND holder LIKE 'kept/%'
               AND EXISTS (SELECT 1 FROM number_kept k WHERE k.kind = ?1 AND k.key = ?2 AND k.n = ?3 AND k.state = 'kept')",
        )
        .and_then(|mut s| s.execute(params![kind, key, n, shelf.0, holder, at.0]))
        .map_err(sql)?;
    Ok((taken > 0).then_some(false))
}

/// A case has taken the number for good.
pub(super) fn set_used(c: &Connection, claim: &Reserved) -> Result<()> {
    c.prepare_cached(
        "UPDATE number_kept SET state = 'used' WHERE kind = ?1 AND key = ?2 AND n = ?3 AND state = 'kept'",
    )
    .and_then(|mut s| s.execute(params![claim.kind, claim.key, claim.n]))
    .map(|_| ())
    .map_err(sql)
}
