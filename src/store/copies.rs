//! Copies of a stopped office, made before another program is let at it and put back where that program was not well: the hub and
//! every volume that can still change. Frozen volumes are never touched; contents of attachments are only added to, and where a
//! newer program gave their file other tables, the copy it made before that comes back (`migrate_guard`).
//! Invariant: a copy is in its place whole before the one it replaces is gone; putting back twice is putting back once.

use super::connect::{Kind, READ_FLAGS, sql, unreadable};
use super::data_dir::{DataDir, keep_names, put_in_place};
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
    fs::create_dir_all(to)?;
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
    let volumes = || names.iter().filter(|name| *name != HUB);
    let mut same = true;
    for name in &names {
        same &= head(&from.join(name))? == head(&place(dir, name)).unwrap_or_default();
    }
    if !same {
        // before the first file comes back: cut short in between, the next start would find it equal
        for name in volumes() {
            index::remove(&place(dir, name).with_extension("fts"));
        }
        index::remove(&dir.index());
    }
    for name in &names {
        replace(&place(dir, name), &from.join(name))?;
    }
    for name in volumes() {
        attachments(dir, &place(dir, name).with_extension("att"))?;
    }
    Ok(keep_names(&dir.volumes())?)
}

/// A copy in the place of a file; the log of the one that goes is not that of the one that comes.
fn replace(file: &Path, copy: &Path) -> Result<()> {
    let part = file.with_extension("back");
    fs::copy(copy, &part)?;
    for tail in ["-wal", "-shm"] {
        let mut log = file.as_os_str().to_owned();
        log.push(tail);
        let _ = fs::remove_file(log);
    }
    Ok(put_in_place(&part, file)?)
}

/// Removes them.
pub fn drop_copies(from: &Path) -> Result<()> {
    // without this name the rest is no set of copies
    let _ = fs::remove_file(from.join(WHOLE));
    match fs::remove_dir_all(from) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e.into()),
        _ => Ok(()),
    }
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
    if !file.exists() {
        return Ok(());
    }
    let has = version(&Connection::open_with_flags(file, READ_FLAGS).map_err(sql)?)?;
    if has <= present(Kind::Attach) {
        return Ok(());
    }
    let copy = migrate_guard::place(file, &dir.copies(), has);
    match copy.exists() {
        true => replace(file, &copy),
        false => Ok(()),
    }
}
