//! Numbers that an old register brings along: taken by name, not by turn, and a floor under which no
//! new number is given out.
//! Invariant: the floor is raised before the first of them is taken, so that a number of the old book
//! that waits for its line is never given to a new case.

use super::Store;
use super::claims::{self, Reserved};
use super::connect::sql;
use super::query::Query;
use crate::kit::{Result, ShelfNo};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeSet;

impl Store {
    /// Numbers of a series that are given out, waiting or void.
    pub fn numbers_taken(&self, kind: &str, key: &str) -> Result<BTreeSet<i64>> {
        let all = self.hub()?.all(
            "SELECT n FROM claim WHERE kind = ?1 AND key = ?2 AND state <> 'free'",
            [kind, key],
            |r| r.get(0),
        )?;
        Ok(all.into_iter().collect())
    }

    /// From now on new numbers come above `n`.
    pub fn raise_floor(&self, kind: &str, key: &str, n: i64) -> Result<()> {
        let (kind, key) = (kind.to_owned(), key.to_owned());
        self.inner.catalogue.hub().call(move |c| {
            c.prepare_cached(
                "INSERT INTO number_floor(kind, key, n) VALUES(?1, ?2, ?3)
                 ON CONFLICT(kind, key) DO UPDATE SET n = max(n, excluded.n)",
            )
            .and_then(|mut s| s.execute(params![kind, key, n]))
            .map(|_| ())
            .map_err(sql)
        })
    }

    /// Reserves exactly these numbers; those somebody else has are left out. Whoever reserved must
    /// settle, whatever came of the write.
    pub fn reserve_these(
        &self,
        shelf: ShelfNo,
        (kind, key): (&str, &str),
        numbers: Vec<i64>,
    ) -> Result<Vec<Reserved>> {
        let (kind, key, at) = (kind.to_owned(), key.to_owned(), self.clock().now());
        self.inner.catalogue.hub().call(move |c| {
            let mut got = Vec::with_capacity(numbers.len());
            for n in numbers {
                let claim = Reserved {
                    kind: kind.clone(),
                    key: key.clone(),
                    n,
                    shelf,
                    holder: format!("{}/old {n}", shelf.0),
                    used: false,
                };
                if take_this(c, &claim, at.0)? {
                    got.push(claim);
                }
            }
            Ok(got)
        })
    }

    /// Binds those the volume has, frees the others.
    pub fn settle_these(&self, claims: Vec<Reserved>) -> Result<()> {
        let Some(first) = claims.first() else {
            return Ok(());
        };
        let read = self
            .inner
            .catalogue
            .file_of(first.shelf)?
            .read_uncounted()?;
        let mut bound = Vec::with_capacity(claims.len());
        for claim in claims {
            let case = read.opt(
                claims::BOUND_CASE,
                params![claim.kind, claim.key, claim.n],
                |r| r.get(0),
            )?;
            bound.push((claim, case));
        }
        drop(read);
        self.inner.catalogue.hub().call(move |c| {
            bound
                .iter()
                .try_for_each(|(claim, case)| claims::settle(c, claim, *case))
        })
    }
}

fn take_this(c: &Connection, claim: &Reserved, at: i64) -> Result<bool> {
    c.prepare_cached(
        "INSERT INTO claim(kind, key, n, shelf, holder, state, at) VALUES(?1, ?2, ?3, ?4, ?5, 'reserved', ?6)
         ON CONFLICT(kind, key, n) DO UPDATE
           SET shelf = excluded.shelf, holder = excluded.holder, state = 'reserved', at = excluded.at
           WHERE claim.state = 'free'
         RETURNING n",
    )
    .and_then(|mut s| {
        s.query_row(
            params![claim.kind, claim.key, claim.n, claim.shelf.0, claim.holder, at],
            |r| r.get::<_, i64>(0),
        )
        .optional()
    })
    .map(|n| n.is_some())
    .map_err(sql)
}
