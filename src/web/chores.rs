//! Work that goes on after the reply: what takes longer than a request may. Each has a thread of its own
//! and a way to be stopped; the server's end stops and awaits them all.
//! Not here: what is done and how far it is, which whoever starts it keeps and shows.

use crate::kit::Result;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

struct Chore {
    stop: Box<dyn Fn() + Send>,
    thread: JoinHandle<()>,
}

/// What goes on now.
#[derive(Default)]
pub struct Chores {
    all: Mutex<Vec<Chore>>,
}

impl Chores {
    /// Starts one; `stop` makes it end soon.
    pub fn start(
        &self,
        stop: impl Fn() + Send + 'static,
        work: impl FnOnce() + Send + 'static,
    ) -> Result<()> {
        let thread = std::thread::Builder::new().name("chore".into());
        let thread = thread.spawn(work)?;
        let mut all = self.hold();
        all.retain(|c| !c.thread.is_finished());
        all.push(Chore {
            stop: Box::new(stop),
            thread,
        });
        Ok(())
    }

    fn hold(&self) -> MutexGuard<'_, Vec<Chore>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Chores {
    fn drop(&mut self) {
        for chore in self.hold().drain(..) {
            (chore.stop)();
            let _ = chore.thread.join();
        }
    }
}
