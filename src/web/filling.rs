//! A demonstration office being filled on a thread of its own, and how far it is, for the page that waits.
//! Not here: what is filled in, and the claim at its end, which takes a press of somebody who may.
//! Invariant: one fill at a time; what was filled is claimed only after the whole story was told.

use super::State;
use crate::access::{Peer, Token};
use crate::kit::Result;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How an empty server gets a demonstration office. `app` gives it, this room only calls it.
#[derive(Clone, Copy)]
pub struct Filler {
    /// Writes people and papers, going on where it was cut short. The last is the request, for the log.
    pub tell: fn(&State, &Told, &str) -> Result<()>,
    /// Claims the server; whoever sits at the peer is logged in as its administrator.
    pub finish: fn(&State, Option<&Peer>, &str) -> Result<Option<Token>>,
}

/// Papers written so far.
#[derive(Debug, Default)]
pub struct Told {
    done: AtomicUsize,
    of: AtomicUsize,
}

impl Told {
    /// So many papers will be written.
    pub fn begin(&self, of: usize) {
        self.done.store(0, Ordering::Relaxed);
        self.of.store(of, Ordering::Relaxed);
    }

    /// One more is there.
    pub fn one(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

/// How far it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Stage {
    /// Nothing was begun since the server started.
    #[default]
    Idle,
    /// Papers are being written.
    Going {
        /// So many are there.
        done: usize,
        /// Of so many; 0 where that is not known yet.
        of: usize,
    },
    /// All are there.
    Told,
    /// It stopped; the log says why.
    Failed,
}

/// The fill of one server.
#[derive(Debug, Default)]
pub struct Fill {
    stage: Mutex<Stage>,
    told: Told,
}

impl Fill {
    fn lock(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far it is.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match *self.lock() {
            Stage::Going { .. } => Stage::Going {
                done: self.told.done.load(Ordering::Relaxed),
                of: self.told.of.load(Ordering::Relaxed),
            },
            stage => stage,
        }
    }
}

impl State {
    /// Begins to fill, where that is not going on already.
    pub fn start_fill(self: &Arc<Self>, filler: Filler, request: &str) -> Result<()> {
        {
            let mut stage = self.fill.lock();
            if matches!(*stage, Stage::Going { .. } | Stage::Told) {
                return Ok(());
            }
            *stage = Stage::Going { done: 0, of: 0 };
        }
        let (state, request) = (self.clone(), request.to_owned());
        let spawned = std::thread::Builder::new()
            .name("fill".into())
            .spawn(move || {
                let told = (filler.tell)(&state, &state.fill.told, &request);
                if let Err(e) = &told {
                    state.fault(&e.to_string(), &request, "fill");
                }
                *state.fill.lock() = match told {
                    Ok(()) => Stage::Told,
                    Err(_) => Stage::Failed,
                };
            });
        if let Err(e) = spawned {
            *self.fill.lock() = Stage::Failed;
            return Err(e.into());
        }
        Ok(())
    }
}
