//! S32: fields nobody asked for. A form changes what it is about, whatever else it carries.

use super::csrf::token;
use super::office::{LAN, Office, TARGET};
use crate::support::http::{Http, Request};
use inkstone::kit::Id;
use rusqlite::{Connection, OpenFlags};

const EXTRA: &[(&str, &str)] = &[
    ("role", "admin"),
    ("roles", "system"),
    ("admin", "1"),
    ("admin_roles", "[\"system\"]"),
    ("dept_id", "1"),
    ("dept", "1"),
    ("department", "1"),
    ("is_active", "1"),
    ("state", "archived"),
    ("approved_by", "1"),
    ("person", "1"),
    ("person_id", "1"),
    ("starter", "1"),
    ("actor", "system"),
    ("acting_for", "1"),
    ("organ", "99"),
    ("organ_id", "99"),
    ("step", "archive"),
    ("branch", "1"),
    ("number", "收文〔2026〕999号"),
    ("f.number", "收文〔2026〕999号"),
    ("f.instruct_opinion", "同意"),
    ("f.propose_opinion", "伪造的拟办"),
    ("f.handle_opinion", "伪造"),
    ("f.result", "不需办理"),
    ("f.archive_piece", "A-1"),
    ("f.retention", "永久"),
    ("f.__names", "x"),
    ("f._names", "x"),
    ("f.principal_department", "1"),
    ("values", "{\"number\":\"1\"}"),
    ("rev2", "9"),
    ("shelf", "0"),
    ("procedure", "incoming-read"),
    ("version", "0"),
    ("closed_at", "1"),
    ("must_change", "0"),
    ("acting", "1"),
    ("at", "0"),
    ("id", "1"),
    ("case", "1"),
    ("grant", "1"),
    ("urgency", "特急"),
];

fn with_extra(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = fields
        .iter()
        .map(|(n, v)| ((*n).into(), (*v).into()))
        .collect();
    let more = EXTRA
        .iter()
        .filter(|(n, _)| !fields.iter().any(|(own, _)| own == n));
    all.extend(more.map(|(n, v)| ((*n).into(), (*v).into())));
    all
}

fn post(http: &mut Http, page: &str, at: &str, fields: &[(&str, &str)]) -> u16 {
    let csrf = token(&http.get(page));
    let mut all = with_extra(fields);
    all.push(("_csrf".into(), csrf));
    let all: Vec<(&str, &str)> = all.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    http.send(&Request::new("POST", at).form(&all)).status
}

/// State, step, number and form of a case, as stored.
pub fn stored(office: &Office, case: Id) -> String {
    let state = office.town.open_case("宋小笺", case).unwrap();
    let case = &state.case;
    format!(
        "{:?} {} {:?} {:?} {:?}",
        case.state.state, case.state.step, case.head.number, case.state.organ, case.state.values
    )
}

#[test]
fn s32_a_new_case_has_only_what_its_step_writes() {
    let office = Office::new("mass-start");
    let mut clerk = office.lan("宋小笺");
    let at = "/start/incoming-handle";
    let fields = [
        ("do", "submit/propose"),
        ("f.title", "关于甲槐的通知"),
        ("f.from", "墨川县应急管理局"),
        ("f.from_number", "墨应急发〔2026〕12号"),
        ("f.received_on", "2026-03-09"),
    ];
    let mut fields: Vec<(&str, &str)> = fields.into();
    let page = clerk.get(at).text();
    let deed = page
        .split("name=\"do\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    fields[0].1 = &deed;
    let status = post(&mut clerk, at, at, &fields);
    assert!(matches!(status, 303 | 422), "{status}");
    office.drain();
    let index = office.town.todo("宋小笺");
    if status == 303 {
        assert_eq!(index, ["拟办 关于甲槐的通知"]);
        let page = clerk.get("/register/incoming").text();
        assert!(
            page.contains("收文〔2026〕1号") && !page.contains("999号"),
            "{page}"
        );
        let hub = database(&office);
        let organs: Vec<i64> = column(&hub, "SELECT DISTINCT organ FROM cases");
        assert_eq!(
            organs,
            [office.town.directory().first_organ().unwrap().id.0]
        );
        let case: i64 = column(&hub, "SELECT id FROM cases")[0];
        let kept = stored(&office, Id::from_raw(case));
        for forged in ["伪造", "A-1", "不需办理", "永久", "同意"] {
            assert!(!kept.contains(forged), "{forged}: {kept}");
        }
    } else {
        assert!(index.is_empty());
    }
}

fn database(office: &Office) -> Connection {
    let found = std::fs::read_dir(&office.town.folder.0)
        .unwrap()
        .map(|e| e.unwrap().path());
    let mut all: Vec<_> = found.collect();
    for dir in all.clone().iter().filter(|p| p.is_dir()) {
        all.extend(std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()));
    }
    let opened = all
        .iter()
        .filter(|p| p.extension().is_some_and(|e| e == "vol"));
    let mut opened =
        opened.map(|p| Connection::open_with_flags(p, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap());
    opened
        .find(|db| db.prepare("SELECT 1 FROM cases").is_ok())
        .unwrap()
}

fn column(db: &Connection, sql: &str) -> Vec<i64> {
    let mut found = db.prepare(sql).unwrap();
    found
        .query_map([], |r| r.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

#[test]
fn s32_an_act_writes_its_own_fields_only() {
    let office = Office::new("mass-act");
    let case = office.case("关于甲槐的通知", 1);
    let before = office.town.open_case("纪文澜", case).unwrap();
    let mut director = office.lan("纪文澜");
    let at = format!("/case/{case}");
    let status = post(
        &mut director,
        &at,
        &at,
        &[("do", "submit/hand_out"), ("opinion", "同意拟办意见。")],
    );
    assert_eq!(status, 303);
    office.drain();
    let after = office.town.open_case("纪文澜", case).unwrap();
    assert_eq!(
        after.case.state.step, "hand_out",
        "its own way and no other"
    );
    assert_eq!(after.case.head.number, before.case.head.number);
    let mut values = after.case.state.values.clone();
    values.retain(|k, v| before.case.state.values.get(k) != Some(v));
    assert!(values.is_empty(), "{values:?}");
    let own = after.case.state.opinions.last().unwrap();
    assert_eq!(own.person, office.town.person("纪文澜"));
}

#[test]
fn s32_forms_of_people_change_what_they_are_about() {
    let office = Office::new("mass-people");
    let accounts = format!("{:?}", office.state.access.accounts());
    let roles = |name: &str| {
        let directory = office.town.directory();
        let person = office.town.person(name);
        let posts: Vec<i64> = directory.posts_of(person).map(|p| p.id.0).collect();
        (directory.roles_of(person), posts)
    };
    let before = (roles(TARGET), roles("宋小笺"));
    let mut clerk = office.lan("宋小笺");
    for (page, at, fields) in [
        ("/me", "/me/zoom", vec![("z", "1"), ("back", "/me")]),
        ("/me", "/me/rail", vec![("rail", "open"), ("back", "/me")]),
        ("/me", "/me/phrases", vec![("phrase", "请速办。")]),
        (
            "/me/password",
            "/me/password",
            vec![("old", "x"), ("password", "y"), ("again", "y")],
        ),
    ] {
        assert!(post(&mut clerk, page, at, &fields) < 500, "{at}");
    }
    let mut admin = office.here("管事成");
    let person = office.town.person(TARGET);
    let rev = office
        .town
        .directory()
        .person(person)
        .unwrap()
        .rev
        .to_string();
    let at = format!("/admin/people/{person}/edit");
    let fields = [
        ("name", TARGET),
        ("mobile", ""),
        ("staff_no", ""),
        ("sort", "0"),
        ("rev", rev.as_str()),
    ];
    assert_eq!(post(&mut admin, &at, &at, &fields), 303);
    assert_eq!((roles(TARGET), roles("宋小笺")), before);
    assert_eq!(format!("{:?}", office.state.access.accounts()), accounts);
    // who may not give a role gives none by naming it
    let deed = format!("/admin/people/{person}/roles");
    for (name, ip) in [
        ("管事成", super::office::HERE),
        ("查有据", super::office::HERE),
        ("宋小笺", LAN),
    ] {
        let mut http = office.enter(name, ip);
        assert_eq!(
            post(&mut http, "/me", &deed, &[("roles", "system")]),
            403,
            "{name}"
        );
    }
    // and who may does not give himself a second one
    let own = office.town.person("卫安宁");
    let mut security = office.here("卫安宁");
    let deed = format!("/admin/people/{own}/roles");
    let fields = [("roles", "security"), ("roles", "system")];
    assert_eq!(post(&mut security, "/me", &deed, &fields), 422);
    assert_eq!(format!("{:?}", office.state.access.accounts()), accounts);
}
