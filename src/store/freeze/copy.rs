//! Copying a sealed volume byte for byte: digest on the way, on disk before anything is believed, read
//! back. Not here: which file, and what becomes of the old one.

use crate::kit::hash::Hasher;
use crate::kit::{Digest, Error, Result};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::Path;

const PIECE: usize = 1 << 20;

/// Said after each piece: bytes done.
pub(super) type Told<'a> = &'a dyn Fn(u64) -> Result<()>;

/// Digest of a file's bytes.
pub(super) fn digest(path: &Path, told: Told<'_>) -> Result<Digest> {
    let mut from = File::open(path).map_err(|e| words(path, &e))?;
    let mut hasher = Hasher::default();
    pieces(&mut from, path, told, |piece| {
        hasher.update(piece);
        Ok(())
    })?;
    Ok(hasher.finish())
}

/// Copies into a file that is not there yet and gives the digest of what was read. A copy cut short is
/// taken away again.
pub(super) fn copy(from: &Path, to: &Path, told: Told<'_>) -> Result<Digest> {
    let done = copied(from, to, told);
    if done.is_err() {
        let _ = fs::remove_file(to);
    }
    done
}

fn copied(from: &Path, to: &Path, told: Told<'_>) -> Result<Digest> {
    let mut source = File::open(from).map_err(|e| words(from, &e))?;
    let mut target = File::create(to).map_err(|e| words(to, &e))?;
    let mut hasher = Hasher::default();
    pieces(&mut source, from, told, |piece| {
        hasher.update(piece);
        target.write_all(piece).map_err(|e| words(to, &e))
    })?;
    target.sync_all().map_err(|e| words(to, &e))?;
    Ok(hasher.finish())
}

fn pieces(
    from: &mut File,
    path: &Path,
    told: Told<'_>,
    mut f: impl FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let (mut piece, mut done) = (vec![0; PIECE], 0);
    loop {
        let n = from.read(&mut piece).map_err(|e| words(path, &e))?;
        let Some(read) = piece.get(..n).filter(|p| !p.is_empty()) else {
            return Ok(());
        };
        f(read)?;
        done += n as u64;
        told(done)?;
    }
}

/// What a person can do about a disk that refuses.
fn words(path: &Path, e: &io::Error) -> Error {
    let name = path.display();
    Error::Busy(match e.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            format!("{name} 所在的盘满了，没有拷完。请换一个更大的盘，或者腾出空间再试")
        }
        ErrorKind::FileTooLarge => format!(
            "{name} 所在的盘是 FAT32 格式，放不下超过 4 GB 的文件。请把 U 盘格式化成 exFAT 再试"
        ),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            format!("{name} 不让写。请看看盘是不是写保护了，或者换一个能写的文件夹")
        }
        ErrorKind::NotFound => format!("找不到 {name}。请看看硬盘接好没有、路径写对没有"),
        _ => format!("读写 {name} 出错：{e}。请看看盘接好没有，再试一次"),
    })
}

/// Sets or takes the mark that says a file is not to be written.
pub(super) fn protect(path: &Path, on: Protected) -> Result<()> {
    let mut rights = fs::metadata(path)?.permissions();
    if rights.readonly() == (on == Protected::Yes) {
        return Ok(());
    }
    own_bits(&mut rights, on);
    Ok(fs::set_permissions(path, rights)?)
}

/// Whether a file is marked as not to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protected {
    Yes,
    No,
}

/// Only the owner's own right to write: others never get one.
#[cfg(unix)]
fn own_bits(rights: &mut fs::Permissions, on: Protected) {
    use std::os::unix::fs::PermissionsExt;
    let mode = rights.mode();
    rights.set_mode(match on {
        Protected::Yes => mode & !0o222,
        Protected::No => mode | 0o200,
    });
}

#[cfg(not(unix))]
fn own_bits(rights: &mut fs::Permissions, on: Protected) {
    rights.set_readonly(on == Protected::Yes);
}

/// Removes a sealed file; nothing where it is gone already.
pub(super) fn remove(path: &Path) -> Result<()> {
    if !path.exists() {
        return Ok(());
    }
    protect(path, Protected::No)?;
    Ok(fs::remove_file(path)?)
}
