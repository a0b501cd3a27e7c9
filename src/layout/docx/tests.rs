//! DOCX files of a made document, read back part by part.

use super::super::document::{Annex, Block, Level};
use super::super::sample;
use super::*;
use crate::kit::unpack;

pub(super) fn document() -> Document {
    let paragraph = |level, lead, text: &str| Block::Paragraph {
        level,
        lead,
        text: text.into(),
    };
    let row = |cells: &[&str]| cells.iter().map(|c| (*c).to_owned()).collect();
    Document {
        form: Form::Ordinary,
        copy: Some("000001".into()),
        internal: false,
        urgency: Some("加急".into()),
        marks: vec!["白石镇人民政府文件".into()],
        number: "白政发〔2026〕5号".into(),
        signers: Vec::new(),
        title: vec!["关于做好2026年春季森林防火工作的通知".into()],
        addressee: "各村（社区），镇属各单位".into(),
        body: vec![
            paragraph(
                Level::Text,
                0,
                "为切实做好今年春季森林防火工作，保护人民群众生命财产和森林资源安全，根据有关法律法规，现将有关事项通知如下：",
            ),
            paragraph(Level::First, 6, "一、总体要求"),
            paragraph(
                Level::Second,
                8,
                "（一）压实责任。各村要把<责任>落实到户&到人，主要负责同志亲自抓、分管负责同志具体抓，层层签订责任书。",
            ),
            paragraph(Level::Third, 0, "1.加强巡护。护林员每天巡山不少于两次。"),
            Block::Table {
                head: true,
                rows: vec![
                    row(&["村名", "户数"]),
                    row(&["白石村", "312"]),
                    row(&["青山村"]),
                ],
            },
            paragraph(Level::Text, 0, "特此通知。"),
        ],
        enclosures: vec!["任务分解表".into(), "值班表".into()],
        signatures: vec!["白石镇人民政府".into()],
        date: "2026-03-10".parse().ok(),
        sealed: true,
        note: Some("此件公开发布".into()),
        annexes: vec![Annex {
            label: "附件1".into(),
            title: "任务分解表".into(),
            body: vec![paragraph(Level::Text, 0, "分解如下。")],
        }],
        copy_to: "县林业局，县应急管理局".into(),
        printer: "白石镇党政办公室".into(),
        printed_on: "2026-03-10".parse().ok(),
        present: Vec::new(),
    }
}

fn part(docx: &[u8], name: &str) -> String {
    String::from_utf8(unpack::entry(docx, name, 1 << 20).unwrap()).unwrap()
}

#[test]
fn words_stand_in_reading_order_in_named_styles() {
    let docx = write(&document(), &sample::fonts(), &sample::meta()).unwrap();
    assert_eq!(
        docx,
        write(&document(), &sample::fonts(), &sample::meta()).unwrap()
    );
    let body = part(&docx, "word/document.xml");
    let mut rest = body.as_str();
    for (style, words) in [
        ("Copy", "000001"),
        ("Urgency", "加急"),
        ("Mark", "白石镇人民政府文件"),
        ("Number", "白政发〔2026〕5号"),
        ("Title", "关于做好"),
        ("Addressee", "各村（社区），镇属各单位："),
        ("Body", "为切实做好"),
        ("First", "一、总体要求"),
        ("Second", "（一）压实责任"),
        ("RunText", "各村要把&lt;责任&gt;落实到户&amp;到人"),
        ("Third", "1.加强巡护"),
        ("Cell", "白石村"),
        ("Enclosures", "附件：1. 任务分解表"),
        ("Enclosures", "2. 值班表"),
        ("Signature", "白石镇人民政府"),
        ("Date", "2026年3月10日"),
        ("Note", "（此件公开发布）"),
        ("AnnexLabel", "附件1"),
        ("Imprint", "抄送：县林业局，县应急管理局。"),
        ("Imprint", "2026年3月10日印发"),
    ] {
        let at = rest
            .find(&format!("w:val=\"{style}\""))
            .ok_or(style)
            .unwrap();
        rest = rest.get(at..).unwrap();
        let at = rest.find(words).ok_or(words).unwrap();
        rest = rest.get(at..).unwrap();
    }
}

/// It is as wide as the text block: in a font a hair wider it must not be broken in two.
#[test]
fn the_mark_may_reach_beyond_the_text_block() {
    let mut head = String::new();
    let made = document();
    let pages = lay_out(&made, &crate::layout::font::fallback());
    super::head::draw(&made, &pages, &mut head);
    let mark = head
        .split("</w:p>")
        .find(|p| p.contains("\"Mark\""))
        .unwrap();
    assert!(
        mark.contains("<w:ind w:left=\"-680\" w:right=\"-680\"/>"),
        "{mark}"
    );
}

#[test]
fn the_sheet_is_the_standards() {
    let docx = write(&document(), &sample::fonts(), &sample::meta()).unwrap();
    let body = part(&docx, "word/document.xml");
    for words in [
        "w:w=\"11906\" w:h=\"16838\"",
        "w:top=\"2098\" w:right=\"1467\" w:bottom=\"1984\" w:left=\"1587\"",
        "w:linePitch=\"579\"",
        "<w:tblHeader/>",
        "<w:pageBreakBefore/>",
    ] {
        assert!(body.contains(words), "{words}");
    }
    let styles = part(&docx, "word/styles.xml");
    for id in body
        .split("Style w:val=\"")
        .skip(1)
        .map(|s| s.split('"').next().unwrap())
    {
        assert!(styles.contains(&format!("w:styleId=\"{id}\"")), "{id}");
    }
    for name in [
        "公文标题",
        "主送机关",
        "公文正文",
        "一级标题",
        "方正小标宋简体",
        "仿宋_GB2312",
        "楷体_GB2312",
        "黑体",
        "宋体",
    ] {
        assert!(styles.contains(name), "{name}");
    }
    assert!(part(&docx, "word/settings.xml").contains("<w:evenAndOddHeaders/>"));
}
