//! One long piece of work at a time under a name, with how far it is and a way to stop it: what a page shows while it goes
//! on after the reply. Not here: the work, and what must be taken up again after a stop of the server.
//! Invariant: of one name only one goes on; its last word stays until the next begins.

use super::chores::Chores;
use crate::kit::{Error, Result};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How far a job is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    pub words: String,
    pub done: u64,
    pub of: u64,
    /// Its last word, good or bad.
    pub ended: Option<std::result::Result<String, String>>,
}

/// What goes on, seen by who does it and by who looks.
#[derive(Debug, Default)]
pub struct Job {
    stop: AtomicBool,
    told: Mutex<Progress>,
}

/// The jobs of this server by name.
#[derive(Debug, Default)]
pub struct Jobs(Mutex<HashMap<String, Arc<Job>>>);

fn hold<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Job {
    /// Says how far it is.
    ///
    /// # Errors
    /// Busy where somebody stopped it.
    pub fn tell(&self, words: &str, done: u64, of: u64) -> Result<()> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(Error::Busy("已经按您的意思停下，什么都没有留下".to_owned()));
        }
        let mut told = hold(&self.told);
        words.clone_into(&mut told.words);
        (told.done, told.of) = (done, of);
        Ok(())
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        hold(&self.told).clone()
    }

    fn end(&self, ended: Result<String>) {
        let ended = ended.map_err(|why| match why {
            Error::Fault(cause) => {
                tracing::error!(cause, "a job failed");
                "程序出了错，已经记进日志。请告诉管理员".to_owned()
            }
            said => said.to_string(),
        });
        hold(&self.told).ended = Some(ended);
    }
}

impl Jobs {
    /// Begins one under a name.
    ///
    /// # Errors
    /// Conflict while another of this name goes on.
    pub fn begin(
        &self,
        chores: &Chores,
        name: &str,
        work: impl FnOnce(&Job) -> Result<String> + Send + 'static,
    ) -> Result<()> {
        let mut all = hold(&self.0);
        let busy = all.get(name).is_some_and(|j| j.progress().ended.is_none());
        if busy {
            return Err(Error::Conflict(
                "上一个还没有做完。请等它做完，或者先停下它".to_owned(),
            ));
        }
        let job = Arc::new(Job::default());
        all.insert(name.to_owned(), job.clone());
        drop(all);
        let stopped = job.clone();
        chores.start(
            move || stopped.stop.store(true, Ordering::Relaxed),
            move || {
                let ended = work(&job);
                job.end(ended);
            },
        )
    }

    /// How far the one of this name is, or how it ended.
    #[must_use]
    pub fn progress(&self, name: &str) -> Option<Progress> {
        let found = hold(&self.0).get(name).cloned();
        found.map(|j| j.progress())
    }

    /// Stops it soon.
    pub fn stop(&self, name: &str) {
        if let Some(job) = hold(&self.0).get(name) {
            job.stop.store(true, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn one_at_a_time_that_tells_and_can_be_stopped() {
        let (jobs, chores) = (Jobs::default(), Chores::default());
        let (begun, wait) = mpsc::channel();
        let work = move |job: &Job| {
            job.tell("第一步", 1, 2)?;
            begun.send(()).unwrap();
            loop {
                job.tell("第二步", 2, 2)?;
                std::thread::yield_now();
            }
        };
        jobs.begin(&chores, "a", work).unwrap();
        wait.recv().unwrap();
        assert!(jobs.begin(&chores, "a", |_| Ok(String::new())).is_err());
        jobs.begin(&chores, "b", |_| Ok("好了".into())).unwrap();
        jobs.stop("a");
        drop(chores);
        let ended = jobs.progress("a").unwrap().ended.unwrap();
        assert!(ended.unwrap_err().contains("停下"));
        assert_eq!(jobs.progress("b").unwrap().ended, Some(Ok("好了".into())));
    }
}
