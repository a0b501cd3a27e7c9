//! A confidential department: no byte of its titles in the lists, the alerts and the mails, and everybody who
//! may see its cases sees them as before. The files are read raw, as somebody with a copy would.

use super::{exclusive, press, runs};
use crate::support::office::Office;
use crate::support::town::says;
use inkstone::engine::definition::MoveId;
use inkstone::engine::index_store::principals;
use inkstone::inbox::alert_store::list_alerts;
use inkstone::kit::{Id, Principal};
use inkstone::store::Query;
use std::path::Path;
use std::time::Duration;

const TITLE: &str = "丙松秘事核查的通知";
const LATER: &str = "丁柏秘事复核的通知";
const SAID: &str = "拟请戊桂所长核办";
const SENDER: &str = "墨川县应急管理局";
const NUMBER: &str = "墨应急发〔2026〕12号";

/// A file with its log, as it lies on the disk once the logs are carried over.
fn raw(office: &Office, path: &Path) -> Vec<u8> {
    assert!(office.town.store.drain(Duration::from_secs(20)));
    office.town.store.checkpoint();
    let mut all = std::fs::read(path).unwrap();
    let log = format!("{}-wal", path.display());
    all.extend(std::fs::read(log).unwrap_or_default());
    all
}

fn has(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|w| w == words.as_bytes())
}

fn in_lists(office: &Office, words: &str) -> bool {
    has(&raw(office, &office.town.folder.dir().index()), words)
}

fn told(office: &Office) -> String {
    office.state.alerts.deliver(&office.town.store).unwrap();
    let all = list_alerts(&office.town.store.hub().unwrap(), None, (100, 0)).unwrap();
    let lines = all
        .iter()
        .map(|a| format!("{} {} {}", a.title, a.number, a.words));
    lines.collect::<Vec<_>>().join("\n")
}

/// Registered, proposed, before the office's head.
fn proposed(office: &Office, title: &str) -> Id {
    let from = [("from", SENDER), ("from_number", NUMBER)];
    // a browser's form has a random key; one with the title in it would stand in the hub's claims
    let op = format!(
        "op-{}",
        title.len() * 100 + office.town.store.shelves().unwrap().len()
    );
    let what = ("incoming-handle", title);
    let case = office.town.start("宋小笺", what, &from, &op).unwrap().case;
    office
        .town
        .act("宋小笺", case, MoveId::Submit, says(SAID))
        .unwrap();
    case
}

fn dept_of(office: &Office, case: Id) -> i64 {
    let all = office.town.store.shelves().unwrap();
    all.into_iter().find(|s| s.0 == case.shelf()).unwrap().1
}

#[test]
fn no_byte_of_a_title_stays_in_the_lists_and_who_may_see_sees_all() {
    let office = Office::new("storage-secret");
    // what happens from here on is told
    office.state.alerts.deliver(&office.town.store).unwrap();
    let mut admin = office.admin();
    drop(office.colleague(&mut admin, "宋小笺"));
    let mut head = office.colleague(&mut admin, "纪文澜");
    let mut stranger = office.colleague(&mut admin, "钱细清");
    let case = proposed(&office, TITLE);
    let dept = dept_of(&office, case);
    assert_eq!(dept, office.town.dept("DZB"));
    exclusive(&office, dept);
    let mut clerk = runs(&office, &mut admin, "宋小笺", dept);
    assert!(
        in_lists(&office, TITLE) && in_lists(&office, SENDER),
        "they were there"
    );
    assert!(told(&office).contains(TITLE));
    let before = (
        head.get("/todo").text(),
        clerk.get("/register/incoming").text(),
    );
    let key = |page: &str| page.split("<main").nth(1).unwrap().matches(TITLE).count();
    assert!(key(&before.0) > 0 && key(&before.1) > 0);

    let mine = clerk.get("/storage/mine");
    let at = "/storage/mine/confidential";
    let done = press(&mut clerk, &mine, at, &[("quiet", "1")]);
    assert_eq!(done.status, 303, "{}", done.text());
    for words in [TITLE, SAID, SENDER, "墨应急发〔2026〕12号", "丙松秘事"] {
        assert!(!in_lists(&office, words), "{words} stands in index.db");
    }
    assert!(
        !told(&office).contains(TITLE),
        "what was told before is taken back"
    );

    // everybody who may see it: to-do, in hand, register with its Excel, search, its number, its double
    let todo = head.get("/todo").text();
    assert_eq!(key(&todo), key(&before.0), "{todo}");
    let register = clerk.get("/register/incoming").text();
    assert_eq!(key(&register), key(&before.1), "{register}");
    assert!(register.contains(SENDER));
    assert!(clerk.get("/doing").text().contains(TITLE));
    assert!(clerk.get("/register/incoming/print").text().contains(TITLE));
    assert!(office.state.search.drain(Duration::from_secs(60)));
    assert!(
        head.get(&format!("/search?q={}", inkstone::web::encode("丙松秘事")))
            .text()
            .contains("核查的通知")
    );
    let acting = office.town.acting("宋小笺");
    let engine = &office.town.engine;
    assert_eq!(
        engine
            .cases_numbered(&office.town.store, &acting, "1")
            .unwrap(),
        [case]
    );
    let same = format!(
        "/start/incoming-handle/same?f.from={}&f.from_number={}&f.title={}",
        inkstone::web::encode(SENDER),
        inkstone::web::encode("墨应急发〔2026〕12号"),
        inkstone::web::encode(TITLE)
    );
    assert!(
        clerk.get(&same).text().contains(TITLE),
        "the double is found by its keys"
    );

    // nobody else: not even that it is there
    for at in [
        "/todo",
        "/doing",
        "/register/incoming",
        "/search?q=%E4%B8%99%E6%9D%BE",
    ] {
        assert!(!stranger.get(at).text().contains("秘事"), "{at}");
    }
    let mut leader = office.colleague(&mut admin, "陆平章");
    assert!(!leader.get("/todo").text().contains("秘事"));

    // a condition that looks into what is kept back says so, to whom it matters
    let narrow = format!("/register/incoming?q={}", inkstone::web::encode("丙松"));
    let page = clerk.get(&narrow).text();
    assert!(
        page.contains("保密部门的件不在这个结果里") && page.contains("用<a href=\"/search\""),
        "{page}"
    );
    assert!(!stranger.get(&narrow).text().contains("保密部门"));
}

#[test]
fn what_comes_after_is_told_without_its_title_and_back_again_with_it() {
    let office = Office::new("storage-secret-mail");
    office.state.alerts.deliver(&office.town.store).unwrap();
    let mut admin = office.admin();
    drop(office.colleague(&mut admin, "宋小笺"));
    let dept = office.town.dept("DZB");
    office.town.store.shelf_for(dept, 2026).unwrap();
    exclusive(&office, dept);
    let mut clerk = runs(&office, &mut admin, "宋小笺", dept);
    let at = "/storage/mine/confidential";
    let mine = clerk.get("/storage/mine");
    assert_eq!(press(&mut clerk, &mine, at, &[("quiet", "1")]).status, 303);
    let case = proposed(&office, LATER);
    let said = told(&office);
    assert!(said.contains("标题不公开"), "something was told: {said}");
    assert!(!said.contains("丁柏") && !said.contains(SAID) && !said.contains("墨应急发"));
    assert!(!in_lists(&office, LATER) && !in_lists(&office, SAID));
    let hub = raw(&office, &office.town.folder.dir().hub());
    assert!(
        !has(&hub, LATER) && !has(&hub, SAID),
        "a word of it in the hub"
    );

    // the rows a restart makes anew keep it back too
    office.town.store.rebuild_index().unwrap();
    assert!(!in_lists(&office, LATER));
    let mine: Vec<Principal> = office
        .town
        .acting("纪文澜")
        .viewer
        .holds
        .iter()
        .map(|h| h.principal)
        .collect();
    let who = principals(&mine);
    let index = office.town.store.index().unwrap();
    let mut todo = inkstone::engine::index_store::list_todo(&index, &who, (10, 0)).unwrap();
    drop(index);
    assert_eq!(todo[0].title, "");
    let store = &office.town.store;
    office
        .town
        .engine
        .unveil_todo(store, "[]", &mut todo)
        .unwrap();
    assert_eq!(
        todo[0].title, "（标题不公开）",
        "nobody's principals fill nothing"
    );
    todo[0].title.clear();
    office
        .town
        .engine
        .unveil_todo(store, &who, &mut todo)
        .unwrap();
    assert_eq!((todo[0].case, todo[0].title.as_str()), (case, LATER));

    let mine = clerk.get("/storage/mine");
    assert_eq!(press(&mut clerk, &mine, at, &[("quiet", "0")]).status, 303);
    assert!(in_lists(&office, LATER), "the lists have their words again");
    let rows: i64 = store
        .index()
        .unwrap()
        .one("SELECT count(*) FROM case_list WHERE title = ''", [], |r| {
            r.get(0)
        })
        .unwrap();
    assert_eq!(rows, 0);
}

#[test]
fn a_confidential_department_stays_in_its_own_cabinet() {
    let office = Office::new("storage-secret-rule");
    let mut admin = office.admin();
    let dept = office.dept("DZB");
    let rule = "/storage/rule";
    let case = proposed(&office, TITLE);
    let asked = [
        ("do", "look"),
        ("mode", "exclusive"),
        ("own", &*dept),
        ("quiet", &*dept),
    ];
    let wrong = admin.submit(
        rule,
        rule,
        &[("do", "look"), ("mode", "shared"), ("quiet", &*dept)],
    );
    assert!(
        wrong.status == 422 && wrong.text().contains("不能设保密"),
        "{}",
        wrong.text()
    );
    let seen = admin.submit(rule, rule, &asked);
    let done = press(&mut admin, &seen, rule, &[("do", "go")]);
    assert_eq!(done.status, 303, "{}", done.text());
    assert!(office.town.store.is_confidential(case.shelf()));
    assert!(!in_lists(&office, TITLE));
    let back = admin.submit(rule, rule, &[("do", "look"), ("mode", "shared")]);
    assert!(
        back.status == 422 && back.text().contains("设了保密"),
        "{}",
        back.text()
    );
    let map = admin.get("/storage").text();
    assert!(map.contains("独占，保密"), "{map}");
}
