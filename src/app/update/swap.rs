//! Two files change names: the new program takes the place everybody starts, the old one stays beside it under its version.
//! Elsewhere than on Windows the place is never empty. A program that runs cannot be replaced on Windows, only renamed: there are
//! two renames, and a power cut between them leaves both programs in the folder and none in the place (NTFS keeps either order).
//! Invariant: on an error the old program lies in its place.

use super::note::{Note, Step};
use crate::kit::{Error, Result};
use crate::store::data_dir::keep_names;
use std::fs;
use std::io;
use std::path::Path;

/// The new program takes the place.
pub(super) fn swap(note: &Note) -> Result<()> {
    let done = put(&note.program, &note.aside, &note.staged);
    done.map_err(|e| {
        Error::Busy(format!(
            "新程序换不上去（{e}）。请看看 {} 所在的文件夹能不能写，杀毒软件有没有拦",
            note.program.display()
        ))
    })
}

#[cfg(not(windows))]
fn put(program: &Path, aside: &Path, staged: &Path) -> io::Result<()> {
    let _ = fs::remove_file(aside);
    if fs::hard_link(program, aside).is_err() {
        fs::copy(program, aside)?;
    }
    let folder = program.parent().unwrap_or(program);
    keep_names(folder)?;
    fs::rename(staged, program)?;
    keep_names(folder)
}

#[cfg(windows)]
fn put(program: &Path, aside: &Path, staged: &Path) -> io::Result<()> {
    let _ = fs::remove_file(aside);
    fs::rename(program, aside)?;
    if let Err(e) = fs::rename(staged, program) {
        fs::rename(aside, program)?;
        return Err(e);
    }
    keep_names(program)
}

/// The old program is in its place again, where it was not.
pub(super) fn undo(note: &Note) -> Result<()> {
    if note.step != Step::Swapping || note.staged.exists() || !note.aside.exists() {
        return Ok(());
    }
    fs::rename(&note.aside, &note.program)?;
    Ok(keep_names(note.program.parent().unwrap_or(&note.program))?)
}
