//! What a case gives to be found by, and what a hit is shown with; the engine says both.
//! Invariant: a part carries the steps it is hidden from, so that a hit is shown to nobody who could not read
//! it on the page of the case.

use crate::kit::{Digest, Id, Millis, Result, ShelfNo};
use crate::store::Read;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Where in a case a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Where {
    /// Title and numbers.
    Title,
    /// What the form says.
    Body,
    /// What somebody wrote in an opinion box.
    Opinion,
    /// Name of an attachment.
    FileName,
    /// Text of an attachment.
    File,
}

impl Where {
    /// As on the page.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Title => "标题",
            Self::Body => "正文",
            Self::Opinion => "意见",
            Self::FileName => "附件名",
            Self::File => "附件",
        }
    }
}

/// A piece of a case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Part {
    pub place: Where,
    /// What it is called on the form, or who wrote it.
    pub label: String,
    pub text: String,
    /// Steps at which it is not shown.
    pub hidden: Vec<String>,
    /// The attachment it is the name of.
    pub file: Option<Id>,
    /// Its contents.
    pub digest: Option<[u8; 32]>,
}

impl Part {
    /// Whether somebody sees it who came to the case at these steps.
    #[must_use]
    pub fn shown_to(&self, came_at: &[String]) -> bool {
        came_at.is_empty() || !came_at.iter().all(|s| self.hidden.contains(s))
    }

    /// The attachment's contents.
    #[must_use]
    pub fn contents(&self) -> Option<Digest> {
        self.digest.map(Digest)
    }
}

/// A case as it is kept for searching.
#[derive(Debug, Clone)]
pub struct Document {
    pub year: i16,
    pub dept: i64,
    pub procedure: String,
    pub state: String,
    /// Who may see it, as stored numbers.
    pub principals: Vec<i64>,
    pub parts: Vec<Part>,
}

/// What stands beside a hit.
#[derive(Debug, Clone)]
pub struct Line {
    pub title: String,
    pub number: Option<String>,
    pub procedure: String,
    pub state: String,
    pub step: String,
    pub held_by: String,
    pub changed_at: Millis,
}

/// Gives the cases; the engine implements it.
pub trait Source: Send + Sync {
    /// All cases of a shelf, the newest first.
    fn cases(&self, volume: &Read, shelf: ShelfNo) -> Result<Vec<Id>>;
    /// A case, or `None` where it is gone.
    fn document(&self, volume: &Read, case: Id) -> Result<Option<Document>>;
    /// At which steps holders of these principals came to which of the cases, now. `who` and `cases` are JSON
    /// arrays of numbers; a case that is not in the answer is none of theirs.
    fn rights(&self, volume: &Read, cases: &str, who: &str) -> Result<HashMap<Id, Vec<String>>>;
    /// What stands beside hits on these cases.
    fn lines(&self, index: &Read, cases: &str) -> Result<HashMap<Id, Line>>;
    /// The same from the case's own volume, where the lists keep its title back.
    fn line(&self, volume: &Read, case: Id) -> Result<Line>;
}
