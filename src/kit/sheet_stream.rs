//! An .xlsx written row by row: what is kept in memory is the packed file, whatever the number of rows
//! (`sheet.rs` holds every cell until the end). Text stands in its cell and is never a formula (S42).
//! Not here: reading. Invariant: a row pushed is whole in the file; nothing is looked at twice.

use super::sheet::{Cell, fit, is_quantity, number_text, sheet_name};
use super::time::Day;
use super::unpack::Packer;
use std::fmt::Write as _;

/// What stands around the rows.
#[derive(Debug, Clone, Default)]
pub struct Head {
    /// Name of the sheet's tab.
    pub sheet_name: String,
    /// Lines above the headers.
    pub notes: Vec<String>,
    /// Headers; their row is frozen and repeated on every printed page.
    pub headers: Vec<String>,
    /// Widths of the columns, in characters.
    pub widths: Vec<f64>,
}

/// A sheet being written.
pub struct SheetStream {
    zip: Packer,
    row: usize,
    buffer: String,
    name: String,
    head: usize,
    /// Columns whose numbers show two decimals.
    cents: Vec<bool>,
}

/// Cell formats, by their place in [`STYLES`].
const NOTE: u8 = 1;
const HEADER: u8 = 2;
const PLAIN: u8 = 3;
const TEXT: u8 = 4;
const DAY: u8 = 5;
const CENTS: u8 = 6;

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>"#;
const RELS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK_RELS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
// Formats: as it is, note (grey), header (bold, framed, grey ground), plain (framed, wrapped), text ("@":
// long digits stay as they are even when the cell is edited later), day.
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts><fonts count="3"><font><sz val="11"/><name val="宋体"/><charset val="134"/></font><font><b/><sz val="11"/><name val="宋体"/><charset val="134"/></font><font><sz val="11"/><color rgb="FF808080"/><name val="宋体"/><charset val="134"/></font></fonts><fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFF2F2F2"/><bgColor indexed="64"/></patternFill></fill></fills><borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border><left style="thin"><color auto="1"/></left><right style="thin"><color auto="1"/></right><top style="thin"><color auto="1"/></top><bottom style="thin"><color auto="1"/></bottom><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="7"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="2" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="0" fontId="1" fillId="2" borderId="1" xfId="0" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"><alignment horizontal="center" vertical="center" wrapText="1"/></xf><xf numFmtId="0" fontId="0" fillId="0" borderId="1" xfId="0" applyBorder="1" applyAlignment="1"><alignment vertical="center" wrapText="1"/></xf><xf numFmtId="49" fontId="0" fillId="0" borderId="1" xfId="0" applyNumberFormat="1" applyBorder="1" applyAlignment="1"><alignment vertical="center" wrapText="1"/></xf><xf numFmtId="164" fontId="0" fillId="0" borderId="1" xfId="0" applyNumberFormat="1" applyBorder="1" applyAlignment="1"><alignment vertical="center" wrapText="1"/></xf><xf numFmtId="2" fontId="0" fillId="0" borderId="1" xfId="0" applyNumberFormat="1" applyBorder="1" applyAlignment="1"><alignment vertical="center" wrapText="1"/></xf></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"#;
const SHEET: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>"#;

/// Bytes gathered before they are packed.
const GATHERED: usize = 64 * 1024;

impl SheetStream {
    /// Begins: notes and headers are written.
    #[must_use]
    pub fn start(head: &Head) -> Self {
        let mut zip = Packer::default();
        zip.put("[Content_Types].xml", TYPES.as_bytes());
        zip.put("_rels/.rels", RELS.as_bytes());
        zip.put("xl/_rels/workbook.xml.rels", BOOK_RELS.as_bytes());
        zip.put("xl/styles.xml", STYLES.as_bytes());
        zip.open("xl/worksheets/sheet1.xml");
        let top = head.notes.len() + 1;
        let mut stream = Self {
            zip,
            row: 0,
            buffer: SHEET.to_owned(),
            name: sheet_name(&head.sheet_name),
            head: top,
            cents: Vec::new(),
        };
        let _ = write!(
            stream.buffer,
            r#"<sheetViews><sheetView tabSelected="1" workbookViewId="0"><pane ySplit="{top}" topLeftCell="A{}" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>"#,
            top + 1
        );
        for (i, _) in head.headers.iter().enumerate() {
            let width = head.widths.get(i).copied().unwrap_or(12.0);
            let n = i + 1;
            let _ = write!(
                stream.buffer,
                r#"<col min="{n}" max="{n}" width="{width}" customWidth="1"/>"#
            );
        }
        stream.buffer.push_str("</cols><sheetData>");
        for note in &head.notes {
            stream.line(|s| s.text(0, note, NOTE));
        }
        stream.line(|s| {
            for (i, header) in head.headers.iter().enumerate() {
                s.text(i, header, HEADER);
            }
        });
        stream
    }

    /// One more row.
    pub fn push(&mut self, cells: &[Cell]) {
        self.line(|s| {
            for (i, cell) in cells.iter().enumerate() {
                s.cell(i, cell);
            }
        });
        if self.buffer.len() >= GATHERED {
            self.zip.add(self.buffer.as_bytes());
            self.buffer.clear();
        }
    }

    /// From now on the numbers of these columns are written as money: 1280.50.
    pub fn with_two_decimals(&mut self, columns: Vec<bool>) {
        self.cents = columns;
    }

    /// The file.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.buffer.push_str(
            r#"</sheetData><pageMargins left="0.4" right="0.4" top="0.6" bottom="0.5" header="0.3" footer="0.3"/><pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/><headerFooter><oddFooter>&amp;C第 &amp;P 页，共 &amp;N 页</oddFooter></headerFooter></worksheet>"#,
        );
        self.zip.add(self.buffer.as_bytes());
        self.zip.close();
        let (name, head) = (super::text::escaped(&self.name), self.head);
        let book = format!(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="{name}" sheetId="1" r:id="rId1"/></sheets><definedNames><definedName name="_xlnm.Print_Titles" localSheetId="0">'{name}'!${head}:${head}</definedName></definedNames></workbook>"#
        );
        self.zip.put("xl/workbook.xml", book.as_bytes());
        self.zip.finish()
    }

    fn line(&mut self, fill: impl FnOnce(&mut Self)) {
        self.row += 1;
        let _ = write!(self.buffer, r#"<row r="{}">"#, self.row);
        fill(self);
        self.buffer.push_str("</row>");
    }

    fn cell(&mut self, column: usize, cell: &Cell) {
        match cell {
            Cell::Text(text) => self.text(column, text, TEXT),
            Cell::Number(n) if is_quantity(*n) => {
                let cents = self.cents.get(column).copied().unwrap_or_default();
                self.number(column, *n, if cents { CENTS } else { PLAIN });
            }
            Cell::Number(n) => self.text(column, &number_text(*n), TEXT),
            Cell::Day(day) => match serial(*day) {
                Some(n) => self.number(column, n, DAY),
                None => self.text(column, &day.to_string(), TEXT),
            },
            Cell::Empty => {
                let at = letters(column);
                let _ = write!(self.buffer, r#"<c r="{at}{}" s="{PLAIN}"/>"#, self.row);
            }
        }
    }

    fn number(&mut self, column: usize, n: f64, style: u8) {
        let at = letters(column);
        let _ = write!(
            self.buffer,
            r#"<c r="{at}{}" s="{style}"><v>{n}</v></c>"#,
            self.row
        );
    }

    fn text(&mut self, column: usize, text: &str, style: u8) {
        let at = letters(column);
        let _ = write!(
            self.buffer,
            r#"<c r="{at}{}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>"#,
            self.row,
            super::text::escaped(&fit(text))
        );
    }
}

/// Excel's number of a day; it counts a 29 February 1900 that never was, so days before March are text.
fn serial(day: Day) -> Option<f64> {
    let first = Day::new(1899, 12, 30)?;
    let n = first.days_until(day);
    (n > 60).then(|| f64::from(i32::try_from(n).unwrap_or(0)))
}

/// 0 is A, 26 is AA.
fn letters(column: usize) -> String {
    let mut n = column + 1;
    let mut out = Vec::new();
    while n > 0 {
        n -= 1;
        out.push(char::from(b'A' + u8::try_from(n % 26).unwrap_or(0)));
        n /= 26;
    }
    out.iter().rev().collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::super::sheet::read_table;
    use super::super::unpack;
    use super::*;

    fn written(rows: &[Vec<Cell>]) -> Vec<u8> {
        let mut stream = SheetStream::start(&Head {
            sheet_name: "收文'登记簿[2026]".to_owned(),
            notes: vec!["2026年".to_owned()],
            headers: vec!["标题".to_owned(), "日期".to_owned(), "份数".to_owned()],
            widths: vec![30.0],
        });
        for row in rows {
            stream.push(row);
        }
        stream.finish()
    }

    #[test]
    fn what_is_written_is_read_back() {
        let day = Day::new(2026, 3, 10).unwrap();
        let rows = [
            vec!["=1+1 <&>\"' \u{7}".into(), day.into(), Cell::Number(3.5)],
            vec![
                "330106199001011234".into(),
                Day::new(1888, 1, 1).unwrap().into(),
                Cell::from(13_805_711_234),
            ],
            vec![Cell::Empty, Cell::Number(f64::NAN), Cell::from(-7)],
        ];
        let bytes = written(&rows);
        let read = read_table(&bytes, "a.xlsx").unwrap();
        assert_eq!(read[0], [Cell::from("2026年")]);
        assert_eq!(read[1][2].text(), "份数");
        assert_eq!(read[2][0].text(), "=1+1 <&>\"'");
        assert_eq!(read[2][1], Cell::Day(day));
        assert_eq!(read[2][2], Cell::Number(3.5));
        assert_eq!(read[3][0], Cell::Text("330106199001011234".to_owned()));
        assert_eq!(read[3][1], Cell::Text("1888-01-01".to_owned()));
        assert_eq!(read[3][2], Cell::Text("13805711234".to_owned()));
        assert_eq!(read[4][2], Cell::Number(-7.0));
        let sheet = unpack::entry(&bytes, "xl/worksheets/sheet1.xml", 1 << 20).unwrap();
        let sheet = String::from_utf8(sheet).unwrap();
        assert!(!sheet.contains("<f>"));
        assert!(sheet.contains(r#"<pane ySplit="2""#), "the head is frozen");
    }

    #[test]
    fn columns_have_excels_letters() {
        let all = [0, 25, 26, 701, 702].map(letters);
        assert_eq!(all, ["A", "Z", "AA", "ZZ", "AAA"]);
    }
}
