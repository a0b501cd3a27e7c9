//! The sheet: margins, grid, page numbers on odd and even pages (GB/T 9704-2012 §5, §7.5).
//! Not here: text.

use super::super::document::Form;
use super::super::set::marks;
use super::WORD;
use super::xml::{CHAR, LINE, WIDTH, paragraph, styled, twips};
use crate::kit::text::escaped;

/// Which pages a footer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Odd,
    Even,
    /// The first page of a letter: a red double rule, no number (§10.1).
    Letter,
}

/// The upper margin, mm: a letter's mark is 30 mm from the paper's edge.
pub(super) const fn top(form: Form) -> f64 {
    match form {
        Form::Letter => 30.0,
        _ => 37.0,
    }
}

/// The properties of the one section.
pub(super) fn section(form: Form) -> String {
    let letter = form == Form::Letter;
    // a letter's foot rule is 20 mm from the paper's edge
    let (bottom, foot) = if letter { (35.0, 20.0) } else { (35.0, 24.5) };
    let first = if letter {
        "<w:footerReference w:type=\"first\" r:id=\"rId6\"/>"
    } else {
        ""
    };
    format!(
        "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId4\"/><w:footerReference w:type=\"even\" r:id=\"rId5\"/>{first}\
<w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"{}\" w:right=\"{}\" w:bottom=\"{}\" w:left=\"{}\" w:header=\"851\" w:footer=\"{}\" w:gutter=\"0\"/>\
{}<w:docGrid w:type=\"lines\" w:linePitch=\"{LINE}\"/></w:sectPr>",
        twips(self::top(form)),
        11906 - twips(28.0) - WIDTH,
        twips(bottom),
        twips(28.0),
        twips(foot),
        if letter { "<w:titlePg/>" } else { "" }
    )
}

/// A footer.
pub(super) fn footer(side: Side) -> String {
    let inside = match side {
        Side::Odd => number(&format!(
            "<w:ind w:right=\"{CHAR}\"/><w:jc w:val=\"right\"/>"
        )),
        Side::Even => number(&format!("<w:ind w:left=\"{CHAR}\"/><w:jc w:val=\"left\"/>")),
        Side::Letter => paragraph(
            "PageNumber",
            // 170 mm long, so 7 mm further out on both sides: thin above thick
            &format!(
                "<w:pBdr><w:top w:val=\"thinThickSmallGap\" w:sz=\"18\" w:space=\"1\" w:color=\"FF0000\"/></w:pBdr><w:ind w:left=\"-{0}\" w:right=\"-{0}\"/>",
                twips(7.0)
            ),
            "",
        ),
    };
    format!("<w:ftr {WORD}>{inside}</w:ftr>")
}

/// — 1 —
fn number(more: &str) -> String {
    let mark = |kind: &str| format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
    let runs = [
        styled("", "— "),
        mark("begin"),
        "<w:r><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>".to_owned(),
        mark("separate"),
        "<w:r><w:t>1</w:t></w:r>".to_owned(),
        mark("end"),
        styled("", " —"),
    ];
    paragraph("PageNumber", more, &runs.concat())
}

/// `settings.xml`. What may not begin or end a line is what our own pages say, so that lines end alike.
pub(super) fn settings() -> String {
    let (closing, opening) = marks();
    let (closing, opening) = (escaped(closing), escaped(opening));
    format!(
        "<w:settings {WORD}><w:zoom w:percent=\"100\"/><w:bordersDoNotSurroundHeader/><w:bordersDoNotSurroundFooter/><w:defaultTabStop w:val=\"420\"/>\
<w:evenAndOddHeaders/><w:drawingGridHorizontalSpacing w:val=\"158\"/><w:drawingGridVerticalSpacing w:val=\"{LINE}\"/>\
<w:characterSpacingControl w:val=\"doNotCompress\"/><w:noLineBreaksAfter w:lang=\"zh-CN\" w:val=\"{opening}\"/>\
<w:noLineBreaksBefore w:lang=\"zh-CN\" w:val=\"{closing}\"/><w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/>\
<w:ulTrailSpace/><w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/><w:useFELayout/>\
<w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat>\
<w:themeFontLang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:settings>"
    )
}
