//! A start that finds an update half done, by whichever program lies in its place: goes on where the new one had been found well
//! and took its place, puts everything back otherwise. Needs nobody, and may itself be cut short anywhere.
//! Invariant: behind it no update is under way, and the data are those of the program that runs.

use super::note::{Note, Step};
use super::swap;
use crate::kit::{Error, Result, version};
use crate::store::{DataDir, copies};
use crate::web::update::Ended;
use std::fs;
use std::path::{Path, PathBuf};

/// Why an update that nobody ended is over.
const CUT: &str = "升级做到一半停了电，或者程序被关掉了";

/// Folder of the copies of hub and volumes.
pub(super) fn copies_of(dir: &DataDir) -> PathBuf {
    dir.update().join("copies")
}

/// The package that waits.
pub(super) fn package_of(dir: &DataDir) -> PathBuf {
    dir.update().join("package.inkup")
}

/// Before the files are opened, with the folder's lock held. `running`: this program's own file.
pub fn recover(dir: &DataDir, running: &Result<PathBuf>) -> Result<()> {
    let mut note = match Note::read(dir) {
        Ok(note) => note,
        Err(Error::Fault(cause)) => {
            // written whole or not at all: this is the disk's doing, and the copies are all that can be trusted
            tracing::error!(cause, "the note of an update cannot be read");
            copies::put_back(dir, &copies_of(dir))?;
            copies::drop_copies(&copies_of(dir))?;
            Note::default().write(dir)?;
            return Ok(());
        }
        Err(e) => return Err(e),
    };
    if let Ok(running) = running
        && let Err(e) = swap::fill(&note, running)
    {
        // the office opens all the same; it lies where it was started
        tracing::error!(cause = %e, "the program's place stays empty");
    }
    match note.step {
        Step::None => {
            // cut short in the last moment of the one before
            if let Err(e) = copies::drop_copies(&copies_of(dir)) {
                tracing::error!(cause = %e, "copies of before an update were not removed");
            }
            Ok(())
        }
        // nobody was let in before it was settled: where the old one runs the names did not reach the disk, and it goes back
        Step::Swapping | Step::Confirmed if version() == note.to => settle(dir, &mut note),
        step if step.touched() => give_back(dir, &mut note),
        _ => {
            // where it was being rehearsed
            let _ = fs::remove_dir_all(dir.backup_work());
            stopped(dir, &mut note, (Ended::Stopped, CUT))
        }
    }
}

/// Nothing was touched: what lies about goes.
pub(super) fn stopped(dir: &DataDir, note: &mut Note, (ended, why): (Ended, &str)) -> Result<()> {
    copies::drop_copies(&copies_of(dir))?;
    gone(&note.staged);
    gone(&note.staged.with_extension("part"));
    note.end(dir, ended, why)
}

/// The data come back from the copies.
pub(super) fn give_back(dir: &DataDir, note: &mut Note) -> Result<()> {
    let from = copies_of(dir);
    copies::put_back(dir, &from)?;
    gone(&note.staged);
    let why = match note.why.as_str() {
        "" => CUT.to_owned(),
        why => why.to_owned(),
    };
    // on disk before the copies go: a cut between the two finds nothing to put back
    note.end(dir, Ended::Returned, &why)?;
    copies::drop_copies(&from)
}

/// By the new program itself, told to let people in.
pub fn confirmed(dir: &DataDir) -> Result<()> {
    let mut note = Note::read(dir)?;
    match note.step {
        Step::Confirmed => settle(dir, &mut note),
        _ => Ok(()),
    }
}

/// The new program is the office's.
fn settle(dir: &DataDir, note: &mut Note) -> Result<()> {
    // first of all: from now on people write, and nothing may be put back over that
    copies::drop_copies(&copies_of(dir))?;
    // whoever was started from the kept one by hand has been replaced there
    if note.kept != note.aside && note.kept != note.program {
        gone(&note.kept);
    }
    note.kept.clone_from(&note.aside);
    gone(&note.staged);
    note.end(dir, Ended::Done, "")?;
    gone(&package_of(dir));
    Ok(())
}

fn gone(file: &Path) {
    if !file.as_os_str().is_empty() {
        let _ = fs::remove_file(file);
    }
}
