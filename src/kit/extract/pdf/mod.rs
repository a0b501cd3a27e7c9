//! Text of PDF, read by a reader of our own: objects wherever they stand in the file (a broken table of
//! them does no harm), the font's own map to Unicode, lines by where the letters are put.
//! Not here: drawing, forms, decryption. A file that asks for a password says so.
//!
//! Decision 2026-11-22: not `lopdf` or `pdf-extract`. They recurse and allocate as the file says, and a
//! stack that overflows ends the server, which no `catch_unwind` prevents; what is wanted of them is
//! small: streams, ToUnicode, positions.

mod file;
mod font;
mod lookalike;
mod object;
mod page;

use super::{Extent, Found, fit, join_lines, without_folio};
use crate::kit::unpack;

/// Pages read; later ones are not searched.
const MOST_PAGES: usize = 2000;
/// Bytes all streams together may unpack to.
const MOST_UNPACKED: usize = 256 << 20;
/// Text operators worked off in one file.
const MOST_STEPS: usize = 20_000_000;

pub(super) fn read(bytes: &[u8], extent: Extent) -> Found {
    if unpack::find(bytes, b"%PDF-").is_none() {
        return Found::Broken;
    }
    let mut file = file::File::open(bytes, MOST_UNPACKED);
    if file.locked() {
        return Found::Locked;
    }
    let mut pages = file.pages(MOST_PAGES);
    if pages.is_empty() {
        return Found::Broken;
    }
    if extent == Extent::FirstPage {
        pages.truncate(1);
    }
    let mut painter = page::Painter::new(&mut file, MOST_STEPS);
    let mut all: Vec<String> = Vec::new();
    let mut letters = 0;
    for page in &pages {
        let lines = painter.lines(page);
        letters += lines.iter().map(String::len).sum::<usize>();
        all.extend(without_folio(lines));
        if letters > super::MOST_CHARS * 4 {
            break;
        }
    }
    let all = match extent {
        Extent::FirstPage => all.join("\n"),
        Extent::Whole => join_lines(&all),
    };
    let text = fit(&all, extent);
    if text.chars().any(char::is_alphanumeric) {
        Found::Text(text)
    } else {
        Found::Pictures
    }
}
