//! How a store commits. There is one way in an office; the others exist so that the benchmark can
//! measure the same engine work without group commit, and both on a slow disk (performance.md).
//! Invariant: every way keeps the promise of the store, an answer means the commit is on disk.

use std::time::Duration;

/// Who commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Commits {
    /// One writer a file; requests share a commit.
    #[default]
    Shared,
    /// A pool of writing connections and one transaction a request: what most programs do.
    Single {
        /// Connections a file.
        connections: u32,
    },
}

/// The ways of one store.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ways {
    /// Who commits.
    pub commits: Commits,
    /// Added to every flush of the hub and the volumes, as a spinning disk would.
    pub slow_flush: Duration,
    /// Contents nobody names stay at opening: for a program on trial, whose reading of the names is not yet to be trusted.
    pub keeps_contents: bool,
}

impl Ways {
    /// Waits as long as the slow disk would. Called just before COMMIT, with the file's write lock
    /// held, because there the real flush happens.
    pub(super) fn flush(self) {
        if !self.slow_flush.is_zero() {
            std::thread::sleep(self.slow_flush);
        }
    }
}
