//! The proof that somebody may do something now. Only `policy.rs` makes one, and without one there is
//! no handler and no audit stamp. Invariant: a permit is never stored, copied or made from input.

use super::{Action, Who};
use crate::kit::Millis;
use crate::store::Stamp;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// Somebody may do `A`, in this request.
pub struct Permit<A: Action> {
    who: Arc<Who>,
    at: Millis,
    request: String,
    op: String,
    action: PhantomData<fn() -> A>,
}

impl<A: Action> Permit<A> {
    /// For `policy.rs` only: nothing else in the house calls it.
    pub(super) fn granted(who: Arc<Who>, at: Millis, request: &str, op: &str) -> Self {
        Self {
            who,
            at,
            request: request.to_owned(),
            op: op.to_owned(),
            action: PhantomData,
        }
    }

    /// Who.
    #[must_use]
    pub fn who(&self) -> &Who {
        &self.who
    }

    /// Who, to keep beyond the request's borrow.
    #[must_use]
    pub fn who_arc(&self) -> Arc<Who> {
        self.who.clone()
    }

    /// When the request came.
    #[must_use]
    pub const fn at(&self) -> Millis {
        self.at
    }

    /// The request, as in the log.
    #[must_use]
    pub fn request(&self) -> &str {
        &self.request
    }

    /// The audit stamp of the action.
    #[must_use]
    pub fn stamp(&self) -> Stamp {
        self.stamp_on("")
    }

    /// The audit stamp of the action on something.
    #[must_use]
    pub fn stamp_on(&self, target: impl ToString) -> Stamp {
        Stamp {
            acting_for: self.who.actor.acting_for().map(|p| p.0),
            target: target.to_string(),
            request: self.request.clone(),
            op: self.op.clone(),
            spare: A::SPARE,
            ..Stamp::new(self.who.actor.text(), A::ID, self.at)
        }
    }
}

impl<A: Action> fmt::Debug for Permit<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Permit({} for {})", A::ID, self.who.actor.text())
    }
}
