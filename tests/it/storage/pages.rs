//! The picture and the rule: who sees it from where, what is refused and how, the preview, the progress.

use super::{exclusive, press, relocations_are};
use crate::support::office::{ADMIN, Office, PASSWORD};
use inkstone::store::RelocationState;
use inkstone::store::placement::Mode;

const AT: &str = "/storage";
const RULE: &str = "/storage/rule";
const MOVING: &str = "/storage/moving";

#[test]
fn the_cabinets_are_seen_by_administrators_and_changed_at_the_server() {
    let office = Office::new("storage-see");
    let mut admin = office.admin();
    assert!(admin.get(AT).text().contains("还没有柜子"), "nothing yet");
    office
        .town
        .register("incoming-handle", "甲槐密语的通知")
        .unwrap();
    assert!(office.town.store.drain(std::time::Duration::from_secs(10)));
    let page = admin.get(AT).text();
    for words in [
        "共用柜",
        "0001",
        "党政办",
        "2026年",
        "1 件",
        "对照表",
        "空地方",
        "改存放办法",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("甲槐"), "a title on the storage page");
    let mut away = office.logged_in(2, ADMIN, PASSWORD);
    let page = away.get(AT);
    assert_eq!(page.status, 200);
    let page = page.text();
    assert!(page.contains("服务器那台电脑上办") && !page.contains("href=\"/storage/rule\""));
    assert_eq!(away.get(RULE).status, 403);
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    for at in [AT, RULE, MOVING, "/storage/mine"] {
        assert_eq!(clerk.get(at).status, 403, "{at}");
    }
}

#[test]
fn a_rule_is_looked_at_before_it_is_put_in_force() {
    let office = Office::new("storage-rule");
    let mut admin = office.admin();
    office.town.register("incoming-handle", "一号文").unwrap();
    let store = &office.town.store;
    let wrong = admin.submit(RULE, RULE, &[("do", "look"), ("mode", "")]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("请先选一种"));
    let wrong = admin.submit(RULE, RULE, &[("do", "look"), ("mode", "exclusive")]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("哪些部门要有自己的柜"));
    let same = admin.submit(RULE, RULE, &[("do", "look"), ("mode", "shared")]);
    assert!(same.text().contains("和现在的办法一样"));

    let seen = admin.submit(RULE, RULE, &[("do", "look"), ("mode", "yearly")]);
    let page = seen.text();
    for words in [
        "从哪个柜搬到哪个柜",
        "新的一柜：2026年度柜",
        "0001 柜（共用柜）",
        "就这样改",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(store.rule().unwrap().mode(), Mode::Shared, "only looked at");
    assert!(store.relocations(10).unwrap().is_empty());
    let back = press(&mut admin, &seen, RULE, &[("do", "back")]).text();
    let chosen = back.split("value=\"yearly\"").nth(1).unwrap();
    assert!(
        chosen.starts_with(" checked"),
        "what was chosen is still there"
    );

    // somebody else's department got its first case in between
    office
        .town
        .store
        .shelf_for(office.town.dept("CZS"), 2026)
        .unwrap();
    let stale = press(&mut admin, &seen, RULE, &[("do", "go")]);
    assert_eq!(stale.status, 422);
    assert!(stale.text().contains("刚刚有变动") && stale.text().contains("财政所2026年"));
    assert_eq!(store.rule().unwrap().mode(), Mode::Shared);

    let done = press(&mut admin, &stale, RULE, &[("do", "go")]);
    assert_eq!((done.status, done.header("Location")), (303, Some(MOVING)));
    assert_eq!(store.rule().unwrap().mode(), Mode::Yearly);
    let waiting = store.relocations(10).unwrap();
    assert_eq!(
        waiting.len(),
        store.shelves().unwrap().iter().filter(|s| s.2 != 0).count()
    );
    assert!(waiting.iter().all(|r| r.state == RelocationState::Waiting));
}

#[test]
fn moving_is_shown_paused_given_up_and_asked_again() {
    let office = Office::new("storage-moving");
    let mut admin = office.admin();
    office.town.register("incoming-handle", "一号文").unwrap();
    let dept = office.town.dept("DZB");
    office.town.store.shelf_for(dept, 2026).unwrap();
    exclusive(&office, dept);
    let page = admin.get(MOVING).text();
    assert!(
        page.contains("等着搬") && page.contains("http-equiv=\"refresh\""),
        "{page}"
    );
    relocations_are(&office, "copying", (30, 120), "");
    let page = admin.get(MOVING).text();
    assert!(page.contains("正在抄写 25%"), "{page}");
    assert!(admin.get(AT).text().contains("正在搬："));

    // while a box is on its way the rule stays
    let seen = admin.submit(RULE, RULE, &[("do", "look"), ("mode", "shared")]);
    let busy = press(&mut admin, &seen, RULE, &[("do", "go")]);
    let said = busy.text();
    assert!(
        busy.status == 422 && said.contains("还有盒正在搬"),
        "{said}"
    );

    let to = |admin: &mut crate::support::http::Http, value: &str| {
        let said = admin.submit(MOVING, MOVING, &[("do", value)]);
        assert_eq!(said.status, 303, "{}", said.text());
    };
    to(&mut admin, "pause");
    let page = admin.get(MOVING).text();
    assert!(
        page.contains("已暂停")
            && page.contains("接着搬")
            && !page.contains("http-equiv=\"refresh\"")
    );
    to(&mut admin, "go");
    assert!(!office.town.store.relocation_is_paused().unwrap());
    relocations_are(&office, "failed", (0, 0), "新柜的地方不够，没有搬");
    let page = admin.get(AT).text();
    assert!(
        page.contains("没有搬成") && page.contains("没有放在现在的办法定的柜里"),
        "{page}"
    );
    assert!(admin.get(MOVING).text().contains("新柜的地方不够"));
    let again = admin.submit(AT, MOVING, &[("do", "again")]);
    assert_eq!(again.status, 303);
    to(&mut admin, "cancel");
    let states = office.town.store.relocations(10).unwrap();
    assert_eq!(states.first().unwrap().state, RelocationState::Cancelled);
    let mut away = office.logged_in(2, ADMIN, PASSWORD);
    let page = away.get(MOVING).text();
    assert!(page.contains("取消了") && !page.contains("value=\"pause\""));
}

#[test]
fn the_first_choice_is_made_with_the_departments() {
    let town = crate::support::town::Town::new("storage-first");
    assert_eq!(town.store.rule().unwrap().mode(), Mode::Shared);
    let office = Office::of(town);
    let mut admin = office.admin();
    let page = admin.get(RULE).text();
    let shared = page.split("value=\"shared\"").nth(1).unwrap();
    assert!(shared.starts_with(" checked"), "共用 is what stands there");
    assert_eq!(
        page.matches("<svg").count(),
        4 + page.matches("<svg class").count()
    );
}
