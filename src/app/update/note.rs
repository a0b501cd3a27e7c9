//! `update/state.json` in the data folder: which step an update is at, what the last ones came to, the highest version that
//! served here. Written beside and renamed, on disk before the step it tells of begins; read again by whichever program starts next.
//! Invariant: a reader finds the note before or after a change, never half of it.

use crate::kit::{Error, Millis, Result, Version, version};
use crate::store::DataDir;
use crate::store::data_dir::{patient, put_in_place};
use crate::web::update::{Ended, Past};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::PathBuf;

/// Kept of the past.
const MOST: usize = 20;

/// How far an update is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Nothing goes on; a package may lie there.
    #[default]
    None,
    /// The new program is laid beside the old one, taken out of its package and checked again.
    Staged,
    /// It ran, said its version.
    Preflight,
    /// A backup is being made and opened again.
    Backup,
    /// It works on the restored backup.
    Rehearsal,
    /// The doors are closed; hub and volumes are being copied.
    Closing,
    /// The new program may have touched the data; the copies are whole.
    Trial,
    /// It was found well; the files are changing names.
    Swapping,
    /// The new program lies in its place and answered well from there.
    Confirmed,
}

impl Step {
    /// Whether the data have to be put back where it stops here.
    #[must_use]
    pub const fn touched(self) -> bool {
        matches!(self, Self::Trial | Self::Swapping | Self::Confirmed)
    }
}

/// The note.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Note {
    pub step: Step,
    /// Versions of the update under way.
    pub from: String,
    pub to: String,
    /// The program's own file, where the new one lies until then, and where the old one is kept.
    pub program: PathBuf,
    pub staged: PathBuf,
    pub aside: PathBuf,
    /// The one before, kept since the last update.
    pub kept: PathBuf,
    /// Who wanted it, and when.
    pub by: String,
    pub at: i64,
    /// How long the rehearsal took, in seconds: the trial may take as long.
    pub rehearsed: u64,
    /// Why the data are being put back.
    pub why: String,
    /// The newest that ever served in this folder.
    pub highest: String,
    /// What the last updates came to, the newest first.
    pub past: Vec<Past>,
}

impl Note {
    /// The note, or an empty one.
    pub fn read(dir: &DataDir) -> Result<Self> {
        let file = dir.update().join("state.json");
        match patient(|| fs::read(&file)) {
            Ok(text) => Ok(serde_json::from_slice(&text)?),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            // not one that is spoilt: nothing may be concluded from it
            Err(e) => Err(Error::Busy(format!(
                "升级的记录 {} 现在打不开（{e}），可能正被杀毒软件占着。请过一会儿再启动",
                file.display()
            ))),
        }
    }

    /// Keeps it: on disk when this returns.
    pub fn write(&self, dir: &DataDir) -> Result<()> {
        fs::create_dir_all(dir.update())?;
        let (part, whole) = (
            dir.update().join("state.part"),
            dir.update().join("state.json"),
        );
        fs::write(&part, serde_json::to_vec_pretty(self)?)?;
        Ok(put_in_place(&part, &whole)?)
    }

    /// The next step, on disk.
    pub fn go(&mut self, dir: &DataDir, step: Step) -> Result<()> {
        tracing::info!(?step, from = self.from, to = self.to, "update");
        self.step = step;
        self.write(dir)
    }

    /// How it ended, on disk; nothing is under way any more.
    pub fn end(&mut self, dir: &DataDir, ended: Ended, why: &str) -> Result<()> {
        tracing::info!(?ended, why, from = self.from, to = self.to, "update ended");
        let past = Past {
            from: self.from.clone(),
            to: self.to.clone(),
            by: self.by.clone(),
            at: Millis(self.at),
            ended,
            why: why.to_owned(),
            seen: matches!(ended, Ended::Done | Ended::Cancelled),
            recorded: false,
        };
        self.past.insert(0, past);
        self.past.truncate(MOST);
        if ended == Ended::Done {
            self.highest = self.highest().to_string();
        }
        self.step = Step::None;
        self.why = String::new();
        self.write(dir)
    }

    /// What the office's record does not have yet, in words; taken as recorded.
    pub fn to_record(&mut self) -> Option<String> {
        let past = self.past.first_mut().filter(|p| !p.recorded)?;
        past.recorded = true;
        let ended = match past.ended {
            Ended::Done => "换成",
            Ended::Returned => "没有换成，已退回，原来要换",
            Ended::Stopped | Ended::Cancelled => "没有开始换，原来要换",
        };
        Some(format!(
            "从 {} {ended} {}（{}）{}",
            past.from, past.to, past.by, past.why
        ))
    }

    /// The newest that served here, this program among them.
    #[must_use]
    pub fn highest(&self) -> String {
        let newest = Version::read(&self.highest).max(Version::read(version()));
        newest.map(|v| v.to_string()).unwrap_or_default()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn it_comes_back_as_it_was_kept() {
        let root = std::env::temp_dir().join(format!("ink-note-{}", std::process::id()));
        let dir = DataDir::make(&root).unwrap();
        assert_eq!(Note::read(&dir).unwrap(), Note::default());
        let mut note = Note {
            from: "0.1.0".into(),
            to: "0.2.0".into(),
            ..Note::default()
        };
        note.go(&dir, Step::Trial).unwrap();
        assert_eq!(Note::read(&dir).unwrap(), note);
        assert!(note.step.touched() && !Step::Closing.touched());
        note.end(&dir, Ended::Returned, "它没有起来").unwrap();
        let kept = Note::read(&dir).unwrap();
        assert_eq!((kept.step, kept.past.len()), (Step::None, 1));
        assert!(!kept.past[0].seen);
        assert_eq!(kept.highest(), version());
        // a note of a newer program has more in it
        fs::write(
            dir.update().join("state.json"),
            br#"{"step":"none","more":1}"#,
        )
        .unwrap();
        assert!(Note::read(&dir).is_ok());
        fs::remove_dir_all(root).unwrap();
    }
}
