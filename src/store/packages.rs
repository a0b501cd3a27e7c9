//! Packages on their way out of the office: files in a folder of the data folder, made here and fetched by a browser, until
//! they are removed. They hold nothing that is not in the volumes. Not here: what is in them (`modules::archive`).
//! Invariant: a name is looked up in the folder's list, never made into a path; what is not whole has another ending.

use super::Store;
use super::data_dir::put_in_place;
use crate::kit::{Error, Millis, Result};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

const WHOLE: &str = "zip";
const PART: &str = "part";
const LOOK: &str = "look";

/// A package that lies there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    pub name: String,
    pub size: u64,
    pub at: Millis,
}

/// One that is being written; dropped before it is kept, it goes.
#[derive(Debug)]
pub struct Making {
    part: PathBuf,
    path: PathBuf,
}

impl Store {
    fn packages_at(&self) -> PathBuf {
        self.inner.catalogue.dir().packages()
    }

    /// Those that are whole, the newest first.
    pub fn packages(&self) -> Result<Vec<Made>> {
        let folder = self.packages_at();
        if !folder.exists() {
            return Ok(Vec::new());
        }
        let mut all = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let (meta, name) = (entry.metadata()?, entry.file_name());
            let Some(name) = name.to_str().filter(|n| ends(n, WHOLE)) else {
                continue;
            };
            let since = meta.modified()?.duration_since(UNIX_EPOCH);
            let at = since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(0));
            all.push(Made {
                name: name.to_owned(),
                size: meta.len(),
                at: Millis(at),
            });
        }
        all.sort_by(|a, b| (b.at, &b.name).cmp(&(a.at, &a.name)));
        Ok(all)
    }

    /// Begins one of about so many bytes, where the disk has room for it and stays usable.
    ///
    /// # Errors
    /// Busy where it has not.
    pub fn begin_package(&self, name: &str, bytes: u64) -> Result<(Making, File)> {
        self.check_package_room(bytes)?;
        let folder = self.packages_at();
        fs::create_dir_all(&folder)?;
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            // only one is made at a time: this is what a power cut left; a looked-at one goes on without its name
            if path.extension().is_some_and(|e| e == PART || e == LOOK) {
                let _ = fs::remove_file(path);
            }
        }
        let path = folder.join(format!("{name}.{WHOLE}"));
        let part = folder.join(format!("{name}.{PART}"));
        let file = made(&part)?;
        Ok((Making { part, path }, file))
    }

    /// A file of so many bytes that somebody brought to be looked at; it goes when its holder does.
    pub fn look_at_package(&self, name: &str, bytes: u64) -> Result<(Making, File)> {
        self.check_package_room(bytes)?;
        let folder = self.packages_at();
        fs::create_dir_all(&folder)?;
        let part = folder.join(format!("{name}.{LOOK}"));
        let file = made(&part)?;
        let path = folder.join(format!("{name}.{WHOLE}"));
        Ok((Making { part, path }, file))
    }

    /// Whether the disk takes so many bytes more and stays usable.
    pub fn check_package_room(&self, bytes: u64) -> Result<()> {
        /// What is left for the day's work.
        const SPARE: u64 = 512 << 20;
        let free = self.room_left()?;
        let want = bytes.saturating_add(SPARE);
        if free < want {
            return Err(Error::Busy(format!(
                "数据盘只剩 {} MB，做这个数据包要 {} MB。请先删掉旧的数据包、清理磁盘，或者分盒导出",
                free >> 20,
                (want >> 20) + 1
            )));
        }
        Ok(())
    }

    fn package_path(&self, name: &str) -> Result<PathBuf> {
        let known = self.packages()?.into_iter().find(|m| m.name == name);
        let known = known.ok_or(Error::NotFound)?;
        Ok(self.packages_at().join(known.name))
    }

    /// Opens one.
    pub fn open_package(&self, name: &str) -> Result<File> {
        Ok(File::open(self.package_path(name)?)?)
    }

    /// Removes one.
    pub fn remove_package(&self, name: &str) -> Result<()> {
        Ok(fs::remove_file(self.package_path(name)?)?)
    }
}

impl Making {
    /// It is whole: gives its name.
    pub fn keep(self, file: File) -> Result<String> {
        file.sync_all()?;
        drop(file);
        put_in_place(&self.part, &self.path)?;
        let name = self.path.file_name().and_then(|n| n.to_str());
        Ok(name.unwrap_or_default().to_owned())
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        // gone already where it was kept
        let _ = fs::remove_file(&self.part);
    }
}

fn made(path: &Path) -> Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(true);
    Ok(options.open(path)?)
}

fn ends(name: &str, with: &str) -> bool {
    Path::new(name).extension().is_some_and(|e| e == with)
}
