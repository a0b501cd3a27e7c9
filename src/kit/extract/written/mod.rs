//! A text written in another program, taken in as paragraphs and tables: for a box of official text (one paragraph a
//! line, a table as `| a | b |`), and to be read on a page. Not here: fonts, pictures, headers and footers; what of them
//! was there is said.
//! Invariant: whatever the bytes are, the work ends within the limits below, and nothing typed is lost silently.

mod blocks;
mod number;
mod pasted;
mod style;
mod word;

pub use pasted::clean;

use crate::kit::csv;
use crate::kit::error::{Error, Result};
use crate::kit::sniff::{Kind, sniff};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Characters taken in; the longest regulation has a tenth.
pub const MOST_CHARS: usize = 400_000;

/// What was taken in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    pub blocks: Vec<Block>,
    /// What was there and was not taken, for people; each once.
    pub left_out: Vec<&'static str>,
}

/// A piece of a written text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    Line(Line),
    /// Rows of cells; a cell of several paragraphs has them on one line.
    Table(Vec<Vec<String>>),
}

/// A paragraph, its number included where the program counted it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    pub text: String,
    pub centred: bool,
    /// Size of its first letters in half points; 0 where the file does not say it there.
    pub size: u32,
}

impl Written {
    /// As it is typed into a box of official text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        for block in &self.blocks {
            match block {
                Block::Line(line) => {
                    out.push_str(&line.text);
                    out.push('\n');
                }
                Block::Table(rows) => {
                    for row in rows {
                        out.push_str(&row_text(row));
                        out.push('\n');
                    }
                }
            }
        }
        out
    }
}

/// A row of a table as it is typed.
fn row_text(row: &[String]) -> String {
    let mut out = String::from("|");
    for cell in row {
        out.push(' ');
        out.push_str(&cell.replace('|', "｜"));
        out.push_str(" |");
    }
    out
}

/// Takes in a text written elsewhere: a .docx, a plain text, a web page.
///
/// # Errors
/// Invalid on `file`, saying what to do, for every other kind of file and for broken ones.
pub fn written(bytes: &[u8]) -> Result<Written> {
    let refuse = |why: &str| Err(Error::invalid("file", why));
    if bytes.is_empty() {
        return refuse("文件是空的，里面没有内容，请找到原文件再传");
    }
    if bytes.len() > super::MOST_BYTES {
        return refuse("文件太大，读不了。请把图片从文件里删掉，另存一份再传");
    }
    let read = match sniff(bytes) {
        Kind::Docx => catch_unwind(AssertUnwindSafe(|| word::read(bytes))).unwrap_or(None),
        Kind::Text { .. } => csv::decode(bytes).ok().map(|t| pasted::plain(&t)),
        Kind::Html => csv::decode(bytes).ok().map(|t| pasted::html(&t)),
        kind => return refuse(why_not(kind)),
    };
    match read {
        Some(written) if !written.blocks.is_empty() => Ok(written),
        Some(_) => refuse(
            "文件里没有读到文字（可能是扫描的图片）。请打开文件，把文字复制出来粘贴到正文框里",
        ),
        None => refuse(
            "文件读不出来，可能没有传完整，或者设了密码。请用 Word 或 WPS 打开，看看是不是好的，去掉密码另存为 .docx 再传",
        ),
    }
}

/// Why no text is taken out of a kind of file, and what to do.
fn why_not(kind: Kind) -> &'static str {
    match kind {
        Kind::OldOffice => {
            "这是 .doc、.wps 一类的老格式（或者设了密码的文件），读不出文字。请用 Word 或 WPS 打开，用“另存为”存成 .docx 再传"
        }
        Kind::Rtf | Kind::OpenDocument => {
            "这种文件读不出带层次的文字。请用 Word 或 WPS 打开，用“另存为”存成 .docx 再传"
        }
        Kind::Pdf | Kind::Ofd => {
            "PDF、OFD 是排好版的文件，不能改。请找原来的 Word 文件（.docx）再传，或者打开它把文字复制出来粘贴到正文框里"
        }
        Kind::Xlsx | Kind::Pptx => "这是表格或演示文稿，不是文章。请传 .docx 文件",
        _ => "这种文件读不出文字。请传 .docx 或 .txt 文件，或者把文字复制出来粘贴到正文框里",
    }
}

#[cfg(test)]
mod tests;
