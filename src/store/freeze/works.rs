//! What goes on with volumes now, for the page that waits: words, how far, and whether somebody asked it
//! to stop. Not kept over a restart: what must be is a row of the hub.
//! Invariant: one work a volume at a time.

use super::drives;
use crate::kit::{Error, Result};
use crate::store::{Store, backup};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What the page says while a volume is backed up.
const BACKING_UP: &str = "正在备份这个柜子";

/// One work and how far it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Work {
    /// What is being done, in words.
    pub words: String,
    pub done: u64,
    /// Of so many; 0 where that is not known.
    pub of: u64,
    /// How it ended: a sentence, good or bad.
    pub ended: Option<Result<String, String>>,
    /// Asked for, and its thread not there yet.
    announced: bool,
    stop: Option<Stop>,
}

/// Why a work is asked to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Somebody thought better of it.
    Cancel,
    /// The server stops; the next start goes on.
    Leave,
}

/// The works of one store.
#[derive(Default)]
pub(in crate::store) struct Works(Mutex<HashMap<i64, Work>>);

impl Works {
    fn all(&self) -> MutexGuard<'_, HashMap<i64, Work>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs one work; `Conflict` where another goes on at that volume.
    pub(super) fn run<T>(
        &self,
        no: i64,
        said: impl FnOnce(&T) -> String,
        f: impl FnOnce(&Telling<'_>) -> Result<T>,
    ) -> Result<T> {
        {
            let mut all = self.all();
            if all
                .get(&no)
                .is_some_and(|w| w.ended.is_none() && !w.announced)
            {
                return Err(Error::Conflict(
                    "这个柜子正在办别的事。请等它办完再试".into(),
                ));
            }
            all.insert(no, Work::default());
        }
        let done = f(&Telling { works: self, no });
        let words = done.as_ref().map(said).map_err(ToString::to_string);
        self.all().entry(no).or_default().ended = Some(words);
        done
    }

    pub(in crate::store) fn of(&self, no: i64) -> Option<Work> {
        self.all().get(&no).cloned()
    }

    /// Whether one is on its way or about to begin.
    pub(super) fn goes_on(&self, no: i64) -> bool {
        self.all().get(&no).is_some_and(|w| w.ended.is_none())
    }

    /// Shows that a work is about to begin.
    pub(in crate::store) fn announce(&self, no: i64) {
        let mut all = self.all();
        if all.get(&no).is_none_or(|w| w.ended.is_some()) {
            let announced = Work {
                announced: true,
                ..Work::default()
            };
            all.insert(no, announced);
        }
    }

    pub(in crate::store) fn stop(&self, no: i64, why: Stop) {
        if let Some(work) = self.all().get_mut(&no) {
            work.stop = Some(why);
        }
    }

    /// Whether it is to go on at the next start.
    pub(in crate::store) fn is_left(&self, no: i64) -> bool {
        let all = self.all();
        all.get(&no).is_some_and(|w| w.stop == Some(Stop::Leave))
    }
}

impl Store {
    /// Whether a folder can take a backup of a volume, before the work begins; the sentence says what to change.
    pub fn can_back_up(&self, no: i64, folder: &Path) -> Result<()> {
        let full = |p: &Path| p.canonicalize().unwrap_or_else(|_| p.to_owned());
        if full(folder).starts_with(full(self.inner.catalogue.dir().root())) {
            return Err(Error::invalid(
                "folder",
                "这个文件夹在砚台自己的数据文件夹里，盘坏了会一起丢。请写另一块盘或另一台电脑上的文件夹",
            ));
        }
        let bytes = self.volume(no)?.bytes;
        drives::check_room(folder, bytes).map_err(|e| match e {
            Error::Invalid(errors) => {
                let words = errors.0.into_iter().map(|e| e.message).next();
                Error::invalid("folder", words.unwrap_or_default())
            }
            other => other,
        })
    }

    /// Backs one volume up into a file, opened and checked again; its page shows how that ended.
    pub fn back_up_volume(&self, no: i64, to: &Path) -> Result<PathBuf> {
        let said = |p: &PathBuf| {
            format!(
                "{no:04} 柜已备份到 {}，打开核对过了。打开它要用单位的恢复码",
                p.display()
            )
        };
        self.inner.works.run(no, said, |telling| {
            telling.tell(BACKING_UP, 0, 0)?;
            backup::one_volume(self, no, to).map(|_| to.to_owned())
        })
    }

    /// Runs what a higher room does at a volume; the page shows how far it is. `f` says so piece by piece, and
    /// hears `Conflict` where somebody asked it to stop.
    pub fn work_at<T>(
        &self,
        no: i64,
        said: impl FnOnce(&T) -> String,
        f: impl FnOnce(&dyn Fn(&str, u64, u64) -> Result<()>) -> Result<T>,
    ) -> Result<T> {
        self.inner.works.run(no, said, |telling| {
            f(&|words, done, of| telling.tell(words, done, of))
        })
    }

    /// Asks the backup of this volume to stop, where one goes on.
    pub fn stop_volume_backup(&self, no: i64) {
        if self.volume_work(no).is_some_and(|w| w.words == BACKING_UP) {
            self.backups().stop();
        }
    }
}

/// Says how one work is going.
pub(super) struct Telling<'w> {
    works: &'w Works,
    no: i64,
}

impl Telling<'_> {
    /// How far it is; `Conflict` where somebody asked it to stop.
    pub(super) fn tell(&self, words: &str, done: u64, of: u64) -> Result<()> {
        let mut all = self.works.all();
        let work = all.entry(self.no).or_default();
        if work.stop.is_some() {
            return Err(Error::Conflict("已经停下，没有办完".into()));
        }
        words.clone_into(&mut work.words);
        (work.done, work.of) = (done, of);
        Ok(())
    }
}
