//! Out of a backup: the whole office into an empty folder, or one volume, or the hub, beside what is still there.
//! Everything is laid out and checked in a folder of its own first; then a note says that it is ready, and the files
//! take their places one by one. Cut short anywhere, the next start either finds no note and nothing changed, or goes on.
//! Invariant: nothing that was there is deleted; it is put aside in a folder of its own.

use super::adopt::adopt;
use super::attached::Attached;
use super::check::{self, Opened};
use super::desk::Progress;
use super::keys::{Held, Ring};
use super::manifest::{self, Beside, Manifest, Part};
use super::mend::{Mend, Old, mend, ours};
use super::pack;
use super::place::{self, unreachable};
use super::snapshot::fresh;
use crate::kit::recovery::RecoveryKey;
use crate::kit::sealed::{self, Head, Opener, SealKey, Wrapped};
use crate::kit::{Error, Millis, Result};
use crate::store::data_dir::{DataDir, keep_names};
use crate::store::{Store, kept_zone};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{BufReader, Read, Write as _};
use std::path::{Path, PathBuf};

pub(super) const READY: &str = "ready.json";

/// What was restored.
#[derive(Debug, Clone)]
pub struct Restored {
    /// 砚田镇人民政府.
    pub name: String,
    /// When the backup was made.
    pub at: Millis,
    pub cases: i64,
    pub files: i64,
    pub people: i64,
    /// Attachments whose contents are in no file of the backup.
    pub missing: u64,
    /// Lines for the administrator to confirm.
    pub lost: i64,
}

/// How much is taken out of the backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum What {
    Whole,
    Volume(i64),
    Hub,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Ready {
    pub what: What,
    /// Folder for what stood in the way.
    pub aside: String,
    /// Relative to the data folder, in the order they take their places.
    pub files: Vec<String>,
    pub at: i64,
}

/// What may be read of a backup without its key: whose, when, which key. A folder stands for its newest backup.
pub fn look(path: &Path) -> Result<(PathBuf, Head)> {
    let of = |path: &Path| -> Result<Head> {
        let file = File::open(path).map_err(|e| unreachable(path, &e))?;
        let opener = Opener::begin(BufReader::new(file)).map_err(|e| sealed::why(&e))?;
        Ok(opener.head)
    };
    if !path.is_dir() {
        return of(path).map(|head| (path.to_owned(), head));
    }
    let mut found: Vec<PathBuf> = backups_in(path);
    for entry in fs::read_dir(path)?.flatten() {
        if entry.path().is_dir() {
            found.extend(backups_in(&entry.path()));
        }
    }
    let heads = found
        .into_iter()
        .filter_map(|p| of(&p).ok().map(|h| (p, h)));
    heads.max_by_key(|(_, h)| h.at).ok_or_else(|| {
        Error::Busy(format!(
            "{} 里没有砚台的备份（.inkbak 文件），请换一个文件夹",
            path.display()
        ))
    })
}

fn backups_in(folder: &Path) -> Vec<PathBuf> {
    let all = fs::read_dir(folder).into_iter().flatten().flatten();
    let all = all.map(|e| e.path());
    all.filter(|p| p.extension().is_some_and(|e| e == "inkbak"))
        .collect()
}

/// The whole office, laid out and checked in `dir`; [`adopt`] then puts it in place.
pub fn whole(
    file: &Path,
    key: &RecoveryKey,
    (dir, at): (&DataDir, Millis),
    progress: &Progress,
) -> Result<Restored> {
    let (file, staged) = (look(file)?.0, stage(dir)?);
    let open = |w: &Wrapped| sealed::unwrap(w, key);
    let (opened, missing) = unfold(&file, open, (&staged, What::Whole), progress)?;
    let m = &opened.manifest;
    if m.hub.is_none() {
        return Err(Error::invalid(
            "file",
            "这份备份里只有一个柜，没有人员和账号，不能单独恢复成一个单位。请换用全单位的备份",
        ));
    }
    keep_ring(&DataDir::make(&staged)?, m, &opened.head)?;
    let machine = keep_machine(&DataDir::make(&staged)?, m)?;
    progress.say("正在核对编号，重新登记各个柜");
    let lost = settle_whole(&staged, m, at)?;
    let mut files: Vec<String> = names(&staged.join("volumes"), "volumes/")?;
    files.push("backup.key".to_owned());
    files.extend(machine);
    files.push("hub.db".to_owned());
    ready(dir, What::Whole, files, at)?;
    Ok(said(&opened, missing, lost))
}

/// The files of a whole office after a restore: new epochs, another generation, what is lost named.
pub(super) fn settle_whole(to: &Path, m: &Manifest, at: Millis) -> Result<i64> {
    let volumes = m.volumes.iter().map(|part| Old {
        no: part.no,
        path: volume_path(to, part.no),
        restored: true,
    });
    mend(&Mend {
        hub: &to.join("hub.db"),
        volumes: volumes.collect(),
        index: None,
        at,
        made_at: Millis(m.at),
        generation: Some(m.generation + 1),
        staged: true,
    })
}

/// One volume beside a present hub. The server must not run.
pub fn volume_alone(
    file: &Path,
    key: &RecoveryKey,
    (dir, no, at): (&DataDir, i64, Millis),
    progress: &Progress,
) -> Result<Restored> {
    let (file, staged) = (look(file)?.0, stage(dir)?);
    let open = |w: &Wrapped| sealed::unwrap(w, key);
    let (opened, missing) = unfold(&file, open, (&staged, What::Volume(no)), progress)?;
    ready(
        dir,
        What::Volume(no),
        names(&staged.join("volumes"), "volumes/")?,
        at,
    )?;
    let lost = settle_beside(dir, What::Volume(no), at)?;
    adopt(dir)?;
    Ok(said(&opened, missing, lost))
}

/// The same while the office works: laid out and checked, it takes its place when the server begins anew.
pub fn volume_ready(
    file: &Path,
    key: &RecoveryKey,
    (store, no, at): (&Store, i64, Millis),
    progress: &Progress,
) -> Result<Restored> {
    let (file, uuid) = (look(file)?.0, store.volume(no)?.uuid);
    let dir = store.inner.catalogue.dir();
    let staged = dir.restored();
    if staged.join(READY).exists() {
        return Err(Error::Conflict(
            "恢复好的文件正等着启用，请等砚台重新打开".into(),
        ));
    }
    fresh(&staged)?;
    let open = |w: &Wrapped| sealed::unwrap(w, key);
    let (opened, missing) = unfold(&file, open, (&staged, What::Volume(no)), progress)?;
    // a start that finds out would end there, and so would the next one
    ours(&volume_path(&staged, no), (no, &uuid))?;
    let files = names(&staged.join("volumes"), "volumes/")?;
    ready(dir, What::Volume(no), files, at)?;
    Ok(said(&opened, missing, 0))
}

/// The hub beside present volumes. The server must not run.
pub fn hub_alone(
    file: &Path,
    key: &RecoveryKey,
    (dir, at): (&DataDir, Millis),
    progress: &Progress,
) -> Result<Restored> {
    let (file, staged) = (look(file)?.0, stage(dir)?);
    let open = |w: &Wrapped| sealed::unwrap(w, key);
    let (opened, missing) = unfold(&file, open, (&staged, What::Hub), progress)?;
    if opened.manifest.hub.is_none() {
        return Err(Error::invalid(
            "file",
            "这份备份里没有总库，请换用全单位的备份",
        ));
    }
    let mut files = vec!["hub.db".to_owned()];
    if !dir.backup_key().exists() {
        keep_ring(&DataDir::make(&staged)?, &opened.manifest, &opened.head)?;
        files.insert(0, "backup.key".into());
    }
    // what this hub keeps sealed opens with the key it was sealed with, and with no other
    let machine = keep_machine(&DataDir::make(&staged)?, &opened.manifest)?;
    files.splice(0..0, machine);
    ready(dir, What::Hub, files, at)?;
    let lost = settle_beside(dir, What::Hub, at)?;
    adopt(dir)?;
    Ok(said(&opened, missing, lost))
}

fn said(opened: &Opened, missing: u64, lost: i64) -> Restored {
    let m = &opened.manifest;
    Restored {
        name: opened.head.name.clone(),
        at: Millis(m.at),
        cases: m.cases,
        files: m.files,
        people: m.people,
        missing,
        lost,
    }
}

/// An empty folder to lay files out in. What an earlier restore made ready takes its place first.
fn stage(dir: &DataDir) -> Result<PathBuf> {
    adopt(dir)?;
    let staged = dir.restored();
    fresh(&staged)?;
    fs::create_dir_all(staged.join("volumes"))?;
    Ok(staged)
}

pub(super) fn volume_path(to: &Path, no: i64) -> PathBuf {
    to.join("volumes").join(format!("{no:04}.vol"))
}

pub(super) fn names(folder: &Path, before: &str) -> Result<Vec<String>> {
    let mut all: Vec<String> = fs::read_dir(folder)?
        .flatten()
        .map(|e| format!("{before}{}", e.file_name().to_string_lossy()))
        .collect();
    all.sort();
    Ok(all)
}

/// Takes the files out of a backup into `to`, each checked; gives how many attachments had no contents.
pub(super) fn unfold(
    file: &Path,
    key: impl FnOnce(&Wrapped) -> Result<SealKey>,
    (to, what): (&Path, What),
    progress: &Progress,
) -> Result<(Opened, u64)> {
    let parts = to.join("parts");
    fresh(&parts)?;
    fs::create_dir_all(to.join("volumes"))?;
    progress.say("正在解开备份");
    progress.expect(fs::metadata(file).map_or(0, |m| m.len()));
    let mut inside = Attached::new(&parts, to);
    let opened = check::open(file, key, &parts, progress, |digest, from| {
        inside.open()?.take(digest, from)
    })?;
    let folder = file.parent().unwrap_or(Path::new("."));
    let m = &opened.manifest;
    let wanted = |no: i64| matches!(what, What::Whole) || what == What::Volume(no);
    if let What::Volume(no) = what
        && !m.volumes.iter().any(|v| v.no == no)
    {
        return Err(Error::invalid(
            "file",
            format!("这份备份里没有 {no:04} 柜，请换一份"),
        ));
    }
    progress.say("正在核对解开的文件");
    for part in m.volumes.iter().filter(|p| wanted(p.no)) {
        volume_out(part, &opened, (folder, to), progress)?;
    }
    if let Some(hub) = m.hub.as_ref().filter(|_| !matches!(what, What::Volume(_))) {
        let from = opened.parts.get(manifest::HUB);
        let from = from.ok_or_else(|| sealed::why(&sealed::Broken::Damaged.into()))?;
        check::sound(from, hub, progress)?;
        fs::rename(from, to.join("hub.db"))?;
    }
    let missing = if what == What::Hub {
        0
    } else {
        let mut attached = inside.finish(m, &wanted)?;
        for pack in &m.packs {
            progress.say(format!("正在取出附件：{}", pack.name));
            out_of_pack(pack, m, folder, &mut attached)?;
            progress.more(pack.bytes)?;
        }
        attached.close()?
    };
    let _ = fs::remove_dir_all(&parts);
    Ok((opened, missing))
}

fn volume_out(
    part: &Part,
    opened: &Opened,
    (folder, to): (&Path, &Path),
    progress: &Progress,
) -> Result<()> {
    let to = volume_path(to, part.no);
    match &part.frozen {
        None => {
            let from = opened.parts.get(&manifest::volume(part.no));
            let from = from.ok_or_else(|| sealed::why(&sealed::Broken::Damaged.into()))?;
            fs::rename(from, &to)?;
        }
        Some(beside) => {
            let key = key_of(beside, &opened.manifest)?;
            let path = folder.join(&beside.name);
            let file = File::open(&path).map_err(|_| not_beside(beside))?;
            let opener = Opener::begin(BufReader::new(file)).map_err(|e| sealed::why(&e))?;
            let mut opener = opener.with(&key);
            let head = manifest::next(&mut opener)?;
            let (_, size) = head.ok_or_else(|| sealed::why(&sealed::Broken::Cut.into()))?;
            let mut out = File::create(&to)?;
            let copied = std::io::copy(&mut (&mut opener).take(size), &mut out)
                .map_err(|e| sealed::why(&e))?;
            if copied != part.size || manifest::next(&mut opener)?.is_some() {
                return Err(sealed::why(&sealed::Broken::Cut.into()));
            }
            out.sync_all()?;
            progress.more(copied)?;
        }
    }
    check::sound(&to, part, progress)
}

fn key_of(beside: &Beside, m: &Manifest) -> Result<SealKey> {
    let key = m.keys.get(&beside.key).copied();
    key.map(SealKey)
        .ok_or_else(|| sealed::why(&sealed::Broken::Damaged.into()))
}

fn not_beside(beside: &Beside) -> Error {
    Error::invalid(
        "file",
        format!(
            "备份旁边缺少 {}。附件在这些包里，请把整个备份文件夹接上，再选里面的备份文件",
            beside.name
        ),
    )
}

fn out_of_pack(pack: &Beside, m: &Manifest, folder: &Path, to: &mut Attached) -> Result<()> {
    let path = folder.join(&pack.name);
    if !path.exists() {
        return Err(not_beside(pack));
    }
    pack::each(&path, &key_of(pack, m)?, |digest, from| {
        to.take(digest, from)
    })
}

/// The sealing keys of the old server, so that backups go on under the same recovery key.
fn keep_ring(dir: &DataDir, m: &Manifest, head: &Head) -> Result<()> {
    let held = |number: &String, key: &[u8; 32]| {
        // only the present one is ever used for sealing; the others open older packs
        let mut wrapped = head.key.clone();
        wrapped.number.clone_from(number);
        Held { key: *key, wrapped }
    };
    let (present, older): (Vec<_>, Vec<_>) =
        m.keys.iter().partition(|(n, _)| **n == head.key.number);
    let all = older.into_iter().chain(present);
    let keys = all.map(|(n, k)| held(n, k)).collect();
    Ring { keys }.write(dir)
}

/// The key of the old server's folder, where the backup brings it; gives the file's name.
fn keep_machine(dir: &DataDir, m: &Manifest) -> Result<Option<String>> {
    let Some(key) = m.machine else {
        return Ok(None);
    };
    dir.keep_machine_key(&key)?;
    Ok(Some("machine.key".to_owned()))
}

/// From here on the next start puts the files in place, whatever happens.
fn ready(dir: &DataDir, what: What, files: Vec<String>, at: Millis) -> Result<()> {
    let zone = if dir.hub().exists() {
        kept_zone(dir)?
    } else {
        kept_zone(&DataDir::make(dir.restored())?)?
    };
    let clock = zone.stamp(at);
    let clock: String = clock.chars().filter(char::is_ascii_digit).collect();
    let note = Ready {
        what,
        aside: format!("before-restore-{clock}"),
        files,
        at: at.0,
    };
    keep_names(&dir.restored().join("volumes"))?;
    let text = serde_json::to_vec(&note)?;
    place::whole(&dir.restored(), READY, |f| f.write_all(&text))?;
    Ok(())
}

/// Compares what is restored with what is there, and writes what it finds into the hub. May be repeated.
pub(super) fn settle_beside(dir: &DataDir, what: What, at: Millis) -> Result<i64> {
    let staged = dir.restored();
    let (restored, hub) = match what {
        What::Volume(no) => (Some(no), dir.hub()),
        _ => (None, staged.join("hub.db")),
    };
    let mut volumes = Vec::new();
    for name in names(&dir.volumes(), "")? {
        let no = name.strip_suffix(".vol").and_then(|n| n.parse().ok());
        if let Some(no) = no.filter(|n| restored.is_none_or(|r| r == *n)) {
            volumes.push(Old {
                no,
                path: dir.volume(no),
                restored: false,
            });
        }
    }
    if let Some(no) = restored {
        volumes = vec![Old {
            no,
            path: volume_path(&staged, no),
            restored: true,
        }];
    }
    if !hub.exists() || volumes.iter().any(|v| !v.path.exists()) {
        // they took their places before the note was removed
        return Ok(0);
    }
    let index = dir.index();
    mend(&Mend {
        hub: &hub,
        volumes,
        index: (restored.is_some() && index.exists()).then_some(index.as_path()),
        at,
        made_at: at,
        generation: None,
        staged: what == What::Hub,
    })
}
