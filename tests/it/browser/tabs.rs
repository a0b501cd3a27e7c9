//! Ten tabs of one browser: all of them usable, one of them asking, each with the count in its title; and
//! when the asking one is closed another asks.

use super::desks::Desks;
use std::time::{Duration, Instant};

/// Half a minute becomes half a second.
const QUICK: &str = "var slow = window.setInterval;
    window.setInterval = function (f, ms) { return slow(f, ms / 50); };";
const ASKED: &str = "return performance.getEntriesByType('resource')
    .filter(function (e) { return e.name.indexOf('/pulse') > 0 && e.name.indexOf('.js') < 0; }).length;";

const PAGES: [&str; 10] = [
    "/doing",
    "/done",
    "/register/incoming",
    "/search",
    "/scans",
    "/sheets",
    "/me",
    "/me/notify",
    "/start/incoming-handle",
    "/start/incoming-read",
];

/// How often each tab has asked until now.
fn asked(desks: &mut Desks, tabs: &[String]) -> Vec<u64> {
    let one = |tab: &String| {
        desks.browser.turns_to(tab);
        desks.browser.script(ASKED).as_u64().unwrap()
    };
    tabs.iter().map(one).collect()
}

/// The tabs that asked since, once one has asked three times more.
fn who_asks(desks: &mut Desks, tabs: &[String]) -> Vec<usize> {
    let before = asked(desks, tabs);
    let start = Instant::now();
    loop {
        let now = asked(desks, tabs);
        let more: Vec<u64> = now.iter().zip(&before).map(|(n, b)| n - b).collect();
        if more.iter().any(|m| *m >= 3) {
            return (0..more.len()).filter(|i| more[*i] > 0).collect();
        }
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "no tab asks: {more:?}"
        );
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn titles_count(desks: &mut Desks, tabs: &[String], n: usize) {
    let begin = format!("({n}) ");
    for tab in tabs {
        desks.browser.turns_to(tab);
        let start = Instant::now();
        while !desks.browser.title().starts_with(&begin) {
            let title = desks.browser.title();
            assert!(
                start.elapsed() < Duration::from_secs(20),
                "{title} at {}",
                desks.browser.path()
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

#[test]
fn of_ten_tabs_one_asks_and_all_know() {
    let Some(mut desks) = Desks::open("tabs", &["宋小笺"]) else {
        return;
    };
    desks
        .office
        .town
        .register("incoming-handle", "关于防汛的通知")
        .unwrap();
    desks.sit("宋小笺");
    let first = desks.browser.tab();
    let mut tabs = Vec::new();
    for page in PAGES {
        let tab = desks.browser.opens_tab(QUICK);
        desks.browser.goto(page);
        desks.browser.wait_for("待办");
        tabs.push(tab);
    }
    // the one without the quick clock is closed: ten remain
    desks.browser.turns_to(&first);
    desks.browser.closes_tab();
    let one = who_asks(&mut desks, &tabs);
    assert_eq!(one.len(), 1, "exactly one asks: {one:?}");
    titles_count(&mut desks, &tabs, 1);
    // something new: all of them tell it without being touched
    desks
        .office
        .town
        .register("incoming-handle", "关于防火的通知")
        .unwrap();
    desks.settle();
    titles_count(&mut desks, &tabs, 2);
    // the asking one goes, another takes over
    desks.browser.turns_to(&tabs.remove(one[0]));
    desks.browser.closes_tab();
    let next = who_asks(&mut desks, &tabs);
    assert_eq!(next.len(), 1, "exactly one asks: {next:?}");
    // each is still a page to work on
    for tab in &tabs {
        desks.browser.turns_to(tab);
        desks.press("发起事项", "登记阅件");
        desks.goes("/todo", "我经手的");
        desks.reads(&["关于防汛的通知", "关于防火的通知"]);
    }
}
