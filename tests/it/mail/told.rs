//! Who is told what: domain §4.7 and the wishes of §2.5, without any mail.

use super::{Desk, mailbox};
use crate::support::files::Bare;
use crate::support::smtp::{Door, Smtp};
use crate::support::town::{Town, says};
use inkstone::app::alerts;
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::{Back, Input};
use inkstone::inbox::alert::Alerts;
use inkstone::inbox::lights::Watched;
use inkstone::store::Query;
use serde_json::json;

fn round_of(desk: &Desk, title: &str, words: &str) -> Vec<String> {
    let case = desk.to_review(title);
    desk.to_leaders(case, &["江若川", "陆平章"]);
    let before = desk.told("宋小笺").len();
    desk.office
        .town
        .act("江若川", case, MoveId::Submit, says(words))
        .unwrap();
    desk.told("宋小笺").split_off(before)
}

#[test]
fn a_new_to_do_and_a_return_are_told_to_whoever_has_it_and_to_nobody_else() {
    let desk = Desk::new("told-new");
    let case = desk.to_review("关于防汛的通知");
    assert_eq!(desk.told("纪文澜"), ["新待办 宋小笺送来，请审阅"]);
    // registering and proposing were his own acts
    assert!(desk.told("宋小笺").is_empty());
    assert!(desk.told("江若川").is_empty());
    let back = Input {
        choice: "propose".into(),
        note: "请把时限写明".into(),
        back: Back::PastMe,
        ..Input::default()
    };
    desk.office
        .town
        .act("纪文澜", case, MoveId::Return, back)
        .unwrap();
    assert_eq!(
        desk.told("宋小笺"),
        ["退回 纪文澜退回，请重新拟办：请把时限写明"]
    );
    assert_eq!(desk.told("纪文澜").len(), 1);
}

#[test]
fn s716_p4323_a_leaders_new_words_are_told_to_the_clerk_at_once() {
    let desk = Desk::new("told-leader");
    let told = round_of(&desk, "甲", "请应急办抓紧，月底前报结果。");
    assert_eq!(told, ["领导批示 江若川批示：请应急办抓紧，月底前报结果。"]);
    assert!(
        desk.told("纪文澜")
            .iter()
            .any(|t| t.starts_with("领导批示 江若川批示"))
    );
    // the next leader in order has something to do, which is told him as such
    assert_eq!(desk.told("陆平章"), ["新待办 江若川送来，请批示"]);
}

#[test]
fn w2004_a_bare_yes_disturbs_nobody() {
    let desk = Desk::new("told-yes");
    // the set-up tells of other words
    assert_eq!(round_of(&desk, "甲", "请抓紧。").len(), 1);
    for (title, yes) in [("乙", "同意拟办意见。"), ("丙", "同意。"), ("丁", "已阅。")]
    {
        assert!(round_of(&desk, title, yes).is_empty(), "{yes}");
    }
}

#[test]
fn the_last_reader_tells_whoever_let_them_read() {
    let desk = Desk::new("told-read");
    let town = &desk.office.town;
    let case = desk.to_review("关于学习的通知");
    let readers = Input {
        people: vec![town.post("江若川"), town.post("陆平章")],
        choice: "at_once".into(),
        ..Input::default()
    };
    let offered = town.open_case("纪文澜", case).unwrap();
    let circulate = offered
        .offers
        .iter()
        .find(|o| o.mv == MoveId::Circulate)
        .unwrap();
    let readers = Input {
        choice: circulate.choices[0].id.clone(),
        ..readers
    };
    town.act("纪文澜", case, MoveId::Circulate, readers)
        .unwrap();
    let before = desk.told("纪文澜").len();
    town.act("江若川", case, MoveId::Read, Input::default())
        .unwrap();
    assert_eq!(desk.told("纪文澜").len(), before, "one has not read yet");
    town.act("陆平章", case, MoveId::Read, Input::default())
        .unwrap();
    let told = desk.told("纪文澜").split_off(before);
    assert_eq!(told, ["传阅完毕 陆平章看过了，传阅的 2 人都看过了"]);
}

#[test]
fn deadlines_are_told_once_a_rule_and_day_to_both_sides_and_then_to_the_leader() {
    let desk = Desk::new("told-due");
    let town = &desk.office.town;
    let case = desk.to_review("关于隐患排查的通知");
    desk.to_leaders(case, &["江若川"]);
    town.act("江若川", case, MoveId::Submit, says("请应急办办理。"))
        .unwrap();
    let out = Input {
        values: serde_json::from_value(json!({
            "principal_department": town.dept("YJB"), "warn_days": "0",
        }))
        .unwrap(),
        ..Input::default()
    };
    town.act("宋小笺", case, MoveId::HandOut, out).unwrap();
    let first = desk.told("雷有备").len();
    let remind = || {
        assert!(town.store.drain(std::time::Duration::from_secs(10)));
        alerts::remind(&desk.office.state).unwrap()
    };
    let said = |name: &str, from: usize| desk.told(name).split_off(from);
    assert_eq!(remind(), 0);
    // seven working days from Monday 9 March: Wednesday 18 March
    desk.until("2026-03-16 09:00");
    let clerk = desk.told("宋小笺").len();
    assert_eq!(remind(), 2);
    assert_eq!(
        said("宋小笺", clerk),
        ["快到期 雷有备还没有承办，还剩 2 个工作日，3月18日到期"]
    );
    assert_eq!(
        said("雷有备", first),
        ["快到期 请承办，还剩 2 个工作日，3月18日到期"]
    );
    assert_eq!(remind(), 0, "the same rule speaks once");
    desk.until("2026-03-17 09:00");
    assert_eq!(remind(), 0);
    desk.until("2026-03-18 09:00");
    assert_eq!(remind(), 1);
    let clerk = desk.told("宋小笺").len();
    desk.until("2026-03-19 09:00");
    assert_eq!(remind(), 2);
    assert_eq!(remind(), 0);
    assert_eq!(
        said("雷有备", first + 2),
        ["超期 请承办，已超期 1 个工作日，3月18日到期"]
    );
    assert_eq!(
        said("宋小笺", clerk),
        ["超期 雷有备还没有承办，已超期 1 个工作日"]
    );
    let leader = |name: &str| {
        said(name, 0)
            .iter()
            .filter(|t| t.starts_with("超期"))
            .count()
    };
    let leaders = || ["江若川", "陆平章"].map(leader);
    assert_eq!(leaders(), [0, 0]);
    desk.until("2026-03-23 09:00");
    remind();
    let once = leaders();
    let charge = town.directory();
    let dept = inkstone::kit::DeptId(town.dept("YJB"));
    let in_charge = charge
        .leaders_of(dept)
        .flat_map(|p| charge.holders_of(p.id))
        .count();
    assert_eq!(
        once.iter().sum::<usize>(),
        in_charge.min(2),
        "三个工作日后分管领导也知道"
    );
    desk.until("2026-03-24 09:00");
    remind();
    assert_eq!(leaders(), once, "once, not daily");
    // done: nothing more is said
    town.act("雷有备", case, MoveId::FeedBack, says("已整改。"))
        .unwrap();
    desk.until("2026-03-25 09:00");
    let last = desk.told("雷有备").len();
    remind();
    assert_eq!(desk.told("雷有备").len(), last);
}

#[test]
fn who_needs_no_urging_is_not_urged() {
    let desk = Desk::new("told-nourge");
    let town = &desk.office.town;
    let case = desk.to_review("关于备案的通知");
    desk.to_leaders(case, &["江若川"]);
    town.act("江若川", case, MoveId::Submit, says("请应急办办理。"))
        .unwrap();
    let out = Input {
        values: serde_json::from_value(json!({
            "principal_department": town.dept("YJB"), "urge": "不催办",
        }))
        .unwrap(),
        ..Input::default()
    };
    town.act("宋小笺", case, MoveId::HandOut, out).unwrap();
    desk.until("2026-03-23 09:00");
    assert!(town.store.drain(std::time::Duration::from_secs(10)));
    alerts::remind(&desk.office.state).unwrap();
    assert!(!desk.told("雷有备").iter().any(|t| t.starts_with("超期")));
}

#[test]
fn carrying_an_event_again_tells_nobody_twice() {
    let town = Town::new("told-again");
    let alerts = Alerts::new(&town.org);
    alerts.deliver(&town.store).unwrap();
    let case = town.register("incoming-handle", "甲").unwrap().case;
    town.act("宋小笺", case, MoveId::Submit, says("拟请批示。"))
        .unwrap();
    assert!(alerts.deliver(&town.store).unwrap() > 0);
    assert_eq!(count(&town), 1);
    drop(alerts);
    let clock = town.clock.clone();
    let folder = town.stop();
    let hub = Bare::open(&folder.dir().hub());
    assert_eq!(hub.run("UPDATE followed SET seq = 0"), 1);
    drop(hub);
    let town = Town::open(folder, clock);
    let alerts = Alerts::new(&town.org);
    assert!(alerts.deliver(&town.store).unwrap() > 0, "carried again");
    assert_eq!(count(&town), 1);
}

#[test]
fn a_volume_from_a_backup_tells_no_old_things() {
    let town = Town::new("told-epoch");
    let alerts = Alerts::new(&town.org);
    alerts.deliver(&town.store).unwrap();
    let case = town.register("incoming-handle", "甲").unwrap().case;
    town.act("宋小笺", case, MoveId::Submit, says("拟请批示。"))
        .unwrap();
    // not carried yet; the volume comes back from a backup as another epoch
    drop(alerts);
    let clock = town.clock.clone();
    let folder = town.stop();
    let hub = Bare::open(&folder.dir().hub());
    assert_eq!(
        hub.run("INSERT INTO followed SELECT 'alerts', uuid, 'before', 1, x'00' FROM volume"),
        1
    );
    drop(hub);
    let town = Town::open(folder, clock);
    let alerts = Alerts::new(&town.org);
    alerts.deliver(&town.store).unwrap();
    assert_eq!(count(&town), 0, "it starts at its head");
    // and goes on from there
    town.act(
        "纪文澜",
        case,
        MoveId::Submit,
        Input {
            choice: "instruct".into(),
            people: vec![town.post("江若川")],
            ..Input::default()
        },
    )
    .unwrap();
    alerts.deliver(&town.store).unwrap();
    assert_eq!(count(&town), 1);
}

fn count(town: &Town) -> i64 {
    let hub = town.store.hub().unwrap();
    hub.one("SELECT count(*) FROM alert", [], |r| r.get(0))
        .unwrap()
}

#[test]
fn whoever_is_urged_hears_of_it_at_once_with_the_words() {
    let desk = Desk::new("told-urged");
    let town = &desk.office.town;
    let case = desk.to_review("甲");
    let urge = Input {
        choice: "work".into(),
        people: vec![town.post("纪文澜")],
        note: "县里下班前要".into(),
        ..Input::default()
    };
    town.act("宋小笺", case, MoveId::Urge, urge).unwrap();
    assert_eq!(
        desk.told("纪文澜")[1],
        "催办 宋小笺催办，请审阅：县里下班前要"
    );
}

/// Whoever looks after the server may sit in another village when the router forgets its address.
#[test]
fn f06_a_new_address_goes_to_the_administrators_by_mail_once_a_day() {
    let Some(mut smtp) = Smtp::start(&Door::default()) else {
        return;
    };
    let desk = Desk::with("told-moved", &smtp, &[]);
    desk.wants_mail("苏简");
    desk.wants_mail("宋小笺");
    let tell = |now: &str| alerts::tell_moved(&desk.office.state, "192.168.1.20", now).unwrap();
    assert_eq!(tell("192.168.1.21"), 1, "the one administrator");
    assert_eq!(tell("192.168.1.21"), 0, "once");
    assert_eq!(desk.told("宋小笺"), [""; 0]);
    assert_eq!(desk.round().sent, 1, "at once");
    let mails = smtp.mails();
    let mail = &mails[0];
    assert_eq!(mail.to, [mailbox("苏简")]);
    for words in ["192.168.1.20", "192.168.1.21", "/address"] {
        assert!(mail.text.contains(words), "{words}: {}", mail.text);
    }
    desk.later(24 * 60);
    assert_eq!(tell("192.168.1.21"), 1, "it is still so after a day");
}

/// A server in a cupboard has nobody who opens 体检.
#[test]
fn d212_a_red_light_goes_to_who_keeps_the_server_and_again_each_week() {
    let Some(mut smtp) = Smtp::start(&Door::default()) else {
        return;
    };
    let desk = Desk::with("told-lights", &smtp, &[]);
    desk.wants_mail("苏简");
    desk.wants_mail("宋小笺");
    let state = &desk.office.state;
    let looks = |watched: &mut Watched, times: usize| -> usize {
        let look = |_| {
            desk.later(1);
            alerts::tell_lights(state, watched).unwrap()
        };
        (0..times).map(look).sum()
    };
    let mut watched = Watched::default();
    assert_eq!(looks(&mut watched, 2), 0, "a flicker");
    assert_eq!(looks(&mut watched, 8), 1, "the one administrator, once");
    assert_eq!(desk.told("宋小笺"), [""; 0]);
    assert_eq!(desk.round().sent, 1, "at once");
    let mails = smtp.mails();
    assert_eq!(mails[0].to, [mailbox("苏简")]);
    // where a test's folder stands may be red, too
    for words in ["【体检】服务器有 ", "件事要办：备份", "恢复码", "/health"] {
        assert!(mails[0].text.contains(words), "{words}: {}", mails[0].text);
    }
    let mine = desk.office.admin().get("/me/alerts").text();
    assert!(
        mine.contains("href=\"/health\"") && mine.contains("件事要办：备份"),
        "{mine}"
    );

    // after a week and a restart; the page tells where mail itself is what is broken
    desk.later(7 * 24 * 60);
    let mut watched = Watched::default();
    assert_eq!(looks(&mut watched, 5), 1);
    let still = desk.alerts("苏简")[0].title.clone();
    assert!(still.contains("件事没有办好：备份"), "{still}");
    state.alerts.set_trouble("登录名或密码不对");
    assert_eq!(looks(&mut watched, 5), 1);
    let told = desk.alerts("苏简");
    assert!(
        told[0].title.contains("件事要办：备份、邮件")
            && told[0].words.contains("登录名或密码不对"),
        "{:?}",
        told[0]
    );
    assert!(told[0].over_at.is_none() && told[1].over_at.is_some());
    state.alerts.set_trouble("");
    assert_eq!(looks(&mut watched, 15), 0);
    state.alerts.set_trouble("登录名或密码不对");
    assert_eq!(looks(&mut watched, 5), 1, "green and red anew");
}
