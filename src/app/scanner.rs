//! Looks into the scanner's folder every few seconds, on a thread of its own, so that a slow disk or a
//! folder on a sleeping drive holds up nothing else. Ends when this is dropped, after the file under way.

use crate::inbox::scan_folder::Watch;
use crate::inbox::{scan, scan_store};
use crate::kit::Result;
use crate::store::Stamp;
use crate::web::State;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(3);

/// The running watch.
pub struct Scanner {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Scanner {
    /// Begins.
    pub fn start(state: Arc<State>) -> Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let body = move || {
            let mut watch = Watch::default();
            let mut trouble = String::new();
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(EVERY) {
                let said = look(&state, &mut watch).err().map(|e| e.to_string());
                let said = said.unwrap_or_default();
                // once, not every three seconds while a drive is away
                if said != trouble && !said.is_empty() {
                    tracing::warn!(
                        cause = said,
                        "the scanner's folder could not be looked into"
                    );
                }
                trouble = said;
            }
        };
        let thread = thread::Builder::new().name("scanner".into()).spawn(body)?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Scanner {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Looks once; how many files were taken in.
pub fn look(state: &State, watch: &mut Watch) -> Result<usize> {
    let Some(folder) = scan_store::find_folder(&state.store.hub()?)? else {
        return Ok(0);
    };
    let Some(shelf) = scan::shelf(&state.store, &state.org.current())? else {
        return Ok(0);
    };
    let stamp = || Stamp::new("system:scanner", "scan.receive", state.clock.now());
    watch.look((&state.store, shelf), &PathBuf::from(folder), &stamp)
}
