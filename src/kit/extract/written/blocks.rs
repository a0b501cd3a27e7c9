//! Puts paragraphs and cells, as they come, into blocks, within a limit of characters.
//! Not here: where they come from. Invariant: no line has a break, a tab or white space at its ends.

use super::{Block, Line, MOST_CHARS, Written};

/// Columns of a table.
pub(super) const MOST_COLUMNS: usize = 64;
/// Cells of all tables together.
const MOST_CELLS: usize = 200_000;
/// Letters of this size and no larger may be a title of two lines; larger is the mark in the head. Half points.
const TITLE: std::ops::RangeInclusive<u32> = 36..=52;

/// What is collected so far.
#[derive(Default)]
pub(super) struct Blocks {
    done: Vec<Block>,
    rows: Vec<Vec<String>>,
    row: Vec<String>,
    cell: String,
    /// Tables inside a cell are words of that cell.
    depth: u32,
    chars: usize,
    cells: usize,
    left_out: Vec<&'static str>,
}

impl Blocks {
    /// Says that something was there which is not taken.
    pub(super) fn leave_out(&mut self, what: &'static str) {
        if !self.left_out.contains(&what) {
            self.left_out.push(what);
        }
    }

    /// Whether no more is taken.
    pub(super) const fn is_full(&self) -> bool {
        self.chars > MOST_CHARS || self.cells > MOST_CELLS
    }

    /// Ends a paragraph. Breaks inside it part it, but not one in the middle of the page: that is a title.
    pub(super) fn line(&mut self, line: &Line) {
        if self.depth > 0 {
            let text = tidy(&line.text.replace('\n', " "));
            self.chars += text.chars().count();
            if !text.is_empty() {
                join(&mut self.cell, &text);
            }
            return;
        }
        if line.centred {
            let parts: Vec<String> = line.text.split('\n').map(tidy).collect();
            self.one(snug(parts.concat()), line);
            return;
        }
        for part in line.text.split('\n') {
            self.one(snug(tidy(part)), line);
        }
    }

    fn one(&mut self, text: String, of: &Line) {
        if text.is_empty() || self.is_full() {
            return;
        }
        self.chars += text.chars().count();
        if let Some(Block::Line(last)) = self.done.last_mut() {
            let both = last.centred && of.centred && last.size == of.size;
            if both && TITLE.contains(&of.size) && !text.starts_with(['（', '(']) {
                last.text.push_str(&text);
                return;
            }
        }
        self.done.push(Block::Line(Line { text, ..*of }));
    }

    pub(super) fn begin_table(&mut self) {
        self.depth += 1;
    }

    pub(super) fn end_table(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if self.depth > 0 {
            return;
        }
        self.end_row();
        let rows = std::mem::take(&mut self.rows);
        let wide = rows.iter().map(Vec::len).max().unwrap_or(0);
        if wide > 1 && rows.iter().flatten().any(|c| !c.is_empty()) {
            self.done.push(Block::Table(rows));
            return;
        }
        // one column is a frame around paragraphs
        for text in rows.into_iter().flatten().filter(|t| !t.is_empty()) {
            self.done.push(Block::Line(Line {
                text,
                ..Line::default()
            }));
        }
    }

    /// Whether what comes stands in a table that is not inside a cell.
    pub(super) const fn in_table(&self) -> bool {
        self.depth == 1
    }

    pub(super) fn end_row(&mut self) {
        let row = std::mem::take(&mut self.row);
        if !row.is_empty() {
            self.rows.push(row);
        }
    }

    /// Leaves out what the cell has: it belongs to the one above.
    pub(super) fn drop_cell(&mut self) {
        self.cell.clear();
    }

    /// Leaves the row out.
    pub(super) fn drop_row(&mut self) {
        self.row.clear();
    }

    /// Ends a cell that covers so many columns; the text stands in the first.
    pub(super) fn end_cell(&mut self, wide: usize) {
        let text = std::mem::take(&mut self.cell);
        if self.is_full() {
            return;
        }
        let wide = wide.clamp(1, MOST_COLUMNS);
        self.cells += wide;
        if self.row.len() < MOST_COLUMNS {
            self.row.push(text);
            let more = self.row.len() + wide - 1;
            self.row.resize(more.min(MOST_COLUMNS), String::new());
        }
    }

    /// All of it, also of what was not ended.
    pub(super) fn finish(mut self) -> Written {
        if self.depth > 0 {
            self.depth = 1;
            if !self.cell.is_empty() {
                self.end_cell(1);
            }
            self.end_table();
        }
        if self.is_full() {
            self.leave_out("文字太长，后面的没有取");
        }
        Written {
            blocks: self.done,
            left_out: self.left_out,
        }
    }
}

/// Two paragraphs of a cell on one line: apart where their letters would run together.
fn join(cell: &mut String, text: &str) {
    let ends = cell.chars().next_back().is_some_and(|c| c.is_ascii());
    let begins = text.chars().next().is_some_and(|c| c.is_ascii());
    if !cell.is_empty() && (ends || begins || cell.chars().count() > 8) {
        cell.push(' ');
    }
    cell.push_str(text);
}

/// Without the blank between a number at the head of a line and its words.
fn snug(text: String) -> String {
    let sign = |c: char| {
        c.is_ascii_digit() || "一二三四五六七八九十百零〇（）()、.．①②③④⑤⑥⑦⑧⑨⑩".contains(c)
    };
    let head = text.find(|c| !sign(c)).unwrap_or(0);
    let (number, words) = text.split_at(head);
    if number.ends_with(['、', '）', ')', '.', '．']) && words.starts_with([' ', '\u{3000}']) {
        return format!("{number}{}", words.trim_start());
    }
    text
}

/// Without indents; runs of white space are one blank, but wide blanks between names stay.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    for c in text.chars() {
        match c {
            '\u{3000}' => {
                blank = false;
                out.push(c);
            }
            c if c.is_whitespace() => blank = true,
            c if c.is_control() || is_unseen(c) => {}
            c => {
                if blank && !out.is_empty() {
                    out.push(' ');
                }
                blank = false;
                out.push(c);
            }
        }
    }
    out.trim().to_owned()
}

/// Marks that turn writing round, break words or stand for a sign of some symbol font.
const fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
            | '\u{feff}' | '\u{e000}'..='\u{f8ff}'
    )
}
