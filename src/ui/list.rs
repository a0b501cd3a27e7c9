//! Lists that are not tables: to-do slips, counts, short lines, a day, and what stands where nothing is.
//! A slip is one matter: its rank in the margin, who wants what, when it is due; the whole slip is the link.

use super::note::{Rank, mark};
use super::{Link, Markup, Render, html};

/// What hangs in a slip's margin.
#[derive(Debug, Clone, Copy)]
pub enum Edge<'a> {
    /// 特急, 超期.
    Mark(Rank, &'a str),
    /// The day it came: 3月5日.
    Day(&'a str),
}

/// Whether a due date is ordinary or pressing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// In ink.
    Calm,
    /// Today or past: in red.
    Pressing,
}

/// One matter.
#[derive(Debug, Clone, Copy)]
pub struct Slip<'a> {
    /// In the margin.
    pub edge: Edge<'a>,
    /// Title of the matter.
    pub title: &'a str,
    /// Where it opens.
    pub href: &'a str,
    /// What is asked: 批示, 登记, 催办.
    pub ask: &'a str,
    /// Who asks, number of the document, what happened.
    pub by: &'a str,
    /// How pressing.
    pub due: Due,
    /// 3月11日, 今天 12:00 前; empty where nothing is due.
    pub due_day: &'a str,
    /// 剩 1 个工作日, 08:31 到.
    pub due_note: &'a str,
}

/// To-do slips, in the order given.
#[must_use]
pub fn slips(all: &[Slip]) -> Markup {
    html! { ol { @for s in all { (slip(s)) } } }
}

fn slip(s: &Slip) -> Markup {
    html! {
        li.slip {
            span.edge {
                @match s.edge { Edge::Mark(rank, word) => { (mark(rank, word)) } Edge::Day(day) => { (day) } }
            }
            div {
                a.what href=(s.href) { (s.title) }
                p.by { @if !s.ask.is_empty() { "请" b { (s.ask) } "　" } (s.by) }
            }
            p.due {
                b { @if s.due == Due::Pressing { span.red { (s.due_day) } } @else { (s.due_day) } }
                span { (s.due_note) }
            }
        }
    }
}

/// A group: heading with an ink line, then its content. `id` names the heading.
#[must_use]
pub fn section(id: &str, title: &str, aside: &impl Render, content: &impl Render) -> Markup {
    let aside = aside.render();
    html! {
        section aria-labelledby=(id) {
            h2.band id=(id) { span { (title) } @if !aside.0.is_empty() { i { (aside) } } }
            (content)
        }
    }
}

/// A count that is a link.
#[derive(Debug, Clone, Copy)]
pub struct Count<'a> {
    /// How many.
    pub n: u64,
    /// 我在办.
    pub label: &'a str,
    /// The list itself.
    pub href: &'a str,
}

/// Up to four counts beside each other.
#[must_use]
pub fn tally(all: &[Count]) -> Markup {
    html! {
        div.tally { @for c in all { a href=(c.href) { b { (c.n) } (c.label) } } }
    }
}

/// Short lines under each other.
#[must_use]
pub fn lines<R: Render>(all: &[R]) -> Markup {
    html! { ul.lines { @for line in all { li { (line) } } } }
}

/// A line: a link with a small second line such as 党政办　3月9日.
#[must_use]
pub fn line(link: &Link, when: &str) -> Markup {
    html! { (link) @if !when.is_empty() { span.when { (when) } } }
}

/// One entry of a day.
#[derive(Debug, Clone, Copy)]
pub struct Hour<'a> {
    /// 09:00 or 全天.
    pub at: &'a str,
    /// 党政联席会，二楼会议室.
    pub what: &'a str,
    /// 您负责记录; may be empty.
    pub note: &'a str,
}

/// A day's schedule.
#[must_use]
pub fn day(all: &[Hour]) -> Markup {
    html! {
        ul.lines.day {
            @for h in all {
                li {
                    time { (h.at) }
                    span { (h.what) @if !h.note.is_empty() { br; span.faint { (h.note) } } }
                }
            }
        }
    }
}

/// An empty place: what it means and what to do next, never a blank.
#[must_use]
pub fn empty(lead: &str, next: &str, acts: &[Link]) -> Markup {
    html! {
        div.empty {
            p { b { (lead) } " " (next) }
            @if !acts.is_empty() { p.acts { @for a in acts { (a.button()) } } }
        }
    }
}

/// Label and value pairs in two columns, as hairline table rows.
#[must_use]
pub fn facts<R: Render>(caption: &str, rows: &[(&str, R)]) -> Markup {
    html! {
        table.ledger {
            caption.vh { (caption) }
            tbody { @for (k, v) in rows { tr { th scope="row" { (k) } td { (v) } } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::scan::{HOSTILE, check};

    #[test]
    fn hostile_text_stays_text() {
        let slip = |edge, due| Slip {
            edge,
            title: HOSTILE,
            href: HOSTILE,
            ask: HOSTILE,
            by: HOSTILE,
            due,
            due_day: HOSTILE,
            due_note: HOSTILE,
        };
        check(&slips(&[
            slip(Edge::Mark(Rank::Hot, HOSTILE), Due::Pressing),
            slip(Edge::Day(HOSTILE), Due::Calm),
        ]));
        check(&section("h", HOSTILE, &HOSTILE, &HOSTILE));
        check(&tally(&[Count {
            n: 3,
            label: HOSTILE,
            href: HOSTILE,
        }]));
        check(&lines(&[line(&Link::new(HOSTILE, HOSTILE), HOSTILE)]));
        check(&day(&[Hour {
            at: HOSTILE,
            what: HOSTILE,
            note: HOSTILE,
        }]));
        check(&empty(HOSTILE, HOSTILE, &[Link::new(HOSTILE, HOSTILE)]));
        check(&facts(HOSTILE, &[(HOSTILE, HOSTILE)]));
    }
}
