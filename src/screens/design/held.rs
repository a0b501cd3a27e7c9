//! What the parts of each tab hold as the sketch stands: the flow with its picked step, the form with its picked field,
//! the names and books. Not here: the controls (`shown` and the tabs), what comes back (`read`).
//! Invariant: every control of a tab stands in exactly one part, by the name it is posted under.

use super::desk::Desk;
use super::read::{COLUMNS, ROWS, who_word};
use super::shown::Part;
use crate::engine::definition::arrive::Each;
use crate::engine::definition::limit::Term;
use crate::engine::definition::{
    Column, ColumnOf, Compute, Default, Ends, Field, HowMany, Kind, Need, Next, Scope, SeenBy,
    Step, Who,
};
use crate::engine::design::{Right, clock, head, rights, words};

fn one(name: &str, value: impl Into<String>) -> (String, Vec<String>) {
    (name.to_owned(), vec![value.into()])
}

fn tick(name: &str, on: bool) -> (String, Vec<String>) {
    let set = on.then(|| "1".to_owned());
    (name.to_owned(), set.into_iter().collect())
}

fn part(name: &str, held: Vec<(String, Vec<String>)>) -> Part {
    Part(name.to_owned(), held)
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

/// The control that holds a sheet's title.
pub fn of_sheet(sheet: &str) -> String {
    format!("sheet.{sheet}")
}

/// The flow: the line, a step to be added, the picked step.
pub fn flow(desk: &Desk, line: &str, step: Option<&Step>) -> Vec<Part> {
    let last = step.or_else(|| desk.procedure.steps.last());
    let mut parts = vec![
        part("line", vec![one("line", line)]),
        part(
            "add",
            vec![
                one("add.name", ""),
                one("add.who", "chosen"),
                one("add.after", last.map_or("", |s| s.id.as_str())),
            ],
        ),
    ];
    let Some(s) = step else { return parts };
    parts.push(part(
        "name",
        vec![
            one("name", s.name.clone()),
            one("verb", s.verb.clone().unwrap_or_default()),
        ],
    ));
    // whoever begins does the first
    if desk.procedure.first_step().is_none_or(|f| f.id != s.id) {
        parts.push(people(s));
    }
    parts.push(due(s));
    parts.push(part(
        "clock",
        vec![
            one("extend", clock::extends(&desk.procedure, &s.id)),
            tick("pause", clock::pauses(&desk.procedure, &s.id)),
        ],
    ));
    parts.extend([opinion(s), moves(s)]);
    if matches!(s.how, HowMany::Departments { .. }) {
        parts.push(review(s));
    }
    let ways = s.next.iter().map(Some).chain([None]);
    parts.extend(ways.enumerate().map(|(n, w)| way(desk, n, w)));
    for f in &desk.procedure.fields {
        let now = rights::right(f, &s.id);
        let word = Right::ALL.iter().find(|r| r.0 == now);
        let name = of_right(&f.id);
        let held = one(&name, word.map_or("see", |r| r.1));
        parts.push(Part(name, vec![held]));
    }
    parts
}

/// The form: a field to be added, the name of a new cell, the picked field.
pub fn form(new: &str, field: Option<&Field>) -> Vec<Part> {
    let mut parts = vec![
        part(
            "add",
            vec![
                one("add.label", ""),
                one("add.kind", "text"),
                one("add.options", ""),
            ],
        ),
        part("new", vec![one("new", new)]),
    ];
    parts.extend(field.map(of_field));
    parts
}

/// All that may be asked of a field; what its kind does not ask holds nothing.
fn of_field(f: &Field) -> Part {
    let number = |n: Option<f64>| n.map_or_else(String::new, |n| n.to_string());
    let [mut options, mut min, mut max, mut of]: [String; 4] = std::default::Default::default();
    let (mut compute, mut from) = ("", Vec::new());
    let mut columns: Option<&[Column]> = None;
    match &f.kind {
        Kind::Choice { options: all } | Kind::Choices { options: all } => options = all.join("\n"),
        Kind::Number { min: a, max: b } => (min, max) = (number(*a), number(*b)),
        Kind::Text { max: most } | Kind::LongText { max: most } => max = most.to_string(),
        Kind::Resource { of: list } => of.clone_from(list),
        Kind::Table { columns: all } => columns = Some(all),
        Kind::Computed(how) => (compute, from) = computed(how),
        _ => {}
    }
    let kind = words::kind_word(&f.kind);
    let (default, says) = match &f.default {
        // of a kind that is not asked for it
        _ if defaults(kind).is_empty() => ("", ""),
        Some(Default::Today) => ("today", ""),
        Some(Default::Me) => ("me", ""),
        Some(Default::MyDepartment) => ("my_department", ""),
        Some(Default::Literal(s)) => ("words", s.as_str()),
        None => ("", ""),
    };
    let mut held = vec![
        one("label", f.label.clone()),
        one("kind", kind),
        one("options", options),
        one("min", min),
        one("max", max),
        one("of", of),
        one("compute", compute),
        ("from".to_owned(), from),
        one("default", default),
        one("words", says),
        one("help", f.help.clone().unwrap_or_default()),
        tick("masked", f.masked && may_be_masked(kind)),
    ];
    let shown = columns.map_or(0, |all| (all.len() + SPARE).min(COLUMNS));
    for n in 0..COLUMNS {
        let c = columns.and_then(|all| all.get(n));
        let of = |what: &str| format!("c{n}.{what}");
        let kind = if n < shown { "text" } else { "" };
        held.extend([
            one(&of("id"), c.map_or("", |c| c.id.as_str())),
            one(&of("label"), c.map_or("", |c| c.label.as_str())),
            one(&of("kind"), c.map_or(kind, column_word)),
            one(
                &of("options"),
                c.map_or_else(String::new, |c| c.options.join("、")),
            ),
            tick(&of("must"), c.is_some_and(|c| c.must)),
            tick(&of("sum"), c.is_some_and(|c| c.sum)),
        ]);
    }
    part("field", held)
}

/// What may stand in a field of this kind when the form is opened.
pub fn defaults(kind: &str) -> &'static [(&'static str, &'static str)] {
    match kind {
        "date" => &[("today", "当天")],
        "person" => &[("me", "本人")],
        "department" => &[("my_department", "本部门"), ("words", "固定写")],
        "text" | "long_text" | "number" | "choice" | "outside_organ" | "departments" => {
            &[("words", "固定写")]
        }
        _ => &[],
    }
}

/// Whether a field of this kind may be covered.
pub fn may_be_masked(kind: &str) -> bool {
    matches!(kind, "text" | "phone" | "id_number")
}

/// Rows for columns to be added to a table.
pub const SPARE: usize = 3;

fn column_word(c: &Column) -> &'static str {
    match c.kind {
        ColumnOf::Number => "number",
        ColumnOf::Money => "money",
        ColumnOf::Date => "date",
        ColumnOf::Choice => "choice",
        ColumnOf::Text => "text",
    }
}

fn computed(how: &Compute) -> (&'static str, Vec<String>) {
    match how {
        Compute::Days(of) => ("days", vec![of.clone()]),
        Compute::WorkingDays(of) => ("working_days", vec![of.clone()]),
        Compute::Age(of) => ("age", vec![of.clone()]),
        Compute::Sum(all) => ("sum", all.clone()),
        Compute::SumOf { table, column } => ("sum_of", vec![format!("{table}/{column}")]),
    }
}

/// Names, who starts and sees, the number, the register, the sheets.
pub fn books(desk: &Desk) -> Vec<Part> {
    let p = &desk.procedure;
    let seen = match p.visibility.rule {
        SeenBy::Downstream => "downstream",
        SeenBy::Participants => "participants",
        SeenBy::Office => "office",
    };
    let urge = p.urge.as_ref().map(|u| u.roles.clone());
    let void = p.void.as_ref().map(|v| v.roles.clone());
    let ticks = |name: &str, all: Vec<String>| (name.to_owned(), all);
    let naming = vec![
        one("name", p.name.clone()),
        one("group", p.group.clone()),
        one("start", p.start.label.clone()),
        one("title", p.title.clone()),
        one("urgent_by", p.urgency.clone().unwrap_or_default()),
        one("seen", seen),
        ticks("roles", p.start.roles.clone()),
        ticks("sees", head::seeing(p)),
        ticks("urge", urge.unwrap_or_default()),
        ticks("void", void.unwrap_or_default()),
    ];
    let now = p.series.as_ref();
    let scope = match now.map(|s| s.scope) {
        Some(Scope::Department) => "department",
        None if p.department.is_some() => "department",
        _ => "organ",
    };
    let series = vec![
        one("prefix", now.map_or("", |s| s.key.as_str())),
        one("scope", scope),
    ];
    let adds = [
        part("column", vec![one("add.of", "")]),
        part("sheet", vec![one("add.title", ""), one("add.page", "form")]),
    ];
    let mut parts = vec![part("head", naming), every(desk), part("series", series)];
    for s in &p.sheets {
        let name = of_sheet(&s.id);
        let held = one(&name, s.title.clone());
        parts.push(Part(name, vec![held]));
    }
    parts.extend(adds);
    parts
}

/// What begins cases of it beside a person.
fn every(desk: &Desk) -> Part {
    let start = &desk.procedure.start;
    let every = start.every.as_ref();
    let (each, on) = every.map_or(("", String::new()), |e| match e.each {
        Each::Day => ("day", String::new()),
        Each::Week => ("week", e.day.to_string()),
        Each::Month => ("month", e.day.to_string()),
        Each::Year => ("year", format!("{:02}-{:02}", e.month, e.day)),
    });
    let whom = every.map(|e| e.roles.clone());
    part(
        "every",
        vec![
            one("every.each", each),
            one("every.on", on),
            ("every.roles".to_owned(), whom.unwrap_or_default()),
            one("every.title", every.map_or("", |e| e.title.as_str())),
            tick("every.scan", start.from.is_some()),
        ],
    )
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
