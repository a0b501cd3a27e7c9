//! What a page of a PDF says: its pieces as operators, millimetres from the upper left turned into points from the lower left.
//! Not here: fonts and pictures, which are objects of their own.

use super::super::cast::{Cut, Glyph};
use super::super::page::{Ink, PAPER, Picture, Rule, Shape, Step, Text};
use super::{MM, pt};
use pdf_writer::{Content, Name, Str, TextStr};

/// F0, F1, …
pub(super) fn font_name(n: usize) -> String {
    format!("F{n}")
}

/// I0, I1, …
pub(super) fn image_name(n: usize) -> String {
    format!("I{n}")
}

/// A page's operators.
pub(super) struct Drawing {
    content: Content,
    offset: (f64, f64),
}

impl Drawing {
    pub fn new(offset: (f64, f64)) -> Self {
        Self {
            content: Content::new(),
            offset,
        }
    }

    pub fn finish(self) -> Vec<u8> {
        self.content.finish().into_vec()
    }

    fn point(&self, (x, y): (f64, f64)) -> (f32, f32) {
        (pt(x + self.offset.0), pt(PAPER.1 - y - self.offset.1))
    }

    fn fill(&mut self, ink: Ink) {
        let (r, g, b) = rgb(ink);
        self.content.set_fill_rgb(r, g, b);
    }

    pub fn rule(&mut self, rule: &Rule) {
        let (r, g, b) = rgb(rule.ink);
        let (from, to) = (self.point(rule.from), self.point(rule.to));
        self.content.set_stroke_rgb(r, g, b);
        self.content.set_line_width(pt(rule.width));
        self.content.move_to(from.0, from.1).line_to(to.0, to.1);
        self.content.stroke();
    }

    pub fn shape(&mut self, shape: &Shape) {
        // a path begins with a place; one that does not is no path to a PDF
        if !matches!(shape.path.first(), Some(Step::Move(..))) {
            return;
        }
        self.fill(shape.ink);
        for step in &shape.path {
            match *step {
                Step::Move(x, y) => {
                    let (x, y) = self.point((x, y));
                    self.content.move_to(x, y);
                }
                Step::Line(x, y) => {
                    let (x, y) = self.point((x, y));
                    self.content.line_to(x, y);
                }
                Step::Curve(a, b, c) => {
                    let (a, b, c) = (self.point(a), self.point(b), self.point(c));
                    self.content.cubic_to(a.0, a.1, b.0, b.1, c.0, c.1);
                }
                Step::Close => {
                    self.content.close_path();
                }
            }
        }
        self.content.fill_nonzero();
    }

    pub fn picture(&mut self, picture: &Picture, n: usize) {
        let (x, y) = self.point((picture.at.0, picture.at.1 + picture.size.1));
        self.content.save_state();
        self.content
            .transform([pt(picture.size.0), 0.0, 0.0, pt(picture.size.1), x, y]);
        self.content.x_object(Name(image_name(n).as_bytes()));
        self.content.restore_state();
    }

    /// One text: each glyph at its place, each place read as its character.
    pub fn text(&mut self, text: &Text, glyphs: &[Glyph], cuts: &[Cut<'_>]) {
        if glyphs.is_empty() || text.size <= 0.0 || text.stretch <= 0.0 {
            return;
        }
        self.fill(text.ink);
        self.content.begin_text();
        self.content
            .set_horizontal_scaling(single(text.stretch * 100.0));
        let (x, y) = self.point(text.at);
        self.content.set_text_matrix([1.0, 0.0, 0.0, 1.0, x, y]);
        // an em along the line, mm
        let em = text.size * text.stretch / MM;
        for run in glyphs.chunk_by(|a, b| a.cut == b.cut) {
            let Some((first, cut)) = run.first().and_then(|g| Some((g, cuts.get(g.cut)?))) else {
                continue;
            };
            let name = font_name(first.cut);
            self.content
                .set_font(Name(name.as_bytes()), single(text.size));
            let named = |g: &Glyph| cut.reads.get(&g.id) == Some(&g.char);
            for part in run.chunk_by(|a, b| named(a) && named(b)) {
                let other = part.iter().find(|g| !named(g));
                if let Some(glyph) = other {
                    let mut span = self
                        .content
                        .begin_marked_content_with_properties(Name(b"Span"));
                    let said = glyph.char.to_string();
                    span.properties().actual_text(TextStr(&said));
                }
                self.glyphs(part, em);
                if other.is_some() {
                    self.content.end_marked_content();
                }
            }
        }
        self.content.end_text();
    }

    fn glyphs(&mut self, glyphs: &[Glyph], em: f64) {
        let mut show = self.content.show_positioned();
        let mut items = show.items();
        let mut codes = Vec::new();
        for glyph in glyphs {
            codes.extend(glyph.id.to_be_bytes());
            // thousandths of an em, to the left
            let more = (glyph.width - glyph.advance / em) * 1000.0;
            if more.abs() > 0.05 {
                items.show(Str(&codes));
                items.adjust(single((more * 100.0).round() / 100.0));
                codes.clear();
            }
        }
        if !codes.is_empty() {
            items.show(Str(&codes));
        }
    }
}

fn rgb(ink: Ink) -> (f32, f32, f32) {
    let (r, g, b) = ink.rgb();
    let part = |v: u8| f32::from(v) / 255.0;
    (part(r), part(g), part(b))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a size on paper; the format has single precision"
)]
fn single(v: f64) -> f32 {
    v as f32
}
