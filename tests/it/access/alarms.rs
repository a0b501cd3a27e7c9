//! Alarms from the deed to those who are told: on their to-do list, on the page, in their alerts, on 体检; and that an
//! ordinary day raises none.

use super::csrf::token;
use super::office::{LAN, Office, SENTENCE};
use inkstone::app::alerts;

const NIGHT: i64 = 14 * 3_600_000;

/// What is raised so far, in words.
fn raised(office: &Office) -> Vec<String> {
    office.state.access.flush().unwrap();
    let all = office.state.access.list_alarms(50).unwrap();
    all.iter()
        .map(|a| a.rule.unwrap().label().to_owned())
        .collect()
}

/// The deeds of the set-up itself made administrators: looked at, so that only what follows is new.
fn quiet(name: &str) -> Office {
    let office = Office::new(name);
    office.state.access.flush().unwrap();
    let mut audit = office.lan("查有据");
    let csrf = token(&audit.get("/me"));
    for a in office.state.access.list_alarms(50).unwrap() {
        let id = a.id.to_string();
        let fields = [("_csrf", csrf.as_str()), ("alarm", id.as_str())];
        assert_eq!(audit.post("/guard/alarms/seen", &fields).status, 303);
    }
    assert_eq!(office.state.access.open_alarms().unwrap(), 0);
    office
}

fn open(office: &Office) -> Vec<String> {
    office.state.access.flush().unwrap();
    let all = office.state.access.list_alarms(50).unwrap();
    let open = all.into_iter().filter(|a| a.seen.is_none());
    open.map(|a| a.rule.unwrap().label().to_owned()).collect()
}

#[test]
fn an_ordinary_day_raises_nothing() {
    let office = quiet("alarm-none");
    for (_, name) in super::office::ROLES.iter().take(14) {
        let mut http = office.lan(name);
        for at in [
            "/todo",
            "/me",
            "/register/incoming",
            "/people",
            "/case/0000000000000",
        ] {
            http.get(at);
        }
        office.log_in(&mut office.visitor(LAN), name, "打错的");
        if raised(&office).iter().any(|r| r == "有人在试密码") {
            // fourteen people at one address who all mistype within a minute are what the rule is about
            break;
        }
    }
    let rest: Vec<String> = open(&office)
        .into_iter()
        .filter(|r| r != "有人在试密码")
        .collect();
    assert_eq!(rest, Vec::<String>::new());
}

#[test]
fn a_spray_is_told_to_who_is_to_look() {
    let office = quiet("alarm-spray");
    let mut thief = office.visitor([127, 0, 0, 9]);
    for (n, (_, name)) in super::office::ROLES.iter().take(9).enumerate() {
        office.log_in(&mut thief, name, "spring2026!");
        if n < 7 {
            assert_eq!(open(&office), Vec::<String>::new(), "{n}");
        }
    }
    assert_eq!(open(&office), ["有人在试密码"]);
    for name in ["卫安宁", "查有据"] {
        let mut http = office.lan(name);
        assert!(http.get("/todo").text().contains("有人在试密码"), "{name}");
        assert!(
            http.get("/guard/alarms").text().contains("127.0.0.1"),
            "{name}"
        );
    }
    for name in ["管事成", "宋小笺"] {
        let mut http = office.lan(name);
        assert!(!http.get("/todo").text().contains("有人在试密码"), "{name}");
        assert_eq!(http.get("/guard/alarms").status, 403, "{name}");
    }
    assert!(
        office
            .lan("管事成")
            .get("/health")
            .text()
            .contains("1 条安全报警")
    );
    assert_eq!(
        alerts::tell_alarms(&office.state).unwrap(),
        2,
        "security and auditor"
    );
    assert_eq!(alerts::tell_alarms(&office.state).unwrap(), 0, "once");
    let mut guard = office.lan("卫安宁");
    let told = guard.get("/me/alerts").text();
    assert!(told.contains("有人在试密码") && told.contains("/guard/alarms"));
    let page = guard.get("/guard/alarms");
    let hidden = page.text();
    let id = hidden.split("name=\"alarm\" value=\"").nth(1).unwrap();
    let id = id.split('"').next().unwrap().to_owned();
    let csrf = token(&page);
    let seen = guard.post(
        "/guard/alarms/seen",
        &[("_csrf", csrf.as_str()), ("alarm", id.as_str())],
    );
    assert_eq!(seen.status, 303);
    assert_eq!(open(&office), Vec::<String>::new());
    assert!(
        guard.get("/guard/alarms").text().contains("卫安宁"),
        "who looked at it"
    );
    assert!(!guard.get("/todo").text().contains("有人在试密码"));
    assert_eq!(office.state.faults(), 0);
}

#[test]
fn reaching_taking_and_coming_at_night_are_noticed() {
    let office = quiet("alarm-rest");
    let mut http = office.lan("钱细清");
    for n in 0..20 {
        assert_eq!(open(&office), Vec::<String>::new(), "{n}");
        http.get(&format!("/case/00000000000{n:02}"));
    }
    assert_eq!(open(&office), ["连续打不该看的"]);

    office.case("关于甲子的通知", 1);
    office.drain();
    let mut clerk = office.lan("宋小笺");
    let csrf = token(&clerk.get("/me"));
    for _ in 0..60 {
        let reply = clerk.post("/register/incoming/csv", &[("_csrf", csrf.as_str())]);
        assert_eq!(reply.status, 200);
    }
    assert_eq!(open(&office)[0], "大量带出");

    office.town.clock.advance(NIGHT);
    office.log_in(&mut office.visitor(LAN), "宋小笺", SENTENCE);
    assert_eq!(
        open(&office)[0],
        "大量带出",
        "whoever works late is nobody's business"
    );
    office.log_in(&mut office.visitor(LAN), "管事成", SENTENCE);
    assert_eq!(open(&office)[0], "管理员非工作时间登录");
    let page = office.lan("查有据").get("/guard/alarms").text();
    for words in ["钱细清", "宋小笺", "管事成", "60 个文件，导出了 60 行"] {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn a_list_of_people_counts_its_rows() {
    let office = quiet("alarm-people");
    let people = office.town.directory().people().count();
    let mut admin = office.here("管事成");
    let csrf = token(&admin.get("/me"));
    for _ in 0..60 {
        let reply = admin.post("/admin/people/export.xlsx", &[("_csrf", csrf.as_str())]);
        assert_eq!(reply.status, 200);
    }
    assert_eq!(open(&office), ["大量带出"]);
    let rows = format!("60 个文件，导出了 {} 行", 60 * people);
    assert!(
        office
            .lan("查有据")
            .get("/guard/alarms")
            .text()
            .contains(&rows),
        "{rows}"
    );
}

#[test]
fn a_new_administrator_is_told() {
    let office = quiet("alarm-admin");
    let person = office.town.person(super::office::TARGET);
    let mut guard = office.here("卫安宁");
    let at = format!("/admin/people/{person}/roles");
    assert_eq!(guard.submit(&at, &at, &[("roles", "audit")]).status, 303);
    assert_eq!(open(&office), ["新任管理员"]);
    let page = office.lan("查有据").get("/guard/alarms").text();
    assert!(page.contains("由卫安宁授予审计员"), "{page}");
}
