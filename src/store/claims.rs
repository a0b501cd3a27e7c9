//! What several volumes must not both take: organ-wide numbers now, rooms and balances later.
//! A claim is reserved in the hub before the volume's transaction and bound after it; a crash between
//! leaves `reserved`, which start-up turns into `bound` or `free` by asking the volume (storage.md §8).
//! A freed number goes to the next taker, so a series has no holes; a printed one is voided, never freed.

use super::catalogue::Catalogue;
use super::connect::sql;
use super::file::File;
use super::kept;
use super::query::Query;
use super::{Store, Write};
use crate::kit::{Error, Id, Millis, Result, ShelfNo};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// A number taken in the hub and not yet written in a volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reserved {
    /// Kind of claim, as `series`.
    pub kind: String,
    /// Which series, with its year.
    pub key: String,
    /// The number.
    pub n: i64,
    pub(super) shelf: ShelfNo,
    pub(super) holder: String,
    /// The holder's number is in a volume already: this is the same submit once more.
    pub(super) used: bool,
}

/// Holders between taking a number and its settling. The same submit may arrive twice at once; then
/// only the last to leave may settle, or one would give back what the other is about to write.
#[derive(Default)]
pub(super) struct InFlight {
    holders: Mutex<HashMap<String, Present>>,
    left: Condvar,
}

#[derive(Default)]
struct Present {
    count: usize,
    settling: bool,
}

impl InFlight {
    fn holders(&self) -> MutexGuard<'_, HashMap<String, Present>> {
        self.holders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last of each holder to leave runs `settle` over all of those, once.
    pub(super) fn leave_all<'h>(
        &self,
        mine: impl Iterator<Item = &'h str>,
        settle: impl FnOnce(&[&'h str]) -> Result<()>,
    ) -> Result<()> {
        let mut holders = self.holders();
        let mut last = Vec::new();
        for holder in mine {
            let present = holders.entry(holder.to_owned()).or_default();
            if present.count > 1 {
                present.count -= 1;
            } else {
                present.settling = true;
                last.push(holder);
            }
        }
        drop(holders);
        let settled = settle(&last);
        let mut holders = self.holders();
        for holder in last {
            holders.remove(holder);
        }
        drop(holders);
        self.left.notify_all();
        settled
    }

    fn has(&self, holder: &str) -> bool {
        self.holders().contains_key(holder)
    }

    pub(super) fn enter(&self, holder: &str) {
        let mut holders = self.holders();
        while holders.get(holder).is_some_and(|p| p.settling) {
            holders = self
                .left
                .wait(holders)
                .unwrap_or_else(PoisonError::into_inner);
        }
        holders.entry(holder.to_owned()).or_default().count += 1;
    }

    /// The last to leave runs `settle`; nobody of this holder enters meanwhile.
    pub(super) fn leave(&self, holder: &str, settle: impl FnOnce() -> Result<()>) -> Result<()> {
        let mut holders = self.holders();
        let present = holders.entry(holder.to_owned()).or_default();
        if present.count > 1 {
            present.count -= 1;
            return Ok(());
        }
        present.settling = true;
        drop(holders);
        let settled = settle();
        self.holders().remove(holder);
        self.left.notify_all();
        settled
    }
}

impl Store {
    /// Reserves the smallest free number, or the next. The same holder gets the same number again.
    /// Whoever reserved must settle, whatever came of the write.
    pub fn reserve(&self, shelf: ShelfNo, kind: &str, key: &str, holder: &str) -> Result<Reserved> {
        if holder.is_empty() {
            // Two nameless takers would share one number.
            return Err(Error::fault("a number is taken by nobody"));
        }
        let holder = format!("{}/{holder}", shelf.0);
        let at = self.clock().now();
        self.inner.in_flight.enter(&holder);
        let (kind, key, by) = (kind.to_owned(), key.to_owned(), holder.clone());
        let taken = self.inner.catalogue.hub().call(move |c| {
            let (n, used) = take(c, shelf, &kind, &key, &by, at)?;
            Ok(Reserved {
                kind,
                key,
                n,
                shelf,
                holder: by,
                used,
            })
        });
        if taken.is_err() {
            self.inner.in_flight.leave(&holder, || Ok(()))?;
        }
        taken
    }

    /// Reserves one number that was kept ahead; none where it is not kept. Otherwise as [`Store::reserve`].
    pub fn reserve_kept(
        &self,
        shelf: ShelfNo,
        (kind, key): (&str, &str),
        n: i64,
        holder: &str,
    ) -> Result<Option<Reserved>> {
        let holder = format!("{}/{holder}", shelf.0);
        let at = self.clock().now();
        self.inner.in_flight.enter(&holder);
        let (kind, key, by) = (kind.to_owned(), key.to_owned(), holder.clone());
        let taken = self.inner.catalogue.hub().call(move |c| {
            let found = kept::take_kept(c, shelf, (&kind, &key, n), (&by, at))?;
            Ok(found.map(|used| Reserved {
                kind,
                key,
                n,
                shelf,
                holder: by,
                used,
            }))
        });
        if !matches!(taken, Ok(Some(_))) {
            self.inner.in_flight.leave(&holder, || Ok(()))?;
        }
        taken
    }

    /// After the write that was to use the number, whatever came of it: bound where the volume has
    /// it, free otherwise. Losing this to a crash is harmless.
    pub fn settle_claim(&self, claim: &Reserved) -> Result<()> {
        let catalogue = &self.inner.catalogue;
        self.inner.in_flight.leave(&claim.holder, || {
            let read = catalogue.file_of(claim.shelf)?.read_uncounted()?;
            let case = read.opt(BOUND_CASE, params![claim.kind, claim.key, claim.n], |r| {
                r.get(0)
            })?;
            let claim = claim.clone();
            catalogue.hub().call(move |c| settle(c, &claim, case))
        })
    }
}

impl Write<'_> {
    /// Writes the volume's half of a claim in the transaction that uses it.
    pub fn bind(&self, claim: &Reserved, case: Id) -> Result<()> {
        self.must_hold(case)?;
        if claim.used || claim.shelf != self.shelf() {
            return Err(Error::Conflict(
                "这张表已经提交过一次，编号已经取走。请回首页看办理情况，不要重复提交".into(),
            ));
        }
        self.execute(
            "INSERT INTO claim_bound(shelf, kind, key, n, case_id) VALUES(?1,?2,?3,?4,?5)",
            params![self.shelf().0, claim.kind, claim.key, claim.n, case.raw()],
        )?;
        Ok(())
    }
}

pub(super) const BOUND_CASE: &str =
    "SELECT case_id FROM claim_bound WHERE kind = ?1 AND key = ?2 AND n = ?3";

pub(super) fn take(
    c: &Connection,
    shelf: ShelfNo,
    kind: &str,
    key: &str,
    holder: &str,
    at: Millis,
) -> Result<(i64, bool)> {
    let mine = c
        .prepare_cached(
            "SELECT n, state = 'bound' FROM claim WHERE kind = ?1 AND key = ?2 AND holder = ?3
             AND state IN ('reserved','bound')",
        )
        .and_then(|mut s| {
            s.query_row([kind, key, holder], |r| Ok((r.get(0)?, r.get(1)?)))
                .optional()
        })
        .map_err(sql)?;
    if let Some(mine) = mine {
        return Ok(mine);
    }
    c.prepare_cached(
        "INSERT INTO claim(kind, key, n, shelf, holder, state, at)
         SELECT ?1, ?2, coalesce(
           (SELECT min(n) FROM claim WHERE kind = ?1 AND key = ?2 AND state = 'free' AND n > f.floor),
           max(f.floor, (SELECT max(n) FROM claim WHERE kind = ?1 AND key = ?2)) + 1, f.floor + 1),
           ?3, ?4, 'reserved', ?5
         FROM (SELECT coalesce((SELECT n FROM number_floor WHERE kind = ?1 AND key = ?2), 0) AS floor) f
         WHERE true
         ON CONFLICT(kind, key, n) DO UPDATE
           SET shelf = excluded.shelf, holder = excluded.holder, state = 'reserved', at = excluded.at
           WHERE claim.state = 'free'
         RETURNING n",
    )
    .and_then(|mut s| {
        s.query_row(params![kind, key, shelf.0, holder, at.0], |r| {
            Ok((r.get(0)?, false))
        })
    })
    .map_err(sql)
}

/// What the volume says decides; a number that is not `reserved` is left as it is.
pub(super) fn settle(c: &Connection, claim: &Reserved, case: Option<i64>) -> Result<()> {
    let (statement, case) = match case {
        Some(case) => (
            "UPDATE claim SET state = 'bound', case_id = ?4
             WHERE kind = ?1 AND key = ?2 AND n = ?3 AND state = 'reserved'",
            case,
        ),
        None => (
            "UPDATE claim SET case_id = nullif(?4, 0),
               state = CASE WHEN k.n IS NULL THEN 'free' ELSE 'reserved' END,
               holder = CASE WHEN k.n IS NULL THEN '' ELSE 'kept/' || k.n END
             FROM (SELECT (SELECT n FROM number_kept WHERE kind = ?1 AND key = ?2 AND n = ?3 AND state = 'kept') AS n) k
             WHERE claim.kind = ?1 AND claim.key = ?2 AND claim.n = ?3 AND claim.state = 'reserved'",
            0,
        ),
    };
    if case > 0 {
        kept::set_used(c, claim)?;
    }
    c.prepare_cached(statement)
        .and_then(|mut s| s.execute(params![claim.kind, claim.key, claim.n, case]))
        .map(|_| ())
        .map_err(sql)
}

/// The same for one volume that is back, before anybody can reach it.
pub(super) fn repair_in(catalogue: &Catalogue, file: &Arc<File>, busy: &InFlight) -> Result<()> {
    let here: Vec<ShelfNo> = super::projector::shelves(&file.read_uncounted()?)?;
    for claim in catalogue.hub().call(reserved)? {
        // whoever holds it now settles it himself
        if here.contains(&claim.shelf) && !busy.has(&claim.holder) {
            repair_one(catalogue, file, claim)?;
        }
    }
    Ok(())
}

fn repair_one(catalogue: &Catalogue, file: &File, claim: Reserved) -> Result<()> {
    let read = file.read_uncounted()?;
    let case = read.opt(BOUND_CASE, params![claim.kind, claim.key, claim.n], |r| {
        r.get(0)
    })?;
    drop(read);
    catalogue.hub().call(move |c| settle(c, &claim, case))
}

/// Start-up: every number still reserved is bound where its volume has it, free otherwise.
pub(super) fn repair(catalogue: &Catalogue) -> Result<()> {
    for claim in catalogue.hub().call(reserved)? {
        // A volume that is away keeps its reservations until it is back.
        let Ok(file) = catalogue.file_of(claim.shelf) else {
            continue;
        };
        repair_one(catalogue, &file, claim)?;
    }
    Ok(())
}

fn reserved(c: &Connection) -> Result<Vec<Reserved>> {
    c.prepare("SELECT kind, key, n, shelf, holder FROM claim WHERE state = 'reserved' AND holder NOT LIKE 'kept/%'")
        .and_then(|mut s| {
            s.query_map([], |r| {
                Ok(Reserved {
                    kind: r.get(0)?,
                    key: r.get(1)?,
                    n: r.get(2)?,
                    shelf: ShelfNo(r.get(3)?),
                    holder: r.get(4)?,
                    used: false,
                })
            })?
            .collect()
        })
        .map_err(sql)
}
