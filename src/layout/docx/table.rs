//! Tables of the text, and the two tables of the form itself: marks of a joint document, imprint (版记).
//! Not here: paragraphs outside them.

use super::xml::{CHAR, WIDTH, halves, paragraph, run, run_with, twips};

/// A border: thickness in eighths of a point.
fn border(side: &str, eighths: i32) -> String {
    if eighths == 0 {
        return format!("<w:{side} w:val=\"nil\"/>");
    }
    format!("<w:{side} w:val=\"single\" w:sz=\"{eighths}\" w:space=\"0\" w:color=\"000000\"/>")
}

/// A table of the text; the first row stands again on each page where it is a head.
pub(super) fn of(head: bool, rows: &[Vec<String>]) -> String {
    let widths = widths(rows);
    if widths.is_empty() {
        return String::new();
    }
    let borders: String = ["top", "left", "bottom", "right", "insideH", "insideV"]
        .map(|side| border(side, 6))
        .concat();
    let mut out = format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{WIDTH}\" w:type=\"dxa\"/><w:jc w:val=\"center\"/><w:tblBorders>{borders}</w:tblBorders>\
<w:tblLayout w:type=\"fixed\"/></w:tblPr>{}",
        grid(&widths)
    );
    for (n, row) in rows.iter().enumerate() {
        let again = if head && n == 0 { "<w:tblHeader/>" } else { "" };
        out += &format!("<w:tr><w:trPr><w:cantSplit/>{again}</w:trPr>");
        for (column, width) in widths.iter().enumerate() {
            let text = row.get(column).map_or("", String::as_str);
            let inside = paragraph("Cell", "", &run(text));
            out += &cell(*width, "<w:vAlign w:val=\"center\"/>", &inside);
        }
        out += "</w:tr>";
    }
    out + "</w:tbl>"
}

fn grid(widths: &[i32]) -> String {
    let columns: String = widths
        .iter()
        .map(|w| format!("<w:gridCol w:w=\"{w}\"/>"))
        .collect();
    format!("<w:tblGrid>{columns}</w:tblGrid>")
}

fn cell(width: i32, more: &str, inside: &str) -> String {
    format!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{more}</w:tcPr>{inside}</w:tc>")
}

/// Columns by their longest cell, none narrower than a fifth of an even share.
fn widths(rows: &[Vec<String>]) -> Vec<i32> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let longest = |column: usize| {
        let cells = rows.iter().filter_map(|r| r.get(column));
        cells.map(|c| halves(c).clamp(2, 60)).max().unwrap_or(2) + 2
    };
    let weights: Vec<i32> = (0..columns).map(longest).collect();
    let all = weights.iter().sum::<i32>().max(1);
    let even = WIDTH / i32::try_from(columns.max(1)).unwrap_or(1);
    let mut widths: Vec<i32> = weights
        .iter()
        .map(|w| (WIDTH * w / all).max(even / 5))
        .collect();
    let rest = WIDTH - widths.iter().sum::<i32>();
    if let Some(widest) = widths.iter_mut().max() {
        *widest += rest;
    }
    widths
}

/// Marks of a joint document: the organs one below the other, each as wide as the widest, 文件 beside them in the middle.
pub(super) fn marks(organs: &[&str], word: bool, (mark, pitch): (i32, i32)) -> String {
    let right = if word { mark * 10 * 2 + 400 } else { 0 };
    let widths = if word {
        vec![WIDTH - right, right]
    } else {
        vec![WIDTH]
    };
    let mut out = format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{WIDTH}\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/></w:tblPr>{}",
        grid(&widths)
    );
    let line = format!("<w:spacing w:line=\"{pitch}\" w:lineRule=\"exact\"/>");
    for (n, organ) in organs.iter().enumerate() {
        let left = paragraph(
            "Mark",
            &format!("{line}<w:jc w:val=\"distribute\"/>"),
            &sized(mark, organ),
        );
        out += "<w:tr>";
        out += &cell(WIDTH - right, "", &left);
        if word {
            let (merge, text) = if n == 0 {
                ("restart", "文件")
            } else {
                ("continue", "")
            };
            let more = format!("<w:vMerge w:val=\"{merge}\"/><w:vAlign w:val=\"center\"/>");
            out += &cell(right, &more, &paragraph("Mark", &line, &sized(mark, text)));
        }
        out += "</w:tr>";
    }
    out + "</w:tbl>"
}

/// A run of so many half points.
fn sized(half_points: i32, text: &str) -> String {
    run_with(
        &format!("<w:sz w:val=\"{half_points}\"/><w:szCs w:val=\"{half_points}\"/>"),
        text,
    )
}

/// 版记 §7.4: on the last page, at its foot, thick rules outside and thin ones between.
pub(super) fn imprint(copy_to: &str, printer: &str, printed: &str) -> String {
    let mut rows = Vec::new();
    if !copy_to.is_empty() {
        let hang = format!("<w:ind w:left=\"{}\" w:hanging=\"840\"/>", CHAR + 840);
        let stop = if copy_to.ends_with('。') { "" } else { "。" };
        rows.push(paragraph(
            "Imprint",
            &hang,
            &run(&format!("抄送：{copy_to}{stop}")),
        ));
    }
    if !printer.is_empty() || !printed.is_empty() {
        let more = format!(
            "<w:tabs><w:tab w:val=\"right\" w:pos=\"{}\"/></w:tabs><w:ind w:left=\"{CHAR}\"/>",
            WIDTH - CHAR
        );
        let runs = format!("{}<w:r><w:tab/></w:r>{}", run(printer), run(printed));
        rows.push(paragraph("Imprint", &more, &runs));
    }
    if rows.is_empty() {
        return String::new();
    }
    let sides = [
        ("top", 8),
        ("left", 0),
        ("bottom", 8),
        ("right", 0),
        ("insideH", 6),
        ("insideV", 0),
    ];
    let borders: String = sides.map(|(side, eighths)| border(side, eighths)).concat();
    let mut out = format!(
        "<w:tbl><w:tblPr><w:tblpPr w:leftFromText=\"0\" w:rightFromText=\"0\" w:vertAnchor=\"margin\" w:horzAnchor=\"page\" w:tblpX=\"{}\" w:tblpYSpec=\"bottom\"/>\
<w:tblOverlap w:val=\"never\"/><w:tblW w:w=\"{WIDTH}\" w:type=\"dxa\"/><w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type=\"fixed\"/>\
<w:tblCellMar><w:left w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"0\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr>{}",
        twips(28.0),
        grid(&[WIDTH])
    );
    for row in rows {
        out += &format!("<w:tr>{}</w:tr>", cell(WIDTH, "", &row));
    }
    out + "</w:tbl>"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_fill_the_measure_and_none_vanishes() {
        let row = |cells: &[&str]| cells.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>();
        let rows = [
            row(&["序号", "村名", "说明"]),
            row(&["1", "白石村", &"长".repeat(80)]),
        ];
        let widths = widths(&rows);
        assert_eq!(widths.iter().sum::<i32>(), WIDTH);
        assert!(widths.iter().all(|w| *w >= WIDTH / 15), "{widths:?}");
        assert!(of(true, &[]).is_empty());
    }
}
