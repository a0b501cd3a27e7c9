//! Cases the calendar begins (按时发起): once a period and post, whatever the clock and the power do, and only where
//! the office switched it on.

use crate::support::office::Office;
use crate::support::town::{Folder, Town, day, monday};
use inkstone::kit::{Clock, Millis, PersonId};
use inkstone::store::verify::verify;
use inkstone::store::{Query, Stamp};

const DAY_MS: i64 = 86_400_000;

const MONTHLY: &str = r#"
id = "test-monthly"
name = "安全月报"
group = "试验"
title = "what"

[start]
label = "填月报"
every = { each = "month", on = "10", roles = ["dept_head"], title = "{year}年{month}月安全月报" }

[visibility]
rule = "participants"

[[field]]
id = "what"
label = "标题"
kind = "text"
must = ["write"]

[layout]
rows = [["what 12"]]

[[step]]
id = "write"
name = "填写"
who = "starter"
moves = { submit = "报送" }
next = [{ to = "keep", label = "报党政办" }]

[[step]]
id = "keep"
name = "收下"
who = { role = "office_director" }
moves = { close = "收下" }

[register]
id = "test_monthly"
name = "安全月报登记簿"
columns = [{ id = "what", label = "标题", from = { field = "what" }, width = 12 }]

[ledger]
columns = [{ label = "填写者", from = { actor = "write" } }]
"#;

fn stamp(at: Millis) -> Stamp {
    Stamp::new("system:calendar", "case.schedule", at)
}

fn due(town: &Town) -> usize {
    let when = (town.clock.now(), stamp as fn(Millis) -> Stamp);
    town.engine
        .begin_due(&town.store, &town.directory(), when)
        .unwrap()
}

fn switch(town: &Town, on: bool) {
    let by: PersonId = town.person("纪文澜");
    let stamp = town.stamp("纪文澜", "procedure.design");
    town.engine
        .switch_schedule(&town.store, stamp, ("test-monthly", on), by)
        .unwrap();
}

fn town(name: &str) -> Town {
    let texts = [MONTHLY.to_owned()];
    let town = Town::open_with(Folder::new(name), Clock::held(monday()), &texts);
    town.settle_people();
    town
}

fn again(town: Town) -> Town {
    let clock = town.clock.clone();
    Town::open_with(town.stop(), clock, &[MONTHLY.to_owned()])
}

fn until(town: &Town, day_text: &str) {
    let to = inkstone::kit::Zone::BEIJING.at(day(day_text), 9, 0);
    town.clock.advance(to.0 - town.clock.now().0);
}

#[test]
fn each_post_has_one_case_a_period_whatever_clock_and_power_do() {
    let town = town("calendar");
    until(&town, "2026-03-10");
    assert_eq!(due(&town), 0, "nobody switched it on");
    until(&town, "2026-03-09");
    switch(&town, true);
    assert_eq!(due(&town), 0, "it is the ninth");
    until(&town, "2026-03-10");
    let begun = due(&town);
    assert!(begun >= 3, "{begun}");
    assert_eq!(town.todo("雷有备"), ["填写 2026年3月安全月报"]);
    assert_eq!(due(&town), 0);
    // the power fails between the case and the row that says so
    town.hub(|w| {
        w.quiet("as after a power cut");
        w.execute("DELETE FROM schedule_run", [])?;
        Ok(())
    });
    let town = again(town);
    due(&town);
    assert_eq!(town.todo("雷有备"), ["填写 2026年3月安全月报"]);
    let rows: i64 = town
        .store
        .hub()
        .unwrap()
        .one("SELECT count(*) FROM schedule_run", [], |r| r.get(0))
        .unwrap();
    assert_eq!(rows, i64::try_from(begun).unwrap());
    // the clock goes back a week and comes again
    until(&town, "2026-03-03");
    assert_eq!(due(&town), 0);
    until(&town, "2026-03-11");
    assert_eq!(due(&town), 0);
    // a month that passed with the server off is made up for by nothing but the latest
    until(&town, "2026-05-15");
    assert_eq!(due(&town), begun);
    assert_eq!(
        town.todo("雷有备"),
        ["填写 2026年3月安全月报", "填写 2026年5月安全月报"]
    );
    switch(&town, false);
    until(&town, "2026-06-10");
    assert_eq!(due(&town), 0);
    switch(&town, true);
    assert_eq!(due(&town), begun, "it is the tenth itself");
    let found = verify(&town.stop().dir()).unwrap();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn what_came_before_it_was_switched_on_is_not_begun() {
    let town = town("calendar-late");
    until(&town, "2026-03-12");
    switch(&town, true);
    assert_eq!(due(&town), 0);
    town.clock.advance(20 * DAY_MS);
    assert_eq!(due(&town), 0, "April's tenth has not come");
    until(&town, "2026-04-10");
    assert!(due(&town) > 0);
}

#[test]
fn its_page_shows_and_switches_it() {
    let office = Office::of(town("calendar-page"));
    // nobody stays logged in overnight
    until(&office.town, "2026-03-10");
    let mut admin = office.admin();
    let at = "/procedures/test-monthly";
    let page = admin.get(at).text();
    assert!(
        page.contains("每月 10 日") && page.contains("没有打开"),
        "{page}"
    );
    let to = format!("{at}/schedule");
    let done = admin.submit(at, &to, &[("state", "on")]);
    assert_eq!(done.status, 303, "{}", done.text());
    let page = admin.get(at).text();
    assert!(page.contains("停止按时发起"), "{page}");
    assert!(due(&office.town) > 0);
    let page = admin.get(at).text();
    assert!(
        page.contains("最近发起的") && page.contains("2026-03"),
        "{page}"
    );
}
