//! Files on their way in, kept in the data folder's `spool/` for the length of one request.
//! Names are numbers of ours, never of the request; the file goes when its holder is dropped, and what a
//! power cut left behind goes at start.

use crate::kit::Result;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// The folder and the next number.
#[derive(Debug)]
pub(super) struct Spool {
    folder: PathBuf,
    next: AtomicU64,
}

/// One file of it, removed on drop.
#[derive(Debug)]
pub(super) struct Spooled {
    path: PathBuf,
}

impl Spool {
    /// Takes the folder over and empties it.
    pub(super) fn sweep(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        for entry in fs::read_dir(folder)? {
            // a file that cannot go now (a scanner holds it) is in nobody's way
            let _ = fs::remove_file(entry?.path());
        }
        Ok(Self {
            folder: folder.to_owned(),
            next: AtomicU64::new(1),
        })
    }

    /// A new empty file, open for writing.
    pub(super) fn create(&self) -> Result<(Spooled, File)> {
        loop {
            let n = self.next.fetch_add(1, Ordering::Relaxed);
            let path = self.folder.join(format!("{n}.part"));
            match File::options().write(true).create_new(true).open(&path) {
                Ok(file) => return Ok((Spooled { path }, file)),
                Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e.into()),
            }
        }
    }
}

impl Spooled {
    pub(super) fn open(&self) -> Result<File> {
        Ok(File::open(&self.path)?)
    }
}

impl Drop for Spooled {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}
