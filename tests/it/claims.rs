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

fn ask_room(town: &Town, who: &str, (from, to): (&str, &str)) -> Id {
    things(town);
    let values = [
        ("title", json!("防汛会商")),
        ("room", json!(ROOM)),
        ("day", json!("2026-03-20")),
        ("start_at", json!(from)),
        ("end_at", json!(to)),
    ];
    start(town, who, "room-use", &values, "arrange").unwrap()
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

fn said(refused: Result<()>) -> String {
    match refused.unwrap_err() {
        Error::Invalid(all) => all.0.into_iter().map(|e| e.message).collect::<String>(),
        other => panic!("{other}"),
    }
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
    take_room(&town, "雷有备", ("09:00", "11:00"));
    let late = ask_room(&town, "田丰收", ("10:30", "12:00"));
    let words = said(arrange(&town, late));
    assert!(
        words.contains("二楼会议室已由雷有备占用，3月20日 09:00 至 11:00")
            && words.contains("三楼会议室"),
        "{words}"
    );
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
    let odd = start(&town, "雷有备", "room-use", &values, "arrange").unwrap();
    assert!(said(arrange(&town, odd)).contains("不在会议室的清单里"));
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
        assert!(said(refused).contains("已由雷有备占用"));
    }
    assert_eq!(held(&town), 1);
    whole(town);
}

fn leave(town: &Town, (first, last): (&str, &str)) -> Id {
    let values = [
        ("cause", json!("探亲")),
        ("kind", json!("年休假")),
        ("dates", json!({ "first": first, "last": last })),
        ("telephone", json!("13800000001")),
        ("deputy", json!(town.person("雷有备").0)),
    ];
    let case = start(town, "安守", "leave-request", &values, "own_dept").unwrap();
    let ok = |choice: &str| Input {
        opinion: "同意。".into(),
        ..go(choice)
    };
    town.act("雷有备", case, MoveId::Submit, ok("put_on_file"))
        .unwrap();
    case
}

fn left(town: &Town) -> i64 {
    let hub = town.store.hub().unwrap();
    find_balance(&hub, "年休假", (town.person("安守"), 2026))
        .unwrap()
        .unwrap()
        .left()
}

#[test]
fn leave_is_taken_from_the_balance_and_given_back() {
    let town = Town::new("claim-leave");
    let case = leave(&town, ("2026-03-12", "2026-03-12"));
    let file = |case| {
        town.act("纪文澜", case, MoveId::Submit, go("come_back"))
            .map(|_| ())
    };
    assert!(said(file(case)).contains("还没有登记年休假的天数"));
    let person = town.person("安守");
    town.hub(move |w| set_balances(w, ("年休假", 2026), "苏简", &[(person, 15, String::new())]));
    file(case).unwrap();
    assert_eq!(left(&town), 5);
    let second = leave(&town, ("2026-03-16", "2026-03-16"));
    assert!(said(file(second)).contains("年休假只剩 0.5 天，要用 1 天"));
    // half of the first day was not used
    let back = Input {
        values: [("actual_days".to_owned(), json!("0.5"))]
            .into_iter()
            .collect(),
        ..go("close")
    };
    town.act("安守", case, MoveId::Close, back).unwrap();
    assert_eq!(left(&town), 10);
    file(second).unwrap();
    assert_eq!(left(&town), 0);
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
