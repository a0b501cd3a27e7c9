//! 管理员忘了密码, through the pages: the sheet of the safe lets an administrator in again at the server PC, and nowhere else; what
//! it leaves behind, whom it is not for, and guessing.

use super::codes::enrol;
use super::office::{HERE, LAN, Office, SENTENCE};
use crate::support::http::Http;
use crate::support::office::words_on;
use crate::support::reply::Reply;
use inkstone::kit::Millis;
use inkstone::kit::recovery::RecoveryKey;
use inkstone::store::{AuditWish, backup};

const AT: &str = "/login/recover";
const ADMIN: &str = "管事成";

/// The sheet, as it is printed.
fn sheet(office: &Office) -> String {
    let stamp = office.town.stamp(ADMIN, "backup.key");
    let key = backup::make_key(&office.town.store, ADMIN, stamp).unwrap();
    key.text()
}

fn recover(http: &mut Http, who: &str, key: &str) -> Reply {
    http.submit(AT, AT, &[("who", who), ("key", key)])
}

fn other_key() -> String {
    RecoveryKey::new([7; 20]).text()
}

#[test]
fn the_sheet_of_the_safe_lets_an_administrator_in_again() {
    let office = Office::new("recovered");
    let admin = office.town.person(ADMIN).to_string();
    let mut at_server = office.visitor(HERE);
    let none = at_server.get(AT).text();
    assert!(
        none.contains("还没有印过恢复码") && none.contains("inkstone backup --data"),
        "{none}"
    );
    let key = sheet(&office);
    let mut old = office.here(ADMIN);
    enrol(&office, &mut old);
    let mut lost = office.visitor(HERE);
    let asked = office.log_in(&mut lost, ADMIN, SENTENCE);
    assert!(asked.text().contains(AT), "and the code's page leads there");

    // from another PC there is no way to it, whatever is known
    let mut away = office.visitor(LAN);
    assert!(!away.get("/login").text().contains(AT));
    assert_eq!(away.get(AT).status, 403);
    let csrf = super::csrf::token(&away.get("/login"));
    let fields = [("_csrf", csrf.as_str()), ("who", &admin), ("key", &key)];
    assert_eq!(away.post(AT, &fields).status, 403);
    assert_eq!(old.get("/todo").status, 200, "nothing was done");

    assert!(at_server.get("/login").text().contains(AT));
    let wrong = recover(&mut at_server, &admin, &other_key());
    let text = wrong.text();
    assert_eq!(wrong.status, 422);
    assert!(text.contains("恢复码不对：要用编号"), "{text}");
    assert!(!text.contains(&other_key()), "a key does not come back");
    let chosen = format!("value=\"{admin}\" checked");
    assert!(text.contains(&chosen), "who was chosen does: {text}");
    let swapped = if key.starts_with('A') { "B" } else { "A" };
    let slip_of_the_pen = format!("{swapped}{}", &key[1..]);
    let text = recover(&mut at_server, &admin, &slip_of_the_pen).text();
    assert!(
        text.contains("第 1 组抄错了") && text.contains(&slip_of_the_pen),
        "{text}"
    );
    assert_eq!(recover(&mut at_server, "", &key).status, 422);

    let given = recover(&mut at_server, &admin, &key);
    assert_eq!(given.status, 200, "{}", given.text());
    let words = words_on(&given.text());
    assert_eq!(words.len(), 1, "{}", given.text());
    assert_eq!(old.get("/todo").status, 303, "logged out everywhere");
    let mut fresh = office.visitor(LAN);
    let in_again = office.log_in(&mut fresh, ADMIN, &words[0]);
    assert_eq!(
        (in_again.status, in_again.header("Location")),
        (303, Some("/me/password")),
        "no code is asked for: {}",
        in_again.text()
    );

    // who looks over shoulders hears of it
    let alarms = office.here("卫安宁").get("/guard/alarms").text();
    assert!(
        alarms.contains("凭恢复码重设管理员密码") && alarms.contains(ADMIN),
        "{alarms}"
    );
    let todo = office.lan("查有据").get("/todo").text();
    assert!(todo.contains("凭恢复码重设管理员密码"), "{todo}");
    let wish = AuditWish {
        until: Millis(i64::MAX),
        actions: Some(vec!["account.recover".into()]),
        ..AuditWish::default()
    };
    let rows = office.state.store.list_audit(&wish, 10).unwrap();
    assert_eq!(rows.len(), 1);
    assert!(
        rows[0].detail.contains(ADMIN) && rows[0].target == admin,
        "{rows:?}"
    );
    assert!(!format!("{rows:?}").contains(&words[0]));
    let audit = office
        .here("查有据")
        .get("/audit?who=%E7%B3%BB%E7%BB%9F")
        .text();
    assert!(audit.contains("凭恢复码换发管理员密码"), "{audit}");
    assert_eq!(office.state.faults(), 0);
}

#[test]
fn it_is_for_administrators_and_the_present_sheet() {
    let office = Office::new("recovered-whom");
    let before = sheet(&office);
    let key = sheet(&office);
    let mut http = office.visitor(HERE);
    let page = http.get(AT).text();
    for (name, there) in [
        (ADMIN, true),
        ("卫安宁", true),
        ("查有据", false),
        ("宋小笺", false),
    ] {
        assert_eq!(page.contains(&format!("{name}（")), there, "{name}");
    }
    for name in ["查有据", "宋小笺", "已停用"] {
        let person = office.town.person(name).to_string();
        let reply = recover(&mut http, &person, &key);
        assert!(
            reply.status == 422 && reply.text().contains("请选一位管理员"),
            "{name}"
        );
    }
    let guard = office.town.person("卫安宁").to_string();
    let exchanged = recover(&mut http, &guard, &before);
    assert!(
        exchanged.status == 422 && words_on(&exchanged.text()).is_empty(),
        "its sheet may be in anybody's hands"
    );
    assert_eq!(recover(&mut http, &guard, &key).status, 200);
    assert_eq!(office.state.faults(), 0);
}

#[test]
fn guessing_the_sheet_is_slowed_and_seen() {
    let office = Office::new("recovered-guess");
    let key = sheet(&office);
    let admin = office.town.person(ADMIN).to_string();
    let mut http = office.visitor(HERE);
    // a slip of the pen is no guess
    for _ in 0..6 {
        assert_eq!(recover(&mut http, &admin, "A").status, 422);
    }
    for _ in 0..5 {
        let said = recover(&mut http, &admin, &other_key()).text();
        assert!(said.contains("恢复码不对"), "{said}");
    }
    let said = recover(&mut http, &admin, &key);
    assert!(
        said.status == 422 && said.text().contains("10 分钟后再试"),
        "the right one too: {}",
        said.text()
    );
    assert_eq!(
        office.here(ADMIN).get("/todo").status,
        200,
        "his own way in is not shut by it"
    );
    office.state.access.flush().unwrap();
    let refused = office.state.access.list_refused(100).unwrap();
    let times: i64 = refused
        .iter()
        .filter(|r| r.kind == "login.recovery")
        .map(|r| r.times)
        .sum();
    assert_eq!(times, 5);
    office.town.clock.advance(11 * 60_000);
    assert_eq!(recover(&mut http, &admin, &key).status, 200);
}
