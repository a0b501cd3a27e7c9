//! Opening a backup: every part into a file, each compared with what the manifest says of it. Used right after a
//! backup was written, in a drill and in a restore: there is one way to open one.
//! Invariant: what does not fit the manifest byte for byte and row for row is not called a backup.

use super::counts;
use super::desk::Progress;
use super::keys::Ring;
use super::manifest::{self, Beside, MANIFEST, Manifest, Part};
use super::pack;
use super::place::unreachable;
use crate::kit::hash::Hasher;
use crate::kit::sealed::{Head, Opener, SealKey, Wrapped};
use crate::kit::{Error, Result, sealed};
use crate::store::connect::{READ_FLAGS, sql};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

/// A backup that was opened.
pub(super) struct Opened {
    pub head: Head,
    pub manifest: Manifest,
    /// Files of the parts, by their names.
    pub parts: BTreeMap<String, PathBuf>,
}

type Unpacked = BTreeMap<String, (PathBuf, u64, [u8; 32])>;

/// Reads a backup to its end: hub and volumes into files of `to`, contents of attachments to `blob`.
pub(super) fn open(
    path: &Path,
    key: impl FnOnce(&Wrapped) -> Result<SealKey>,
    to: &Path,
    progress: &Progress,
    mut blob: impl FnMut([u8; 32], &mut dyn Read) -> Result<()>,
) -> Result<Opened> {
    let file = File::open(path).map_err(|e| unreachable(path, &e))?;
    let opener =
        Opener::begin(BufReader::with_capacity(1 << 20, file)).map_err(|e| sealed::why(&e))?;
    if opener.head.kind != "backup" {
        return Err(Error::Busy(
            "这是备份旁边的附件包，不是备份本身。请选 .inkbak 结尾的文件".into(),
        ));
    }
    let (head, key) = (opener.head.clone(), key(&opener.head.key)?);
    let mut opener = opener.with(&key);
    let (mut parts, mut manifest) = (Unpacked::new(), None);
    while let Some((name, size)) = manifest::next(&mut opener)? {
        let mut part = (&mut opener).take(size);
        if name == MANIFEST {
            let mut text = Vec::new();
            part.take(manifest::MOST)
                .read_to_end(&mut text)
                .map_err(|e| sealed::why(&e))?;
            manifest = Some(serde_json::from_slice::<Manifest>(&text)?);
        } else if let Some(digest) = pack::blob_digest(&name) {
            blob(digest, &mut part)?;
            io::copy(&mut part, &mut io::sink()).map_err(|e| sealed::why(&e))?;
            progress.more(size)?;
        } else {
            let path = to.join(name.replace('/', "-"));
            let told = unpack(&mut part, &path, progress)?;
            parts.insert(name, (path, told.0, told.1));
        }
    }
    let manifest = manifest.ok_or_else(|| sealed::why(&sealed::Broken::Cut.into()))?;
    Ok(Opened {
        parts: fits(&manifest, parts)?,
        head,
        manifest,
    })
}

fn unpack(part: &mut impl Read, path: &Path, progress: &Progress) -> Result<(u64, [u8; 32])> {
    let mut out = File::create(path)?;
    let (mut hasher, mut size, mut piece) = (Hasher::default(), 0u64, vec![0; 1 << 20]);
    loop {
        let n = part.read(&mut piece).map_err(|e| sealed::why(&e))?;
        if n == 0 {
            out.sync_all()?;
            return Ok((size, hasher.finish().0));
        }
        let bytes = piece.get(..n).unwrap_or_default();
        hasher.update(bytes);
        size += n as u64;
        io::Write::write_all(&mut out, bytes)
            .map_err(|e| Error::Busy(format!("解开备份时写不进 {}：{e}", path.display())))?;
        progress.more(n as u64)?;
    }
}

/// Every part the manifest names is there, byte for byte.
fn fits(m: &Manifest, parts: Unpacked) -> Result<BTreeMap<String, PathBuf>> {
    let named = m.hub.iter().map(|p| (manifest::HUB.to_owned(), p));
    let volumes = m.volumes.iter().filter(|p| p.frozen.is_none());
    let volumes = volumes.map(|p| (manifest::volume(p.no), p));
    let mut files = BTreeMap::new();
    for (name, part) in named.chain(volumes) {
        match parts.get(&name) {
            Some((path, size, digest)) if *size == part.size && *digest == part.digest => {
                files.insert(name, path.clone());
            }
            _ => return Err(sealed::why(&sealed::Broken::Damaged.into())),
        }
    }
    Ok(files)
}

/// The file is sound, and has the rows the manifest counted.
pub(super) fn sound(path: &Path, part: &Part, progress: &Progress) -> Result<()> {
    let conn = Connection::open_with_flags(path, READ_FLAGS).map_err(sql)?;
    let name = if part.no == 0 {
        "总库".to_owned()
    } else {
        format!("{:04} 柜", part.no)
    };
    if let Some(found) = counts::unsound(&conn, progress)? {
        return Err(Error::Busy(format!("备份里的{name}结构有损坏：{found}")));
    }
    let rows = counts::count(&conn)?;
    let other = part.rows.iter().find(|(t, n)| rows.get(*t) != Some(n));
    match other {
        None => Ok(()),
        Some((table, n)) => Err(Error::Busy(format!(
            "备份里的{name}少了东西：{table} 应有 {n} 行，实有 {} 行",
            rows.get(table).copied().unwrap_or(0)
        ))),
    }
}

/// Reads a backup back from its place and compares it with what was to be written; one pack, another each time,
/// is read to its end, and every one must be there in full length.
pub(super) fn check(
    folder: &Path,
    backup: &Beside,
    ring: &Ring,
    (written, work): (&Manifest, &Path),
    progress: &Progress,
) -> Result<()> {
    let to = work.join("check");
    super::snapshot::fresh(&to)?;
    progress.expect(
        written
            .volumes
            .iter()
            .chain(&written.hub)
            .map(|p| p.size)
            .sum(),
    );
    let path = folder.join(&backup.name);
    let held = |w: &Wrapped| {
        ring.find(&w.number)
            .ok_or_else(|| Error::fault("a backup of a strange key"))
    };
    let blob = |digest: [u8; 32], from: &mut dyn Read| whole(digest, from);
    let opened = open(&path, held, &to, progress, blob)?;
    if opened.manifest != *written {
        return Err(sealed::why(&sealed::Broken::Damaged.into()));
    }
    let hub = written.hub.iter().map(|p| (manifest::HUB.to_owned(), p));
    let volumes = written.volumes.iter().map(|p| (manifest::volume(p.no), p));
    for (name, part) in hub.chain(volumes) {
        if let Some(path) = opened.parts.get(&name) {
            sound(path, part, progress)?;
            fs::remove_file(path)?;
        }
    }
    let frozen = written.volumes.iter().filter_map(|v| v.frozen.as_ref());
    for pack in written.packs.iter().chain(frozen) {
        let found = fs::metadata(folder.join(&pack.name)).map_or(0, |m| m.len());
        if found != pack.bytes {
            return Err(Error::Busy(format!(
                "附件包 {} 不全了。下一次备份会重新写",
                pack.name
            )));
        }
    }
    sample(folder, written, ring)
}

/// Contents that lie in the backup itself.
fn whole(digest: [u8; 32], from: &mut dyn Read) -> Result<()> {
    let (mut hasher, mut piece) = (Hasher::default(), vec![0; 256 << 10]);
    loop {
        let n = from.read(&mut piece).map_err(|e| sealed::why(&e))?;
        if n == 0 {
            break;
        }
        hasher.update(piece.get(..n).unwrap_or_default());
    }
    if hasher.finish().0 == digest {
        return Ok(());
    }
    Err(sealed::why(&sealed::Broken::Damaged.into()))
}

fn sample(folder: &Path, m: &Manifest, ring: &Ring) -> Result<()> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(Error::fault)?;
    let count = m.packs.len() as u64;
    let Some(place) = u64::from_le_bytes(random).checked_rem(count) else {
        return Ok(());
    };
    let Some(pack) = usize::try_from(place).ok().and_then(|n| m.packs.get(n)) else {
        return Ok(());
    };
    let key = ring
        .find(&pack.key)
        .ok_or_else(|| Error::fault("a pack of a strange key"))?;
    pack::verify(folder, pack, &key).map(drop)
}
