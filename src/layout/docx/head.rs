//! What stands above the text of a document: marks, number, signers, red rule (版头), by its form.
//! Not here: title and text.

use super::super::document::{Document, Form};
use super::table;
use super::xml::{CHAR, LINE, WIDTH, below, paragraph, run, run_with, styled, twips};

/// Writes it.
pub(super) fn draw(document: &Document, out: &mut String) {
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
    // where the mark begins, below the top of the text block (of the paper's margin in a letter)
    let top = match document.form {
        Form::Letter => 0.0,
        Form::Order => 20.0,
        _ => 35.0,
    };
    mark(document, twips(top) - lines * LINE, out);
    match document.form {
        Form::Letter => letter_number(document, out),
        Form::Order => out.push_str(&paragraph(
            "Number",
            &format!("{}<w:jc w:val=\"center\"/>", below(2)),
            &run(&document.number),
        )),
        _ => number(document, out),
    }
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

fn mark(document: &Document, before: i32, out: &mut String) {
    let joint = document.marks.len() > 1;
    let longest = document
        .marks
        .iter()
        .map(|m| m.chars().count())
        .max()
        .unwrap_or(0);
    if longest == 0 {
        return;
    }
    let (half_points, narrow) = size(longest);
    let pitch = half_points * 12;
    // ink begins a tenth of the pitch below the line's top
    let before = (before - pitch / 10).max(0);
    let rule = if document.form == Form::Letter {
        // 170 mm long, thick above thin, 4 mm below the mark
        format!(
            "<w:pBdr><w:bottom w:val=\"thickThinSmallGap\" w:sz=\"18\" w:space=\"6\" w:color=\"FF0000\"/></w:pBdr>{}<w:ind w:left=\"-{1}\" w:right=\"-{1}\"/>",
            spaced(before, pitch),
            twips(7.0)
        )
    } else {
        spaced(before, pitch)
    };
    if joint {
        let strip = |m: &'_ String| m.strip_suffix("文件").unwrap_or(m).to_owned();
        let organs: Vec<String> = document.marks.iter().map(strip).collect();
        let organs: Vec<&str> = organs.iter().map(String::as_str).collect();
        let word = document.marks.iter().any(|m| m.ends_with("文件"));
        out.push_str(&paragraph("Number", &spaced(0, before.max(20)), ""));
        out.push_str(&table::marks(&organs, word, (half_points * 3 / 4, pitch)));
        return;
    }
    let text = document.marks.first().map_or("", String::as_str);
    let sized = format!(
        "<w:w w:val=\"{narrow}\"/><w:sz w:val=\"{half_points}\"/><w:szCs w:val=\"{half_points}\"/>"
    );
    out.push_str(&paragraph("Mark", &rule, &run_with(&sized, text)));
}

fn spaced(before: i32, pitch: i32) -> String {
    format!("<w:spacing w:before=\"{before}\" w:line=\"{pitch}\" w:lineRule=\"exact\"/>")
}

/// Two lines below the mark, the rule 4 mm below the number.
fn number(document: &Document, out: &mut String) {
    let rule = "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"16\" w:space=\"8\" w:color=\"FF0000\"/></w:pBdr>";
    if document.signers.is_empty() {
        let more = format!("{rule}{}<w:jc w:val=\"center\"/>", below(2));
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
            if n == 0 { below(2) } else { String::new() }
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
