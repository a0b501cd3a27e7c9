//! What every case has beside its flow, and what leaders see of all of them: statistics, what hangs, supervision,
//! side talk, relations. Figures are laid beside slow counts; each right is tried by somebody who has it not.

mod counts;
mod said;
mod texts;
mod watched;

use crate::support::http::Http;
use crate::support::office::Office;
use crate::support::town::{Folder, Town, monday};
use crate::verify::office::to_departments;
use inkstone::engine::case::Values;
use inkstone::engine::definition::{MoveId, Procedure};
use inkstone::engine::offer::Input;
use inkstone::engine::publish;
use inkstone::engine::supervision::{Light, Matter};
use inkstone::engine::supervision_store::list_matters;
use inkstone::kit::{Clock, Error, Id, Principal, Zone};
use inkstone::org::Role;
use inkstone::store::Query;
use serde_json::json;
use std::time::Duration;
use texts::{MINUTES, WATCH};

/// The township with the two procedures of these tests, behind a server, and its records clerk.
fn office(name: &str) -> (Office, Http) {
    behind(town(name))
}

fn behind(town: Town) -> (Office, Http) {
    let office = Office::of(town);
    let mut admin = office.admin();
    let clerk = office.colleague(&mut admin, "宋小笺");
    (office, clerk)
}

fn town(name: &str) -> Town {
    let more = [WATCH.to_owned(), MINUTES.to_owned()];
    let town = Town::open_with(Folder::new(name), Clock::held(monday()), &more);
    town.settle_people();
    town
}

fn shown(office: &Office) {
    assert!(office.town.store.drain(Duration::from_secs(20)));
}

fn titles(town: &Town) -> Vec<String> {
    let index = town.store.index().unwrap();
    index
        .all("SELECT title FROM case_list ORDER BY case_id", [], |r| {
            r.get(0)
        })
        .unwrap()
}

fn who(town: &Town, name: &str) -> String {
    let acting = town.acting(name);
    let mine: Vec<Principal> = acting.viewer.holds.iter().map(|h| h.principal).collect();
    inkstone::engine::index_store::principals(&mine)
}

fn matters(town: &Town, name: &str) -> Vec<Matter> {
    assert!(town.store.drain(Duration::from_secs(20)));
    list_matters(&town.store.index().unwrap(), &who(town, name)).unwrap()
}

fn note(words: &str) -> Input {
    Input {
        note: words.into(),
        ..Input::default()
    }
}

/// Begins a supervised matter of a department.
fn watch(town: &Town, matter: &str, (dept, until): (&str, &str)) -> Id {
    let published = town
        .engine
        .procedures
        .current("test-watch")
        .unwrap()
        .clone();
    let mut values = Values::new();
    for (k, v) in [
        ("matter", json!(matter)),
        ("source", json!("会议")),
        ("lead", json!(town.dept(dept))),
        ("until", json!(until)),
    ] {
        values.insert(k.into(), v);
    }
    let input = Input {
        values,
        choice: "do".into(),
        ..Input::default()
    };
    let stamp = town.stamp("宋小笺", "case.start");
    let acting = town.acting("宋小笺");
    let done = town
        .engine
        .start(&town.store, stamp, &acting, (&published, input, None));
    done.unwrap().value.case
}

#[test]
fn the_procedures_of_these_tests_may_be_published() {
    let roles: Vec<&str> = Role::ALL.iter().map(|r| r.id()).collect();
    for text in [WATCH, MINUTES] {
        let p = Procedure::parse(text).unwrap();
        assert_eq!(publish::check(&p, &roles), Vec::<String>::new());
        let again = Procedure::parse(&p.text().unwrap()).unwrap();
        assert_eq!(again.text().unwrap(), p.text().unwrap());
    }
    let wrong = [
        ("proof = \"proof\"", "proof = \"number\"", "办结材料"),
        ("progress = \"progress\"", "progress = \"matter\"", "意见栏"),
        ("principal = \"lead\"", "principal = \"matter\"", "牵头部门"),
        ("due = \"until\"", "due = \"matter\"", "日期"),
    ];
    for (from, to, said) in wrong {
        let text = WATCH.replacen(from, to, 1);
        assert_ne!(text, WATCH, "{from}");
        let found = publish::check(&Procedure::parse(&text).unwrap(), &roles);
        assert!(found.iter().any(|s| s.contains(said)), "{to}: {found:?}");
    }
    let text = MINUTES.replacen("matter = \"what\"", "matter = \"nothing\"", 1);
    let found = publish::check(&Procedure::parse(&text).unwrap(), &roles);
    assert!(found.iter().any(|s| s.contains("表格里没有")), "{found:?}");
}

#[test]
fn what_hangs_is_seen_by_whom_the_cases_are_shown_to() {
    let town = town("hang");
    let case = to_departments(&town, "关于防汛值班的通知");
    town.register("incoming-handle", "关于报表的通知").unwrap();
    // the departments' seven working days are over
    town.clock.advance(20 * 86_400_000);
    let (office, mut clerk) = behind(town);
    shown(&office);
    let page = clerk.get("/hang").text();
    assert!(
        page.contains("在办 3 项"),
        "two departments and the office: {page}"
    );
    assert!(
        page.contains("红：超期") && page.contains("应急管理办公室"),
        "{page}"
    );
    let red = clerk.get("/hang?light=red").text();
    assert!(
        red.contains("防汛值班") && red.contains("红：超期：3 项"),
        "{red}"
    );
    let dept = inkstone::web::encode("应急管理办公室（消防）");
    let one = clerk.get(&format!("/hang?dept={dept}")).text();
    assert!(one.contains("雷有备") && one.contains("：1 项"), "{one}");
    // who has no part sees none of it; who is no leader has no page
    let mut other = office.colleague(&mut office.admin(), "钱细清");
    let page = other.get("/hang").text();
    assert!(
        page.contains("现在没有在等人办的") && !page.contains("防汛"),
        "{page}"
    );
    let mut handler = office.colleague(&mut office.admin(), "安守");
    assert_eq!(handler.get("/hang").status, 403);
    // a head follows his own step and what is after it, not what went before
    let mut head = office.colleague(&mut office.admin(), "雷有备");
    let page = head.get("/hang").text();
    assert!(
        page.contains("防汛值班") && !page.contains("关于报表的通知"),
        "{page}"
    );
    assert!(office.town.open_case("钱细清", case).is_err());
}

#[test]
fn a_matter_is_raised_from_a_case_with_what_the_leader_said() {
    let (office, mut clerk) = office("raise");
    let case = to_departments(&office.town, "关于防汛值班的通知");
    shown(&office);
    let page = clerk.get(&format!("/case/{case}")).text();
    assert!(
        page.contains("转督办"),
        "the button of the procedure that supervises"
    );
    let at = format!("/start/test-watch?raised={case}");
    let form = clerk.get(&at);
    let text = form.text();
    assert!(
        text.contains("江若川：请应急办办理。") && text.contains("关于防汛值班的通知"),
        "{text}"
    );
    let yjb = office.dept("YJB");
    let matter = "请应急办办理防汛值班";
    let sent = clerk.submit(
        &at,
        "/start/test-watch",
        &[
            ("f.source", "批示"),
            ("f.matter", matter),
            ("f.lead", &yjb),
            ("f.until", "2026-03-20"),
            ("do", "submit/do"),
        ],
    );
    assert_eq!(sent.status, 303, "{}", sent.text());
    shown(&office);
    let all = matters(&office.town, "宋小笺");
    assert_eq!(all.len(), 1);
    assert_eq!(
        (all[0].matter.as_str(), all[0].source.as_str()),
        (matter, "批示")
    );
    // both show each other; whoever may see only one of them is told that there is another
    let from = clerk.get(&format!("/case/{case}")).text();
    assert!(
        from.contains("关联 1 件") && from.contains(matter),
        "{from}"
    );
    let to = clerk.get(&format!("/case/{}", all[0].case)).text();
    assert!(
        to.contains("关联 1 件") && to.contains("关于防汛值班的通知"),
        "{to}"
    );
    let mut other = office.colleague(&mut office.admin(), "田丰收");
    let seen = other.get(&format!("/case/{case}")).text();
    assert!(
        seen.contains("另有一件，您看不到") && !seen.contains(matter),
        "{seen}"
    );
    assert!(
        !seen.contains("转督办</a>"),
        "who may not begin one is not offered it"
    );
    // and nobody raises one from what he may not see
    let hidden = other.get(&format!("/start/test-watch?raised={}", all[0].case));
    assert!(
        hidden.status == 403 || hidden.status == 404,
        "{}",
        hidden.status
    );
}

#[test]
fn progress_turns_the_light_and_only_proof_closes() {
    let town = town("progress");
    let case = watch(&town, "汛前检查", ("YJB", "2026-03-31"));
    let (zone, directory) = (Zone::BEIJING, town.directory());
    let light = |m: &Matter| m.light(town.clock.now(), zone, directory.calendar());
    let one = |name: &str| matters(&town, name).remove(0);
    assert_eq!(light(&one("宋小笺")), Light::Green);
    town.clock.advance(10 * 86_400_000);
    assert_eq!(
        light(&one("宋小笺")),
        Light::Yellow,
        "a week without a word"
    );
    town.act("雷有备", case, MoveId::Report, note("已查三处，还差两处"))
        .unwrap();
    let m = one("江若川");
    assert_eq!(light(&m), Light::Green);
    assert_eq!(m.progress[0].2, "已查三处，还差两处");
    let held = town.open_case("雷有备", case).unwrap().task;
    assert!(held.is_some(), "a report lets nothing go");
    // nobody without work on it reports, and nothing empty is one
    let refused = town.act("江若川", case, MoveId::Report, note("我也说一句"));
    assert!(
        matches!(refused, Err(Error::Denied(_) | Error::Conflict(_))),
        "{refused:?}"
    );
    let empty = town.act("雷有备", case, MoveId::Report, note("　"));
    assert!(matches!(empty, Err(Error::Invalid(_))), "{empty:?}");
    town.clock.advance(14 * 86_400_000);
    assert_eq!(light(&one("宋小笺")), Light::Red);
    let bare = town.act("雷有备", case, MoveId::Submit, Input::default());
    assert!(
        matches!(&bare, Err(Error::Invalid(e)) if e.of("proof").is_some()),
        "{bare:?}"
    );
    let proved = Input {
        values: [("proof".to_owned(), json!("检查记录五份"))]
            .into_iter()
            .collect(),
        ..Input::default()
    };
    town.act("雷有备", case, MoveId::Submit, proved).unwrap();
    assert_eq!(
        light(&one("宋小笺")),
        Light::Red,
        "not closed before it is checked"
    );
    town.act("宋小笺", case, MoveId::Archive, Input::default())
        .unwrap();
    let m = one("宋小笺");
    assert_eq!((light(&m), m.proof), (Light::Out, true));
    assert!(matters(&town, "钱细清").is_empty(), "only whose it is");
}

#[test]
fn the_supervision_page_lists_and_prints() {
    let (office, mut clerk) = office("watching");
    watch(&office.town, "红灯的事", ("YJB", "2026-03-02"));
    watch(&office.town, "绿灯的事", ("NYZ", "2026-06-30"));
    shown(&office);
    let page = clerk.get("/supervision").text();
    assert!(page.contains("红灯的事") && page.contains("绿灯的事") && page.contains("督办台账"));
    let red = clerk.get("/supervision?light=red").text();
    assert!(
        red.contains("红灯的事") && !red.contains("绿灯的事"),
        "{red}"
    );
    let paper = clerk.get("/supervision/print").text();
    // each part stays whole where the line breaks
    let line = paper.replace("</span><span>", "");
    assert!(
        line.contains("合计 2 件：红灯 1、黄灯 0、绿灯 1、已销号 0"),
        "{paper}"
    );
    let mut head = office.colleague(&mut office.admin(), "雷有备");
    let his = head.get("/supervision").text();
    assert!(
        his.contains("红灯的事") && !his.contains("绿灯的事"),
        "{his}"
    );
}

#[test]
fn rows_of_the_minutes_become_matters_at_once() {
    let (office, mut clerk) = office("minutes");
    let town = &office.town;
    let published = town
        .engine
        .procedures
        .current("test-minutes")
        .unwrap()
        .clone();
    let rows = json!([
        { "what": "清淤", "lead": "应急管理办公室", "others": "", "until": "2026-03-31" },
        { "what": "补种", "lead": "没有这个部门", "others": "", "until": "四月底" },
        { "what": "通报", "lead": "应急管理办公室", "others": "", "until": "2026-04-10" },
    ]);
    let values: Values = [
        ("title".to_owned(), json!("党政联席会")),
        ("decided".to_owned(), rows),
    ]
    .into_iter()
    .collect();
    let input = Input {
        values,
        choice: "keep".into(),
        ..Input::default()
    };
    let acting = town.acting("宋小笺");
    let stamp = town.stamp("宋小笺", "case.start");
    let case = town
        .engine
        .start(&town.store, stamp, &acting, (&published, input, None));
    let case = case.unwrap().value.case;
    shown(&office);
    let at = format!("/case/{case}/raise");
    let form = clerk.get(&at).text();
    assert!(
        form.contains("清淤") && form.contains("补种") && form.contains("第 3 条"),
        "{form}"
    );
    let (yjb, nyz) = (office.dept("YJB"), office.dept("NYZ"));
    let base = [
        ("row", "0"),
        ("row", "1"),
        ("matter.0", "清淤"),
        ("principal.0", &*yjb),
        ("due.0", "2026-03-31"),
        ("matter.1", "补种"),
    ];
    let bad = [&base[..], &[("principal.1", ""), ("due.1", "四月底")]].concat();
    let refused = clerk.submit(&at, &at, &bad);
    assert_eq!(refused.status, 422, "{}", refused.text());
    let text = refused.text();
    assert!(
        text.contains("第 2 条") && text.contains("四月底"),
        "what was typed stays: {text}"
    );
    assert!(matters(town, "宋小笺").is_empty(), "all or none");
    let good = [
        &base[..],
        &[("principal.1", &*nyz), ("due.1", "2026-04-30")],
    ]
    .concat();
    let page = clerk.get(&at);
    let mut fields = page.hidden(&at);
    fields.extend(good.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    for _ in 0..2 {
        let sent = clerk.post(&at, &fields);
        assert_eq!(sent.status, 303, "{}", sent.text());
    }
    let all = matters(town, "宋小笺");
    let found: Vec<&str> = all.iter().map(|m| m.matter.as_str()).collect();
    assert_eq!(found, ["清淤", "补种"], "pressed twice each begins once");
    shown(&office);
    assert!(
        clerk
            .get(&format!("/case/{case}"))
            .text()
            .contains("关联 2 件")
    );
    let mut head = office.colleague(&mut office.admin(), "雷有备");
    assert_eq!(
        head.get(&at).status,
        404,
        "neither his case nor his to begin"
    );
}

#[test]
fn the_ledger_of_any_procedure_says_where_it_is() {
    let (office, mut clerk) = office("any-ledger");
    let case = watch(&office.town, "汛前检查", ("YJB", "2026-03-31"));
    shown(&office);
    let page = clerk.get(&format!("/case/{case}/ledger")).text();
    assert!(
        page.contains("走到哪一步") && page.contains("aria-current=\"step\""),
        "{page}"
    );
    let here = page.split("aria-current=\"step\"").nth(1).unwrap();
    let here: String = here.chars().take(60).collect();
    assert!(here.contains("承办"), "{here}");
    let case_page = clerk.get(&format!("/case/{case}")).text();
    assert!(
        case_page.contains("现在到") && case_page.contains("雷有备"),
        "who has it and since when"
    );
}
