//! A ruler laid on a page's picture: where ink is, in millimetres, line by line, and where each line's characters begin and
//! end when the font's own side bearings are taken off. Not here: what a document should measure, nor the engine's places.
//! Invariant: the pixels say where, another program's reading says what; the layout engine is never asked.

use image::RgbImage;
use inkstone::layout::font::{Font, Metrics};

/// Pixels an inch of the pictures measured.
pub const INCH: u32 = 254;

/// An em of 3号 and of 4号, an advance and a line of the standard's page, mm.
pub const EM: f64 = 16.0 * 25.4 / 72.0;
pub const SMALL: f64 = 14.0 * 25.4 / 72.0;
pub const ADVANCE: f64 = 156.0 / 28.0;
pub const PITCH: f64 = 225.0 / 22.0;

/// Blank between two lines of text is never less, nor within one more, mm.
const BETWEEN: f64 = 1.2;

/// Left, top, right and bottom, mm.
pub type Area = [f64; 4];

/// One page's picture.
pub struct Look(RgbImage);

/// A line of text: what another program reads there, and the ink of it.
#[derive(Debug, Clone)]
pub struct Line {
    pub text: String,
    pub ink: Area,
}

pub fn black([r, g, b]: [u8; 3]) -> bool {
    r < 128 && g < 128 && b < 128
}

pub fn red([r, g, b]: [u8; 3]) -> bool {
    r > 150 && g < 128 && b < 128
}

fn mm(pixels: u32) -> f64 {
    f64::from(pixels) * 25.4 / f64::from(INCH)
}

fn pixels(mm: f64) -> u32 {
    (mm * f64::from(INCH) / 25.4).round() as u32
}

impl Look {
    pub fn new(picture: RgbImage) -> Self {
        Self(picture)
    }

    pub fn paper(&self) -> (f64, f64) {
        (mm(self.0.width()), mm(self.0.height()))
    }

    /// Whether each row of pixels of an area has ink of a kind.
    fn rows(&self, [left, top, right, bottom]: Area, kind: fn([u8; 3]) -> bool) -> Vec<bool> {
        let (wide, high) = self.0.dimensions();
        let (from, to) = (
            pixels(left).min(wide) as usize,
            pixels(right).min(wide) as usize,
        );
        let raw = self.0.as_raw();
        let row = |y: u32| {
            let start = y as usize * wide as usize;
            let cut = &raw[(start + from) * 3..(start + to) * 3];
            cut.chunks_exact(3).any(|p| kind([p[0], p[1], p[2]]))
        };
        (pixels(top).min(high)..pixels(bottom).min(high))
            .map(row)
            .collect()
    }

    /// The same of its columns.
    fn columns(&self, [left, top, right, bottom]: Area, kind: fn([u8; 3]) -> bool) -> Vec<bool> {
        let (wide, high) = self.0.dimensions();
        let rows = pixels(top).min(high)..pixels(bottom).min(high);
        let column = |x: u32| rows.clone().any(|y| kind(self.0.get_pixel(x, y).0));
        (pixels(left).min(wide)..pixels(right).min(wide))
            .map(column)
            .collect()
    }

    /// The box of the ink of an area.
    pub fn ink(&self, area: Area, kind: fn([u8; 3]) -> bool) -> Option<Area> {
        let ends = |marks: &[bool], from: f64| {
            let first = marks.iter().position(|m| *m)? as u32;
            let last = marks.iter().rposition(|m| *m)? as u32;
            let origin = pixels(from);
            Some((mm(origin + first), mm(origin + last + 1)))
        };
        let (top, bottom) = ends(&self.rows(area, kind), area[1])?;
        let (left, right) = ends(
            &self.columns([area[0], top, area[2], bottom], kind),
            area[0],
        )?;
        Some([left, top, right, bottom])
    }

    /// The boxes of the lines of text of an area, from the top.
    pub fn bands(&self, area: Area, kind: fn([u8; 3]) -> bool) -> Vec<Area> {
        let runs = runs(&self.rows(area, kind), BETWEEN);
        let band = |(a, b): &(f64, f64)| {
            let (top, bottom) = (area[1] + a, area[1] + b);
            self.ink([area[0], top - 0.1, area[2], bottom + 0.1], kind)
        };
        runs.iter().filter_map(band).collect()
    }

    /// Left and right end of what stands side by side in an area.
    pub fn parts(&self, area: Area, kind: fn([u8; 3]) -> bool) -> Vec<(f64, f64)> {
        let runs = runs(&self.columns(area, kind), BETWEEN);
        runs.iter()
            .map(|(a, b)| (area[0] + a, area[0] + b))
            .collect()
    }

    /// Middle and thickness of the rules that run over most of an area's width.
    pub fn rules(&self, area: Area, kind: fn([u8; 3]) -> bool) -> Vec<(f64, f64)> {
        let (from, to) = (pixels(area[0]), pixels(area[2]));
        let ruled = |y: u32| {
            let inked = (from..to)
                .filter(|x| kind(self.0.get_pixel(*x, y).0))
                .count();
            inked as f64 > 0.9 * f64::from(to - from)
        };
        let marks: Vec<bool> = (pixels(area[1])..pixels(area[3])).map(ruled).collect();
        let rule = |(a, b): &(f64, f64)| (area[1] + f64::midpoint(*a, *b), b - a);
        runs(&marks, 0.1).iter().map(rule).collect()
    }

    /// Middles of the blanks between the characters of a line.
    pub fn gaps(&self, line: &Line) -> Vec<f64> {
        let inked = runs(&self.columns(line.ink, black), 0.0);
        inked
            .windows(2)
            .map(|pair| line.ink[0] + f64::midpoint(pair[0].1, pair[1].0))
            .collect()
    }
}

/// Where marks stand one after another, mm from the first; blanks up to `within` do not part them.
fn runs(marks: &[bool], within: f64) -> Vec<(f64, f64)> {
    let mut all: Vec<(f64, f64)> = Vec::new();
    for (n, _) in marks.iter().enumerate().filter(|(_, m)| **m) {
        let (from, to) = (mm(n as u32), mm(n as u32 + 1));
        match all.last_mut().filter(|r| from - r.1 <= within + 1e-9) {
            Some(run) => run.1 = to,
            None => all.push((from, to)),
        }
    }
    all
}

/// What a font says of itself, so that ink becomes the places of characters.
pub struct Type<'f>(Metrics<'f>);

impl<'f> Type<'f> {
    pub fn of(font: &'f Font) -> Self {
        Self(Metrics::of(font).unwrap())
    }

    /// Where the character's place begins whose ink begins at `x`; an em is `em` mm.
    pub fn left(&self, c: char, x: f64, em: f64) -> f64 {
        x - self.0.ink(c).map_or(0.0, |i| i.0) * em
    }

    /// Where the place ends whose ink ends at `x`; its advance is the text's own where it is a 3号 one.
    pub fn right(&self, c: char, x: f64, em: f64) -> f64 {
        let advance = self.0.advance(c).unwrap_or(1.0) * em;
        let closer = if (em - EM).abs() < 0.01 {
            EM - ADVANCE
        } else {
            0.0
        };
        x - self.0.ink(c).map_or(em, |i| i.2 * em) + advance - closer
    }

    /// The middle of a line's ems.
    pub fn middle(&self, line: &Line, em: f64) -> f64 {
        let inks = line.text.chars().filter_map(|c| self.0.ink(c));
        let (bottom, top) = inks.fold((1.0_f64, -1.0_f64), |a, i| (a.0.min(i.1), a.1.max(i.3)));
        let baseline = f64::midpoint(line.ink[1] + top * em, line.ink[3] + bottom * em);
        baseline - 0.38 * em
    }
}

impl Line {
    pub fn first(&self) -> char {
        self.text.chars().next().unwrap()
    }

    pub fn last(&self) -> char {
        self.text.chars().next_back().unwrap()
    }

    /// Where its places begin and end.
    pub fn ends(&self, of: &Type<'_>, em: f64) -> (f64, f64) {
        let left = of.left(self.first(), self.ink[0], em);
        (left, of.right(self.last(), self.ink[2], em))
    }
}

/// A Chinese character, as wide as its place.
pub fn ideograph(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// The largest deviation of each figure from what the standard says.
#[derive(Default)]
pub struct Table(Vec<(&'static str, f64, usize)>);

impl Table {
    /// Takes in a measure, mm.
    pub fn note(&mut self, figure: &'static str, measured: f64, wanted: f64, at: &str) {
        let off = measured - wanted;
        assert!(
            off.abs() <= 0.5,
            "{figure}: {measured:.2} mm, not {wanted:.2} ({at})"
        );
        match self.0.iter_mut().find(|(name, ..)| *name == figure) {
            Some((_, most, count)) => {
                *count += 1;
                if off.abs() > most.abs() {
                    *most = off;
                }
            }
            None => self.0.push((figure, off, 1)),
        }
    }

    /// How often a figure was measured.
    pub fn count(&self, figure: &str) -> usize {
        self.0
            .iter()
            .find(|(name, ..)| *name == figure)
            .map_or(0, |t| t.2)
    }

    pub fn print(&self) {
        println!("largest deviation (mm), times measured, figure");
        for (figure, most, count) in &self.0 {
            println!("{most:>+6.2} {count:>6}  {figure}");
        }
    }
}
