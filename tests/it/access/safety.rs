//! 安全设置 through the pages, by a set clock: what 等保模式 asks of passwords and log-ins, and that nothing of it is
//! asked while it is off.

use super::office::{LAN, Office, SENTENCE};
use crate::support::http::Http;
use crate::support::reply::Reply;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
const PERSON: &str = "安守";

fn graded(office: &Office) {
    let mut guard = office.here("卫安宁");
    let reply = guard.submit(
        "/guard/safety",
        "/guard/safety",
        &[("graded", "1"), ("idle", "30")],
    );
    assert_eq!(reply.status, 303, "{}", reply.text());
}

fn change(http: &mut Http, old: &str, new: &str) -> Reply {
    let fields = [("old", old), ("password", new), ("again", new)];
    http.submit("/me/password", "/me/password", &fields)
}

#[test]
fn only_the_security_administrator_chooses_and_at_the_server() {
    let office = Office::new("safety-who");
    assert_eq!(office.lan("安守").get("/guard/safety").status, 403);
    for name in ["管事成", "查有据", "卫安宁"] {
        let page = office.lan(name).get("/guard/safety");
        assert!(
            page.status == 200 && page.text().contains("由安全管理员"),
            "{name}"
        );
    }
    let mut guard = office.here("卫安宁");
    for idle in ["4", "121", "", "三十"] {
        let reply = guard.submit(
            "/guard/safety",
            "/guard/safety",
            &[("graded", "1"), ("idle", idle)],
        );
        assert!(
            reply.status == 422 && reply.text().contains("5 到 120"),
            "{idle}"
        );
    }
    assert!(!office.state.access.safety().graded);
    graded(&office);
    assert!(office.state.access.safety().graded);
    assert_eq!(
        guard
            .submit("/guard/safety", "/guard/safety", &[("idle", "30")])
            .status,
        303
    );
    assert!(!office.state.access.safety().graded, "and off again");
}

#[test]
fn a_graded_office_ends_what_nobody_uses() {
    let office = Office::new("safety-idle");
    let mut own = office.lan(PERSON);
    office.town.clock.advance(40 * MINUTE);
    assert_eq!(
        own.get("/todo").status,
        200,
        "the set-up: half a day by the house's own rule"
    );
    graded(&office);
    for _ in 0..3 {
        office.town.clock.advance(29 * MINUTE);
        assert_eq!(own.get("/todo").status, 200, "in use");
    }
    office.town.clock.advance(30 * MINUTE);
    assert_eq!(own.get("/todo").status, 303, "half an hour unused");
    let mut long = office.lan(PERSON);
    for _ in 0..25 {
        office.town.clock.advance(28 * MINUTE);
        assert_eq!(long.get("/todo").status, 200);
    }
    office.town.clock.advance(21 * MINUTE);
    assert_eq!(long.get("/todo").status, 303, "twelve hours");
}

#[test]
fn a_graded_office_asks_for_a_mixture_for_another_one_and_in_time() {
    let office = Office::new("safety-password");
    let mut own = office.lan(PERSON);
    assert_eq!(
        change(&mut own, SENTENCE, "后山的毛竹又长高了").status,
        303,
        "off: a sentence will do"
    );
    graded(&office);
    let mut now = "后山的毛竹又长高了".to_owned();
    let said = change(&mut own, &now, "屋后的石榴树结果了");
    assert!(said.status == 422 && said.text().contains("至少有三类"));
    // six of one's own, the first of which may come back only when five others were between
    let all: Vec<String> = (1..=6).map(|n| format!("Maozhu{n}又长高")).collect();
    for next in &all {
        let reply = change(&mut own, &now, next);
        assert_eq!(reply.status, 303, "{next}: {}", reply.text());
        now.clone_from(next);
    }
    for past in &all[1..5] {
        let said = change(&mut own, &now, past);
        assert!(
            said.status == 422 && said.text().contains("以前用过"),
            "{past}"
        );
    }
    // ninety days later
    office.town.clock.advance(89 * DAY);
    let mut http = office.visitor(LAN);
    assert_eq!(office.log_in(&mut http, PERSON, &now).status, 303);
    assert_eq!(http.get("/todo").status, 200, "not yet");
    office.town.clock.advance(DAY);
    let mut http = office.visitor(LAN);
    assert_eq!(office.log_in(&mut http, PERSON, &now).status, 303);
    let sent = http.get("/todo");
    assert_eq!(
        (sent.status, sent.header("Location")),
        (303, Some("/me/password"))
    );
    let page = http.get("/me/password").text();
    assert!(
        page.contains("90 天") && page.contains("现在的密码"),
        "{page}"
    );
    let said = change(&mut http, "不是这个密码", "Shiliu7树结果了");
    assert!(said.status == 422 && said.text().contains("原密码不对"));
    assert_eq!(change(&mut http, &now, "Shiliu7树结果了").status, 303);
    assert_eq!(http.get("/todo").status, 200);
    assert_eq!(office.state.faults(), 0);
}

#[test]
fn accounts_nobody_uses_are_counted_and_named() {
    let office = Office::new("safety-idle");
    let link = |name: &str| format!("/admin/people/{}\"", office.town.person(name));
    let mut guard = office.here("卫安宁");
    let none = guard.get("/guard/self-check").text();
    assert!(
        none.contains("90 天没有登录过的 0 个") && !none.contains("看是哪些人"),
        "{none}"
    );
    office.town.clock.advance(91 * 86_400_000);
    office.lan("宋小笺");
    let mut guard = office.here("卫安宁");
    let page = guard.get("/guard/self-check").text();
    assert!(page.contains("/admin/people?view=unused"), "{page}");
    let list = guard.get("/admin/people?view=unused&size=100").text();
    assert!(list.contains(&link("陆平章")), "{list}");
    assert!(list.contains("上次登录"), "{list}");
    for name in ["宋小笺", "卫安宁", "已停用"] {
        assert!(!list.contains(&link(name)), "{name}: {list}");
    }
    let own = guard.get(link("宋小笺").trim_end_matches('"')).text();
    assert!(
        own.contains("上次登录") && !own.contains("还没有登录过"),
        "{own}"
    );
    assert_eq!(office.state.faults(), 0);
}
