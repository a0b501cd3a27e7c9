//! Numbers of a series taken and given back by the run: a class of archive numbers is arranged, numbered and
//! numbered anew as a whole. Not here: one number at a time (`claims`), what a number is for (`modules::archive`).
//! Invariant: a number on its way is `reserved` in the hub, so that after a crash the volume alone decides
//! (storage.md §8), whichever way it was going.

use super::claims::{BOUND_CASE, Reserved, settle, take};
use super::connect::sql;
use super::query::Query;
use super::{Store, Write};
use crate::kit::{Id, Result, ShelfNo};
use rusqlite::params;
use std::collections::BTreeSet;

impl Store {
    /// Takes the smallest free numbers for these holders, in their order and in one commit. Whoever took them must
    /// settle, whatever came of the writes ([`Store::settle_run`]).
    pub fn reserve_run(
        &self,
        (kind, key): (&str, &str),
        holders: &[(ShelfNo, String)],
    ) -> Result<Vec<Reserved>> {
        let at = self.clock().now();
        let named: Vec<(ShelfNo, String)> = holders
            .iter()
            .map(|(shelf, holder)| (*shelf, format!("{}/{holder}", shelf.0)))
            .collect();
        for (_, holder) in &named {
            self.inner.in_flight.enter(holder);
        }
        let (kind, key, wanted) = (kind.to_owned(), key.to_owned(), named.clone());
        let taken = self.inner.catalogue.hub().call(move |c| {
            let mut all = Vec::new();
            for (shelf, holder) in wanted {
                let (n, used) = take(c, shelf, &kind, &key, &holder, at)?;
                all.push(Reserved {
                    kind: kind.clone(),
                    key: key.clone(),
                    n,
                    shelf,
                    holder,
                    used,
                });
            }
            Ok(all)
        });
        if taken.is_err() {
            let mine = named.iter().map(|(_, holder)| holder.as_str());
            self.inner.in_flight.leave_all(mine, |_| Ok(()))?;
        }
        taken
    }

    /// After the writes that were to use the numbers: bound where a volume has one, free otherwise.
    pub fn settle_run(&self, run: &[Reserved]) -> Result<()> {
        let mine = run.iter().map(|c| c.holder.as_str());
        self.inner.in_flight.leave_all(mine, |last| {
            let last: BTreeSet<&str> = last.iter().copied().collect();
            let over: Vec<&Reserved> = run
                .iter()
                .filter(|c| last.contains(c.holder.as_str()))
                .collect();
            self.settle_all(&over)
        })
    }

    /// Says that the numbers of a series are about to be given back: until [`Store::settle_released`] each is
    /// nobody's to take.
    pub fn release_run(&self, kind: &str, key: &str) -> Result<Vec<Reserved>> {
        let (kind, key) = (kind.to_owned(), key.to_owned());
        self.inner.catalogue.hub().call(move |c| {
            let mut statement = c
                .prepare_cached(
                    "UPDATE claim SET state = 'reserved' WHERE kind = ?1 AND key = ?2 AND state = 'bound'
                     RETURNING n, shelf, holder",
                )
                .map_err(sql)?;
            let found = statement
                .query_map([&kind, &key], |r| {
                    Ok(Reserved {
                        kind: kind.clone(),
                        key: key.clone(),
                        n: r.get(0)?,
                        shelf: ShelfNo(r.get(1)?),
                        holder: r.get(2)?,
                        used: true,
                    })
                })
                .map_err(sql)?;
            found.collect::<rusqlite::Result<_>>().map_err(sql)
        })
    }

    /// After the writes that were to give them back: free where the volume has it no more, bound as before otherwise.
    pub fn settle_released(&self, run: &[Reserved]) -> Result<()> {
        self.settle_all(&run.iter().collect::<Vec<_>>())
    }

    fn settle_all(&self, run: &[&Reserved]) -> Result<()> {
        let catalogue = &self.inner.catalogue;
        let mut said: Vec<(Reserved, Option<i64>)> = Vec::new();
        for claim in run {
            let read = catalogue.file_of(claim.shelf)?.read_uncounted()?;
            let case = read.opt(BOUND_CASE, params![claim.kind, claim.key, claim.n], |r| {
                r.get(0)
            })?;
            said.push(((*claim).clone(), case));
        }
        catalogue.hub().call(move |c| {
            said.iter()
                .try_for_each(|(claim, case)| settle(c, claim, *case))
        })
    }
}

impl Write<'_> {
    /// Gives back the volume's half of a number, in the transaction that takes it off what bore it.
    pub fn unbind(&self, (kind, key): (&str, &str), holder: Id) -> Result<()> {
        self.must_hold(holder)?;
        self.execute(
            "DELETE FROM claim_bound WHERE shelf = ?1 AND kind = ?2 AND key = ?3 AND case_id = ?4",
            params![self.shelf().0, kind, key, holder.raw()],
        )?;
        Ok(())
    }
}
