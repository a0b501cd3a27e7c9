//! How large the shelves of a volume are, for the storage page and for the room a move needs. Estimates: a
//! shelf's part of its file's bytes is its part of the audit rows, one of which every action writes; only keys
//! are counted, and the answer is kept for a minute.

use super::Store;
use super::connect::{READ_FLAGS, sql};
use super::data_dir::DataDir;
use super::file::File;
use crate::kit::{Result, ShelfNo};
use rusqlite::Connection;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A page may say what was true so long ago.
const FRESH: Duration = Duration::from_secs(60);

/// One shelf of a volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShelfSize {
    pub shelf: ShelfNo,
    pub cases: i64,
    /// Rows and attachments, about.
    pub bytes: u64,
}

/// Room inside a volume's files that holds nothing any more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spare {
    /// Bytes.
    pub free: u64,
    /// The files were made before files gave such room back to the disk: they fill it again themselves.
    pub stays: bool,
}

/// What was measured, by volume.
#[derive(Default)]
pub(super) struct Sizes(Mutex<HashMap<i64, (Instant, Vec<ShelfSize>)>>);

impl Store {
    /// How many cases and about how many bytes each shelf of a volume holds, in order of number.
    pub fn shelf_sizes(&self, volume: i64) -> Result<Vec<ShelfSize>> {
        let file = self.inner.catalogue.volume(volume)?;
        let kept = &self.inner.sizes.0;
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, sizes)) = kept.get(&volume)
            && at.elapsed() < FRESH
        {
            return Ok(sizes.clone());
        }
        let sizes = measure(&file, self.inner.catalogue.dir())?;
        kept.insert(volume, (Instant::now(), sizes.clone()));
        Ok(sizes)
    }
}

impl Store {
    /// What is free inside a volume's files.
    ///
    /// Decision 2026-11-22: a file of before keeps its free room, and the page says so. To give it back the whole
    /// file has to be written anew (`VACUUM`, or `VACUUM INTO` and a change of names) while nobody writes on it;
    /// the relocation's fence is one of shelves between two volumes, with the hub's word for which has them, and
    /// there is no such word for which of two files a volume is. What is freed is used again, so nothing is lost.
    pub fn spare(&self, volume: i64) -> Result<Spare> {
        let catalogue = &self.inner.catalogue;
        let file = catalogue.volume(volume)?;
        let mut spare = spare_of(&file.read_uncounted()?.conn)?;
        let attach = catalogue.dir().attach(volume);
        if attach.exists() {
            let conn = Connection::open_with_flags(&attach, READ_FLAGS).map_err(sql)?;
            let more = spare_of(&conn)?;
            spare.free += more.free;
            spare.stays |= more.stays;
        }
        Ok(spare)
    }
}

fn spare_of(conn: &Connection) -> Result<Spare> {
    let ask = |what: &'static str| conn.pragma_query_value(None, what, |r| r.get::<_, i64>(0));
    let pages = ask("freelist_count").map_err(sql)?;
    let free = pages * ask("page_size").map_err(sql)?;
    Ok(Spare {
        free: u64::try_from(free).unwrap_or(0),
        stays: pages > 0 && ask("auto_vacuum").map_err(sql)? == 0,
    })
}

/// Measures the shelves that stand in a volume.
pub(super) fn measure(file: &File, dir: &DataDir) -> Result<Vec<ShelfSize>> {
    let read = file.read_uncounted()?;
    let owned: Vec<i64> = read
        .conn
        .prepare("SELECT shelf FROM shelf_owner WHERE state IN ('active','frozen') ORDER BY shelf")
        .and_then(|mut s| s.query_map([], |r| r.get(0))?.collect())
        .map_err(sql)?;
    let by_shelf = |statement: &'static str| -> Result<BTreeMap<i64, i64>> {
        read.conn
            .prepare(statement)
            .and_then(|mut s| s.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect())
            .map_err(sql)
    };
    let cases = by_shelf("SELECT shelf, count(*) FROM cases GROUP BY shelf")?;
    let acts = by_shelf("SELECT shelf, count(*) FROM audit GROUP BY shelf")?;
    let files = by_shelf(
        "SELECT shelf, sum(size) FROM (SELECT shelf, size FROM attachment UNION ALL SELECT shelf, size FROM scan)
         GROUP BY shelf",
    )?;
    let whole = std::fs::metadata(dir.volume(file.no)).map_or(0, |m| m.len());
    let all: i64 = acts.values().sum();
    let of = |map: &BTreeMap<i64, i64>, shelf: i64| map.get(&shelf).copied().unwrap_or(0);
    let size = |shelf: i64| {
        let part = of(&acts, shelf) as f64 / all.max(1) as f64;
        ShelfSize {
            shelf: ShelfNo(u16::try_from(shelf).unwrap_or(0)),
            cases: of(&cases, shelf),
            bytes: (whole as f64 * part) as u64 + u64::try_from(of(&files, shelf)).unwrap_or(0),
        }
    };
    Ok(owned.into_iter().map(size).collect())
}
