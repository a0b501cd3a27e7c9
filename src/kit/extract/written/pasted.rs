//! What is pasted from Word, WPS or a web page, cleaned: paragraphs, tables and the numbers of lists, no styles.
//! A tolerant reader: what is not closed, is unknown or out of place is read as far as it goes.
//! Invariant: no tag, script or style comes through, whatever is pasted.

use super::super::markup::{Piece, Pieces, loose_attribute as attribute, pieces};
use super::blocks::Blocks;
use super::{Line, Written};

/// Pasted text, HTML or plain, as it is typed into a box of official text.
#[must_use]
pub fn clean(pasted: &str) -> String {
    if is_html(pasted) {
        html(pasted)
    } else {
        plain(pasted)
    }
    .text()
}

/// Tags of a page, not a lone sign: “<30 吨” is text.
fn is_html(text: &str) -> bool {
    let head: String = text
        .chars()
        .take(20_000)
        .flat_map(char::to_lowercase)
        .collect();
    [
        "<html",
        "<p",
        "<div",
        "<span",
        "<table",
        "<br",
        "<body",
        "<!--startfragment",
        "<li",
        "<h1",
    ]
    .iter()
    .any(|tag| {
        let after = head
            .split_once(tag)
            .and_then(|(_, rest)| rest.chars().next());
        after.is_some_and(|c| c.is_whitespace() || matches!(c, '>' | '/' | '-'))
    })
}

/// Plain text: a paragraph a line; cells between tabs are a table where two lines have as many.
pub(super) fn plain(text: &str) -> Written {
    let mut out = Blocks::default();
    let lines: Vec<&str> = text.lines().collect();
    let tabs = |at: usize| {
        let line: &str = lines.get(at).copied().unwrap_or_default();
        line.trim_matches([' ', '\u{3000}']).matches('\t').count()
    };
    let mut inside = false;
    for (at, line) in lines.iter().enumerate() {
        let n = tabs(at);
        let above = at.checked_sub(1).map_or(0, tabs);
        let row = n > 0 && !line.starts_with('\t') && (n == tabs(at + 1) || inside && n == above);
        if row != inside || row && inside && n != above {
            if inside {
                out.end_table();
            }
            if row {
                out.begin_table();
            }
            inside = row;
        }
        let cells = if row {
            line.split('\t').collect()
        } else {
            vec![*line]
        };
        for cell in cells {
            out.line(&Line {
                text: cell.to_owned(),
                ..Line::default()
            });
            if row {
                out.end_cell(1);
            }
        }
        if row {
            out.end_row();
        }
    }
    out.finish()
}

pub(super) fn html(text: &str) -> Written {
    let mut reader = Reader::default();
    let mut pieces = pieces(text);
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Open(name, a) => reader.open(&name.to_ascii_lowercase(), a, &mut pieces),
            Piece::Close(name) => reader.close(&name.to_ascii_lowercase()),
            Piece::Text(text) => reader.words(&text),
        }
        if reader.out.is_full() {
            break;
        }
    }
    reader.end_line();
    reader.out.finish()
}

#[derive(Default)]
struct Reader {
    out: Blocks,
    text: String,
    centred: bool,
    kept: u32,
    /// Lists one in another: counted so far, or none for bullets.
    lists: Vec<Option<u32>>,
    wide: usize,
    in_cell: bool,
}

/// Lists one in another that are counted.
const DEEP: usize = 32;

impl Reader {
    fn open(&mut self, name: &str, a: &str, rest: &mut Pieces<'_>) {
        match name {
            "head" | "style" | "script" | "xml" | "title" | "del" | "template" | "svg" => {
                rest.leave(name);
            }
            "p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "section" | "blockquote" => {
                self.end_line();
                self.centred = is_centred(a);
            }
            "center" => {
                self.end_line();
                self.centred = true;
            }
            "br" => self.text.push('\n'),
            "pre" => self.kept += 1,
            "ol" | "ul" => {
                self.end_line();
                if self.lists.len() < DEEP {
                    let start = attribute(a, "start").and_then(|s| s.parse::<u32>().ok());
                    let before = start.unwrap_or(1).saturating_sub(1);
                    self.lists.push((name == "ol").then_some(before));
                }
            }
            "li" => {
                self.end_line();
                if let Some(Some(n)) = self.lists.last_mut() {
                    *n = n.saturating_add(1);
                    self.text = format!("{n}.");
                }
            }
            "img" => self.out.leave_out("图片"),
            "table" => {
                self.end_line();
                self.out.begin_table();
            }
            "td" | "th" if self.out.in_table() => {
                self.end_cell();
                let wide = attribute(a, "colspan").and_then(|v| v.parse().ok());
                (self.in_cell, self.wide) = (true, wide.unwrap_or(1));
            }
            "tr" if self.out.in_table() => {
                self.end_cell();
                self.out.end_row();
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "section" | "blockquote"
            | "li" | "center" => self.end_line(),
            "pre" => self.kept = self.kept.saturating_sub(1),
            "ol" | "ul" => {
                self.end_line();
                self.lists.pop();
            }
            "td" | "th" if self.out.in_table() => self.end_cell(),
            "tr" if self.out.in_table() => {
                self.end_cell();
                self.out.end_row();
            }
            "table" => {
                if self.out.in_table() {
                    self.end_cell();
                }
                self.end_line();
                self.out.end_table();
            }
            _ => {}
        }
    }

    /// Line breaks of the source are none on the page; between two Chinese characters not even a blank.
    fn words(&mut self, text: &str) {
        if self.kept > 0 {
            self.text.push_str(text);
            return;
        }
        for (n, line) in text.split(['\n', '\r']).enumerate() {
            let line = if n > 0 {
                line.trim_start_matches([' ', '\t'])
            } else {
                line
            };
            let wide = |c: Option<char>| c.is_none_or(|c| !c.is_ascii());
            let apart = !wide(self.text.chars().next_back()) || !wide(line.chars().next());
            if n > 0 && apart && !line.is_empty() {
                self.text.push(' ');
            }
            self.text.push_str(line);
        }
    }

    fn end_cell(&mut self) {
        self.end_line();
        if std::mem::take(&mut self.in_cell) {
            self.out.end_cell(self.wide);
        }
    }

    fn end_line(&mut self) {
        let text = std::mem::take(&mut self.text);
        let centred = std::mem::take(&mut self.centred);
        // Word's bullets come as letters
        let text = text.trim_start();
        let bullet = text.strip_prefix(['·', '•', '●', '■', '◆', '§', '\u{f0b7}', '\u{f06c}']);
        self.out.line(&Line {
            text: bullet.unwrap_or(text).to_owned(),
            centred,
            size: 0,
        });
    }
}

fn is_centred(a: &str) -> bool {
    let style = attribute(a, "style")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    let align = attribute(a, "align").unwrap_or_default();
    style.contains("text-align:center") || align.eq_ignore_ascii_case("center")
}
