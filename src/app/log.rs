//! The log file: one event a line, in the data folder, the last ten megabytes and the ten before, however
//! long the server runs. It holds causes and places, never what people wrote. A panic anywhere is one line of it.

use crate::kit::{Error, Result};
use crate::store::DataDir;
use std::fs::{self, File};
use std::io::{self, Write};
use std::panic;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tracing_subscriber::fmt::format::FmtSpan;

const ROTATE_AT: u64 = 10 << 20;

/// Starts logging into `dir`. A second call in one process keeps the first log.
pub fn start(dir: &DataDir) -> Result<()> {
    let log = tracing_subscriber::fmt()
        .with_writer(Mutex::new(Rolling::open(&dir.logs(), ROTATE_AT)?))
        .with_ansi(false)
        .with_max_level(tracing::Level::INFO)
        .with_span_events(FmtSpan::NONE)
        .finish();
    tracing::subscriber::set_global_default(log).map_err(Error::fault)?;
    // a service has no console: without this the place of a panic is lost
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let said = panic.payload();
        let said = said.downcast_ref::<&str>().copied();
        tracing::error!(place, said, "panic");
    }));
    Ok(())
}

/// A file that makes room for itself.
struct Rolling {
    folder: PathBuf,
    file: File,
    size: u64,
    most: u64,
}

impl Rolling {
    fn open(folder: &Path, most: u64) -> io::Result<Self> {
        let path = folder.join("inkstone.log");
        let size = fs::metadata(&path).map_or(0, |m| m.len());
        let file = File::options().create(true).append(true).open(path)?;
        Ok(Self {
            folder: folder.to_owned(),
            file,
            size,
            most,
        })
    }

    fn turn(&mut self) -> io::Result<()> {
        let (now, before) = ("inkstone.log", "inkstone.1.log");
        fs::rename(self.folder.join(now), self.folder.join(before))?;
        *self = Self::open(&self.folder, self.most)?;
        Ok(())
    }
}

impl Write for Rolling {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.size > self.most {
            // a log that cannot be turned goes on where it is, and is tried again a megabyte later
            match self.turn() {
                Ok(()) => {}
                Err(_) => self.size = self.most.saturating_sub(1 << 20),
            }
        }
        let n = self.file.write(line)?;
        self.size += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_log_stays_small_while_it_is_written() {
        let folder = std::env::temp_dir().join(format!("ink-log-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let mut log = Rolling::open(&folder, 1000).unwrap();
        for n in 0..500 {
            log.write_all(format!("line {n}\n").as_bytes()).unwrap();
        }
        let mut size = 0;
        for file in fs::read_dir(&folder).unwrap() {
            size += file.unwrap().metadata().unwrap().len();
        }
        assert!(size < 2100, "{size}");
        let last = fs::read_to_string(folder.join("inkstone.log")).unwrap();
        assert!(last.ends_with("line 499\n"), "{last}");
        fs::remove_dir_all(folder).unwrap();
    }
}
