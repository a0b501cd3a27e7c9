//! A form drawn in Excel or Word: its cells with the columns and rows they cover, for making a form of the office's own.
//! Not here: what a cell means (`engine::drawn`). Only .xlsx and .docx draw with cells we read; older ones are to be
//! saved anew by the office's own program.
//! Invariant: every cell lies inside the grid, at most [`MOST_ROWS`] × [`MOST_COLUMNS`], and no two cover one place.

use super::markup::{Piece, attribute, pieces};
use super::office::{Parts, shared};
use crate::kit::error::{Error, Result};
use crate::kit::sniff::{Kind, sniff};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Rows of a form.
pub const MOST_ROWS: usize = 120;
/// Columns of a form.
pub const MOST_COLUMNS: usize = 64;
/// Characters of a cell.
const MOST_TEXT: usize = 2000;

/// A drawn form.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Drawn {
    /// Lines that stand above the grid, in Word.
    pub above: Vec<String>,
    /// Widths of the columns, in whatever measure the file has; only their proportions count.
    pub widths: Vec<f64>,
    /// Rows of cells, each from left to right. A cell stands in the row it begins in.
    pub rows: Vec<Vec<Drew>>,
}

/// A drawn cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drew {
    /// What stands in it, a paragraph a line.
    pub text: String,
    /// Its first column.
    pub at: usize,
    /// Columns it covers.
    pub wide: usize,
    /// Rows it covers.
    pub high: usize,
}

/// Reads a form.
///
/// # Errors
/// Invalid on `file`, saying what to do, where there is no grid to be read.
pub fn drawn(bytes: &[u8]) -> Result<Drawn> {
    let refuse = |why: &str| Err(Error::invalid("file", why));
    if bytes.is_empty() || bytes.len() > super::MOST_BYTES {
        return refuse("文件是空的或者太大，请选择画好表格的 Word 或 Excel 文件");
    }
    let read = match sniff(bytes) {
        Kind::Xlsx => catch_unwind(AssertUnwindSafe(|| sheet(bytes))),
        Kind::Docx => catch_unwind(AssertUnwindSafe(|| table(bytes))),
        _ => {
            return refuse(
                "只认得没有加密码的 .xlsx 和 .docx：请在 Excel、Word 或 WPS 里打开，用“另存为”存成这两种再上传",
            );
        }
    };
    match read {
        Ok(Some(mut form)) => {
            form.rows.truncate(MOST_ROWS);
            if form.rows.iter().flatten().any(|c| !c.text.is_empty()) {
                return Ok(form);
            }
            refuse("文件里没有表格：请把表单画成有格子的表格再上传")
        }
        _ => refuse("文件里没有读到表格：请用 Excel 或 Word 打开，看看是不是好的，另存一份再上传"),
    }
}

/// The first sheet with anything in it.
fn sheet(zip: &[u8]) -> Option<Drawn> {
    let mut parts = Parts::of(zip);
    let strings = parts.text("xl/sharedStrings.xml").map(|xml| shared(&xml));
    let strings = strings.unwrap_or_default();
    for name in parts.numbered("xl/worksheets/sheet") {
        let form = grid(&parts.text(&name)?, &strings);
        if form.rows.iter().flatten().any(|c| !c.text.is_empty()) {
            return Some(form);
        }
    }
    None
}

/// A place of a sheet, and how far what is merged from there goes.
type Merged = ((usize, usize), (usize, usize));

fn grid(xml: &str, strings: &[String]) -> Drawn {
    let mut cells: Vec<((usize, usize), String)> = Vec::new();
    let mut merged: Vec<Merged> = Vec::new();
    let mut widths = vec![8.43; MOST_COLUMNS];
    let (mut at, mut refers, mut inside, mut text) = (None, false, false, String::new());
    for piece in pieces(xml) {
        match piece {
            Piece::Open("col", a) => {
                let number = |name| attribute(a, name).and_then(|v| v.parse::<usize>().ok());
                let wide = attribute(a, "width").and_then(|v| v.parse::<f64>().ok());
                let hidden = attribute(a, "hidden").is_some_and(|h| h == "1");
                if let (Some(min), Some(max), Some(wide)) = (number("min"), number("max"), wide) {
                    let some = widths.iter_mut().take(max).skip(min.saturating_sub(1));
                    some.for_each(|w| *w = if hidden { 0.0 } else { wide.max(0.0) });
                }
            }
            Piece::Open("c", a) => {
                at = attribute(a, "r").and_then(|r| place(&r));
                refers = attribute(a, "t").is_some_and(|t| t == "s");
                text.clear();
            }
            Piece::Open("v" | "t", _) => inside = true,
            Piece::Close("v" | "t") => inside = false,
            Piece::Text(said) if inside && refers => {
                let n = said.trim().parse::<usize>().ok();
                text.push_str(n.and_then(|n| strings.get(n)).map_or("", String::as_str));
            }
            Piece::Text(said) if inside => text.push_str(&said),
            Piece::Close("c") => {
                let at = at.take();
                if let Some(at) = at.filter(|(r, c)| *r < MOST_ROWS && *c < MOST_COLUMNS) {
                    cells.push((at, tidy(&text)));
                }
            }
            Piece::Open("mergeCell", a) => {
                let reference = attribute(a, "ref").unwrap_or_default().into_owned();
                let ends = reference.split_once(':');
                if let Some((Some(from), Some(to))) = ends.map(|(a, b)| (place(a), place(b))) {
                    merged.push((from, to));
                }
            }
            _ => {}
        }
    }
    drawn_of(cells, &merged, widths)
}

/// The cells within the rectangle that has borders or words; what a merged one covers is not there.
fn drawn_of(cells: Vec<((usize, usize), String)>, merged: &[Merged], widths: Vec<f64>) -> Drawn {
    let last_row = cells.iter().map(|((r, _), _)| r + 1).max().unwrap_or(0);
    let last_row = last_row.min(MOST_ROWS);
    let used = cells.iter().map(|((_, c), _)| c + 1).max().unwrap_or(0);
    let mut rows: Vec<Vec<Drew>> = vec![Vec::new(); last_row];
    let mut sorted = cells;
    sorted.sort_by_key(|c| c.0);
    for ((r, c), text) in sorted {
        let within = |m: &&Merged| m.0.0 <= r && r <= m.1.0 && m.0.1 <= c && c <= m.1.1;
        let (wide, high) = match merged.iter().find(within) {
            Some((from, to)) if *from == (r, c) => {
                (to.1.min(used.max(c + 1) - 1) - c + 1, to.0 - r + 1)
            }
            Some(_) => continue,
            None => (1, 1),
        };
        if let Some(row) = rows.get_mut(r) {
            let high = high.min(last_row - r);
            let at = c;
            row.push(Drew {
                text,
                at,
                wide,
                high,
            });
        }
    }
    Drawn {
        above: Vec::new(),
        widths: widths.into_iter().take(used).collect(),
        rows,
    }
}

/// B3 is row 2, column 1.
fn place(reference: &str) -> Option<(usize, usize)> {
    let split = reference.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = reference.split_at(split);
    let mut column = 0_usize;
    for b in letters.bytes() {
        let n = usize::from(b.to_ascii_uppercase().checked_sub(b'A')?) + 1;
        column = column.checked_mul(26)?.checked_add(n)?;
    }
    let row: usize = digits.parse().ok()?;
    Some((row.checked_sub(1)?, column.checked_sub(1)?))
}

/// The largest table of a Word file, and the lines before it.
fn table(zip: &[u8]) -> Option<Drawn> {
    let xml = Parts::of(zip).text("word/document.xml")?;
    let mut reader = Tables::default();
    let mut pieces = pieces(&xml);
    while let Some(piece) = pieces.next() {
        if piece == Piece::Open("Fallback", "") || matches!(piece, Piece::Open("Fallback", _)) {
            pieces.leave("Fallback");
        } else {
            reader.take(&piece);
        }
    }
    reader.best
}

/// What is read of a Word file so far.
#[derive(Default)]
struct Tables {
    best: Option<Drawn>,
    lines: Vec<String>,
    line: String,
    inside: bool,
    /// Tables inside a cell are words of that cell.
    depth: u32,
    form: Drawn,
    row: Vec<Drew>,
    cell: Drew,
    goes_on: bool,
}

impl Tables {
    fn take(&mut self, piece: &Piece<'_>) {
        match piece {
            Piece::Open("tbl", _) => {
                self.depth += 1;
                if self.depth == 1 {
                    let above = std::mem::take(&mut self.lines);
                    self.form = Drawn {
                        above,
                        ..Drawn::default()
                    };
                }
            }
            Piece::Close("tbl") => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    self.end_table();
                }
            }
            Piece::Open("gridCol", a) if self.depth == 1 => {
                let wide = attribute(a, "w").and_then(|w| w.parse::<f64>().ok());
                self.form.widths.push(wide.unwrap_or(1.0).max(0.0));
            }
            Piece::Open("tr", _) if self.depth == 1 => self.row.clear(),
            Piece::Close("tr") if self.depth == 1 => {
                let row = std::mem::take(&mut self.row);
                self.form.rows.push(row);
            }
            Piece::Open("tc", _) if self.depth == 1 => {
                let at = self.row.last().map_or(0, |c| c.at + c.wide);
                self.cell = Drew {
                    at,
                    wide: 1,
                    high: 1,
                    ..Drew::default()
                };
                self.goes_on = false;
            }
            Piece::Open("gridSpan", a) if self.depth == 1 => {
                let wide = attribute(a, "val").and_then(|v| v.parse().ok());
                self.cell.wide = wide.unwrap_or(1).clamp(1, MOST_COLUMNS);
            }
            Piece::Open("vMerge", a) if self.depth == 1 => {
                self.goes_on = attribute(a, "val").is_none_or(|v| v != "restart");
            }
            Piece::Close("tc") if self.depth == 1 => self.end_cell(),
            Piece::Open("t", _) => self.inside = true,
            Piece::Close("t") => self.inside = false,
            Piece::Text(text) if self.inside => self.line.push_str(text),
            Piece::Open("tab" | "sym", _) => self.line.push(' '),
            Piece::Open("br", _) | Piece::Close("p") => self.end_line(),
            _ => {}
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let line = line.trim();
        if line.is_empty() {
            return;
        }
        if self.depth == 0 {
            self.lines.push(line.to_owned());
        } else {
            if !self.cell.text.is_empty() {
                self.cell.text.push('\n');
            }
            self.cell.text.push_str(line);
        }
    }

    fn end_cell(&mut self) {
        self.end_line();
        let mut cell = std::mem::take(&mut self.cell);
        cell.text = tidy(&cell.text);
        if cell.at >= MOST_COLUMNS {
            return;
        }
        if self.goes_on {
            // it belongs to the cell above; its place in this row stays taken
            let above = self.form.rows.iter_mut().rev().flatten();
            let mut above = above.filter(|c| c.at == cell.at && c.high > 0);
            if let Some(first) = above.next() {
                first.high += 1;
            }
            cell.high = 0;
        }
        self.row.push(cell);
    }

    fn end_table(&mut self) {
        let mut form = std::mem::take(&mut self.form);
        let wide = form.rows.iter().flatten().map(|c| c.at + c.wide).max();
        form.widths.resize(wide.unwrap_or(0).min(MOST_COLUMNS), 1.0);
        for row in &mut form.rows {
            row.retain(|c| c.high > 0);
        }
        let size = |f: &Drawn| f.rows.iter().map(Vec::len).sum::<usize>();
        if self.best.as_ref().is_none_or(|b| size(b) < size(&form)) {
            self.best = Some(form);
        }
    }
}

fn tidy(text: &str) -> String {
    let lines = text
        .lines()
        .map(|l| l.split_whitespace().collect::<Vec<_>>().join(" "));
    let text: Vec<String> = lines.filter(|l| !l.is_empty()).collect();
    text.join("\n").chars().take(MOST_TEXT).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;
    use crate::kit::unpack::stored_zip;

    fn cell(text: &str, at: usize, (wide, high): (usize, usize)) -> Drew {
        let text = text.to_owned();
        Drew {
            text,
            at,
            wide,
            high,
        }
    }

    #[test]
    fn excel_gives_cells_widths_and_merges() {
        let sheet = r#"<worksheet><cols><col min="1" max="1" width="10"/><col min="2" max="3" width="20"/></cols><sheetData>
          <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"/><c r="C1"/></row>
          <row r="2"><c r="A2" t="inlineStr"><is><t>事由</t></is></c><c r="B2" t="inlineStr"><is><t>{{事由}}</t></is></c><c r="C2"/></row>
          </sheetData><mergeCells><mergeCell ref="A1:C1"/><mergeCell ref="B2:C2"/></mergeCells></worksheet>"#;
        let file = stored_zip(&[
            ("[Content_Types].xml", b"<Types/>"),
            ("xl/workbook.xml", b"<workbook/>"),
            (
                "xl/sharedStrings.xml",
                "<sst><si><t>请假单</t></si></sst>".as_bytes(),
            ),
            ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ]);
        let form = drawn(&file).unwrap();
        assert_eq!(form.widths, [10.0, 20.0, 20.0]);
        assert_eq!(form.rows[0], [cell("请假单", 0, (3, 1))]);
        assert_eq!(
            form.rows[1],
            [cell("事由", 0, (1, 1)), cell("{{事由}}", 1, (2, 1))]
        );
    }

    #[test]
    fn word_gives_the_table_and_what_stands_above() {
        let tc = |pr: &str, t: &str| {
            format!("<w:tc><w:tcPr>{pr}</w:tcPr><w:p><w:r><w:t>{t}</w:t></w:r></w:p></w:tc>")
        };
        let body = format!(
            "<w:p><w:r><w:t>用车申请单</w:t></w:r></w:p><w:tbl><w:tblGrid><w:gridCol w:w=\"900\"/><w:gridCol w:w=\"1800\"/></w:tblGrid>\
             <w:tr>{}{}</w:tr><w:tr>{}{}</w:tr></w:tbl>",
            tc("<w:vMerge w:val=\"restart\"/>", "申请人"),
            tc("", "姓名"),
            tc("<w:vMerge/>", ""),
            tc("", "电话"),
        );
        let document = format!("<w:document><w:body>{body}</w:body></w:document>");
        let file = stored_zip(&[
            ("[Content_Types].xml", b"<Types/>"),
            ("word/document.xml", document.as_bytes()),
        ]);
        let form = drawn(&file).unwrap();
        assert_eq!(form.above, ["用车申请单"]);
        assert_eq!(form.widths, [900.0, 1800.0]);
        assert_eq!(
            form.rows[0],
            [cell("申请人", 0, (1, 2)), cell("姓名", 1, (1, 1))]
        );
        assert_eq!(form.rows[1], [cell("电话", 1, (1, 1))]);
    }

    #[test]
    fn what_is_no_form_is_refused_with_a_way_on() {
        let empty = stored_zip(&[
            ("[Content_Types].xml", b"<Types/>"),
            (
                "word/document.xml",
                b"<w:document><w:body><w:p/></w:body></w:document>",
            ),
        ]);
        for bad in [b"".as_slice(), b"PK\x03\x04", b"\xd0\xcf\x11\xe0", &empty] {
            let said = drawn(bad).unwrap_err().to_string();
            assert!(said.contains('请'), "{said}");
        }
    }
}
