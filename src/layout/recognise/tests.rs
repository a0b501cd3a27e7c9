//! Invented texts of a town taken apart, and what must not be mistaken. Not here: real documents, which `tests/it/laid.rs` reads.
//! Invariant: nothing that was written is lost.

use super::*;
use crate::layout::document::Level;

const NOTICE: &str = "关于开展春季森林防火隐患排查整治的通知
砚政发〔2026〕7号
各村民委员会，镇属各部门：
　　为切实做好森林防火工作，现将有关事项通知如下：
一、排查范围
全镇五个村的林区、林缘。
（一）自查。3月11日至13日，各村逐处登记。
1.填写排查表
（1）由村负责人签字
特此通知。
附件：1.森林防火隐患排查表
2.清明期间值守安排
砚田镇人民政府
2026年3月11日
（联系人：范未然，电话：5550119）
抄送：墨川县应急管理局。
砚田镇党政综合办公室　　2026年3月12日印发
附件1
森林防火隐患排查表
| 村名 | 隐患 |
| 东村 | 2处 |
附件2
清明期间值守安排
各村值守人员名单。";

fn leads(blocks: &[Block]) -> Vec<(Level, usize)> {
    let lead = |b: &Block| match b {
        Block::Paragraph { level, lead, .. } => Some((*level, *lead)),
        _ => None,
    };
    blocks.iter().filter_map(lead).collect()
}

#[test]
fn a_notice_is_taken_apart() {
    let found = recognise(NOTICE);
    assert_eq!(found.title, ["关于开展春季森林防火隐患排查整治的通知"]);
    assert_eq!(found.number, "砚政发〔2026〕7号");
    assert_eq!(found.addressee, "各村民委员会，镇属各部门");
    assert_eq!(
        leads(&found.body),
        [
            (Level::Text, 0),
            (Level::First, 6),
            (Level::Text, 0),
            (Level::Second, 6),
            (Level::Third, 7),
            (Level::Fourth, 10),
            (Level::Text, 0),
        ]
    );
    assert_eq!(found.enclosures, ["森林防火隐患排查表", "清明期间值守安排"]);
    assert_eq!(found.signatures, ["砚田镇人民政府"]);
    assert_eq!(found.date, Day::new(2026, 3, 11));
    assert_eq!(found.note.as_deref(), Some("联系人：范未然，电话：5550119"));
    assert_eq!(found.copy_to, "墨川县应急管理局");
    assert_eq!(found.printer, "砚田镇党政综合办公室");
    assert_eq!(found.printed_on, Day::new(2026, 3, 12));
    let labels: Vec<_> = found
        .annexes
        .iter()
        .map(|a| (a.label.as_str(), a.title.as_str()))
        .collect();
    assert_eq!(
        labels,
        [
            ("附件1", "森林防火隐患排查表"),
            ("附件2", "清明期间值守安排")
        ]
    );
    assert!(
        matches!(&found.annexes[0].body[0], Block::Table { head: true, rows } if rows.len() == 2)
    );
}

#[test]
fn a_known_title_is_taken_over_its_lines() {
    let text = "关于做好今年防汛\n抗旱工作的安排\n各村：\n请抓好落实。";
    let found = recognise_titled(text, "关于做好今年防汛抗旱工作的安排");
    assert_eq!(found.title, ["关于做好今年防汛", "抗旱工作的安排"]);
    assert_eq!(found.addressee, "各村");
    assert_eq!(
        recognise_titled(text, "另一个题目").title,
        Vec::<String>::new()
    );
}

#[test]
fn a_text_issued_with_the_document_stands_by_itself() {
    let text = "关于印发《砚田镇公章管理办法》的通知\n各办：\n现将办法印发给你们。\n砚田镇人民政府\n二〇二六年三月十一日\n\
                （此件公开发布）\n砚田镇公章管理办法\n第一章　总则\n第一条 为了规范用印。";
    let found = recognise(text);
    assert_eq!(found.date, Day::new(2026, 3, 11));
    assert_eq!(found.note.as_deref(), Some("此件公开发布"));
    let issued = &found.annexes[0];
    assert_eq!(
        (issued.label.as_str(), issued.title.as_str()),
        ("", "砚田镇公章管理办法")
    );
    assert_eq!(issued.body[0], Block::Centred("第一章　总则".into()));
    assert_eq!(found.body.len(), 1);
}

/// The title and the signature stand in the form, as on a letterhead; the date alone parts the notice from what it issues.
#[test]
fn a_date_without_a_signature_parts_the_issued_text_from_the_notice() {
    let text = "《砚田镇公章管理办法》已经镇长办公会通过，现印发给你们。\n特此通知\n2026年3月11日\n\
                砚田镇公章管理办法\n第一条 为了规范用印。";
    let title = "砚田镇人民政府关于印发《砚田镇 公章管理办法》的通知";
    let found = recognise_titled(text, title);
    assert_eq!(found.date, Day::new(2026, 3, 11));
    assert_eq!(found.body.len(), 2);
    assert_eq!(found.annexes[0].title, "砚田镇公章管理办法");
    // a day between two sentences is text
    let within = recognise_titled("会议定于以下日期召开。\n2026年3月11日\n请准时参加。", title);
    assert_eq!((within.date, within.body.len()), (None, 3));
}

#[test]
fn joint_signatures_are_read_one_a_line_and_side_by_side() {
    let one = recognise("正文一句。\n墨川县农业局\n墨川县水利局\n2026年3月1日");
    assert_eq!(one.signatures, ["墨川县农业局", "墨川县水利局"]);
    let beside = recognise(
        "正文一句。\n墨川县人民政府      墨川县人民政府\n东街道办事处    西街道办事处\n2026年3月1日",
    );
    assert_eq!(
        beside.signatures,
        ["墨川县人民政府东街道办事处", "墨川县人民政府西街道办事处"]
    );
}

#[test]
fn one_enclosure_has_no_number_and_several_may_share_a_line() {
    let one = recognise("正文一句。\n附件：值班表");
    assert_eq!(one.enclosures, ["值班表"]);
    let shared = recognise("正文一句。\n附件：1.值班表；2.通讯录");
    assert_eq!(shared.enclosures, ["值班表", "通讯录"]);
    let labelled =
        recognise("正文一句。\n附件1：值班表\n附件2：通讯录\n砚田镇人民政府\n2026年3月1日");
    assert_eq!(labelled.enclosures, ["值班表", "通讯录"]);
    let within = recognise("附件：值班表\n以上请执行。");
    assert!(within.enclosures.is_empty() && within.body.len() == 2);
}

#[test]
fn numbers_and_sentences_are_no_headings() {
    let body = recognise("1.5万元由镇财政承担。\n一、将第四条中的“土地所”修改为“城建中心”，自印发之日起施行，请各村各部门遵照执行，不得擅自更改。").body;
    assert_eq!(leads(&body), [(Level::Text, 0), (Level::First, 0)]);
}

#[test]
fn who_was_present_is_read_off_the_end() {
    let found = recognise("会议议定以下事项。\n出席：苏简、范未然\n列席：宋小笺");
    let present: Vec<_> = found
        .present
        .iter()
        .map(|(l, n)| (l.as_str(), n.as_str()))
        .collect();
    assert_eq!(present, [("出席", "苏简、范未然"), ("列席", "宋小笺")]);
}

/// Every visible character of a text is in some element.
#[test]
fn nothing_is_lost() {
    let found = recognise(NOTICE);
    let said = format!("{found:?}");
    for word in [
        "森林防火隐患排查表",
        "逐处登记",
        "值守人员名单",
        "东村",
        "特此通知",
        "5550119",
    ] {
        assert!(said.contains(word), "{word}");
    }
}

#[test]
fn hostile_texts_end() {
    for text in [
        "",
        "\n\n",
        "附件",
        "附件1\n附件2",
        "：",
        "（）",
        "|",
        "|||",
        "一、",
        "1.",
        "第章",
        "印发",
        "2026年3月1日",
    ] {
        let _ = recognise(text);
    }
    let _ = recognise(&"附件：".repeat(20_000));
    let _ = recognise(&"（".repeat(50_000));
    let _ = recognise(&"一、\n".repeat(50_000));
}
