//! Each rule finds what it names and lets a sound document be.

use super::*;
use crate::layout::document::{Annex, Block, Form, Level};

fn day(y: i16, m: i8, d: i8) -> Day {
    Day::new(y, m, d).unwrap()
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph {
        level: Level::Text,
        lead: 0,
        text: text.to_owned(),
    }
}

/// A sound document and its text.
fn sound() -> (Document, String) {
    let text = "为做好春季森林防火工作，根据《墨川县森林防火办法》（墨政发〔2026〕3号）要求，现将有关事项通知如下：\n\
        一、排查范围\n（一）全镇五个村的林区、林缘。\n（二）集中祭扫点。\n二、时间安排\n1.2026年3月11日至13日，各村登记。\n\
        2.3月14日至31日，整改3～5处。\n特此通知。\n附件：1.森林防火隐患排查表\n2.清明期间值守安排\n砚田镇人民政府\n2026年3月11日";
    let document = Document {
        form: Form::Ordinary,
        copy: None,
        internal: false,
        urgency: None,
        marks: vec!["砚田镇人民政府文件".into()],
        number: "砚政发〔2026〕7号".into(),
        signers: Vec::new(),
        title: vec!["砚田镇人民政府关于开展春季森林防火隐患排查整治的通知".into()],
        addressee: "各村民委员会，镇属各部门".into(),
        body: text.lines().take(8).map(paragraph).collect(),
        enclosures: vec!["森林防火隐患排查表".into(), "清明期间值守安排".into()],
        signatures: vec!["砚田镇人民政府".into()],
        date: Some(day(2026, 3, 11)),
        sealed: true,
        note: None,
        annexes: Vec::new(),
        copy_to: "墨川县应急管理局".into(),
        printer: "砚田镇党政综合办公室".into(),
        printed_on: Some(day(2026, 3, 11)),
        present: Vec::new(),
    };
    (document, text.to_owned())
}

fn look(document: &Document, text: &str, kind: &str) -> Vec<Finding> {
    let files = vec!["a.pdf".to_owned(), "b.pdf".to_owned()];
    check(&Subject {
        document,
        text,
        kind,
        files: Some(&files),
        openness: Some("主动公开"),
        today: day(2026, 3, 11),
    })
}

fn ids(found: &[Finding]) -> Vec<&'static str> {
    found.iter().map(|f| f.rule).collect()
}

#[test]
fn a_sound_document_is_let_be() {
    let (document, text) = sound();
    assert_eq!(look(&document, &text, "通知"), Vec::new());
}

/// A text that breaks a rule, and what its mends make of it.
const LINES: [(&str, &str, &str); 27] = [
    ("此页无正文。", "body", "此页无正文。"),
    ("2026年03月11日", "own-date", "2026年3月11日"),
    ("二〇二六年三月十一日", "own-date", "2026年3月11日"),
    (
        "请于2026年03月01日前报送。",
        "date-zero",
        "请于2026年3月1日前报送。",
    ),
    (
        "会议定于2月30日召开。",
        "date-real",
        "会议定于2月30日召开。",
    ),
    ("请于4月8日前报送。", "date-year", "请于4月8日前报送。"),
    ("今年以来成效明显。", "relative-day", "今年以来成效明显。"),
    (
        "按照《办法》（墨政发[2026]第03号）办理。",
        "cited-number",
        "按照《办法》（墨政发〔2026〕3号）办理。",
    ),
    (
        "根据墨应急发〔2026〕12号要求，请各村抓紧办理。",
        "cited-title",
        "根据墨应急发〔2026〕12号要求，请各村抓紧办理。",
    ),
    ("1、各村登记。", "level-form", "1.各村登记。"),
    ("(一)各村登记。", "level-form", "（一）各村登记。"),
    ("（一）、各村登记。", "level-form", "（一）各村登记。"),
    ("一、登记\n三、整改", "level-order", "一、登记\n三、整改"),
    ("各村登记,逐处填写。", "half-width", "各村登记，逐处填写。"),
    ("各村(社区)登记。", "half-width", "各村（社区）登记。"),
    (
        "开展\"回头看\"行动。",
        "straight-quotes",
        "开展“回头看”行动。",
    ),
    ("各村登记。。", "doubled-mark", "各村登记。"),
    ("根据《办法要求登记。", "pairs", "根据《办法要求登记。"),
    (
        "转发《关于印发《办法》的通知》。",
        "nested-title",
        "转发《关于印发《办法》的通知》。",
    ),
    (
        "根据《办法》、《细则》登记。",
        "between-titles",
        "根据《办法》《细则》登记。",
    ),
    (
        "各村要按照县里统一部署的时间 逐处登记填表上报。",
        "blank",
        "各村要按照县里统一部署的时间逐处登记填表上报。",
    ),
    ("特此通知", "stop", "特此通知。"),
    ("租赁期限一般为3-5年。", "range", "租赁期限一般为3～5年。"),
    ("县里统一布署。", "wrong-word", "县里统一部署。"),
    ("截止目前已登记。", "until", "截至目前已登记。"),
    ("各村的的登记表。", "said-twice", "各村的登记表。"),
    ("秘密★1年", "secrecy", "秘密★1年"),
];

#[test]
fn lines_are_found_and_mended() {
    let (mut document, _) = sound();
    document.enclosures.clear();
    for (text, rule, mended) in LINES {
        let found = look(&document, text, "通知");
        assert!(ids(&found).contains(&rule), "{text}: {found:?}");
        assert_eq!(apply_all(text, &found), mended, "{text}");
        let again = look(&document, mended, "通知");
        if text != mended {
            assert!(!ids(&again).contains(&rule), "{mended}: {again:?}");
        }
    }
}

fn broken(kind: &str, change: impl FnOnce(&mut Document, &mut String)) -> Vec<&'static str> {
    let (mut document, mut text) = sound();
    change(&mut document, &mut text);
    ids(&look(&document, &text, kind))
}

#[test]
fn elements_are_looked_at() {
    assert_eq!(broken("通知", |d, _| d.title.clear()), ["title"]);
    assert_eq!(broken("方案", |_, _| {}), ["title-kind"]);
    assert_eq!(broken("通告", |_, _| {}), ["title-kind"]);
    assert_eq!(
        broken("通知", |d, _| d.title = vec!["关于防火的通知".into()]),
        ["title-organ"]
    );
    assert_eq!(
        broken("通知", |d, _| d.title =
            vec!["砚田镇人民政府关于转发《办法》的通知的通知".into()]),
        ["title-doubled"]
    );
    assert_eq!(broken("通知", |d, _| d.addressee.clear()), ["addressee"]);
    for number in [
        "砚政发(2026)7号",
        "砚政发〔26〕7号",
        "砚政发〔2026〕07号",
        "砚政发〔2026〕第7号",
        "砚政发〔2026〕7",
    ] {
        assert_eq!(
            broken("通知", |d, _| d.number = number.into()),
            ["number"],
            "{number}"
        );
    }
    assert_eq!(broken("通知", |d, _| d.body.clear()), ["body"]);
    assert_eq!(broken("通知", |d, _| d.signatures.clear()), ["signature"]);
    assert_eq!(
        broken("通知", |d, _| d.printed_on = Some(day(2026, 3, 10))),
        ["printed-on"]
    );
    assert_eq!(
        broken("通知", |d, _| d.enclosures.push("名册".into())),
        ["enclosure-files"]
    );
    let annex = Annex {
        label: "附件".into(),
        title: "别的名字".into(),
        body: Vec::new(),
    };
    assert_eq!(
        broken("通知", |d, _| d.annexes.push(annex)),
        ["enclosure-files"]
    );
    let (document, text) = sound();
    let subject = Subject {
        document: &document,
        text: &text,
        kind: "通知",
        files: None,
        openness: Some(""),
        today: day(2026, 3, 11),
    };
    assert_eq!(ids(&check(&subject)), ["openness"]);
}

#[test]
fn the_title_ends_with_its_kind_and_nothing_else() {
    let ended = broken("通知", |d, _| {
        d.title = vec!["砚田镇人民政府关于防火的通知。".into()]
    });
    assert_eq!(ended, ["title-end"]);
}

#[test]
fn upward_documents_have_rules_of_their_own() {
    let upward = |d: &mut Document| {
        d.form = Form::Upward;
        d.signers = vec!["林时雨".into()];
        d.addressee = "墨川县人民政府".into();
        d.title = vec!["砚田镇人民政府关于修建蓄水池的请示".into()];
        d.note = Some("联系人：范未然，电话：5550119".into());
    };
    let asked = |d: &mut Document, t: &mut String| {
        upward(d);
        t.push_str("\n妥否，请批示。");
    };
    assert_eq!(broken("请示", asked), Vec::<&str>::new());
    let all = broken("请示", |d, t| {
        asked(d, t);
        d.addressee = "墨川县人民政府、县水利局".into();
        d.copy_to = "各村民委员会、县水利局".into();
        d.note = None;
        d.signers.clear();
    });
    let wanted = [
        "signer",
        "copy-down",
        "one-addressee",
        "request-contact",
        "copied-twice",
    ];
    assert_eq!(all, wanted);
    // nobody has signed while the number's place is blank, and nobody can put a name there
    let unsigned = broken("请示", |d, t| {
        asked(d, t);
        d.signers.clear();
        d.number = "砚政发〔2026〕　　号".into();
    });
    assert!(!unsigned.contains(&"signer"), "{unsigned:?}");
    assert_eq!(broken("请示", |d, _| upward(d)), ["request-asks"]);
    assert_eq!(
        broken("请示", |d, t| {
            asked(d, t);
            d.addressee = "王县长".into();
        }),
        ["to-a-person"]
    );
    let report = broken("报告", |d, t| {
        asked(d, t);
        d.title = vec!["砚田镇人民政府关于防汛工作的报告".into()];
    });
    assert_eq!(report, ["report-asks"]);
    let reply = broken("批复", |d, _| {
        d.title = vec!["砚田镇人民政府关于修路的批复".into()];
    });
    assert_eq!(reply, ["reply-cites"]);
}

#[test]
fn enclosures_are_numbered_and_bare() {
    let found = |text: &str| {
        let (document, _) = sound();
        let found = look(&document, text, "通知");
        (ids(&found), apply_all(text, &found))
    };
    let (rules, mended) = found("附件：1.排查表；\n2.值守安排。");
    assert_eq!(rules, ["enclosure-end", "enclosure-end"]);
    assert_eq!(mended, "附件：1.排查表\n2.值守安排");
    assert_eq!(found("附件：1.排查表\n3.值守安排").0, ["enclosure-number"]);
    let (mut document, _) = sound();
    document.enclosures.clear();
    let said = look(&document, "请各村填写排查表（见附件1），按时报送。", "通知");
    assert_eq!(ids(&said), ["enclosure-mention"]);
}

#[test]
fn long_texts_are_told() {
    let long = |many: usize| broken("通知", |d, _| d.body.push(paragraph(&"字".repeat(many))));
    assert_eq!(long(3000), Vec::<&str>::new());
    assert_eq!(long(4500), ["length"]);
    assert_eq!(long(6000), ["length"]);
}

#[test]
fn what_must_be_mended_comes_first_and_every_rule_has_a_name() {
    let (mut document, _) = sound();
    document.signatures.clear();
    let found = look(&document, "各村登记,逐处填写。", "通知");
    let order: Vec<Severity> = found.iter().map(|f| f.severity).collect();
    assert!(order.is_sorted() && found.len() >= 2);
    let mut seen: Vec<&str> = rules().map(|r| r.id).collect();
    let many = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), many);
    assert!(rules().all(|r| !r.name.is_empty() && !r.article.is_empty()));
}

#[test]
fn mends_that_overlap_are_made_once() {
    let text = "（1)、各村登记,逐处填写";
    let (document, _) = sound();
    let once = apply_all(text, &look(&document, text, "通知"));
    assert_eq!(once, "（1）各村登记，逐处填写");
    assert_eq!(apply_all(&once, &look(&document, &once, "通知")), once);
}

/// Whatever is typed: no panic, places inside the text, and mending ends.
#[test]
fn any_text_is_looked_at() {
    let pieces = [
        "一、",
        "（一）",
        "(1)",
        "1、",
        "2026年",
        "03月",
        "31日",
        "[2026]",
        "第",
        "号",
        "《",
        "》",
        "“",
        "”",
        "\"",
        ",",
        "(",
        ")",
        "。",
        "，",
        "附件：",
        "|",
        " ",
        "\n",
        "\u{3000}",
        "-",
        "3",
        "年",
        "特此通知",
        "的的",
        "截止",
        "月",
        "日",
    ];
    let mut seed = 7u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) as usize
    };
    let (document, _) = sound();
    for _ in 0..400 {
        let many = next() % 40;
        let mut text: String = (0..many).map(|_| pieces[next() % pieces.len()]).collect();
        for _ in 0..12 {
            let found = look(&document, &text, "请示");
            for f in &found {
                if let Spot::Line { n, from, to } = f.spot {
                    let line = text.split('\n').nth(n).unwrap();
                    assert!(from <= to && to <= line.chars().count(), "{text:?} {f:?}");
                }
            }
            let after = apply_all(&text, &found);
            if after == text {
                break;
            }
            text = after;
        }
        let left = look(&document, &text, "请示");
        assert_eq!(apply_all(&text, &left), text, "mending goes on for ever");
    }
}
