//! How wide each character is in its face, and how much of that is blank and may be squeezed. A character that the face's
//! font lacks is taken from another face that has it. Not here: lines. Invariant: every character has a width over zero.

use crate::layout::font::{Face, Fonts, Metrics};
use std::cell::RefCell;
use std::collections::HashMap;

use super::grid;

/// Where a face lacks a character, who is asked.
const HELPERS: [Face; 5] = [
    Face::Fangsong,
    Face::Songti,
    Face::Kaiti,
    Face::Heiti,
    Face::Biaosong,
];

/// Half of a punctuation mark's em may be taken away, never more.
const MOST_SQUEEZE: f64 = 0.5;

/// Blank kept between squeezed ink and its neighbour, in ems.
const KEPT: f64 = 0.06;

/// One character in its face; widths in ems.
#[derive(Debug, Clone, Copy)]
pub struct Glyph {
    pub face: Face,
    pub advance: f64,
    /// Blank before and after the ink that may go.
    pub before: f64,
    pub after: f64,
}

/// One character set in a line; widths in mm.
#[derive(Debug, Clone, Copy)]
pub struct Cell {
    pub c: char,
    pub face: Face,
    pub advance: f64,
    pub before: f64,
    pub after: f64,
}

/// The fonts opened for measuring.
pub struct Measure<'a> {
    open: Vec<(Face, Metrics<'a>)>,
    seen: RefCell<HashMap<(Face, char), Glyph>>,
}

impl<'a> Measure<'a> {
    #[must_use]
    pub fn new(fonts: &'a Fonts) -> Self {
        let open = Face::ALL
            .iter()
            .filter_map(|face| Some((*face, Metrics::of(fonts.of(*face)?)?)))
            .collect();
        Self {
            open,
            seen: RefCell::default(),
        }
    }

    /// The character as it is drawn when asked for in this face.
    #[must_use]
    pub fn glyph(&self, face: Face, c: char) -> Glyph {
        if let Some(known) = self.seen.borrow().get(&(face, c)) {
            return *known;
        }
        let glyph = self.look(face, c);
        self.seen.borrow_mut().insert((face, c), glyph);
        glyph
    }

    /// Top and bottom of a run's ink above the baseline, in ems.
    #[must_use]
    pub fn ink(&self, face: Face, text: &str) -> (f64, f64) {
        let inks = text.chars().filter_map(|c| {
            let (_, bottom, _, top) = self.metrics(self.glyph(face, c).face)?.ink(c)?;
            Some((top, bottom))
        });
        inks.reduce(|a, b| (a.0.max(b.0), a.1.min(b.1)))
            .unwrap_or((grid::ABOVE, grid::ABOVE - 1.0))
    }

    /// A run's characters at a size.
    #[must_use]
    pub fn cells(&self, text: &str, face: Face, points: f64) -> Vec<Cell> {
        let (em, closer) = (grid::em(points), grid::closer(points));
        let cell = |c: char| {
            let g = self.glyph(face, c);
            Cell {
                c,
                face: g.face,
                advance: (g.advance * em - closer).max(closer),
                before: g.before * em,
                after: g.after * em,
            }
        };
        text.chars().map(cell).collect()
    }

    /// A run's natural width at a size.
    #[must_use]
    pub fn width(&self, text: &str, face: Face, points: f64) -> f64 {
        self.cells(text, face, points)
            .iter()
            .map(|c| c.advance)
            .sum()
    }

    fn metrics(&self, face: Face) -> Option<&Metrics<'a>> {
        self.open.iter().find(|(f, _)| *f == face).map(|(_, m)| m)
    }

    fn look(&self, face: Face, c: char) -> Glyph {
        let asked = std::iter::once(face).chain(HELPERS);
        let found = asked.filter_map(|f| {
            let metrics = self.metrics(f)?;
            let advance = metrics.advance(c).filter(|a| *a > 0.0)?;
            Some((f, advance, metrics.ink(c)))
        });
        let Some((face, advance, ink)) = found.into_iter().next() else {
            return Glyph {
                face,
                advance: if wide(c) { 1.0 } else { 0.5 },
                before: 0.0,
                after: 0.0,
            };
        };
        let (left, right) = ink.map_or((0.0, 0.0), |(l, _, r, _)| (l, advance - r));
        let blank = |space: f64| (space - KEPT).clamp(0.0, MOST_SQUEEZE);
        let squeezed = super::kinsoku::closes(c) || super::kinsoku::opens(c);
        Glyph {
            face,
            advance,
            before: if squeezed { blank(left) } else { 0.0 },
            after: if squeezed { blank(right) } else { 0.0 },
        }
    }
}

/// Whether a character no font has would be as wide as the em.
fn wide(c: char) -> bool {
    u32::from(c) >= 0x2e80
}
