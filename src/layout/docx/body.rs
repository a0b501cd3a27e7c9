//! The text of a document: title to note, annexes, imprint. Not here: what stands above the title.

use super::super::document::{Annex, Block, Document, Form, Level};
use super::table;
use super::xml::{CHAR, below, halves, paragraph, run, styled};

/// Writes it.
pub(super) fn draw(document: &Document, out: &mut String) {
    title(&document.title, 2, out);
    if !document.addressee.is_empty() {
        out.push_str(&paragraph(
            "Addressee",
            &below(1),
            &run(&format!("{}：", document.addressee)),
        ));
    }
    blocks(&document.body, document.addressee.is_empty(), out);
    enclosures(&document.enclosures, out);
    if document.form == Form::Minutes {
        present(&document.present, out);
    }
    signed(document, out);
    if let Some(note) = &document.note {
        out.push_str(&paragraph("Note", "", &run(&format!("（{note}）"))));
    }
    for annex in &document.annexes {
        drawn_annex(annex, out);
    }
    let printed = document.printed_on.map(|day| format!("{}印发", day.long()));
    let imprint = table::imprint(
        &document.copy_to,
        &document.printer,
        printed.as_deref().unwrap_or_default(),
    );
    if !imprint.is_empty() {
        out.push_str(&imprint);
        // a table is never the last of a section; this line takes no room of its own
        out.push_str(&paragraph(
            "Imprint",
            "<w:spacing w:line=\"20\" w:lineRule=\"exact\"/>",
            "",
        ));
    }
}

fn title(lines: &[String], below_lines: i32, out: &mut String) {
    for (n, line) in lines.iter().filter(|l| !l.is_empty()).enumerate() {
        let more = if n == 0 {
            below(below_lines)
        } else {
            String::new()
        };
        out.push_str(&paragraph("Title", &more, &run(line)));
    }
}

/// Paragraphs and tables; the first a line below the title where nobody is addressed.
fn blocks(blocks: &[Block], after_title: bool, out: &mut String) {
    for (n, block) in blocks.iter().enumerate() {
        let more = if n == 0 && after_title {
            below(1)
        } else {
            String::new()
        };
        match block {
            Block::Paragraph { level, lead, text } => {
                out.push_str(&text_of(*level, *lead, text, &more))
            }
            Block::Centred(text) => out.push_str(&paragraph("Centred", &more, &run(text))),
            Block::Table { head, rows } => {
                out.push_str(&table::of(*head, rows));
                // two tables that touch would be one
                if matches!(blocks.get(n + 1), None | Some(Block::Table { .. })) {
                    out.push_str(&paragraph(
                        "Body",
                        "<w:spacing w:line=\"240\" w:lineRule=\"exact\"/>",
                        "",
                    ));
                }
            }
        }
    }
}

/// A paragraph in its level's style, what follows the heading on its line in the text's face.
fn text_of(level: Level, lead: usize, text: &str, more: &str) -> String {
    let style = match level {
        Level::Text => "Body",
        Level::First => "First",
        Level::Second => "Second",
        Level::Third => "Third",
        Level::Fourth => "Fourth",
    };
    if level == Level::Text {
        return paragraph(style, more, &run(text));
    }
    let split = text
        .char_indices()
        .nth(lead)
        .map_or(text.len(), |(at, _)| at);
    let (heading, rest) = text.split_at_checked(split).unwrap_or((text, ""));
    paragraph(
        style,
        more,
        &format!("{}{}", run(heading), styled("RunText", rest)),
    )
}

/// 附件说明 §7.3.4: two in, the names under each other.
fn enclosures(names: &[String], out: &mut String) {
    let many = names.len() > 1;
    for (n, name) in names.iter().enumerate() {
        let label = if n == 0 { "附件：" } else { "" };
        let number = if many {
            format!("{}. ", n + 1)
        } else {
            String::new()
        };
        // names that are long go on below themselves
        let hang = halves(&number) * CHAR / 2 + if n == 0 { 3 * CHAR } else { 0 };
        let left = 5 * CHAR + halves(&number) * CHAR / 2;
        let room = if n == 0 { below(1) } else { String::new() };
        let more = format!("{room}<w:ind w:left=\"{left}\" w:hanging=\"{hang}\"/>");
        out.push_str(&paragraph(
            "Enclosures",
            &more,
            &run(&format!("{label}{number}{name}")),
        ));
    }
}

/// 出席、请假、列席: labels in 黑体, names under each other.
fn present(lists: &[(String, String)], out: &mut String) {
    for (n, (label, names)) in lists.iter().enumerate() {
        let room = if n == 0 { below(1) } else { String::new() };
        let wide = halves(label) * CHAR / 2 + CHAR;
        let more = format!(
            "{room}<w:ind w:left=\"{}\" w:hanging=\"{wide}\"/>",
            2 * CHAR + wide
        );
        let runs = format!("{}{}", styled("RunHei", &format!("{label}：")), run(names));
        out.push_str(&paragraph("Enclosures", &more, &runs));
    }
}

/// Signature and date §7.3.5: under a seal in the middle of each other, without one at the right.
fn signed(document: &Document, out: &mut String) {
    let date = document.date.map(|day| day.long()).unwrap_or_default();
    let date_wide = halves(&date);
    let widest = document
        .signatures
        .iter()
        .map(|s| halves(s))
        .max()
        .unwrap_or(0);
    // from the right edge of the text block, in half characters
    let (date_from, name_from) = if document.sealed {
        let middle = (8 + date_wide / 2).max(widest / 2);
        (middle - date_wide / 2, middle - widest / 2)
    } else if date_wide > widest - 4 {
        (4, (4 + date_wide + 4 - widest).max(4))
    } else {
        (widest - date_wide, 4)
    };
    let right = |halves: i32| format!("<w:ind w:right=\"{}\"/>", halves * CHAR / 2);
    let room = below(if document.sealed { 2 } else { 1 });
    for (n, name) in document.signatures.iter().enumerate() {
        let from = right(name_from + (widest - halves(name)) / 2);
        let more = if n == 0 {
            format!("{room}{from}")
        } else {
            from
        };
        out.push_str(&paragraph("Signature", &more, &run(name)));
    }
    if !date.is_empty() {
        let from = right(date_from);
        let more = if document.signatures.is_empty() {
            format!("{room}{from}")
        } else {
            from
        };
        out.push_str(&paragraph("Date", &more, &run(&date)));
    }
}

/// 附件 §7.3.7: on a page of its own, the title in its third line.
fn drawn_annex(annex: &Annex, out: &mut String) {
    out.push_str(&paragraph(
        "AnnexLabel",
        "<w:pageBreakBefore/>",
        &run(&annex.label),
    ));
    let lines = [annex.title.clone()];
    title(&lines, 1, out);
    blocks(&annex.body, true, out);
}
