//! Series a department counts by itself: how far each is, and where it goes on from a paper book.
//! Not here: taking a number (`series_store`), numbers of the whole office (`numbers`).
//! Invariant: a series begins nowhere below what was given out.

use super::by_department;
use crate::engine::definition::Series;
use crate::engine::import::import_store::set_floor;
use crate::engine::procedures::Published;
use crate::engine::run::Engine;
use crate::engine::series_store;
use crate::kit::{DeptId, Error, Result};
use crate::store::{Stamp, Store};

/// Highest number a paper book can have come to.
const HIGHEST: i64 = 99_999;

/// Numbers a department counts by itself, and by what.
#[derive(Debug, Clone)]
pub struct Counted {
    pub series: Series,
    /// Names of the procedures that take them.
    pub by: Vec<String>,
    /// The last number of the year; 0 where there is none.
    pub last: i64,
}

impl Engine {
    /// The series a department counts by itself, with how far each is this year.
    pub fn counted_by(&self, store: &Store, (dept, year): (DeptId, i16)) -> Result<Vec<Counted>> {
        let shelves = store.shelves()?;
        let shelf = shelves
            .iter()
            .find(|(_, d, y)| (*d, *y) == (dept.0, year))
            .map(|(no, ..)| *no);
        let read = shelf.map(|no| store.shelf(no)).transpose()?;
        let mut all: Vec<Counted> = Vec::new();
        for p in self.procedures.all().iter().filter(|p| counts_in(p, dept)) {
            let Some(series) = &p.procedure.series else {
                continue;
            };
            let name = p.procedure.name.clone();
            if let Some(known) = all.iter_mut().find(|c| c.series.key == series.key) {
                known.by.push(name);
                continue;
            }
            let last = match (&read, shelf) {
                (Some(read), Some(no)) => series_store::find_last(read, no, (&series.key, year))?,
                _ => 0,
            };
            all.push(Counted {
                series: series.clone(),
                by: vec![name],
                last,
            });
        }
        Ok(all)
    }

    /// Goes on counting above what a paper book came to.
    ///
    /// # Errors
    /// NotFound for a series that is not the department's; Invalid where the number was given out already.
    pub fn count_from(
        &self,
        store: &Store,
        stamp: Stamp,
        (dept, year, key): (DeptId, i16, &str),
        n: i64,
    ) -> Result<()> {
        let known = self.counted_by(store, (dept, year))?;
        if known.iter().all(|c| c.series.key != key) {
            return Err(Error::NotFound);
        }
        if !(1..=HIGHEST).contains(&n) {
            let why = format!("请写纸质登记簿今年最后一个号，1 到 {HIGHEST}");
            return Err(Error::invalid("n", why));
        }
        let key = key.to_owned();
        let shelf = store.shelf_for(dept.0, year)?;
        store.write(shelf, stamp, move |w| {
            let last = series_store::find_last(w, w.shelf(), (&key, year))?;
            if n <= last {
                let why = format!("今年已经编到 {last} 号，只能接着往后编");
                return Err(Error::invalid("n", why));
            }
            set_floor(w, (&key, year), n)?;
            w.note(format!("{key} {year} 年从 {} 号起编", n + 1));
            w.quiet("编号的起点，不影响各类清单");
            Ok(())
        })?;
        Ok(())
    }
}

/// Whether a department counts the numbers of a procedure by itself.
fn counts_in(p: &Published, dept: DeptId) -> bool {
    let own = p.procedure.department.is_none_or(|d| d == dept);
    own && by_department(&p.procedure).is_some()
}
