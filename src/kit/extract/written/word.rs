//! A .docx as paragraphs and tables: numbers counted as Word does, tracked changes as if accepted. Left out and said:
//! pictures, text boxes, notes, comments; headers and footers are not the text and not mentioned.
//! Invariant: what was struck out by a tracked change is never taken in.

use super::super::markup::{Piece, Pieces, attribute, pieces};
use super::super::office::Parts;
use super::blocks::{Blocks, MOST_COLUMNS};
use super::number::Numbers;
use super::style::{Look, Styles, val};
use super::{Line, Written};

pub(super) fn read(zip: &[u8]) -> Option<Written> {
    let mut parts = Parts::of(zip);
    let xml = parts.text("word/document.xml")?;
    let of = |part: Option<String>| part.unwrap_or_default();
    let mut reader = Reader {
        styles: Styles::of(&of(parts.text("word/styles.xml"))),
        numbers: Numbers::of(&of(parts.text("word/numbering.xml"))),
        ..Reader::default()
    };
    let mut pieces = pieces(&xml);
    while let Some(piece) = pieces.next() {
        reader.take(&piece, &mut pieces);
        if reader.out.is_full() {
            break;
        }
    }
    reader.end_paragraph();
    Some(reader.out.finish())
}

#[derive(Default)]
struct Reader {
    styles: Styles,
    numbers: Numbers,
    out: Blocks,
    text: String,
    look: Look,
    style: String,
    /// Inside the properties of a paragraph, of a row, of a run, of a text.
    of_paragraph: bool,
    of_row: bool,
    in_run: bool,
    in_text: bool,
    hidden: bool,
    /// The end of this paragraph was struck out: the next one goes on in it.
    goes_on: bool,
    row_struck: bool,
    wide: usize,
    covered: bool,
}

impl Reader {
    fn take(&mut self, piece: &Piece<'_>, rest: &mut Pieces<'_>) {
        match piece {
            Piece::Open(name, a) => self.open(name, a, rest),
            Piece::Close(name) => self.close(name),
            Piece::Text(text) if self.in_text && !self.hidden => self.text.push_str(text),
            Piece::Text(_) => {}
        }
    }

    fn open(&mut self, name: &str, a: &str, rest: &mut Pieces<'_>) {
        match name {
            "del" | "moveFrom" => {
                self.goes_on |= self.of_paragraph;
                self.row_struck |= self.of_row;
                self.out.leave_out("修订痕迹（已按接受修订后的文字取）");
                rest.leave(name);
            }
            "ins" | "moveTo" => self.out.leave_out("修订痕迹（已按接受修订后的文字取）"),
            // the same again for older programs; readings above letters; what was before a change
            "Fallback" | "rt" | "pPrChange" | "rPrChange" | "tblPrChange" | "trPrChange"
            | "tcPrChange" | "sectPrChange" | "instrText" => rest.leave(name),
            "txbxContent" => {
                self.out.leave_out("文本框里的文字");
                rest.leave(name);
            }
            "blip" | "imagedata" => self.out.leave_out("图片"),
            "footnoteReference" | "endnoteReference" => self.out.leave_out("脚注和尾注"),
            "commentReference" => self.out.leave_out("批注"),
            "altChunk" => self.out.leave_out("嵌在里面的另一个文件"),
            "pPr" => self.of_paragraph = true,
            "trPr" => self.of_row = true,
            "pStyle" if self.of_paragraph => self.style = val(a),
            "r" => (self.in_run, self.hidden) = (true, false),
            "tbl" => self.out.begin_table(),
            "tc" if self.out.in_table() => (self.wide, self.covered) = (1, false),
            "gridSpan" if self.out.in_table() => self.wide = val(a).parse().unwrap_or(1),
            "hMerge" | "vMerge" if self.out.in_table() => {
                self.covered = attribute(a, "val").is_none_or(|v| v != "restart");
            }
            "gridBefore" if self.of_row => {
                let wide: usize = val(a).parse().unwrap_or(0);
                (0..wide.min(MOST_COLUMNS)).for_each(|_| self.out.end_cell(1));
            }
            _ => self.inside(name, a),
        }
    }

    /// What stands inside a paragraph.
    fn inside(&mut self, name: &str, a: &str) {
        match name {
            "jc" | "numId" | "ilvl" if self.of_paragraph => self.look.take(name, a),
            "sz" if self.in_run && self.look.size.is_none() => self.look.take(name, a),
            "vanish" if self.in_run => {
                self.hidden = !matches!(val(a).as_str(), "0" | "false");
            }
            "t" => self.in_text = true,
            _ if self.of_paragraph || self.hidden => {}
            "tab" | "ptab" => self.text.push('\t'),
            "cr" => self.text.push('\n'),
            "br" => {
                // a page ends by itself in the box
                let kind = attribute(a, "type");
                if kind.is_none_or(|k| k == "textWrapping") {
                    self.text.push('\n');
                }
            }
            "noBreakHyphen" => self.text.push('-'),
            "sym" => self.text.extend(sign(a)),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "pPr" => self.of_paragraph = false,
            "trPr" => self.of_row = false,
            "r" => (self.in_run, self.hidden) = (false, false),
            "t" => self.in_text = false,
            "p" if self.goes_on => self.goes_on = false,
            "p" => self.end_paragraph(),
            "tc" if self.out.in_table() => {
                self.end_paragraph();
                if self.covered {
                    self.out.drop_cell();
                }
                self.out.end_cell(self.wide);
            }
            "tr" if self.out.in_table() => {
                if std::mem::take(&mut self.row_struck) {
                    self.out.drop_row();
                }
                self.out.end_row();
            }
            "tbl" => self.out.end_table(),
            _ => {}
        }
    }

    fn end_paragraph(&mut self) {
        let text = std::mem::take(&mut self.text);
        let look = std::mem::take(&mut self.look);
        let style = std::mem::take(&mut self.style);
        let named = self.styles.look(&style);
        let by = if look.list.is_some() { style } else { named.by };
        let number = match look.list.or(named.list) {
            Some(list) => self.numbers.next(&list, look.level.or(named.level), &by),
            None => String::new(),
        };
        if text.trim().is_empty() {
            return;
        }
        self.out.line(&Line {
            text: number + text.trim_start(),
            centred: look.centred.or(named.centred).unwrap_or(false),
            size: look.size.or(named.size).unwrap_or(0),
        });
    }
}

/// Boxes and ticks of the symbol fonts; other signs have no letter.
fn sign(a: &str) -> Option<char> {
    let code = attribute(a, "char")?;
    match code.to_ascii_uppercase().trim_start_matches(['F', '0']) {
        "A8" | "6F" | "71" | "A3" => Some('□'),
        "52" | "FE" => Some('☑'),
        "FC" | "50" => Some('√'),
        _ => None,
    }
}
