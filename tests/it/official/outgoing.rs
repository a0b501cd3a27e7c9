//! One document through the stored engine to its issue, then through a socket: the pages of letterheads, numbers, issuing and
//! lists of receivers, what they refuse and what they keep.

use crate::support::http::Http;
use crate::support::office::Office;
use crate::support::town::{Town, has_role, says};
use inkstone::engine::deed::What;
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::Input;
use inkstone::kit::{Error, Id};
use inkstone::org::Role;
use inkstone::store::NewAttachment;
use inkstone::store::verify::verify;
use serde_json::json;

const BODY: &str = "3月9日，镇长江若川主持召开专题会议，研究防汛工作。现纪要如下：\n一、加强值守\n各村（社区）严格执行领导带班制度。\n二、备足物资\n六月一日前清点沙袋和抢险工具。";

fn go(choice: &str, opinion: &str) -> Input {
    Input {
        choice: choice.into(),
        ..says(opinion)
    }
}

fn with(choice: &str, values: &[(&str, &str)]) -> Input {
    let values = values.iter().map(|(k, v)| ((*k).to_owned(), json!(v)));
    Input {
        values: values.collect(),
        ..go(choice, "同意。")
    }
}

/// Minutes, drafted by the clerk; no seal is set on them.
fn minutes(town: &Town, title: &str) -> Id {
    let fields = [
        ("kind", "纪要"),
        ("issued_as", "砚政纪"),
        ("openness", "主动公开"),
        ("copies", "10"),
        ("body", BODY),
    ];
    let head = town.post("纪文澜");
    let sent = town.start_to("宋小笺", ("outgoing", title), (&fields, vec![head]), title);
    sent.unwrap().case
}

/// 公文体检 at the step counts the files the case has: one that is only named holds it up, until it is there.
#[test]
fn an_enclosure_that_is_named_and_not_there_holds_the_check_up() {
    let town = Town::new("outgoing-enclosed");
    let body = format!("{BODY}\n附件：1.值守安排\n2.物资清单");
    let fields = [
        ("kind", "纪要"),
        ("issued_as", "砚政纪"),
        ("openness", "主动公开"),
        ("copies", "10"),
        ("body", &*body),
    ];
    let head = town.post("纪文澜");
    let sent = town.start_to(
        "宋小笺",
        ("outgoing", "防汛会议纪要"),
        (&fields, vec![head]),
        "op",
    );
    let case = sent.unwrap().case;
    town.act("纪文澜", case, MoveId::Submit, go("check", "同意。"))
        .unwrap();
    let attach = |name: &str| {
        let mut upload = town.store.upload(case.shelf()).unwrap();
        upload.push(name.as_bytes()).unwrap();
        let (digest, size) = upload.finish().unwrap();
        let file = NewAttachment {
            owner: case,
            field: "attachments".into(),
            name: format!("{name}.txt"),
            size,
            digest,
            kind: "TXT".into(),
            person: town.person("纪文澜"),
            person_name: "纪文澜".into(),
        };
        let stamp = town.stamp("纪文澜", "case.file");
        let done = town.store.write(case.shelf(), stamp, move |w| {
            w.attach(&file)?;
            w.emit("case.filed", Some(case), &())
        });
        done.unwrap();
    };
    let pressed = || town.act("纪文澜", case, MoveId::Submit, go("examine", "已核。"));
    for have in ["0", "1"] {
        let why = pressed().unwrap_err().to_string();
        let said = format!("附件说明写了 2 个，只有 {have} 个。缺");
        assert!(why.contains(&said), "{why}");
        attach(&format!("附件{have}"));
    }
    pressed().unwrap();
}

/// The same, signed.
fn signed(town: &Town, title: &str) -> Id {
    let case = minutes(town, title);
    town.act("纪文澜", case, MoveId::Submit, go("check", "同意。"))
        .unwrap();
    town.act("纪文澜", case, MoveId::Submit, go("examine", "已核。"))
        .unwrap();
    let mut examined = with(
        "sign",
        &[
            ("open_checked", "属实"),
            ("secret_checked", "不涉密，可以在本平台办理"),
            ("law_checked", "不属于审核范围"),
            ("fair_checked", "不涉及经营者"),
        ],
    );
    examined.people = vec![town.post("江若川")];
    town.act("纪文澜", case, MoveId::Submit, examined).unwrap();
    town.act("江若川", case, MoveId::Submit, go("recheck", "发。"))
        .unwrap();
    case
}

fn text(http: &mut Http, path: &str) -> String {
    let page = http.get(path);
    assert_eq!(page.status, 200, "{path}: {}", page.text());
    page.text()
}

#[test]
fn minutes_are_signed_numbered_issued_and_signed_for() {
    let office = Office::new("official-road");
    let town = &office.town;
    assert!(has_role(town, Role::RecordsClerk) && has_role(town, Role::Archivist));
    let case = signed(town, "砚田镇人民政府防汛工作专题会议纪要");
    let view = town.open_case("宋小笺", case).unwrap();
    let done: Vec<What> = view.case.state.deeds.iter().map(|d| d.what).collect();
    assert_eq!(done, [What::Signed]);
    assert_eq!(view.case.head.number, None, "no number before its step");
    assert_eq!(view.case.state.values["dated_on"], json!("2026-03-09"));
    town.act("宋小笺", case, MoveId::Submit, go("number", "已复核。"))
        .unwrap();
    let numbered = town
        .act("宋小笺", case, MoveId::Submit, go("issue", ""))
        .unwrap();
    assert_eq!(numbered.number.as_deref(), Some("砚政纪〔2026〕1号"));

    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let at = format!("/case/{case}");
    let page = text(&mut clerk, &at);
    assert!(page.contains("还没有分发给任何单位或个人"), "{page}");
    assert!(page.contains(&format!("href=\"{at}/issue\"")), "{page}");
    assert!(
        !page.contains("value=\"close/"),
        "the step cannot be left yet"
    );

    // bad input keeps what was typed
    let desk = format!("{at}/issue");
    let long = "县".repeat(61);
    let refused = clerk.submit(
        &desk,
        &desk,
        &[
            ("outside", &long),
            ("way", "邮寄"),
            ("copies", "2"),
            ("note", "请转告"),
        ],
    );
    assert_eq!(refused.status, 422);
    let page = refused.text();
    assert!(
        page.contains("太长了") && page.contains(&long) && page.contains("请转告"),
        "{page}"
    );
    let nobody = clerk.submit(
        &desk,
        &desk,
        &[("outside", ""), ("way", "邮寄"), ("copies", "1")],
    );
    assert_eq!(nobody.status, 422, "nobody was chosen");

    let head = town.post("雷有备").to_raw().to_string();
    let sent = clerk.submit(
        &desk,
        &desk,
        &[
            ("depts", &head),
            ("outside", "墨川县防汛抗旱指挥部\n墨川县应急管理局"),
            ("way", "专人送达"),
            ("copies", "2"),
            ("taken_by", "安守"),
        ],
    );
    assert_eq!(sent.status, 303, "{}", sent.text());
    let page = text(&mut clerk, &desk);
    assert!(
        page.contains("已签收 0/3") && page.contains("墨川县应急管理局"),
        "{page}"
    );
    assert!(
        town.todo("雷有备").iter().any(|t| t.starts_with("签收")),
        "{:?}",
        town.todo("雷有备")
    );

    // a slip from outside, once
    let view = town.open_case("宋小笺", case).unwrap();
    let deeds = &view.case.state.deeds;
    let of = deeds
        .iter()
        .find(|d| d.data["to"] == json!("墨川县应急管理局"))
        .unwrap()
        .id
        .to_string();
    let slip = format!("{desk}/slip");
    let fields = [
        ("of", of.as_str()),
        ("by", "周其昌"),
        ("signed_on", "2026-03-09"),
    ];
    let unsaid = clerk.submit(&desk, &slip, &[("of", &of), ("by", "")]);
    assert_eq!(unsaid.status, 422, "{}", unsaid.text());
    let kept = clerk.submit(&desk, &slip, &fields);
    assert_eq!(kept.status, 303, "{}", kept.text());
    let mut typed: Vec<(&str, &str)> = fields.to_vec();
    let hidden = clerk.get(&desk).hidden(&desk);
    typed.extend(hidden.iter().map(|(k, v)| (k.as_str(), v.as_str())));
    let again = clerk.post(&slip, &typed);
    assert_eq!(again.status, 422);
    assert!(again.text().contains("已经登记过了"), "{}", again.text());

    // urged, then signed for by the reader himself
    let urged = clerk.submit(&desk, &format!("{desk}/urge"), &[]);
    assert_eq!(urged.status, 303, "{}", urged.text());
    town.act("雷有备", case, MoveId::Read, Input::default())
        .unwrap();
    let page = text(&mut clerk, &desk);
    assert!(page.contains("已签收 2/3"), "{page}");
    let print = text(&mut clerk, &format!("{desk}/print"));
    assert!(
        print.contains("公文分发清单") && print.contains("周其昌"),
        "{print}"
    );

    // whoever does not see the case sees nothing of its issue; a reader sees who has it and sends nothing
    let mut stranger = office.colleague(&mut admin, "钱细清");
    assert_eq!(stranger.get(&desk).status, 404);
    let mut reader = office.colleague(&mut admin, "雷有备");
    let page = text(&mut reader, &desk);
    assert!(
        page.contains("已签收 2/3") && !page.contains("name=\"outside\""),
        "{page}"
    );

    town.act("宋小笺", case, MoveId::Close, Input::default())
        .unwrap();
    town.act("苏简", case, MoveId::Archive, Input::default())
        .unwrap();
    let view = town.open_case("宋小笺", case).unwrap();
    let ledger = view.ledger(&town.engine, &town.acting("宋小笺"));
    let labels: Vec<&str> = ledger.iter().map(|(l, _)| l.as_str()).collect();
    // S3-73, in its order and words
    assert_eq!(
        labels,
        [
            "拟稿处室",
            "拟稿人",
            "拟稿日期",
            "核稿人",
            "核稿日期",
            "核稿意见",
            "会签处室",
            "会签意见",
            "会签日期",
            "复核人",
            "复核意见",
            "复核日期",
            "签发人",
            "签发意见",
            "签发日期",
            "成文日期",
            "盖章人",
            "盖章日期",
            "分发人",
            "分发日期",
            "发文完成标志"
        ]
    );
    let of = |label: &str| ledger.iter().find(|(l, _)| l == label).unwrap().1.clone();
    assert_eq!(
        (of("签发人"), of("复核人"), of("发文完成标志")),
        ("江若川".into(), "宋小笺".into(), "已完成".into())
    );
    assert!(town.store.drain(std::time::Duration::from_secs(10)));
    counted_by_kind(&mut clerk);
    let findings = verify(&town.folder.dir()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}

/// By what the register says it is counted by: one 纪要, drafted and issued on one day; its figure leads to it.
fn counted_by_kind(clerk: &mut Http) {
    let at = "/register/outgoing/statistics?year=2026&p=outgoing";
    let page = text(clerk, at);
    for said in ["按文种", "从拟稿到分发：工作日", "纪要"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let (_, section) = page.split_once("从拟稿到分发").unwrap();
    let (section, _) = section.split_once("各环节用时").unwrap();
    assert!(
        section.contains(">1</a>") && section.contains("0 天"),
        "{section}"
    );
    let (_, link) = section.split_once("href=\"").unwrap();
    let (link, _) = link.split_once('"').unwrap();
    let list = text(clerk, &link.replace("&amp;", "&"));
    assert!(list.contains("防汛工作专题会议纪要"), "{link}: {list}");
    let print = text(
        clerk,
        "/register/outgoing/statistics/print?year=2026&p=outgoing",
    );
    assert!(print.contains("按文种"), "{print}");
}

#[test]
fn void_keeps_its_number_and_the_next_goes_on() {
    let town = Town::new("official-void");
    for (title, number) in [
        ("甲纪要", "砚政纪〔2026〕1号"),
        ("乙纪要", "砚政纪〔2026〕2号"),
    ] {
        let case = signed(&town, title);
        town.act("宋小笺", case, MoveId::Submit, go("number", "已复核。"))
            .unwrap();
        let done = town
            .act("宋小笺", case, MoveId::Submit, go("issue", ""))
            .unwrap();
        assert_eq!(done.number.as_deref(), Some(number));
        let why = Input {
            note: "内容有误".into(),
            ..Input::default()
        };
        town.act("宋小笺", case, MoveId::Void, why).unwrap();
        let refused = town.act("宋小笺", case, MoveId::Close, Input::default());
        assert!(matches!(refused, Err(Error::Conflict(_))));
    }
    // rejected: no number is taken, and the next still follows
    let case = minutes(&town, "丙纪要");
    town.act(
        "纪文澜",
        case,
        MoveId::Return,
        Input {
            choice: "draft".into(),
            note: "重写".into(),
            ..Input::default()
        },
    )
    .unwrap();
    let folder = town.stop();
    let findings = verify(&folder.dir()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}

#[test]
fn letterheads_numbers_and_lists_are_kept_on_their_pages() {
    let office = Office::new("official-pages");
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let page = text(&mut clerk, "/letterheads");
    for code in [
        "砚委发",
        "砚政发",
        "砚政函",
        "砚政纪",
        "砚党政办发",
        "砚人发",
    ] {
        assert!(page.contains(code), "{code}: {page}");
    }
    let bad = [
        ("code", "砚武〔1〕"),
        ("mark", "砚田镇人民武装部文件"),
        ("signature", ""),
        ("form", "ordinary"),
        ("printer", "武装部"),
    ];
    let refused = clerk.submit("/letterheads", "/letterheads", &bad);
    assert_eq!(refused.status, 422);
    let said = refused.text();
    assert!(
        said.contains("不能有括号") && said.contains("砚田镇人民武装部文件"),
        "{said}"
    );
    let good = [
        ("code", "砚武发"),
        ("mark", "砚田镇人民武装部文件"),
        ("signature", "砚田镇人民武装部"),
        ("form", "ordinary"),
        ("printer", "砚田镇人民武装部"),
    ];
    assert_eq!(
        clerk.submit("/letterheads", "/letterheads", &good).status,
        303
    );
    let twice = clerk.submit("/letterheads", "/letterheads", &good);
    assert_eq!(twice.status, 422, "the same code twice");
    assert!(text(&mut clerk, "/start/outgoing").contains("砚武发（砚田镇人民武装部）"));

    let page = text(&mut clerk, "/numbers");
    assert!(page.contains("今年还没有"), "{page}");
    let fields = [("key", "发文.砚武发/2026"), ("many", "2"), ("why", "")];
    let refused = clerk.submit("/numbers", "/numbers", &fields);
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("留给什么用"));
    let fields = [
        ("key", "发文.砚武发/2026"),
        ("many", "2"),
        ("why", "征兵通知"),
    ];
    assert_eq!(clerk.submit("/numbers", "/numbers", &fields).status, 303);
    let page = text(&mut clerk, "/numbers");
    assert!(
        page.contains("砚武发〔2026〕2号") && page.contains("征兵通知"),
        "{page}"
    );
    let void = [
        ("key", "发文.砚武发/2026"),
        ("n", "1"),
        ("reason", "印废了"),
    ];
    assert_eq!(clerk.submit("/numbers", "/numbers/void", &void).status, 303);
    assert!(text(&mut clerk, "/numbers").contains("印废了"));

    let dept = office.dept("YJB");
    let empty = clerk.submit(
        "/distribution",
        "/distribution",
        &[("name", "防汛成员"), ("outside", "")],
    );
    assert_eq!(empty.status, 422);
    assert!(empty.text().contains("防汛成员"), "what was typed is kept");
    let fields = [
        ("name", "防汛成员"),
        ("depts", &*dept),
        ("outside", "墨川县水务局\n墨川县应急管理局"),
    ];
    assert_eq!(
        clerk
            .submit("/distribution", "/distribution", &fields)
            .status,
        303
    );
    let page = text(&mut clerk, "/distribution");
    assert!(
        page.contains("3 个：") && page.contains("墨川县水务局"),
        "{page}"
    );
    // what a list names is chosen on the desk of a document
    let case = signed(&office.town, "砚田镇人民政府防汛纪要");
    office
        .town
        .act("宋小笺", case, MoveId::Submit, go("number", "已复核。"))
        .unwrap();
    office
        .town
        .act("宋小笺", case, MoveId::Submit, go("issue", ""))
        .unwrap();
    // minutes go out without a seal, and no place is drawn for one
    let drawn = text(&mut clerk, &format!("/case/{case}/document"));
    assert!(
        drawn.contains("class=\"a4\"") && !drawn.contains("用 印 处"),
        "{drawn}"
    );
    let page = text(&mut clerk, &format!("/case/{case}/issue?list=1"));
    assert!(page.contains("墨川县水务局"), "{page}");
    let mut other = office.colleague(&mut admin, "安守");
    for path in ["/letterheads", "/numbers", "/distribution"] {
        assert_eq!(other.get(path).status, 403, "{path}");
    }
}
