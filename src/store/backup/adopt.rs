//! Restored files take their places one by one, in the order of a note that lies beside them. Cut short between two,
//! the next start goes on where it stopped; what stood in the way is put aside, never deleted.

use super::restore::{READY, Ready, What, settle_beside};
use crate::kit::{Millis, Result};
use crate::store::data_dir::{DataDir, keep_names};
use crate::store::index;
use std::fs;
use std::path::Path;

/// Puts restored files in their places where some are ready; a half-made restore is removed. Before anything is opened.
pub fn adopt_where_ready(dir: &DataDir) -> Result<bool> {
    let adopted = adopt(dir)?;
    if dir.restored().exists() {
        let _ = fs::remove_dir_all(dir.restored());
    }
    Ok(adopted)
}

/// The same without removing what is not ready.
pub fn adopt(dir: &DataDir) -> Result<bool> {
    let staged = dir.restored();
    let Ok(text) = fs::read(staged.join(READY)) else {
        return Ok(false);
    };
    let note: Ready = serde_json::from_slice(&text)?;
    if note.what != What::Whole {
        settle_beside(dir, note.what, Millis(note.at))?;
    }
    let aside = dir.root().join(&note.aside);
    fs::create_dir_all(&aside)?;
    if note.what == What::Whole && staged.join("hub.db").exists() {
        clear_whole(dir, &aside)?;
    }
    for file in &note.files {
        put(&staged, dir.root(), file, &aside)?;
    }
    if note.what == What::Hub {
        index::remove(&dir.index());
    }
    fs::remove_file(staged.join(READY))?;
    fs::remove_dir_all(&staged)?;
    let _ = fs::remove_dir(aside.join("volumes"));
    // only where nothing stood in the way
    let _ = fs::remove_dir(&aside);
    keep_names(dir.root())?;
    Ok(true)
}

/// An empty installation has a hub and an index of its own; volumes that took their places already stay.
fn clear_whole(dir: &DataDir, aside: &Path) -> Result<()> {
    for name in ["hub.db", "index.db"] {
        for tail in ["", "-wal", "-shm"] {
            let from = dir.root().join(format!("{name}{tail}"));
            if from.exists() {
                fs::rename(from, aside.join(format!("{name}{tail}")))?;
            }
        }
    }
    Ok(())
}

/// One file takes its place; its logs and what can be made again go aside with the old one.
fn put(staged: &Path, root: &Path, file: &str, aside: &Path) -> Result<()> {
    let (from, to) = (staged.join(file), root.join(file));
    if !from.exists() {
        return Ok(());
    }
    let away = aside.join(file);
    for folder in [to.parent(), away.parent()].into_iter().flatten() {
        fs::create_dir_all(folder)?;
    }
    let stem = file.strip_suffix(".vol");
    let search = stem.map(|s| format!("{s}.fts"));
    for name in search.iter().map(String::as_str).chain([file]) {
        for tail in ["-wal", "-shm", ""] {
            let old = root.join(format!("{name}{tail}"));
            if old.exists() {
                fs::rename(old, aside.join(format!("{name}{tail}")))?;
            }
        }
    }
    fs::rename(&from, &to)?;
    if let Some(folder) = to.parent() {
        keep_names(folder)?;
    }
    Ok(())
}
