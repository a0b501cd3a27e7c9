//! S07, S09: ids that are next to one's own, made up, of another shelf, or of another case's file; what
//! was refused is counted.

use super::csrf::token;
use super::leaks::attach;
use super::office::Office;
use crate::support::http::Http;
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::Input;
use inkstone::kit::Id;

#[test]
fn s07_neighbours_and_made_up_ids_are_not_found() {
    let office = Office::new("ids");
    let case = office.case("关于甲槐的通知", 0);
    let file = attach(&office, case, "甲槐.txt");
    let mut clerk = office.lan("宋小笺");
    let raw = case.raw();
    let mut ids: Vec<String> = [raw - 1, raw + 1, raw + 64, 0, 1, i64::MAX, raw & !0x3f_ffff]
        .map(|n| Id::from_raw(n).to_string())
        .into();
    for n in 0..64 {
        let made_up = raw
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(n * 7919)
            & i64::MAX;
        ids.push(Id::from_raw(made_up).to_string());
    }
    ids.extend(["0", "-1", "x", "ZZZZZZZZZZZZZ", "7ZZZZZZZZZZZZ", "null"].map(str::to_owned));
    let csrf = token(&clerk.get("/me"));
    for id in ids.iter().filter(|id| **id != file.to_string()) {
        let at = |path: &str| path.replace('#', id).replace("CASE", &case.to_string());
        for path in [
            "/case/#",
            "/case/#/ledger",
            "/case/#/print/handling",
            "/case/CASE/file/#",
            "/case/CASE/file/#/save",
            "/case/CASE/file/#/shown",
        ] {
            assert_eq!(clerk.get(&at(path)).status, 404, "{}", at(path));
        }
        for path in ["/case/#", "/case/CASE/draft/#", "/draft/#/drop"] {
            let fields = [
                ("_csrf", csrf.as_str()),
                ("do", "submit/review"),
                ("opinion", "x"),
            ];
            assert_eq!(clerk.post(&at(path), &fields).status, 404, "{}", at(path));
        }
        let form = clerk.get(&format!("/start/incoming-handle?draft={id}"));
        assert!(matches!(form.status, 404 | 200), "{id}: {}", form.status);
        let fields = [("_csrf", csrf.as_str()), ("draft", id.as_str())];
        let saved = clerk.post("/start/incoming-handle/draft", &fields);
        assert!(matches!(saved.status, 404 | 200), "{id}: {}", saved.status);
    }
    assert_eq!(office.state.faults(), 0);
    for name in ["管事成", "卫安宁"] {
        let mut admin = office.here(name);
        for id in [
            "0",
            "-1",
            "999999",
            "9223372036854775807",
            "99999999999999999999",
            "x",
        ] {
            for path in [
                "/admin/people/#",
                "/admin/people/#/edit",
                "/admin/people/#/roles",
                "/admin/org/dept/#",
                "/admin/org/organ/#",
                "/admin/org/post/#",
            ] {
                let reply = admin.get(&path.replace('#', id));
                assert!(
                    matches!(reply.status, 403 | 404),
                    "{name} {path} {id}: {}",
                    reply.status
                );
            }
        }
    }
    assert_eq!(office.state.faults(), 0);
}

#[test]
fn s07_what_was_refused_is_counted() {
    let office = Office::new("counted");
    let case = office.case("关于甲槐的通知", 0);
    let mut stranger = office.lan("钱细清");
    assert_eq!(stranger.get(&format!("/case/{case}")).status, 404);
    assert_eq!(stranger.get("/admin/people").status, 403);
    let _ = office.here("卫安宁");
    office.state.access.flush().unwrap();
    let rows = office.state.access.list_refused(100).unwrap();
    let said: Vec<String> = rows.iter().map(|r| format!("{r:?}")).collect();
    let person = format!("person:{}", office.town.person("钱细清"));
    let found = |kind: &str, what: &str| {
        said.iter()
            .any(|r| r.contains(kind) && r.contains(what) && r.contains(&person))
    };
    assert!(found("not_found", &format!("/case/{case}")), "{said:#?}");
    assert!(found("denied", "/admin/people"), "{said:#?}");
}

#[test]
fn s09_a_file_answers_under_its_own_case_only() {
    let office = Office::new("swap");
    let (seen, hidden) = (
        office.case("关于甲槐的通知", 4),
        office.case("关于乙柳的通知", 0),
    );
    let file = attach(&office, hidden, "乙柳.txt");
    let mut handler = office.lan("纳百川");
    assert_eq!(
        handler.get(&format!("/case/{seen}")).status,
        200,
        "the set-up"
    );
    let clerk_sees = office
        .lan("宋小笺")
        .get(&format!("/case/{hidden}/file/{file}/save"));
    assert_eq!(clerk_sees.status, 200, "the set-up");
    let mut clerk: Http = office.lan("宋小笺");
    for http in [&mut handler, &mut clerk] {
        for end in ["", "/save", "/shown"] {
            let reply = http.get(&format!("/case/{seen}/file/{file}{end}"));
            assert_eq!(reply.status, 404);
        }
    }
}

#[test]
fn rights_end_with_the_post_and_not_with_the_reading() {
    let office = Office::new("leaver");
    let case = office.case("关于甲槐的通知", 2);
    let mut leader = office.lan("江若川");
    let at = format!("/case/{case}");
    assert_eq!(leader.get(&at).status, 200);
    let input = Input {
        people: vec![office.town.post("陆平章")],
        ..Input::default()
    };
    office
        .town
        .act("江若川", case, MoveId::Transfer, input)
        .unwrap();
    assert_eq!(
        office.lan("陆平章").get(&at).status,
        200,
        "who got it sees it"
    );
    assert_eq!(leader.get(&at).status, 200, "who had it still follows it");
    assert_eq!(office.lan("钱细清").get(&at).status, 404);
}
