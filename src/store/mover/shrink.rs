//! Gives the disk back what a shelf left behind: free pages go from a file's end in slices that hold its writer for a
//! moment. Files made before volumes were made for this keep their free pages and use them again.
//! Not here: emptying (`purge`). Invariant: no row is touched; stopped anywhere, the file is whole.

use super::job::Halt;
use crate::kit::Result;
use crate::store::connect::sql;
use crate::store::file::File;
use rusqlite::Connection;
use std::sync::Arc;
use std::time::{Duration, Instant};

const SLICE: Duration = Duration::from_millis(20);
/// Pages at first, and at most.
const FEW: i64 = 64;
const MANY: i64 = 2048;

/// Gives back what is free.
pub(super) fn shrink(
    file: &Arc<File>,
    slice: impl Fn(Duration) -> Result<(), Halt>,
) -> Result<(), Halt> {
    let mut pages = FEW;
    loop {
        let (left, took) = file.alone(move |c| {
            let began = Instant::now();
            let left = give_back(c, pages)?;
            Ok((left, began.elapsed()))
        })?;
        if left == 0 {
            return Ok(());
        }
        pages = match took {
            fast if fast < SLICE / 2 => (pages * 2).min(MANY),
            slow if slow > SLICE => (pages / 2).max(8),
            _ => pages,
        };
        slice(took)?;
    }
}

/// Frees so many pages at the end of a file; how many are left to be freed, 0 where it was not made for this.
pub(in crate::store) fn give_back(c: &Connection, pages: i64) -> Result<i64> {
    let ask = |what: &'static str| c.pragma_query_value(None, what, |r| r.get::<_, i64>(0));
    if ask("auto_vacuum").map_err(sql)? != 2 {
        return Ok(0);
    }
    let mut statement = c
        .prepare(&format!("PRAGMA incremental_vacuum({pages})"))
        .map_err(sql)?;
    let mut rows = statement.query([]).map_err(sql)?;
    // a row a page: they have to be asked for
    while rows.next().map_err(sql)?.is_some() {}
    drop(rows);
    drop(statement);
    ask("freelist_count").map_err(sql)
}
