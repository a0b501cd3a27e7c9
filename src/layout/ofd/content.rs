//! What a page of an OFD says: its pieces as objects with a boundary each, in millimetres.
//! Not here: fonts and pictures themselves. Pictures and shapes come first, as in the PDF: print stands over a seal's ink.

use super::super::cast::{Cast, Cut, Glyph};
use super::super::page::{Ink, PAPER, Page, Picture, Piece, Rule, Shape, Step, Text};
use super::{Book, SPACE};
use crate::kit::Result;
use crate::kit::text::escaped;
use std::fmt::Write as _;

const MM: f64 = 72.0 / 25.4;

/// A page being drawn.
pub(super) struct Drawing<'b> {
    out: String,
    book: &'b mut Book,
}

impl<'b> Drawing<'b> {
    /// The whole page.
    pub fn of(
        page: &Page,
        cast: &Cast<'_>,
        (cuts, faces): (&[Cut<'_>], &[u32]),
        book: &'b mut Book,
    ) -> Result<String> {
        let layer = book.next();
        let mut drawing = Self {
            out: String::new(),
            book,
        };
        for piece in &page.pieces {
            match piece {
                Piece::Picture(picture) => drawing.picture(picture)?,
                Piece::Shape(shape) => drawing.shape(shape),
                Piece::Text(_) | Piece::Rule(_) => {}
            }
        }
        for piece in &page.pieces {
            match piece {
                Piece::Text(text) => drawing.text(text, &cast.set(text, cuts), faces),
                Piece::Rule(rule) => drawing.rule(rule),
                Piece::Picture(_) | Piece::Shape(_) => {}
            }
        }
        Ok(format!(
            "<ofd:Page {SPACE}><ofd:Area><ofd:PhysicalBox>0 0 {} {}</ofd:PhysicalBox></ofd:Area><ofd:Content>\
<ofd:Layer ID=\"{layer}\" Type=\"Body\">{}</ofd:Layer></ofd:Content></ofd:Page>",
            PAPER.0, PAPER.1, drawing.out
        ))
    }

    /// One object a font: a character another face lent stands in an object of its own.
    fn text(&mut self, text: &Text, glyphs: &[Glyph], faces: &[u32]) {
        if text.size <= 0.0 || text.stretch <= 0.0 {
            return;
        }
        let mut x = text.at.0;
        for run in glyphs.chunk_by(|a, b| a.cut == b.cut) {
            let face = run.first().and_then(|g| faces.get(g.cut));
            if let Some(face) = face {
                self.run(text, x, run, *face);
            }
            x += run.iter().map(|g| g.advance).sum::<f64>();
        }
    }

    fn run(&mut self, text: &Text, x: f64, run: &[Glyph], face: u32) {
        let em = text.size / MM;
        // some ink leaves its em: readers cut at the boundary
        let spare = em * 0.2;
        let last = run
            .last()
            .map_or(0.0, |g| (g.width * em * text.stretch).max(0.0));
        let before: f64 = run.iter().rev().skip(1).map(|g| g.advance).sum();
        let boundary = (
            x - spare,
            text.at.1 - em,
            before + last + spare * 2.0,
            em * 1.4,
        );
        let id = self.book.next();
        let _ = write!(
            self.out,
            "<ofd:TextObject ID=\"{id}\" Boundary=\"{}\" Font=\"{face}\" Size=\"{}\"",
            area(boundary),
            short(em)
        );
        // the matrix also stretches the way from one character to the next
        if (text.stretch - 1.0).abs() > 1e-6 {
            let _ = write!(self.out, " CTM=\"{} 0 0 1 0 0\"", short(text.stretch));
        }
        let ways: Vec<String> = run
            .iter()
            .take(run.len().saturating_sub(1))
            .map(|g| short(g.advance / text.stretch))
            .collect();
        let _ = write!(
            self.out,
            ">{}<ofd:TextCode X=\"{}\" Y=\"{}\"",
            colour("Fill", text.ink),
            short(spare / text.stretch),
            short(em)
        );
        if !ways.is_empty() {
            let _ = write!(self.out, " DeltaX=\"{}\"", ways.join(" "));
        }
        let said: String = run.iter().map(|g| g.char).collect();
        let _ = write!(
            self.out,
            ">{}</ofd:TextCode></ofd:TextObject>",
            escaped(&said)
        );
    }

    fn rule(&mut self, rule: &Rule) {
        let spare = rule.width.max(0.1);
        let (left, right) = (rule.from.0.min(rule.to.0), rule.from.0.max(rule.to.0));
        let (top, bottom) = (rule.from.1.min(rule.to.1), rule.from.1.max(rule.to.1));
        let (x, y) = (left - spare, top - spare);
        let boundary = (x, y, right - left + spare * 2.0, bottom - top + spare * 2.0);
        let point = |p: (f64, f64)| format!("{} {}", short(p.0 - x), short(p.1 - y));
        let id = self.book.next();
        let _ = write!(
            self.out,
            "<ofd:PathObject ID=\"{id}\" Boundary=\"{}\" LineWidth=\"{}\" Stroke=\"true\" Fill=\"false\">{}\
<ofd:AbbreviatedData>M {} L {}</ofd:AbbreviatedData></ofd:PathObject>",
            area(boundary),
            short(rule.width),
            colour("Stroke", rule.ink),
            point(rule.from),
            point(rule.to)
        );
    }

    fn shape(&mut self, shape: &Shape) {
        if !matches!(shape.path.first(), Some(Step::Move(..))) {
            return;
        }
        let (x, y, right, bottom) = bounds(&shape.path);
        let point = |(px, py): (f64, f64)| format!("{} {}", short(px - x), short(py - y));
        let step = |step: &Step| match *step {
            Step::Move(px, py) => format!("M {}", point((px, py))),
            Step::Line(px, py) => format!("L {}", point((px, py))),
            Step::Curve(a, b, c) => format!("B {} {} {}", point(a), point(b), point(c)),
            Step::Close => "C".to_owned(),
        };
        let path: Vec<String> = shape.path.iter().map(step).collect();
        let id = self.book.next();
        let _ = write!(
            self.out,
            "<ofd:PathObject ID=\"{id}\" Boundary=\"{}\" Stroke=\"false\" Fill=\"true\" Rule=\"NonZero\">{}\
<ofd:AbbreviatedData>{}</ofd:AbbreviatedData></ofd:PathObject>",
            area((x, y, right - x, bottom - y)),
            colour("Fill", shape.ink),
            path.join(" ")
        );
    }

    fn picture(&mut self, picture: &Picture) -> Result<()> {
        let resource = self.book.picture(&picture.bytes)?;
        let id = self.book.next();
        let (w, h) = picture.size;
        let _ = write!(
            self.out,
            "<ofd:ImageObject ID=\"{id}\" Boundary=\"{}\" CTM=\"{} 0 0 {} 0 0\" ResourceID=\"{resource}\"/>",
            area((picture.at.0, picture.at.1, w, h)),
            short(w),
            short(h)
        );
        Ok(())
    }
}

/// Left, top, right and bottom of all points, those that only bend included.
fn bounds(path: &[Step]) -> (f64, f64, f64, f64) {
    let points = path.iter().flat_map(|step| match *step {
        Step::Move(x, y) | Step::Line(x, y) => vec![(x, y)],
        Step::Curve(a, b, c) => vec![a, b, c],
        Step::Close => Vec::new(),
    });
    let none = (f64::MAX, f64::MAX, f64::MIN, f64::MIN);
    points.fold(none, |(l, t, r, b), (x, y)| {
        (l.min(x), t.min(y), r.max(x), b.max(y))
    })
}

fn area((x, y, w, h): (f64, f64, f64, f64)) -> String {
    format!(
        "{} {} {} {}",
        short(x),
        short(y),
        short(w.max(0.01)),
        short(h.max(0.01))
    )
}

fn colour(what: &str, ink: Ink) -> String {
    let (r, g, b) = ink.rgb();
    format!("<ofd:{what}Color Value=\"{r} {g} {b}\"/>")
}

/// A number to a ten-thousandth of a millimetre, without trailing zeros.
fn short(v: f64) -> String {
    let all = format!("{v:.4}");
    let all = all.trim_end_matches('0').trim_end_matches('.');
    match all {
        "-0" | "" => "0".to_owned(),
        all => all.to_owned(),
    }
}
