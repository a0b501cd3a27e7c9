//! One place: a folder on another disk, a stick, a share. Inside it the office has a folder of its own with a marker
//! that says whose it is and which server writes there now.
//! Invariant: nothing is written where the marker is missing: the disk behind the path is not the one that was
//! added, and the folder found there may be an empty one on this PC's own disk.

use super::book::Place;
use crate::kit::{Error, Result};
use crate::store::data_dir::keep_names;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// How the folder of an office at a place is called, before its number.
pub(super) const OWN: &str = "inkstone-";
const MARKER: &str = "inkstone-backup.json";
/// How it is said that a place is not there.
const ABSENT: &str = "找不到";
/// What a place is tried with: 1 MB tells a full or read-only disk.
const TRIAL: usize = 1 << 20;

/// Which server writes at a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Marker {
    /// Which installation.
    pub office: String,
    pub name: String,
    /// One more after each restore of the whole office.
    pub generation: i64,
    /// Which of the servers of a generation.
    pub seat: String,
    pub at: i64,
}

/// What a place is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// Bytes a second of the trial.
    pub speed: u64,
    /// Another office of this name has backups there too.
    pub known: bool,
}

/// The office's own folder at a place.
pub(super) fn folder(path: &str, office: &str) -> PathBuf {
    Path::new(path).join(format!("{OWN}{}", office.get(..8).unwrap_or(office)))
}

pub(super) fn read_marker(folder: &Path) -> Result<Option<Marker>> {
    match fs::read(folder.join(MARKER)) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(unreachable(folder, &e)),
    }
}

pub(super) fn write_marker(folder: &Path, marker: &Marker) -> Result<()> {
    let bytes = serde_json::to_vec(marker)?;
    whole(folder, MARKER, |file| file.write_all(&bytes)).map_err(|e| unreachable(folder, &e))
}

/// What was being written when the power went: names of ours in a folder of ours, and never a whole file.
pub(super) fn sweep_parts(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)
        .map_err(|e| unreachable(folder, &e))?
        .flatten()
    {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.ends_with(".inkbak.part") || name.ends_with(".inkpack.part") {
            fs::remove_file(entry.path()).map_err(|e| unreachable(folder, &e))?;
        }
    }
    Ok(())
}

/// Writes a file under another name, and gives it its own only when it is on disk.
pub(super) fn whole(
    folder: &Path,
    name: &str,
    write: impl FnOnce(&mut File) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let part = folder.join(format!("{name}.part"));
    let done = File::create(&part).and_then(|mut file| {
        write(&mut file)?;
        file.sync_all()
    });
    if let Err(e) = done {
        let _ = fs::remove_file(&part);
        return Err(e);
    }
    fs::rename(&part, folder.join(name))?;
    keep_names(folder)?;
    Ok(())
}

/// Why a place cannot be used now, in words.
pub(super) fn unreachable(path: &Path, e: &std::io::Error) -> Error {
    let path = path.display();
    Error::Busy(match e.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            format!("{path} 满了。请删掉里面别的文件，或者换一块大一些的盘")
        }
        ErrorKind::NotFound | ErrorKind::NotADirectory => {
            format!("{ABSENT} {path}。请插上备份盘，或者看看共享文件夹那台电脑开着没有")
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            format!("{path} 不让写。请在系统里给运行砚台的账户开写的权限，或者去掉盘上的写保护")
        }
        _ => format!("写 {path} 时出错：{e}。请检查那块盘的连接"),
    })
}

/// Whether what was said of a place is that it is not there: a stick that was pulled out, a share that sleeps.
pub(super) fn is_absent(trouble: &str) -> bool {
    trouble.starts_with(ABSENT)
}

/// Whether every place stands on the disk of the data.
pub(super) fn all_beside(places: &[Place], root: &Path) -> bool {
    places.iter().all(|p| same_disk(Path::new(&p.path), root))
}

/// Whether a folder stands on the disk of another, as far as the system tells.
#[cfg(unix)]
fn same_disk(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) => one.dev() == other.dev(),
        _ => false,
    }
}

/// The same by the letter of the drive; a share has none.
#[cfg(not(unix))]
fn same_disk(one: &Path, other: &Path) -> bool {
    let drive = |p: &Path| {
        p.components()
            .next()
            .map(|c| c.as_os_str().to_ascii_lowercase())
    };
    one.is_dir() && drive(one) == drive(other)
}

/// Tries a folder with a file, which is read back and removed.
pub fn test(path: &str) -> Result<Test> {
    let folder = Path::new(path);
    if !folder.is_dir() {
        let e = std::io::Error::from(ErrorKind::NotFound);
        return Err(Error::invalid("path", unreachable(folder, &e).to_string()));
    }
    let trial = folder.join("inkstone-trial.part");
    let began = std::time::Instant::now();
    let done = write_and_read(&trial);
    let took = began.elapsed();
    let _ = fs::remove_file(&trial);
    done.map_err(|e| Error::invalid("path", unreachable(folder, &e).to_string()))?;
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX).max(1);
    let known = fs::read_dir(folder)?.flatten().any(|e| {
        let name = e.file_name();
        name.to_string_lossy().starts_with("inkstone-") && e.path().join(MARKER).exists()
    });
    Ok(Test {
        speed: (TRIAL as u64).saturating_mul(1_000_000) / micros,
        known,
    })
}

fn write_and_read(path: &Path) -> std::io::Result<()> {
    let bytes: Vec<u8> = (0..TRIAL)
        .map(|n| u8::try_from(n % 251).unwrap_or(0))
        .collect();
    let mut file = File::create(path)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    let mut back = Vec::with_capacity(TRIAL);
    File::open(path)?.read_to_end(&mut back)?;
    if back != bytes {
        return Err(std::io::Error::other("读回来的和写进去的不一样"));
    }
    Ok(())
}
