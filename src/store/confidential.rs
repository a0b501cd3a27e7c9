//! Departments whose titles and texts stand in no list of the office: kept in the hub, held in memory for
//! whoever makes rows, and followed by the index. Not here: which columns of a row that means (`engine`),
//! and who may ask for it.
//! Invariant: what the index was made for stands in it, so that a crash leaves no title behind for good.

use super::query::{Query, Read};
use super::{IndexWrite, Store, Write};
use crate::kit::{Result, ShelfNo};
use rusqlite::params;
use std::collections::{BTreeSet, HashMap};
use std::sync::{PoisonError, RwLock};

/// The departments, and of whom each shelf is.
#[derive(Default)]
pub(super) struct Hidden {
    state: RwLock<State>,
}

#[derive(Default)]
struct State {
    depts: BTreeSet<i64>,
    of_shelf: HashMap<ShelfNo, i64>,
}

impl Hidden {
    pub(super) fn set(&self, depts: BTreeSet<i64>) {
        let state = self.state.write();
        state.unwrap_or_else(PoisonError::into_inner).depts = depts;
    }

    pub(super) fn place(&self, shelf: ShelfNo, dept: i64) {
        let state = self.state.write();
        let mut state = state.unwrap_or_else(PoisonError::into_inner);
        state.of_shelf.insert(shelf, dept);
    }

    pub(super) fn has(&self, shelf: ShelfNo) -> bool {
        let state = self.state.read();
        let state = state.unwrap_or_else(PoisonError::into_inner);
        let dept = state.of_shelf.get(&shelf);
        dept.is_some_and(|d| state.depts.contains(d))
    }

    pub(super) fn depts(&self) -> BTreeSet<i64> {
        let state = self.state.read();
        state.unwrap_or_else(PoisonError::into_inner).depts.clone()
    }
}

pub(super) fn list(hub: &Read) -> Result<BTreeSet<i64>> {
    let all = hub.all("SELECT dept FROM confidential", [], |r| r.get(0))?;
    Ok(all.into_iter().collect())
}

/// For which departments the rows of the index were made.
pub(super) fn made(index: &Read) -> Result<BTreeSet<i64>> {
    let kept: Option<String> =
        index.opt("SELECT v FROM made WHERE k = 'confidential'", [], |r| {
            r.get(0)
        })?;
    Ok(kept.map_or_else(|| Ok(BTreeSet::new()), |v| serde_json::from_str(&v))?)
}

pub(super) fn set_made(ix: &IndexWrite<'_>, depts: &BTreeSet<i64>) -> Result<()> {
    ix.execute(
        "INSERT INTO made(k, v) VALUES('confidential', ?1) ON CONFLICT(k) DO UPDATE SET v = excluded.v",
        [serde_json::to_string(depts)?],
    )
    .map(drop)
}

/// Keeps whether a department's titles stand in no list; [`Store::conceal`] then carries it out.
pub fn set_confidential(w: &Write<'_>, dept: i64, wanted: bool) -> Result<()> {
    if wanted {
        w.execute(
            "INSERT INTO confidential(dept, set_by, set_at) VALUES(?1, ?2, ?3) ON CONFLICT(dept) DO NOTHING",
            params![dept, w.stamp().actor, w.at().0],
        )?;
    } else {
        w.execute("DELETE FROM confidential WHERE dept = ?1", [dept])?;
    }
    Ok(())
}

impl Store {
    /// The departments whose titles stand in no list.
    #[must_use]
    pub fn confidential(&self) -> BTreeSet<i64> {
        self.inner.catalogue.kit().hidden.depts()
    }

    /// Whether a shelf is of such a department.
    #[must_use]
    pub fn is_confidential(&self, shelf: ShelfNo) -> bool {
        self.inner.catalogue.kit().hidden.has(shelf)
    }

    /// Takes what the hub says of confidential departments in force and makes their rows of the lists anew.
    /// Returns when no title is left in them.
    pub fn conceal(&self) -> Result<()> {
        let depts = list(&self.hub()?)?;
        self.inner.catalogue.kit().hidden.set(depts);
        self.inner.projector.conceal()?;
        self.inner.projector.wake();
        Ok(())
    }
}
