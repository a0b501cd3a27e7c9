//! What people hear in time: that a delegation was ended early, that whoever is to stand in is away himself; and what
//! who stands in for one procedure may tie together.

use super::{delegate, told, town, trip, wish};
use crate::support::town::{Town, says};
use inkstone::engine::definition::MoveId;
use inkstone::inbox::alert::Alerts;
use inkstone::kit::{Error, Id};
use inkstone::org::standing_store;
use inkstone::store::Stamp;
use serde_json::json;
use std::time::Duration;

fn end(town: &Town, id: i64, by: &str) {
    let (rev, by) = (
        town.directory().delegation(id).unwrap().rev,
        town.person(by),
    );
    town.hub(move |w| standing_store::end(w, (id, rev), by));
}

#[test]
fn the_stand_in_is_told_when_it_is_ended_early() {
    let town = town("ended");
    let alerts = Alerts::new(&town.org);
    let tell = || {
        let stamp = Stamp::new("system:alerts", "alert.remind", town.clock.now());
        let named = |ids: &[String]| town.engine.procedures.named(ids);
        alerts.tell_stand_ins(&town.store, stamp, &named).unwrap()
    };
    let one = delegate(&town, wish(&town, "纪文澜", Some("苏简"), &[]));
    assert_eq!(tell(), 1);
    end(&town, one, "纪文澜");
    assert_eq!((tell(), tell()), (1, 0), "once");
    let words = told(&town, "苏简");
    assert_eq!(
        words[0],
        "纪文澜的待办不用您代办了：3月9日至3月10日的委托由本人提前结束，待办已经回到纪文澜那里"
    );
    // whoever stands in by another one goes on and is told nothing else
    let two = delegate(
        &town,
        wish(&town, "雷有备", Some("苏简"), &["incoming-handle"]),
    );
    let three = delegate(&town, wish(&town, "雷有备", Some("苏简"), &["vehicle-use"]));
    assert_eq!(tell(), 2);
    end(&town, two, "雷有备");
    assert_eq!(tell(), 0);
    end(&town, three, "雷有备");
    assert_eq!(tell(), 2);
}

/// 请假 of 安守, with 钱细清 to stand in.
fn ask_leave(town: &Town) -> Id {
    let values = [
        ("cause", json!("探亲")),
        ("kind", json!("事假")),
        (
            "dates",
            json!({ "first": "2026-03-10", "last": "2026-03-10" }),
        ),
        ("telephone", json!("13800000001")),
        ("deputy", json!(town.person("钱细清").0)),
    ];
    super::start(town, "安守", "leave-request", &values)
}

#[test]
fn who_names_a_stand_in_hears_that_he_is_away_himself() {
    let town = town("away-too");
    let case = ask_leave(&town);
    let said = |who: &str| {
        let acting = town.acting(who);
        town.engine.beware(&town.store, &acting, case).unwrap()
    };
    assert_eq!(said("安守"), Vec::<String>::new());
    delegate(&town, wish(&town, "钱细清", Some("苏简"), &[]));
    assert_eq!(
        said("安守"),
        ["钱细清3月9日至3月10日自己也不在（年休假），那几天替不了您，最好另选一个人"]
    );
    assert_eq!(said("雷有备"), Vec::<String>::new(), "who sent it hears it");
}

#[test]
fn who_stands_in_for_one_procedure_ties_its_cases_and_no_others() {
    let town = town("ties");
    let [one, two] = ["防火", "防汛"].map(|title| {
        let case = town.register("incoming-handle", title).unwrap().case;
        town.act("宋小笺", case, MoveId::Submit, says("拟阅。"))
            .unwrap();
        case
    });
    let other = trip(&town, "安守", "雷有备");
    assert!(town.store.drain(Duration::from_secs(30)));
    let tie = |to: Id| {
        let stamp = Stamp {
            op: format!("tie-{to}-{}", town.clock.now().0),
            ..town.stamp("苏简", "case.relate")
        };
        town.clock.advance(1);
        let acting = town.acting("苏简");
        town.engine
            .relate(&town.store, stamp, &acting, (one, to, "参考"))
    };
    assert!(matches!(tie(two), Err(Error::NotFound)), "nobody's deputy");
    for whom in ["纪文澜", "雷有备"] {
        delegate(&town, wish(&town, whom, Some("苏简"), &["incoming-handle"]));
    }
    tie(two).unwrap();
    assert!(
        matches!(tie(other), Err(Error::NotFound)),
        "of a procedure that was not handed on"
    );
}
