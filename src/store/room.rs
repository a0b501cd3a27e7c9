//! Room on the disk of the data folder, and whether it can be written to: the one door for both questions.
//! A ballast file holds some room back; it is given up when the disk is full, so that people can still log
//! in, clear their to-dos and delete, and made again when there is twice its size (trust-and-ux R04–R06).
//! Invariant: what is measured decides; nothing is guessed from an error's words.

use super::Store;
use super::data_dir::DataDir;
use crate::kit::{Error, Result};
use fs4::FileExt;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

const MB: u64 = 1 << 20;
const GB: u64 = 1 << 30;

/// From which free bytes on what is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The file that is given up when there is no room.
    pub ballast: u64,
    /// Below this the disk is full.
    pub full: u64,
    /// Above this it is not full any more.
    pub resume: u64,
    /// Below this no files are taken in.
    pub uploads: u64,
    /// Below this the administrator is told.
    pub warn: u64,
}

impl Limits {
    /// Of a disk of so many bytes: small disks have small thresholds.
    #[must_use]
    pub fn of(total: u64) -> Self {
        let ballast = (200 * MB).min(total / 20);
        Self {
            ballast,
            full: ballast / 4,
            resume: ballast * 2,
            uploads: (2 * GB).min(total / 20),
            warn: (5 * GB).min(total / 10),
        }
    }
}

/// What may be written now. The order is that of trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Level {
    /// Everything.
    #[default]
    Roomy,
    /// Everything; somebody should make room soon.
    Low,
    /// Everything but files.
    NoFiles,
    /// The ballast is given up: only what clears a to-do or deletes.
    Full,
    /// The ballast is used up too, or the disk takes nothing: reading only.
    Shut,
}

/// The state of the disk, as last looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Disk {
    /// What may be written.
    pub level: Level,
    /// Bytes free.
    pub free: u64,
    /// Bytes of the whole disk.
    pub total: u64,
    /// The disk or the folder cannot be written to.
    pub read_only: bool,
}

/// The disk of a stopped office, by the limits of its size. Writes nothing.
#[must_use]
pub fn disk_of(dir: &DataDir) -> Disk {
    let mut disk = Disk {
        free: fs4::available_space(dir.root()).unwrap_or(0),
        total: fs4::total_space(dir.root()).unwrap_or(0),
        ..Disk::default()
    };
    disk.level = level(&disk, &Limits::of(disk.total), false);
    disk
}

/// The same for other rooms, of a folder that is no office's.
pub fn room_of(folder: &std::path::Path) -> Result<u64> {
    free(folder)
}

/// Bytes free where this folder stands.
pub(super) fn free(folder: &std::path::Path) -> Result<u64> {
    Ok(fs4::available_space(folder)?)
}

impl Store {
    /// Bytes free on the disk of the data folder.
    pub fn room_left(&self) -> Result<u64> {
        free(self.inner.catalogue.dir().root())
    }
}

/// Watches one data folder.
pub(super) struct Room {
    root: PathBuf,
    hub: PathBuf,
    /// None: nothing is watched, as in tests and benchmarks of other things.
    limits: Mutex<Option<Limits>>,
    disk: RwLock<Disk>,
}

impl Room {
    pub(super) fn of(dir: &DataDir) -> Self {
        Self {
            root: dir.root().to_owned(),
            hub: dir.hub(),
            limits: Mutex::default(),
            disk: RwLock::default(),
        }
    }

    /// From now on the disk is watched, by these limits or by those of its size.
    pub(super) fn watch(&self, limits: Option<Limits>) -> Result<()> {
        let total = fs4::total_space(&self.root)?;
        *self.limits() = Some(limits.unwrap_or_else(|| Limits::of(total)));
        self.look();
        Ok(())
    }

    pub(super) fn disk(&self) -> Disk {
        *self.disk.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Measures, gives the ballast up or makes it again.
    pub(super) fn look(&self) -> Disk {
        let held = self.limits();
        let Some(limits) = *held else {
            return Disk::default();
        };
        let before = self.disk();
        let mut now = self.measure();
        let was_full = before.level >= Level::Full;
        now.level = level(&now, &limits, was_full);
        if now.level >= Level::Full && !now.read_only {
            self.give_up();
            now.free = self.measure().free;
            now.level = if now.free < limits.full {
                Level::Shut
            } else {
                Level::Full
            };
        } else if now.free > limits.resume && !now.read_only && !self.has_ballast(&limits) {
            if let Err(e) = self.make(limits.ballast) {
                tracing::warn!(cause = %e, "no room could be held back");
                self.give_up();
            }
            now.free = self.measure().free;
        }
        if now.level != before.level {
            tracing::warn!(level = ?now.level, free = now.free, read_only = now.read_only, "the disk");
        }
        *self.disk.write().unwrap_or_else(PoisonError::into_inner) = now;
        now
    }

    /// Whether something may be written. `spare`: it clears or deletes.
    pub(super) fn admit(&self, spare: bool) -> Result<()> {
        let disk = self.disk();
        match disk.level {
            Level::Shut if disk.read_only => Err(Error::Busy(
                "服务器的磁盘现在只能读，未保存。您填写的内容还在页面上。请管理员检查磁盘，好了以后再提交一次".into(),
            )),
            Level::Full if spare => Ok(()),
            Level::Full | Level::Shut => Err(Error::Busy(
                "服务器的磁盘已满，未保存。您填写的内容还在页面上，请管理员腾出空间后再提交。待办里的件还可以办，草稿和文件还可以删".into(),
            )),
            _ => Ok(()),
        }
    }

    /// Whether a file may be taken in.
    pub(super) fn admit_file(&self) -> Result<()> {
        self.admit(false)?;
        if self.disk().level >= Level::NoFiles {
            return Err(Error::Busy(
                "服务器的磁盘快满了，暂时不收文件，文字还可以照常提交。请管理员腾出空间后再传"
                    .into(),
            ));
        }
        Ok(())
    }

    fn measure(&self) -> Disk {
        Disk {
            level: Level::Roomy,
            free: fs4::available_space(&self.root).unwrap_or(0),
            total: fs4::total_space(&self.root).unwrap_or(0),
            read_only: !self.can_write(),
        }
    }

    /// A file of its own: another handle on a database would drop the locks of this process.
    fn can_write(&self) -> bool {
        let marked = fs::metadata(&self.hub).is_ok_and(|m| m.permissions().readonly());
        let probe = self.root.join("probe");
        let opened = File::options().create(true).append(true).open(&probe);
        let removed = fs::remove_file(&probe);
        !marked && opened.is_ok() && removed.is_ok()
    }

    fn ballast(&self) -> PathBuf {
        self.root.join("ballast")
    }

    fn has_ballast(&self, limits: &Limits) -> bool {
        fs::metadata(self.ballast()).is_ok_and(|m| m.len() == limits.ballast)
    }

    fn give_up(&self) {
        match fs::remove_file(self.ballast()) {
            Ok(()) => tracing::warn!("the ballast is given up"),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => tracing::error!(cause = %e, "the ballast could not be given up"),
        }
    }

    /// Asks the file system for the room; where it only promises, the bytes are written. Bytes that no
    /// compression makes small.
    fn make(&self, size: u64) -> Result<()> {
        let mut file = File::create(self.ballast())?;
        let asked = FileExt::allocate(&file, size).and_then(|()| file.set_len(size));
        if asked.is_ok() && FileExt::allocated_size(&file).is_ok_and(|n| n >= size) {
            return Ok(file.sync_all()?);
        }
        file.set_len(0)?;
        let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
        let mut left = size;
        while left > 0 {
            let n = left.min(MB);
            let mut block = Vec::with_capacity(MB as usize + 8);
            while (block.len() as u64) < n {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                block.extend_from_slice(&seed.to_le_bytes());
            }
            block.truncate(usize::try_from(n).map_err(Error::fault)?);
            file.write_all(&block)?;
            left -= n;
        }
        Ok(file.sync_all()?)
    }

    fn limits(&self) -> MutexGuard<'_, Option<Limits>> {
        self.limits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn level(disk: &Disk, limits: &Limits, was_full: bool) -> Level {
    let floor = if was_full { limits.resume } else { limits.full };
    match disk.free {
        _ if disk.read_only => Level::Shut,
        free if free < floor => Level::Full,
        free if free < limits.uploads => Level::NoFiles,
        free if free < limits.warn => Level::Low,
        _ => Level::Roomy,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn disk(free: u64) -> Disk {
        Disk {
            free,
            ..Disk::default()
        }
    }

    #[test]
    fn limits_are_those_of_the_issue_and_small_on_small_disks() {
        let office = Limits::of(500 * GB);
        assert_eq!(office.ballast, 200 * MB);
        assert_eq!((office.resume, office.uploads), (400 * MB, 2 * GB));
        assert_eq!(office.warn, 5 * GB);
        let small = Limits::of(100 * MB);
        assert_eq!((small.ballast, small.resume), (5 * MB, 10 * MB));
        assert_eq!((small.uploads, small.warn), (5 * MB, 10 * MB));
    }

    #[test]
    fn full_ends_above_twice_the_ballast() {
        let limits = Limits::of(500 * GB);
        assert_eq!(level(&disk(49 * MB), &limits, false), Level::Full);
        assert_eq!(level(&disk(300 * MB), &limits, true), Level::Full);
        assert_eq!(level(&disk(300 * MB), &limits, false), Level::NoFiles);
        assert_eq!(level(&disk(401 * MB), &limits, true), Level::NoFiles);
        assert_eq!(level(&disk(3 * GB), &limits, true), Level::Low);
        assert_eq!(level(&disk(6 * GB), &limits, true), Level::Roomy);
        let locked = Disk {
            read_only: true,
            ..disk(6 * GB)
        };
        assert_eq!(level(&locked, &limits, false), Level::Shut);
    }

    #[test]
    fn the_ballast_takes_real_room() {
        let root = std::env::temp_dir().join(format!("ink-room-{}", std::process::id()));
        let dir = DataDir::make(&root).unwrap();
        let room = Room::of(&dir);
        room.make(3 * MB + 5).unwrap();
        let file = File::open(room.ballast()).unwrap();
        assert_eq!(file.metadata().unwrap().len(), 3 * MB + 5);
        assert!(FileExt::allocated_size(&file).unwrap() >= 3 * MB, "sparse");
        fs::remove_dir_all(root).unwrap();
    }
}
