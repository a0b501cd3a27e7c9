//! What a handler holds: the visit and, inside, the permit of its route's action.
//! A `Cx<A>` exists only after `A` was permitted; whoever wants to write needs one.

use super::cookies::{self, Keep};
use super::visit::Visit;
use crate::access::{Action, Permit, Token, Who};
use crate::kit::{Result, ShelfNo};
use crate::store::{Receipt, Write};
use serde::{Serialize, de::DeserializeOwned};
use std::ops::{Deref, DerefMut};

/// A request of somebody who may do `A`.
pub struct Cx<A: Action> {
    /// The proof.
    pub permit: Permit<A>,
    pub(super) visit: Visit,
}

impl<A: Action> Deref for Cx<A> {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.visit
    }
}

impl<A: Action> DerefMut for Cx<A> {
    fn deref_mut(&mut self) -> &mut Visit {
        &mut self.visit
    }
}

impl<A: Action> Cx<A> {
    /// Who asks.
    #[must_use]
    pub fn who(&self) -> &Who {
        self.permit.who()
    }

    /// One action on one shelf, stamped with this route's action; repeated with the same form it
    /// answers what it answered first.
    pub fn write<T>(
        &self,
        shelf: ShelfNo,
        f: impl FnOnce(&mut Write<'_>) -> Result<T> + Send + 'static,
    ) -> Result<Receipt<T>>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
    {
        self.state.store.write(shelf, self.permit.stamp(), f)
    }

    /// The same, naming what it is done to.
    pub fn write_on<T>(
        &self,
        shelf: ShelfNo,
        target: impl ToString,
        f: impl FnOnce(&mut Write<'_>) -> Result<T> + Send + 'static,
    ) -> Result<Receipt<T>>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
    {
        let stamp = self.permit.stamp_on(target);
        self.state.store.write(shelf, stamp, f)
    }

    /// Gives the browser another session (a new password), or none.
    pub fn set_session(&mut self, token: Option<&Token>) {
        set_session(&mut self.visit, token);
    }
}

/// A request to a public page.
pub struct OpenCx {
    pub(super) visit: Visit,
}

impl Deref for OpenCx {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.visit
    }
}

impl DerefMut for OpenCx {
    fn deref_mut(&mut self) -> &mut Visit {
        &mut self.visit
    }
}

impl OpenCx {
    /// Who is logged in, if anybody is.
    #[must_use]
    pub fn who(&self) -> Option<&Who> {
        self.visit.who.as_deref()
    }

    /// Lets somebody in: the browser gets this session and forgets the one before (S23).
    pub fn set_session(&mut self, token: &Token) {
        if let Some(tls) = self.state.tls().filter(|_| self.visit.peer.https) {
            tls.prove();
        }
        set_session(&mut self.visit, Some(token));
    }
}

fn set_session(visit: &mut Visit, token: Option<&Token>) {
    match token {
        Some(token) => visit.set_cookie(cookies::SESSION, &token.text(), Keep::Session),
        None => visit.set_cookie(cookies::SESSION, "", Keep::Drop),
    }
}
