//! Tables: columns fitted to what stands in them, cells broken into lines, the head set again on each page.
//! Not here: cells over several columns. Invariant: every rule is 0.25 mm and every row's cells end on the same rule.

use super::body::plain;
use super::grid::{self, LEFT, WIDTH};
use super::lines::{Line, break_lines};
use super::measure::{Cell, Measure};
use super::row::{Row, Style, line_pieces, rule};
use crate::layout::font::Face;
use crate::layout::page::{Element, Piece};

/// 小四
const POINTS: f64 = 12.0;
const LINE: f64 = 6.4;
/// Blank beside and above a cell's text, mm.
const BESIDE: f64 = 1.5;
const ABOVE: f64 = 1.0;
const RULE: f64 = 0.25;
/// A cell of more lines is parted, so that no row is higher than a page.
const MOST_LINES: usize = 30;
/// A head of more lines is not set again.
const MOST_HEAD: usize = 6;

/// A cell broken to its column.
struct Broken {
    cells: Vec<Cell>,
    lines: Vec<Line>,
}

/// The rows of a table.
#[must_use]
pub fn rows(
    measure: &Measure<'_>,
    table: &[Vec<String>],
    head: bool,
    element: Element,
) -> Vec<Row> {
    let face = |n: usize| {
        if head && n == 0 {
            Face::Heiti
        } else {
            Face::Fangsong
        }
    };
    let cells: Vec<Vec<Vec<Cell>>> = table
        .iter()
        .enumerate()
        .map(|(n, row)| {
            let cell = |text: &String| measure.cells(&plain(text.trim()), face(n), POINTS);
            row.iter().map(cell).collect()
        })
        .collect();
    let columns = columns(&cells);
    let mut rows: Vec<Row> = Vec::new();
    let mut first: Option<Box<Row>> = None;
    for (n, row) in cells.into_iter().enumerate() {
        let broken: Vec<Broken> = row
            .into_iter()
            .zip(&columns)
            .map(|(cells, width)| broken(cells, *width))
            .collect();
        let lines = broken
            .iter()
            .map(|b| b.lines.len())
            .max()
            .unwrap_or(1)
            .max(1);
        for from in (0..lines).step_by(MOST_LINES) {
            let part = from..lines.min(from + MOST_LINES);
            let mut drawn = draw(&broken, &columns, part, face(n));
            drawn.mark(element);
            drawn.head.clone_from(&first);
            rows.push(drawn);
        }
        if n == 0 && head && lines <= MOST_HEAD {
            first = rows.last().cloned().map(Box::new);
        }
    }
    // the head is not left alone at a page's foot
    if head && rows.len() > 1 {
        rows.iter_mut().take(1).for_each(|r| r.keep = true);
    }
    rows.push(Row {
        snap: true,
        ..Row::default()
    });
    rows
}

/// The columns' widths: what each needs where all fit, wider ones sharing what narrower ones leave otherwise.
fn columns(table: &[Vec<Vec<Cell>>]) -> Vec<f64> {
    let count = table.iter().map(Vec::len).max().unwrap_or_default();
    let mut needs = vec![grid::em(POINTS) + 2.0 * BESIDE; count];
    for row in table {
        for (need, cell) in needs.iter_mut().zip(row) {
            let width: f64 = cell.iter().map(|c| c.advance).sum();
            *need = need.max(width + 2.0 * BESIDE + 0.01);
        }
    }
    let sum: f64 = needs.iter().sum();
    if sum <= WIDTH {
        return needs.iter().map(|n| n * WIDTH / sum).collect();
    }
    shared(&needs)
}

fn shared(needs: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..needs.len()).collect();
    let need = |n: usize| needs.get(n).copied().unwrap_or_default();
    order.sort_by(|a, b| need(*a).total_cmp(&need(*b)));
    let mut widths = vec![0.0; needs.len()];
    let mut rest = WIDTH;
    for (done, n) in order.iter().enumerate() {
        let width = need(*n).min(rest / grid::mm(needs.len() - done));
        rest -= width;
        if let Some(place) = widths.get_mut(*n) {
            *place = width;
        }
    }
    widths
}

fn broken(cells: Vec<Cell>, width: f64) -> Broken {
    let inner = (width - 2.0 * BESIDE).max(width / 3.0);
    let lines = break_lines(&cells, inner, inner);
    Broken { cells, lines }
}

/// One row, or the part of it on these lines.
fn draw(row: &[Broken], columns: &[f64], part: std::ops::Range<usize>, face: Face) -> Row {
    let most = row
        .iter()
        .map(|b| b.lines.len().min(part.end).saturating_sub(part.start));
    let height = grid::mm(most.max().unwrap_or(1).max(1)) * LINE + 2.0 * ABOVE;
    let mut pieces = frame(columns, height);
    let mut left = LEFT;
    for (cell, width) in row.iter().zip(columns) {
        let lines = cell
            .lines
            .get(part.start.min(cell.lines.len())..part.end.min(cell.lines.len()));
        let lines = lines.unwrap_or_default();
        let top = (height - grid::mm(lines.len()) * LINE) / 2.0;
        for (n, line) in lines.iter().enumerate() {
            // one line stands in the middle of its cell, several begin at its left
            let blank = width - line.width();
            let x = if cell.lines.len() == 1 {
                blank / 2.0
            } else {
                BESIDE.min(width / 3.0)
            };
            let y = grid::baseline(top + grid::mm(n) * LINE, LINE, POINTS);
            let style = Style::of(face, POINTS);
            pieces.extend(line_pieces(&cell.cells, line, (left + x, y), style));
        }
        left += width;
    }
    Row {
        height,
        pieces,
        ..Row::default()
    }
}

fn frame(columns: &[f64], height: f64) -> Vec<Piece> {
    let right = LEFT + columns.iter().sum::<f64>();
    let across = |y| Piece::Rule(rule((LEFT, y), (right, y), RULE));
    let mut pieces = vec![across(0.0), across(height)];
    let mut x = LEFT;
    for width in std::iter::once(&0.0).chain(columns) {
        x += width;
        pieces.push(Piece::Rule(rule((x, 0.0), (x, height), RULE)));
    }
    pieces
}
