//! An .ods before a reader of others sees it: cells and rows that are said to repeat are counted, with what stands in them;
//! every tag has its end, for that reader waits for the end of a table for ever. Not here: the values of cells.
//! Invariant: what is let through is read to an end, to no more cells and characters than a table may have.

use super::extract::markup::{Piece, pieces};
use super::sheet_old::{MOST_CELLS, MOST_TEXT};

/// Whether a reader may unfold all tables of this content.
pub(super) fn is_bounded(content: &str) -> bool {
    let mut sum = Sum::default();
    let mut cell: Option<Cell> = None;
    for piece in pieces(content) {
        match piece {
            Piece::Open("table-cell" | "covered-table-cell", attributes) => {
                let has = |word: &str| attributes.contains(word);
                cell = Some(Cell {
                    times: repeated(attributes, "number-columns-repeated"),
                    filled: has("office:") || has("calcext:") || has("formula"),
                    text: length(attributes),
                });
            }
            Piece::Close("table-cell" | "covered-table-cell") => {
                if let Some(done) = cell.take() {
                    sum.row.cell(&done);
                }
            }
            Piece::Text(text) => {
                if let Some(open) = &mut cell {
                    open.text += length(&text);
                }
            }
            Piece::Open("table-row", attributes) => {
                sum.row = Row {
                    times: repeated(attributes, "number-rows-repeated"),
                    ..Row::default()
                };
            }
            Piece::Close("table-row") => sum.row(),
            Piece::Close("table") => sum.table(),
            _ => {}
        }
        if sum.is_too_much() {
            return false;
        }
    }
    sum.table();
    !sum.is_too_much()
}

/// Whether each tag is closed by its own name, in order. Comments and the like, which no office writes here, are refused:
/// two readers may find their ends in different places.
pub(super) fn is_whole(content: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = content;
    while let Some(at) = rest.find('<') {
        let inside = rest.get(at + 1..).unwrap_or_default();
        if let Some(after) = inside.strip_prefix('?') {
            let Some(end) = after.find("?>") else {
                return false;
            };
            rest = after.get(end + 2..).unwrap_or_default();
            continue;
        }
        if inside.starts_with('!') {
            return false;
        }
        let closing = inside.starts_with('/');
        let end = match closing {
            true => inside.find('>'),
            false => tag_end(inside),
        };
        let Some(tag) = end.and_then(|end| inside.get(..end)) else {
            return false;
        };
        rest = inside.get(tag.len() + 1..).unwrap_or_default();
        if closing {
            if open.pop() != tag.get(1..).map(str::trim_end) {
                return false;
            }
        } else if !tag.ends_with('/') {
            let end = tag.find(|c: char| c.is_ascii_whitespace());
            open.push(tag.get(..end.unwrap_or(tag.len())).unwrap_or_default());
        }
    }
    open.is_empty()
}

/// The first `>` outside of quotes.
fn tag_end(inside: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in inside.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(q), c) if q == c => quote = None,
            _ => {}
        }
    }
    None
}

fn length(text: &str) -> u64 {
    u64::try_from(text.len()).unwrap_or(u64::MAX)
}

/// The largest number an attribute of this name says, whatever stands before the name; 1 where none does.
fn repeated(attributes: &str, name: &str) -> u64 {
    let all = attributes.match_indices(name).map(|(at, _)| {
        let value = attributes.get(at + name.len()..).unwrap_or_default();
        let value = value.trim_start_matches(|c: char| c.is_whitespace() || "=\"'+".contains(c));
        let end = value.find(['"', '\'']).unwrap_or(value.len());
        // written in another way than digits: as if without end
        value
            .get(..end)
            .unwrap_or_default()
            .parse()
            .unwrap_or(u64::MAX)
    });
    all.max().unwrap_or(1)
}

struct Cell {
    times: u64,
    filled: bool,
    text: u64,
}

#[derive(Default)]
struct Row {
    times: u64,
    /// Cells kept: all but the empty ones at the end.
    kept: u64,
    /// Cells so far.
    all: u64,
    filled: bool,
    text: u64,
}

impl Row {
    fn cell(&mut self, cell: &Cell) {
        // an empty one is kept once another follows
        self.kept = self.all;
        self.all = self.all.saturating_add(cell.times);
        if cell.filled {
            self.kept = self.all;
            self.filled = true;
            self.text = self
                .text
                .saturating_add(cell.text.saturating_mul(cell.times));
        }
    }
}

/// What all tables come to.
#[derive(Default)]
struct Sum {
    row: Row,
    /// Of this table: rows so far, those up to the last with anything in it, the widest.
    rows: u64,
    filled: u64,
    width: u64,
    cells: u64,
    text: u64,
}

impl Sum {
    fn row(&mut self) {
        let row = std::mem::take(&mut self.row);
        self.rows = self.rows.saturating_add(row.times);
        self.cells = self.cells.saturating_add(row.kept);
        if row.filled {
            self.filled = self.rows;
            self.width = self.width.max(row.kept);
            let text = row.text.saturating_mul(row.times);
            self.text = self.text.saturating_add(text);
        }
    }

    fn table(&mut self) {
        let area = self.filled.saturating_mul(self.width);
        self.cells = self.cells.saturating_add(area);
        (self.rows, self.filled, self.width) = (0, 0, 0);
    }

    const fn is_too_much(&self) -> bool {
        self.cells > MOST_CELLS || self.text > MOST_TEXT
    }
}

#[cfg(test)]
mod tests {
    use super::{is_bounded, is_whole};

    fn table(rows: &str) -> String {
        format!(
            "<office:spreadsheet><table:table table:name='S'>{rows}</table:table></office:spreadsheet>"
        )
    }

    fn row(attributes: &str, cells: &str) -> String {
        format!("<table:table-row {attributes}>{cells}</table:table-row>")
    }

    const WORD: &str =
        "<table:table-cell office:value-type='string'><text:p>字</text:p></table:table-cell>";
    const REST: &str = "<table:table-cell table:number-columns-repeated='16380'/>";

    #[test]
    fn what_an_office_writes_is_let_through() {
        let filled = row("", &format!("{WORD}<table:table-cell/>{WORD}{REST}"));
        let rest = row("table:number-rows-repeated='1048000'", REST);
        assert!(is_bounded(&table(&(filled.repeat(500) + &rest))));
    }

    #[test]
    fn a_table_without_its_end_is_not_waited_for() {
        let good = format!("<?xml version='1.0'?>{}", table(&row("a='>'", WORD)));
        assert!(is_whole(&good));
        for (from, to) in [
            ("</table:table>", ""),
            ("</table:table>", "</x:table>"),
            ("</table:table>", "<stable:table>"),
            ("</table:table-row>", "<!-- </table:table-row> -->"),
            ("a='>'", "a='"),
        ] {
            assert!(!is_whole(&good.replace(from, to)), "{to}");
        }
    }

    #[test]
    fn what_repeats_without_measure_is_not() {
        let long = "字".repeat(10_000);
        let wide = format!(
            "<table:table-cell table:number-columns-repeated=\"16384\" office:value-type='string'><text:p>{long}</text:p></table:table-cell>"
        );
        let hidden = "<table:table-cell a:number-columns-repeated='1' table:number-columns-repeated='16384' office:value='1'/>";
        for lie in [
            row("", &wide),
            row("", hidden).repeat(2000),
            row("", &format!("{REST}{WORD}")).repeat(2000),
            row("table:number-rows-repeated='&#49;000000'", WORD),
            row("table:number-rows-repeated='1000000'", &WORD.repeat(50)),
            row("table:number-rows-repeated='1000000'", REST) + &row("", &WORD.repeat(50)),
        ] {
            assert!(!is_bounded(&table(&lie)));
        }
    }
}
