//! The styles by name, as a clerk finds them in the list of styles: 公文标题, 主送机关, 公文正文, 一级标题 and so on.
//! Not here: paragraphs. Invariant: every style used in the document is defined here.

use super::WORD;
use super::xml::LINE;

const BIAOSONG: &str = "方正小标宋简体";
const FANGSONG: &str = "仿宋_GB2312";
const HEITI: &str = "黑体";
const KAITI: &str = "楷体_GB2312";
const SONGTI: &str = "宋体";

/// One paragraph style.
struct Style {
    id: &'static str,
    name: &'static str,
    face: &'static str,
    /// Half points.
    size: i32,
    /// Its own properties, in the order of the schema.
    more: &'static str,
}

const TWO_IN: &str = "<w:ind w:firstLineChars=\"200\" w:firstLine=\"632\"/>";
const CENTRED: &str = "<w:jc w:val=\"center\"/>";

const STYLES: [Style; 20] = [
    style("Copy", "份号", FANGSONG, 32, ""),
    style("Urgency", "密级紧急程度", HEITI, 32, ""),
    style(
        "Mark",
        "发文机关标志",
        BIAOSONG,
        112,
        "<w:snapToGrid w:val=\"0\"/><w:jc w:val=\"center\"/>",
    ),
    style("Number", "发文字号", FANGSONG, 32, ""),
    style("Title", "公文标题", BIAOSONG, 44, CENTRED),
    style("Addressee", "主送机关", FANGSONG, 32, ""),
    style("Body", "公文正文", FANGSONG, 32, TWO_IN),
    style(
        "First",
        "一级标题",
        HEITI,
        32,
        "<w:ind w:firstLineChars=\"200\" w:firstLine=\"632\"/><w:outlineLvl w:val=\"0\"/>",
    ),
    style(
        "Second",
        "二级标题",
        KAITI,
        32,
        "<w:ind w:firstLineChars=\"200\" w:firstLine=\"632\"/><w:outlineLvl w:val=\"1\"/>",
    ),
    style(
        "Third",
        "三级标题",
        FANGSONG,
        32,
        "<w:ind w:firstLineChars=\"200\" w:firstLine=\"632\"/><w:outlineLvl w:val=\"2\"/>",
    ),
    style(
        "Fourth",
        "四级标题",
        FANGSONG,
        32,
        "<w:ind w:firstLineChars=\"200\" w:firstLine=\"632\"/><w:outlineLvl w:val=\"3\"/>",
    ),
    style("Centred", "居中正文", FANGSONG, 32, CENTRED),
    style("Enclosures", "附件说明", FANGSONG, 32, ""),
    style(
        "Signature",
        "发文机关署名",
        FANGSONG,
        32,
        "<w:jc w:val=\"right\"/>",
    ),
    style("Date", "成文日期", FANGSONG, 32, "<w:jc w:val=\"right\"/>"),
    style("Note", "附注", FANGSONG, 32, TWO_IN),
    style("AnnexLabel", "附件序号", HEITI, 32, ""),
    style(
        "Cell",
        "表格文字",
        FANGSONG,
        28,
        "<w:snapToGrid w:val=\"0\"/><w:spacing w:line=\"400\" w:lineRule=\"exact\"/><w:jc w:val=\"center\"/>",
    ),
    style("Imprint", "版记", FANGSONG, 28, ""),
    style(
        "PageNumber",
        "页码",
        SONGTI,
        28,
        "<w:snapToGrid w:val=\"0\"/><w:spacing w:line=\"240\" w:lineRule=\"auto\"/>",
    ),
];

const fn style(
    id: &'static str,
    name: &'static str,
    face: &'static str,
    size: i32,
    more: &'static str,
) -> Style {
    Style {
        id,
        name,
        face,
        size,
        more,
    }
}

/// Character styles: what follows a heading on its line, names of signers, labels of minutes.
const RUNS: [(&str, &str, &str); 4] = [
    ("RunText", "正文字", FANGSONG),
    ("RunHei", "黑体字", HEITI),
    ("RunKai", "楷体字", KAITI),
    ("RunSong", "小标宋字", BIAOSONG),
];

fn face(name: &str) -> String {
    format!(
        "<w:rFonts w:ascii=\"{name}\" w:hAnsi=\"{name}\" w:eastAsia=\"{name}\" w:cs=\"{name}\"/>"
    )
}

/// `styles.xml`.
pub(super) fn sheet() -> String {
    let mut out = format!(
        "<w:styles {WORD}><w:docDefaults><w:rPrDefault><w:rPr>{}<w:sz w:val=\"32\"/><w:szCs w:val=\"32\"/>\
<w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\" w:bidi=\"ar-SA\"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>\
<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:qFormat/><w:pPr>\
<w:widowControl w:val=\"0\"/><w:autoSpaceDE w:val=\"0\"/><w:autoSpaceDN w:val=\"0\"/><w:snapToGrid w:val=\"0\"/>\
<w:spacing w:before=\"0\" w:after=\"0\" w:line=\"{LINE}\" w:lineRule=\"exact\"/><w:jc w:val=\"both\"/></w:pPr></w:style>\
<w:style w:type=\"character\" w:default=\"1\" w:styleId=\"DefaultRun\"><w:name w:val=\"Default Paragraph Font\"/></w:style>",
        face(FANGSONG)
    );
    for s in &STYLES {
        // 28 characters of 16 pt are wider than 156 mm: each is set a fifth of a point closer
        let more = match (s.id, s.size) {
            ("Mark", _) => "<w:color w:val=\"FF0000\"/>",
            (_, 32) => "<w:spacing w:val=\"-4\"/>",
            _ => "",
        };
        out += &format!(
            "<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"{}\"><w:name w:val=\"{}\"/><w:basedOn w:val=\"Normal\"/><w:qFormat/>\
<w:pPr>{}</w:pPr><w:rPr>{}{more}<w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/></w:rPr></w:style>",
            s.id,
            s.name,
            s.more,
            face(s.face),
            size = s.size
        );
    }
    for (id, name, of) in RUNS {
        out += &format!(
            "<w:style w:type=\"character\" w:customStyle=\"1\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:rPr>{}</w:rPr></w:style>",
            face(of)
        );
    }
    out + "</w:styles>"
}

/// `fontTable.xml`: names a PC without these faces can put others for.
pub(super) fn fonts() -> String {
    let faces = [
        (BIAOSONG, "宋体"),
        (FANGSONG, "仿宋"),
        (HEITI, "SimHei"),
        (KAITI, "楷体"),
        (SONGTI, "SimSun"),
    ];
    let one = |(name, other): (&str, &str)| {
        format!(
            "<w:font w:name=\"{name}\"><w:altName w:val=\"{other}\"/><w:charset w:val=\"86\"/><w:family w:val=\"auto\"/><w:pitch w:val=\"default\"/></w:font>"
        )
    };
    let all: String = faces.into_iter().map(one).collect();
    format!("<w:fonts {WORD}>{all}</w:fonts>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_stands_once_with_its_chinese_name() {
        let sheet = sheet();
        for s in &STYLES {
            assert_eq!(
                sheet.matches(&format!("styleId=\"{}\"", s.id)).count(),
                1,
                "{}",
                s.id
            );
            assert_eq!(
                sheet
                    .matches(&format!("<w:name w:val=\"{}\"/>", s.name))
                    .count(),
                1,
                "{}",
                s.name
            );
        }
    }
}
