//! Which volumes there are and which shelf stands in which. The volumes' owner rows decide; the
//! hub's columns are a cache of them, repaired at start (storage.md §9).

use super::connect::{self, Kind, Kit, sql};
use super::data_dir::DataDir;
use super::file::File;
use super::migrate::migrate;
use super::owners::{self, Owners, Stands};
use super::placement::{Rule, VolumeKey};
use super::query::Query;
use crate::kit::{Error, Millis, Result, ShelfNo};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// How long a request waits for a shelf that is between two volumes.
const HAND_OVER: Duration = Duration::from_secs(20);

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

#[derive(Default)]
struct Map {
    volumes: HashMap<i64, Seat>,
    by_shelf: HashMap<ShelfNo, i64>,
    by_year: HashMap<(i64, i16), ShelfNo>,
    /// Shelves that the search file of their volume has not taken in yet, with the volume they came from.
    coming: HashMap<ShelfNo, i64>,
}

/// Where the shelves stand at one moment.
#[derive(Debug, Clone, Default)]
pub struct Routes {
    by_shelf: HashMap<ShelfNo, i64>,
    coming: HashMap<ShelfNo, i64>,
}

impl Routes {
    /// The volume a shelf stands in.
    #[must_use]
    pub fn volume(&self, shelf: ShelfNo) -> Option<i64> {
        self.by_shelf.get(&shelf).copied()
    }

    /// The volume whose search file still finds its cases, where the new one's does not find them all yet.
    #[must_use]
    pub fn former(&self, shelf: ShelfNo) -> Option<i64> {
        self.coming.get(&shelf).copied()
    }
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
    /// A new year's first shelf and a changed rule must not both make the next volume.
    adding: std::sync::Mutex<()>,
    /// Two first uploads must not both make the attachment file.
    attaching: std::sync::Mutex<()>,
}

impl Catalogue {
    pub(super) fn open(dir: &DataDir, kit: Kit) -> Result<Self> {
        if dir.hub_is_lost() {
            return Err(gone(&dir.hub()));
        }
        let hub = Arc::new(File::open(&dir.hub(), 0, Kind::Hub, &kit)?);
        hub.call(|c| own(c, ShelfNo::HUB, 0, 0))?;
        let this = Self {
            dir: dir.clone(),
            kit,
            hub,
            map: RwLock::default(),
            making: std::sync::Mutex::default(),
            adding: std::sync::Mutex::default(),
            attaching: std::sync::Mutex::default(),
        };
        this.load()?;
        Ok(this)
    }

    fn load(&self) -> Result<()> {
        let (volumes, shelves) = self.hub.call(|c| Ok((all_volumes(c)?, all_shelves(c)?)))?;
        for (no, uuid, state) in volumes {
            let seat = self.take_in(no, &uuid, &state)?;
            self.write_map().volumes.insert(no, seat);
        }
        let owners = Owners::read(&self.volumes())?;
        let no_of = self.hub.call(all_volumes)?;
        let no_of = no_of.into_iter().map(|(no, uuid, _)| (uuid, no)).collect();
        for (no, dept, year, volume) in shelves {
            let volume = match owners.settle(self, (no, volume), &no_of)? {
                Stands::In(volume) => volume,
                Stands::Unknown => volume,
            };
            let file = self.read_map().file(volume);
            if let Ok(file) = file
                && !file.is_frozen()
            {
                // A crash between the hub's commit and the volume's leaves the owner row out.
                file.call(move |c| own(c, no, dept, year))?;
            }
            self.remember(no, dept, year, volume);
        }
        owners::follow(self)
    }

    /// Opens a volume as its state says.
    fn take_in(&self, no: i64, uuid: &str, state: &str) -> Result<Seat> {
        let path = self.dir.volume(no);
        let away = match state {
            "open" | "frozen" => None,
            "detached" => Some(format!(
                "{no:04} 柜已经脱机，不在这台电脑上。要看里面的案卷，请管理员到“库房”里挂接回来"
            )),
            _ => Some(format!(
                "{no:04} 柜的文件坏了，没有打开。请管理员到“库房”里从备份恢复它"
            )),
        };
        if let Some(words) = away {
            return Ok(Seat::Away(words));
        }
        if !path.exists() {
            // Opening would make an empty one in its place.
            return Err(gone(&path));
        }
        let file = match state {
            "frozen" => File::open_frozen(&path, no, &self.kit)?,
            _ => File::open(&path, no, Kind::Volume, &self.kit)?,
        };
        if file.uuid != uuid {
            return Err(stranger(&path));
        }
        Ok(Seat::Here(Arc::new(file)))
    }

    /// From now on the shelf stands in that volume. Whoever asks after this gets the new file; the search
    /// goes on looking into the old one until the new one has taken the shelf in.
    pub(super) fn hand_over(&self, shelf: ShelfNo, volume: i64, former: i64) {
        let mut map = self.write_map();
        map.by_shelf.insert(shelf, volume);
        map.coming.insert(shelf, former);
    }

    /// The search file of its volume has the shelf; whether that is news.
    pub(super) fn taken_in(&self, shelf: ShelfNo) -> bool {
        self.write_map().coming.remove(&shelf).is_some()
    }

    /// Where the shelves stand now.
    pub(super) fn routes(&self) -> Routes {
        let map = self.read_map();
        Routes {
            by_shelf: map.by_shelf.clone(),
            coming: map.coming.clone(),
        }
    }

    /// Waits until a shelf no longer stands in a volume that has given it away: a moment between two commits.
    pub(super) fn wait_to_leave(&self, shelf: ShelfNo, volume: i64) -> Result<()> {
        let until = Instant::now() + HAND_OVER;
        while self.read_map().by_shelf.get(&shelf) == Some(&volume) {
            if Instant::now() > until {
                return Err(Error::Busy(
                    "这一盒案卷正在换柜，未保存。请过一会儿再提交一次".into(),
                ));
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    /// The open volume with this uuid.
    pub(super) fn with_uuid(&self, uuid: &str) -> Option<Arc<File>> {
        self.volumes().into_iter().find(|f| f.uuid == uuid)
    }

    /// Puts an open file in the place of a volume; those who still hold the old one finish with it.
    pub(super) fn seat(&self, no: i64, file: Arc<File>) {
        self.write_map().volumes.insert(no, Seat::Here(file));
    }

    /// The volume is not here any more, and why.
    pub(super) fn unseat(&self, no: i64, words: String) {
        self.write_map().volumes.insert(no, Seat::Away(words));
    }

    /// The open file of a volume; `Busy` with the reason where it is away.
    pub(super) fn volume(&self, no: i64) -> Result<Arc<File>> {
        self.read_map().file(no)
    }

    pub(super) const fn kit(&self) -> &Kit {
        &self.kit
    }

    pub(super) const fn dir(&self) -> &DataDir {
        &self.dir
    }

    /// Opens the attachment file of a volume for writing, making it where it is missing.
    pub(super) fn attach(&self, no: i64) -> Result<Connection> {
        let _alone = self
            .attaching
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut conn = connect::open(&self.dir.attach(no), Kind::Attach)?;
        migrate(&mut conn, Kind::Attach)?;
        Ok(conn)
    }

    pub(super) const fn hub(&self) -> &Arc<File> {
        &self.hub
    }

    /// The open volumes, in order of number.
    pub(super) fn volumes(&self) -> Vec<Arc<File>> {
        let map = self.read_map();
        let seats = map.volumes.values();
        let mut all: Vec<_> = seats.filter_map(|s| s.file().ok().cloned()).collect();
        all.sort_by_key(|f| f.no);
        all
    }

    /// The hub and the open volumes.
    pub(super) fn files(&self) -> Vec<Arc<File>> {
        let mut all = vec![self.hub.clone()];
        all.extend(self.volumes());
        all
    }

    pub(super) fn file_of(&self, shelf: ShelfNo) -> Result<Arc<File>> {
        if shelf == ShelfNo::HUB {
            return Ok(self.hub.clone());
        }
        let map = self.read_map();
        let volume = map.by_shelf.get(&shelf).ok_or(Error::NotFound)?;
        map.file(*volume)
    }

    /// Read beside the writer: a page that asks for the years must not wait for its turn there.
    pub(super) fn shelves(&self) -> Result<Vec<(ShelfNo, i64, i16)>> {
        let hub = self.hub.read_uncounted()?;
        hub.all("SELECT no, dept, year FROM shelf ORDER BY no", [], |r| {
            Ok((ShelfNo(r.get(0)?), r.get(1)?, r.get(2)?))
        })
    }

    /// Sets the rule of an office that has no shelf yet; afterwards a change is a move of shelves.
    pub(super) fn set_rule(&self, rule: &Rule) -> Result<()> {
        let text = serde_json::to_string(rule)?;
        self.hub.call(move |c| {
            if !all_shelves(c)?.is_empty() {
                return Err(Error::Conflict(
                    "已经有案卷，存放方式只能在登记第一件之前选定。请保留现在的方式".into(),
                ));
            }
            insert_rule(c, &text)
        })
    }

    pub(super) fn shelf_for(&self, dept: i64, year: i16) -> Result<ShelfNo> {
        let known = self.read_map().by_year.get(&(dept, year)).copied();
        if let Some(no) = known {
            return Ok(no);
        }
        let _alone = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        let known = self.read_map().by_year.get(&(dept, year)).copied();
        match known {
            Some(no) => Ok(no),
            None => self.make_shelf(dept, year),
        }
    }

    fn make_shelf(&self, dept: i64, year: i16) -> Result<ShelfNo> {
        let key = self.hub.call(rule)?.place(dept, year);
        let at = self.kit.clock.now();
        let volume = self.volume_for(key, at)?;
        let no = volume.no;
        // A shelf whose making stopped half-way is there already, perhaps under an older rule.
        let (shelf, no) = self.hub.call(move |c| insert_shelf(c, dept, year, no))?;
        self.volume(no)?.call(move |c| own(c, shelf, dept, year))?;
        self.remember(shelf, dept, year, no);
        Ok(shelf)
    }

    /// The open volume of a key, made where there is none.
    pub(super) fn volume_for(&self, key: VolumeKey, at: Millis) -> Result<Arc<File>> {
        let _alone = self.adding.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(no) = self.hub.call(move |c| find_volume(c, key))? {
            return self.volume(no);
        }
        // The file first, then its row: a file without a row is an empty file nobody misses.
        let no = self.hub.call(next_volume)?;
        let file = Arc::new(File::open(
            &self.dir.volume(no),
            no,
            Kind::Volume,
            &self.kit,
        )?);
        if !file.call(|c| Ok(shelves_in(c)? == 0))? {
            // The hub came back from an older backup: this volume is somebody's work.
            return Err(stranger(&self.dir.volume(no)));
        }
        let uuid = file.uuid.clone();
        self.hub
            .call(move |c| insert_volume(c, no, &uuid, key, at))?;
        self.seat(no, file.clone());
        Ok(file)
    }

    fn remember(&self, shelf: ShelfNo, dept: i64, year: i16, volume: i64) {
        let mut map = self.write_map();
        map.by_shelf.insert(shelf, volume);
        map.by_year.insert((dept, year), shelf);
    }

    fn read_map(&self) -> std::sync::RwLockReadGuard<'_, Map> {
        self.map.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_map(&self) -> std::sync::RwLockWriteGuard<'_, Map> {
        self.map.write().unwrap_or_else(PoisonError::into_inner)
    }
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
        "数据文件 {} 不见了。请接上存放它的磁盘，或从备份恢复这个文件，再启动砚台",
        path.display()
    ))
}

fn stranger(path: &std::path::Path) -> Error {
    Error::Busy(format!(
        "数据文件 {} 和总库 hub.db 对不上，没有打开，也没有改动它。请从同一次备份恢复这两个文件，再启动砚台",
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
