//! Deeds: what was done to a case's official document, each once and for ever: signed, sealed, issued, received.
//! The engine asks them before a step ends; the modules that do them write them, in the same write as what they did.
//! Not here: doing any of them. Invariant: rows are written once and never changed; a deed undone is another deed.

use crate::kit::{Digest, Id, Millis, PersonId};
use serde_json::Value;

/// Field of the files that were sealed; no field of a form begins so.
pub const SEALED_FILE: &str = "@sealed";

/// What kind of deed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    /// 签发: of this very text.
    Signed,
    /// 用印: the fixed document and its signature.
    Sealed,
    /// 作废用印: what was sealed is not to be used.
    Unsealed,
    /// 分发: to one receiver, by one way.
    Issued,
    /// 回执: one receiver has it.
    Received,
}

impl What {
    /// As stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::Sealed => "sealed",
            Self::Unsealed => "unsealed",
            Self::Issued => "issued",
            Self::Received => "received",
        }
    }

    /// From its stored word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        let all = [
            Self::Signed,
            Self::Sealed,
            Self::Unsealed,
            Self::Issued,
            Self::Received,
        ];
        all.into_iter().find(|w| w.word() == word)
    }
}

/// One deed.
#[derive(Debug, Clone, PartialEq)]
pub struct Deed {
    pub id: Id,
    pub what: What,
    /// SM3 of the text it was done to.
    pub text: Digest,
    /// What else is to be known of it; each kind's own words, read by whoever wrote it.
    pub data: Value,
    /// Who did it; none for another office or the server.
    pub person: Option<PersonId>,
    /// As it was then.
    pub name: String,
    pub at: Millis,
}

/// Whether this deed was done to the text as it stands and not undone since.
#[must_use]
pub fn stands(deeds: &[Deed], what: What, text: Digest) -> bool {
    let undone = |d: &Deed| what == What::Sealed && d.what == What::Unsealed;
    let last = deeds.iter().rev().find(|d| d.what == what || undone(d));
    last.is_some_and(|d| d.what == what && d.text == text)
}
