//! The health page as administrators see it: the lights, the check that reads the files through, and a clock
//! that cannot be right (R08, R10, R18).

use crate::browser::album::both_widths;
use crate::support::browser::Browser;
use crate::support::files::Bare;
use crate::support::office::{ADMIN, Office, PASSWORD};
use crate::support::town::{Town, monday, says};
use inkstone::app::alerts;
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::Input;
use inkstone::kit::{Clock, Error, Millis};
use inkstone::screens::health::check;
use inkstone::screens::health::lights::{self, Grade, Light};
use inkstone::store::{ClockState, Limits, NewAttachment, Stamp};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

const DAY: i64 = 24 * 3_600_000;

fn light(office: &Office, name: &str) -> Light {
    let all = lights::of(&check::facts(&office.state));
    all.into_iter().find(|l| l.name == name).unwrap()
}

#[test]
fn an_administrator_checks_the_files_from_the_page() {
    let office = Office::new("health");
    office.town.register("incoming-handle", "第一件").unwrap();
    let mut admin = office.admin();
    let page = admin.get("/health");
    assert_eq!(page.status, 200);
    for part in [
        "体检",
        "磁盘",
        "柜子",
        "清单和查找",
        "邮件",
        "时间",
        "数据核对",
        "还没有查过",
    ] {
        assert!(page.text().contains(part), "{part}");
    }
    assert!(
        page.text().matches("<tr>").count() <= 11,
        "ten lights and their head"
    );
    assert_eq!(admin.submit("/health", "/health/check", &[]).status, 303);
    let until = Instant::now() + Duration::from_secs(20);
    while light(&office, "数据核对").grade != Grade::Good {
        assert!(Instant::now() < until, "{:?}", light(&office, "数据核对"));
        std::thread::sleep(Duration::from_millis(20));
    }
    let page = admin.get("/health").text();
    assert!(
        page.contains("查过") && page.contains("条操作记录"),
        "{page}"
    );
    // kept: the next start knows of it
    let kept = inkstone::store::find_checked(&office.town.store.hub().unwrap()).unwrap();
    assert_eq!(kept.unwrap().files, 2);
    // at the LAN it is only looked at
    let lan = office.logged_in(2, "苏简", PASSWORD).get("/health");
    assert_eq!(lan.status, 200);
    assert!(!lan.text().contains("action=\"/health/check\""));
}

#[test]
fn a_check_asked_to_end_keeps_the_last_result() {
    let office = Office::new("cancel");
    let stop = office.state.health.begin().unwrap();
    stop.store(true, std::sync::atomic::Ordering::Release);
    assert!(
        office
            .town
            .store
            .check_all(&Default::default(), &stop)
            .is_none()
    );
    let mut admin = office.admin();
    assert!(admin.get("/health").text().contains("/health/stop"));
    assert_eq!(admin.submit("/health", "/health/stop", &[]).status, 303);
    office.state.health.end(None);
    assert!(light(&office, "数据核对").says.contains("还没有查过"));
}

#[test]
fn r08_r18_contents_that_rotted_or_went_are_found_at_night() {
    let office = Office::new("rot");
    let town = &office.town;
    let case = town
        .register("incoming-handle", "有附件的一件")
        .unwrap()
        .case;
    for text in ["第一个附件", "第二个附件", "第三个附件"] {
        let mut upload = town.store.upload(case.shelf()).unwrap();
        upload.push(text.as_bytes()).unwrap();
        let (digest, size) = upload.finish().unwrap();
        let new = NewAttachment {
            owner: case,
            field: "files".into(),
            name: format!("{text}.txt"),
            size,
            digest,
            kind: "text/plain".into(),
            person: town.person("宋小笺"),
            person_name: "宋小笺".into(),
        };
        let stamp = town.stamp("宋小笺", "test.attach");
        let write = move |w: &mut inkstone::store::Write<'_>| {
            w.quiet("a test");
            w.attach(&new)
        };
        town.store.write(case.shelf(), stamp, write).unwrap();
    }
    let stamp = || Stamp::new("system:health", "health.check", town.clock.now());
    check::run(&office.state, stamp());
    assert_eq!(light(&office, "数据核对").grade, Grade::Good);
    assert_eq!(office.state.health.checked().unwrap().contents, 3);

    let attach = Bare::open(&town.folder.dir().attach(1));
    attach.one("UPDATE chunk SET data = zeroblob(length(data)) WHERE blob = 2");
    attach.one("DELETE FROM chunk WHERE blob = 3");
    attach.one("DELETE FROM blob WHERE id = 3");
    drop(attach);
    check::run(&office.state, stamp());
    let wrong = office.state.health.checked().unwrap().wrong.join("\n");
    assert!(
        wrong.contains("不一样") && wrong.contains("1 个附件只剩名字"),
        "{wrong}"
    );
    let mut admin = office.admin();
    assert!(admin.get("/todo").text().contains("数据核对"));
}

#[test]
fn the_lights_and_the_red_lines_as_they_look() {
    let office = Office::new("health-look");
    office.town.register("incoming-handle", "第一件").unwrap();
    assert!(office.town.store.drain(Duration::from_secs(10)));
    let port = office.server.addresses()[0].port();
    let here = SocketAddr::from(([127, 0, 0, 1], port));
    let Some(mut browser) = Browser::open(here) else {
        return;
    };
    browser.goto("/login");
    browser.fill("姓名、手机号或工号", ADMIN);
    browser.fill("密码", PASSWORD);
    browser.press("登录");
    let small = Limits {
        ballast: 1 << 20,
        full: 1 << 18,
        resume: 2 << 20,
        uploads: 1 << 20,
        warn: 2 << 20,
    };
    office.town.store.watch_disk(Some(small)).unwrap();
    // a volume that is gone is the reddest of all
    let path = office.town.folder.dir().volume(1);
    std::fs::rename(&path, path.with_extension("elsewhere")).unwrap();
    office.town.store.look_round();
    for (page, name) in [("/health", "health"), ("/todo", "health-todo")] {
        browser.goto(page);
        let pictures = both_widths(&mut browser, name);
        assert!(pictures.iter().all(|p| p.exists()));
        assert_eq!(browser.complaints(), [""; 0], "{name}");
    }
}

/// The hub is left as it was; the office stands in another time.
fn at_another_time(name: &str, by: i64) -> Town {
    let town = Town::new(name);
    town.register("incoming-handle", "先登记一件").unwrap();
    let folder = town.stop();
    Town::open(folder, Clock::held(Millis(monday().0 + by)))
}

#[test]
fn r10_a_clock_set_back_writes_nothing_until_an_administrator_says_so() {
    let town = at_another_time("back", -40 * DAY);
    let office = Office::of(town);
    let town = &office.town;
    match town.register("incoming-handle", "再登记一件") {
        Err(Error::Busy(why)) => {
            assert!(why.contains("时间不对") && why.contains("未保存"), "{why}")
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(town.todo("宋小笺").len(), 1, "reading goes on");
    let mut admin = office.admin();
    let page = admin.get("/health").text();
    assert!(
        page.contains("2026年3月9日") && page.contains("2026年1月28日"),
        "{page}"
    );
    assert!(admin.get("/todo").text().contains("暂停办理"));
    // only at the server's own screen
    let mut lan = office.logged_in(2, ADMIN, PASSWORD);
    assert!(!lan.get("/health").text().contains("/health/clock"));
    assert_eq!(admin.submit("/health", "/health/clock", &[]).status, 303);
    assert_eq!(town.store.clock_state(), ClockState::Good);
    let first = town_case(town);
    let second = town.register("incoming-handle", "再登记一件").unwrap().case;
    assert!(second > first, "the order of ids stays");
    assert!(!admin.get("/todo").text().contains("暂停办理"));
}

fn town_case(town: &Town) -> inkstone::kit::Id {
    let index = town.store.index().unwrap();
    let mine: Vec<_> = town
        .acting("宋小笺")
        .viewer
        .holds
        .iter()
        .map(|h| h.principal)
        .collect();
    let who = inkstone::engine::index_store::principals(&mine);
    let all = inkstone::engine::index_store::list_todo(&index, &who, (10, 0)).unwrap();
    all[0].case
}

#[test]
fn r10_a_clock_put_right_needs_nobody() {
    let town = at_another_time("right", 500 * DAY);
    assert!(matches!(town.store.clock_state(), ClockState::Held { .. }));
    assert!(town.register("incoming-handle", "不行").is_err());
    assert!(town.store.upload(town_case(&town).shelf()).is_err());
    town.clock.advance(-499 * DAY);
    town.store.look_round();
    assert_eq!(town.store.clock_state(), ClockState::Good);
    town.register("incoming-handle", "行了").unwrap();
}

#[test]
fn r10_nobody_is_reminded_of_a_thousand_deadlines_by_a_wrong_year() {
    let town = Town::new("year");
    with_a_deadline(&town);
    assert!(town.store.drain(Duration::from_secs(10)));
    let folder = town.stop();
    let town = Town::open(folder, Clock::held(Millis(monday().0 + 365 * DAY)));
    assert!(matches!(
        town.store.clock_state(),
        ClockState::Doubted { .. }
    ));
    let office = Office::of(town);
    assert_eq!(
        alerts::remind(&office.state).unwrap(),
        0,
        "not before the time is sure"
    );
    // two PCs say that it is still last year
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    for http in [&mut admin, &mut clerk] {
        let now = format!("/pulse?now={}", monday().0);
        assert_eq!(http.get(&now).status, 200);
    }
    let time = light(&office, "时间");
    assert!(
        time.grade == Grade::Bad && time.says.contains("365 天"),
        "{time:?}"
    );
    assert_eq!(alerts::remind(&office.state).unwrap(), 0);
    // the office really rested for a year: its own PCs bear it out
    for http in [&mut admin, &mut clerk] {
        let now = format!("/pulse?now={}", office.town.clock.now().0);
        assert_eq!(http.get(&now).status, 200);
    }
    assert_eq!(light(&office, "时间").grade, Grade::Good);
    assert!(
        alerts::remind(&office.state).unwrap() > 0,
        "there was a deadline to be told of"
    );
}

fn with_a_deadline(town: &Town) {
    let case = town
        .register("incoming-handle", "关于隐患排查的通知")
        .unwrap()
        .case;
    let to_leader = Input {
        choice: "instruct".into(),
        people: vec![town.post("江若川")],
        ..Input::default()
    };
    let out = Input {
        values: serde_json::from_value(serde_json::json!({
            "principal_department": town.dept("YJB"), "warn_days": "0",
        }))
        .unwrap(),
        ..Input::default()
    };
    for (name, mv, input) in [
        ("宋小笺", MoveId::Submit, says("拟请江镇长批示。")),
        ("纪文澜", MoveId::Submit, to_leader),
        ("江若川", MoveId::Submit, says("请应急办办理。")),
        ("宋小笺", MoveId::HandOut, out),
    ] {
        town.act(name, case, mv, input).unwrap();
    }
}
