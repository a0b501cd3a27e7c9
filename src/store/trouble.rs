//! What is said of a file that is not here, damaged or somebody else's: for the administrator, with the file's
//! place and what to do. Whoever merely asks for a case is told less (S59).

use super::data_dir::DataDir;
use crate::kit::Error;
use std::path::Path;

pub(super) fn hub_gone(dir: &DataDir) -> Error {
    Error::Busy(format!(
        "数据文件夹 {} 里有业务数据，但是总库 hub.db 不见了。请把它放回原处，或者从备份恢复；砚台没有改动任何文件",
        dir.root().display()
    ))
}

pub(super) fn hub_broken(dir: &DataDir) -> Error {
    Error::Busy(format!(
        "总库 {} 坏了，打不开。请先把整个数据文件夹复制一份留底，再从备份恢复总库；砚台没有再写任何文件",
        dir.hub().display()
    ))
}

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

    /// Opens a volume as its state says, with the shelves that stand in it.
    fn take_in(
        &self,
        no: i64,
        uuid: &str,
        state: &str,
        shelves: Vec<(ShelfNo, i64, i16)>,
    ) -> Result<Seat> {
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
        if !file.is_frozen() {
            // A crash between the hub's commit and the volume's leaves the owner row out.
            file.call(move |c| {
                let mut all = shelves.into_iter();
                all.try_for_each(|(no, dept, year)| own(c, no, dept, year))
            })?;
        }
        Ok(Seat::Here(Arc::new(file)))
    }

    /// From now on the shelf stands in that volume. Whoever asks after this gets the new file.
    pub(super) fn reroute(&self, shelf: ShelfNo, volume: i64) {
        self.write_map().by_shelf.insert(shelf, volume);
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

pub(super) fn stranger(path: &Path) -> Error {
    Error::Busy(format!(
        "数据文件 {} 和总库 hub.db 对不上，是别的单位或别的时候的，没有打开，也没有改动它。请从同一次备份恢复这两个文件",
        path.display()
    ))
}
