//! Small things of the designer's tabs and of its trial: a label, a select, a tick, a button, each with its name for
//! those who do not see where it stands. Not here: controls that hold what was typed (`shown`).

use crate::ui::{Markup, html};

/// A labelled control.
pub fn field(label: &str, control: &Markup) -> Markup {
    html! { label.field { span.label { (label) } (control) } }
}

/// A select; each option with its value and what it says. What it holds and does not offer stays as it is.
pub fn pick(name: &str, said: &str, options: &[(String, String)], now: &str) -> Markup {
    let known = now.is_empty() || options.iter().any(|(value, _)| value == now);
    html! {
        select name=(name) aria-label=(said) {
            @if !known { option value=(now) selected { "照现在的不变" } }
            @for (value, label) in options {
                option value=(value) selected[value == now] { (label) }
            }
        }
    }
}

/// A tick.
pub fn tick(name: &str, value: &str, label: &str, on: bool) -> Markup {
    html! { label.opt { input type="checkbox" name=(name) value=(value) checked[on]; (label) } }
}

/// A small button that does something.
pub fn press(deed: &str, label: &str) -> Markup {
    html! { button.btn.small type="submit" name="do" value=(deed) { (label) } }
}

/// Ticks for the roles of an office.
pub fn roles(name: &str, now: &[String]) -> Markup {
    html! {
        @for role in crate::org::Role::ALL {
            (tick(name, role.id(), role.label(), now.iter().any(|r| r == role.id())))
        }
    }
}

/// Pairs for a select.
pub fn pairs<'a>(all: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<(String, String)> {
    let all = all.into_iter();
    all.map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
}
