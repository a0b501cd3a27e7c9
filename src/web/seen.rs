//! "Opened": the first opening of a task by its holder, written after the page has gone out, so that
//! reading never waits for the disk (README decision 17).
//! Losing one to a power cut only means that the next opening counts as the first.

use crate::engine::run::Engine;
use crate::kit::{Id, Result};
use crate::store::{Stamp, Store};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

/// The queue of openings and its thread.
pub struct SeenQueue {
    queue: Option<Sender<(Stamp, Id, Id)>>,
    thread: Option<JoinHandle<()>>,
}

impl SeenQueue {
    /// Starts the thread.
    pub fn start(store: Store, engine: Arc<Engine>) -> Result<Self> {
        let (queue, opened) = channel::<(Stamp, Id, Id)>();
        let thread = std::thread::Builder::new()
            .name("seen".into())
            .spawn(move || {
                for (stamp, case, task) in opened {
                    if let Err(e) = engine.seen(&store, stamp, (case, task)) {
                        tracing::warn!(cause = %e, %task, "an opening was not noted");
                    }
                }
            })?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
        })
    }

    /// Notes that a task of a case was opened.
    pub fn note(&self, stamp: Stamp, case: Id, task: Id) {
        if let Some(queue) = &self.queue {
            let _ = queue.send((stamp, case, task));
        }
    }
}

impl Drop for SeenQueue {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
