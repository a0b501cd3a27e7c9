//! Claims that count no more (作废): a printed number is voided, never freed. The volume's row, written in the
//! case's own transaction, decides; the hub's follows after the commit, and at every start.
//! Invariant: what is void in a volume never becomes free in the hub, whatever crashed between.

use super::catalogue::Catalogue;
use super::connect::sql;
use super::query::Query;
use super::{Store, Write};
use crate::kit::{Id, Result};
use rusqlite::{Connection, params};

/// A void claim, as its volume keeps it.
struct Voided {
    kind: String,
    key: String,
    n: i64,
    case: i64,
    reason: String,
}

impl Write<'_> {
    /// Voids every claim of a case, in the transaction that voids the case.
    pub fn void_claims(&self, case: Id, reason: &str) -> Result<()> {
        self.must_hold(case)?;
        self.execute(
            "INSERT INTO claim_void(shelf, kind, key, n, case_id, reason, at)
             SELECT shelf, kind, key, n, case_id, ?2, ?3 FROM claim_bound WHERE shelf = ?4 AND case_id = ?1
             ON CONFLICT DO NOTHING",
            params![case.raw(), reason, self.at().0, self.shelf().0],
        )?;
        Ok(())
    }
}

impl Store {
    /// After the write that voided a case: the hub follows. Losing this to a crash is harmless.
    pub fn settle_voids(&self, case: Id) -> Result<()> {
        let catalogue = &self.inner.catalogue;
        let read = catalogue.file_of(case.shelf())?.read_uncounted()?;
        let voided = read.all(
            "SELECT kind, key, n, case_id, reason FROM claim_void WHERE case_id = ?1",
            [case.raw()],
            row,
        )?;
        drop(read);
        catalogue.hub().call(move |c| follow(c, &voided))
    }
}

fn row(r: &rusqlite::Row<'_>) -> rusqlite::Result<Voided> {
    Ok(Voided {
        kind: r.get(0)?,
        key: r.get(1)?,
        n: r.get(2)?,
        case: r.get(3)?,
        reason: r.get(4)?,
    })
}

fn follow(c: &Connection, all: &[Voided]) -> Result<()> {
    let mut set = c
        .prepare_cached(
            "UPDATE claim SET state = 'void', case_id = ?4, reason = ?5
             WHERE kind = ?1 AND key = ?2 AND n = ?3 AND state <> 'void'",
        )
        .map_err(sql)?;
    for v in all {
        set.execute(params![v.kind, v.key, v.n, v.case, v.reason])
            .map_err(sql)?;
    }
    Ok(())
}

/// Start-up: the hub follows what the volumes that are here say.
pub(super) fn repair(catalogue: &Catalogue) -> Result<()> {
    for file in catalogue.volumes() {
        let voided = file.read_uncounted()?.all(
            "SELECT kind, key, n, case_id, reason FROM claim_void",
            [],
            row,
        )?;
        if !voided.is_empty() {
            catalogue.hub().call(move |c| follow(c, &voided))?;
        }
    }
    Ok(())
}
