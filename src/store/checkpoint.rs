//! Moves committed pages from the logs into the files, off the writers' path: automatic checkpoints
//! inside a writer made single requests wait 0.4–0.9 s on a spinning disk (storage.md §2).
//! One at a time for the whole server: an office PC has one spindle.
//! Invariant: a log stays below about [`MOST_BYTES`] however long people write without a pause, and a batch waits
//! at most [`PATIENCE`] for that.
//!
//! Decision 2026-11-22: a passive checkpoint copies everything and still never lets the log begin anew where
//! somebody always writes (2 GB after an hour of filling). So above [`LARGE_BYTES`] the writer is asked to let
//! one batch wait while the few pages left are copied and the log begins at its start. The alternative, a
//! checkpoint inside the writer, has the spinning disk's long wait again.

use super::catalogue::Catalogue;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

const LOOK_EVERY: Duration = Duration::from_millis(250);
/// A quiet file is checkpointed above this.
const QUIET_BYTES: u64 = 2 << 20;
const QUIET_FOR: Duration = Duration::from_millis(300);
/// A busy one above this.
const BUSY_BYTES: u64 = 32 << 20;
/// Above this the log is to begin anew.
const LARGE_BYTES: u64 = 64 << 20;
/// Above this the writer waits for the whole checkpoint, batch by batch.
const MOST_BYTES: u64 = 112 << 20;
/// So little may be left when the writer is asked to wait.
const NEAR_BYTES: u64 = 4 << 20;
/// What one batch waits at most.
const PATIENCE: Duration = Duration::from_millis(50);
/// How long a checkpoint waits for the batch in hand and for readers of old pages.
const BUSY_FOR: Duration = Duration::from_millis(40);
/// Rounds in which it tries to get near the end of the log, before the next look.
const ROUNDS: usize = 5;

/// Where a checkpoint asks a writer to wait.
#[derive(Default)]
pub(super) struct Pause {
    /// Read before every batch, so without a lock.
    asked: AtomicBool,
    held: Mutex<()>,
    over: Condvar,
}

impl Pause {
    /// The writer's part: waits while a checkpoint asks for it, at most [`PATIENCE`].
    pub(super) fn pass(&self) {
        if !self.asked.load(Ordering::Acquire) {
            return;
        }
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = |(): &mut ()| self.asked.load(Ordering::Acquire);
        let _ = self.over.wait_timeout_while(held, PATIENCE, asked);
    }

    fn hold(&self) -> Held<'_> {
        self.asked.store(true, Ordering::Release);
        Held(self)
    }
}

struct Held<'p>(&'p Pause);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let _held = self.0.held.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.asked.store(false, Ordering::Release);
        self.0.over.notify_all();
    }
}

pub(super) struct Checkpointer {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    pub(super) fn start(catalogue: &Arc<Catalogue>, index: &Arc<Pause>) -> Self {
        let (stop, stopped) = channel::<()>();
        let (catalogue, index) = (catalogue.clone(), index.clone());
        let thread = std::thread::Builder::new()
            .name("checkpoint".into())
            .spawn(move || {
                while matches!(
                    stopped.recv_timeout(LOOK_EVERY),
                    Err(RecvTimeoutError::Timeout)
                ) {
                    look(&catalogue, &index);
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
            tell(path, open(path).and_then(|c| run(&c, TRUNCATE)).map(drop));
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

fn look(catalogue: &Catalogue, index: &Pause) {
    for file in catalogue.files() {
        let size = log_size(&file.path);
        let least = match file.idle() >= QUIET_FOR {
            true => QUIET_BYTES,
            false => BUSY_BYTES,
        };
        if size > least {
            checkpoint(&file.path, (least, file.pause()));
        }
        let attach = catalogue.dir().attach(file.no);
        if log_size(&attach) > QUIET_BYTES {
            checkpoint(&attach, (QUIET_BYTES, None));
        }
    }
    let path = catalogue.dir().index();
    if log_size(&path) > QUIET_BYTES {
        checkpoint(&path, (QUIET_BYTES, Some(index)));
    }
}

fn log_size(path: &Path) -> u64 {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    std::fs::metadata(PathBuf::from(name)).map_or(0, |m| m.len())
}

const NOOP: &str = "PRAGMA wal_checkpoint(NOOP)";
const PASSIVE: &str = "PRAGMA wal_checkpoint(PASSIVE)";
const RESTART: &str = "PRAGMA wal_checkpoint(RESTART)";
const TRUNCATE: &str = "PRAGMA wal_checkpoint(TRUNCATE)";

/// What a log holds, and how much of it is not in the file yet.
#[derive(Debug, Clone, Copy, Default)]
struct Log {
    bytes: u64,
    left: u64,
}

fn checkpoint(path: &Path, (least, pause): (u64, Option<&Pause>)) {
    tell(
        path,
        open(path).and_then(|conn| copy(&conn, path, (least, pause))),
    );
}

fn tell(path: &Path, done: rusqlite::Result<()>) {
    if let Err(e) = done {
        tracing::warn!(cause = %e, file = %path.display(), "checkpoint put off");
    }
}

/// Copies what can be copied beside the writer; where the log is large, lets it begin anew. A log keeps its size
/// when it begins anew, so it is asked first what it holds.
fn copy(
    conn: &Connection,
    path: &Path,
    (least, pause): (u64, Option<&Pause>),
) -> rusqlite::Result<()> {
    let mut log = run(conn, NOOP)?;
    if log.left == 0 || (log.left <= least && log.bytes <= LARGE_BYTES) {
        return Ok(());
    }
    log = run(conn, PASSIVE)?;
    for _ in 0..ROUNDS {
        if log.bytes <= LARGE_BYTES {
            return Ok(());
        }
        let held = pause.filter(|_| log.bytes > MOST_BYTES).map(Pause::hold);
        if log.left > NEAR_BYTES {
            log = run(conn, PASSIVE)?;
        }
        // with more left the writer would wait for the disk
        if log.left <= NEAR_BYTES {
            let _held = held.or_else(|| pause.map(Pause::hold));
            let began = Instant::now();
            log = run(conn, RESTART)?;
            let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
            tracing::debug!(file = %path.display(), left = log.bytes, took_ms, "the log is to begin anew");
        }
    }
    Ok(())
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let conn = Connection::open(path)?;
    conn.busy_timeout(BUSY_FOR)?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    Ok(conn)
}

/// Runs one checkpoint. A log that begins anew holds nothing.
fn run(conn: &Connection, mode: &'static str) -> rusqlite::Result<Log> {
    let page: i64 = conn.query_row("PRAGMA page_size", [], |r| r.get(0))?;
    let (busy, all, done): (bool, i64, i64) =
        conn.query_row(mode, [], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
    if [RESTART, TRUNCATE].contains(&mode) && !busy {
        return Ok(Log::default());
    }
    let bytes = |frames: i64| u64::try_from(frames * page).unwrap_or(0);
    Ok(Log {
        bytes: bytes(all),
        left: bytes(all - done),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::store::connect::{self, Kind};
    use std::sync::atomic::AtomicU64;

    /// Twice what a log may hold, without a pause.
    const WRITTEN: u64 = 2 * MOST_BYTES;
    const MOST_WRITTEN: u64 = 64 * MOST_BYTES;

    #[test]
    fn a_log_begins_anew_under_somebody_who_always_writes() {
        let root = std::env::temp_dir().join(format!("ink-log-{}", std::process::id()));
        std::fs::create_dir_all(&root).unwrap();
        let path = root.join("a.vol");
        let conn = connect::open(&path, Kind::Volume).unwrap();
        // no answer waits for these pages
        conn.pragma_update(None, "synchronous", "OFF").unwrap();
        conn.execute_batch("CREATE TABLE t(a BLOB)").unwrap();
        let (pause, stop, most) = (Pause::default(), AtomicBool::new(false), AtomicU64::new(0));
        let written = std::thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    most.fetch_max(log_size(&path), Ordering::Relaxed);
                    if log_size(&path) > BUSY_BYTES {
                        checkpoint(&path, (BUSY_BYTES, Some(&pause)));
                    }
                    std::thread::sleep(Duration::from_millis(5));
                }
            });
            // a busy machine may let the looker wait long: written is until the log has begun anew well before
            let mut written = 0;
            let longest = || most.load(Ordering::Relaxed).max(log_size(&path));
            while written < WRITTEN || (longest() * 4 / 3 >= written && written < MOST_WRITTEN) {
                pause.pass();
                conn.execute("INSERT INTO t VALUES(zeroblob(262144))", [])
                    .unwrap();
                written += 1 << 18;
            }
            stop.store(true, Ordering::Relaxed);
            written
        });
        let most = most.into_inner();
        drop(conn);
        std::fs::remove_dir_all(root).unwrap();
        assert!(most > LARGE_BYTES, "the log never grew: {most}");
        assert!(most < written * 3 / 4, "the log never began anew: {most}");
    }

    #[test]
    fn nobody_waits_longer_than_promised() {
        let pause = Pause::default();
        pause.pass();
        let held = pause.hold();
        let began = Instant::now();
        pause.pass();
        assert!(
            began.elapsed() >= PATIENCE,
            "a batch waits while it is asked to"
        );
        drop(held);
        // a busy machine may take the processor away once, not five times
        let quick = || {
            let began = Instant::now();
            pause.pass();
            began.elapsed() < PATIENCE
        };
        assert!((0..5).any(|_| quick()), "and not afterwards");
    }
}
