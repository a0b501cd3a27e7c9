//! Small controls of the designer's panels: a select, a line, a tick, each with its name for those who do not
//! see where it stands. Where the page came back, they hold what was typed.

use crate::ui::{Markup, html};
use crate::web::Visit;

/// What was typed in the form that came back, or nothing.
#[derive(Clone, Copy)]
pub struct Typed<'v>(Option<&'v Visit>);

impl<'v> Typed<'v> {
    /// What came with this button.
    pub fn of(visit: &'v Visit, deed: &str) -> Self {
        Self(Some(visit).filter(|v| v.form("do") == deed))
    }

    /// The text of a field.
    pub fn text(self, name: &str, now: &str) -> String {
        self.0.map_or(now, |v| v.form(name)).to_owned()
    }

    /// Whether a tick is set.
    pub fn on(self, name: &str, now: bool) -> bool {
        self.0.map_or(now, |v| v.input.has(name))
    }

    /// The values ticked in a group.
    pub fn all(self, name: &str, now: &[String]) -> Vec<String> {
        match self.0 {
            Some(v) => v.form_all(name).into_iter().map(str::to_owned).collect(),
            None => now.to_vec(),
        }
    }
}

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

/// One line.
pub fn line(name: &str, said: &str, now: &str) -> Markup {
    html! { input type="text" name=(name) aria-label=(said) value=(now) autocomplete="off"; }
}

/// Several lines.
pub fn area(name: &str, said: &str, now: &str) -> Markup {
    html! { textarea name=(name) aria-label=(said) rows="3" { "\n" (now) } }
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
