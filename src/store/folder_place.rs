//! Whether the data folder stands where papers are safe: not on a network share, a stick, in a folder that a
//! cloud program carries about, among temporary files or on the desktop (trust-and-ux R12). Only warns: the
//! office may have nothing better today.

use std::path::{Path, PathBuf};

/// What is wrong with where the folder stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadPlace {
    /// Another computer's disk.
    Network,
    /// A disk that can be pulled out.
    Removable,
    /// A program copies it to the Internet and writes into it.
    Cloud,
    /// Cleaned up by the system.
    Temporary,
    /// Where people tidy up.
    Desktop,
}

impl BadPlace {
    /// What may happen there, for the administrator.
    #[must_use]
    pub const fn says(self) -> &'static str {
        match self {
            Self::Network => "数据文件夹在网络共享盘上，断网或两台电脑同时写都会损坏数据",
            Self::Removable => "数据文件夹在可以拔下来的盘上，一碰掉大家就办不了公，文件也容易坏",
            Self::Cloud => {
                "数据文件夹在网盘的同步文件夹里，网盘程序会一边同步一边改坏它，还会把文件传到外网"
            }
            Self::Temporary => "数据文件夹在临时文件夹里，系统会自己清理它",
            Self::Desktop => "数据文件夹在桌面上，整理桌面时容易误删",
        }
    }
}

/// Folders of cloud programs, in lower case.
const CLOUDS: &[&str] = &[
    "onedrive",
    "wps云盘",
    "wpsdrive",
    "wps cloud files",
    "kingsoftdata",
    "baidunetdisk",
    "baidusyncdisk",
    "百度网盘",
    "nutstore",
    "坚果云",
    "dropbox",
    "icloud",
    "阿里云盘",
    "weiyun",
    "微云",
];
const NETWORKS: &[&str] = &[
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "fuse.sshfs",
    "afs",
    "davfs",
];
const STICKS: &[&str] = &["vfat", "exfat", "msdos"];

/// What is wrong with the place of a folder, if anything.
#[must_use]
pub fn bad_place(root: &Path) -> Option<BadPlace> {
    // a drive letter of a share becomes the share's own name
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let temporary = [
        std::env::temp_dir(),
        PathBuf::from("/tmp"),
        PathBuf::from("/var/tmp"),
    ];
    of(&root, &mounts, &temporary)
}

fn of(root: &Path, mounts: &str, temporary: &[PathBuf]) -> Option<BadPlace> {
    let parts: Vec<String> = root
        .components()
        .map(|c| c.as_os_str().to_string_lossy().to_lowercase())
        .collect();
    let whole = root.to_string_lossy();
    let (kind, device) = mount_of(root, mounts).unwrap_or_default();
    if whole.starts_with(r"\\?\UNC\") || (whole.starts_with(r"\\") && !whole.starts_with(r"\\?\")) {
        return Some(BadPlace::Network);
    }
    if parts
        .iter()
        .any(|p| CLOUDS.iter().any(|c| p.starts_with(c)))
    {
        return Some(BadPlace::Cloud);
    }
    if NETWORKS.contains(&kind) {
        return Some(BadPlace::Network);
    }
    if STICKS.contains(&kind) || is_removable(device) {
        return Some(BadPlace::Removable);
    }
    let windows_temp = parts
        .windows(2)
        .any(|p| p == ["local", "temp"] || p == ["windows", "temp"]);
    if windows_temp || kind == "tmpfs" || temporary.iter().any(|t| root.starts_with(t)) {
        return Some(BadPlace::Temporary);
    }
    let desktop = parts.iter().any(|p| p == "desktop" || p == "桌面");
    desktop.then_some(BadPlace::Desktop)
}

/// File system and device of the mount a folder stands in (proc(5)).
fn mount_of<'a>(root: &Path, mounts: &'a str) -> Option<(&'a str, &'a str)> {
    let of = |line: &'a str| {
        let (left, right) = line.split_once(" - ")?;
        let at = left.split(' ').nth(4)?;
        let mut right = right.split(' ');
        let kind = (right.next()?, right.next()?);
        root.starts_with(at).then_some((at.len(), kind))
    };
    let best = mounts.lines().filter_map(of).max_by_key(|(len, _)| *len);
    best.map(|(_, kind)| kind)
}

fn is_removable(device: &str) -> bool {
    let name = device.rsplit('/').next().unwrap_or_default();
    let disk = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let said = std::fs::read_to_string(format!("/sys/block/{disk}/removable"));
    said.is_ok_and(|s| s.trim() == "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "22 1 8:1 / / rw - ext4 /dev/nope1 rw
30 22 0:5 / /mnt/share rw - cifs //srv/oa rw
31 22 8:17 / /media/usb rw - exfat /dev/nope2 rw
32 22 0:9 / /run/x rw - tmpfs tmpfs rw";

    fn at(path: &str) -> Option<BadPlace> {
        of(Path::new(path), MOUNTS, &[PathBuf::from("/tmp")])
    }

    #[test]
    fn r12_each_bad_place_has_its_sentence() {
        assert_eq!(at("/var/lib/inkstone"), None);
        assert_eq!(at("/home/su/.local/share/inkstone"), None);
        assert_eq!(at("/mnt/share/oa"), Some(BadPlace::Network));
        assert_eq!(at("/media/usb/oa"), Some(BadPlace::Removable));
        assert_eq!(at("/home/su/OneDrive - 镇政府/oa"), Some(BadPlace::Cloud));
        assert_eq!(at("/home/su/WPS云盘/oa"), Some(BadPlace::Cloud));
        assert_eq!(at("/tmp/oa"), Some(BadPlace::Temporary));
        assert_eq!(at("/run/x/oa"), Some(BadPlace::Temporary));
        assert_eq!(at("/home/su/桌面/oa"), Some(BadPlace::Desktop));
        assert_eq!(at(r"\\?\UNC\srv\oa"), Some(BadPlace::Network));
        assert_eq!(at(r"\\srv\oa"), Some(BadPlace::Network));
    }
}
