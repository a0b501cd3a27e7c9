//! Finding cases by any words in them: two characters are enough, nothing is segmented or guessed.
//!
//! *Lives here*: folding and pairs of characters, what a case gives to be found by ([`Source`]), keeping the
//! search files up to date off the request path, queries newest first, marked excerpts.
//!
//! *Never here*: what a case, a field or a right is (the source says), HTML, and who reads which file type
//! (`kit::extract`).
//!
//! *Start reading at*: [`words`], then [`Search::find`], then [`keeper`].
//!
//! Decision 2026-11-22: a case is one row of pairs and principals; what of it a person may see is decided per
//! part when a hit is verified, by the grants of that moment in the volume itself. Tokens only narrow: a stale
//! one costs time and gives nothing away. The alternative, rows per visibility, cannot find two words of which
//! one stands in the title and one in an opinion.
//!
//! Decision 2026-11-22: white space beside a Chinese character does not count (张　三 is found by 张三): official
//! texts are spaced out by hand.

pub mod document;
mod excerpt;
mod joining;
mod keeper;
mod packed;
mod query;
mod side_store;
mod tokens;
pub mod words;

pub use document::{Document, Line, Part, Source, Where};
pub use excerpt::{Excerpt, Run};
pub use query::{Asked, Cursor, Hit, Results};

use crate::kit::Result;
use crate::store::Store;
use keeper::Keeper;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

/// The search of one office. Dropped, its thread ends.
pub struct Search {
    store: Store,
    source: Arc<dyn Source>,
    keeper: Keeper,
    /// A single character is looked up through many lists: one at a time.
    single: Mutex<()>,
}

impl Search {
    /// Starts keeping the search files of the store up to date with what the source says of its cases.
    pub fn start(store: Store, source: Arc<dyn Source>) -> Result<Self> {
        let keeper = Keeper::start(store.clone(), source.clone())?;
        Ok(Self {
            store,
            source,
            keeper,
            single: Mutex::default(),
        })
    }

    /// The same store, its cases told by another source.
    pub fn with_source(self, source: Arc<dyn Source>) -> Result<Self> {
        let store = self.store.clone();
        // two threads must not keep the same files
        drop(self);
        Self::start(store, source)
    }

    /// Waits until everything written so far can be found, attachments included. For tests and the benchmark:
    /// meanwhile the work is done without rests.
    #[must_use]
    pub fn drain(&self, at_most: Duration) -> bool {
        self.keeper.drain(at_most)
    }

    /// Whether some search file is being made anew, so that not everything is found yet.
    #[must_use]
    pub fn rebuilding(&self) -> bool {
        self.keeper.rebuilding()
    }
}
