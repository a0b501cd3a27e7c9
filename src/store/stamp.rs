//! Who does it, on whose behalf, what, to what: without it no [`super::Write`] exists, so no change
//! can lack its audit row. Made by `access` from a permit, and by jobs of `app`; nowhere else.

use crate::kit::Millis;

/// The audit stamp of one action.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// `person:12`, `system:projector`, …
    pub actor: String,
    /// Person on whose behalf it is done.
    pub acting_for: Option<i64>,
    /// Id of the action, as `case.advance`.
    pub action: &'static str,
    /// What it is done to: an id as text, or a name.
    pub target: String,
    /// The request, for finding it in the log.
    pub request: String,
    /// Key that makes a repeated submit harmless; empty where the action is idempotent itself.
    pub op: String,
    /// When, by the server's clock.
    pub at: Millis,
    /// It clears a to-do or deletes: still done where the disk is full.
    pub spare: bool,
}

impl Stamp {
    /// What makes two submits the same one: the form's number, and who does what with it. The number
    /// alone comes from the browser, so another's, or one's own on another deed, must answer nothing.
    /// Empty where the form has none.
    #[must_use]
    pub fn repeat_key(&self) -> String {
        if self.op.is_empty() {
            return String::new();
        }
        format!("{} {} {} {}", self.op, self.actor, self.action, self.target)
    }
}

impl Stamp {
    /// A stamp without delegation and repeat key.
    #[must_use]
    pub fn new(actor: impl Into<String>, action: &'static str, at: Millis) -> Self {
        Self {
            actor: actor.into(),
            acting_for: None,
            action,
            target: String::new(),
            request: String::new(),
            op: String::new(),
            at,
            spare: false,
        }
    }
}
