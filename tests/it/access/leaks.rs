//! S07, S08, S09 and "Must show" 4: what one person's session met, asked for with another's. Whose a case
//! is stands in the story told here, so that the rule is not checked against itself.

use super::crawl::walk;
use super::csrf::token;
use super::office::{LAN, Office, ROLES};
use crate::support::http::Http;
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::Input;
use inkstone::kit::{Id, PersonId};
use inkstone::store::{NewAttachment, Stamp};
use std::collections::BTreeSet;

/// Puts a file into a case, as its page does.
pub fn attach(office: &Office, case: Id, name: &str) -> Id {
    let store = &office.town.store;
    let text = format!("附件内容：{name}");
    let mut upload = store.upload(case.shelf()).unwrap();
    upload.push(text.as_bytes()).unwrap();
    let (digest, size) = upload.finish().unwrap();
    let file = NewAttachment {
        owner: case,
        field: "attachments".into(),
        name: name.into(),
        size,
        digest,
        kind: "文本".into(),
        person: PersonId(1),
        person_name: "宋小笺".into(),
    };
    let stamp = Stamp::new("person:1", "case.advance", office.town.clock.now());
    let kept = store.write(case.shelf(), stamp, move |w| {
        let id = w.attach(&file)?;
        w.emit("case.filed", Some(case), &())?;
        Ok(id)
    });
    kept.unwrap().value
}

/// A draft of the clerk's.
pub fn draft(office: &Office) -> Id {
    let mut clerk = office.lan("宋小笺");
    let csrf = token(&clerk.get("/me"));
    let fields = [
        ("_csrf", csrf.as_str()),
        ("f.title", "还没有送出的密语草稿"),
    ];
    let reply = clerk.post("/start/incoming-handle/draft", &fields);
    let said: serde_json::Value = serde_json::from_str(&reply.text()).unwrap();
    said["draft"].as_str().unwrap().parse().unwrap()
}

/// A case, the mark its title bears, a file of it, and who has a part in it.
struct Told {
    case: Id,
    file: Id,
    mark: &'static str,
    whose: &'static [&'static str],
}

const OFFICE: &[&str] = &["宋小笺", "纪文澜"];
const HANDED: &[&str] = &["宋小笺", "纪文澜", "江若川", "纳百川"];

fn stories(office: &Office) -> Vec<Told> {
    let tell = |mark: &'static str, steps, whose| {
        let case = office.case(&format!("{mark}的通知"), steps);
        let file = attach(office, case, &format!("{mark}附件.txt"));
        Told {
            case,
            file,
            mark,
            whose,
        }
    };
    let mut all = vec![
        tell("甲槐", 0, OFFICE),
        tell("乙柳", 1, OFFICE),
        tell("丙松", 2, &["宋小笺", "纪文澜", "江若川"]),
        tell("丁柏", 4, HANDED),
        tell("戊桂", 8, &["宋小笺", "纪文澜", "江若川", "纳百川", "苏简"]),
    ];
    let read = office.town.register("incoming-read", "己梅的阅件");
    // a reading item is sent to readers at once: told apart below
    if let Ok(done) = read {
        office.drain();
        let file = attach(office, done.case, "己梅附件.txt");
        all.push(Told {
            case: done.case,
            file,
            mark: "己梅",
            whose: OFFICE,
        });
    }
    all
}

/// Nobody of the story's others: the departments without a part, the administrators, everybody else.
fn people() -> impl Iterator<Item = &'static str> {
    let out = ["must_change", "disabled"];
    ROLES
        .iter()
        .filter(move |(role, _)| !out.contains(role))
        .map(|(_, name)| *name)
}

fn pages_of(told: &Told) -> Vec<String> {
    let (case, file) = (told.case, told.file);
    let mut all = vec![format!("/case/{case}"), format!("/case/{case}/ledger")];
    all.extend(["handling", "circulation", "ledger"].map(|s| format!("/case/{case}/print/{s}")));
    all.extend(["", "/save", "/shown"].map(|s| format!("/case/{case}/file/{file}{s}")));
    all
}

#[test]
fn s08_nobody_meets_what_is_not_theirs() {
    let office = Office::new("leaks");
    let stories = stories(&office);
    let draft = draft(&office);
    let mut met: BTreeSet<String> = BTreeSet::new();
    for name in people() {
        let mut http = office.lan(name);
        let walk = walk(&mut http);
        for (at, reply) in &walk.pages {
            let text = reply.text();
            for told in stories.iter().filter(|t| !may(t, name)) {
                assert!(
                    !text.contains(told.mark),
                    "{name} reads {} at {at}",
                    told.mark
                );
            }
            let drafts = name == "宋小笺" || !text.contains("密语草稿");
            assert!(drafts, "{name} reads the clerk's draft at {at}");
        }
        for told in stories.iter().filter(|t| may(t, name)) {
            let own = format!("/case/{}", told.case);
            assert_eq!(
                http.get(&own).status,
                200,
                "{name} has a part in {}",
                told.mark
            );
        }
        met.extend(walk.pages.into_keys());
    }
    assert!(met.iter().any(|u| u.contains("/file/")), "{met:?}");
    met.extend(stories.iter().flat_map(pages_of));
    met.insert(format!("/start/incoming-handle?draft={draft}"));
    replay(&office, &stories, &met, &draft);
    assert_eq!(office.state.faults(), 0);
}

fn may(told: &Told, name: &str) -> bool {
    told.whose.contains(&name)
}

/// Every object's address with everybody's session, and with none.
fn replay(office: &Office, stories: &[Told], met: &BTreeSet<String>, draft: &Id) {
    for name in people() {
        let mut http = office.lan(name);
        for at in met {
            let told = stories.iter().find(|t| at.contains(&t.case.to_string()));
            let others = match told {
                Some(told) => !may(told, name),
                None => at.contains(&draft.to_string()) && name != "宋小笺",
            };
            if !others {
                continue;
            }
            let reply = http.get(at);
            // somebody without a post is told so before anything is looked for
            let no = if name == "无所任" { 403 } else { 404 };
            assert_eq!(reply.status, no, "{name} {at}");
            let text = reply.text();
            assert!(
                stories.iter().all(|t| !text.contains(t.mark)),
                "{name} {at}"
            );
        }
    }
    let mut nobody = office.visitor(LAN);
    for at in met.iter().filter(|at| !at.starts_with("/login")) {
        let reply = nobody.get(at);
        assert_eq!(reply.status, 303, "{at}");
        assert!(
            reply.header("Location").unwrap().starts_with("/login"),
            "{at}"
        );
    }
}

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
