//! Comma-separated text in and out, in the encodings that Excel and WPS write here.
//! Values are text, whatever they look like; numbers and days are for the reader of a column to
//! understand. Limits are those of `sheet.rs`, the usual way in.

use super::sheet::{Cell, MOST_COLUMNS, MOST_ROWS, Table};
use encoding_rs::{Encoding, GB18030, GBK, UTF_8};

/// Text of a file in UTF-8 with or without a mark, UTF-16 with one, or GBK.
pub fn decode(bytes: &[u8]) -> Result<String, String> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        let (text, broken) = encoding.decode_without_bom_handling(rest);
        return if broken {
            Err(unreadable())
        } else {
            Ok(text.into_owned())
        };
    }
    for encoding in [UTF_8, GB18030] {
        if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
            return Ok(text.into_owned());
        }
    }
    Err(unreadable())
}

/// Text as old Windows consoles read it; what GBK has no sign for becomes a question mark.
#[must_use]
pub fn gbk(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for c in text.chars() {
        let mut one = [0; 4];
        let (bytes, _, unknown) = GBK.encode(c.encode_utf8(&mut one));
        if unknown {
            out.push(b'?');
        } else {
            out.extend_from_slice(&bytes);
        }
    }
    out
}

fn unreadable() -> String {
    "看不懂这个文件的文字编码，请用 Excel 或 WPS 打开后另存为 .xlsx 再上传".to_owned()
}

/// Rows of cells; the separator is the one of comma, semicolon and tab that the first lines have most of:
/// above the head there may be a title without any.
pub fn read(bytes: &[u8]) -> Result<Vec<Vec<Cell>>, String> {
    let text = decode(bytes)?;
    if text.contains('\0') {
        return Err(unreadable());
    }
    let count = |s: char| -> usize { text.lines().take(10).map(|l| l.matches(s).count()).sum() };
    let separator = [',', ';', '\t']
        .into_iter()
        .rev()
        .max_by_key(|s| count(*s))
        .unwrap_or(',');
    Reader {
        separator,
        rows: Vec::new(),
        row: Vec::new(),
        field: String::new(),
    }
    .run(&text)
}

struct Reader {
    separator: char,
    rows: Vec<Vec<Cell>>,
    row: Vec<Cell>,
    field: String,
}

impl Reader {
    fn run(mut self, text: &str) -> Result<Vec<Vec<Cell>>, String> {
        let mut quoted = false;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '"' if quoted && chars.peek() == Some(&'"') => {
                    chars.next();
                    self.field.push('"');
                }
                '"' if quoted => quoted = false,
                '"' if self.field.is_empty() => quoted = true,
                '\r' if !quoted && chars.peek() == Some(&'\n') => {}
                '\n' | '\r' if !quoted => self.end_row()?,
                c if c == self.separator && !quoted => self.end_field()?,
                c => self.field.push(c),
            }
        }
        if !self.field.is_empty() || !self.row.is_empty() {
            self.end_row()?;
        }
        Ok(self.rows)
    }

    fn end_field(&mut self) -> Result<(), String> {
        if self.row.len() >= MOST_COLUMNS {
            return Err(format!("表格超过 {MOST_COLUMNS} 列，请删去多余的列再上传"));
        }
        let field = std::mem::take(&mut self.field);
        self.row.push(Cell::of_text(&field));
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), String> {
        self.end_field()?;
        if self.rows.len() >= MOST_ROWS {
            return Err(format!("表格超过 {MOST_ROWS} 行，请分成几个文件再上传"));
        }
        self.rows.push(std::mem::take(&mut self.row));
        Ok(())
    }
}

/// A table as CSV for WPS and Excel: UTF-8 with a mark, text that looks like a formula defused.
#[must_use]
pub fn write(table: &Table) -> Vec<u8> {
    let mut out = head(&table.headers);
    for row in &table.rows {
        line(&mut out, row);
    }
    out.into_bytes()
}

/// The mark in front, the headers: what [`line`]s follow.
#[must_use]
pub fn head(headers: &[String]) -> String {
    let mut out = String::from('\u{feff}');
    push_line(&mut out, headers.iter().map(|h| quoted(h)));
    out
}

/// One more row.
pub fn line(out: &mut String, cells: &[Cell]) {
    push_line(out, cells.iter().map(field));
}

fn push_line(out: &mut String, fields: impl Iterator<Item = String>) {
    for (i, field) in fields.enumerate() {
        if i > 0 {
            out.push(',');
        }
        out.push_str(&field);
    }
    out.push_str("\r\n");
}

fn field(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => quoted(text),
        other => other.text(),
    }
}

fn quoted(text: &str) -> String {
    let defused = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if defused.contains(['"', ',', '\n', '\r', ';', '\t']) {
        format!("\"{}\"", defused.replace('"', "\"\""))
    } else {
        defused
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn texts(bytes: &[u8]) -> Vec<Vec<String>> {
        read(bytes)
            .unwrap()
            .iter()
            .map(|row| row.iter().map(Cell::text).collect())
            .collect()
    }

    #[test]
    fn reads_every_usual_encoding() {
        let plain = "姓名,电话\r\n张三,0571";
        let want = [["姓名", "电话"], ["张三", "0571"]];
        assert_eq!(texts(plain.as_bytes()), want);
        assert_eq!(texts(format!("\u{feff}{plain}").as_bytes()), want);
        let (gbk, _, _) = encoding_rs::GBK.encode(plain);
        assert_eq!(texts(&gbk), want);
        let mut wide = vec![0xff, 0xfe];
        wide.extend(
            plain
                .replace(',', "\t")
                .encode_utf16()
                .flat_map(u16::to_le_bytes),
        );
        assert_eq!(texts(&wide), want);
        assert!(read(&[0xff, 0xff, 0x80]).is_err());
        assert!(read(&[b'a', 0, b'b']).is_err());
    }

    #[test]
    fn reads_quotes_and_odd_ends() {
        assert_eq!(
            texts(b"a,\"b,\"\"c\n d\"\n,\n\"x\"y\n"),
            [
                vec!["a".to_owned(), "b,\"c\n d".to_owned()],
                vec![String::new(), String::new()],
                vec!["xy".to_owned()],
            ]
        );
        assert!(read(b"").unwrap().is_empty());
        let wide = ",".repeat(300);
        assert!(read(wide.as_bytes()).unwrap_err().contains("200 列"));
        let long = "x\n".repeat(50_001);
        assert!(read(long.as_bytes()).unwrap_err().contains("50000 行"));
    }

    #[test]
    fn writes_what_cannot_run() {
        let table = Table {
            headers: vec!["名称".to_owned(), "=甲".to_owned()],
            rows: vec![vec![
                Cell::Text("=cmd|x,\"y\"".to_owned()),
                Cell::Number(-1.5),
            ]],
            ..Table::default()
        };
        let text = String::from_utf8(write(&table)).unwrap();
        assert_eq!(text, "\u{feff}名称,'=甲\r\n\"'=cmd|x,\"\"y\"\"\",-1.5\r\n");
    }
}
