//! Delegations and several to-dos at once through a socket, and as they look.

use super::{children, choose, delegate, spawn, start, town, trip, wish};
use crate::support::browser::Browser;
use crate::support::office::{Office, PASSWORD};
use crate::support::town::{Town, says};
use inkstone::engine::definition::MoveId;
use inkstone::kit::Id;
use serde_json::json;

#[test]
fn the_banner_the_list_and_the_end_of_it() {
    let office = Office::of(town("banner"));
    let mut admin = office.admin();
    let case = office
        .town
        .register("incoming-handle", "防火")
        .unwrap()
        .case;
    office
        .town
        .act("宋小笺", case, MoveId::Submit, says("拟阅。"))
        .unwrap();
    let mut absent = office.colleague(&mut admin, "纪文澜");
    let mut stand_in = office.colleague(&mut admin, "安守");
    assert!(office.town.store.drain(std::time::Duration::from_secs(10)));
    let at = "/me/delegation";
    let to = office.id_of("安守");
    let kept = absent.submit(
        at,
        at,
        &[
            ("first", "2026-03-09"),
            ("last", "2026-03-10"),
            ("way", "person"),
            ("delegate", &to),
            ("reason", ""),
        ],
    );
    assert_eq!(kept.status, 422);
    assert!(kept.text().contains("请写为什么"), "{}", kept.text());
    let fields = [
        ("first", "2026-03-09"),
        ("last", "2026-03-10"),
        ("delegate", &to),
        ("reason", "年休假"),
    ];
    let kept = absent.submit(at, at, &fields);
    assert_eq!(kept.status, 303, "{}", kept.text());
    let page = absent.get("/me").text();
    assert!(
        page.contains("您的待办现在由安守代办，到3月10日。"),
        "{page}"
    );
    let page = stand_in.get("/todo").text();
    assert!(page.contains("您正在代纪文澜办理，到3月10日。"), "{page}");
    assert!(page.contains("代纪文澜办理"), "{page}");
    let page = stand_in.get(&format!("/case/{case}")).text();
    assert!(page.contains("这一件您是代纪文澜办理。"), "{page}");
    // the director ends another's from the office's list; nobody ends another's on his own page
    let own = stand_in.get(at);
    assert_eq!(own.status, 200);
    let id = office.town.directory().delegations()[0].id;
    let named = format!("{id}.1");
    let mut fields = own.hidden(at);
    fields.push(("id".into(), named.clone()));
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    let foreign = stand_in.post("/me/delegation/end", &fields);
    assert_eq!(foreign.status, 404);
    let ended = absent.submit(at, "/me/delegation/end", &[("id", &named)]);
    assert_eq!(ended.status, 303, "{}", ended.text());
    let page = stand_in.get("/todo").text();
    assert!(!page.contains("纪文澜"), "{page}");
    assert_eq!(stand_in.get(&format!("/case/{case}")).status, 404);
}

#[test]
fn several_are_done_with_one_word_and_each_says_what_came_of_it() {
    let office = Office::of(town("batch"));
    let mut admin = office.admin();
    let cases: Vec<Id> = ["甲", "乙", "丙"]
        .map(|t| trip_called(&office.town, t))
        .to_vec();
    assert!(office.town.store.drain(std::time::Duration::from_secs(10)));
    let mut head = office.colleague(&mut admin, "雷有备");
    let page = head.get("/todo/batch").text();
    assert!(page.contains("出差·审批 3 件"), "{page}");
    let item = |case: Id| {
        let view = office.town.open_case("雷有备", case).unwrap();
        format!("{case}.{}", view.task.unwrap())
    };
    let items: Vec<String> = cases.iter().map(|c| item(*c)).collect();
    // the third is gone meanwhile
    office
        .town
        .act("雷有备", cases[2], MoveId::Submit, choose("file", "同意。"))
        .unwrap();
    let mut fields: Vec<(&str, &str)> = items.iter().map(|i| ("item", i.as_str())).collect();
    fields.extend([("group", "0"), ("way", "submit.file")]);
    let unsaid = head.submit("/todo/batch", "/todo/batch", &fields[..2]);
    assert_eq!(unsaid.status, 422);
    fields.push(("opinion", "同意。"));
    let done = head.submit("/todo/batch", "/todo/batch", &fields);
    assert_eq!(done.status, 200, "{}", done.text());
    let page = done.text();
    assert!(page.contains("办好 2 件，1 件没有办成"), "{page}");
    for case in &cases {
        let view = office.town.open_case("雷有备", *case).unwrap();
        assert_eq!(view.case.state.step, "file");
        assert_eq!(view.case.state.opinions.len(), 1);
    }
}

fn trip_called(town: &Town, title: &str) -> Id {
    let days = json!({ "first": "2026-03-11", "last": "2026-03-12" });
    let values = [("title", json!(title)), ("days", days)];
    start(town, "安守", "trip", &values)
}

fn come_in(browser: &mut Browser, name: &str) {
    browser.goto("/login");
    browser.fill("姓名、手机号或工号", name);
    browser.fill("密码", PASSWORD);
    browser.press("登录");
    browser.wait_gone("记住姓名");
    let _ = browser.complaints();
}

#[test]
fn the_pages_as_they_look() {
    let office = Office::of(town("lanes-look"));
    let mut admin = office.admin();
    for name in ["纪文澜", "雷有备"] {
        office.colleague(&mut admin, name);
    }
    let town = &office.town;
    let follower = children(town);
    town.store.deliver(&follower).unwrap();
    let parent = trip(town, "安守", "钱细清");
    for title in ["去市里培训", "去县里领物资"] {
        trip_called(town, title);
    }
    spawn(town, parent);
    town.store.deliver(&follower).unwrap();
    let case = town.register("incoming-handle", "防火").unwrap().case;
    town.act("宋小笺", case, MoveId::Submit, says("拟阅。"))
        .unwrap();
    delegate(town, wish(town, "纪文澜", Some("雷有备"), &[]));
    delegate(town, wish(town, "田丰收", Some("钱细清"), &["trip"]));
    assert!(town.store.drain(std::time::Duration::from_secs(10)));
    let port = office.server.addresses()[0].port();
    let here = std::net::SocketAddr::from(([127, 0, 0, 1], port));
    let Some(mut browser) = Browser::open(here) else {
        return;
    };
    come_in(&mut browser, "纪文澜");
    for (name, path) in [
        ("lanes-own", "/me/delegation".to_owned()),
        ("lanes-office", "/office/delegations".to_owned()),
        ("lanes-office-new", "/office/delegations/new".to_owned()),
    ] {
        browser.goto(&path);
        browser.see(name);
    }
    let mut other = Browser::open(here).unwrap();
    come_in(&mut other, "雷有备");
    for (name, path) in [
        ("lanes-todo", "/todo".to_owned()),
        ("lanes-acting", format!("/case/{case}")),
        ("lanes-parent", format!("/case/{parent}")),
        ("lanes-batch", "/todo/batch".to_owned()),
    ] {
        other.goto(&path);
        other.see(name);
    }
}
