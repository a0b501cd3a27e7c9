//! Reads back from the volumes what the load was told is stored. Not for pages and not for the engine:
//! a check that asked them would believe them.

use crate::kit::{Result, ShelfNo};
use crate::store::{Query, Store, params};
use std::collections::{BTreeMap, HashMap};

/// Letters of a token at the beginning of a text.
const TOKEN_LEN: i64 = super::plan::TOKEN_LEN as i64;

/// Where a load leaves its tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// At the beginning of titles.
    Titles,
    /// At the beginning of opinions.
    Opinions,
}

/// How often each token of a run is stored, over all shelves.
pub(super) fn count_tokens(store: &Store, left: Left, run: &str) -> Result<HashMap<String, u64>> {
    let mut found = HashMap::new();
    for (shelf, _, _) in store.shelves()? {
        for token in list_tokens(store, (shelf, left), run)? {
            *found.entry(token).or_default() += 1;
        }
    }
    Ok(found)
}

fn list_tokens(store: &Store, (shelf, left): (ShelfNo, Left), run: &str) -> Result<Vec<String>> {
    let read = store.shelf(shelf)?;
    let statement = match left {
        Left::Titles => {
            "SELECT substr(title, 1, ?3) FROM cases WHERE shelf = ?1 AND substr(title, 1, 4) = ?2"
        }
        Left::Opinions => {
            "SELECT substr(text, 1, ?3) FROM opinion WHERE shelf = ?1 AND substr(text, 1, 4) = ?2"
        }
    };
    read.all(statement, params![shelf.0, run, TOKEN_LEN], |r| r.get(0))
}

/// By procedure, how many cases are closed and how many deeds on their main lane the ledgers have.
pub(super) fn count_handled(store: &Store) -> Result<BTreeMap<String, (i64, i64)>> {
    let mut found: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for (shelf, _, _) in store.shelves()? {
        let rows: Vec<(String, i64, i64)> = store.shelf(shelf)?.all(
            "SELECT c.procedure, count(*), sum((SELECT count(*) FROM ledger l WHERE l.case_id = c.id
               AND json_extract(l.detail, '$.lane') = 'main'))
             FROM cases c WHERE c.shelf = ?1 AND c.state = 'closed' GROUP BY c.procedure",
            params![shelf.0],
            |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
        )?;
        for (procedure, cases, handled) in rows {
            let sum = found.entry(procedure).or_default();
            *sum = (sum.0 + cases, sum.1 + handled);
        }
    }
    Ok(found)
}
