//! Two files change names: the new program takes the place everybody starts, the old one stays beside it under its version.
//! Elsewhere than on Windows the place is never empty. A program that runs cannot be replaced on Windows, only renamed: there are
//! two renames, and a power cut between them leaves both programs in the folder and none in the place; whichever is started then
//! fills it ([`fill`]).
//! Invariant: on an error the old program lies in its place.

use super::note::{Note, Step};
use crate::kit::{Error, Result};
use crate::store::data_dir::{copy_in_place, keep_names, patient};
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
        copy_in_place(program, aside)?;
    }
    let folder = program.parent().unwrap_or(program);
    keep_names(folder)?;
    fs::rename(staged, program)?;
    keep_names(folder)
}

#[cfg(windows)]
fn put(program: &Path, aside: &Path, staged: &Path) -> io::Result<()> {
    let _ = fs::remove_file(aside);
    patient(|| fs::rename(program, aside))?;
    patient(|| fs::rename(staged, program))?;
    // no folder can be flushed here; flushing a file writes the log of its disk, the names with it. The data may lie on another disk,
    // and must not be on theirs what this one has forgotten
    let mark = program.with_extension("part");
    fs::File::create(&mark)?.sync_all()?;
    let _ = fs::remove_file(mark);
    Ok(())
}

/// The old program is in its place again, where it is not. Nobody runs the new one.
pub(super) fn undo(note: &Note) -> Result<()> {
    let began = matches!(note.step, Step::Swapping | Step::Confirmed) && note.aside.exists();
    if !began || (note.staged.exists() && note.program.exists()) {
        return Ok(());
    }
    patient(|| fs::rename(&note.aside, &note.program))
        .or_else(|_| copy_in_place(&note.aside, &note.program))?;
    Ok(keep_names(note.program.parent().unwrap_or(&note.program))?)
}

/// The place is empty: the program that was started from beside it is copied there.
pub(super) fn fill(note: &Note, running: &Path) -> Result<()> {
    let began = matches!(note.step, Step::Swapping | Step::Confirmed);
    if !began || note.program.exists() {
        return Ok(());
    }
    Ok(copy_in_place(running, &note.program)?)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn note(folder: &Path, step: Step) -> Note {
        Note {
            step,
            program: folder.join("inkstone"),
            staged: folder.join("inkstone-2.new"),
            aside: folder.join("inkstone-1"),
            ..Note::default()
        }
    }

    fn lies(folder: &Path, all: &[(&str, &str)]) {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder).unwrap();
        for (name, what) in all {
            fs::write(folder.join(name), what).unwrap();
        }
    }

    /// Every picture of the folder that a cut or an error can leave, and that the old program is back in each.
    #[test]
    fn whatever_was_reached_is_undone() {
        let folder = std::env::temp_dir().join(format!("ink-swap-{}", std::process::id()));
        let (old, new, aside) = (
            ("inkstone", "1"),
            ("inkstone-2.new", "2"),
            ("inkstone-1", "1"),
        );
        let pictures: [&[(&str, &str)]; 4] = [
            &[old, new],
            &[old, new, aside],
            &[new, aside],
            &[("inkstone", "2"), aside],
        ];
        for step in [Step::Swapping, Step::Confirmed] {
            for picture in pictures {
                lies(&folder, picture);
                undo(&note(&folder, step)).unwrap();
                let lies = fs::read_to_string(folder.join("inkstone")).unwrap();
                assert_eq!(lies, "1", "{step:?} {picture:?}");
            }
        }
        lies(&folder, &[new, aside]);
        fill(&note(&folder, Step::Trial), &folder.join("inkstone-1")).unwrap();
        assert!(!folder.join("inkstone").exists(), "it had not begun");
        fill(&note(&folder, Step::Swapping), &folder.join("inkstone-1")).unwrap();
        assert_eq!(fs::read_to_string(folder.join("inkstone")).unwrap(), "1");
        fill(
            &note(&folder, Step::Swapping),
            &folder.join("inkstone-2.new"),
        )
        .unwrap();
        assert_eq!(fs::read_to_string(folder.join("inkstone")).unwrap(), "1");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_new_program_takes_the_place_and_the_old_one_stays_beside() {
        let folder = std::env::temp_dir().join(format!("ink-swapped-{}", std::process::id()));
        lies(&folder, &[("inkstone", "1"), ("inkstone-2.new", "2")]);
        swap(&note(&folder, Step::Swapping)).unwrap();
        assert_eq!(fs::read_to_string(folder.join("inkstone")).unwrap(), "2");
        assert_eq!(fs::read_to_string(folder.join("inkstone-1")).unwrap(), "1");
        assert!(!folder.join("inkstone-2.new").exists());
        fs::remove_dir_all(folder).unwrap();
    }
}
