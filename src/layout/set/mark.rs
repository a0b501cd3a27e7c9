//! The red mark: one organ drawn to its measure, or the organs of a joint document one below another with 文件 at the
//! right (§7.2.4). Not here: where the mark stands. Invariant: never wider than the text block.

use super::grid;
use super::measure::Measure;
use crate::layout::font::Face;
use crate::layout::page::{Ink, Piece, Text};

/// No glyph of a mark is wider, mm.
const MOST_WIDE: f64 = 17.0;

/// Nor narrower by its height than this.
const NARROWEST: f64 = 0.62;

/// Nor wider.
const WIDEST: f64 = 0.95;

/// Part of a row's height between rows of a joint mark.
const BETWEEN: f64 = 0.3;

const FILE: &str = "文件";

/// Where the mark's ink begins and how high it should be.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    pub top: f64,
    /// Height of the ink with which all below comes to stand on the page's lines; more by whole lines does too.
    pub fits: f64,
}

/// The mark's pieces and where its ink ends.
#[must_use]
pub fn mark(measure: &Measure<'_>, marks: &[String], room: Room) -> (Vec<Piece>, f64) {
    let marks: Vec<&str> = marks
        .iter()
        .map(|m| m.trim())
        .filter(|m| !m.is_empty())
        .collect();
    match marks.as_slice() {
        [] => (Vec::new(), room.top + room.fits),
        [one] => single(measure, one, room),
        several => joint(measure, several, room),
    }
}

fn single(measure: &Measure<'_>, text: &str, room: Room) -> (Vec<Piece>, f64) {
    let natural = ems(measure, text);
    let wide = (grid::WIDTH / natural).min(MOST_WIDE);
    let (above, below) = measure.ink(Face::Biaosong, text);
    let high = (room.fits / (above - below)).min(wide / NARROWEST);
    let wide = wide.min(high * WIDEST);
    let left = grid::LEFT + (grid::WIDTH - wide * natural) / 2.0;
    let at = (left, room.top + above * high);
    let piece = drawn(measure, text, at, (high, wide, natural * wide));
    (vec![piece], room.top + (above - below) * high)
}

fn joint(measure: &Measure<'_>, marks: &[&str], room: Room) -> (Vec<Piece>, f64) {
    let files = marks.iter().any(|m| m.ends_with(FILE));
    let names: Vec<&str> = marks
        .iter()
        .map(|m| m.strip_suffix(FILE).unwrap_or(m))
        .collect();
    let (above, below) = measure.ink(Face::Biaosong, &names.concat());
    let rows = grid::mm(names.len());
    let high = joint_height(rows, above - below, room.fits);
    let pitch = high * (above - below + BETWEEN);
    let bottom = room.top + pitch * (rows - 1.0) + (above - below) * high;

    let most = names.iter().map(|n| ems(measure, n)).fold(1.0, f64::max);
    let file = if files { high * 2.4 } else { 0.0 };
    let between = if files { high * 0.5 } else { 0.0 };
    let wide = ((grid::WIDTH - file - between) / most).min(high * WIDEST);
    let block = wide * most;
    let left = grid::LEFT + (grid::WIDTH - block - between - file) / 2.0;
    let mut pieces = Vec::new();
    let mut baseline = room.top + above * high;
    for name in &names {
        pieces.push(drawn(measure, name, (left, baseline), (high, wide, block)));
        baseline += pitch;
    }
    if files {
        let size = high * 1.3;
        let middle = f64::midpoint(room.top, bottom);
        let at = (
            left + block + between,
            middle + (above + below) / 2.0 * size,
        );
        pieces.push(drawn(measure, FILE, at, (size, file / 2.0, file)));
    }
    (pieces, bottom)
}

/// Em of a row such that the whole comes out at the height that fits plus whole lines, and reads well.
fn joint_height(rows: f64, ink: f64, fits: f64) -> f64 {
    let wanted = match rows {
        r if r < 2.5 => 15.0,
        r if r < 3.5 => 13.0,
        r => (48.0 / r).max(6.0),
    };
    let per_em = (rows - 1.0) * (ink + BETWEEN) + ink;
    let lines = ((wanted * per_em - fits) / grid::PITCH).round().max(0.0);
    (fits + lines * grid::PITCH) / per_em
}

fn ems(measure: &Measure<'_>, text: &str) -> f64 {
    let sum: f64 = text
        .chars()
        .map(|c| measure.glyph(Face::Biaosong, c).advance)
        .sum();
    sum.max(1.0)
}

/// A run `high` to the em, an em `wide`, spread over `block`.
fn drawn(
    measure: &Measure<'_>,
    text: &str,
    at: (f64, f64),
    (high, wide, block): (f64, f64, f64),
) -> Piece {
    let mut advances: Vec<f64> = text
        .chars()
        .map(|c| measure.glyph(Face::Biaosong, c).advance * wide)
        .collect();
    let count = advances.len();
    let slack = block - advances.iter().sum::<f64>();
    if slack > 0.0 && count > 1 {
        for advance in advances.iter_mut().take(count - 1) {
            *advance += slack / grid::mm(count - 1);
        }
    }
    Piece::Text(Text {
        at,
        face: Face::Biaosong,
        size: high / grid::em(1.0),
        stretch: wide / high,
        ink: Ink::Red,
        text: text.to_owned(),
        advances,
        preprinted: true,
    })
}
