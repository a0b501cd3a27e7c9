//! A checkbox of its own, and the one that shows a password. Reached through `form`, as every part of a form.
//! Not here: groups of ticks, which are fields (`form::checks`).

use super::form::field_id;
use super::{Markup, html};

/// One checkbox of its own, such as 记住姓名; posts `1`.
#[must_use]
pub fn tick(name: &str, label: &str, on: Ticked) -> Markup {
    html! {
        label.opt { input type="checkbox" name=(name) value="1" checked[on == Ticked::Yes]; (label) }
    }
}

/// Whether a lone checkbox is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ticked {
    /// On.
    Yes,
    /// Off.
    No,
}

impl From<bool> for Ticked {
    fn from(on: bool) -> Self {
        if on { Self::Yes } else { Self::No }
    }
}

/// 显示密码 for the password field `name`; only there when the script is.
#[must_use]
pub fn show_password(name: &str) -> Markup {
    html! {
        label.opt data-js hidden { input type="checkbox" data-show=(field_id(name)); "显示密码" }
    }
}
