//! Print sheets as pages: leaves counted, long words whole, a second template, several cases at once.

use super::{at_the_leader, settle};
use crate::support::browser::{self, Browser};
use crate::support::office::Office;
use crate::support::small;
use crate::support::town::{Folder, Town, monday, says};
use inkstone::engine::definition::{MoveId, Procedure};
use inkstone::engine::offer::Input;
use inkstone::engine::shipped;
use inkstone::kit::Clock;
use serde_json::json;

fn leaves(page: &str) -> usize {
    page.matches("<section class=\"page\"").count()
}

#[test]
fn long_words_break_over_leaves_and_none_is_lost() {
    let office = Office::new("prints");
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let town = &office.town;
    let case = town
        .register("incoming-handle", "关于长意见的通知")
        .unwrap()
        .case;
    let long: String = (0..400).map(|n| format!("第{n}条办理意见。")).collect();
    town.act("宋小笺", case, MoveId::Submit, says(&long))
        .unwrap();
    let page = clerk.get(&format!("/case/{case}/print/handling")).text();
    let n = leaves(&page);
    assert!(n >= 3, "{n}");
    for i in 1..=n {
        assert!(
            page.contains(&format!("第 {i} 页，共 {n} 页")),
            "{i} of {n}"
        );
    }
    assert_eq!(
        page.matches("<h1>收文处理单</h1>").count(),
        n,
        "the head stands on each leaf"
    );
    assert_eq!(page.matches("class=\"qr\"").count(), n);
    assert!(page.contains("拟办意见（续）"));
    let text: String = page
        .replace("</p>", "")
        .split('<')
        .map(|t| t.split_once('>').map_or("", |(_, x)| x))
        .collect();
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let whole = (0..400)
        .filter(|n| text.contains(&format!("第{n}条办理意见。")))
        .count();
    // a clause may stand across a break, its letters are there all the same
    assert!(whole >= 400 - n, "{whole}");
    assert_eq!(page.matches("条").count(), long.matches("条").count());
}

#[test]
fn twenty_five_readers_stand_under_their_head_on_every_leaf() {
    let office = Office::new("prints-readers");
    let names: Vec<String> = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地人"
        .chars()
        .map(|c| format!("阅{c}"))
        .collect();
    assert_eq!(names.len(), 25);
    for name in &names {
        office.town.settle(name, "YJB", "安全员");
    }
    let town = &office.town;
    let case = town
        .register("incoming-handle", "关于多人传阅的通知")
        .unwrap()
        .case;
    let head = Input {
        people: vec![town.post("雷有备")],
        ..Input::default()
    };
    town.act("宋小笺", case, MoveId::Circulate, head).unwrap();
    let all = Input {
        people: names
            .iter()
            .map(|n| inkstone::kit::Principal::Person(town.person(n)))
            .collect(),
        ..Input::default()
    };
    town.act("雷有备", case, MoveId::Circulate, all).unwrap();
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let page = clerk.get(&format!("/case/{case}/print/circulation")).text();
    assert_eq!(leaves(&page), 3, "{page}");
    assert_eq!(page.matches(">职务或部门</th>").count(), 3);
    for name in &names {
        assert!(page.contains(&format!("{name}</td>")), "{name}");
    }
    assert!(
        page.contains("应急办"),
        "departments stand beside the names"
    );
}

#[test]
fn several_sheets_in_one_go_leave_out_what_is_out_of_sight() {
    let office = Office::new("prints-batch");
    let mut admin = office.admin();
    let mut leader = office.colleague(&mut admin, "陆平章");
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let mine = at_the_leader(&office, "关于一的通知");
    let other = at_the_leader(&office, "关于二的通知");
    settle(&office);
    let at = format!(
        "/case/print?case={mine}&case={other}&case={mine}&case=0AK08V8400020&case=x&sheet=handling"
    );
    let page = clerk.get(&at).text();
    assert_eq!(leaves(&page), 2, "{page}");
    assert!(
        page.contains("2 件，共 2 页 A4 纸。另有 2 件您看不到或不存在，没有打印。"),
        "{page}"
    );
    assert!(page.contains("关于一的通知") && page.contains("关于二的通知"));
    // 陆平章 has no part in either: he learns nothing of them
    let page = leader.get(&at).text();
    assert!(
        page.contains("没有可打印的件") && page.contains("另有 4 件"),
        "{page}"
    );
    assert!(!page.contains("关于一的通知"));
    let none = clerk.get("/case/print").text();
    assert!(none.contains("没有可打印的件"), "{none}");
}

#[test]
fn an_offices_own_second_template_prints_its_table_whole() {
    let columns: String = (1..=14)
        .map(|i| format!("{{ id = \"c{i}\", label = \"第{i}列\" }},"))
        .collect();
    let more = format!(
        r#"
[[field]]
id = "rows"
label = "物品明细"
kind = "table"
columns = [{columns}]
write = ["write", "look"]

[layout]"#
    );
    let sheets = r#"

[[sheet]]
id = "short"
title = "便笺"

[sheet.layout]
rows = [["title 12"]]

[[sheet]]
id = "long"
title = "物品领用单"

[sheet.layout]
rows = [["title 12"], ["rows 12"]]
"#;
    let text = small::of_department().replace("\n[layout]", &more) + sheets;
    Procedure::parse(&text).unwrap();
    let town = Town::open_with(Folder::new("prints-second"), Clock::held(monday()), &[text]);
    town.settle_people();
    let office = Office::of(town);
    let town = &office.town;
    let published = town
        .engine
        .procedures
        .current("department-note")
        .unwrap()
        .clone();
    let row = |n: usize| {
        let cells = (1..=14).map(|i| (format!("c{i}"), format!("{n}行{i}列").into()));
        serde_json::Value::Object(cells.collect())
    };
    let values = [
        ("title".to_owned(), "物品领用".into()),
        (
            "rows".to_owned(),
            (1..=30).map(row).collect::<Vec<_>>().into(),
        ),
    ];
    let input = Input {
        choice: "look".into(),
        values: values.into_iter().collect(),
        ..Input::default()
    };
    let acting = town.acting("宋小笺");
    let stamp = town.stamp("宋小笺", "case.start");
    let started = town
        .engine
        .start(&town.store, stamp, &acting, (&published, input, None));
    let case = started.unwrap().value.case;
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let page = clerk.get(&format!("/case/{case}")).text();
    assert!(page.contains("打印便笺") && page.contains("打印物品领用单"));
    let short = clerk.get(&format!("/case/{case}/print/short")).text();
    assert_eq!(leaves(&short), 1);
    let long = clerk.get(&format!("/case/{case}/print/long")).text();
    assert!(leaves(&long) > 1);
    for n in [1, 15, 30] {
        for i in 1..=14 {
            assert!(
                long.contains(&format!(">{n}行{i}列</td>")),
                "row {n} column {i}"
            );
        }
    }
}

#[test]
fn every_shipped_sheet_prints_when_nothing_is_filled_in() {
    let office = Office::new("prints-empty");
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let case = office.town.register("incoming-handle", "空").unwrap().case;
    let to = Input {
        people: vec![office.town.post("江若川")],
        ..Input::default()
    };
    let read = office.town.start_to(
        "宋小笺",
        ("incoming-read", "空"),
        (&[("from", "县委办")], to.people),
        "op-r",
    );
    let read = read.unwrap().case;
    let mut printed = 0;
    // the everyday forms are printed short and long by `forms`
    for (id, case) in [("incoming-handle", case), ("incoming-read", read)] {
        let all = shipped::all().unwrap();
        let procedure = all.iter().find(|p| p.id == id).unwrap();
        for sheet in &procedure.sheets {
            let page = clerk.get(&format!("/case/{case}/print/{}", sheet.id));
            assert_eq!(page.status, 200, "{}", sheet.id);
            assert_eq!(leaves(&page.text()), 1, "{} {}", procedure.id, sheet.id);
            printed += 1;
        }
    }
    assert!(printed >= 5, "{printed}");
}

#[test]
fn a_void_case_prints_as_void_on_every_leaf() {
    let office = Office::new("prints-void");
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let case = office
        .town
        .register("incoming-handle", "登错的件")
        .unwrap()
        .case;
    let at = format!("/case/{case}/print/handling");
    assert!(!clerk.get(&at).text().contains(">作废<"));
    let why = Input {
        note: "重复登记".into(),
        ..Input::default()
    };
    office.town.act("宋小笺", case, MoveId::Void, why).unwrap();
    let page = clerk.get(&at).text();
    assert_eq!(page.matches("<b>作废</b>").count(), leaves(&page));
    assert!(page.contains("宋小笺：重复登记"), "{page}");
    let entered = clerk.get(&format!("/case/{case}/paper")).text();
    assert!(entered.contains("没有要代录的书面意见"), "{entered}");
}

#[test]
fn a_browser_prints_as_many_pages_as_the_leaves_say() {
    let office = Office::new("prints-browser");
    let at = office.at(2).address;
    let Some(mut browser) = Browser::open(at) else {
        return;
    };
    let mut admin = office.admin();
    let clerk = office.colleague(&mut admin, "宋小笺");
    let town = &office.town;
    let mut cases = Vec::new();
    for (n, words) in [1, 30, 90, 260, 700].into_iter().enumerate() {
        let title = format!("关于第{n}号长短不一的意见怎样印在纸上的通知").repeat(n + 1);
        let case = town.register("incoming-handle", &title).unwrap().case;
        let long = "请各村各站所12月10日前逐项排查，Excel表报党政办。".repeat(words / 4 + 1);
        town.act("宋小笺", case, MoveId::Submit, says(&long))
            .unwrap();
        cases.push(format!("case={case}"));
    }
    browser.goto("/login");
    let cookies = clerk.cookies.iter();
    let cookies = cookies.map(|(n, v)| json!({ "name": n, "value": v, "path": "/" }));
    browser.set_cookies(&cookies.collect::<Vec<_>>().into());
    for sheet in ["handling", "circulation", "ledger"] {
        browser.goto(&format!("/case/print?{}&sheet={sheet}", cases.join("&")));
        browser.wait_for("5 件");
        let leaves = browser.count("section.page");
        assert!(leaves >= 5, "{sheet}: {leaves}");
        assert_eq!(browser::pages(&browser.print()), leaves, "{sheet}");
    }
    assert_eq!(browser.complaints(), [""; 0]);
}
