//! What posted forms carry along unseen: the session's token, the form's own number, values to be kept.
//! Not for fields that anybody fills in.

use super::{Markup, html};

/// Name of the hidden field with the session's form token.
pub const CSRF: &str = "_csrf";
/// Name of the hidden field with the form's own number: the same number twice is one record.
pub const OP: &str = "_op";

/// What every posted form carries first: the token, the form's own number, and a dead first button, so
/// that Enter in a text box never presses whatever button happens to come first (退回).
#[must_use]
pub fn tokens(csrf: &str, op: &str) -> Markup {
    html! {
        (token(csrf))
        input type="hidden" name=(OP) value=(op);
        button type="submit" disabled hidden {}
    }
}

/// The token alone, for one-button forms and log-in, where Enter may submit.
#[must_use]
pub fn token(csrf: &str) -> Markup {
    html! { input type="hidden" name=(CSRF) value=(csrf); }
}

/// A value the form carries along.
#[must_use]
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}
