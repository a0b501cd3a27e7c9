//! Files in the volumes' folder that nobody opens: a sealed volume copied back by hand instead of attached, the old
//! file of one that was carried off, a copy somebody made. Each is recognised and said; one that is the carried-off
//! volume is offered for attaching, which compares it byte for byte (`attach`).
//! Invariant: nothing here is opened for use, moved or removed; a file that was never sealed is not even opened.

use super::attach::{Known, whose};
use super::works::Works;
use crate::kit::Result;
use crate::store::data_dir::DataDir;
use crate::store::{Store, peek_hub};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Where a SQLite file says how it is written, and that it has a log beside it: so is no sealed volume.
const WRITTEN_AT: usize = 18;
const WITH_LOG: u8 = 2;

/// One such file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    pub path: PathBuf,
    /// The carried-off volume it claims to be, and may be attached as.
    pub fits: Option<i64>,
    /// For the administrator: which file, what it is, what to do.
    pub words: String,
}

impl Store {
    /// Those there are now, the ones to attach first.
    pub fn strays(&self) -> Result<Vec<Stray>> {
        let known = Known::list(&self.hub()?)?;
        look(self.inner.catalogue.dir(), &known, Some(&self.inner.works))
    }
}

/// The same of a stopped office.
pub fn peek_strays(dir: &DataDir) -> Result<Vec<Stray>> {
    let known = peek_hub(dir, Known::list)?.unwrap_or_default();
    look(dir, &known, None)
}

fn look(dir: &DataDir, known: &[Known], works: Option<&Works>) -> Result<Vec<Stray>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(dir.volumes())? {
        let path = entry?.path();
        let own = known.iter().find(|k| dir.volume(k.no) == path);
        // what is being attached or carried off this minute is nobody's stray
        let busy = own.is_some_and(|k| works.is_some_and(|w| w.goes_on(k.no)));
        let seated = own.is_some_and(|k| k.state != "detached");
        if path.extension().is_some_and(|e| e == "vol") && !seated && !busy {
            all.push(judge(path, known));
        }
    }
    all.sort_by(|a, b| (a.fits.is_none(), &a.path).cmp(&(b.fits.is_none(), &b.path)));
    Ok(all)
}

fn judge(path: PathBuf, known: &[Known]) -> Stray {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let found = match has_log(&path) {
        true => Err("它没有封存过，不是带走的柜子".to_owned()),
        false => whose(&path, known).map_err(|e| e.to_string()),
    };
    let (fits, words) = match found {
        Ok(no) => (
            Some(no),
            format!(
                "volumes 文件夹里有 {name}，是带走的 {no:04} 柜，还没有挂接，正文看不到。按右边的按钮，先和封条核对，对得上就挂接"
            ),
        ),
        Err(why) => (
            None,
            format!(
                "volumes 文件夹里多出来一个 {name}，没有用它：{}。请把它移到别的文件夹",
                why.trim_end_matches('。')
            ),
        ),
    };
    Stray { path, fits, words }
}

/// By its head alone: opening such a file would make a log beside it.
fn has_log(path: &Path) -> bool {
    let mut head = [0; WRITTEN_AT + 1];
    let read = std::fs::File::open(path).and_then(|mut f| f.read_exact(&mut head));
    read.is_ok() && head.last() == Some(&WITH_LOG)
}
