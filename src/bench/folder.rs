//! The folder a benchmark works in: made by it, removed by it, checked by `verify` between.
//! Under `INKSTONE_BENCH_DIR` where that is set (the disk to measure), else under the present
//! folder: the system's temporary folder is often memory, and memory has no fsync.

use super::report::Report;
use crate::kit::{Error, Result};
use crate::store::{DataDir, verify};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A folder that goes with its value.
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// An empty folder nobody else uses.
    pub fn make(name: &str) -> Result<Self> {
        let base = std::env::var_os("INKSTONE_BENCH_DIR")
            .map_or_else(|| PathBuf::from("."), PathBuf::from);
        let root = base.join(format!("inkstone-bench-{name}-{}", std::process::id()));
        fs::create_dir_all(&root).map_err(|e| {
            Error::Busy(format!(
                "在 {} 建不了文件夹：{e}。请换一个能写的地方运行",
                base.display()
            ))
        })?;
        Ok(Self { root })
    }

    /// A path in it.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The data folder of an office in it.
    pub fn data(&self) -> Result<DataDir> {
        DataDir::make(self.root.join("data"))
    }

    /// Runs `verify` on the data folder; what it finds is said in the report.
    pub fn verify(&self, report: &mut Report<'_>) -> Result<()> {
        verified(&self.data()?, report)
    }

    /// Appends 4 KB and flushes, again and again for `long`: what one flush of this disk costs.
    pub fn flushes(&self, long: Duration) -> Result<Vec<Duration>> {
        use std::io::Write as _;
        let mut file = fs::File::create(self.file("flush"))?;
        let page = [0x5a_u8; 4096];
        let (began, mut took) = (Instant::now(), Vec::new());
        while began.elapsed() < long {
            file.write_all(&page)?;
            let start = Instant::now();
            file.sync_data()?;
            took.push(start.elapsed());
        }
        Ok(took)
    }
}

/// Runs `verify` on a data folder; what it finds is said in the report.
pub(super) fn verified(dir: &DataDir, report: &mut Report<'_>) -> Result<()> {
    for finding in verify::verify(dir)? {
        let places = finding.wrong.join("；");
        report.unsound(format!("{}（{}）：{places}", finding.says, finding.claim))?;
    }
    Ok(())
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// Size of a file in MB.
pub fn megabytes(path: &Path) -> Result<f64> {
    Ok(fs::metadata(path)?.len() as f64 / f64::from(1 << 20))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::kit::Clock;
    use crate::store::Store;

    #[test]
    fn gone_with_its_value_and_sound_before() {
        let folder = Folder::make("test").unwrap();
        let dir = folder.data().unwrap();
        drop(Store::open(&dir, Clock::System, Vec::new()).unwrap());
        let mut out = Vec::new();
        let mut report = Report::start(&mut out, false).unwrap();
        folder.verify(&mut report).unwrap();
        assert!(
            report.unsoundness().is_empty(),
            "{:?}",
            report.unsoundness()
        );
        assert!(!folder.flushes(Duration::from_millis(5)).unwrap().is_empty());
        let root = dir.root().to_owned();
        drop(folder);
        assert!(!root.exists());
    }
}
