//! Whose key a package or a receipt was signed with: known and confirmed, new, or another than before.
//! Not here: confirming it (`arrive`, `partners`). Invariant: a key is believed once a person has compared its fingerprint.

use super::partner_store::{Partner, find_partner};
use crate::kit::sm2::Public;
use crate::kit::{OrganId, Result};
use crate::store::Store;

/// What is known of the key something was signed with.
#[derive(Debug, Clone)]
pub(super) enum Known {
    /// Of an organ on this server.
    Sister,
    /// Compared by a person before.
    Confirmed(Partner),
    /// Nobody compared it yet.
    New,
    /// Another one was confirmed.
    Changed(Partner),
}

impl Known {
    /// By name and key, as an organ here knows it.
    pub(super) fn of(
        store: &Store,
        (organ, partner): (OrganId, &str),
        key: Option<&Public>,
    ) -> Result<Self> {
        let Some(key) = key else {
            return Ok(Self::Sister);
        };
        let found = find_partner(&store.hub()?, organ, partner)?;
        Ok(match found {
            Some(p) if p.key.as_ref() == Some(key) => Self::Confirmed(p),
            Some(p) if p.key.is_some() => Self::Changed(p),
            _ => Self::New,
        })
    }

    /// Whether it may be another who signs in that organ's name.
    pub(super) const fn is_changed(&self) -> bool {
        matches!(self, Self::Changed(_))
    }
}
