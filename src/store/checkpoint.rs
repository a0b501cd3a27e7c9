//! Moves committed pages from the logs into the files, off the writers' path: automatic checkpoints
//! inside a writer made single requests wait 0.4–0.9 s on a spinning disk (storage.md §2).
//! One at a time for the whole server: an office PC has one spindle.

use super::catalogue::Catalogue;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_millis(250);
/// A quiet file is checkpointed above this.
const QUIET_BYTES: u64 = 2 << 20;
const QUIET_FOR: Duration = Duration::from_millis(300);
/// A busy one above this.
const BUSY_BYTES: u64 = 32 << 20;

pub(super) struct Checkpointer {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    pub(super) fn start(catalogue: &Arc<Catalogue>) -> Self {
        let (stop, stopped) = channel::<()>();
        let catalogue = catalogue.clone();
        let thread = std::thread::Builder::new()
            .name("checkpoint".into())
            .spawn(move || {
                while matches!(
                    stopped.recv_timeout(LOOK_EVERY),
                    Err(RecvTimeoutError::Timeout)
                ) {
                    look(&catalogue);
                }
            })
            .ok();
        Self {
            stop: Some(stop),
            thread,
        }
    }

    /// Empties the logs, at a clean stop.
    pub(super) fn truncate(&self, paths: &[PathBuf]) {
        for path in paths {
            checkpoint(path, "TRUNCATE");
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn look(catalogue: &Catalogue) {
    for file in catalogue.files() {
        let size = log_size(&file.path);
        if size > BUSY_BYTES || (size > QUIET_BYTES && file.idle() >= QUIET_FOR) {
            checkpoint(&file.path, "PASSIVE");
        }
        let attach = catalogue.dir().attach(file.no);
        if log_size(&attach) > QUIET_BYTES {
            checkpoint(&attach, "PASSIVE");
        }
    }
    let index = catalogue.dir().index();
    if log_size(&index) > QUIET_BYTES {
        checkpoint(&index, "PASSIVE");
    }
}

fn log_size(path: &Path) -> u64 {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    std::fs::metadata(PathBuf::from(name)).map_or(0, |m| m.len())
}

fn checkpoint(path: &Path, mode: &'static str) {
    let done = Connection::open(path).and_then(|conn| {
        conn.busy_timeout(Duration::from_secs(1))?;
        conn.pragma_update(None, "synchronous", "FULL")?;
        conn.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(()))
    });
    if let Err(e) = done {
        tracing::warn!(cause = %e, file = %path.display(), "checkpoint put off");
    }
}
