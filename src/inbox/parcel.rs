//! Documents between offices (公文交换): what left, what came and waits to be registered, and the receipts. What came is the
//! records office's of its organ, on its standing shelf; what left stands with its case.
//! Not here: making and opening packages, pages (`modules::exchange`). Invariant: a parcel is settled once.

use super::parcel_store;
use crate::kit::sm2::Public;
use crate::kit::{Digest, Id, Millis, OrganId, PersonId, Result, ShelfNo};
use crate::org::Directory;
use crate::store::{Standing, Store};
use serde_json::Value;

/// Which way it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Out,
    In,
}

impl Way {
    /// As stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Out => "out",
            Self::In => "in",
        }
    }
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Waiting,
    /// Registered by the receiver.
    Taken,
    /// Sent back with a reason.
    Refused,
}

impl State {
    /// As stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Taken => "taken",
            Self::Refused => "refused",
        }
    }

    /// From its stored word.
    #[must_use]
    pub fn of(word: &str) -> Self {
        match word {
            "taken" => Self::Taken,
            "refused" => Self::Refused,
            _ => Self::Waiting,
        }
    }
}

/// One delivery, at one end.
#[derive(Debug, Clone)]
pub struct Parcel {
    pub id: Id,
    pub way: Way,
    /// The delivery's own number, the same at both ends.
    pub delivery: String,
    /// What was sent; of what came, the case it was registered as.
    pub case: Option<Id>,
    /// Who it went to or came from.
    pub partner: String,
    /// The key of that organ, where it is known.
    pub key: Option<Public>,
    /// Receipts are sealed with it.
    pub answer: [u8; 32],
    /// SM3 of the package.
    pub digest: Digest,
    /// Whatever else the exchange keeps of it, in its own words.
    pub data: Value,
    pub state: State,
    /// What the receipt says.
    pub receipt: Option<Value>,
    /// Who sent it or took it in.
    pub name: String,
    pub at: Millis,
    pub changed_at: Millis,
}

/// One to be kept.
pub struct NewParcel {
    pub way: Way,
    pub delivery: String,
    pub case: Option<Id>,
    pub partner: String,
    pub key: Option<Public>,
    pub answer: [u8; 32],
    pub digest: Digest,
    pub data: Value,
    pub person: Option<PersonId>,
    pub name: String,
}

/// How it was settled.
pub struct Settled {
    pub state: State,
    pub case: Option<Id>,
    pub key: Option<Public>,
    pub receipt: Value,
}

/// The shelf on which an organ keeps what came, where anything ever did: looking makes no shelf.
pub fn find_shelf(store: &Store, directory: &Directory, organ: OrganId) -> Result<Option<ShelfNo>> {
    let Some(office) = directory.office_of(organ) else {
        return Ok(None);
    };
    let mut all = store.shelves()?.into_iter();
    let found = all.find(|(_, dept, year)| (*dept, *year) == (office.id.0, 0));
    Ok(found.map(|(no, ..)| no))
}

/// The same, made on first use; none before the organ has a records office.
pub fn shelf(store: &Store, directory: &Directory, organ: OrganId) -> Result<Option<ShelfNo>> {
    let office = directory.office_of(organ);
    office.map(|d| store.shelf_for(d.id.0, 0)).transpose()
}

/// How many wait to be registered.
pub fn count_waiting(store: &Store, directory: &Directory, organ: OrganId) -> Result<i64> {
    match find_shelf(store, directory, organ)? {
        Some(shelf) if store.standing(shelf) == Standing::Open => {
            parcel_store::count_waiting(&store.shelf(shelf)?, shelf)
        }
        _ => Ok(0),
    }
}
