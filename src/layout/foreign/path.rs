//! Outlines as OFD abbreviates them (GB/T 33190 §9.3): M L Q B A C and their numbers.
//! Not here: how they are inked. Invariant: an outline ends at the first word that makes no sense.

use super::geometry::number;
use crate::layout::page::Step;

/// Steps of one outline.
const MOST: usize = 200_000;

type Point = (f64, f64);

/// An outline from its abbreviation.
pub(super) fn outline(text: &str) -> Vec<Step> {
    let mut words = Words { rest: text };
    let mut pen = Pen::default();
    while pen.steps.len() < MOST && pen.next(&mut words).is_some() {}
    pen.steps
}

/// Letters and numbers, with or without blanks between them.
struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    fn word(&mut self) -> Option<&'a str> {
        let rest = self
            .rest
            .trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        let first = rest.chars().next()?;
        let letter = |c: char| c.is_ascii_alphabetic() && !matches!(c, 'e' | 'E');
        let end = if letter(first) {
            first.len_utf8()
        } else {
            rest.find(|c: char| c.is_whitespace() || c == ',' || letter(c))
                .unwrap_or(rest.len())
        };
        let (word, rest) = rest.split_at(end);
        self.rest = rest;
        Some(word)
    }

    fn number(&mut self) -> Option<f64> {
        number(self.word()?)
    }

    fn point(&mut self) -> Option<Point> {
        Some((self.number()?, self.number()?))
    }
}

#[derive(Default)]
struct Pen {
    steps: Vec<Step>,
    at: Point,
    from: Point,
}

impl Pen {
    fn next(&mut self, words: &mut Words<'_>) -> Option<()> {
        match words.word()? {
            "M" | "S" => {
                self.at = words.point()?;
                self.from = self.at;
                self.steps.push(Step::Move(self.at.0, self.at.1));
            }
            "L" => self.line(words.point()?),
            "Q" => {
                let (by, to) = (words.point()?, words.point()?);
                let two_thirds = |p: Point| {
                    (
                        p.0 + (by.0 - p.0) * 2.0 / 3.0,
                        p.1 + (by.1 - p.1) * 2.0 / 3.0,
                    )
                };
                self.curve(two_thirds(self.at), two_thirds(to), to);
            }
            "B" => self.curve(words.point()?, words.point()?, words.point()?),
            "A" => {
                let (radii, turn) = (words.point()?, words.number()?);
                let (large, sweep) = (words.number()? != 0.0, words.number()? != 0.0);
                self.arc(radii, turn, (large, sweep), words.point()?);
            }
            "C" => {
                self.steps.push(Step::Close);
                self.at = self.from;
            }
            _ => return None,
        }
        Some(())
    }

    fn line(&mut self, to: Point) {
        self.steps.push(Step::Line(to.0, to.1));
        self.at = to;
    }

    fn curve(&mut self, one: Point, two: Point, to: Point) {
        self.steps.push(Step::Curve(one, two, to));
        self.at = to;
    }

    /// An arc of an ellipse between its ends (the rule is SVG's, appendix F.6), in pieces of at most a quarter.
    fn arc(&mut self, radii: Point, turn: f64, (large, sweep): (bool, bool), to: Point) {
        let (mut rx, mut ry) = (radii.0.abs(), radii.1.abs());
        if rx < 1e-9 || ry < 1e-9 || self.at == to {
            self.line(to);
            return;
        }
        let (sin, cos) = turn.to_radians().sin_cos();
        let half = ((self.at.0 - to.0) / 2.0, (self.at.1 - to.1) / 2.0);
        let (x, y) = (cos * half.0 + sin * half.1, cos * half.1 - sin * half.0);
        let over = (x / rx).powi(2) + (y / ry).powi(2);
        if over > 1.0 {
            rx *= over.sqrt();
            ry *= over.sqrt();
        }
        let below = (rx * y).powi(2) + (ry * x).powi(2);
        let root = (((rx * ry).powi(2) - below) / below).max(0.0).sqrt();
        let root = if large == sweep { -root } else { root };
        let (cx, cy) = (root * rx * y / ry, -root * ry * x / rx);
        let begin = ((y - cy) / ry).atan2((x - cx) / rx);
        let end = ((-y - cy) / ry).atan2((-x - cx) / rx);
        let mut angle = end - begin;
        let whole = std::f64::consts::TAU;
        if sweep && angle < 0.0 {
            angle += whole;
        } else if !sweep && angle > 0.0 {
            angle -= whole;
        }
        let middle = ((self.at.0 + to.0) / 2.0, (self.at.1 + to.1) / 2.0);
        let place = |u: f64, v: f64| {
            let (u, v) = (cx + rx * u, cy + ry * v);
            (cos * u - sin * v + middle.0, sin * u + cos * v + middle.1)
        };
        let pieces = (angle.abs() / std::f64::consts::FRAC_PI_2)
            .ceil()
            .clamp(1.0, 4.0);
        let step = angle / pieces;
        let pull = 4.0 / 3.0 * (step / 4.0).tan();
        let mut at = begin;
        for n in 1..=4 {
            if f64::from(n) > pieces {
                break;
            }
            let ((s, c), (t, d)) = (at.sin_cos(), (at + step).sin_cos());
            let end = if f64::from(n) >= pieces {
                to
            } else {
                place(d, t)
            };
            self.curve(
                place(c - pull * s, s + pull * c),
                place(d + pull * t, t - pull * d),
                end,
            );
            at += step;
        }
    }
}

#[cfg(test)]
#[expect(clippy::indexing_slicing, clippy::panic, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn steps_are_read_with_and_without_blanks() {
        let steps = outline("M 0 0 L 10 0 Q 15 0 15 5 B 15 8 12 10 10 10C M1 1L2,2 nonsense L 3 3");
        assert_eq!(steps.len(), 7);
        assert_eq!(steps[1], Step::Line(10.0, 0.0));
        assert_eq!(steps[4], Step::Close);
        assert_eq!(steps[6], Step::Line(2.0, 2.0));
        assert!(outline("M NaN 0 L 1 1").is_empty());
        assert_eq!(outline(&"C".repeat(MOST * 2)).len(), MOST);
    }

    #[test]
    fn a_circle_of_two_arcs_is_round() {
        let steps = outline("M 0 0 A 5 5 0 0 1 10 0 A 5 5 0 0 1 0 0 C");
        let mut at = (0.0, 0.0);
        for step in &steps[1..5] {
            let Step::Curve(a, b, to) = *step else {
                panic!("{step:?}");
            };
            let middle = |p: f64, a: f64, b: f64, q: f64| (p + 3.0 * a + 3.0 * b + q) / 8.0;
            let x = middle(at.0, a.0, b.0, to.0);
            let y = middle(at.1, a.1, b.1, to.1);
            assert!(((x - 5.0).hypot(y) - 5.0).abs() < 0.01, "{x} {y}");
            at = to;
        }
        assert!(at.0.abs() < 1e-9 && at.1.abs() < 1e-9);
    }
}
