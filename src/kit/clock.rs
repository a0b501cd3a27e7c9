//! Instants. The clock is a value the server instance holds, so tests run fixed and in parallel.
//! Stored times are UTC milliseconds; the office's zone is fixed at claim (README decision 15).

use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// UTC milliseconds since 1970.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Millis(pub i64);

/// Where "now" comes from.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The PC's clock.
    #[default]
    System,
    /// A clock that only its holder moves: tests and the demo's simulated year.
    Held(Arc<AtomicI64>),
}

impl Clock {
    /// A held clock starting at `at`.
    #[must_use]
    pub fn held(at: Millis) -> Self {
        Self::Held(Arc::new(AtomicI64::new(at.0)))
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Millis {
        match self {
            Self::System => {
                let ms = SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .map_or(0, |d| d.as_millis());
                Millis(i64::try_from(ms).unwrap_or(i64::MAX))
            }
            Self::Held(at) => Millis(at.load(Ordering::Relaxed)),
        }
    }

    /// Moves a held clock on by `ms`; the PC's clock is nobody's to move.
    pub fn advance(&self, ms: i64) {
        if let Self::Held(at) = self {
            at.fetch_add(ms, Ordering::Relaxed);
        }
    }
}
