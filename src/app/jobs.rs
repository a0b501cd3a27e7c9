//! What is done each minute beside the requests: log-in times and refusals go to the hub, names and
//! addresses of the office are looked at again. One plain thread; a job that fails is logged and
//! tried again the next minute.

use super::watch::guarded;
use super::{alerts, https};
use crate::inbox::lights::Watched;
use crate::kit::Result;
use crate::web::{State, lan};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

/// The running jobs; they end when this is dropped.
pub struct Jobs {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Jobs {
    /// Begins. `moved` hears of a new best address of this PC (F06).
    pub fn start(
        state: Arc<State>,
        port: u16,
        moved: impl Fn(&[IpAddr]) + Send + 'static,
    ) -> Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let thread = thread::Builder::new().name("jobs".into()).spawn(move || {
            let mut known = lan::addresses();
            let mut watched = Watched::default();
            show(&state, &known, port);
            guarded("https", || https::each_minute(&state, known.first()));
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(MINUTE) {
                each_minute(&state, &mut watched);
                let now = lan::addresses();
                if now.first() != known.first() {
                    show(&state, &now, port);
                    moved(&now);
                }
                guarded("https", || https::each_minute(&state, now.first()));
                known = now;
            }
        })?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Jobs {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn each_minute(state: &State, watched: &mut Watched) {
    guarded("sessions", || {
        if let Err(e) = state.access.flush() {
            tracing::error!(cause = %e, "log-in times were not kept");
        }
    });
    guarded("reminders", || {
        if let Err(e) = alerts::remind(state) {
            tracing::error!(cause = %e, "deadlines were not looked at");
        }
    });
    guarded("stand-ins", || {
        if let Err(e) = alerts::tell_stand_ins(state) {
            tracing::error!(cause = %e, "who stands in for whom was not told");
        }
    });
    guarded("alarms", || {
        if let Err(e) = alerts::tell_alarms(state) {
            tracing::error!(cause = %e, "alarms were not told");
        }
    });
    guarded("lights", || {
        if let Err(e) = alerts::tell_lights(state, watched) {
            tracing::error!(cause = %e, "what is wrong with the server was not told");
        }
    });
    guarded("calendar", || {
        if let Err(e) = alerts::begin_due(state) {
            tracing::error!(cause = %e, "what the calendar begins was not looked at");
        }
    });
    // asking for the directory turns its day
    guarded("office", || state.name_office(state.zone()));
}

/// The address on every page's foot.
pub(super) fn show(state: &State, all: &[IpAddr], port: u16) {
    let url = all.first().map(|ip| lan::url(*ip, port));
    let typed = url.as_deref().and_then(|u| u.strip_prefix("http://"));
    state.set_address(typed.unwrap_or_default());
}
