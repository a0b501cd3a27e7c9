//! Spreadsheets in and out; the only door of `calamine` and `rust_xlsxwriter`.
//! In: values only, formulas by their value (S41), within limits, whatever the file is called.
//! Out: one sheet of real numbers and days; text never becomes a formula (S42).
//! Long because it is that door; the tests are a third of it.
//! Invariant: row i and column j of a table read are row i+1 and column j+1 of the sheet, for errors.

use super::error::{Error, Result};
use super::sheet_old::{self, Refused};
use super::time::Day;
use super::{csv, sheet_open, text, unpack};
use calamine::{Data, DataRef, ExcelDateTime, Ods, Reader as _, SheetVisible, Xls, Xlsx};
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Rows a table may have.
pub const MOST_ROWS: usize = 50_000;
/// Columns a table may have.
pub const MOST_COLUMNS: usize = 200;
/// Bytes a file may have.
pub const MOST_BYTES: usize = 20 * 1024 * 1024;
/// Bytes a file may unpack to: XML packs well, so ten times is ordinary.
const MOST_UNPACKED: u64 = 200 * 1024 * 1024;

/// Digits from which on a number is a name (identity cards, phones), not a quantity.
const LONG_DIGITS: usize = 11;

/// The value of a cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    /// Text, never empty.
    Text(String),
    /// A number.
    Number(f64),
    /// A day.
    Day(Day),
    /// Nothing.
    #[default]
    Empty,
}

impl Cell {
    /// A text cell, empty where the text is blank.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        if text.trim().is_empty() {
            Self::Empty
        } else {
            Self::Text(text.to_owned())
        }
    }

    /// As it would be typed: numbers to 15 digits as in Excel, days as 2026-03-10, text trimmed.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.trim().to_owned(),
            Self::Number(n) => number_text(*n),
            Self::Day(day) => day.to_string(),
            Self::Empty => String::new(),
        }
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::of_text(text)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::of_text(&text)
    }
}

impl From<Day> for Cell {
    fn from(day: Day) -> Self {
        Self::Day(day)
    }
}

impl From<i64> for Cell {
    fn from(n: i64) -> Self {
        let digits = n.unsigned_abs().checked_ilog10().unwrap_or(0) + 1;
        if digits as usize >= LONG_DIGITS {
            Self::Text(n.to_string())
        } else {
            #[expect(clippy::cast_precision_loss, reason = "under 11 digits is exact")]
            Self::Number(n as f64)
        }
    }
}

/// A table to write.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// Name of the sheet's tab; what Excel refuses in it is left out.
    pub sheet_name: String,
    /// Headers; their row is frozen and repeated on every printed page.
    pub headers: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// Widths of columns in characters; where missing, made from the contents.
    pub widths: Vec<f64>,
    /// Lines above the headers: what this is, when and by whom it was exported.
    pub notes: Vec<String>,
}

/// A sheet to be looked at, as much of it as was asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seen {
    /// Its tab.
    pub name: String,
    pub rows: Vec<Vec<Cell>>,
    /// Rows and columns it has in all.
    pub size: (usize, usize),
}

/// Cells gone through for a look; a sheet that has more is said to have as many rows as were seen.
const MOST_SEEN: usize = 1_000_000;
/// Sheets looked at.
const MOST_SHEETS: usize = 20;

/// All visible sheets of an .xlsx that hold anything, at most so many rows and columns of each.
///
/// # Errors
/// Invalid on `file`, as [`read_table`].
pub fn look(bytes: &[u8], (rows, columns): (usize, usize)) -> Result<Vec<Seen>> {
    let refuse = |why: String| Error::invalid("file", why);
    if bytes.len() > MOST_BYTES || unpack::unpacked_size(bytes, MOST_UNPACKED).is_none() {
        return Err(refuse("表格太大，不能在这里看".to_owned()));
    }
    let read = catch_unwind(AssertUnwindSafe(|| look_xlsx(bytes, (rows, columns))));
    read.unwrap_or_else(|_| Err(broken())).map_err(refuse)
}

fn look_xlsx(bytes: &[u8], (rows, columns): (usize, usize)) -> Result<Vec<Seen>, String> {
    let mut book = xlsx(bytes)?;
    let mut left = MOST_SEEN;
    let mut all = Vec::new();
    for name in visible(book.sheets_metadata())
        .into_iter()
        .take(MOST_SHEETS)
    {
        let Ok(mut reader) = book.worksheet_cells_reader(&name) else {
            continue;
        };
        let (mut grid, mut size) = (Grid::default(), (0, 0));
        while let Some(cell) = reader.next_cell().map_err(|_| broken())? {
            left = left.saturating_sub(1);
            if left == 0 {
                break;
            }
            let (row, column) = cell.get_position();
            if is_blank(cell.get_value()) {
                continue;
            }
            let (down, across) = (row as usize, column as usize);
            size = (size.0.max(down + 1), size.1.max(across + 1));
            if down < rows && across < columns {
                grid.put(row, column, of_ref(cell.get_value()))?;
            }
        }
        if size.0 > 0 {
            let rows = grid.0;
            all.push(Seen { name, rows, size });
        }
    }
    Ok(all)
}

/// The first visible sheet that holds anything, of an .xlsx, .xls, .et, .ods or .csv.
pub fn read_table(bytes: &[u8], file_name: &str) -> Result<Vec<Vec<Cell>>> {
    let refuse = |why: String| Error::invalid("file", why);
    if bytes.is_empty() {
        return Err(refuse("文件是空的，请重新选择".to_owned()));
    }
    if bytes.len() > MOST_BYTES {
        return Err(refuse("文件超过 20 MB，请分成几个文件再上传".to_owned()));
    }
    // a broken file may upset the reader; that is the file's fault, not the request's end
    let read = catch_unwind(AssertUnwindSafe(|| read_any(bytes, file_name)));
    let mut rows = read.unwrap_or_else(|_| Err(broken())).map_err(refuse)?;
    trim(&mut rows);
    if rows.is_empty() {
        return Err(refuse("表格里没有内容，请填写后再上传".to_owned()));
    }
    Ok(rows)
}

fn read_any(bytes: &[u8], file_name: &str) -> Result<Vec<Vec<Cell>>, String> {
    if bytes.starts_with(b"PK\x03\x04") {
        return read_zip(bytes);
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return read_xls(bytes);
    }
    let extension = text::extension(file_name);
    if !matches!(extension.as_str(), "csv" | "txt" | "tsv" | "xls") {
        return Err("请上传 .xlsx、.xls、.et、.ods 或 .csv 表格".to_owned());
    }
    let head = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
    let head = String::from_utf8_lossy(head).to_lowercase();
    if head.contains("<html") || head.contains("<table") || head.contains("<?xml") {
        return Err(
            "这个文件其实是网页，不是真正的表格，请用 Excel 或 WPS 打开后另存为 .xlsx 再上传"
                .to_owned(),
        );
    }
    csv::read(bytes)
}

fn broken() -> String {
    "表格打不开，可能已损坏，请用 Excel 或 WPS 打开后另存为 .xlsx 再上传".to_owned()
}

fn locked() -> String {
    "表格设有打开密码，请去掉密码另存后再上传".to_owned()
}

fn too_large() -> String {
    "表格里的格子或者文字太多，请删去多余的行列，或者分成几个文件再上传".to_owned()
}

fn too_many_rows() -> String {
    format!("表格超过 {MOST_ROWS} 行，请分成几个文件再上传")
}

fn too_many_columns() -> String {
    format!("表格超过 {MOST_COLUMNS} 列，请删去多余的列再上传")
}

fn read_zip(bytes: &[u8]) -> Result<Vec<Vec<Cell>>, String> {
    let entries = unpack::entries(bytes).ok_or_else(broken)?;
    if unpack::unpacked_size(bytes, MOST_UNPACKED).is_none() {
        return Err("表格展开后过大，请分成几个文件再上传".to_owned());
    }
    let has = |name: &str| entries.iter().any(|e| e.name == name);
    if has("xl/workbook.xml") {
        read_xlsx(bytes)
    } else if has("content.xml") {
        read_ods(bytes)
    } else if has("xl/workbook.bin") {
        Err("这种 .xlsb 表格读不了，请另存为 .xlsx 再上传".to_owned())
    } else {
        Err("这个文件不是表格，请上传 .xlsx、.xls、.et、.ods 或 .csv".to_owned())
    }
}

fn xlsx(bytes: &[u8]) -> Result<Xlsx<Cursor<&[u8]>>, String> {
    let entries = unpack::entries(bytes).ok_or_else(broken)?;
    let strings = entries
        .iter()
        .filter(|e| e.name.to_lowercase().ends_with("sharedstrings.xml"));
    let most = usize::try_from(MOST_UNPACKED).unwrap_or(usize::MAX);
    for entry in strings {
        let text = unpack::entry(bytes, &entry.name, most).ok_or_else(broken)?;
        if !counts_honestly(&text) {
            return Err(broken());
        }
    }
    Xlsx::new(Cursor::new(bytes)).map_err(|_| broken())
}

/// Whether shared strings are no more than there is room for: the reader takes memory by that number before it reads one, and
/// a process that cannot get it is ended.
fn counts_honestly(strings: &[u8]) -> bool {
    const NAME: &str = "uniqueCount";
    let Ok(text) = std::str::from_utf8(strings) else {
        return false;
    };
    text.match_indices(NAME).all(|(at, _)| {
        let value = text.get(at + NAME.len()..).unwrap_or_default();
        let value = value.trim_start_matches(|c: char| c.is_whitespace() || "='\"+0".contains(c));
        let digits = value.chars().take_while(char::is_ascii_digit);
        let n = digits.fold(0_u64, |n, d| {
            n.saturating_mul(10)
                .saturating_add(u64::from(d.to_digit(10).unwrap_or(0)))
        });
        n <= u64::try_from(text.len()).unwrap_or(u64::MAX)
    })
}

/// Cell by cell, so that one cell in the last row of a sheet costs one cell.
fn read_xlsx(bytes: &[u8]) -> Result<Vec<Vec<Cell>>, String> {
    let mut book = xlsx(bytes)?;
    for name in visible(book.sheets_metadata()) {
        // charts and macro sheets have no cells to read
        let Ok(mut reader) = book.worksheet_cells_reader(&name) else {
            continue;
        };
        let mut grid = Grid::default();
        while let Some(cell) = reader.next_cell().map_err(|_| broken())? {
            let (row, column) = cell.get_position();
            grid.put(row, column, of_ref(cell.get_value()))?;
        }
        if !grid.0.is_empty() {
            return Ok(grid.0);
        }
    }
    Ok(Vec::new())
}

fn read_xls(bytes: &[u8]) -> Result<Vec<Vec<Cell>>, String> {
    let encrypted: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    if unpack::find(bytes, &encrypted).is_some() {
        return Err(locked());
    }
    let bytes = sheet_old::harmless(bytes).map_err(|why| match why {
        Refused::Locked => locked(),
        Refused::Large => too_large(),
        Refused::Broken => broken(),
    })?;
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|_| broken())?;
    for name in visible(book.sheets_metadata()) {
        let range = book.worksheet_range(&name).map_err(|_| broken())?;
        let rows = of_range(&range)?;
        if !rows.is_empty() {
            return Ok(rows);
        }
    }
    Ok(Vec::new())
}

fn read_ods(bytes: &[u8]) -> Result<Vec<Vec<Cell>>, String> {
    let entries = unpack::entries(bytes).ok_or_else(broken)?;
    // of two parts of one name the reader might take the other
    if entries.iter().filter(|e| e.name == "content.xml").count() != 1 {
        return Err(broken());
    }
    let most = usize::try_from(MOST_UNPACKED).unwrap_or(usize::MAX);
    let content = unpack::entry(bytes, "content.xml", most).ok_or_else(broken)?;
    let content = std::str::from_utf8(&content).map_err(|_| broken())?;
    if !sheet_open::is_whole(content) {
        return Err(broken());
    }
    if !sheet_open::is_bounded(content) {
        return Err(too_large());
    }
    let mut book: Ods<_> = Ods::new(Cursor::new(bytes)).map_err(|_| broken())?;
    for name in visible(book.sheets_metadata()) {
        let range = book.worksheet_range(&name).map_err(|_| broken())?;
        let rows = of_range(&range)?;
        if !rows.is_empty() {
            return Ok(rows);
        }
    }
    Ok(Vec::new())
}

fn visible(sheets: &[calamine::Sheet]) -> Vec<String> {
    sheets
        .iter()
        .filter(|s| s.visible == SheetVisible::Visible)
        .map(|s| s.name.clone())
        .collect()
}

fn of_range(range: &calamine::Range<Data>) -> Result<Vec<Vec<Cell>>, String> {
    let (top, left) = range.start().unwrap_or((0, 0));
    let mut grid = Grid::default();
    for (row, column, value) in range.used_cells() {
        let row = u32::try_from(row).unwrap_or(u32::MAX).saturating_add(top);
        let column = u32::try_from(column)
            .unwrap_or(u32::MAX)
            .saturating_add(left);
        grid.put(row, column, of_data(value))?;
    }
    Ok(grid.0)
}

/// Cells put in their places, within the limits; a long text that many cells share is counted in each of them.
#[derive(Default)]
struct Grid(Vec<Vec<Cell>>, u64);

impl Grid {
    fn put(&mut self, row: u32, column: u32, cell: Cell) -> Result<(), String> {
        // cells that are only coloured do not count
        if cell.is_empty() {
            return Ok(());
        }
        let (row, column) = (row as usize, column as usize);
        if row >= MOST_ROWS {
            return Err(too_many_rows());
        }
        if column >= MOST_COLUMNS {
            return Err(too_many_columns());
        }
        if let Cell::Text(text) = &cell {
            self.1 += u64::try_from(text.len()).unwrap_or(u64::MAX >> 1);
        }
        if self.1 > MOST_UNPACKED {
            return Err(too_large());
        }
        if self.0.len() <= row {
            self.0.resize(row + 1, Vec::new());
        }
        if let Some(cells) = self.0.get_mut(row) {
            if cells.len() <= column {
                cells.resize(column + 1, Cell::Empty);
            }
            if let Some(place) = cells.get_mut(column) {
                *place = cell;
            }
        }
        Ok(())
    }
}

/// Empty rows and columns at the end are nobody's.
fn trim(rows: &mut Vec<Vec<Cell>>) {
    for row in rows.iter_mut() {
        while row.last().is_some_and(Cell::is_empty) {
            row.pop();
        }
    }
    while rows.last().is_some_and(Vec::is_empty) {
        rows.pop();
    }
}

/// Whether there is nothing in it; a text is not copied for that.
fn is_blank(value: &DataRef<'_>) -> bool {
    match value {
        DataRef::Empty => true,
        DataRef::SharedString(text) => text.trim().is_empty(),
        DataRef::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

fn of_ref(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::SharedString(text) => Cell::of_text(text),
        other => of_data(&Data::from(other.clone())),
    }
}

fn of_data(value: &Data) -> Cell {
    match value {
        Data::Int(n) => Cell::from(*n),
        Data::Float(n) => Cell::Number(*n),
        Data::String(text) => Cell::of_text(text),
        Data::Bool(true) => Cell::Text("是".to_owned()),
        Data::Bool(false) => Cell::Text("否".to_owned()),
        Data::DateTime(at) => of_date_time(*at),
        Data::DateTimeIso(text) => of_iso(text),
        Data::DurationIso(text) => Cell::of_text(text),
        Data::Error(error) => Cell::Text(error.to_string()),
        Data::Empty => Cell::Empty,
    }
}

fn of_date_time(at: ExcelDateTime) -> Cell {
    let (year, month, day, hour, minute, _, _) = at.to_ymd_hms_milli();
    let clock = format!("{hour:02}:{minute:02}");
    // below one day it is a clock time without a date
    if at.is_duration() || at.as_f64() < 1.0 {
        return Cell::Text(clock);
    }
    let narrow = |n: u8| i8::try_from(n).unwrap_or(0);
    let day = i16::try_from(year)
        .ok()
        .and_then(|y| Day::new(y, narrow(month), narrow(day)));
    match day {
        Some(day) if clock == "00:00" => Cell::Day(day),
        Some(day) => Cell::Text(format!("{day} {clock}")),
        None => Cell::Number(at.as_f64()),
    }
}

fn of_iso(text: &str) -> Cell {
    let (date, clock) = text.split_once('T').unwrap_or((text, ""));
    match date.parse::<Day>() {
        Ok(day) if clock.is_empty() || clock.starts_with("00:00") => Cell::Day(day),
        _ => Cell::of_text(&text.replace('T', " ")),
    }
}

pub(super) fn number_text(n: f64) -> String {
    // Excel keeps 15 digits; more would show 0.30000000000000004
    let kept: f64 = format!("{n:.14e}").parse().unwrap_or(n);
    format!("{kept}")
}

/// The table as the bytes of an .xlsx.
pub fn write_table(table: &Table) -> Result<Vec<u8>> {
    write(table).map_err(Error::fault)
}

fn write(table: &Table) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(sheet_name(&table.sheet_name))?;
    let head = u32::try_from(table.notes.len()).unwrap_or(0);
    let note = Format::new().set_font_color(Color::Gray);
    for (row, line) in (0..).zip(&table.notes) {
        sheet.write_string_with_format(row, 0, fit(line), &note)?;
    }
    let header = Format::new()
        .set_bold()
        .set_border(FormatBorder::Thin)
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap()
        .set_background_color(Color::RGB(0x00f2_f2f2));
    for (column, title) in (0..).zip(&table.headers) {
        sheet.write_string_with_format(head, column, fit(title), &header)?;
    }
    write_rows(sheet, table, head + 1)?;
    set_widths(sheet, table)?;
    sheet.set_freeze_panes(head + 1, 0)?;
    sheet.set_repeat_rows(head, head)?;
    sheet.set_paper_size(9);
    if table.headers.len() > 6 {
        sheet.set_landscape();
    }
    sheet.set_print_fit_to_pages(1, 0);
    book.save_to_buffer()
}

fn write_rows(sheet: &mut Worksheet, table: &Table, first: u32) -> Result<(), XlsxError> {
    let plain = Format::new()
        .set_border(FormatBorder::Thin)
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap();
    // "@" keeps long digits as they are even when the cell is edited later
    let texts = plain.clone().set_num_format("@");
    let days = plain.clone().set_num_format("yyyy-mm-dd");
    for (row, cells) in (first..).zip(&table.rows) {
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Text(text) => {
                    sheet.write_string_with_format(row, column, fit(text), &texts)?
                }
                Cell::Number(n) if is_quantity(*n) => {
                    sheet.write_number_with_format(row, column, *n, &plain)?
                }
                Cell::Number(n) => {
                    sheet.write_string_with_format(row, column, number_text(*n), &texts)?
                }
                Cell::Day(day) => write_day(sheet, (row, column), *day, &days)?,
                Cell::Empty => sheet.write_blank(row, column, &plain)?,
            };
        }
    }
    Ok(())
}

fn write_day<'a>(
    sheet: &'a mut Worksheet,
    (row, column): (u32, u16),
    day: Day,
    format: &Format,
) -> Result<&'a mut Worksheet, XlsxError> {
    let date = rust_xlsxwriter::ExcelDateTime::from_ymd(
        day.year().unsigned_abs(),
        day.month().unsigned_abs(),
        day.day().unsigned_abs(),
    );
    match date {
        Ok(date) => sheet.write_datetime_with_format(row, column, &date, format),
        // Excel knows no day before 1900
        Err(_) => sheet.write_string_with_format(row, column, day.to_string(), format),
    }
}

pub(super) fn is_quantity(n: f64) -> bool {
    n.is_finite() && (n.fract() != 0.0 || n.abs() < 1e10)
}

fn set_widths(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    for (i, title) in table.headers.iter().enumerate() {
        let Ok(column) = u16::try_from(i) else {
            break;
        };
        let width = table.widths.get(i).copied().unwrap_or_else(|| {
            let longest = table
                .rows
                .iter()
                .take(200)
                .filter_map(|r| r.get(i))
                .map(|c| text::width(&c.text()))
                .chain([text::width(title)])
                .max()
                .unwrap_or(8);
            f64::from(u32::try_from(longest.clamp(6, 48)).unwrap_or(48)) + 2.0
        });
        sheet.set_column_width(column, width)?;
    }
    Ok(())
}

/// Excel holds 32,767 characters in a cell; more would fail the whole export.
pub(super) fn fit(value: &str) -> String {
    text::clip(value, 32_000)
}

pub(super) fn sheet_name(name: &str) -> String {
    let kept: String = text::one_line(name)
        .chars()
        .filter(|c| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\''))
        .take(31)
        .collect();
    let kept = kept.trim();
    if kept.is_empty() {
        "表格".to_owned()
    } else {
        kept.to_owned()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;

    fn sample() -> Table {
        Table {
            sheet_name: "收文/登记簿[2026]".to_owned(),
            headers: vec!["标题".to_owned(), "日期".to_owned(), "件数".to_owned()],
            rows: vec![
                vec![
                    "=cmd|' /C calc'!A0".into(),
                    Day::new(2026, 3, 10).unwrap().into(),
                    Cell::Number(3.5),
                ],
                vec![
                    "330106199001011234".into(),
                    Day::new(1888, 1, 1).unwrap().into(),
                    Cell::from(13_805_711_234),
                ],
                vec![Cell::Empty, Cell::Number(f64::NAN), Cell::from(-7)],
            ],
            widths: vec![30.0],
            notes: vec!["2026年3月10日导出".to_owned()],
        }
    }

    #[test]
    fn strings_that_are_not_there_are_not_counted() {
        let of = |n: &str| format!("<sst count=\"3\" uniqueCount={n}><si><t>一</t></si></sst>");
        assert!(counts_honestly(of("\"1\"").as_bytes()));
        for lie in [
            "\"2499999999999\"",
            " '99999999999999999999999'",
            "\"+100\"",
        ] {
            assert!(!counts_honestly(of(lie).as_bytes()), "{lie}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let bytes = write_table(&sample()).unwrap();
        let rows = read_table(&bytes, "任意.bin").unwrap();
        assert_eq!(rows[0], ["2026年3月10日导出".into()]);
        assert_eq!(rows[1][2].text(), "件数");
        assert_eq!(rows[2][0].text(), "=cmd|' /C calc'!A0");
        assert_eq!(rows[2][1], Cell::Day(Day::new(2026, 3, 10).unwrap()));
        assert_eq!(rows[2][2], Cell::Number(3.5));
        assert_eq!(rows[3][0], Cell::Text("330106199001011234".to_owned()));
        assert_eq!(rows[3][1], Cell::Text("1888-01-01".to_owned()));
        assert_eq!(rows[3][2], Cell::Text("13805711234".to_owned()));
        assert_eq!(rows[4][2], Cell::Number(-7.0));
    }

    #[test]
    fn no_text_becomes_a_formula() {
        let bytes = write_table(&sample()).unwrap();
        let sheet = unpack::entry(&bytes, "xl/worksheets/sheet1.xml", 1 << 20).unwrap();
        assert!(!String::from_utf8_lossy(&sheet).contains("<f>"));
    }

    #[test]
    fn formulas_are_taken_by_value() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let formula = rust_xlsxwriter::Formula::new("=1+1").set_result("2");
        sheet.write_formula(0, 1, formula).unwrap();
        sheet.write_string(4, 1, "尾").unwrap();
        let rows = read_table(&book.save_to_buffer().unwrap(), "a.xlsx").unwrap();
        assert_eq!(rows.len(), 5);
        assert_eq!(rows[0], [Cell::Empty, Cell::Number(2.0)]);
        assert_eq!(rows[4][1].text(), "尾");
    }

    #[test]
    fn reads_open_document_sheets() {
        let content = "<?xml version='1.0'?><office:document-content \
            xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' \
            xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' \
            xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0'><office:body>\
            <office:spreadsheet><table:table table:name='S'>\
            <table:table-row table:number-rows-repeated='2'><table:table-cell/></table:table-row>\
            <table:table-row><table:table-cell/><table:table-cell office:value-type='string'>\
            <text:p>张三</text:p></table:table-cell><table:table-cell office:value-type='date' \
            office:date-value='2026-03-10'><text:p>x</text:p></table:table-cell></table:table-row>\
            </table:table></office:spreadsheet></office:body></office:document-content>";
        let ods = unpack::stored_zip(&[
            ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
            (
                "META-INF/manifest.xml",
                b"<manifest:manifest xmlns:manifest='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'/>",
            ),
            ("content.xml", content.as_bytes()),
        ]);
        let rows = read_table(&ods, "a.ods").unwrap();
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[2][1].text(), "张三");
        assert_eq!(rows[2][2], Cell::Day(Day::new(2026, 3, 10).unwrap()));
    }

    #[test]
    fn a_cell_at_the_far_end_is_refused_cheaply() {
        for (row, column, word) in [(1_048_575, 0, "50000 行"), (0, 16_383, "200 列")] {
            let mut book = Workbook::new();
            let sheet = book.add_worksheet();
            sheet.write_string(0, 0, "头").unwrap();
            sheet.write_string(row, column, "尾").unwrap();
            let bytes = book.save_to_buffer().unwrap();
            let error = read_table(&bytes, "a.xlsx").unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }

    #[test]
    fn what_is_not_a_table_is_refused_in_chinese() {
        let zip = unpack::stored_zip(&[("word/document.xml", b"x")]);
        let ole = [
            &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..],
            &[0; 600],
        ]
        .concat();
        let cases: [(&[u8], &str, &str); 7] = [
            (b"", "a.xlsx", "空的"),
            (&zip, "a.xlsx", "不是表格"),
            (b"PK\x03\x04....", "a.xlsx", "打不开"),
            (&ole, "a.xls", "打不开"),
            (b"<html><table>", "a.xls", "网页"),
            (b"%PDF-1.4", "a.pdf", "请上传"),
            (b"\n\n,,\n", "a.csv", "没有内容"),
        ];
        for (bytes, name, word) in cases {
            let error = read_table(bytes, name).unwrap_err().to_string();
            assert!(error.contains(word), "{name}: {error}");
        }
        let big = vec![b'x'; MOST_BYTES + 1];
        assert!(read_table(&big, "a.csv").is_err());
        assert_eq!(read_table("甲,乙".as_bytes(), "a.CSV").unwrap()[0].len(), 2);
    }

    #[test]
    fn numbers_read_as_typed() {
        assert_eq!(Cell::Number(0.1 + 0.2).text(), "0.3");
        assert_eq!(Cell::Number(13_805_711_234.0).text(), "13805711234");
        assert_eq!(Cell::Number(-2.0).text(), "-2");
    }
}
