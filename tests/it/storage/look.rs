//! The storage pages in a real browser: no complaint of the console, no scrolling sideways at 360 pixels,
//! pictures in `target/look` for a person to look at.

use super::runs;
use crate::support::browser::Browser;
use crate::support::office::{ADMIN, Office, PASSWORD};
use crate::support::small;
use crate::support::town::{Folder, Town, day};
use inkstone::kit::{Clock, ShelfNo, Zone};
use inkstone::store::Stamp;
use inkstone::store::placement::{Policy, Rule};
use std::net::SocketAddr;

/// Three years of several departments, one cabinet sealed, one carried off, some boxes on their way.
fn furnished() -> Office {
    let clock = Clock::held(Zone::BEIJING.at(day("2026-03-09"), 8, 30));
    let town = Town::open_with(
        Folder::new("storage-look"),
        clock,
        &[small::of_department()],
    );
    town.settle_people();
    let set = |common: bool, own: Option<i64>| {
        let mut rule = Rule::default();
        rule.common.yearly = common;
        if let Some(dept) = own {
            rule.except.insert(
                dept,
                Policy {
                    exclusive: true,
                    yearly: false,
                },
            );
        }
        let stamp = Stamp::new("system:test", "storage.rule", town.clock.now());
        town.store.change_rule(&rule, stamp).unwrap();
    };
    set(true, None);
    for year in 2026..=2028 {
        if year == 2028 {
            set(false, Some(town.dept("CZS")));
        }
        for (n, who) in ["雷有备", "田丰收", "钱细清", "安守", "雷有备", "钱细清"]
            .into_iter()
            .enumerate()
        {
            let op = format!("op-{year}-{n}");
            town.start(who, ("department-note", "小事"), &[], &op)
                .unwrap();
        }
        town.register("incoming-handle", "年度工作的通知").unwrap();
        if year < 2028 {
            town.clock.advance(365 * 86_400_000);
        }
    }
    let stamp = Stamp::new("system:test", "storage.test", town.clock.now());
    let done = town.store.write(ShelfNo::HUB, stamp, |w| {
        w.quiet("as freezing and the mover would");
        w.execute("UPDATE volume SET state = 'frozen' WHERE year = 2026", [])?;
        w.execute(
            "UPDATE relocation SET state = 'copying', rows_done = 40, rows_total = 100
             WHERE id = (SELECT max(id) FROM relocation WHERE state = 'waiting')",
            [],
        )
    });
    assert_eq!(done.unwrap().value, 1, "something is on its way");
    assert!(town.store.drain(std::time::Duration::from_secs(20)));
    Office::of(town)
}

#[test]
fn every_page_of_the_storeroom() {
    let office = furnished();
    let port = office.server.addresses()[0].port();
    let Some(mut browser) = Browser::open(SocketAddr::from(([127, 0, 0, 1], port))) else {
        return;
    };
    let log_in = |browser: &mut Browser, name: &str| {
        browser.goto("/login");
        browser.fill("姓名、手机号或工号", name);
        browser.fill("密码", PASSWORD);
        browser.press("登录");
        browser.wait_gone("记住姓名");
        let _ = browser.complaints();
    };
    log_in(&mut browser, ADMIN);
    let dept = office.dept("CZS");
    for (name, at) in [
        ("storage", "/storage".to_owned()),
        ("storage-moving", "/storage/moving".to_owned()),
        ("storage-rule", "/storage/rule".to_owned()),
        ("storage-keeper", format!("/storage/dept/{dept}")),
    ] {
        browser.goto(&at);
        browser.see(name);
    }
    browser.goto("/storage/rule");
    browser.script("document.querySelector('input[name=mode][value=mixed]').click()");
    browser.press("看看会搬哪些盒");
    browser.wait_for("现在什么都还没有改");
    browser.see("storage-preview");
    let pdf = {
        browser.goto("/storage");
        browser.print()
    };
    assert!(pdf.starts_with(b"%PDF"), "it prints");
    let mut admin = office.admin();
    drop(office.colleague(&mut admin, "钱细清"));
    drop(runs(&office, &mut admin, "钱细清", dept.parse().unwrap()));
    browser.goto("/me");
    browser.press("退出");
    log_in(&mut browser, "钱细清");
    browser.goto("/storage/mine");
    browser.see("storage-mine");
}
