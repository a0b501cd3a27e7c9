//! An official document laid out in millimetres by GB/T 9704-2012: [`lay_out`]. Each part of the page has its file below.
//! Not here: reading elements out of text, files. Invariant: every character handed in stands on the pages, page one shows
//! text, and a page with a seal shows text.

mod body;
mod closing;
mod flow;
mod grid;
mod head;
mod imprint;
mod kinsoku;
mod lines;
mod mark;
mod measure;
mod numbers;
mod row;
mod table;
mod title;
mod words;

use super::document::{Annex, Document, Form};
use super::font::{Face, Fonts};
use super::page::{Element, Pages};
use flow::Flow;
use grid::PITCH;
use measure::Measure;
use row::{Row, Style};

/// A signature takes the last lines of the text along to its page, no more than these: 此页无正文 is no way out (§7.3.5.5).
const TAKEN_ALONG: usize = 2;

/// Enclosures of more lines are text enough for the signature's page.
const MANY_ENCLOSURES: usize = 8;

/// The document on its pages.
#[must_use]
pub fn lay_out(document: &Document, fonts: &Fonts) -> Pages {
    let measure = Measure::new(fonts);
    let head = head::head(&measure, document);
    let body = body::rows(&measure, &document.body, Element::Body);
    let title = titled(&measure, document);
    let addressee = addressee(&measure, document);
    let room = flow::lines_below(head.below);
    // 首页必须显示正文 §7.3.2: an addressee that leaves no room for it goes to 版记
    let need = lines(&title) + lines(&addressee) + 1 + usize::from(starts_kept(&body));
    let moved = !addressee.is_empty() && !body.is_empty() && need > room;

    let mut flow = Flow::new(head.below);
    if let Some(page) = flow.pages.first_mut() {
        page.pieces = head.pieces;
    }
    for (element, at) in head.places {
        flow.place(0, element, at);
    }
    flow.set(&title);
    if !moved {
        flow.set(&addressee);
    }
    flow.set(&main(&measure, document, body));
    for (n, annex) in document.annexes.iter().enumerate() {
        flow.set(&annexed(&measure, annex, n));
    }
    if let Some(row) = imprint::imprint(&measure, document, moved) {
        let clear = if document.sealed { PITCH } else { PITCH / 2.0 };
        flow.imprint(&row, document.form != Form::Letter, clear);
    }
    numbers::numbered(&measure, document.form, &mut flow);
    Pages {
        form: document.form,
        pages: flow.pages,
        places: flow.places,
    }
}

/// Marks that never begin a line, and those that never end one.
#[must_use]
pub fn marks() -> (&'static str, &'static str) {
    (kinsoku::CLOSING, kinsoku::OPENING)
}

/// The title's lines as the pages have them, for a file whose lines another program breaks.
#[must_use]
pub fn title_lines(title: &[String], fonts: &Fonts) -> Vec<String> {
    title::shaped(&Measure::new(fonts), title, grid::WIDTH)
}

/// The title in its shape and a line below it; an order has none (§10.2).
fn titled(measure: &Measure<'_>, document: &Document) -> Vec<Row> {
    if document.form == Form::Order {
        return Vec::new();
    }
    let mut rows = title_rows(measure, &document.title, Element::Title);
    if !rows.is_empty() {
        rows.push(Row::gap(1.0));
    }
    rows
}

fn title_rows(measure: &Measure<'_>, title: &[String], element: Element) -> Vec<Row> {
    let style = Style::of(Face::Biaosong, grid::TITLE);
    title::shaped(measure, title, grid::WIDTH)
        .iter()
        .flat_map(|line| body::centred(measure, line, style, element))
        .collect()
}

/// 主送机关 §7.3.2: flush left, every line of it, with a colon.
fn addressee(measure: &Measure<'_>, document: &Document) -> Vec<Row> {
    let name = body::plain(document.addressee.trim());
    let name = name.trim_end_matches(['：', ':']);
    if name.is_empty() {
        return Vec::new();
    }
    let style = Style::of(Face::Fangsong, grid::BODY);
    let cells = measure.cells(&format!("{name}："), style.face, style.points);
    body::hung(&cells, (grid::LEFT, grid::LEFT), style, Element::Addressee)
}

/// The text with all that is signed below it; its end stays with the signature.
fn main(measure: &Measure<'_>, document: &Document, mut rows: Vec<Row>) -> Vec<Row> {
    let enclosures = closing::enclosures(measure, &document.enclosures);
    let signed = closing::signed(measure, document);
    if !signed.is_empty() {
        let along = last_lines(&rows).min(rows.len().saturating_sub(1)).max(1);
        if enclosures.len() <= MANY_ENCLOSURES {
            rows.iter_mut()
                .rev()
                .take(along)
                .for_each(|r| r.keep = true);
        }
    }
    let enclosed = rows.len()..rows.len() + enclosures.len();
    rows.extend(enclosures);
    if !signed.is_empty() {
        let last = rows.get_mut(enclosed).unwrap_or_default();
        last.iter_mut()
            .rev()
            .take(MANY_ENCLOSURES)
            .for_each(|r| r.keep = true);
    }
    let dated = !signed.is_empty();
    rows.extend(signed);
    if let Some(note) = document.note.as_deref().filter(|n| !n.trim().is_empty()) {
        // a note alone on a page of its own belongs to nothing
        let last = rows.len().saturating_sub(1);
        let signed = rows.iter_mut().skip(last).filter(|_| dated);
        signed.for_each(|r| r.keep = true);
        rows.extend(closing::note(measure, note));
    }
    rows.extend(closing::present(measure, &document.present));
    rows
}

/// The lines of the last paragraph that a signature takes along: one where it has one, as other programs keep it whole.
fn last_lines(rows: &[Row]) -> usize {
    let element = |r: &Row| r.marks.first().map(|m| m.0);
    let last = rows.last().and_then(element);
    let same = rows.iter().rev().take_while(|r| element(r) == last).count();
    match last {
        Some(_) => same.min(TAKEN_ALONG),
        None => TAKEN_ALONG,
    }
}

/// 附件 §7.3.7: a page of its own, its label in the first line, its title in the third.
fn annexed(measure: &Measure<'_>, annex: &Annex, n: usize) -> Vec<Row> {
    let element = Element::Annex(n);
    let mut rows = Vec::new();
    let label = body::plain(annex.label.trim());
    if !label.is_empty() {
        let style = Style::of(Face::Heiti, grid::BODY);
        let cells = measure.cells(&label, style.face, style.points);
        rows.extend(body::hung(&cells, (grid::LEFT, grid::LEFT), style, element));
        rows.push(Row::gap(1.0));
    }
    let title = title_rows(measure, std::slice::from_ref(&annex.title), element);
    if !title.is_empty() {
        rows.extend(title);
        rows.push(Row::gap(1.0));
    }
    rows.extend(body::rows(measure, &annex.body, |_| element));
    if let Some(first) = rows.first_mut() {
        first.fresh = true;
    }
    rows
}

/// How many of the text's lines rows take.
fn lines(rows: &[Row]) -> usize {
    let high: f64 = rows.iter().map(|r| r.height).sum();
    let mut count = 0;
    while grid::mm(count) * PITCH + 1e-6 < high {
        count += 1;
    }
    count
}

fn starts_kept(rows: &[Row]) -> bool {
    rows.first().is_some_and(|r| r.keep)
}

#[cfg(test)]
#[expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]
mod tests;
