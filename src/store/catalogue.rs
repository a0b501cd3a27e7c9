//! Which volumes there are and which shelf stands in which. The volumes' owner rows decide; the
//! hub's columns are a cache of them, repaired at start (storage.md §9).

use super::catalogue_store::{
    all_shelves, all_volumes, find_volume, insert_rule, insert_shelf, insert_volume, next_volume,
    own, rule, shelves_in, where_it_is,
};
use super::confidential;
use super::connect::{Kind, Kit};
use super::data_dir::DataDir;
use super::file::File;
use super::migrate_guard::bring;
use super::owners::{self, Owners, Stands};
use super::placement::{Rule, VolumeKey};
use super::query::Query;
use super::seat::{Map, Routes, Seat, Standing, Why};
use super::trouble::{gone, hub_broken, hub_gone, stranger};
use crate::kit::{Error, Millis, Result, ShelfNo};
use rusqlite::Connection;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// How long a request waits for a shelf that is between two volumes.
const HAND_OVER: Duration = Duration::from_secs(20);

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
        let hub = Arc::new(open_hub(dir, &kit)?);
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
        self.kit
            .hidden
            .set(confidential::list(&self.hub.read_uncounted()?)?);
        for (no, dept, year, volume) in &shelves {
            self.remember(*no, *dept, *year, *volume);
        }
        let no_of = volumes.iter().map(|v| (v.1.clone(), v.0)).collect();
        for (no, uuid, state) in volumes {
            match self.take_in(no, &uuid, &state) {
                Ok(seat) => {
                    self.write_map().volumes.insert(no, seat);
                }
                // The others are not to stand still for it.
                Err(e) => self.lose(no, self.why(no, &e)),
            }
        }
        let owners = Owners::read(&self.volumes())?;
        for (no, dept, year, volume) in shelves {
            let volume = match owners.settle(self, (no, volume), &no_of)? {
                Stands::In(volume) => volume,
                Stands::Unknown => volume,
            };
            if let Ok(file) = self.volume(volume)
                && !file.is_frozen()
            {
                // A crash between the hub's commit and the volume's leaves the owner row out.
                file.call(move |c| own(c, no, dept, year))?;
            }
            self.remember(no, dept, year, volume);
        }
        owners::follow(self)
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
        match self.take_in(no, &uuid, &state)? {
            Seat::Here(file) => {
                let mine = shelves.into_iter().filter(|s| s.3 == no);
                self.own_back(&file, mine.map(|s| (s.0, s.1, s.2)))?;
                Ok(Some(file))
            }
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
    pub(super) fn gone(&self, no: i64) -> Why {
        self.why(no, &gone(&self.dir.volume(no)))
    }

    /// What the administrator is told of a volume that could not be opened.
    pub(super) fn why(&self, no: i64, e: &Error) -> Why {
        let path = self.dir.volume(no);
        let looked = std::fs::metadata(&path).ok();
        let looked = looked.and_then(|m| Some((m.len(), m.modified().ok()?)));
        let words = match e {
            Error::Busy(words) => words.clone(),
            other => {
                tracing::error!(volume = no, cause = %other, "a volume could not be opened");
                format!(
                    "数据文件 {} 坏了，打不开。请不要改动它，先把它复制一份，再从备份恢复这个文件；恢复以后不用重启",
                    path.display()
                )
            }
        };
        Why { words, looked }
    }

    /// A volume that comes back owns what the hub says stands in it, unless another open file has it meanwhile.
    fn own_back(
        &self,
        file: &File,
        shelves: impl Iterator<Item = (ShelfNo, i64, i16)>,
    ) -> Result<()> {
        if file.is_frozen() {
            return Ok(());
        }
        let owners = Owners::read(&self.volumes())?;
        let mine: Vec<_> = shelves.filter(|s| !owners.know(s.0)).collect();
        file.call(move |c| {
            let mut all = mine.into_iter();
            all.try_for_each(|(no, dept, year)| own(c, no, dept, year))
        })
    }

    /// Opens a volume as its state says.
    fn take_in(&self, no: i64, uuid: &str, state: &str) -> Result<Seat> {
        let path = self.dir.volume(no);
        if state == "detached" {
            return self.take_in_card(no, uuid);
        }
        let away = match state {
            "open" | "frozen" => None,
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

    /// The card of a volume that was carried off. Without it the lists miss its titles, no more.
    fn take_in_card(&self, no: i64, uuid: &str) -> Result<Seat> {
        let words = self.hub.call(move |c| where_it_is(c, no))?;
        let path = self.dir.card(no);
        let card = path
            .exists()
            .then(|| File::open_frozen(&path, no, &self.kit));
        Ok(match card {
            Some(Ok(card)) if card.uuid == uuid => Seat::Card(Arc::new(card), words),
            other => {
                let cause = other.and_then(Result::err);
                tracing::warn!(volume = no, ?cause, "a carried-off volume has no card");
                Seat::Away(words)
            }
        })
    }

    /// Puts the card in the place of a volume that was carried off.
    pub(super) fn seat_card(&self, no: i64, card: Arc<File>, words: String) {
        self.write_map().volumes.insert(no, Seat::Card(card, words));
    }

    /// The card of a volume that is away.
    pub(super) fn card(&self, no: i64) -> Option<Arc<File>> {
        match self.read_map().volumes.get(&no) {
            Some(Seat::Card(card, _)) => Some(card.clone()),
            _ => None,
        }
    }

    /// How the volume of a shelf stands.
    pub(super) fn standing(&self, shelf: ShelfNo) -> Standing {
        let map = self.read_map();
        let seat = map.by_shelf.get(&shelf).and_then(|v| map.volumes.get(v));
        match seat {
            Some(Seat::Here(file)) if file.is_frozen() => Standing::Sealed,
            Some(Seat::Card(_, words) | Seat::Away(words)) => Standing::Away(words.clone()),
            Some(Seat::Here(_)) | None => Standing::Open,
        }
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
        let mut map = self.write_map();
        map.volumes.insert(no, Seat::Here(file));
        map.lost.remove(&no);
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
        bring(&self.dir.attach(no), Kind::Attach, &self.kit.copies)
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

    /// What the lists are made from: the open volumes and the cards of those carried off.
    pub(super) fn listed(&self) -> Vec<Arc<File>> {
        let map = self.read_map();
        let seats = map.volumes.values();
        let mut all: Vec<_> = seats.filter_map(|s| s.listed().cloned()).collect();
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
        self.kit.hold.admit()?;
        self.kit.room.admit(false)?;
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
        self.kit.hidden.place(shelf, dept);
    }

    fn read_map(&self) -> std::sync::RwLockReadGuard<'_, Map> {
        self.map.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_map(&self) -> std::sync::RwLockWriteGuard<'_, Map> {
        self.map.write().unwrap_or_else(PoisonError::into_inner)
    }
}

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
