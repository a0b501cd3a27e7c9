//! Word files and pasted texts as offices have them, built here by hand.

#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::kit::unpack::stored_zip;

fn docx(body: &str) -> Vec<u8> {
    let numbering = r#"<w:numbering xmlns:w="w">
        <w:abstractNum w:abstractNumId="4">
          <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>
          <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:pStyle w:val="Second"/><w:lvlText w:val="（%2）"/></w:lvl>
          <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
          <w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%3.%4"/></w:lvl>
        </w:abstractNum>
        <w:abstractNum w:abstractNumId="5"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val=""/></w:lvl></w:abstractNum>
        <w:num w:numId="1"><w:abstractNumId w:val="4"/></w:num>
        <w:num w:numId="2"><w:abstractNumId w:val="4"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
        <w:num w:numId="3"><w:abstractNumId w:val="5"/></w:num></w:numbering>"#;
    let styles = r#"<w:styles xmlns:w="w">
        <w:style w:type="paragraph" w:default="1" w:styleId="a"/>
        <w:style w:type="paragraph" w:styleId="Middle"><w:pPr><w:jc w:val="center"/></w:pPr><w:rPr><w:sz w:val="44"/></w:rPr></w:style>
        <w:style w:type="paragraph" w:styleId="Title"><w:basedOn w:val="Middle"/></w:style>
        <w:style w:type="paragraph" w:styleId="Second"><w:basedOn w:val="Second"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
        </w:styles>"#;
    let document = format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    stored_zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", document.as_bytes()),
        ("word/numbering.xml", numbering.as_bytes()),
        ("word/styles.xml", styles.as_bytes()),
        (
            "word/header1.xml",
            "<w:hdr><w:p><w:t>页眉</w:t></w:p></w:hdr>".as_bytes(),
        ),
    ])
}

fn p(properties: &str, text: &str) -> String {
    format!(
        "<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>"
    )
}

fn numbered(list: u32, level: u32, text: &str) -> String {
    let properties =
        format!("<w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{list}\"/></w:numPr>");
    p(&properties, text)
}

fn text_of(body: &str) -> String {
    written(&docx(body)).unwrap().text()
}

#[test]
fn numbers_are_counted_as_word_does() {
    let body = [
        p("", "　　各村："),
        numbered(1, 0, "总体要求"),
        p("<w:pStyle w:val=\"Second\"/>", "提高认识"),
        numbered(1, 1, "加强领导"),
        numbered(1, 2, "明确分工"),
        numbered(1, 3, "到人"),
        numbered(1, 0, "工作任务"),
        numbered(1, 1, "又从一起"),
        numbered(2, 0, "另一张单子"),
        numbered(3, 0, "圆点不是编号"),
        numbered(0, 0, "取消了编号"),
    ];
    assert_eq!(
        text_of(&body.concat()),
        "各村：\n一、总体要求\n（一）提高认识\n（二）加强领导\n1.明确分工\n1.1.1 到人\n二、工作任务\n（一）又从一起\n\
         一、另一张单子\n圆点不是编号\n取消了编号\n"
    );
}

#[test]
fn a_title_of_two_lines_is_one_and_its_middle_is_known() {
    let title = "<w:pStyle w:val=\"Title\"/>";
    let body = [
        p("<w:jc w:val=\"center\"/>", "砚台镇人民政府文件"),
        p(title, "关于开展燃气安全"),
        p(title, "检查的通知"),
        p(title, "（征求意见稿）"),
        p(&format!("{title}<w:jc w:val=\"left\"/>"), "正文"),
    ];
    let all = written(&docx(&body.concat())).unwrap();
    let lines: Vec<(&str, bool)> = all
        .blocks
        .iter()
        .filter_map(|b| match b {
            Block::Line(l) => Some((l.text.as_str(), l.centred)),
            Block::Table(_) => None,
        })
        .collect();
    assert_eq!(
        lines,
        [
            ("砚台镇人民政府文件", true),
            ("关于开展燃气安全检查的通知", true),
            ("（征求意见稿）", true),
            ("正文", false)
        ]
    );
}

#[test]
fn changes_are_taken_as_accepted() {
    let body = "<w:p><w:r><w:t>拨付</w:t></w:r><w:del w:id=\"1\"><w:r><w:delText>三</w:delText><w:t>三</w:t></w:r></w:del>\
        <w:ins w:id=\"2\"><w:r><w:t>五</w:t></w:r></w:ins><w:r><w:t>万元</w:t></w:r>\
        <w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom></w:p>\
        <w:p><w:pPr><w:rPr><w:del w:id=\"3\"/></w:rPr></w:pPr><w:r><w:t>上一段</w:t></w:r></w:p>\
        <w:p><w:r><w:t>并到这里</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r></w:p>";
    let all = written(&docx(body)).unwrap();
    assert_eq!(all.text(), "拨付五万元\n上一段并到这里\n");
    assert_eq!(all.left_out, ["修订痕迹（已按接受修订后的文字取）"]);
}

#[test]
fn tables_keep_their_columns_and_frames_are_no_tables() {
    let tc = |properties: &str, text: &str| {
        format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", p("", text))
    };
    let rows = [
        tc("", "村名") + &tc("<w:gridSpan w:val=\"2\"/>", "户数|人"),
        tc("<w:vMerge w:val=\"restart\"/>", "柳溪")
            + &tc("", "12")
            + &format!("<w:tc>{}{}</w:tc>", p("", "甲"), p("", "乙")),
        tc("<w:vMerge/>", "") + &tc("", "13") + &tc("", ""),
    ];
    let rows: String = rows.iter().map(|r| format!("<w:tr>{r}</w:tr>")).collect();
    let frame = format!("<w:tbl><w:tr>{}</w:tr></w:tbl>", tc("", "抄送：县委办。"));
    let body = p("", "表：") + &format!("<w:tbl>{rows}</w:tbl>") + &frame;
    assert_eq!(
        text_of(&body),
        "表：\n| 村名 | 户数｜人 |  |\n| 柳溪 | 12 | 甲乙 |\n|  | 13 |  |\n抄送：县委办。\n"
    );
}

#[test]
fn what_is_not_text_is_left_out_and_said() {
    let body = p("<w:tabs><w:tab w:val=\"left\"/></w:tabs>", "正文")
        + "<w:p><w:r><mc:AlternateContent><mc:Choice><w:drawing><a:blip/><w:txbxContent><w:p><w:r><w:t>框里</w:t></w:r></w:p></w:txbxContent></w:drawing></mc:Choice>\
           <mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>框里</w:t></w:r></w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>\
           <w:p><w:r><w:t>第</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>一</w:t><w:tab/><w:t>行</w:t><w:br/><w:t>第二行</w:t><w:br w:type=\"page\"/></w:r></w:p>";
    let all = written(&docx(&body)).unwrap();
    assert_eq!(all.text(), "正文\n第一 行\n第二行\n");
    assert_eq!(all.left_out, ["图片", "文本框里的文字"]);
}

#[test]
fn what_is_pasted_from_word_is_cleaned() {
    let pasted = "<html xmlns:o=\"urn\"><head><style>p{color:red}</style></head><body lang=ZH-CN>\n<!--StartFragment-->\
        <p class=MsoNormal align=center style='text-align:center'><b><span lang=ZH-CN>关于燃气\n安全的通知</span></b><o:p></o:p></p>\
        <p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>一、<span>&nbsp;&nbsp;</span></span><![endif]>总体&amp;要求 PM\n2.5</p>\
        <script>alert(1)</script><table><tr><td><p>村名</p></td><td colspan=2>户数</td></tr><tr><td>柳溪<td>1<td>2</table>\
        <ol start=3><li>三件事<li>四件事</ol><ul><li>·&nbsp;一点</ul>尾<!--EndFragment--></body></html>";
    assert_eq!(
        clean(pasted),
        "关于燃气安全的通知\n一、总体&要求 PM 2.5\n| 村名 | 户数 |  |\n| 柳溪 | 1 | 2 |\n3.三件事\n4.四件事\n一点\n尾\n"
    );
    assert_eq!(clean("　　一、甲\r\n\r\n乙 <30 吨"), "一、甲\n乙 <30 吨\n");
    assert_eq!(
        clean("名单：\n村名\t户数\n柳溪\t12\n共\t两\t列\n完"),
        "名单：\n| 村名 | 户数 |\n| 柳溪 | 12 |\n共 两 列\n完\n"
    );
}

#[test]
fn a_file_that_is_no_text_says_what_to_do() {
    let says = |bytes: &[u8]| written(bytes).unwrap_err().to_string();
    assert!(says(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").contains("另存为"));
    assert!(says(b"%PDF-1.4").contains("PDF"));
    assert!(says(b"").contains("空"));
    assert!(says(&docx("")).contains("没有读到文字"));
    let whole = docx(&p("", "正文"));
    assert!(says(whole.get(..whole.len() / 2).unwrap()).contains("docx"));
    assert_eq!(
        written("一、甲\n乙".as_bytes()).unwrap().text(),
        "一、甲\n乙\n"
    );
}

#[test]
fn hostile_ones_come_to_an_end() {
    let deep = "<w:tbl><w:tr><w:tc>".repeat(200_000);
    let _ = written(&docx(&deep));
    let _ = written(&docx(&"&".repeat(3_000_000)));
    let _ = clean(&format!("<p>{}", "<ol><li>".repeat(300_000)));
    let _ = clean(&format!("<p>{}", "<td colspan=99999999>甲".repeat(100_000)));
    let wide = format!(
        "<w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"99999999\"/></w:tcPr>{}</w:tc></w:tr>",
        p("", "甲")
    );
    let all = written(&docx(&format!("<w:tbl>{}</w:tbl>", wide.repeat(20_000)))).unwrap();
    assert!(all.left_out.contains(&"文字太长，后面的没有取"));
    let long = written("长".repeat(MOST_CHARS * 2).as_bytes()).unwrap();
    assert!(!long.left_out.is_empty());
}
