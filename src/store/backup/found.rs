//! Backups on the disks and sticks that are plugged in, so that whoever moves to another PC chooses one instead of
//! writing a path. Looks two folders deep, which is where a place keeps its own (`place::folder`).
//! Invariant: reads names and heads only; a folder that cannot be read is passed over.

use super::place;
use super::restore::look;
use crate::kit::Millis;
use crate::store::freeze::drives;
use std::fs;
use std::path::{Path, PathBuf};

/// Entries of one folder that are looked at: a disk full of photographs is not read through.
const MOST: usize = 400;
/// Folders below a disk's own.
const DEEP: u8 = 2;

/// A folder with backups; its newest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub path: PathBuf,
    /// 砚田镇人民政府.
    pub name: String,
    /// When it was made.
    pub at: Millis,
}

/// What lies on the other disks, the newest first.
#[must_use]
pub fn found() -> Vec<Found> {
    below(drives::list().into_iter().map(|d| d.path))
}

fn below(disks: impl Iterator<Item = PathBuf>) -> Vec<Found> {
    let mut all = Vec::new();
    for disk in disks {
        walk(&disk, DEEP, &mut all);
    }
    all.sort_by_key(|f| std::cmp::Reverse(f.at));
    // a disk that is mounted twice shows the same file twice
    all.dedup_by(|a, b| a.at == b.at && a.path.file_name() == b.path.file_name());
    all
}

fn walk(folder: &Path, deeper: u8, all: &mut Vec<Found>) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let (mut newest, mut folders): (Option<Found>, Vec<PathBuf>) = (None, Vec::new());
    for entry in entries.take(MOST) {
        let path = entry.path();
        if path.extension().is_some_and(|e| e == "inkbak") {
            let Some(one) = of(path) else { continue };
            if newest.as_ref().is_none_or(|n| n.at < one.at) {
                newest = Some(one);
            }
        } else if may_hold(&entry, deeper) {
            folders.push(path);
        }
    }
    all.extend(newest);
    for folder in folders {
        walk(&folder, deeper - 1, all);
    }
}

/// The folders of a disk, and in each of them a place's own: a disk of photographs has thousands more.
fn may_hold(entry: &fs::DirEntry, deeper: u8) -> bool {
    let name = entry.file_name();
    let name = name.to_string_lossy();
    let named = match deeper {
        0 => false,
        1 => name.starts_with(place::OWN),
        _ => !name.starts_with(['.', '$']),
    };
    named && entry.file_type().is_ok_and(|t| t.is_dir())
}

fn of(path: PathBuf) -> Option<Found> {
    let (path, head) = look(&path).ok()?;
    Some(Found {
        path,
        name: head.name,
        at: Millis(head.at),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_backup_is_no_choice() {
        let disk = std::env::temp_dir().join(format!("ink-found-{}", std::process::id()));
        fs::create_dir_all(disk.join("照片")).unwrap();
        fs::write(disk.join("照片/假的.inkbak"), b"not one of ours").unwrap();
        assert_eq!(below([disk.clone(), disk.join("没有")].into_iter()), []);
        fs::remove_dir_all(&disk).unwrap();
    }
}
