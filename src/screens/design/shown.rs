//! What the panel of a step shows, part by part, and which parts came back changed. The panel is one form, so
//! that one press keeps all that was typed in it; each part carries the mark of what it showed.
//! Not here: HTML (`step_panel`), what a part means (`read`).
//! Invariant: a part that came back as it was shown is not written.

use super::desk::Desk;
use super::read::{ROWS, who_word};
use crate::engine::definition::limit::Term;
use crate::engine::definition::{Ends, HowMany, Need, Next, Step, Who};
use crate::engine::design::{Right, clock, rights, words};
use crate::ui::{Markup, form, html};
use crate::web::Visit;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The word by which a panel's form says whose it is.
const WHOSE: &str = "kept";

/// One part of the panel: its name, then the names of its controls and what they hold.
struct Part(String, Vec<(String, Vec<String>)>);

/// The panel of one step, as it stands or as it came back.
pub struct Panel<'a> {
    visit: &'a Visit,
    parts: Vec<Part>,
    back: bool,
}

fn one(name: &str, value: impl Into<String>) -> (String, Vec<String>) {
    (name.to_owned(), vec![value.into()])
}

fn tick(name: &str, on: bool) -> (String, Vec<String>) {
    let set = on.then(|| "1".to_owned());
    (name.to_owned(), set.into_iter().collect())
}

/// The name of a way's control.
pub fn of_way(n: usize, what: &str) -> String {
    format!("y{n}.{what}")
}

/// The part a way is.
pub fn way_part(n: usize) -> String {
    format!("way.{n}")
}

/// The control that holds a field's right.
pub fn of_right(field: &str) -> String {
    format!("r.{field}")
}

impl<'a> Panel<'a> {
    /// Of this step.
    pub fn of(visit: &'a Visit, desk: &Desk, s: &Step) -> Self {
        let mut parts = vec![
            Part(
                "name".to_owned(),
                vec![
                    one("name", s.name.clone()),
                    one("verb", s.verb.clone().unwrap_or_default()),
                ],
            ),
            people(s),
            due(s),
            Part(
                "clock".to_owned(),
                vec![
                    one("extend", clock::extends(&desk.procedure, &s.id)),
                    tick("pause", clock::pauses(&desk.procedure, &s.id)),
                ],
            ),
            opinion(s),
            moves(s),
            review(s),
        ];
        let ways = s.next.iter().map(Some).chain([None]);
        parts.extend(ways.enumerate().map(|(n, w)| way(desk, n, w)));
        for f in &desk.procedure.fields {
            let now = rights::right(f, &s.id);
            let word = Right::ALL.iter().find(|r| r.0 == now);
            let name = of_right(&f.id);
            let held = one(&name, word.map_or("see", |r| r.1));
            parts.push(Part(name, vec![held]));
        }
        let back = visit.input.has(WHOSE) && visit.form(WHOSE) == s.id;
        Self { visit, parts, back }
    }

    /// What every panel's form carries beside its parts.
    pub fn whose(s: &Step) -> Markup {
        form::hidden(WHOSE, &s.id)
    }

    /// The mark of a part as it stands.
    pub fn mark(&self, part: &str) -> Markup {
        let mark = self.part(part).map_or_else(String::new, |p| mark(&p.1));
        html! { (form::hidden(&was(part), &mark)) }
    }

    fn part(&self, part: &str) -> Option<&Part> {
        self.parts.iter().find(|p| p.0 == part)
    }

    /// Whether somebody changed it since it was shown.
    pub fn changed(&self, part: &str) -> bool {
        let Some(Part(_, held)) = self.part(part) else {
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

    fn sent(&self, name: &str) -> Vec<String> {
        let all = self.visit.form_all(name);
        all.into_iter().map(str::to_owned).collect()
    }

    /// The values of a control: as typed where its part came back changed.
    pub fn all(&self, name: &str) -> Vec<String> {
        let part = self
            .parts
            .iter()
            .find(|p| p.1.iter().any(|(n, _)| n == name));
        let Some(Part(part, held)) = part else {
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
}

fn was(part: &str) -> String {
    format!("was.{part}")
}

/// Only compared with another of the same page. Ticks come back in the page's order, whatever order they were said in.
fn mark(held: &[(String, Vec<String>)]) -> String {
    let mut h = DefaultHasher::new();
    for (name, values) in held {
        name.hash(&mut h);
        let plain = |v: &String| v.replace("\r\n", "\n").trim().to_owned();
        let mut values: Vec<String> = values.iter().map(plain).collect();
        values.sort();
        values.hash(&mut h);
    }
    format!("{:016x}", h.finish())
}

fn people(s: &Step) -> Part {
    let among = match &s.who {
        Who::ChosenFrom(all) => all.clone(),
        _ => Vec::new(),
    };
    let (mut least, mut main, mut assisting, mut ends) =
        (String::new(), "", "none".to_owned(), "all");
    let many = match &s.how {
        HowMany::AnyOne => "any_one",
        HowMany::All => "all",
        HowMany::InOrder => "in_order",
        HowMany::AtLeast(n) => {
            least = n.to_string();
            "at_least"
        }
        HowMany::Departments {
            principal,
            assisting: with,
            ends: over,
            ..
        } => {
            main = principal;
            assisting = with.clone().unwrap_or(assisting);
            if *over == Ends::Principal {
                ends = "principal";
            }
            "departments"
        }
    };
    if many != "departments" {
        assisting.clear();
    }
    Part(
        "people".to_owned(),
        vec![
            one("who", who_word(&s.who)),
            ("among".to_owned(), among),
            one("many", many),
            one("least", least),
            one("main", main),
            one("assisting", assisting),
            one("ends", ends),
            tick("not_own", s.not_own),
        ],
    )
}

fn due(s: &Step) -> Part {
    let (n, unit) = match s.due.as_ref().map(|d| (d.term, d.limit)) {
        None => (String::new(), ""),
        Some((_, Some(law))) => (String::new(), law.id.as_str()),
        Some((Term::WorkingDays(n), _)) => (n.to_string(), "working_days"),
        Some((Term::Days(n), _)) => (n.to_string(), "days"),
        Some((Term::Months(n), _)) => (n.to_string(), "months"),
    };
    let due = s.due.as_ref();
    Part(
        "due".to_owned(),
        vec![
            one("n", n),
            one("unit", unit),
            one(
                "after",
                due.and_then(|d| d.after.clone()).unwrap_or_default(),
            ),
            one(
                "dated",
                due.and_then(|d| d.field.clone()).unwrap_or_default(),
            ),
        ],
    )
}

fn opinion(s: &Step) -> Part {
    let rule = s.opinion.as_ref();
    let writes = match rule.map(|o| o.need) {
        None => "no",
        Some(Need::Required) => "must",
        Some(Need::Optional) => "may",
    };
    Part(
        "opinion".to_owned(),
        vec![
            one("writes", writes),
            one("into", rule.map_or("", |o| o.into.as_str())),
            one(
                "phrases",
                rule.map_or_else(String::new, |o| o.phrases.join("\n")),
            ),
        ],
    )
}

fn moves(s: &Step) -> Part {
    let known = words::OFFERED.iter();
    let known: Vec<_> = known.filter(|o| s.moves.contains_key(&o.0)).collect();
    let ticked = known.iter().map(|o| o.0.as_str().to_owned()).collect();
    let mut held = vec![("move".to_owned(), ticked)];
    for (mv, usual, _) in &words::OFFERED {
        let on = known.iter().any(|o| o.0 == *mv);
        let says = on.then(|| s.label(*mv).unwrap_or(usual).to_owned());
        held.push((format!("say.{}", mv.as_str()), says.into_iter().collect()));
    }
    Part("moves".to_owned(), held)
}

fn review(s: &Step) -> Part {
    let who = s.review.as_ref();
    let who = who.map_or_else(|| "none".to_owned(), |r| who_word(&r.who));
    Part("review".to_owned(), vec![one("reviewer", who)])
}

/// A way on; the last one is the one to be added.
fn way(desk: &Desk, n: usize, way: Option<&Next>) -> Part {
    let mut held = vec![
        one(&of_way(n, "to"), way.map_or("", |w| w.to.as_str())),
        one(&of_way(n, "label"), way.map_or("", |w| w.label.as_str())),
    ];
    let rows = way.map_or(1, |w| (w.when.len() + 1).min(ROWS));
    for i in 0..rows {
        let c = way.and_then(|w| w.when.get(i));
        let is = c.and_then(|c| words::COMPARED.iter().find(|k| k.2 == c.is));
        let value = c.map_or_else(String::new, |c| words::value(&desk.procedure, c));
        let of = |what: &str| of_way(n, &format!("w{i}.{what}"));
        held.push(one(&of("field"), c.map_or("", |c| c.field.as_str())));
        held.push(one(&of("is"), is.map_or("at_most", |k| k.0)));
        held.push(one(&of("value"), value));
    }
    Part(way_part(n), held)
}
