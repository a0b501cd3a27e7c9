//! Where a volume could be carried to: the drives the system tells of cheaply, and whether a folder can
//! take a file of so many bytes. Where it cannot be known nothing is claimed: a disk that is full, or
//! FAT32, refuses the copy, and that is said then.

use crate::kit::{Error, Result};
use crate::store::room::free;
use std::path::{Path, PathBuf};

/// FAT32 holds no file of 4 GB or more.
const FAT_MOST: u64 = (4 << 30) - 1;

/// A drive that is not the one the office's data stand on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drive {
    pub path: PathBuf,
    /// As `exfat`; empty where the system does not say.
    pub kind: String,
}

/// Removable and other drives.
#[must_use]
pub fn list() -> Vec<Drive> {
    if cfg!(windows) {
        let letters = ('D'..='Z').map(|c| PathBuf::from(format!("{c}:\\")));
        return letters
            .filter(|p| p.exists())
            .map(|path| Drive {
                path,
                kind: String::new(),
            })
            .collect();
    }
    let places = ["/media/", "/run/media/", "/mnt/"];
    mounts()
        .into_iter()
        .filter(|d| places.iter().any(|p| d.path.starts_with(p)))
        .collect()
}

/// What the kernel has mounted.
fn mounts() -> Vec<Drive> {
    let table = std::fs::read_to_string("/proc/mounts").unwrap_or_default();
    let drive = |line: &str| {
        let mut words = line.split(' ').skip(1);
        let path = words.next()?.replace("\\040", " ");
        Some(Drive {
            path: path.into(),
            kind: words.next()?.to_owned(),
        })
    };
    table.lines().filter_map(drive).collect()
}

/// Refuses a folder that cannot take a file of so many bytes.
pub fn check_room(folder: &Path, bytes: u64) -> Result<()> {
    if !folder.is_dir() {
        return Err(Error::invalid(
            "to",
            format!(
                "没有 {} 这个文件夹。请看看盘接好没有，写全路径，例如 /media/备份甲 或 E:\\案卷",
                folder.display()
            ),
        ));
    }
    let deepest = mounts()
        .into_iter()
        .filter(|d| folder.starts_with(&d.path))
        .max_by_key(|d| d.path.as_os_str().len());
    if bytes > FAT_MOST && deepest.is_some_and(|d| matches!(d.kind.as_str(), "vfat" | "msdos")) {
        return Err(Error::invalid(
            "to",
            "这个盘是 FAT32 格式，放不下超过 4 GB 的文件。请把它格式化成 exFAT 再试，或者换一个盘",
        ));
    }
    match free(folder).ok() {
        Some(free) if free < bytes => Err(Error::invalid(
            "to",
            format!(
                "这个盘只剩 {} MB，要放的有 {} MB。请换一个盘，或者腾出空间",
                free >> 20,
                (bytes >> 20) + 1
            ),
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_asked_for_room() {
        let here = std::env::temp_dir();
        check_room(&here, 1).unwrap();
        assert!(check_room(&here.join("no-such-folder"), 1).is_err());
        assert!(check_room(&here, u64::MAX >> 1).is_err());
    }
}
