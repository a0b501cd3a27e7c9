//! 版记 §7.4: who gets copies, who printed and when, between rules at the foot of the last page.
//! Not here: which page that is. Invariant: its last rule is the text block's lower edge.

use super::body::plain;
use super::grid::{self, LEFT, RIGHT, WIDTH};
use super::lines::break_lines;
use super::measure::Measure;
use super::row::{Row, Style, line_pieces, rule, run};
use crate::layout::document::{Document, Form};
use crate::layout::font::Face;
use crate::layout::page::{Element, Piece};

/// A line of 4号: the character's height and 7/8 of it.
const LINE: f64 = grid::em(grid::SMALL) * 15.0 / 8.0;
/// First and last rule, and those between §7.4.1.
const OUTER: f64 = 0.35;
const INNER: f64 = 0.25;
const STYLE: Style = Style::of(Face::Fangsong, grid::SMALL);

/// The whole of it as one row; none where nothing stands in it. `addressee`: it was too long for page one.
#[must_use]
pub fn imprint(measure: &Measure<'_>, document: &Document, addressee: bool) -> Option<Row> {
    let ruled = document.form != Form::Letter;
    let mut imprint = Imprint {
        measure,
        row: Row::default(),
    };
    let mut parts = Vec::new();
    if addressee {
        imprint.listed("主送：", &document.addressee, Element::Addressee);
    }
    if !document.copy_to.trim().is_empty() {
        imprint.listed("抄送：", &document.copy_to, Element::CopyTo);
    }
    if imprint.row.height > 0.0 {
        parts.push(imprint.row.height);
    }
    if ruled && !document.printer.trim().is_empty() {
        imprint.printed(document);
        parts.push(imprint.row.height);
    }
    let mut row = imprint.row;
    if row.height == 0.0 {
        return None;
    }
    if ruled {
        let last = parts.len().saturating_sub(1);
        let across = |y, width| Piece::Rule(rule((LEFT, y), (RIGHT, y), width));
        row.pieces.push(across(0.0, OUTER));
        for (n, y) in parts.into_iter().enumerate() {
            row.pieces
                .push(across(y, if n == last { OUTER } else { INNER }));
        }
    }
    Some(row)
}

struct Imprint<'m, 'f> {
    measure: &'m Measure<'f>,
    row: Row,
}

impl Imprint<'_, '_> {
    fn baseline(&self) -> f64 {
        grid::baseline(self.row.height, LINE, grid::SMALL)
    }

    /// One character in at both sides, lines hanging behind the colon, a full stop at the end §7.4.2.
    fn listed(&mut self, label: &str, text: &str, element: Element) {
        let side = grid::em(grid::SMALL);
        let said = plain(text.trim());
        let said = said.trim_end_matches(['。', '：', ':', '.']);
        let cells = self
            .measure
            .cells(&format!("{said}。"), STYLE.face, STYLE.points);
        let hang = side + self.measure.width(label, STYLE.face, STYLE.points);
        let wide = WIDTH - hang - side;
        let (top, at) = (self.row.height, (LEFT + side, self.baseline()));
        self.row.pieces.extend(run(self.measure, label, at, STYLE));
        for line in break_lines(&cells, wide, wide) {
            let at = (LEFT + hang, self.baseline());
            self.row
                .pieces
                .extend(line_pieces(&cells, &line, at, STYLE));
            self.row.height += LINE;
        }
        let place = (LEFT + side, top, WIDTH - 2.0 * side, self.row.height - top);
        self.row.marks.push((element, place));
    }

    /// 印发机关 one character in at the left, 印发日期 with 印发 one in at the right §7.4.3.
    fn printed(&mut self, document: &Document) {
        let side = grid::em(grid::SMALL);
        let date = document
            .printed_on
            .map(|d| format!("{}印发", d.long()))
            .unwrap_or_default();
        let dated = self.measure.width(&date, STYLE.face, STYLE.points);
        let top = self.row.height;
        let wide = WIDTH - 3.0 * side - dated;
        let printer = plain(document.printer.trim());
        let cells = self.measure.cells(&printer, STYLE.face, STYLE.points);
        let mut last = self.baseline();
        for line in break_lines(&cells, wide, wide) {
            last = self.baseline();
            let pieces = line_pieces(&cells, &line, (LEFT + side, last), STYLE);
            self.row.pieces.extend(pieces);
            self.row.height += LINE;
        }
        let at = (RIGHT - side - dated, last);
        self.row.pieces.extend(run(self.measure, &date, at, STYLE));
        let place = (LEFT + side, top, WIDTH - 2.0 * side, self.row.height - top);
        self.row.marks.push((Element::Printer, place));
    }
}
