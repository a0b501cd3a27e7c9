//! Glyphs of the fonts inside a file, as outlines. A font without a file is named and another face stands for it.
//! Not here: where glyphs stand. Invariant: a broken font gives no glyphs, and no glyph costs more than its share.

use crate::layout::font::Face;
use crate::layout::page::Step;
use std::collections::BTreeMap;
use std::sync::Arc;
use ttf_parser::{GlyphId, OutlineBuilder, cff};

/// Steps of one glyph.
const MOST_STEPS: usize = 5000;

/// A font with its own file.
pub(super) struct Embedded {
    bytes: Vec<u8>,
    /// Bare CFF, without the tables of a font file.
    bare: bool,
    drawn: BTreeMap<u16, Option<Arc<[Step]>>>,
}

impl Embedded {
    /// `None` where it is no font that can be read.
    pub(super) fn of(bytes: Vec<u8>) -> Option<Self> {
        let whole = ttf_parser::Face::parse(&bytes, 0).is_ok();
        let bare = !whole && cff::Table::parse(&bytes).is_some();
        (whole || bare).then(|| Self {
            bytes,
            bare,
            drawn: BTreeMap::new(),
        })
    }

    /// From its own measure to an em of 1, upright on paper.
    pub(super) fn em(&self) -> f64 {
        if self.bare {
            return 1000.0;
        }
        let face = ttf_parser::Face::parse(&self.bytes, 0);
        face.map_or(1000.0, |f| f64::from(f.units_per_em().max(16)))
    }

    /// The glyph of a letter, by the font's own table.
    pub(super) fn glyph(&self, letter: char) -> Option<u16> {
        if self.bare {
            return None;
        }
        let face = ttf_parser::Face::parse(&self.bytes, 0).ok()?;
        let by_symbol = || {
            let low = u32::from(letter);
            let moved = char::from_u32(0xf000 + low).filter(|_| low < 256)?;
            face.glyph_index(moved)
        };
        let found = face.glyph_index(letter).or_else(by_symbol)?;
        Some(found.0).filter(|g| *g != 0)
    }

    /// How far a glyph moves the pen, in ems.
    pub(super) fn advance(&self, glyph: u16) -> Option<f64> {
        if self.bare {
            return None;
        }
        let face = ttf_parser::Face::parse(&self.bytes, 0).ok()?;
        let wide = face.glyph_hor_advance(GlyphId(glyph))?;
        Some(f64::from(wide) / f64::from(face.units_per_em().max(16)))
    }

    /// A glyph's outline; empty for a blank, `None` where there is none.
    pub(super) fn outline(&mut self, glyph: u16) -> Option<Arc<[Step]>> {
        if let Some(drawn) = self.drawn.get(&glyph) {
            return drawn.clone();
        }
        let drawn = self.draw(glyph).map(Arc::from);
        self.drawn.insert(glyph, drawn.clone());
        drawn
    }

    fn draw(&self, glyph: u16) -> Option<Vec<Step>> {
        let mut pen = Pen::default();
        if self.bare {
            let table = cff::Table::parse(&self.bytes)?;
            // a blank has no outline and says so as an error
            let _ = table.outline(GlyphId(glyph), &mut pen);
            return (glyph < table.number_of_glyphs()).then_some(pen.steps);
        }
        let face = ttf_parser::Face::parse(&self.bytes, 0).ok()?;
        let _ = face.outline_glyph(GlyphId(glyph), &mut pen);
        (glyph < face.number_of_glyphs()).then_some(pen.steps)
    }
}

/// The face that stands for a font without a file.
pub(super) fn face_of(name: &str) -> Face {
    let name = name.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|w| name.contains(w));
    if has(&["小标宋", "xbs", "xiaobiaosong", "大标宋"]) {
        Face::Biaosong
    } else if has(&["仿宋", "fangsong", "fang song", "fsong"]) {
        Face::Fangsong
    } else if has(&["楷", "kai"]) {
        Face::Kaiti
    } else if has(&["黑", "hei", "sans", "arial", "gothic", "helvetica"]) {
        Face::Heiti
    } else {
        Face::Songti
    }
}

#[derive(Default)]
struct Pen {
    steps: Vec<Step>,
    at: (f64, f64),
}

impl Pen {
    fn step(&mut self, step: Step, to: (f64, f64)) {
        if self.steps.len() < MOST_STEPS {
            self.steps.push(step);
        }
        self.at = to;
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let to = point(x, y);
        self.step(Step::Move(to.0, to.1), to);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let to = point(x, y);
        self.step(Step::Line(to.0, to.1), to);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (by, to) = (point(x1, y1), point(x, y));
        let near = |p: (f64, f64)| {
            (
                p.0 + (by.0 - p.0) * 2.0 / 3.0,
                p.1 + (by.1 - p.1) * 2.0 / 3.0,
            )
        };
        self.step(Step::Curve(near(self.at), near(to), to), to);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let to = point(x, y);
        self.step(Step::Curve(point(x1, y1), point(x2, y2), to), to);
    }

    fn close(&mut self) {
        self.step(Step::Close, self.at);
    }
}

fn point(x: f32, y: f32) -> (f64, f64) {
    let sane = |n: f32| {
        if n.is_finite() {
            f64::from(n.clamp(-1e6, 1e6))
        } else {
            0.0
        }
    };
    (sane(x), sane(y))
}
