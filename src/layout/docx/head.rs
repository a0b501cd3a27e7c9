//! What stands above the text of a document: marks, number, signers, red rule (版头), by its form; sizes and distances are
//! taken from our own pages, so that page one of the other program begins its text where ours does.
//! Not here: title and text.

use super::super::document::{Document, Form};
use super::page;
use super::table;
use super::xml::{CHAR, LINE, WIDTH, paragraph, room as room_above, run, run_with, styled, twips};
use crate::layout::page::{Element, Ink, Pages, Piece, Text};

/// Em of 3号, and half of what a line is higher, mm.
const EM: f64 = 16.0 * 25.4 / 72.0;
const HALF: f64 = (LINE as f64 * 25.4 / 1440.0 - EM) / 2.0;

/// Writes it; returns how far below its end the text's first line begins, in twips.
pub(super) fn draw(document: &Document, pages: &Pages, out: &mut String) -> i32 {
    let mut lines = 0;
    let mut line = |style: &str, text: &str| {
        lines += 1;
        out.push_str(&paragraph(style, "", &run(text)));
    };
    if let Some(copy) = &document.copy {
        line("Copy", copy);
    }
    if document.internal {
        line("Urgency", "内部");
    }
    if let Some(urgency) = &document.urgency {
        line("Urgency", urgency);
    }
    // where the last paragraph ended, from the upper margin
    let mut at = lines * LINE;
    let top = page::top(document.form);
    let below = |mm: f64| twips(mm - top);
    match drawn_mark(pages).filter(|_| document.marks.len() == 1) {
        Some(text) => at = single(document, (text, at, top), out),
        None => {
            at += joint(
                document,
                below(place(pages, Element::Mark).map_or(top, |p| p.1)) - at,
                out,
            )
        }
    }
    let number = place(pages, Element::Number).map_or(top, |p| p.1 + p.3 - EM);
    let first = pages
        .places
        .iter()
        .filter(|p| p.page == 0 && text(p.element));
    let first = first.map(|p| below(p.at.1)).min().unwrap_or_default();
    match document.form {
        Form::Letter => {
            letter_number(document, out);
            return first - at - LINE;
        }
        Form::Order => {
            let room = below(number - HALF) - at;
            let more = format!("{}<w:jc w:val=\"center\"/>", room_above(room));
            out.push_str(&paragraph("Number", &more, &run(&document.number)));
            return first - below(number - HALF) - LINE;
        }
        _ => self::number(document, below(number - HALF) - at, out),
    }
    first - below(number - HALF) - LINE - BORDER
}

fn text(element: Element) -> bool {
    matches!(
        element,
        Element::Title | Element::Addressee | Element::Body(_)
    )
}

/// An element on page one: left, top, width, height.
fn place(pages: &Pages, element: Element) -> Option<(f64, f64, f64, f64)> {
    let found = pages
        .places
        .iter()
        .find(|p| p.page == 0 && p.element == element);
    found.map(|p| p.at)
}

/// The mark as our own page has it.
fn drawn_mark(pages: &Pages) -> Option<&Text> {
    let pieces = pages.pages.first()?.pieces.iter();
    pieces.into_iter().find_map(|p| match p {
        Piece::Text(t) if t.ink == Ink::Red => Some(t),
        _ => None,
    })
}

/// A mark of one organ: height, width and baseline are our page's; returns where its paragraph ends.
fn single(document: &Document, (mark, at, top): (&Text, i32, f64), out: &mut String) -> i32 {
    let half_points = rounded(mark.size * 2.0);
    let narrow = rounded(mark.stretch * 100.0).clamp(1, 600);
    // a tenth more than the em, the baseline at four fifths of it
    let pitch = half_points * 11;
    let from = (twips(mark.at.1 - top) - pitch * 4 / 5).max(at);
    let rule = if document.form == Form::Letter {
        // 170 mm long, thick above thin, 4 mm below the mark
        format!(
            "<w:pBdr><w:bottom w:val=\"thickThinSmallGap\" w:sz=\"18\" w:space=\"6\" w:color=\"FF0000\"/></w:pBdr>{}<w:ind w:left=\"-{1}\" w:right=\"-{1}\"/>",
            spaced(from - at, pitch),
            twips(7.0)
        )
    } else {
        // as wide as the text block to a hair: a font that is a little wider must not break it in two
        let beyond = twips(12.0);
        format!(
            "{}<w:ind w:left=\"-{beyond}\" w:right=\"-{beyond}\"/>",
            spaced(from - at, pitch)
        )
    };
    let sized = format!(
        "<w:w w:val=\"{narrow}\"/><w:sz w:val=\"{half_points}\"/><w:szCs w:val=\"{half_points}\"/>"
    );
    out.push_str(&paragraph("Mark", &rule, &run_with(&sized, &mark.text)));
    from + pitch
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a size of print; a cast saturates"
)]
fn rounded(size: f64) -> i32 {
    size.round() as i32
}

/// Half points and the width of a character in hundredths of its own: tall where the words have room, then narrower as
/// printers set them, smaller only where they are many.
fn size(longest: usize) -> (i32, i32) {
    let longest = i32::try_from(longest.max(1)).unwrap_or(i32::MAX / 5600);
    // the text block is 442 pt wide
    let narrow = (44_000 / (longest * 56)).clamp(66, 100);
    let points = (44_000 / (longest * narrow)).clamp(16, 56);
    (points * 2, narrow)
}

/// Marks of several organs, 文件 beside them; returns how high all of it is.
fn joint(document: &Document, before: i32, out: &mut String) -> i32 {
    let strip = |m: &'_ String| m.strip_suffix("文件").unwrap_or(m).to_owned();
    let organs: Vec<String> = document.marks.iter().map(strip).collect();
    let organs: Vec<&str> = organs.iter().map(String::as_str).collect();
    let longest = organs.iter().map(|m| m.chars().count()).max().unwrap_or(0);
    if longest == 0 {
        return 0;
    }
    let (half_points, _) = size(longest);
    let pitch = half_points * 12;
    let word = document.marks.iter().any(|m| m.ends_with("文件"));
    out.push_str(&paragraph("Number", &spaced(0, before.max(20)), ""));
    out.push_str(&table::marks(&organs, word, (half_points * 3 / 4, pitch)));
    before.max(20) + pitch * i32::try_from(organs.len()).unwrap_or(1)
}

fn spaced(before: i32, pitch: i32) -> String {
    format!("<w:spacing w:before=\"{before}\" w:line=\"{pitch}\" w:lineRule=\"exact\"/>")
}

/// Blank and thickness of the red rule below the number, twips.
const BORDER: i32 = 5 * 20 + 12 * 20 / 8;

/// So far below the mark, the rule 4 mm below the number: its line ends 2.3 mm below it.
fn number(document: &Document, room: i32, out: &mut String) {
    let rule = "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"12\" w:space=\"5\" w:color=\"FF0000\"/></w:pBdr>";
    let lines = i32::try_from(document.signers.len().div_ceil(2))
        .unwrap_or(1)
        .max(1);
    let room = room_above(room - (lines - 1) * LINE);
    if document.signers.is_empty() {
        let more = format!("{rule}{room}<w:jc w:val=\"center\"/>");
        out.push_str(&paragraph("Number", &more, &run(&document.number)));
        return;
    }
    let last = document.signers.len() - 1;
    for (n, two) in document.signers.chunks(2).enumerate() {
        let end = n * 2 + two.len() > last;
        let more = format!(
            "{}<w:tabs><w:tab w:val=\"right\" w:pos=\"{}\"/></w:tabs>{}<w:ind w:left=\"{CHAR}\"/>",
            if end { rule } else { "" },
            WIDTH - CHAR,
            if n == 0 { room.as_str() } else { "" }
        );
        // the number stands on the last line of the signers
        let left = if end {
            run(&document.number)
        } else {
            String::new()
        };
        let label = if n == 0 {
            run("签发人：")
        } else {
            String::new()
        };
        let names = styled("RunKai", &two.join("　"));
        out.push_str(&paragraph(
            "Number",
            &more,
            &format!("{left}<w:r><w:tab/></w:r>{label}{names}"),
        ));
    }
}

/// Below the double rule, at the right.
fn letter_number(document: &Document, out: &mut String) {
    out.push_str(&paragraph(
        "Number",
        "<w:jc w:val=\"right\"/>",
        &run(&document.number),
    ));
}
