//! Copies of a stopped office, made before another program is let at it and put back where that program was not well: the hub and
//! every volume that can still change. Frozen volumes are never touched; contents of attachments are only added to, and where a
//! newer program gave their file other tables, the copy it made before that comes back (`migrate_guard`).
//! Invariant: a file is replaced whole or not at all; putting back that was cut short is gone on with.

use super::connect::{Kind, READ_FLAGS, sql, unreadable};
use super::data_dir::{DataDir, keep_names, patient, put_in_place};
use super::index;
use super::migrate::{present, version};
use super::migrate_guard;
use crate::kit::Result;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};
use std::fs;
use std::path::{Path, PathBuf};

/// The file that says that all copies are there.
const WHOLE: &str = "whole";
const HUB: &str = "hub.db";

/// Bytes that [`copy_all`] would write.
pub fn size_of_copies(dir: &DataDir) -> Result<u64> {
    let all = changing(dir)?;
    let size = |path: &PathBuf| fs::metadata(path).map_or(0, |m| m.len());
    Ok(all.iter().map(|(_, path)| size(path)).sum())
}

/// Copies them into this folder, whatever was in it. The office is stopped.
pub fn copy_all(dir: &DataDir, to: &Path) -> Result<()> {
    drop_copies(to)?;
    fs::create_dir_all(to.parent().unwrap_or(to))?;
    // still there where something could not be removed: an older copy among new ones would be put back, too
    fs::create_dir(to)?;
    for (name, path) in changing(dir)? {
        copy(&path, &to.join(name))?;
    }
    fs::write(to.join("whole.part"), b"")?;
    put_in_place(&to.join("whole.part"), &to.join(WHOLE))?;
    Ok(keep_names(dir.root())?)
}

/// Puts them back, where they are whole. Lists are made again where they may have heard of more than the copies hold.
pub fn put_back(dir: &DataDir, from: &Path) -> Result<()> {
    if !from.join(WHOLE).exists() {
        return Ok(());
    }
    let names = names(from)?;
    let mut same = true;
    for name in &names {
        let heads = (head(&from.join(name)), head(&place(dir, name)));
        same &= matches!(heads, (Ok(was), Ok(is)) if was == is);
    }
    if !same {
        // before the first file comes back: cut short in between, the next start would find it equal
        for name in names.iter().filter(|name| *name != HUB) {
            index::remove(&place(dir, name).with_extension("fts"));
        }
        index::remove(&dir.index());
    }
    for name in &names {
        take_back(&place(dir, name), &from.join(name))?;
    }
    for entry in fs::read_dir(dir.volumes())? {
        let file = entry?.path();
        if file.extension().is_some_and(|e| e == "att") {
            attachments(dir, &file)?;
        }
    }
    Ok(keep_names(&dir.volumes())?)
}

/// The copy itself in the place of a file: that needs no room on a disk the other program may have filled, and where it is cut short
/// the next time goes on with the copies that are left.
fn take_back(file: &Path, copy: &Path) -> Result<()> {
    drop_logs(file);
    // the volumes may lie on another disk
    put_in_place(copy, file).or_else(|_| replace(file, copy))
}

/// A copy in the place of a file.
fn replace(file: &Path, copy: &Path) -> Result<()> {
    let part = file.with_extension("back");
    fs::copy(copy, &part)?;
    drop_logs(file);
    Ok(put_in_place(&part, file)?)
}

/// The log of the file that goes is not that of the one that comes.
fn drop_logs(file: &Path) {
    for tail in ["-wal", "-shm"] {
        let mut log = file.as_os_str().to_owned();
        log.push(tail);
        let _ = fs::remove_file(log);
    }
}

/// Removes them. An error: they may still be put back. What else cannot be removed only takes room.
pub fn drop_copies(from: &Path) -> Result<()> {
    let gone = |done: std::io::Result<()>| match done {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    };
    // without this name the rest is no set of copies
    gone(patient(|| fs::remove_file(from.join(WHOLE))))?;
    if let Err(e) = gone(fs::remove_dir_all(from)) {
        tracing::warn!(cause = %e, "copies of before an update were not removed");
    }
    Ok(())
}

/// Names of copies and the files they are of.
fn changing(dir: &DataDir) -> Result<Vec<(String, PathBuf)>> {
    if !dir.hub().exists() {
        return Ok(Vec::new());
    }
    let open = open_volumes(&dir.hub()).map_err(|e| unreadable(&dir.hub(), sql(e)))?;
    let volumes = open
        .into_iter()
        .map(|no| (format!("{no:04}.vol"), dir.volume(no)));
    let all = volumes.chain([(HUB.to_owned(), dir.hub())]);
    Ok(all.filter(|(_, path)| path.exists()).collect())
}

fn open_volumes(hub: &Path) -> rusqlite::Result<Vec<i64>> {
    let hub = Connection::open_with_flags(hub, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let mut found =
        hub.prepare("SELECT no FROM volume WHERE state IN ('open','broken') ORDER BY no")?;
    found.query_map([], |r| r.get(0))?.collect()
}

fn names(from: &Path) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(from)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name == HUB || name.ends_with(".vol") {
            all.push(name);
        }
    }
    // the hub last: it names the volumes
    all.sort_unstable_by_key(|name| (name == HUB, name.clone()));
    Ok(all)
}

fn place(dir: &DataDir, name: &str) -> PathBuf {
    match name {
        HUB => dir.hub(),
        _ => dir.volumes().join(name),
    }
}

/// What the log holds is in the copy, and the copy is one file.
fn copy(file: &Path, to: &Path) -> Result<()> {
    let from = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(sql)?;
    let part = to.with_extension("part");
    let _ = fs::remove_file(&part);
    {
        let mut out = Connection::open(&part).map_err(sql)?;
        migrate_guard::run(&from, &mut out)?;
        out.pragma_update(None, "journal_mode", "DELETE")
            .map_err(sql)?;
    }
    Ok(put_in_place(&part, to)?)
}

/// Schema, and the number and chain of the newest event: where they are equal, no list heard of more.
type Head = (usize, Option<(i64, Vec<u8>)>);

fn head(file: &Path) -> Result<Head> {
    let conn = Connection::open_with_flags(file, READ_FLAGS).map_err(sql)?;
    let newest = "SELECT seq, chain FROM outbox ORDER BY seq DESC LIMIT 1";
    let newest = conn
        .query_row(newest, [], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()
        .map_err(sql)?;
    Ok((version(&conn)?, newest))
}

/// Gives the file of attachments the tables this program knows.
fn attachments(dir: &DataDir, file: &Path) -> Result<()> {
    let has = Connection::open_with_flags(file, READ_FLAGS).map_err(sql);
    let has = match has.and_then(|conn| version(&conn)) {
        Ok(has) if has > present(Kind::Attach) => has,
        Ok(_) => return Ok(()),
        Err(e) => {
            // damaged contents are no reason to keep the office closed: its start names the volume
            tracing::error!(cause = %e, "a file of attachments cannot be read after an update went back");
            return Ok(());
        }
    };
    let copy = migrate_guard::place(file, &dir.copies(), has);
    match copy.exists() {
        true => replace(file, &copy),
        false => Ok(()),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::kit::{Clock, Millis};
    use crate::store::Store;

    fn office(name: &str) -> (DataDir, PathBuf) {
        let root = std::env::temp_dir().join(format!("ink-copies-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        let dir = DataDir::make(&root).unwrap();
        drop(opened(&dir));
        copy_all(&dir, &root.join("update/copies")).unwrap();
        (dir, root.join("update/copies"))
    }

    fn opened(dir: &DataDir) -> Store {
        let store = Store::open(dir, Clock::held(Millis(1_790_000_000_000)), Vec::new()).unwrap();
        store.shelf_for(1, 2026).unwrap();
        store
    }

    #[test]
    fn what_was_put_back_halfway_is_gone_on_with() {
        let (dir, copies) = office("halfway");
        // the first came back, then the power went
        fs::rename(copies.join("0001.vol"), dir.volume(1)).unwrap();
        fs::write(dir.hub(), b"rotten").unwrap();
        put_back(&dir, &copies).unwrap();
        drop_copies(&copies).unwrap();
        assert!(!copies.exists());
        opened(&dir);
        fs::remove_dir_all(dir.root()).unwrap();
    }

    #[test]
    fn damaged_contents_are_no_reason_not_to_come_back() {
        let (dir, copies) = office("contents");
        fs::write(dir.volume(1).with_extension("att"), vec![7; 4096]).unwrap();
        fs::write(dir.volume(1), b"rotten").unwrap();
        put_back(&dir, &copies).unwrap();
        assert!(head(&dir.volume(1)).is_ok(), "the volume came back");
        fs::remove_dir_all(dir.root()).unwrap();
    }

    #[test]
    fn without_the_word_that_all_are_there_nothing_is_put_back() {
        let (dir, copies) = office("half");
        fs::remove_file(copies.join(WHOLE)).unwrap();
        fs::write(dir.volume(1), b"newer").unwrap();
        put_back(&dir, &copies).unwrap();
        assert_eq!(fs::read(dir.volume(1)).unwrap(), b"newer");
        fs::remove_dir_all(dir.root()).unwrap();
    }
}
