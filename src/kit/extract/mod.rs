//! The text of a file, for searching and for the mark on its first page.
//! Reads what offices exchange: Word, Excel, slides, OpenDocument, OFD, PDF, text, web pages.
//! Invariant: whatever the bytes are, the work ends, within the limits below, and nothing is run:
//! no reader recurses without a bound, and a panic of one is the file's fault.

pub mod drawn;
pub mod markup;
mod ofd;
mod office;
mod pdf;
pub mod written;

use super::sniff::{Kind, sniff};
use super::{csv, sheet, text};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Characters kept of one file; a regulation of 500 pages has less.
pub const MOST_CHARS: usize = 1_000_000;
/// Bytes of a file that is looked into at all.
pub const MOST_BYTES: usize = 64 << 20;
/// Bytes one part of a packed file may unpack to.
const MOST_PART: usize = 32 << 20;
/// Bytes all parts of a packed file together may unpack to.
const MOST_UNPACKED: usize = 128 << 20;
/// Lines of a first page where the file does not say where it ends.
const FIRST_LINES: usize = 60;

/// What was found in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Its text, one paragraph or line a line.
    Text(String),
    /// Pages without letters: a scan.
    Pictures,
    /// Locked by a password.
    Locked,
    /// Larger than what is looked into.
    TooLarge,
    /// Broken, or not what it says it is.
    Broken,
    /// A kind of file that is not read.
    Other,
}

impl Found {
    /// Why a file cannot be found by its contents, for people; empty where it can.
    #[must_use]
    pub const fn why_not(&self) -> &'static str {
        match self {
            Self::Text(_) => "",
            Self::Pictures => "是扫描图片，没有文字，只能按名称查找",
            Self::Locked => "加了密码，只能按名称查找",
            Self::TooLarge => "太大，只能按名称查找",
            Self::Broken => "读不出文字，只能按名称查找",
            Self::Other => "这种文件只能按名称查找",
        }
    }
}

/// How much is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    Whole,
    FirstPage,
}

/// All text of a file.
#[must_use]
pub fn all(bytes: &[u8]) -> Found {
    guarded(sniff(bytes), bytes, Extent::Whole)
}

/// Text of the first page, line by line; `None` where there is none to read.
#[must_use]
pub fn first_page(kind: Kind, bytes: &[u8]) -> Option<String> {
    match guarded(kind, bytes, Extent::FirstPage) {
        Found::Text(text) => Some(text),
        _ => None,
    }
}

fn guarded(kind: Kind, bytes: &[u8], extent: Extent) -> Found {
    if bytes.len() > MOST_BYTES {
        return Found::TooLarge;
    }
    catch_unwind(AssertUnwindSafe(|| read(kind, bytes, extent))).unwrap_or(Found::Broken)
}

fn read(kind: Kind, bytes: &[u8], extent: Extent) -> Found {
    let text = match kind {
        Kind::Pdf => return pdf::read(bytes, extent),
        Kind::Docx => office::word(bytes, extent),
        Kind::Xlsx => office::sheets(bytes, extent),
        Kind::Pptx => office::slides(bytes, extent),
        Kind::OpenDocument => office::open_document(bytes),
        Kind::Ofd => match ofd::read(bytes, extent) {
            // pages of pictures
            Some(text) if text.trim().is_empty() => return Found::Pictures,
            text => text,
        },
        Kind::Text { .. } => csv::decode(bytes).ok(),
        Kind::Html => csv::decode(bytes).ok().map(|page| markup::page(&page)),
        Kind::OldOffice => match old_sheet(bytes) {
            Some(text) => Some(text),
            None => return Found::Other,
        },
        _ => return Found::Other,
    };
    text.map_or(Found::Broken, |text| Found::Text(fit(&text, extent)))
}

/// An .xls or .et; the compound file of a .doc or .wps is not read.
fn old_sheet(bytes: &[u8]) -> Option<String> {
    let rows = sheet::read_table(bytes, "").ok()?;
    let line = |row: &Vec<super::Cell>| row.iter().map(super::Cell::text).collect::<Vec<_>>();
    Some(
        rows.iter()
            .map(|r| line(r).join("\t"))
            .collect::<Vec<_>>()
            .join("\n"),
    )
}

fn fit(found: &str, extent: Extent) -> String {
    let lines = match extent {
        Extent::Whole => usize::MAX,
        Extent::FirstPage => FIRST_LINES,
    };
    let mut out = String::new();
    let mut left = MOST_CHARS;
    for line in found
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .take(lines)
    {
        let line = text::one_line(line);
        let count = line.chars().count() + 1;
        if count > left {
            out.extend(line.chars().take(left));
            break;
        }
        left -= count;
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// Joins the lines of laid-out pages: a line that breaks inside a sentence goes on in the next. A line much
/// shorter than its page is wide ended where it was meant to.
fn join_lines(lines: &[String]) -> String {
    let widest = lines
        .iter()
        .map(|l| l.trim().chars().count())
        .max()
        .unwrap_or(0);
    let mut out = String::new();
    let mut full = false;
    for line in lines.iter().map(|l| l.trim()).filter(|l| !l.is_empty()) {
        let goes_on = full
            && out.chars().next_back().is_some_and(is_inner)
            && line.chars().next().is_some_and(is_inner);
        if !goes_on && !out.is_empty() {
            out.push('\n');
        }
        out.push_str(line);
        full = line.chars().count() * 10 >= widest * 4;
    }
    out
}

/// A page's lines without the number at its head and foot, which would stand in the midst of a sentence.
fn without_folio(mut lines: Vec<String>) -> Vec<String> {
    let folio = |line: &String| {
        let sign = |c: char| {
            c.is_ascii_digit()
                || c.is_whitespace()
                || matches!(c, '-' | '—' | '–' | '·' | '/' | '第' | '页' | '共')
        };
        line.chars().all(sign)
    };
    if lines.last().is_some_and(folio) {
        lines.pop();
    }
    if lines.first().is_some_and(folio) {
        lines.remove(0);
    }
    lines
}

/// A Chinese character, or the comma between two: what may stand at the break of a line inside a sentence.
fn is_inner(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}' | '，' | '、' | '《' | '》')
}

#[cfg(test)]
mod tests;
