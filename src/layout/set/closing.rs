//! What follows the text: 附件说明, signature and date with the seal's place, 附注, and who was present (§7.3.4–7.3.6, §10.3).
//! Not here: the seal itself. Invariant: the seal's square stands over the date and begins within a line of the text.

use super::body::{hung, plain};
use super::grid::{self, ADVANCE, LEFT, PITCH, RIGHT, WIDTH};
use super::kinsoku::may_break;
use super::lines::{Line, break_lines};
use super::measure::{Cell, Measure};
use super::row::{Row, Style, line_pieces, run};
use super::words;
use crate::layout::document::{Document, Form};
use crate::layout::font::Face;
use crate::layout::page::Element;
use std::ops::Range;

/// Diameter of a county's or town's round seal, mm.
pub const SEAL: f64 = 42.0;

/// Blank lines between the text and a sealed signature: the seal's top half stands there.
const ABOVE_SEALED: f64 = 2.0;

/// From the text down to the seal's top, in lines: within one §7.3.5.1.
const TO_SEAL: f64 = 0.5;

const TEXT: Style = Style::of(Face::Fangsong, grid::BODY);

/// 附件说明 §7.3.4: one line below the text, names hanging behind their numbers.
#[must_use]
pub fn enclosures(measure: &Measure<'_>, names: &[String]) -> Vec<Row> {
    let label = "附件：";
    let start = LEFT + 2.0 * ADVANCE;
    let numbered = names.len() > 1;
    let after = start + measure.width(label, TEXT.face, TEXT.points);
    let number = |n: usize| {
        if numbered {
            format!("{}.", n + 1)
        } else {
            String::new()
        }
    };
    let widest = (0..names.len())
        .map(|n| measure.width(&number(n), TEXT.face, TEXT.points))
        .fold(0.0, f64::max);
    let hang = after + widest + if numbered { ADVANCE / 4.0 } else { 0.0 };
    let y = grid::baseline(0.0, PITCH, TEXT.points);
    let mut rows = Vec::new();
    for (n, name) in names.iter().enumerate() {
        let cells = measure.cells(&plain(name), TEXT.face, TEXT.points);
        let mut named = hung(&cells, (hang, hang), TEXT, Element::Enclosures);
        if let Some(row) = named.first_mut() {
            let mut head = run(measure, &number(n), (after, y), TEXT);
            if n == 0 {
                head = [run(measure, label, (start, y), TEXT), head].concat();
            }
            row.pieces.splice(0..0, head);
            row.marks.clear();
            row.mark(Element::Enclosures);
        }
        rows.extend(named);
    }
    if !rows.is_empty() {
        rows.insert(0, Row::gap(1.0));
    }
    rows
}

/// 附注 §7.3.6.
#[must_use]
pub fn note(measure: &Measure<'_>, note: &str) -> Vec<Row> {
    let text = format!("（{}）", plain(note));
    let cells = measure.cells(&text, TEXT.face, TEXT.points);
    hung(&cells, (LEFT + 2.0 * ADVANCE, LEFT), TEXT, Element::Note)
}

/// 出席、请假、列席 §10.3: names hang behind the colon.
#[must_use]
pub fn present(measure: &Measure<'_>, all: &[(String, String)]) -> Vec<Row> {
    let start = LEFT + 2.0 * ADVANCE;
    let y = grid::baseline(0.0, PITCH, TEXT.points);
    let mut rows = Vec::new();
    for (label, names) in all {
        let label = format!("{}：", label.trim_end_matches(['：', ':']));
        let style = Style::of(Face::Heiti, grid::BODY);
        let hang = start + measure.width(&label, style.face, style.points);
        let cells = measure.cells(&plain(names), TEXT.face, TEXT.points);
        let mut named = hung(&cells, (hang, hang), TEXT, Element::Signature);
        if let Some(row) = named.first_mut() {
            row.pieces
                .splice(0..0, run(measure, &label, (start, y), style));
            row.marks.clear();
            row.mark(Element::Signature);
        }
        rows.extend(named);
    }
    if !rows.is_empty() {
        rows.insert(0, Row::gap(1.0));
    }
    rows
}

/// Signature and date §7.3.5.
#[must_use]
pub fn signed(measure: &Measure<'_>, document: &Document) -> Vec<Row> {
    let names: Vec<String> = document
        .signatures
        .iter()
        .map(|s| plain(s.trim()))
        .filter(|s| !s.is_empty())
        .collect();
    let date = document.date.map(|d| d.long()).unwrap_or_default();
    if names.is_empty() && date.is_empty() {
        return Vec::new();
    }
    let mut rows = match (document.form, document.sealed) {
        (Form::Order, sealed) => order(measure, &names, &date, sealed),
        (_, true) if names.len() > 1 => joint(measure, &names, &date),
        (_, true) => sealed(measure, &names, &date),
        (_, false) => unsealed(measure, &names, &date),
    };
    let last = rows.len().saturating_sub(1);
    rows.iter_mut().take(last).for_each(|r| r.keep = true);
    rows
}

/// A run's width in the text's face.
fn width(measure: &Measure<'_>, text: &str) -> f64 {
    measure.width(text, TEXT.face, TEXT.points)
}

/// A run on a row of its own.
fn at(measure: &Measure<'_>, text: &str, x: f64, element: Element) -> Row {
    let y = grid::baseline(0.0, PITCH, TEXT.points);
    Row::line(run(measure, text, (x, y), TEXT), element)
}

/// Lines around a middle, no wider than `most` and within the block.
fn around(measure: &Measure<'_>, text: &str, (middle, most): (f64, f64)) -> Vec<Row> {
    let cells = measure.cells(text, TEXT.face, TEXT.points);
    let y = grid::baseline(0.0, PITCH, TEXT.points);
    let lines = halves(&cells, most).unwrap_or_else(|| break_lines(&cells, most, most));
    let row = |line: &Line| {
        let wide = line.width();
        let x = (middle - wide / 2.0).min(RIGHT - wide).max(LEFT);
        Row::line(line_pieces(&cells, line, (x, y), TEXT), Element::Signature)
    };
    lines.iter().map(row).collect()
}

/// A long name on two lines, parted between words and near its middle.
fn halves(cells: &[Cell], most: f64) -> Option<Vec<Line>> {
    let wide = |part: &[Cell]| part.iter().map(|c| c.advance).sum::<f64>();
    let whole = wide(cells);
    if whole <= most || whole > 2.0 * most {
        return None;
    }
    let chars: Vec<char> = cells.iter().map(|c| c.c).collect();
    let words = words::spans(&chars);
    let cost = |at: usize| {
        let (a, b) = cells.split_at_checked(at)?;
        let apart = may_break(a.last()?.c, b.first()?.c);
        let fits = wide(a) <= most && wide(b) <= most;
        (apart && fits).then(|| words.cost(at) + (wide(a) - wide(b)).abs() / ADVANCE)
    };
    let best = (1..cells.len())
        .filter_map(|at| Some((at, cost(at)?)))
        .min_by(|a, b| a.1.total_cmp(&b.1))?
        .0;
    let line = |range: Range<usize>| Line {
        advances: cells
            .get(range.clone())
            .unwrap_or_default()
            .iter()
            .map(|c| c.advance)
            .collect(),
        range,
    };
    Some(vec![line(0..best), line(best..cells.len())])
}

/// One organ with its seal §7.3.5.1: the date four characters in, the signature in the middle above it.
fn sealed(measure: &Measure<'_>, names: &[String], date: &str) -> Vec<Row> {
    let name = names.first().map(String::as_str).unwrap_or_default();
    let dated = width(measure, date).max(4.0 * ADVANCE);
    let middle = RIGHT - 4.0 * ADVANCE - dated / 2.0;
    // a long signature pushes both to the left until it ends at the block
    let middle = middle.min(RIGHT - width(measure, name).min(WIDTH) / 2.0);
    let mut rows = vec![Row::gap(ABOVE_SEALED)];
    rows.extend(around(measure, name, (middle, WIDTH)));
    if !date.is_empty() {
        let x = middle - width(measure, date) / 2.0;
        rows.push(at(measure, date, x, Element::Date));
    }
    let square = (middle - SEAL / 2.0, TO_SEAL * PITCH, SEAL, SEAL);
    if let Some(gap) = rows.first_mut() {
        gap.marks.push((Element::Seal, square));
    }
    rows
}

/// Several organs with their seals: side by side, the last row at the right, the date under the last.
fn joint(measure: &Measure<'_>, names: &[String], date: &str) -> Vec<Row> {
    let widest = names.iter().map(|n| width(measure, n)).fold(0.0, f64::max);
    let columns = match widest {
        w if w <= WIDTH / 3.0 - 1.0 && names.len() > 2 => 3,
        _ => 2,
    };
    let column = WIDTH / grid::mm(columns);
    let mut rows = Vec::new();
    let full = names.len().div_ceil(columns);
    for (n, line) in names.chunks(columns).enumerate() {
        let first = columns - line.len();
        let mut height = PITCH * 4.5;
        let mut row = Row::default();
        for (k, name) in line.iter().enumerate() {
            let middle = LEFT + column * (grid::mm(first + k) + 0.5);
            let named = around(measure, name, (middle, column - 1.0));
            // the seal's middle is a little above the signature's
            let top = (TO_SEAL * PITCH + SEAL / 2.0) - grid::mm(named.len()) * PITCH / 2.0;
            for (l, one) in named.iter().enumerate() {
                let by = top + grid::mm(l) * PITCH;
                row.pieces.extend(super::row::lowered(&one.pieces, by));
            }
            let last = n + 1 == full && k + 1 == line.len();
            if last && !date.is_empty() {
                let by = top + grid::mm(named.len()) * PITCH;
                let x = middle - width(measure, date) / 2.0;
                let dated = at(
                    measure,
                    date,
                    x.min(RIGHT - width(measure, date)),
                    Element::Date,
                );
                let wide = width(measure, date);
                row.marks.push((Element::Date, (x, by, wide, PITCH)));
                row.pieces.extend(super::row::lowered(&dated.pieces, by));
                height = height.max(by + PITCH);
            }
            let square = (middle - SEAL / 2.0, TO_SEAL * PITCH, SEAL, SEAL);
            row.marks.push((Element::Seal, square));
        }
        row.height = height;
        let (left, right) = super::row::span(&row.pieces);
        row.marks
            .push((Element::Signature, (left, 0.0, right - left, height)));
        rows.push(row);
    }
    rows
}

/// Without a seal §7.3.5.2: one line below the text, two characters in; the date two further in than the name.
fn unsealed(measure: &Measure<'_>, names: &[String], date: &str) -> Vec<Row> {
    let right = RIGHT - 2.0 * ADVANCE;
    let dated = width(measure, date);
    let named = names
        .iter()
        .map(|n| width(measure, n))
        .fold(0.0, f64::max)
        .min(WIDTH);
    let mut left = (right - named).max(LEFT);
    let mut x = left + 2.0 * ADVANCE;
    if dated > named || x + dated > RIGHT {
        x = right - dated;
        left = (x - 2.0 * ADVANCE).min(left);
    }
    let mut rows = vec![Row::gap(1.0)];
    for name in names {
        let cells = measure.cells(name, TEXT.face, TEXT.points);
        rows.extend(hung(&cells, (left, left), TEXT, Element::Signature));
    }
    if !date.is_empty() {
        rows.push(at(measure, date, x, Element::Date));
    }
    rows
}

/// An order's §10.2, §7.3.5.3: two lines below the text, four characters in; the date a line below, four in.
fn order(measure: &Measure<'_>, names: &[String], date: &str, sealed: bool) -> Vec<Row> {
    let right = RIGHT - 4.0 * ADVANCE;
    let mut rows = vec![Row::gap(2.0)];
    for name in names {
        let wide = width(measure, name);
        let mut row = at(measure, name, (right - wide).max(LEFT), Element::Signature);
        if sealed {
            let side = 2.0 * PITCH;
            let square = (right - side, (PITCH - side) / 2.0, side, side);
            row.marks.push((Element::Seal, square));
        }
        rows.push(row);
    }
    if !date.is_empty() {
        rows.push(Row::gap(1.0));
        let x = right - width(measure, date);
        rows.push(at(measure, date, x, Element::Date));
    }
    rows
}
