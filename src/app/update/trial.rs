//! The new program's side of its trial: a word to be asked with and the leave to open come on its standard input, and where that
//! breaks it stops. Not here: how it is judged (`hand`).
//! Invariant: a program started on trial lets nobody in before it was told to.

use super::child::{LEAVE, OPEN};
use crate::kit::{Error, Result};
use std::io::BufRead as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_millis(20);

/// How it stands.
#[derive(Debug, Default)]
struct Told {
    open: AtomicBool,
    left: AtomicBool,
    /// The program's own file, as its predecessor knows it.
    place: OnceLock<PathBuf>,
}

/// The trial of this program.
#[derive(Debug)]
pub struct Trial {
    word: String,
    told: Arc<Told>,
}

impl Trial {
    /// Reads the word; from now on the line is listened to. `stop` hears that it broke.
    pub fn begin(stop: Sender<()>) -> Result<Self> {
        let mut word = String::new();
        std::io::stdin().lock().read_line(&mut word)?;
        if word.trim().is_empty() {
            return Err(Error::Busy("这条命令由砚台升级时自己用".into()));
        }
        let told = Arc::<Told>::default();
        let heard = told.clone();
        thread::Builder::new().name("line".into()).spawn(move || {
            for line in std::io::stdin()
                .lock()
                .lines()
                .map_while(std::io::Result::ok)
            {
                if let Some(place) = line.strip_prefix(OPEN) {
                    let _ = heard.place.set(place.into());
                    heard.open.store(true, Ordering::Release);
                }
                if line == LEAVE {
                    heard.left.store(true, Ordering::Release);
                }
            }
            if !heard.open.load(Ordering::Acquire) {
                // also in the midst of opening the files, which are not ours yet: whoever is started next puts them back
                std::process::exit(1);
            }
            let _ = stop.send(());
        })?;
        Ok(Self {
            word: word.trim().to_owned(),
            told,
        })
    }

    /// What it is asked with.
    #[must_use]
    pub fn word(&self) -> &str {
        &self.word
    }

    /// Whether it may let people in.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.told.open.load(Ordering::Acquire)
    }

    /// The program's own file, once it was told.
    #[must_use]
    pub fn place(&self) -> Option<PathBuf> {
        self.told.place.get().cloned()
    }

    /// Waits until it may; false where it is to stop.
    #[must_use]
    pub fn opened(&self) -> bool {
        loop {
            if self.is_open() {
                return true;
            }
            if self.told.left.load(Ordering::Acquire) {
                return false;
            }
            thread::sleep(LOOK_EVERY);
        }
    }
}
