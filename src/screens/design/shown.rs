//! A tab as one form: its parts with what each showed, which of them came back changed, and its controls, each holding
//! what was typed and the sentence on what is wrong with it. One press keeps all that was typed in the tab.
//! Not here: what the parts hold (`held`), what a part means (`read`).
//! Invariant: a part that came back as it was shown is not written.

use super::desk::Tab;
use crate::kit::FieldErrors;
use crate::ui::{Markup, form, html};
use crate::web::Visit;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The word by which a tab's form says whose it is.
const WHOSE: &str = "kept";

/// One part of a tab: its name, then the names of its controls and what they hold.
pub struct Part(pub String, pub Vec<(String, Vec<String>)>);

/// One tab, as it stands or as it came back.
pub struct Shown<'a> {
    visit: &'a Visit,
    errors: &'a FieldErrors,
    whose: String,
    keeps: String,
    parts: Vec<Part>,
    back: bool,
}

impl<'a> Shown<'a> {
    /// Of a tab and of what is picked on it; `keeps` is what its button that keeps all says.
    pub fn of(
        (visit, errors): (&'a Visit, &'a FieldErrors),
        (tab, picked): (Tab, &str),
        keeps: &str,
        parts: Vec<Part>,
    ) -> Self {
        let whose = format!("{}/{picked}", tab.word());
        let back = visit.input.has(WHOSE) && visit.form(WHOSE) == whose;
        Self {
            visit,
            errors,
            whose,
            keeps: keeps.to_owned(),
            parts,
            back,
        }
    }

    /// What the form carries beside its controls. Enter in a line keeps all, whatever button comes first.
    pub fn head(&self) -> Markup {
        html! {
            button type="submit" name="do" value=(self.keeps) hidden {}
            (form::hidden(WHOSE, &self.whose))
            @for Part(name, held) in &self.parts { (form::hidden(&was(name), &mark(held))) }
        }
    }

    /// Whether somebody changed a part since it was shown.
    pub fn changed(&self, part: &str) -> bool {
        let Some(Part(_, held)) = self.parts.iter().find(|p| p.0 == part) else {
            return false;
        };
        let input = &self.visit.input;
        if !input.has(&was(part)) {
            return held.iter().any(|(name, _)| input.has(name));
        }
        let sent: Vec<(String, Vec<String>)> = held
            .iter()
            .map(|(name, _)| (name.clone(), self.sent(name)))
            .collect();
        mark(&sent) != self.visit.form(&was(part))
    }

    /// Whether anything of it is changed but this.
    pub fn changed_but(&self, part: &str) -> bool {
        let others = self.parts.iter().filter(|p| p.0 != part);
        others.map(|p| &p.0).any(|p| self.changed(p))
    }

    fn sent(&self, name: &str) -> Vec<String> {
        let all = self.visit.form_all(name);
        all.into_iter().map(str::to_owned).collect()
    }

    /// The values of a control: as typed where its part came back changed.
    pub fn all(&self, name: &str) -> Vec<String> {
        let has = |p: &&Part| p.1.iter().any(|(n, _)| n == name);
        let Some(Part(part, held)) = self.parts.iter().find(has) else {
            return Vec::new();
        };
        if self.back && self.changed(part) {
            return self.sent(name);
        }
        let found = held.iter().find(|(n, _)| n == name);
        found.map_or_else(Vec::new, |(_, values)| values.clone())
    }

    /// Its one value.
    pub fn text(&self, name: &str) -> String {
        self.all(name).into_iter().next().unwrap_or_default()
    }

    /// Whether it is ticked.
    pub fn on(&self, name: &str) -> bool {
        !self.all(name).is_empty()
    }

    /// Whether something is wrong with one of these: what hides them is opened.
    pub fn is_wrong(&self, names: &[&str]) -> bool {
        names.iter().any(|n| self.errors.of(n).is_some())
    }

    /// The sentence on what is wrong with a control.
    pub fn wrong(&self, name: &str) -> Markup {
        html! {
            @if let Some(why) = self.errors.of(name) { span.wrong id=(format!("w-{name}")) { (why) } }
        }
    }

    /// How a control says that something is wrong with it.
    fn invalid(&self, name: &str) -> (Option<&'static str>, Option<String>) {
        match self.errors.of(name) {
            Some(_) => (Some("true"), Some(format!("w-{name}"))),
            None => (None, None),
        }
    }

    /// One line.
    pub fn line(&self, name: &str, said: &str) -> Markup {
        let (invalid, described) = self.invalid(name);
        html! {
            input type="text" id=(form::field_id(name)) name=(name) aria-label=(said) value=(self.text(name)) autocomplete="off"
                aria-invalid=[invalid] aria-describedby=[described];
            (self.wrong(name))
        }
    }

    /// Several lines.
    pub fn area(&self, name: &str, said: &str) -> Markup {
        let (invalid, described) = self.invalid(name);
        html! {
            textarea id=(form::field_id(name)) name=(name) aria-label=(said) rows="3"
                aria-invalid=[invalid] aria-describedby=[described] { "\n" (self.text(name)) }
            (self.wrong(name))
        }
    }

    /// A select; each option with its value and what it says. What it holds and does not offer stays as it is.
    pub fn pick(&self, name: &str, said: &str, options: &[(String, String)]) -> Markup {
        self.pick_now(name, said, options, &self.text(name))
    }

    /// The same, holding this.
    pub fn pick_now(
        &self,
        name: &str,
        said: &str,
        options: &[(String, String)],
        now: &str,
    ) -> Markup {
        let known = now.is_empty() || options.iter().any(|(value, _)| value == now);
        let (invalid, described) = self.invalid(name);
        html! {
            select id=(form::field_id(name)) name=(name) aria-label=(said) aria-invalid=[invalid] aria-describedby=[described] {
                @if !known { option value=(now) selected { "照现在的不变" } }
                @for (value, label) in options {
                    option value=(value) selected[value == now] { (label) }
                }
            }
            (self.wrong(name))
        }
    }

    /// A tick that stands alone.
    pub fn tick(&self, name: &str, label: &str) -> Markup {
        html! { (super::parts::tick(name, "1", label, self.on(name))) (self.wrong(name)) }
    }

    /// Ticks for the roles of an office, under what they are for.
    pub fn roles(&self, name: &str, legend: &str) -> Markup {
        html! {
            fieldset.plainset id=(form::field_id(name)) tabindex="-1" {
                legend.label { (legend) }
                (super::parts::roles(name, &self.all(name)))
                (self.wrong(name))
            }
        }
    }
}

fn was(part: &str) -> String {
    format!("was.{part}")
}

/// Only compared with another of the same page. Ticks come back in the page's order, whatever order they were said in;
/// a control that holds nothing is as one that is not there.
fn mark(held: &[(String, Vec<String>)]) -> String {
    let mut h = DefaultHasher::new();
    for (name, values) in held {
        name.hash(&mut h);
        let plain = |v: &String| v.replace("\r\n", "\n").trim().to_owned();
        let mut values: Vec<String> = values.iter().map(plain).collect();
        values.retain(|v| !v.is_empty());
        values.sort();
        values.hash(&mut h);
    }
    format!("{:016x}", h.finish())
}
