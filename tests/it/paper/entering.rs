//! Entering what was written on paper, and what its writer says of it.

use super::{at_the_leader, link, post, settle, snapshot};
use crate::support::http::Http;
use crate::support::office::Office;
use crate::support::town::says;
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::{Input, Turns};
use inkstone::kit::Id;
use inkstone::store::verify::verify;

/// Address of the form for one person's words.
pub fn form_of(http: &mut Http, case: Id, name: &str) -> String {
    let page = http.get(&format!("/case/{case}/paper")).text();
    let start = page.find(&format!(">{name}</a>"));
    let start = start.unwrap_or_else(|| panic!("{name} is not offered: {page}"));
    let before = &page[..start];
    let from = before.rfind("href=\"").unwrap();
    link(&page[from..], "/case/")
}

pub fn enter(
    http: &mut Http,
    (case, name): (Id, &str),
    fields: &[(&str, &str)],
    files: &[(&str, &[u8])],
) -> crate::support::reply::Reply {
    let page = form_of(http, case, name);
    post(http, (&page, &format!("/case/{case}/paper")), fields, files)
}

pub const INSTRUCTED: &[(&str, &str)] = &[
    ("do", "submit/hand_out"),
    ("opinion", "请应急办三天内查清。"),
    ("said_on", "3月9日"),
];

#[test]
fn a_leaders_words_are_entered_contested_and_never_rewritten() {
    let office = Office::new("paper");
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let mut leader = office.colleague(&mut admin, "江若川");
    let mut other = office.colleague(&mut admin, "纪文澜");
    let case = at_the_leader(&office, "关于汛期检查的通知");
    settle(&office);
    let done = enter(
        &mut clerk,
        (case, "江若川"),
        INSTRUCTED,
        &[("签字页.jpg", &snapshot())],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    settle(&office);
    assert!(
        office
            .town
            .todo("宋小笺")
            .contains(&"分办 关于汛期检查的通知".into())
    );
    assert!(office.town.todo("江若川").is_empty());

    let at = format!("/case/{case}");
    let page = clerk.get(&at).text();
    for said in [
        "请应急办三天内查清。",
        "原件为纸质，宋小笺代录",
        "3月9日",
        "签批单照片",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let small = clerk.get(&format!(
        "{}/small",
        link(&page, &format!("{at}/file/")).trim_end_matches("/save")
    ));
    assert_eq!(small.header("Content-Type"), Some("image/jpeg"));
    let ledger = clerk.get(&format!("{at}/ledger")).text();
    assert!(
        ledger.contains("2026年3月9日") && ledger.contains("（江若川，原件为纸质，宋小笺代录）")
    );

    // the quiet line, the question, the objection
    let home = leader.get("/todo").text();
    assert!(
        home.contains("宋小笺代录了您 3月9日 的书面意见："),
        "{home}"
    );
    assert!(!other.get("/todo").text().contains("请核对代您录的意见"));
    let view = office.town.open_case("江若川", case).unwrap();
    let paper = view.papers[0].id;
    let answer = format!("{at}/paper/{paper}");
    let empty = leader.submit(&at, &answer, &[("say", "no")]);
    assert_eq!(empty.status, 422);
    assert!(empty.text().contains("请写明哪里不对"));
    let words = format!("words.{paper}");
    let said = [("say", "no"), (words.as_str(), "我写的是五天内。")];
    let contested = leader.submit(&at, &answer, &said);
    assert_eq!(contested.status, 303, "{}", contested.text());
    settle(&office);
    assert!(!leader.get("/todo").text().contains("请核对代您录的意见"));
    for page in [
        &at,
        &format!("{at}/print/handling"),
        &format!("{at}/ledger"),
    ] {
        let page = clerk.get(page).text();
        assert!(page.contains("本人有异议：我写的是五天内。"), "{page}");
        assert!(page.contains("请应急办三天内查清。"));
    }
    // nobody else speaks for him
    let own = leader.get(&at);
    let mut fields = own.hidden(&answer);
    fields.push(("say".into(), "yes".into()));
    let csrf = other
        .get("/me")
        .hidden("/logout")
        .into_iter()
        .find(|(n, _)| n == "_csrf");
    let csrf = csrf.map(|(_, v)| v).unwrap_or_default();
    let stolen = other.post(&answer, &[("_csrf", &csrf), ("say", "yes")]);
    assert_eq!(stolen.status, 403, "{}", stolen.text());
    // the clerk explained: he lets it stand, and both remain
    let agreed = leader.submit(&at, &answer, &[("say", "yes")]);
    assert_eq!(agreed.status, 303, "{}", agreed.text());
    let page = clerk.get(&at).text();
    assert!(page.contains("本人有异议：") && page.contains("本人已核对无误"));

    settle(&office);
    assert!(verify(&office.town.folder.dir()).unwrap().is_empty());
}

#[test]
fn what_is_refused_keeps_words_and_photograph() {
    let office = Office::new("paper-refused");
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let case = at_the_leader(&office, "关于春耕的通知");
    settle(&office);
    let with = |day: &'static str| {
        [
            ("do", "submit/hand_out"),
            ("opinion", "请农服中心办。"),
            ("said_on", day),
        ]
    };
    for (day, why) in [
        ("2026-03-10", "还没有到"),
        ("2026-03-06", "才登记"),
        ("2026-2-30", "2月"),
        ("", "请填写日期"),
    ] {
        let refused = enter(
            &mut clerk,
            (case, "江若川"),
            &with(day),
            &[("a.jpg", &snapshot())],
        );
        assert_eq!(refused.status, 422, "{day}");
        let page = refused.text();
        assert!(page.contains(why), "{day}: {page}");
        assert!(page.contains("请农服中心办。"), "{day}: the words are kept");
        // the photograph is in the case and chosen for the next try
        assert!(
            page.contains("checked") && page.contains("签批单照片"),
            "{day}"
        );
    }
    let none = enter(&mut clerk, (case, "江若川"), &with("2026-03-09"), &[]);
    assert_eq!(none.status, 422);
    assert!(
        none.text().contains("请拍一张签字的那一页"),
        "{}",
        none.text()
    );
    let rubbish = enter(
        &mut clerk,
        (case, "江若川"),
        &with("2026-03-09"),
        &[("a.jpg", b"x")],
    );
    assert_eq!(rubbish.status, 422);
    assert!(rubbish.text().contains("不是照片"), "{}", rubbish.text());
    let silent = enter(
        &mut clerk,
        (case, "江若川"),
        &[
            ("do", "submit/hand_out"),
            ("said_on", "2026-03-09"),
            ("no_photo", "原件退回"),
        ],
        &[],
    );
    assert_eq!(silent.status, 422);
    assert!(silent.text().contains("请写意见"));
    assert_eq!(office.town.todo("江若川"), ["批示 关于春耕的通知"]);
    let reason = [
        ("do", "submit/hand_out"),
        ("opinion", "请农服中心办。"),
        ("said_on", "2026-03-09"),
        ("no_photo", "原件已随文退回"),
    ];
    let done = enter(&mut clerk, (case, "江若川"), &reason, &[]);
    assert_eq!(done.status, 303, "{}", done.text());
    assert!(
        clerk
            .get(&format!("/case/{case}"))
            .text()
            .contains("没有照片：原件已随文退回")
    );
}

#[test]
fn only_the_clerk_enters_and_only_what_is_written_on_paper() {
    let office = Office::new("paper-who");
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let mut director = office.colleague(&mut admin, "纪文澜");
    let mut stranger = office.colleague(&mut admin, "钱细清");
    let case = at_the_leader(&office, "关于信访的通知");
    settle(&office);
    let at = format!("/case/{case}/paper");
    assert_eq!(clerk.get(&at).status, 200);
    assert_eq!(director.get(&at).status, 403);
    assert_eq!(stranger.get(&at).status, 404);
    assert!(
        !director
            .get(&format!("/case/{case}"))
            .text()
            .contains("录入书面意见")
    );
    // a handling department writes on screen: its step is not offered
    let out = Input {
        values: [(
            "principal_department".to_owned(),
            office.town.dept("YJB").into(),
        )]
        .into_iter()
        .collect(),
        ..Input::default()
    };
    office
        .town
        .act("江若川", case, MoveId::Submit, says("办。"))
        .unwrap();
    office
        .town
        .act("宋小笺", case, MoveId::HandOut, out)
        .unwrap();
    let page = clerk.get(&at).text();
    assert!(page.contains("没有要代录的书面意见"), "{page}");
    // a page that is too late: the leader had written himself
    let case = at_the_leader(&office, "关于统计的通知");
    settle(&office);
    let page = form_of(&mut clerk, case, "江若川");
    let action = format!("/case/{case}/paper");
    let opened = clerk.get(&page);
    let mut fields = opened.hidden(&action);
    fields.extend(
        INSTRUCTED
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned())),
    );
    fields.push(("no_photo".into(), "原件退回".into()));
    office
        .town
        .act("江若川", case, MoveId::Submit, says("我自己写了。"))
        .unwrap();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (&**n, &**v)).collect();
    let late = clerk.post(&action, &fields);
    assert_eq!(late.status, 422, "{}", late.text());
    assert!(
        !clerk
            .get(&format!("/case/{case}"))
            .text()
            .contains("三天内查清")
    );
}

#[test]
fn two_of_five_readers_read_on_paper() {
    let office = Office::new("paper-read");
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let town = &office.town;
    let done = town.register("incoming-handle", "关于防火的通知").unwrap();
    let case = done.case;
    let names = ["江若川", "陆平章", "雷有备", "田丰收", "钱细清"];
    let round = Input {
        people: names.iter().map(|n| town.post(n)).collect(),
        turns: Turns::AtOnce,
        ..Input::default()
    };
    town.act("宋小笺", case, MoveId::Circulate, round).unwrap();
    settle(&office);
    let words = [
        ("do", "read/read"),
        ("opinion", "已阅，各村要盯紧。"),
        ("said_on", "2026-03-09"),
    ];
    let first = enter(
        &mut clerk,
        (case, "陆平章"),
        &words,
        &[("1.jpg", &snapshot())],
    );
    assert_eq!(first.status, 303, "{}", first.text());
    // the same sheet shows the second signature: no word, the same photograph
    let page = form_of(&mut clerk, case, "田丰收");
    let kept = office.town.open_case("宋小笺", case).unwrap().papers[0]
        .photo
        .unwrap();
    let signed = [
        ("do", "read/read"),
        ("said_on", "2026-03-09"),
        ("kept", &kept.to_string()),
    ];
    let second = post(
        &mut clerk,
        (&page, &format!("/case/{case}/paper")),
        &signed,
        &[],
    );
    assert_eq!(second.status, 303, "{}", second.text());
    settle(&office);
    let view = town.open_case("宋小笺", case).unwrap();
    let read = view
        .readers()
        .iter()
        .filter(|r| r.task.done_at.is_some())
        .count();
    assert_eq!((read, view.readers().len()), (2, 5));
    let sheet = clerk.get(&format!("/case/{case}/print/circulation")).text();
    assert_eq!(sheet.matches("3月9日（纸质）").count(), 2, "{sheet}");
    assert!(sheet.contains("已阅，各村要盯紧。"));
    // the main lane noticed nothing
    assert_eq!(town.todo("宋小笺"), ["拟办 关于防火的通知"]);
    let mut reader = office.colleague(&mut admin, "田丰收");
    assert!(
        reader
            .get("/todo")
            .text()
            .contains("宋小笺代录了您 3月9日 的纸上签阅")
    );
}
