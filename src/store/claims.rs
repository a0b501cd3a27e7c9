//! What several volumes must not both take: organ-wide numbers now, rooms and balances later.
//! A claim is reserved in the hub before the volume's transaction and bound after it; a crash between
//! leaves `reserved`, which start-up turns into `bound` or `free` by asking the volume (storage.md §8).
//! A freed number goes to the next taker, so a series has no holes; a printed one is voided, never freed.

use super::catalogue::Catalogue;
use super::connect::sql;
use super::{Store, Write};
use crate::kit::{Id, Millis, Result, ShelfNo};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

/// A number taken in the hub and not yet written in a volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reserved {
    /// Kind of claim, as `series`.
    pub kind: String,
    /// Which series, with its year.
    pub key: String,
    /// The number.
    pub n: i64,
}

impl Store {
    /// Reserves the smallest free number, or the next. The same holder gets the same number again.
    pub fn reserve(&self, shelf: ShelfNo, kind: &str, key: &str, holder: &str) -> Result<Reserved> {
        let (kind, key, holder) = (kind.to_owned(), key.to_owned(), holder.to_owned());
        let at = self.clock().now();
        self.inner.catalogue.hub().call(move |c| {
            let n = take(c, shelf, &kind, &key, &holder, at)?;
            Ok(Reserved { kind, key, n })
        })
    }

    /// Gives back a number whose action was refused.
    pub fn release(&self, claim: &Reserved) -> Result<()> {
        let claim = claim.clone();
        self.inner.catalogue.hub().call(move |c| {
            c.execute(
                "UPDATE claim SET state = 'free', holder = '', case_id = NULL
                 WHERE kind = ?1 AND key = ?2 AND n = ?3 AND state = 'reserved'",
                params![claim.kind, claim.key, claim.n],
            )
            .map_err(sql)?;
            Ok(())
        })
    }

    /// Marks a reserved number as used by a committed case. Losing this to a crash is harmless.
    pub fn bound(&self, claim: &Reserved, case: Id) -> Result<()> {
        let claim = claim.clone();
        self.inner
            .catalogue
            .hub()
            .call(move |c| bind(c, &claim, case.raw()))
    }
}

impl Write<'_> {
    /// Writes the volume's half of a claim in the transaction that uses it.
    pub fn bind(&self, claim: &Reserved, case: Id) -> Result<()> {
        self.must_hold(case)?;
        self.execute(
            "INSERT INTO claim_bound(shelf, kind, key, n, case_id) VALUES(?1,?2,?3,?4,?5)",
            params![self.shelf().0, claim.kind, claim.key, claim.n, case.raw()],
        )?;
        Ok(())
    }
}

fn take(
    c: &Connection,
    shelf: ShelfNo,
    kind: &str,
    key: &str,
    holder: &str,
    at: Millis,
) -> Result<i64> {
    let mine: Option<i64> = c
        .prepare_cached(
            "SELECT n FROM claim WHERE kind = ?1 AND key = ?2 AND holder = ?3
             AND state IN ('reserved','bound')",
        )
        .and_then(|mut s| s.query_row([kind, key, holder], |r| r.get(0)).optional())
        .map_err(sql)?;
    if let Some(n) = mine {
        return Ok(n);
    }
    c.prepare_cached(
        "INSERT INTO claim(kind, key, n, shelf, holder, state, at)
         VALUES(?1, ?2, coalesce(
           (SELECT min(n) FROM claim WHERE kind = ?1 AND key = ?2 AND state = 'free'),
           (SELECT max(n) + 1 FROM claim WHERE kind = ?1 AND key = ?2), 1), ?3, ?4, 'reserved', ?5)
         ON CONFLICT(kind, key, n) DO UPDATE
           SET shelf = excluded.shelf, holder = excluded.holder, state = 'reserved', at = excluded.at
           WHERE claim.state = 'free'
         RETURNING n",
    )
    .and_then(|mut s| s.query_row(params![kind, key, shelf.0, holder, at.0], |r| r.get(0)))
    .map_err(sql)
}

fn bind(c: &Connection, claim: &Reserved, case: i64) -> Result<()> {
    c.prepare_cached(
        "UPDATE claim SET state = 'bound', case_id = ?4
         WHERE kind = ?1 AND key = ?2 AND n = ?3 AND state = 'reserved'",
    )
    .and_then(|mut s| s.execute(params![claim.kind, claim.key, claim.n, case]))
    .map_err(sql)?;
    Ok(())
}

/// Start-up: every number still reserved is bound where its volume has it, free otherwise.
pub(super) fn repair(catalogue: &Catalogue) -> Result<()> {
    let open = catalogue.hub().call(reserved)?;
    for (shelf, claim) in open {
        // A volume that is away keeps its reservations until it is back.
        let Ok(file) = catalogue.file_of(shelf) else {
            continue;
        };
        let asked = claim.clone();
        let case = file.call(move |c| bound_case(c, &asked))?;
        catalogue.hub().call(move |c| match case {
            Some(case) => bind(c, &claim, case),
            None => c
                .execute(
                    "UPDATE claim SET state = 'free', holder = '' WHERE kind = ?1 AND key = ?2 AND n = ?3",
                    params![claim.kind, claim.key, claim.n],
                )
                .map(|_| ())
                .map_err(sql),
        })?;
    }
    Ok(())
}

fn reserved(c: &Connection) -> Result<Vec<(ShelfNo, Reserved)>> {
    c.prepare("SELECT shelf, kind, key, n FROM claim WHERE state = 'reserved'")
        .and_then(|mut s| {
            s.query_map([], |r| {
                Ok((
                    ShelfNo(r.get(0)?),
                    Reserved {
                        kind: r.get(1)?,
                        key: r.get(2)?,
                        n: r.get(3)?,
                    },
                ))
            })?
            .collect()
        })
        .map_err(sql)
}

fn bound_case(c: &Connection, claim: &Reserved) -> Result<Option<i64>> {
    c.query_row(
        "SELECT case_id FROM claim_bound WHERE kind = ?1 AND key = ?2 AND n = ?3",
        params![claim.kind, claim.key, claim.n],
        |r| r.get(0),
    )
    .optional()
    .map_err(sql)
}
