//! Text of Word, Excel, slides and OpenDocument: the paragraphs and cells, in order.
//! Not here: formulas, layout, pictures. Parts are unpacked one by one within a shared limit.

use super::markup::{Piece, attribute, pieces};
use super::{Extent, MOST_CHARS, MOST_PART, MOST_UNPACKED};
use crate::kit::unpack::Archive;

/// Parts of a packed file, unpacked until the limit of all together is reached.
pub(super) struct Parts<'a>(Archive<'a>);

impl<'a> Parts<'a> {
    pub(super) fn of(zip: &'a [u8]) -> Self {
        Self(Archive::of(zip, MOST_UNPACKED))
    }

    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        let bytes = self.0.part(name, MOST_PART)?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Names of the form `before` N `.xml`, in the order of their numbers.
    pub(super) fn numbered(&self, before: &str) -> Vec<String> {
        let number = |name: &str| -> Option<u32> {
            name.strip_prefix(before)?
                .strip_suffix(".xml")?
                .parse()
                .ok()
        };
        let names = self.0.names();
        let mut found: Vec<(u32, String)> = names
            .filter_map(|name| Some((number(name)?, name.to_owned())))
            .collect();
        found.sort();
        found.into_iter().map(|(_, name)| name).collect()
    }
}

/// Word: headers, the text, then notes.
pub(super) fn word(zip: &[u8], extent: Extent) -> Option<String> {
    let mut parts = Parts::of(zip);
    let mut out = String::new();
    // a red head or a mark may stand in the header of the page
    for header in parts.numbered("word/header") {
        if let Some(xml) = parts.text(&header) {
            paragraphs(&xml, extent, &mut out);
        }
    }
    paragraphs(&parts.text("word/document.xml")?, extent, &mut out);
    if extent == Extent::Whole {
        for name in [
            "word/footnotes.xml",
            "word/endnotes.xml",
            "word/comments.xml",
        ] {
            if let Some(xml) = parts.text(name) {
                paragraphs(&xml, extent, &mut out);
            }
        }
    }
    Some(out)
}

fn paragraphs(xml: &str, extent: Extent, out: &mut String) {
    let mut inside = false;
    let mut pieces = pieces(xml);
    while let Some(piece) = pieces.next() {
        match piece {
            // the same text again, for older programs
            Piece::Open("Fallback", _) => pieces.leave("Fallback"),
            Piece::Open("t", _) => inside = true,
            Piece::Close("t") => inside = false,
            Piece::Close("p" | "tr") => out.push('\n'),
            Piece::Open("br", kind) if extent == Extent::FirstPage && kind.contains("page") => {
                return;
            }
            Piece::Open("lastRenderedPageBreak", _)
                if extent == Extent::FirstPage && !out.trim().is_empty() =>
            {
                return;
            }
            Piece::Open("br" | "cr", _) => out.push('\n'),
            Piece::Open("tab", _) | Piece::Close("tc") => out.push('\t'),
            Piece::Text(text) if inside => out.push_str(&text),
            _ => {}
        }
        if out.len() > MOST_CHARS * 4 {
            return;
        }
    }
}

/// Excel: every sheet, row by row.
pub(super) fn sheets(zip: &[u8], extent: Extent) -> Option<String> {
    let mut parts = Parts::of(zip);
    let shared = parts.text("xl/sharedStrings.xml").map(|xml| shared(&xml));
    let shared = shared.unwrap_or_default();
    let mut names = parts.numbered("xl/worksheets/sheet");
    if extent == Extent::FirstPage {
        names.truncate(1);
    }
    let mut out = String::new();
    for name in &names {
        cells(&parts.text(name)?, &shared, &mut out);
    }
    (!names.is_empty()).then_some(out)
}

pub(super) fn shared(xml: &str) -> Vec<String> {
    let mut all = Vec::new();
    let (mut one, mut inside) = (String::new(), false);
    let mut pieces = pieces(xml);
    while let Some(piece) = pieces.next() {
        match piece {
            // how it is read aloud, not what stands there
            Piece::Open("rPh", _) => pieces.leave("rPh"),
            Piece::Open("t", _) => inside = true,
            Piece::Close("t") => inside = false,
            Piece::Text(text) if inside => one.push_str(&text),
            Piece::Close("si") => all.push(std::mem::take(&mut one)),
            _ => {}
        }
    }
    all
}

fn cells(xml: &str, shared: &[String], out: &mut String) {
    let (mut refers, mut inside) = (false, false);
    for piece in pieces(xml) {
        match piece {
            Piece::Open("c", attributes) => {
                refers = attribute(attributes, "t").is_some_and(|t| t == "s");
            }
            Piece::Open("v" | "t", _) => inside = true,
            Piece::Close("v" | "t") => inside = false,
            Piece::Text(text) if inside && refers => {
                let n = text.trim().parse::<usize>().ok();
                out.push_str(n.and_then(|n| shared.get(n)).map_or("", String::as_str));
            }
            Piece::Text(text) if inside => out.push_str(&text),
            Piece::Close("c") => out.push('\t'),
            Piece::Close("row") => out.push('\n'),
            _ => {}
        }
        if out.len() > MOST_CHARS * 4 {
            return;
        }
    }
}

/// Slides, in order.
pub(super) fn slides(zip: &[u8], extent: Extent) -> Option<String> {
    let mut parts = Parts::of(zip);
    let mut names = parts.numbered("ppt/slides/slide");
    if extent == Extent::FirstPage {
        names.truncate(1);
    }
    let mut out = String::new();
    for name in &names {
        paragraphs(&parts.text(name)?, extent, &mut out);
    }
    (!names.is_empty()).then_some(out)
}

/// OpenDocument text, sheets and slides.
pub(super) fn open_document(zip: &[u8]) -> Option<String> {
    let xml = Parts::of(zip).text("content.xml")?;
    let mut out = String::new();
    let mut inside = 0_u32;
    for piece in pieces(&xml) {
        match piece {
            Piece::Open("p" | "h", _) => inside += 1,
            Piece::Close("p" | "h") => {
                inside = inside.saturating_sub(1);
                out.push('\n');
            }
            Piece::Open("tab" | "s", _) => out.push(' '),
            Piece::Open("line-break", _) => out.push('\n'),
            Piece::Text(text) if inside > 0 => out.push_str(&text),
            _ => {}
        }
    }
    Some(out)
}
