//! Blocks of text as rows: paragraphs two characters in, levels in their faces (§7.3.3), lines in the middle, tables.
//! Not here: pages. Invariant: every character of a block is in its rows once, in order.

use super::grid::{self, ADVANCE, LEFT, PITCH, WIDTH};
use super::lines::{Line, break_lines};
use super::measure::{Cell, Measure};
use super::row::{Row, Style, line_pieces};
use super::table;
use crate::layout::document::{Block, Level};
use crate::layout::font::Face;
use crate::layout::page::Element;

/// The rows of blocks; `of` names each one's element.
#[must_use]
pub fn rows(measure: &Measure<'_>, blocks: &[Block], of: impl Fn(usize) -> Element) -> Vec<Row> {
    let mut rows = Vec::new();
    for (n, block) in blocks.iter().enumerate() {
        let element = of(n);
        match block {
            Block::Paragraph { level, lead, text } => {
                rows.extend(paragraph(measure, (*level, *lead), text, element));
            }
            Block::Centred(text) => {
                let style = Style::of(Face::Heiti, grid::BODY);
                rows.extend(
                    centred(measure, text, style, element)
                        .into_iter()
                        .map(Row::kept),
                );
            }
            Block::Table { head, rows: cells } => {
                rows.extend(table::rows(measure, cells, *head, element));
            }
        }
    }
    rows
}

fn paragraph(
    measure: &Measure<'_>,
    (level, lead): (Level, usize),
    text: &str,
    element: Element,
) -> Vec<Row> {
    let face = match level {
        Level::First => Face::Heiti,
        Level::Second => Face::Kaiti,
        Level::Text | Level::Third | Level::Fourth => Face::Fangsong,
    };
    let text = plain(text);
    let split = text
        .char_indices()
        .nth(lead)
        .map_or(text.len(), |(at, _)| at);
    let (heading, rest) = text.split_at(split);
    let mut cells = measure.cells(heading, face, grid::BODY);
    cells.extend(measure.cells(rest, Face::Fangsong, grid::BODY));
    let style = Style::of(Face::Fangsong, grid::BODY);
    let mut rows = hung(&cells, (LEFT + 2.0 * ADVANCE, LEFT), style, element);
    // a heading of its own is not left at a page's foot
    if rest.is_empty() && matches!(level, Level::First | Level::Second) {
        rows.iter_mut().for_each(|r| r.keep = true);
    }
    rows
}

/// Lines from `first` and `rest` to the right end of the block.
#[must_use]
pub fn hung(cells: &[Cell], (first, rest): (f64, f64), style: Style, element: Element) -> Vec<Row> {
    let right = LEFT + WIDTH;
    let lines = break_lines(cells, right - first, right - rest);
    let place = |(n, line): (usize, &Line)| {
        let x = if n == 0 { first } else { rest };
        let y = grid::baseline(0.0, PITCH, style.points);
        Row::line(line_pieces(cells, line, (x, y), style), element)
    };
    lines.iter().enumerate().map(place).collect()
}

/// Lines in the middle, none drawn to the measure.
#[must_use]
pub fn centred(measure: &Measure<'_>, text: &str, style: Style, element: Element) -> Vec<Row> {
    let cells = measure.cells(&plain(text), style.face, style.points);
    let lines = break_lines(&cells, WIDTH, WIDTH);
    let place = |line: &Line| {
        let x = LEFT + (WIDTH - line.width()).max(0.0) / 2.0;
        let y = grid::baseline(0.0, PITCH, style.points);
        Row::line(line_pieces(&cells, line, (x, y), style), element)
    };
    lines.iter().map(place).collect()
}

/// Control characters stand for nothing on paper.
#[must_use]
pub fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
