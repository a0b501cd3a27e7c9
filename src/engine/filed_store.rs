//! Cases that are at their end, by shelf: what an archive card may be made of, and what of each is there to be filed.
//! Not here: cards (`modules::archive`), the move that files a case (`moves::archive`).

use super::case_store::{fill_tables, find_case, list_grants};
use super::definition::Procedure;
use super::run::Engine;
use super::stored::Stored;
use crate::kit::{Id, Principal, Result, ShelfNo};
use crate::store::{Query, params};
use std::collections::HashMap;
use std::sync::Arc;

/// What of a case is there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Held {
    /// Its files.
    pub files: u32,
    /// Its opinions.
    pub opinions: u32,
}

/// Archived cases of a shelf that no card is made of yet, in the order they were opened; those that ended without
/// being archived too where `closed`.
pub fn list_uncarded(db: &impl Query, shelf: ShelfNo, closed: Ended) -> Result<Vec<Id>> {
    db.all(
        "SELECT id FROM cases c WHERE shelf = ?1 AND (state = 'archived' OR (state = 'closed' AND ?2 AND outcome <> 'continued'))
           AND NOT EXISTS (SELECT 1 FROM archive_card a WHERE a.case_id = c.id) ORDER BY id",
        params![shelf.0, closed == Ended::Any],
        |r| r.get(0).map(Id::from_raw),
    )
}

/// Whether a case is at its end now.
pub fn is_ended(db: &impl Query, case: Id) -> Result<bool> {
    let found = db.opt(
        "SELECT 1 FROM cases WHERE id = ?1 AND state IN ('archived','closed') AND outcome <> 'continued'",
        [case.raw()],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// Which cases at their end are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Those a clerk sent to the archive.
    Archived,
    /// All that are done.
    Any,
}

/// A case with its procedure, whoever asks: for the archivist's work, which begins where the case has ended.
pub fn find_ended(engine: &Engine, db: &impl Query, case: Id) -> Result<(Stored, Arc<Procedure>)> {
    let mut stored = find_case(db, case)?;
    let head = &stored.head;
    let procedure = engine
        .procedures
        .version(db, &head.procedure, &head.version)?;
    fill_tables(db, &procedure, &mut stored.state)?;
    Ok((stored, procedure))
}

/// Files and opinions of the cases of a shelf that have any.
pub fn count_held(db: &impl Query, shelf: ShelfNo) -> Result<HashMap<Id, Held>> {
    let mut held: HashMap<Id, Held> = HashMap::new();
    let files = db.all(
        "SELECT owner, count(*) FROM attachment WHERE shelf = ?1 AND state = 'kept' GROUP BY owner",
        [shelf.0],
        |r| Ok((Id::from_raw(r.get(0)?), r.get(1)?)),
    )?;
    for (case, files) in files {
        held.entry(case).or_default().files = files;
    }
    let opinions = db.all(
        "SELECT case_id, count(*) FROM opinion WHERE shelf = ?1 GROUP BY case_id",
        [shelf.0],
        |r| Ok((Id::from_raw(r.get(0)?), r.get(1)?)),
    )?;
    for (case, opinions) in opinions {
        held.entry(case).or_default().opinions = opinions;
    }
    Ok(held)
}

/// Whether one of these principals was granted the case.
pub fn is_granted(db: &impl Query, case: Id, has: impl Fn(Principal) -> bool) -> Result<bool> {
    Ok(list_grants(db, case)?.into_iter().any(|(p, _)| has(p)))
}
