//! Printed sheets that carry their own margins: an A4 leaf in millimetres with its form as a table of
//! twelve equal columns. What a person wrote is in Kai, as on screen.

use super::frame::{Page, Site, head};
use super::{Markup, html};
use maud::DOCTYPE;

/// One A4 leaf.
#[derive(Debug, Clone, Copy)]
pub struct Leaf<'a> {
    /// 墨川县砚田镇.
    pub org: &'a str,
    /// 收文处理单.
    pub title: &'a str,
    /// Left and right of the line under the title.
    pub line: (&'a str, &'a str),
    /// At the foot: who printed it when, what to do with the paper.
    pub tail: &'a [&'a str],
    /// Which leaf of how many.
    pub place: (usize, usize),
    /// How the case ended without being done, and why: stamped across every leaf.
    pub void: Option<(&'a str, &'a str)>,
}

impl Leaf<'_> {
    /// The leaf around its rows ([`row`]), with an optional QR code at the foot.
    #[must_use]
    pub fn show(&self, rows: &Markup, qr: Option<&Markup>) -> Markup {
        html! {
            section.page aria-label=(self.title) {
                p.org { (self.org) }
                h1 { (self.title) }
                p.line { span { (self.line.0) } span { (self.line.1) } }
                @if let Some((how, why)) = self.void {
                    p.void { b { (how) } span { (why) } }
                }
                table.tbl {
                    colgroup { @for _ in 0..12 { col; } }
                    (rows)
                }
                div.tail {
                    p { @for (i, line) in self.tail.iter().enumerate() { @if i > 0 { br; } (line) } }
                    @if let Some(qr) = qr { (qr) }
                }
                p.leaf { "第 " (self.place.0) " 页，共 " (self.place.1) " 页" }
            }
        }
    }
}

/// What stands above a list that is printed from its own page, in place of its head on screen: whose it is, what it
/// is, as of when.
#[must_use]
pub fn print_head(org: &str, title: &str, (left, right): (&str, &str)) -> Markup {
    html! {
        div.paper-head aria-hidden="true" {
            p.org { (org) }
            p.title { (title) }
            p.line { span { (left) } span { (right) } }
        }
    }
}

/// Height of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Height {
    /// One line.
    Line,
    /// Room for a signature.
    Sign,
}

/// One row of the form; the spans of its boxes, labels taking two each, add up to twelve.
#[must_use]
pub fn row(height: Height, boxes: &Markup) -> Markup {
    let class = match height {
        Height::Line => "h1",
        Height::Sign => "h2",
    };
    html! { tr class=(class) { (boxes) } }
}

/// A label and a date, which must not break over two lines.
#[must_use]
pub fn day(label: &str, value: &str, span: u8) -> Markup {
    html! { (self::label(label)) td.day colspan=(span) { (value) } }
}

/// A label and its value; `span` is of the value, the label takes two more.
#[must_use]
pub fn pair(label: &str, value: &str, span: u8) -> Markup {
    html! { (self::label(label)) td colspan=(span) { (value) } }
}

/// A label; one of five characters stands on one line.
#[must_use]
pub fn label(label: &str) -> Markup {
    let five = label.chars().count() == 5;
    html! { th.k.five[five] colspan="2" scope="row" { (label) } }
}

/// A bar on screen above sheets that print without it.
#[derive(Debug, Clone, Copy)]
pub struct PrintBar<'a> {
    /// Back to where it was printed from.
    pub back: &'a str,
    /// 两页，A4 纸：打印时请选“无边距”或“默认”。
    pub said: &'a str,
}

/// Sheets that carry their own margins ([`Leaf`]), one A4 page each.
#[must_use]
pub fn print_page(site: &Site, page: &Page, bar: &PrintBar, leaves: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            (head(site, page, ""))
            body.whole.printing {
                header.noprint {
                    div.printbar {
                        a href=(bar.back) { "← 返回" }
                        span { (bar.said) }
                        button.btn.key type="button" data-print data-js hidden { "打印" }
                    }
                }
                main #main { (leaves) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::scan::{HOSTILE, check};

    #[test]
    fn hostile_text_stays_text() {
        let leaf = Leaf {
            org: HOSTILE,
            title: HOSTILE,
            line: (HOSTILE, HOSTILE),
            tail: &[HOSTILE, HOSTILE],
            place: (1, 2),
            void: Some((HOSTILE, HOSTILE)),
        };
        let rows = html! {
            (row(Height::Line, &pair(HOSTILE, HOSTILE, 10)))
            (row(Height::Sign, &day(HOSTILE, HOSTILE, 10)))
        };
        check(&leaf.show(&rows, Some(&html! { (HOSTILE) })));
    }
}
