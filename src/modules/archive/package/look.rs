//! One file as its bytes go by: digest, size, what it is, whether it can be opened. Not here: judging a package by them.
//! Invariant: of a large file no more than [`WHOLE`] is held; what could therefore not be told is said.

use crate::kit::hash::Hasher;
use crate::kit::sniff::{self, Kind};
use crate::kit::{Digest, closed};

/// Up to here a file is looked into whole.
const WHOLE: usize = 32 << 20;

/// What was seen of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub path: String,
    pub size: u64,
    pub digest: Digest,
    pub kind: Kind,
    /// Why it cannot be opened.
    pub closed: Option<String>,
    /// Why its name does not fit what it is.
    pub misnamed: Option<String>,
    /// Why it could not be read.
    pub broken: Option<String>,
    /// Too large to be looked into whole.
    pub half: bool,
}

/// Looks while the bytes go by.
#[derive(Default)]
pub struct Looker {
    hasher: Hasher,
    size: u64,
    held: Vec<u8>,
}

impl Looker {
    /// More of it.
    pub fn take(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        self.size += bytes.len() as u64;
        let room = WHOLE.saturating_sub(self.held.len());
        let some = bytes.get(..room.min(bytes.len())).unwrap_or_default();
        self.held.extend_from_slice(some);
    }

    /// What was seen.
    #[must_use]
    pub fn finish(self, path: &str, broken: Option<String>) -> Seen {
        let kind = sniff::sniff(&self.held);
        let half = self.size > self.held.len() as u64;
        let why = match half {
            true => None,
            false => closed::why(kind, &self.held),
        };
        let name = path.rsplit('/').next().unwrap_or(path);
        Seen {
            path: path.to_owned(),
            size: self.size,
            digest: self.hasher.finish(),
            kind,
            closed: why.map(str::to_owned),
            misnamed: fits(kind, name).err(),
            broken,
            half,
        }
    }
}

/// Text of our own making has endings that nobody may upload.
fn fits(kind: Kind, name: &str) -> Result<(), String> {
    let own = [".xml", ".json", ".txt"].iter().any(|e| name.ends_with(e));
    match kind {
        Kind::Text { .. } if own => Ok(()),
        _ => sniff::check_name(kind, name),
    }
}
