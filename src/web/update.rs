//! What pages may know of updates of the program and ask for: the composition root does it, a server in a test may have none.
//! Not here: what a package is, and how one program takes the place of another (`app::update`).

use super::State;
use crate::kit::{Millis, Result};
use serde::{Deserialize, Serialize};
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

/// The name of the job that prepares an update.
pub const JOB: &str = "update";

/// How an update ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ended {
    /// The new program serves.
    Done,
    /// It was not well: the old one serves, with the data as they were.
    Returned,
    /// It did not get so far; nothing was touched.
    Stopped,
    /// The same, because somebody thought better of it.
    Cancelled,
}

/// One update that is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    pub from: String,
    pub to: String,
    /// Who wanted it, and when.
    pub by: String,
    pub at: Millis,
    pub ended: Ended,
    /// Why it did not go well.
    pub why: String,
    /// An administrator knows.
    pub seen: bool,
    /// It stands in the office's own record.
    #[serde(default)]
    pub recorded: bool,
}

/// A package as the publisher describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub version: String,
    /// 2026-11-23
    pub day: String,
    pub news: Vec<String>,
    /// Bytes of the program.
    pub size: u64,
}

/// A package on a stick, or why it is none for here.
#[derive(Debug, Clone)]
pub struct Found {
    pub path: PathBuf,
    pub offer: Result<Offer, String>,
}

/// How it stands.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// Whether this build knows whose packages to take.
    pub publisher: bool,
    /// A package that was taken and waits.
    pub offer: Option<Offer>,
    /// The last ones, the newest first.
    pub past: Vec<Past>,
    /// The doors are closing for one.
    pub handing: bool,
}

/// What the pages ask.
pub trait Updates: Send + Sync {
    /// How it stands.
    fn standing(&self) -> Result<Standing>;
    /// Takes a package in, checked to its last byte.
    fn take(&self, from: &mut dyn Read) -> Result<Offer>;
    /// Packages on drives that can be pulled out.
    fn sticks(&self) -> Vec<Found>;
    /// Gives the package that waits away.
    fn forget(&self) -> Result<()>;
    /// An administrator read how the last one ended.
    fn seen(&self) -> Result<()>;
    /// Begins, as the job [`JOB`]; at its end the server stops and hands over.
    fn begin(&self, state: &Arc<State>, by: &str) -> Result<()>;
}
