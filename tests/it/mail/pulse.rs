//! What a page asks by itself: cheap, right, and no reason to stay logged in.

use super::Desk;
use serde_json::Value;
use std::sync::atomic::Ordering;
use std::time::Duration;

fn pulse(http: &mut crate::support::http::Http) -> Value {
    let reply = http.get("/pulse");
    assert_eq!(reply.status, 200, "{}", reply.text());
    serde_json::from_str(&reply.text()).unwrap()
}

#[test]
fn it_counts_what_waits_and_what_is_new() {
    let desk = Desk::new("pulse-count");
    let mut browser = desk.browser("纪文澜");
    assert_eq!(pulse(&mut browser)["todo"], 0);
    desk.to_review_with("甲", &[("urgency", "特急")]);
    assert!(desk.office.town.store.drain(Duration::from_secs(10)));
    let now = pulse(&mut browser);
    assert_eq!(now["todo"], 1);
    assert_eq!(now["given"].as_array().unwrap().len(), 1);
    assert_eq!(now["hot"], now["given"][0]);
    assert_eq!(now["sound"], false);
}

#[test]
fn between_two_changes_it_is_counted_once() {
    let desk = Desk::new("pulse-cheap");
    let mut browser = desk.browser("纪文澜");
    desk.to_review("甲");
    assert!(desk.office.town.store.drain(Duration::from_secs(10)));
    pulse(&mut browser);
    let count = || {
        desk.office
            .state
            .store
            .counters()
            .statements
            .load(Ordering::Relaxed)
    };
    // other threads may read for themselves once in a while; ten answers without a statement settle it
    let free = |browser: &mut crate::support::http::Http| {
        let before = count();
        for _ in 0..10 {
            pulse(browser);
        }
        count() == before
    };
    assert!((0..5).any(|_| free(&mut browser)), "counted anew each time");
}

#[test]
fn u53_asking_keeps_nobody_logged_in_and_says_when_it_ends() {
    let desk = Desk::new("pulse-session");
    let mut browser = desk.browser("纪文澜");
    assert_eq!(browser.get("/todo").status, 200);
    let twelve_hours = 12 * 3_600_000;
    assert_eq!(pulse(&mut browser)["left"], twelve_hours);
    for _ in 0..11 {
        desk.later(60);
        let now = pulse(&mut browser);
        assert_eq!(now["stays"], true);
    }
    assert_eq!(pulse(&mut browser)["left"], 3_600_000);
    // what the button of the warning asks is use
    assert_eq!(browser.get("/count").status, 200);
    assert_eq!(pulse(&mut browser)["left"], twelve_hours);
    for _ in 0..12 {
        desk.later(60);
        browser.get("/pulse");
    }
    assert_eq!(browser.get("/todo").status, 303, "to the log-in");
}
