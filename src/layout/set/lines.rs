//! Breaking a run of characters into lines of a measure, each drawn to the measure but the last. Not here: pages.
//! Invariant: every character is on exactly one line, in order, and no line is wider than its measure.

use super::kinsoku::{blank, closes, gap, latin, may_break, pauses};
use super::measure::Cell;
use std::ops::Range;

/// Rounding of sums of widths, mm.
const HAIR: f64 = 1e-6;

/// A line shorter than this part of its measure tears a long word instead.
const LOOSEST: f64 = 0.75;

/// Between two characters no more than this part of the widest is put.
const WIDEST_GAP: f64 = 0.5;

/// No character is pressed by more than this part of it for a mark to be taken in.
const MOST_PRESSED: f64 = 0.035;

/// One line: which characters, and from each one's left to the next one's.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub range: Range<usize>,
    pub advances: Vec<f64>,
}

impl Line {
    #[must_use]
    pub fn width(&self) -> f64 {
        self.advances.iter().sum()
    }
}

/// Breaks cells into lines: `first` is the first line's measure, `rest` that of the others.
#[must_use]
pub fn break_lines(cells: &[Cell], first: f64, rest: f64) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut at = 0;
    while at < cells.len() {
        let measure = if at == 0 { first } else { rest };
        let tail = cells.get(at..).unwrap_or_default();
        let count = fit(tail, measure);
        let taken = tail.get(..count).unwrap_or_default();
        let last = at + count >= cells.len();
        lines.push(Line {
            range: at..at + count,
            advances: spread(taken, measure, last),
        });
        at += count;
    }
    lines
}

/// How many of the characters make the next line; at least one.
fn fit(cells: &[Cell], measure: f64) -> usize {
    let fitting = fitting(cells, measure);
    let rest = cells.len() - fitting;
    if rest == 0 || breaks_at(cells, fitting) {
        return fitting;
    }
    if takes_in(cells, fitting, measure) {
        return fitting + 1;
    }
    let fewer = (1..fitting).rev().find(|n| breaks_at(cells, *n));
    let loose = |n: usize| width(cells.get(..n).unwrap_or_default()) < measure * LOOSEST;
    match fewer {
        Some(n) if !loose(n) || !inside_word(cells, fitting) => n,
        // nothing better than tearing the word; still no mark at the next line's head
        _ => (1..=fitting)
            .rev()
            .find(|n| !bad_head(cells, *n))
            .unwrap_or(fitting),
    }
}

/// Whether the pause that would begin the next line is taken in: Word, WPS and LibreOffice let it hang in the margin, here
/// the line makes room for it. So all end the line at the same character, and the text block keeps its edge.
fn takes_in(cells: &[Cell], at: usize, measure: f64) -> bool {
    let taken = cells.get(..=at).unwrap_or_default();
    let pause = taken.last().is_some_and(|c| pauses(c.c));
    let over = width(taken) - room(trimmed(taken)) - measure;
    pause && breaks_at(cells, at + 1) && over <= measure * MOST_PRESSED
}

/// How many characters fit at their natural widths, blanks at the end not counted; at least one.
fn fitting(cells: &[Cell], measure: f64) -> usize {
    let mut sum = 0.0;
    let mut count = 0;
    for cell in cells {
        if !blank(cell.c) && sum + cell.advance > measure + HAIR && count > 0 {
            break;
        }
        sum += cell.advance;
        count += 1;
    }
    count
}

fn breaks_at(cells: &[Cell], at: usize) -> bool {
    let pair = at
        .checked_sub(1)
        .and_then(|b| cells.get(b))
        .zip(cells.get(at));
    pair.is_none_or(|(a, b)| may_break(a.c, b.c))
}

fn bad_head(cells: &[Cell], at: usize) -> bool {
    let pair = at
        .checked_sub(1)
        .and_then(|b| cells.get(b))
        .zip(cells.get(at));
    pair.is_some_and(|(a, b)| closes(b.c) || blank(b.c) || super::kinsoku::opens(a.c))
}

fn inside_word(cells: &[Cell], at: usize) -> bool {
    let pair = at
        .checked_sub(1)
        .and_then(|b| cells.get(b))
        .zip(cells.get(at));
    pair.is_some_and(|(a, b)| latin(a.c) && latin(b.c))
}

fn width(cells: &[Cell]) -> f64 {
    trimmed(cells).iter().map(|c| c.advance).sum()
}

/// Without the blanks at the end.
fn trimmed(cells: &[Cell]) -> &[Cell] {
    let end = cells.iter().rposition(|c| !blank(c.c)).map_or(0, |p| p + 1);
    cells.get(..end).unwrap_or_default()
}

/// What squeezing all marks of a line gains; the first one's left stays.
fn room(cells: &[Cell]) -> f64 {
    (0..cells.len()).map(|n| room_at(cells, n)).sum()
}

/// What may go between a character's left and the next one's: never more than there is.
fn room_at(cells: &[Cell], at: usize) -> f64 {
    let after = cells.get(at).map_or(0.0, |c| c.after);
    let before = cells.get(at + 1).map_or(0.0, |c| c.before);
    (after + before).min(cells.get(at).map_or(0.0, |c| c.advance))
}

/// Advances that fill the measure: squeezed where too wide, widened evenly where not the last line.
fn spread(cells: &[Cell], measure: f64, last: bool) -> Vec<f64> {
    let kept = trimmed(cells);
    let mut advances: Vec<f64> = kept.iter().map(|c| c.advance).collect();
    let over = width(cells) - measure;
    if over > HAIR {
        squeeze(&mut advances, kept, over);
    } else if !last {
        widen(&mut advances, kept, -over);
    }
    advances.resize(cells.len(), 0.0);
    advances
}

fn squeeze(advances: &mut [f64], cells: &[Cell], over: f64) {
    let room = room(cells);
    let part = if room > 0.0 {
        (over / room).min(1.0)
    } else {
        0.0
    };
    for (n, advance) in advances.iter_mut().enumerate() {
        *advance -= part * room_at(cells, n);
    }
    // a single glyph wider than its measure: nothing to squeeze, so it is pressed
    let still: f64 = advances.iter().sum::<f64>() - (advances_sum(cells) - over);
    if still > HAIR {
        let sum: f64 = advances.iter().sum();
        let by = (sum - still) / sum;
        advances.iter_mut().for_each(|a| *a *= by);
    }
}

fn advances_sum(cells: &[Cell]) -> f64 {
    cells.iter().map(|c| c.advance).sum()
}

fn widen(advances: &mut [f64], cells: &[Cell], slack: f64) {
    let open = |n: usize| {
        let pair = cells.get(n).zip(cells.get(n + 1));
        pair.is_some_and(|(a, b)| gap(a.c, b.c))
    };
    let gaps: Vec<usize> = (0..advances.len()).filter(|n| open(*n)).collect();
    let each = slack / super::grid::mm(gaps.len().max(1));
    let widest = cells.iter().map(|c| c.advance).fold(0.0, f64::max);
    if each > widest * WIDEST_GAP {
        return;
    }
    for gap in gaps {
        if let Some(advance) = advances.get_mut(gap) {
            *advance += each;
        }
    }
}
