//! Rooms, vehicles and days of leave that cases take from each other: who comes first has it, whoever comes later reads
//! who has it until when; what is given back is free at once; a crash between hub and volume is repaired.

use crate::support::files::Bare;
use crate::support::town::{Folder, Town, monday};
use inkstone::agenda::balance_store::{find_balance, set_balances};
use inkstone::agenda::resource_store::add_thing;
use inkstone::engine::case::Values;
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::Input;
use inkstone::kit::{Clock, Error, Id, Result};
use inkstone::store::verify::verify;
use inkstone::store::{Query, Stamp};
use serde_json::{Value, json};
use std::sync::Barrier;

const ROOM: &str = "二楼会议室";

fn things(town: &Town) {
    let known = town
        .store
        .hub()
        .unwrap()
        .all("SELECT id FROM resource", [], |r| r.get::<_, i64>(0))
        .unwrap();
    if known.is_empty() {
        town.hub(|w| {
            add_thing(w, "会议室", ROOM, "40 座")?;
            add_thing(w, "会议室", "三楼会议室", "")?;
            add_thing(w, "车辆", "苏A12345", "")
        });
    }
}

fn start(
    town: &Town,
    name: &str,
    procedure: &str,
    values: &[(&str, Value)],
    choice: &str,
) -> Result<Id> {
    let published = town.engine.procedures.current(procedure)?.clone();
    let values: Values = values
        .iter()
        .map(|(k, v)| ((*k).to_owned(), v.clone()))
        .collect();
    let input = Input {
        values,
        choice: choice.into(),
        ..Input::default()
    };
    town.clock.advance(1_000);
    let at = town.clock.now().0;
    let stamp = Stamp {
        request: format!("r{at}"),
        op: format!("op-{name}-{at}-{choice}"),
        ..town.stamp(name, "case.start")
    };
    let done = town.engine.start(
        &town.store,
        stamp,
        &town.acting(name),
        (&published, input, None),
    )?;
    Ok(done.value.case)
}

fn ask_room(town: &Town, who: &str, time: (&str, &str)) -> Id {
    try_room(town, who, time).unwrap()
}

fn try_room(town: &Town, who: &str, (from, to): (&str, &str)) -> Result<Id> {
    things(town);
    let values = [
        ("title", json!("防汛会商")),
        ("room", json!(ROOM)),
        ("day", json!("2026-03-20")),
        ("start_at", json!(from)),
        ("end_at", json!(to)),
    ];
    start(town, who, "room-use", &values, "arrange")
}

fn go(choice: &str) -> Input {
    Input {
        choice: choice.into(),
        ..Input::default()
    }
}

fn arrange(town: &Town, case: Id) -> Result<()> {
    town.act("纪文澜", case, MoveId::Submit, go("come_back"))
        .map(|_| ())
}

/// A case that has the room at this time.
pub fn take_room(town: &Town, who: &str, time: (&str, &str)) -> Id {
    let case = ask_room(town, who, time);
    arrange(town, case).unwrap();
    case
}

fn said<T: std::fmt::Debug>(refused: Result<T>) -> String {
    match refused.unwrap_err() {
        Error::Invalid(all) => all.0.into_iter().map(|e| e.message).collect::<String>(),
        other => panic!("{other}"),
    }
}

#[test]
fn who_asks_hears_of_another_that_asked_and_is_not_settled() {
    let town = Town::new("claim-rivals");
    let first = ask_room(&town, "雷有备", ("09:00", "11:00"));
    let late = ask_room(&town, "田丰收", ("10:30", "12:00"));
    let after = ask_room(&town, "安守", ("14:00", "15:00"));
    let said = |who: &str, case: Id| {
        assert!(town.store.drain(std::time::Duration::from_secs(30)));
        let acting = town.acting(who);
        town.engine.beware(&town.store, &acting, case).unwrap()
    };
    let words = said("田丰收", late);
    assert_eq!(words.len(), 1, "{words:?}");
    assert!(
        words[0].starts_with("3月20日 09:00 至 11:00的二楼会议室，雷有备也申请了")
            && words[0].contains("还没有批"),
        "{words:?}"
    );
    // so does he who was first and sends his again; at another time nobody is in the way
    assert!(said("雷有备", first)[0].contains("田丰收也申请了"));
    assert!(said("安守", after).is_empty());
    // settled, it is no rival any more: the form itself refuses
    arrange(&town, first).unwrap();
    assert!(said("田丰收", late).is_empty());
}

fn held(town: &Town) -> i64 {
    let hub = town.store.hub().unwrap();
    hub.one(
        "SELECT count(*) FROM claim_span WHERE state = 'held'",
        [],
        |r| r.get(0),
    )
    .unwrap()
}

fn whole(town: Town) {
    let folder = town.stop();
    let wrong = verify(&folder.dir()).unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn whoever_comes_later_reads_who_has_it_and_what_is_free() {
    let town = Town::new("claim-room");
    let late = ask_room(&town, "田丰收", ("10:30", "12:00"));
    take_room(&town, "雷有备", ("09:00", "11:00"));
    // the step that settles it refuses, to whoever may see the other with its title
    let words = said(arrange(&town, late));
    assert!(
        words.contains(
            "二楼会议室已被雷有备“防汛会商”（会议室〔2026〕2号）占用，3月20日 09:00 至 11:00"
        ) && words.contains("三楼会议室"),
        "{words}"
    );
    // and so does the form it is asked for in, as soon as it is sent; no number is used up by that
    let words = said(try_room(&town, "田丰收", ("10:59", "12:00")));
    assert!(
        words.contains("二楼会议室已被雷有备（会议室〔2026〕2号）占用，3月20日 09:00 至 11:00"),
        "{words}"
    );
    let turned = said(try_room(&town, "田丰收", ("16:00", "15:00")));
    assert!(turned.contains("结束的时间要晚于开始的时间"), "{turned}");
    // one after another is no clash
    let after = ask_room(&town, "田丰收", ("11:00", "12:00"));
    arrange(&town, after).unwrap();
    assert_eq!(held(&town), 2);
    // what nobody registered cannot be had
    let values = [
        ("title", json!("会")),
        ("room", json!("楼顶")),
        ("day", json!("2026-03-20")),
    ];
    let odd = start(&town, "雷有备", "room-use", &values, "arrange");
    assert!(said(odd).contains("不在会议室的清单里"));
    whole(town);
}

#[test]
fn what_is_given_back_is_free_at_once() {
    let town = Town::new("claim-back");
    let case = take_room(&town, "雷有备", ("09:00", "11:00"));
    // withdrawn
    town.act("纪文澜", case, MoveId::Withdraw, go("back"))
        .unwrap();
    assert_eq!(held(&town), 0);
    let other = take_room(&town, "田丰收", ("09:00", "11:00"));
    assert!(said(arrange(&town, case)).contains("田丰收"));
    // voided
    let why = Input {
        note: "会不开了".into(),
        choice: "void".into(),
        ..Input::default()
    };
    town.act("纪文澜", other, MoveId::Void, why).unwrap();
    arrange(&town, case).unwrap();
    // used and given back before the time: nothing of it is left
    town.act("雷有备", case, MoveId::Close, go("close"))
        .unwrap();
    assert_eq!(held(&town), 0);
    whole(town);
}

#[test]
fn a_thing_given_back_midway_frees_what_is_to_come_and_nothing_that_was() {
    let town = Town::new("claim-rest");
    things(&town);
    let trip = |first: &str, last: &str| {
        let values = [
            ("rider", json!("三人")),
            ("telephone", json!("13800000001")),
            ("cause", json!("下村核查")),
            ("place", json!("南塘")),
            ("dates", json!({ "first": first, "last": last })),
        ];
        start(&town, "安守", "vehicle-use", &values, "own_dept")
    };
    let agree = |case: Id| {
        let ok = Input {
            opinion: "同意用车。".into(),
            ..go("dispatch")
        };
        town.act("雷有备", case, MoveId::Submit, ok).unwrap();
    };
    let dispatch = |case: Id| {
        let values = [
            ("vehicle", json!("苏A12345")),
            ("driver", json!(town.person("雷有备").0)),
        ];
        let input = Input {
            values: values.map(|(k, v)| (k.to_owned(), v)).into_iter().collect(),
            ..go("come_back")
        };
        town.act("纪文澜", case, MoveId::Submit, input).map(|_| ())
    };
    let case = trip("2026-03-09", "2026-03-12").unwrap();
    agree(case);
    dispatch(case).unwrap();
    // no car is named when one is asked for: that there is none at all is said at once
    let words = said(trip("2026-03-11", "2026-03-11"));
    assert!(
        words.contains("这段时间车辆都有人用，最早空出来的是苏A12345（3月12日 17:30 以后）"),
        "{words}"
    );
    town.clock.advance(26 * 3_600_000);
    let back = [("km_out", json!(100)), ("km_in", json!(180))];
    let back = Input {
        values: back.map(|(k, v)| (k.to_owned(), v)).into_iter().collect(),
        ..go("close")
    };
    town.act("安守", case, MoveId::Close, back).unwrap();
    let since_until = || -> (i64, i64) {
        let hub = town.store.hub().unwrap();
        let sql = "SELECT since, until FROM claim_span WHERE state = 'held' AND case_id = ?1";
        hub.one(sql, [case.raw()], |r| Ok((r.get(0)?, r.get(1)?)))
            .unwrap()
    };
    let (since, until) = since_until();
    assert!(
        since < until && until <= town.clock.now().0,
        "what was used stays"
    );
    let next = trip("2026-03-11", "2026-03-11").unwrap();
    agree(next);
    dispatch(next).unwrap();
    assert_eq!(since_until(), (since, until));
    whole(town);
}

#[test]
fn of_sixty_four_who_want_one_room_one_gets_it() {
    let town = Town::new("claim-crowd");
    let cases: Vec<Id> = (0..64)
        .map(|_| ask_room(&town, "雷有备", ("14:00", "16:00")))
        .collect();
    let gate = Barrier::new(cases.len());
    let got: Vec<Result<()>> = std::thread::scope(|s| {
        let all: Vec<_> = cases
            .iter()
            .map(|case| {
                let (town, gate) = (&town, &gate);
                s.spawn(move || {
                    gate.wait();
                    arrange(town, *case)
                })
            })
            .collect();
        all.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert_eq!(got.iter().filter(|r| r.is_ok()).count(), 1);
    for refused in got.into_iter().filter(Result::is_err) {
        assert!(said(refused).contains("已被雷有备"));
    }
    assert_eq!(held(&town), 1);
    whole(town);
}

fn try_leave(town: &Town, kind: &str, (first, last): (&str, &str)) -> Result<Id> {
    let values = [
        ("cause", json!("探亲")),
        ("kind", json!(kind)),
        ("dates", json!({ "first": first, "last": last })),
        ("telephone", json!("13800000001")),
        ("deputy", json!(town.person("雷有备").0)),
    ];
    start(town, "安守", "leave-request", &values, "own_dept")
}

/// An approved and recorded leave.
fn leave(town: &Town, kind: &str, days: (&str, &str)) -> Id {
    let case = try_leave(town, kind, days).unwrap();
    let ok = |choice: &str| Input {
        opinion: "同意。".into(),
        ..go(choice)
    };
    town.act("雷有备", case, MoveId::Submit, ok("put_on_file"))
        .unwrap();
    town.act("纪文澜", case, MoveId::Submit, go("come_back"))
        .unwrap();
    case
}

fn back(town: &Town, case: Id, (on, days): (&str, &str)) -> Result<()> {
    let values = [("returned_on", json!(on)), ("actual_days", json!(days))];
    let input = Input {
        values: values.map(|(k, v)| (k.to_owned(), v)).into_iter().collect(),
        ..go("close")
    };
    town.act("安守", case, MoveId::Close, input).map(|_| ())
}

fn give_days(town: &Town, tenths: i64) {
    let person = town.person("安守");
    let days = [(person, tenths, String::new())];
    town.hub(move |w| set_balances(w, ("年休假", 2026), "苏简", &days));
}

fn left(town: &Town) -> i64 {
    let hub = town.store.hub().unwrap();
    find_balance(&hub, "年休假", (town.person("安守"), 2026))
        .unwrap()
        .unwrap()
        .left()
}

#[test]
fn leave_is_taken_from_the_balance_when_it_is_asked_for_and_given_back() {
    let town = Town::new("claim-leave");
    let none = try_leave(&town, "年休假", ("2026-03-12", "2026-03-12"));
    assert!(said(none).contains("还没有登记年休假的天数"));
    give_days(&town, 15);
    let case = leave(&town, "年休假", ("2026-03-12", "2026-03-12"));
    assert_eq!(left(&town), 5);
    let second = try_leave(&town, "年休假", ("2026-03-16", "2026-03-16"));
    assert!(said(second).contains("年休假只剩 0.5 天，要用 1 天"));
    // half of the first day was not used
    town.clock.advance(4 * 86_400_000);
    back(&town, case, ("2026-03-13", "0.5")).unwrap();
    assert_eq!(left(&town), 10);
    // one that is still on its way counts as well
    let second = try_leave(&town, "年休假", ("2026-03-16", "2026-03-16")).unwrap();
    assert_eq!(left(&town), 0);
    let third = try_leave(&town, "年休假", ("2026-03-18", "2026-03-18"));
    assert!(said(third).contains("年休假只剩 0 天"));
    let no = Input {
        note: "人手不够".into(),
        ..go("reject")
    };
    town.act("雷有备", second, MoveId::Reject, no).unwrap();
    assert_eq!(left(&town), 10);
    whole(town);
}

#[test]
fn nobody_is_on_leave_twice_on_the_same_day() {
    let town = Town::new("claim-overlap");
    let running = try_leave(&town, "事假", ("2026-03-12", "2026-03-13")).unwrap();
    let words = said(try_leave(&town, "病假", ("2026-03-13", "2026-03-16")));
    assert!(
        words.contains("安守这几天已经有请假：“探亲”（请假〔2026〕1号），3月12日至3月13日"),
        "{words}"
    );
    // over the balance as well: both are said at once
    give_days(&town, 10);
    let words = said(try_leave(&town, "年休假", ("2026-03-12", "2026-03-16")));
    assert!(
        words.contains("年休假只剩 1 天，要用 3 天") && words.contains("已经有请假"),
        "{words}"
    );
    // what came back to be mended holds nothing; sent again it may be in the way of what was asked for since
    let returned = Input {
        note: "日子不对".into(),
        ..go("apply")
    };
    town.act("雷有备", running, MoveId::Return, returned)
        .unwrap();
    let other = try_leave(&town, "事假", ("2026-03-13", "2026-03-13")).unwrap();
    let again = town.act("安守", running, MoveId::Submit, go("own_dept"));
    assert!(said(again.map(|_| ())).contains("请假〔2026〕2号"));
    let gone = Input {
        note: "不去了".into(),
        ..Input::default()
    };
    town.act("纪文澜", other, MoveId::Terminate, gone).unwrap();
    town.act("安守", running, MoveId::Submit, go("own_dept"))
        .unwrap();
    whole(town);
}

#[test]
fn whoever_reports_back_before_the_leave_began_did_not_take_it() {
    let town = Town::new("claim-early");
    give_days(&town, 50);
    let case = leave(&town, "年休假", ("2026-03-12", "2026-03-12"));
    assert_eq!(left(&town), 40);
    let words = said(back(&town, case, ("2026-03-09", "1")));
    assert!(
        words.contains("假期还没有开始，现在销假就是不休了"),
        "{words}"
    );
    back(&town, case, ("2026-03-09", "0")).unwrap();
    assert_eq!(left(&town), 50);
    // the days are free again
    leave(&town, "事假", ("2026-03-12", "2026-03-12"));
    whole(town);
}

#[test]
fn what_a_crash_left_between_hub_and_volume_is_repaired() {
    let town = Town::new("claim-cut");
    let case = take_room(&town, "雷有备", ("09:00", "11:00"));
    let folder: Folder = town.stop();
    {
        let hub = Bare::open(&folder.dir().hub());
        // cut between the volume's commit and the hub's settling
        hub.one("UPDATE claim_span SET state = 'reserved', case_id = NULL");
        // and another that never reached its volume
        hub.one(
            "INSERT INTO claim_span(n, kind, key, since, until, tenths, shelf, case_id, claim, who, state, at)
             SELECT 7, kind, '三楼会议室', since, until, 0, shelf, NULL, claim, who, 'reserved', at FROM claim_span",
        );
    }
    let town = Town::open(folder, Clock::held(monday()));
    town.clock.advance(86_400_000);
    let hub = town.store.hub().unwrap();
    let all: Vec<(String, String)> = hub
        .all("SELECT key, state FROM claim_span", [], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })
        .unwrap();
    drop(hub);
    assert_eq!(all, [(ROOM.to_owned(), "held".to_owned())]);
    // cut between the volume's giving back and the hub's following
    town.act("纪文澜", case, MoveId::Withdraw, go("back"))
        .unwrap();
    let folder = town.stop();
    {
        let hub = Bare::open(&folder.dir().hub());
        hub.one("UPDATE claim_span SET state = 'held'");
    }
    let town = Town::open(folder, Clock::held(monday()));
    assert_eq!(held(&town), 0);
    whole(town);
}
