//! What pages may know of the PC the server runs on, and ask of it: whether the office starts with it, and the way through its
//! firewall. The composition root says how; a server in a test knows nothing and does nothing.

use crate::kit::{Error, Result};
use crate::store::BadPlace;
use std::path::{Path, PathBuf};

/// How the office starts with the PC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Autostart {
    /// Nobody looked.
    #[default]
    Unknown,
    /// It does not.
    Off,
    /// When one person logs on.
    LogOn,
    /// Before anybody logs on.
    Service,
}

/// What can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Start with the PC.
    Start,
    /// Do not.
    NoStart,
    /// Let colleagues in.
    Firewall,
}

/// What this program can neither do nor have the system ask: somebody does it at the PC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByHand {
    /// What to do, in sentences.
    pub steps: String,
    /// Lines to copy, each with when it is the right one.
    pub commands: Vec<(&'static str, String)>,
}

/// The PC.
#[derive(Debug, Clone, Copy)]
pub struct Machine {
    /// How the office in this data folder starts.
    pub autostart: fn(&Path) -> Autostart,
    /// Does it for this data folder, or has the system ask; what to tell the person.
    pub ask: fn(Asked, &Path) -> Result<String>,
    /// How it is done by hand, where `ask` could not.
    pub by_hand: fn(Asked, &Path) -> Option<ByHand>,
    /// What is wrong with the disk of this folder, of what only the system knows.
    pub place: fn(&Path) -> Option<BadPlace>,
    /// What is wrong with where the program itself lies.
    pub program: fn() -> Option<BadPlace>,
}

/// A data folder that this start could not make sense of.
#[derive(Debug, Clone)]
pub struct Broken {
    /// The folder.
    pub root: PathBuf,
    /// What is wrong with it, in words.
    pub says: String,
}

impl Default for Machine {
    fn default() -> Self {
        Self {
            autostart: |_| Autostart::Unknown,
            ask: |_, _| Err(Error::Busy("这里不能设自动启动".into())),
            by_hand: |_, _| None,
            place: |_| None,
            program: || None,
        }
    }
}
