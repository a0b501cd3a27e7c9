//! A letter's outline, for what is drawn and not set: the name round a seal. Not here: glyphs of text in PDF and OFD.
//! Invariant: a broken or hostile file is `None`, never a panic, and no letter has more steps than any real one.

use super::Font;
use crate::layout::page::Step;
use crate::layout::seal::Outline;
use ttf_parser::{Face, OutlineBuilder};

/// The busiest letters have some hundreds.
const MOST_STEPS: usize = 4_000;

/// The outline of a letter in ems; `None` where the font has none.
#[must_use]
pub fn outline(font: &Font, letter: char) -> Option<Outline> {
    let face = Face::parse(&font.bytes, font.index).ok()?;
    let glyph = face.glyph_index(letter).filter(|g| g.0 != 0)?;
    let em = f64::from(face.units_per_em());
    let advance = f64::from(face.glyph_hor_advance(glyph)?) / em;
    let mut pen = Pen {
        em,
        at: (0.0, 0.0),
        path: Vec::new(),
    };
    face.outline_glyph(glyph, &mut pen)?;
    (pen.path.len() <= MOST_STEPS).then_some(Outline {
        path: pen.path,
        advance,
    })
}

struct Pen {
    em: f64,
    at: (f64, f64),
    path: Vec<Step>,
}

impl Pen {
    /// Ems, downwards positive.
    fn point(&self, x: f32, y: f32) -> (f64, f64) {
        (f64::from(x) / self.em, -f64::from(y) / self.em)
    }

    fn push(&mut self, step: Step) {
        // one more than allowed is enough to know
        if self.path.len() <= MOST_STEPS {
            self.path.push(step);
        }
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.at = self.point(x, y);
        self.push(Step::Move(self.at.0, self.at.1));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.at = self.point(x, y);
        self.push(Step::Line(self.at.0, self.at.1));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (from, by, to) = (self.at, self.point(x1, y1), self.point(x, y));
        // the same curve with two handles
        let third = |end: (f64, f64)| {
            (
                end.0 + (by.0 - end.0) * 2.0 / 3.0,
                end.1 + (by.1 - end.1) * 2.0 / 3.0,
            )
        };
        self.at = to;
        self.push(Step::Curve(third(from), third(to), to));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (a, b, to) = (self.point(x1, y1), self.point(x2, y2), self.point(x, y));
        self.at = to;
        self.push(Step::Curve(a, b, to));
    }

    fn close(&mut self) {
        self.push(Step::Close);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::{Face as Asked, fallback};
    use super::*;

    #[test]
    fn a_letter_fills_its_square() {
        let fonts = fallback();
        let font = fonts.of(Asked::Songti).unwrap();
        let found = outline(font, '镇').unwrap();
        assert!((found.advance - 1.0).abs() < 0.01 && found.path.len() > 20);
        for step in &found.path {
            if let Step::Move(x, y) | Step::Line(x, y) | Step::Curve(_, _, (x, y)) = step {
                assert!(
                    (-0.1..1.1).contains(x) && (-1.0..0.3).contains(y),
                    "{x} {y}"
                );
            }
        }
        assert!(outline(font, '\u{20000}').is_none());
        assert!(
            outline(
                &Font {
                    bytes: (*b"no font").into(),
                    ..font.clone()
                },
                '镇'
            )
            .is_none()
        );
    }
}
