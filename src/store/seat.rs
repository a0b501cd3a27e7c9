//! How a volume and a shelf stand: here, carried off with its card left, or away and why; and the map of them that the
//! catalogue keeps in memory. Not here: opening files and changing the map (`catalogue`).

use super::file::File;
use crate::kit::{Error, Result, ShelfNo};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::SystemTime;

/// A volume the hub knows: its open file, or why there is none.
#[derive(Clone)]
pub(super) enum Seat {
    Here(Arc<File>),
    /// Carried off: its card, for the lists, and where the rest of it is.
    Card(Arc<File>, String),
    /// A sentence for whoever wants something of it: where it is, what to do.
    Away(String),
}

impl Seat {
    pub(super) fn file(&self) -> Result<&Arc<File>> {
        match self {
            Self::Here(file) => Ok(file),
            Self::Card(_, words) | Self::Away(words) => Err(Error::Busy(words.clone())),
        }
    }

    /// What the lists are made from.
    pub(super) const fn listed(&self) -> Option<&Arc<File>> {
        match self {
            Self::Here(file) | Self::Card(file, _) => Some(file),
            Self::Away(_) => None,
        }
    }
}

/// How a shelf can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Read and written.
    Open,
    /// Only read.
    Sealed,
    /// Not on this PC; the words say where it is.
    Away(String),
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
pub(super) struct Map {
    /// Volumes that ought to be open and are not.
    pub(super) lost: HashMap<i64, Why>,
    pub(super) volumes: HashMap<i64, Seat>,
    pub(super) by_shelf: HashMap<ShelfNo, i64>,
    pub(super) by_year: HashMap<(i64, i16), ShelfNo>,
    /// Shelves that the search file of their volume has not taken in yet, with the volume they came from.
    pub(super) coming: HashMap<ShelfNo, i64>,
}

/// Where the shelves stand at one moment.
#[derive(Debug, Clone, Default)]
pub struct Routes {
    pub(super) by_shelf: HashMap<ShelfNo, i64>,
    pub(super) coming: HashMap<ShelfNo, i64>,
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
    pub(super) fn file(&self, volume: i64) -> Result<Arc<File>> {
        let seat = self.volumes.get(&volume).ok_or(Error::NotFound)?;
        seat.file().cloned()
    }
}
