//! Paragraphs and runs as WordprocessingML, and the paper's measures in its unit, the twentieth of a point.
//! Not here: which paragraphs there are. Invariant: what is typed is escaped here and nowhere else.

use crate::kit::text::escaped;

/// 22 lines on 225 mm: 28.95 pt.
pub(super) const LINE: i32 = 579;
/// 28 characters on 156 mm.
pub(super) const CHAR: i32 = 316;
/// The text block's width: 28 characters of 16 pt, each a fifth of a point closer (a twentieth is the finest there is), and
/// a hair, so that rounding parts none of them; 0.1 mm more than 156.
pub(super) const WIDTH: i32 = 8852;

/// Millimetres as twips.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a length on paper; a cast saturates"
)]
pub(super) fn twips(mm: f64) -> i32 {
    (mm * 1440.0 / 25.4).round() as i32
}

/// A paragraph of a style; `more` are its own properties in the order of the schema after `pStyle`.
pub(super) fn paragraph(style: &str, more: &str, runs: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{more}</w:pPr>{runs}</w:p>")
}

/// Words in the paragraph's face.
pub(super) fn run(text: &str) -> String {
    words("", "", text)
}

/// Words in a character style.
pub(super) fn styled(style: &str, text: &str) -> String {
    if style.is_empty() {
        return words("", "", text);
    }
    words(&format!("<w:rStyle w:val=\"{style}\"/>"), "", text)
}

/// Words with properties of their own, in the order of the schema after `rFonts`.
pub(super) fn run_with(more: &str, text: &str) -> String {
    words("", more, text)
}

/// Marks that both scripts have (“ ” … —) are Chinese ones: the hint says so.
fn words(before: &str, after: &str, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let one = |c: char| if c.is_control() { ' ' } else { c };
    let text: String = text.chars().map(one).collect();
    format!(
        "<w:r><w:rPr>{before}<w:rFonts w:hint=\"eastAsia\"/>{after}</w:rPr><w:t xml:space=\"preserve\">{}</w:t></w:r>",
        escaped(&text)
    )
}

/// Lines of one paragraph, broken by hand.
pub(super) fn lines(all: &[String]) -> String {
    let all: Vec<String> = all.iter().map(|l| run(l)).collect();
    all.join("<w:r><w:br/></w:r>")
}

/// Room above, in twips.
pub(super) fn room(twips: i32) -> String {
    format!("<w:spacing w:before=\"{}\"/>", twips.max(0))
}

/// Room above, in lines of the grid.
pub(super) fn below(lines: i32) -> String {
    format!("<w:spacing w:before=\"{}\"/>", lines * LINE)
}

/// Width in half characters, as the grid counts: ASCII is half as wide.
pub(super) fn halves(text: &str) -> i32 {
    let all = text.chars().map(|c| if c.is_ascii() { 1 } else { 2 });
    all.sum()
}
