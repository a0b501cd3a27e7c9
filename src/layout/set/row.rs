//! A row of the page before it has a place: its height, what is drawn in it, and what it must not be parted from.
//! Not here: which page. Invariant: pieces of a row have the paper's x and a y counted from the row's top.

use super::grid;
use super::lines::Line;
use super::measure::{Cell, Measure};
use crate::layout::font::Face;
use crate::layout::page::{Element, Ink, Piece, Rule, Text};

/// One line of text, or one row of a table.
#[derive(Debug, Clone, Default)]
pub struct Row {
    pub height: f64,
    pub pieces: Vec<Piece>,
    /// What stands here and its left, top, width and height, counted from the row's top.
    pub marks: Vec<(Element, (f64, f64, f64, f64))>,
    /// Not parted from the next row.
    pub keep: bool,
    /// Blank: falls away at a page's head.
    pub blank: bool,
    /// Begins a page.
    pub fresh: bool,
    /// Nothing but a step down to the next of the page's lines.
    pub snap: bool,
    /// Of a table: its head, set again at the head of a page.
    pub head: Option<Box<Row>>,
}

impl Row {
    /// A blank line.
    #[must_use]
    pub fn gap(lines: f64) -> Self {
        Self {
            height: lines * grid::PITCH,
            blank: true,
            ..Self::default()
        }
    }

    /// Blank, and nothing stands in it: it begins no page and ends none.
    #[must_use]
    pub const fn falls_away(&self) -> bool {
        self.blank && self.marks.is_empty()
    }

    /// A line of the text's pitch with these pieces.
    #[must_use]
    pub fn line(pieces: Vec<Piece>, element: Element) -> Self {
        let mut row = Self {
            height: grid::PITCH,
            pieces,
            ..Self::default()
        };
        row.mark(element);
        row
    }

    /// Says that all of the row is this element.
    pub fn mark(&mut self, element: Element) {
        let (left, right) = span(&self.pieces);
        self.marks
            .push((element, (left, 0.0, right - left, self.height)));
    }

    #[must_use]
    pub fn kept(mut self) -> Self {
        self.keep = true;
        self
    }
}

/// Left and right end of pieces.
#[must_use]
pub fn span(pieces: &[Piece]) -> (f64, f64) {
    let ends = pieces.iter().filter_map(|p| match p {
        Piece::Text(t) => Some((t.at.0, t.at.0 + t.advances.iter().sum::<f64>())),
        Piece::Rule(r) => Some((r.from.0.min(r.to.0), r.from.0.max(r.to.0))),
        Piece::Picture(p) => Some((p.at.0, p.at.0 + p.size.0)),
        Piece::Shape(_) => None,
    });
    ends.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
        .unwrap_or((grid::LEFT, grid::RIGHT))
}

/// The pieces moved down.
#[must_use]
pub fn lowered(pieces: &[Piece], by: f64) -> Vec<Piece> {
    pieces
        .iter()
        .cloned()
        .map(|piece| match piece {
            Piece::Text(mut t) => {
                t.at.1 += by;
                Piece::Text(t)
            }
            Piece::Rule(mut r) => {
                r.from.1 += by;
                r.to.1 += by;
                Piece::Rule(r)
            }
            Piece::Picture(mut p) => {
                p.at.1 += by;
                Piece::Picture(p)
            }
            shape @ Piece::Shape(_) => shape,
        })
        .collect()
}

/// How a run is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    pub face: Face,
    pub points: f64,
    pub ink: Ink,
}

impl Style {
    #[must_use]
    pub const fn of(face: Face, points: f64) -> Self {
        Self {
            face,
            points,
            ink: Ink::Black,
        }
    }
}

/// A broken line's characters as pieces, one a face.
#[must_use]
pub fn line_pieces(cells: &[Cell], line: &Line, at: (f64, f64), style: Style) -> Vec<Piece> {
    let mut pieces: Vec<Text> = Vec::new();
    let mut x = at.0;
    let taken = cells.get(line.range.clone()).unwrap_or_default();
    for (cell, advance) in taken.iter().zip(&line.advances) {
        match pieces.last_mut().filter(|p| p.face == cell.face) {
            Some(piece) => {
                piece.text.push(cell.c);
                piece.advances.push(*advance);
            }
            None => pieces.push(Text {
                at: (x, at.1),
                face: cell.face,
                size: style.points,
                stretch: 1.0,
                ink: style.ink,
                text: cell.c.to_string(),
                advances: vec![*advance],
                preprinted: false,
            }),
        }
        x += advance;
    }
    pieces.into_iter().map(Piece::Text).collect()
}

/// A run at its natural widths.
#[must_use]
pub fn run(measure: &Measure<'_>, text: &str, at: (f64, f64), style: Style) -> Vec<Piece> {
    let cells = measure.cells(text, style.face, style.points);
    let line = Line {
        range: 0..cells.len(),
        advances: cells.iter().map(|c| c.advance).collect(),
    };
    line_pieces(&cells, &line, at, style)
}

/// A horizontal or upright rule.
#[must_use]
pub fn rule(from: (f64, f64), to: (f64, f64), width: f64) -> Rule {
    Rule {
        from,
        to,
        width,
        ink: Ink::Black,
        preprinted: false,
    }
}
