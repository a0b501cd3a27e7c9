//! The text of a document: title to note, annexes, imprint. Not here: what stands above the title.

use super::super::document::{Annex, Block, Document, Form, Level};
use super::table;
use super::xml::{CHAR, below, halves, lines, paragraph, room, run, styled};
use crate::layout::font::Fonts;
use crate::layout::set::title_lines;

/// Writes it; the first line begins `from` below the head, in twips.
pub(super) fn draw(document: &Document, (fonts, from): (&Fonts, i32), out: &mut String) {
    // an order has no title §10.2
    let titled = document.form != Form::Order;
    if titled {
        let lines = title_lines(&document.title, fonts);
        title(&lines, &room(from), out);
    }
    let first = if titled { below(1) } else { room(from) };
    if !document.addressee.is_empty() {
        out.push_str(&paragraph(
            "Addressee",
            &first,
            &run(&format!("{}：", document.addressee)),
        ));
    }
    let first = document.addressee.is_empty().then_some(first);
    let closes = !document.signatures.is_empty() || document.date.is_some();
    blocks(
        &document.body,
        (
            &first.unwrap_or_default(),
            closes && document.enclosures.is_empty(),
        ),
        out,
    );
    enclosures(&document.enclosures, out);
    if document.form == Form::Minutes {
        present(&document.present, out);
    }
    signed(document, out);
    if let Some(note) = &document.note {
        out.push_str(&paragraph("Note", "", &run(&format!("（{note}）"))));
    }
    for annex in &document.annexes {
        drawn_annex(annex, fonts, out);
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

/// One paragraph, its lines broken where our pages break them: the shape is the standard's, and no other program knows it.
fn title(all: &[String], room: &str, out: &mut String) {
    if !all.is_empty() {
        out.push_str(&paragraph("Title", room, &lines(all)));
    }
}

/// Paragraphs and tables, `first` above the first; where they are `signed` the last of several stays with what follows.
fn blocks(blocks: &[Block], (first, signed): (&str, bool), out: &mut String) {
    for (n, block) in blocks.iter().enumerate() {
        let last = signed && n > 0 && n + 1 == blocks.len();
        let keep = if last { "<w:keepNext/>" } else { "" };
        let more = if n == 0 { first } else { keep };
        match block {
            Block::Paragraph { level, lead, text } => {
                out.push_str(&text_of(*level, *lead, text, more))
            }
            Block::Centred(text) => {
                let more = format!("<w:keepNext/>{}", more.trim_start_matches("<w:keepNext/>"));
                out.push_str(&paragraph("Centred", &more, &run(text)));
            }
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
    // a heading of its own is not left at a page's foot
    let kept = !more.contains("keepNext")
        && rest.is_empty()
        && matches!(level, Level::First | Level::Second);
    let keep = if kept { "<w:keepNext/>" } else { "" };
    paragraph(
        style,
        &format!("{keep}{more}"),
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
            format!("<w:keepNext/>{room}{from}")
        } else {
            format!("<w:keepNext/>{from}")
        };
        out.push_str(&paragraph("Signature", &more, &run(name)));
    }
    if !date.is_empty() {
        let from = right(date_from);
        let keep = if document.note.is_some() {
            "<w:keepNext/>"
        } else {
            ""
        };
        let more = if document.signatures.is_empty() {
            format!("{keep}{room}{from}")
        } else {
            format!("{keep}{from}")
        };
        out.push_str(&paragraph("Date", &more, &run(&date)));
    }
}

/// 附件 §7.3.7: on a page of its own, the title in its third line.
fn drawn_annex(annex: &Annex, fonts: &Fonts, out: &mut String) {
    const FRESH: &str = "<w:pageBreakBefore/>";
    let lines = title_lines(std::slice::from_ref(&annex.title), fonts);
    // a text that is issued has no label: its title begins the page
    if annex.label.is_empty() && !lines.is_empty() {
        title(&lines, FRESH, out);
    } else {
        out.push_str(&paragraph("AnnexLabel", FRESH, &run(&annex.label)));
        title(&lines, &below(1), out);
    }
    blocks(&annex.body, (&below(1), false), out);
}
