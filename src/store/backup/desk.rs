//! What goes on now: one backup or drill at a time, how far it is, whether somebody wants it stopped; and whether
//! another server has taken this office's backups over. Lives as long as the store.

use crate::kit::{Error, Result};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What is being done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Step {
    /// In words: 正在复制 0001 柜.
    pub words: String,
    /// Bytes done of the whole.
    pub done: u64,
    pub of: u64,
}

/// How far something long is, and the wish to stop it.
#[derive(Debug, Default)]
pub struct Progress {
    stop: AtomicBool,
    words: Mutex<String>,
    done: AtomicU64,
    of: AtomicU64,
    /// Set while people work beside it.
    pace: Option<Mutex<Pace>>,
}

/// Rests as long as it worked: half of a processor stays with those who work.
#[derive(Debug)]
pub(super) struct Pace(Instant);

/// A wait for the disk is no work to be rested from.
const MOST_REST: Duration = Duration::from_millis(50);

impl Pace {
    pub(super) fn begin() -> Self {
        Self(Instant::now())
    }

    pub(super) fn rest(&mut self) {
        std::thread::sleep(self.0.elapsed().min(MOST_REST));
        self.0 = Instant::now();
    }
}

impl Progress {
    /// Of something done while people work.
    fn beside_work() -> Self {
        Self {
            pace: Some(Mutex::new(Pace::begin())),
            ..Self::default()
        }
    }

    /// Whether people work beside it.
    pub(super) const fn is_beside_work(&self) -> bool {
        self.pace.is_some()
    }

    /// The next part.
    pub fn say(&self, words: impl Into<String>) {
        *self.words.lock().unwrap_or_else(PoisonError::into_inner) = words.into();
    }

    /// So many bytes will be done.
    pub fn expect(&self, bytes: u64) {
        self.done.store(0, Ordering::Relaxed);
        self.of.store(bytes, Ordering::Relaxed);
    }

    /// So many more are; refused once somebody wants it stopped.
    pub fn more(&self, bytes: u64) -> Result<()> {
        self.done.fetch_add(bytes, Ordering::Relaxed);
        if self.stop.load(Ordering::Relaxed) {
            return Err(Error::Conflict(
                "已经取消。没有做完的文件已经删掉，以前的备份都还在".into(),
            ));
        }
        if let Some(pace) = &self.pace {
            held(pace).rest();
        }
        Ok(())
    }

    /// It ends at its next step.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// How far it is.
    #[must_use]
    pub fn step(&self) -> Step {
        let words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        Step {
            words: words.clone(),
            done: self.done.load(Ordering::Relaxed),
            of: self.of.load(Ordering::Relaxed),
        }
    }
}

/// What somebody may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    Backup,
    Drill,
}

/// The backups of one running office.
#[derive(Debug, Default)]
pub struct Desk {
    going: Mutex<Option<Arc<Progress>>>,
    superseded: Mutex<String>,
    /// Whether at the last backup every place that was there stood on the disk of the data.
    own_disk: AtomicBool,
    /// What the last run that somebody asked for came to.
    said: Mutex<String>,
    backup_asked: AtomicBool,
    drill_asked: AtomicBool,
    restart_asked: Arc<AtomicBool>,
}

/// Held while a backup or a drill goes on.
pub(super) struct Going<'d> {
    desk: &'d Desk,
    pub progress: Arc<Progress>,
}

impl Drop for Going<'_> {
    fn drop(&mut self) {
        *held(&self.desk.going) = None;
    }
}

fn held<T>(m: &Mutex<T>) -> MutexGuard<'_, T> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Desk {
    /// `Conflict` where one goes on already.
    pub(super) fn begin(&self) -> Result<Going<'_>> {
        let mut going = held(&self.going);
        if going.is_some() {
            return Err(Error::Conflict("正在备份。请等它做完，或者先取消".into()));
        }
        let progress = Arc::new(Progress::beside_work());
        *going = Some(progress.clone());
        drop(going);
        Ok(Going {
            desk: self,
            progress,
        })
    }

    /// What goes on now.
    #[must_use]
    pub fn going(&self) -> Option<Step> {
        held(&self.going).as_ref().map(|p| p.step())
    }

    /// Stops what goes on.
    pub fn stop(&self) {
        if let Some(progress) = held(&self.going).as_ref() {
            progress.stop();
        }
    }

    /// Why this server must not write backups any more; empty where it may.
    #[must_use]
    pub fn superseded(&self) -> String {
        held(&self.superseded).clone()
    }

    /// Whether all backups lie on the very disk they are to outlive.
    pub(super) fn only_on_own_disk(&self) -> bool {
        self.own_disk.load(Ordering::Relaxed)
    }

    pub(super) fn found_on_own_disk(&self, all: bool) {
        self.own_disk.store(all, Ordering::Relaxed);
    }

    pub(super) fn supersede(&self, why: String) {
        *held(&self.superseded) = why;
    }

    /// Somebody wants a backup now; whoever makes them takes the wish.
    pub fn ask(&self, drill: Wish) {
        match drill {
            Wish::Backup => &self.backup_asked,
            Wish::Drill => &self.drill_asked,
        }
        .store(true, Ordering::Relaxed);
    }

    /// Takes a wish, where there is one.
    #[must_use]
    pub fn asked(&self) -> Option<Wish> {
        if self.backup_asked.swap(false, Ordering::Relaxed) {
            return Some(Wish::Backup);
        }
        let drill = self.drill_asked.swap(false, Ordering::Relaxed);
        drill.then_some(Wish::Drill)
    }

    /// Set once restored files are ready: the server is to begin anew with them.
    #[must_use]
    pub fn restart(&self) -> Arc<AtomicBool> {
        self.restart_asked.clone()
    }

    /// Takes the office or a volume out of a backup; the server begins anew once it is ready.
    pub fn restore(&self, work: impl FnOnce(&Progress) -> Result<String>) -> Result<()> {
        let going = self.begin()?;
        let said = work(&going.progress)?;
        self.say(said);
        self.restart_asked.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// What the last run came to.
    #[must_use]
    pub fn said(&self) -> String {
        held(&self.said).clone()
    }

    /// Keeps it for the page.
    pub fn say(&self, words: String) {
        *held(&self.said) = words;
    }
}
