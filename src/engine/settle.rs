//! What is told after a case's own write: the event's name, and to the hub the number it took or gave back or voided.
//! Invariant: nothing here can undo what was committed; what fails waits for the next start.

use super::definition::MoveId;
use crate::kit::Id;
use crate::store::{Reserved, Store};

/// The hub follows a voided case; where it is too busy for this, at the next start.
pub(super) fn settle_voids(store: &Store, case: Id) {
    if let Err(e) = store.settle_voids(case) {
        tracing::warn!(cause = %e, %case, "a void number waits for the next start");
    }
}

/// Binds the number a case took, or gives it back. What was committed stays committed: where the hub
/// is too busy for this, the number waits for the next start and the answer is still the case's.
pub(super) fn settle_claim(store: &Store, claim: Option<&Reserved>) {
    if let Some(claim) = claim
        && let Err(e) = store.settle_claim(claim)
    {
        tracing::warn!(cause = %e, key = claim.key, n = claim.n, "a number waits for the next start");
    }
}

/// The event an act announces.
pub(super) const fn event_of(mv: MoveId) -> &'static str {
    match mv {
        MoveId::Urge => "case.urged",
        MoveId::Correct => "case.corrected",
        MoveId::Void => "case.voided",
        MoveId::Spawn | MoveId::Continue => super::children::SPAWNED,
        _ => "case.advanced",
    }
}
