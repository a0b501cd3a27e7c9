//! Which volumes there are and which shelf stands in which. The volumes' owner rows decide; the
//! hub's columns are a cache of them, repaired at start (storage.md §9).

use super::connect::{Kind, Kit, sql};
use super::data_dir::DataDir;
use super::file::File;
use super::migrate_guard::bring;
use super::placement::{Rule, VolumeKey};
use super::query::Query;
use super::trouble::{gone, hub_broken, hub_gone, stranger};
use crate::kit::{Error, Millis, Result, ShelfNo};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

/// Setting that holds the placement rule as JSON; absent means shared.
const RULE: &str = "storage.rule";

/// A volume the hub knows: its open file, or why there is none.
#[derive(Clone)]
enum Seat {
    Here(Arc<File>),
    /// A sentence for whoever wants something of it: where it is, what to do.
    Away(String),
}

impl Seat {
    fn file(&self) -> Result<&Arc<File>> {
        match self {
            Self::Here(file) => Ok(file),
            Self::Away(words) => Err(Error::Busy(words.clone())),
        }
    }
}

/// Why a volume that ought to be here is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Why {
    /// For the administrator: which file, what became of it, what to do.
    pub words: String,
    /// The file as it was when it was found bad: looked into again only when it is another.
    pub looked: Option<(u64, SystemTime)>,
}

#[derive(Default)]
struct Map {
    /// Volumes that ought to be open and are not.
    lost: HashMap<i64, Why>,
    volumes: HashMap<i64, Seat>,
    by_shelf: HashMap<ShelfNo, i64>,
    by_year: HashMap<(i64, i16), ShelfNo>,
}

impl Map {
    fn file(&self, volume: i64) -> Result<Arc<File>> {
        let seat = self.volumes.get(&volume).ok_or(Error::NotFound)?;
        seat.file().cloned()
    }
}

pub(super) struct Catalogue {
    dir: DataDir,
    kit: Kit,
    hub: Arc<File>,
    map: RwLock<Map>,
    /// Makes a shelf once, however many ask for it at midnight of New Year.
    making: std::sync::Mutex<()>,
    /// Two first uploads must not both make the attachment file.
    attaching: std::sync::Mutex<()>,
}

impl Catalogue {
    pub(super) fn open(dir: &DataDir, kit: Kit) -> Result<Self> {
        let hub = Arc::new(open_hub(dir, &kit)?);
        hub.call(|c| own(c, ShelfNo::HUB, 0, 0))?;
        let this = Self {
            dir: dir.clone(),
            kit,
            hub,
            map: RwLock::default(),
            making: std::sync::Mutex::default(),
            attaching: std::sync::Mutex::default(),
        };
        this.load()?;
        Ok(this)
    }

    fn load(&self) -> Result<()> {
        let (volumes, shelves) = self.hub.call(|c| Ok((all_volumes(c)?, all_shelves(c)?)))?;
        for (no, dept, year, volume) in &shelves {
            self.remember(*no, *dept, *year, *volume);
        }
        for (no, uuid, state) in volumes {
            let mine = shelves.iter().filter(|s| s.3 == no);
            let mine: Vec<_> = mine.map(|s| (s.0, s.1, s.2)).collect();
            match self.take_in(no, &uuid, &state, mine) {
                Ok(seat) => {
                    self.write_map().volumes.insert(no, seat);
                }
                // The others are not to stand still for it.
                Err(e) => self.lose(no, self.why(no, &e)),
            }
        }
        Ok(())
    }

    /// Volumes that ought to be open and are not, by number.
    pub(super) fn lost(&self) -> Vec<(i64, Why)> {
        let map = self.read_map();
        let mut all: Vec<_> = map
            .lost
            .iter()
            .map(|(no, why)| (*no, why.clone()))
            .collect();
        all.sort_by_key(|(no, _)| *no);
        all
    }

    /// From now on the volume is away until it can be opened again.
    pub(super) fn lose(&self, no: i64, why: Why) {
        tracing::error!(volume = no, cause = why.words, "a volume is not here");
        let words = format!(
            "放这些案卷的 {no:04} 柜现在打不开，未保存。已经告诉管理员，好了会自己恢复；别的案卷照常办"
        );
        let mut map = self.write_map();
        map.volumes.insert(no, Seat::Away(words));
        map.lost.insert(no, why);
    }

    /// Tries a lost volume once more; it is not seated yet.
    pub(super) fn find_again(&self, no: i64) -> Result<Option<Arc<File>>> {
        let (volumes, shelves) = self.hub.call(|c| Ok((all_volumes(c)?, all_shelves(c)?)))?;
        let Some((_, uuid, state)) = volumes.into_iter().find(|v| v.0 == no) else {
            return Ok(None);
        };
        let mine = shelves.iter().filter(|s| s.3 == no);
        let mine = mine.map(|s| (s.0, s.1, s.2)).collect();
        match self.take_in(no, &uuid, &state, mine)? {
            Seat::Here(file) => Ok(Some(file)),
            away => {
                // Somebody detached it meanwhile: that is no loss.
                let mut map = self.write_map();
                map.volumes.insert(no, away);
                map.lost.remove(&no);
                Ok(None)
            }
        }
    }

    /// A volume whose file is not in its place any more.
    /// Without the hub nobody can say which volume is whose: the start ends here, with a way on.
fn open_hub(dir: &DataDir, kit: &Kit) -> Result<File> {
    if dir.hub_is_lost() {
        return Err(hub_gone(dir));
    }
    File::open(&dir.hub(), 0, Kind::Hub, kit).map_err(|e| match e {
        Error::Fault(cause) => {
            tracing::error!(cause, "the hub cannot be opened");
            hub_broken(dir)
        }
        e => e,
    })
}

fn own(c: &Connection, shelf: ShelfNo, dept: i64, year: i16) -> Result<()> {
    c.execute(
        "INSERT INTO shelf_owner(shelf, dept, year, state) VALUES(?1, ?2, ?3, 'active')
         ON CONFLICT(shelf) DO NOTHING",
        params![shelf.0, dept, year],
    )
    .map_err(sql)?;
    Ok(())
}

pub(super) fn rule(c: &Connection) -> Result<Rule> {
    let text: Option<String> = c
        .query_row("SELECT v FROM setting WHERE k = ?1", [RULE], |r| r.get(0))
        .optional()
        .map_err(sql)?;
    Ok(text.map_or(Ok(Rule::default()), |t| serde_json::from_str(&t))?)
}

pub(super) fn insert_rule(c: &Connection, text: &str) -> Result<()> {
    c.execute(
        "INSERT INTO setting(k, v) VALUES(?1, ?2)
         ON CONFLICT(k) DO UPDATE SET v = excluded.v, rev = rev + 1",
        params![RULE, text],
    )
    .map_err(sql)?;
    Ok(())
}

fn gone(path: &std::path::Path) -> Error {
    Error::Busy(format!(
        "数据文件 {} 不见了。请接上存放它的磁盘，或者从备份恢复这个文件；放回原处以后一分钟内自己恢复，不用重启",
        path.display()
    ))
}

fn shelves_in(c: &Connection) -> Result<i64> {
    c.query_row("SELECT count(*) FROM shelf_owner", [], |r| r.get(0))
        .map_err(sql)
}

fn all_volumes(c: &Connection) -> Result<Vec<(i64, String, String)>> {
    c.prepare("SELECT no, uuid, state FROM volume ORDER BY no")
        .and_then(|mut s| {
            s.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
                .collect()
        })
        .map_err(sql)
}

pub(super) fn all_shelves(c: &Connection) -> Result<Vec<(ShelfNo, i64, i16, i64)>> {
    c.prepare("SELECT no, dept, year, volume FROM shelf ORDER BY no")
        .and_then(|mut s| {
            s.query_map([], |r| {
                Ok((ShelfNo(r.get(0)?), r.get(1)?, r.get(2)?, r.get(3)?))
            })?
            .collect()
        })
        .map_err(sql)
}

/// The shelf of a department's year and its volume, made where it is missing.
fn insert_shelf(c: &Connection, dept: i64, year: i16, volume: i64) -> Result<(ShelfNo, i64)> {
    c.query_row(
        "INSERT INTO shelf(no, dept, year, volume)
         VALUES((SELECT coalesce(max(no), 0) + 1 FROM shelf), ?1, ?2, ?3)
         ON CONFLICT(dept, year) DO UPDATE SET dept = excluded.dept RETURNING no, volume",
        params![dept, year, volume],
        |r| Ok((ShelfNo(r.get(0)?), r.get(1)?)),
    )
    .map_err(sql)
}

fn find_volume(c: &Connection, key: VolumeKey) -> Result<Option<i64>> {
    c.query_row(
        "SELECT no FROM volume WHERE dept IS ?1 AND year IS ?2 AND state = 'open' ORDER BY no LIMIT 1",
        params![key.dept, key.year],
        |r| r.get(0),
    )
    .optional()
    .map_err(sql)
}

fn next_volume(c: &Connection) -> Result<i64> {
    c.query_row("SELECT coalesce(max(no), 0) + 1 FROM volume", [], |r| {
        r.get(0)
    })
    .map_err(sql)
}

fn insert_volume(c: &Connection, no: i64, uuid: &str, key: VolumeKey, at: Millis) -> Result<()> {
    c.execute(
        "INSERT INTO volume(no, uuid, dept, year, state, made_at) VALUES(?1,?2,?3,?4,'open',?5)",
        params![no, uuid, key.dept, key.year, at.0],
    )
    .map_err(sql)?;
    Ok(())
}
