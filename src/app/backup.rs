//! Backups by themselves: each hour one, each month a drill, and at once what somebody asks for; on a thread of its
//! own. And the command. What a backup is, is said in `store::backup`.
//! Invariant: a place that fails is tried again after a quarter of an hour, so that a stick put in again is used.

use super::{console, serve};
use crate::kit::{Clock, Error, Millis, Result};
use crate::store::backup::{self, Made, Wish};
use crate::store::{DataDir, Stamp, Store};
use crate::web::State;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_millis(500);
const HOUR: i64 = 3_600_000;
const AGAIN: i64 = 15 * 60_000;
/// A drill at noon or at night; after so long at any hour.
const DRILL_AFTER: i64 = 28 * 24 * HOUR;
const DRILL_AT_LAST: i64 = 31 * 24 * HOUR;
const QUIET_HOURS: [u8; 8] = [0, 1, 2, 3, 4, 5, 12, 13];

/// The running rhythm; a backup under way is stopped when this is dropped.
pub struct Backups {
    state: Arc<State>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// When it was last tried.
#[derive(Debug, Default)]
pub struct Rhythm {
    tried: Option<Millis>,
    failed: bool,
    drilled: Option<Millis>,
}

impl Backups {
    /// Begins.
    pub fn start(state: Arc<State>) -> Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let worker = state.clone();
        let thread = thread::Builder::new()
            .name("backup".into())
            .spawn(move || {
                let mut rhythm = Rhythm::default();
                if let Err(e) = backup::look_for_newer(&worker.store) {
                    tracing::error!(cause = %e, "the places of backups could not be looked at");
                }
                while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(LOOK_EVERY) {
                    if let Err(e) = look(&worker.store, &mut rhythm) {
                        tracing::error!(cause = %e, "backups could not be looked at");
                    }
                }
            })?;
        Ok(Self {
            state,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Backups {
    fn drop(&mut self) {
        self.state.store.backups().stop();
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Looks once: does what somebody asked for, or what is due.
pub fn look(store: &Store, rhythm: &mut Rhythm) -> Result<()> {
    let now = store.clock().now();
    match store.backups().asked() {
        Some(Wish::Backup) => {
            run(store, rhythm, now);
            return Ok(());
        }
        Some(Wish::Drill) => {
            drill(store, rhythm, now);
            return Ok(());
        }
        None => {}
    }
    // asked of the hub once in a while, not twice a second
    let rest = if rhythm.failed { AGAIN } else { HOUR };
    if rhythm.tried.is_some_and(|t| now.0 - t.0 < rest) {
        return drill_where_due(store, rhythm, now);
    }
    let ready = !backup::keys(store)?.is_empty() && !backup::places(store)?.is_empty();
    let last = backup::status(store)?.last_good.map(|k| k.made_at);
    if !ready || (rhythm.tried.is_none() && last.is_some_and(|t| now.0 - t.0 < HOUR)) {
        rhythm.tried = last
            .filter(|_| ready)
            .or(Some(Millis(now.0 - HOUR + 60_000)));
        return Ok(());
    }
    run(store, rhythm, now);
    Ok(())
}

fn run(store: &Store, rhythm: &mut Rhythm, now: Millis) {
    rhythm.tried = Some(now);
    let (said, failed) = match backup::run(store) {
        Ok(made) => (words(&made), made.iter().any(|m| m.outcome.is_err())),
        Err(e) => (e.to_string(), true),
    };
    rhythm.failed = failed;
    if failed {
        tracing::warn!(cause = said, "a backup failed");
    }
    store.backups().say(said);
}

fn words(made: &[Made]) -> String {
    let one = |m: &Made| match &m.outcome {
        Ok(file) => format!("{}：备份好了，已打开核对（{file}）", m.place),
        Err(why) => format!("{}：没有备份成。{why}", m.place),
    };
    made.iter().map(one).collect::<Vec<_>>().join("；")
}

fn drill_where_due(store: &Store, rhythm: &mut Rhythm, now: Millis) -> Result<()> {
    if rhythm.drilled.is_some_and(|t| now.0 - t.0 < HOUR) {
        return Ok(());
    }
    rhythm.drilled = Some(now);
    if backup::status(store)?.last_good.is_none() {
        return Ok(());
    }
    let age = match backup::drills(store, 1)?.first() {
        Some(d) => now.0 - d.at.0,
        None => i64::MAX,
    };
    let zone = crate::store::kept_zone(&DataDir::make(store.root())?)?;
    let quiet = QUIET_HOURS.contains(&zone.hour_minute(now).0);
    if age > DRILL_AT_LAST || (age > DRILL_AFTER && quiet) {
        drill(store, rhythm, now);
    }
    Ok(())
}

fn drill(store: &Store, rhythm: &mut Rhythm, now: Millis) {
    rhythm.drilled = Some(now);
    let said = match backup::drill(store, &open_and_close) {
        Ok(d) if d.good => format!(
            "恢复演练通过：{} 件，{} 个附件，{} 人",
            d.cases, d.files, d.people
        ),
        Ok(d) => format!("恢复演练没有通过。{}", d.words),
        Err(e) => format!("恢复演练没有做成。{e}"),
    };
    tracing::info!(said, "drill");
    store.backups().say(said);
}

/// Opens a folder as an office, so that its lists are made and its repairs done, and closes it.
pub fn open_and_close(dir: &DataDir) -> Result<()> {
    let state = serve::open(dir, Clock::System)?;
    if !state.store.drain(Duration::from_secs(600)) {
        return Err(Error::Busy("清单很久没有做好".into()));
    }
    state.store.checkpoint();
    Ok(())
}

/// `inkstone backup`: to the office's places, or into one file.
pub fn command(data: Option<PathBuf>, to: Option<&Path>) -> Result<()> {
    let root = data.unwrap_or_else(DataDir::default_root);
    if !root.join("hub.db").is_file() {
        return Err(Error::Busy(format!(
            "{} 里没有砚台的数据。请用 --data 写对数据文件夹",
            root.display()
        )));
    }
    let dir = DataDir::make(root)?;
    let lock = dir.lock().map_err(|e| match e {
        Error::Busy(_) => Error::Busy(
            "砚台正在运行，它自己会备份。要马上备份，请在“备份”页里点“马上备份”，或者先停止砚台"
                .into(),
        ),
        other => other,
    })?;
    let state = serve::open(&dir, Clock::System)?;
    let store = &state.store;
    if backup::keys(store)?.is_empty() {
        let stamp = Stamp::new("system:command", "backup.key", state.clock.now());
        let key = backup::make_key(store, "命令行", stamp)?;
        console::say(&format!(
            "\n　　恢复码（编号 {}），请马上抄在纸上收好，以后不再显示：\n\n　　{}\n\n",
            key.number(),
            key.text()
        ));
    }
    match to {
        None => said(&backup::run(store)?)?,
        Some(path) => {
            let path = if path.is_dir() {
                let clock = state.zone().stamp(state.clock.now());
                let clock: String = clock.chars().filter(char::is_ascii_digit).collect();
                path.join(format!("inkstone-{clock}.inkbak"))
            } else {
                std::path::absolute(path)?
            };
            let bytes = backup::into_file(store, &path)?;
            console::say(&format!(
                "备份好了，已打开核对：{}（{} KB）\n",
                path.display(),
                bytes.div_ceil(1024)
            ));
        }
    }
    store.checkpoint();
    drop(lock);
    Ok(())
}

fn said(made: &[Made]) -> Result<()> {
    let words = words(made);
    if made.iter().any(|m| m.outcome.is_err()) {
        return Err(Error::Busy(words));
    }
    console::say(&format!("{words}\n"));
    Ok(())
}
