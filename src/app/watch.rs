//! Looks round every few seconds: disk, clock, files that went away; each minute it calls lost volumes back;
//! at night, or after a stop that was none, it reads the files through. One thread, which never writes
//! anything of the office's. Ends when this is dropped, a check under way within a moment.

use crate::kit::Result;
use crate::screens::health::check;
use crate::store::{DataDir, Stamp};
use crate::web::State;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A disk that can only be read is said on every page within ten seconds (R06).
const EVERY: Duration = Duration::from_secs(4);
/// Looks between two calls to lost volumes.
const A_MINUTE: u32 = 15;
/// Hours of the night, in the office's zone.
const NIGHT: std::ops::Range<u8> = 1..5;
const DAY_MS: i64 = 24 * 3_600_000;

/// The running watch.
pub struct Watch {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
    state: Arc<State>,
}

impl Watch {
    /// Begins.
    pub fn start(state: Arc<State>, dir: DataDir) -> Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let watched = state.clone();
        let body = move || {
            let mut turn = 0;
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(EVERY) {
                turn += 1;
                guarded("watch", || look(&watched, &dir, turn));
            }
        };
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread::Builder::new().name("watch".into()).spawn(body)?),
            state,
        })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.stop.take());
        self.state.health.cancel();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A panic of one job is a line of the log, and the job's next turn comes all the same (R34).
pub(super) fn guarded(job: &'static str, f: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(f)).is_err() {
        tracing::error!(
            job,
            "a background job broke off; it is done again at its next turn"
        );
    }
}

fn look(state: &State, dir: &DataDir, turn: u32) {
    state.store.look_round();
    // the sign says that this computer is still here, to one that shares the folder
    let _ = dir.sign();
    if turn.is_multiple_of(A_MINUTE) {
        state.store.call_back();
        if is_time(state, turn) {
            let stamp = Stamp::new("system:health", "health.check", state.clock.now());
            check::run(state, stamp);
        }
    }
}

/// Once a night; soon after a start that found the server cut off.
fn is_time(state: &State, turn: u32) -> bool {
    if turn == A_MINUTE && state.store.was_cut_off() {
        return true;
    }
    let now = state.clock.now();
    let (hour, _) = state.zone().hour_minute(now);
    let last = state.health.checked().map(|c| c.at.0);
    let due = last.is_none_or(|at| now.0 - at > DAY_MS * 3 / 4);
    let night = NIGHT.contains(&hour);
    // a PC that is switched off every night is looked through in the day
    let late = last.is_none_or(|at| now.0 - at > 3 * DAY_MS);
    due && (night || late) && state.store.is_idle()
}
