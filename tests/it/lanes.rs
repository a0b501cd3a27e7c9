//! Tasks handed on for some days, deputies of a post, cases that start others, several to-dos with one word: as
//! the hub, the volumes and the pages keep them.

mod beware;
mod child;
mod pages;

use crate::support::town::{Folder, Town, day, monday, says};
use inkstone::engine::case::Values;
use inkstone::engine::children::Children;
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::Input;
use inkstone::engine::run::Ask;
use inkstone::inbox::alert::Alerts;
use inkstone::inbox::alert_store::list_alerts;
use inkstone::kit::{Clock, Error, Id, PersonId};
use inkstone::org::standing_store::{self, Carrier, Wish};
use inkstone::store::verify::verify;
use inkstone::store::{Consumer, Stamp};
use serde_json::{Value, json};
use std::sync::Arc;

const DAY_MS: i64 = 86_400_000;

pub fn made() -> Vec<String> {
    ["trip", "car"]
        .map(|n| std::fs::read_to_string(format!("tests/flow/made/{n}.toml")).unwrap())
        .to_vec()
}

pub fn town(name: &str) -> Town {
    let town = Town::open_with(Folder::new(name), Clock::held(monday()), &made());
    town.settle_people();
    town
}

pub fn again(town: Town) -> Town {
    let clock = town.clock.clone();
    Town::open_with(town.stop(), clock, &made())
}

pub fn wish(town: &Town, who: &str, to: Option<&str>, procedures: &[&str]) -> Wish {
    Wish {
        person: town.person(who),
        delegate: to.map(|n| town.person(n)),
        first: day("2026-03-09"),
        last: day("2026-03-10"),
        procedures: procedures.iter().map(|p| (*p).to_owned()).collect(),
        reason: "年休假".into(),
    }
}

pub fn delegate(town: &Town, wish: Wish) -> i64 {
    let by = (wish.person, day("2026-03-09"));
    town.hub(move |w| standing_store::delegate(w, &wish, by))
}

fn refused(town: &Town, wish: Wish) -> String {
    let by = (wish.person, day("2026-03-09"));
    let stamp = Stamp::new("system:test", "org.test", town.clock.now());
    let done = town
        .store
        .write(inkstone::kit::ShelfNo::HUB, stamp, move |w| {
            standing_store::delegate(w, &wish, by)
        });
    match done {
        Err(Error::Invalid(errors)) => errors.0[0].message.clone(),
        other => panic!("{other:?}"),
    }
}

pub fn carrier(town: &Town) -> Arc<dyn Consumer> {
    Arc::new(Carrier::new(town.store.clone(), town.org.clone()))
}

/// What follows the cases of a town, as its server has it.
pub fn made_by(town: &Town) -> Children {
    let (store, org) = (town.store.clone(), town.org.clone());
    let stamp = |at| Stamp::new("system:children", "case.child", at);
    Children::new(store, town.engine.clone(), org, stamp)
}

pub fn children(town: &Town) -> Arc<dyn Consumer> {
    Arc::new(made_by(town))
}

pub fn start(town: &Town, who: &str, procedure: &str, values: &[(&str, Value)]) -> Id {
    let published = town.engine.procedures.current(procedure).unwrap().clone();
    let values = values.iter().map(|(k, v)| ((*k).to_owned(), v.clone()));
    let input = Input {
        values: values.collect::<Values>(),
        choice: published.procedure.first_step().unwrap().next[0].to.clone(),
        ..Input::default()
    };
    town.clock.advance(1);
    let at = town.clock.now().0;
    let stamp = Stamp {
        op: format!("op-{who}-{at}"),
        ..town.stamp(who, "case.start")
    };
    let acting = town.acting(who);
    let done = town
        .engine
        .start(&town.store, stamp, &acting, (&published, input, None))
        .unwrap();
    done.value.case
}

pub fn trip(town: &Town, who: &str, deputy: &str) -> Id {
    let days = json!({ "first": "2026-03-11", "last": "2026-03-12" });
    let deputy = json!(town.person(deputy).0);
    let values = [
        ("title", json!("去县里开会")),
        ("days", days),
        ("deputy", deputy),
    ];
    start(town, who, "trip", &values)
}

pub fn choose(choice: &str, opinion: &str) -> Input {
    Input {
        choice: choice.into(),
        ..says(opinion)
    }
}

#[test]
fn the_delegate_sees_and_does_it_and_everything_says_for_whom() {
    let town = town("stand-in");
    let case = town.register("incoming-handle", "防火").unwrap().case;
    town.act("宋小笺", case, MoveId::Submit, says("拟请领导批示。"))
        .unwrap();
    // without it the case is not there for him (S33)
    assert!(town.todo("苏简").is_empty());
    let none = town.open_case("苏简", case);
    assert!(matches!(none, Err(Error::NotFound)));
    let id = delegate(&town, wish(&town, "纪文澜", Some("苏简"), &[]));
    assert_eq!(town.todo("苏简"), ["审阅 防火"]);
    assert_eq!(
        town.todo("纪文澜"),
        ["审阅 防火"],
        "the absent still sees it"
    );
    town.act(
        "苏简",
        case,
        MoveId::Submit,
        choose("hand_out", "同意拟办意见。"),
    )
    .unwrap();
    let view = town.open_case("苏简", case).unwrap();
    let act = view.case.acts.last().unwrap();
    let behind = Some((town.person("纪文澜"), "纪文澜".to_owned()));
    assert_eq!(
        (act.by.name.as_str(), &act.by.acting_for),
        ("苏简", &behind)
    );
    let (said, by) = (view.case.state.opinions.last(), view.case.said.last());
    assert_eq!(said.unwrap().acting_for, Some(town.person("纪文澜")));
    assert_eq!(by.unwrap().acting_for, behind);
    let ledger = view.ledger(&town.engine, &town.acting("苏简"));
    assert!(
        ledger
            .iter()
            .any(|(_, v)| v.contains("同意拟办意见。（苏简代纪文澜）")),
        "{ledger:?}"
    );
    let audit: Vec<(String, Option<i64>)> = {
        use inkstone::store::Query as _;
        let read = town.store.shelf(case.shelf()).unwrap();
        let all = read.all(
            "SELECT actor, acting_for FROM audit WHERE acting_for IS NOT NULL",
            [],
            |r| Ok((r.get(0)?, r.get(1)?)),
        );
        all.unwrap()
    };
    let actor = format!("person:{}", town.person("苏简"));
    assert_eq!(audit, [(actor, Some(town.person("纪文澜").0))]);
    // ended early by the absent
    let by = town.person("纪文澜");
    town.hub(move |w| standing_store::end(w, (id, 1), by));
    let next = town.register("incoming-handle", "防汛").unwrap().case;
    town.act("宋小笺", next, MoveId::Submit, says("拟阅。"))
        .unwrap();
    assert!(town.todo("苏简").is_empty());
    assert!(matches!(town.open_case("苏简", next), Err(Error::NotFound)));
    assert!(verify(&town.stop().dir()).unwrap().is_empty());
}

#[test]
fn a_span_begins_and_ends_by_itself() {
    let town = town("span");
    let mut later = wish(&town, "纪文澜", Some("苏简"), &[]);
    later.first = day("2026-03-10");
    delegate(&town, later);
    let stands = |town: &Town| !town.directory().stands_in(town.person("苏简")).is_empty();
    assert!(!stands(&town));
    town.clock.advance(DAY_MS);
    assert!(stands(&town));
    town.clock.advance(DAY_MS);
    assert!(!stands(&town));
}

#[test]
fn what_is_handed_on_for_one_procedure_shows_nothing_else() {
    let town = town("only");
    let one = town.register("incoming-handle", "防火").unwrap().case;
    town.act("宋小笺", one, MoveId::Submit, says("拟阅。"))
        .unwrap();
    let other = trip(&town, "安守", "雷有备");
    delegate(
        &town,
        wish(&town, "纪文澜", Some("苏简"), &["incoming-handle"]),
    );
    delegate(
        &town,
        wish(&town, "雷有备", Some("苏简"), &["incoming-handle"]),
    );
    assert!(town.open_case("苏简", one).is_ok());
    assert!(town.open_case("雷有备", other).is_ok());
    assert!(matches!(
        town.open_case("苏简", other),
        Err(Error::NotFound)
    ));
    town.act("苏简", one, MoveId::Submit, choose("hand_out", "同意。"))
        .unwrap();
}

#[test]
fn what_cannot_be_handed_on_is_refused_with_what_to_do() {
    let town = town("refused");
    let own = wish(&town, "纪文澜", Some("纪文澜"), &[]);
    assert!(refused(&town, own).contains("不能委托给本人"));
    let mut past = wish(&town, "纪文澜", Some("苏简"), &[]);
    past.first = day("2026-03-01");
    past.last = day("2026-03-02");
    assert!(refused(&town, past).contains("已经过去"));
    delegate(&town, wish(&town, "苏简", Some("安守"), &[]));
    let away = wish(&town, "纪文澜", Some("苏简"), &[]);
    assert!(refused(&town, away).contains("自己也委托给了别人"));
    delegate(&town, wish(&town, "纪文澜", Some("安守"), &[]));
    let twice = wish(&town, "纪文澜", Some("田丰收"), &[]);
    assert!(refused(&town, twice).contains("已经有一份委托"));
}

#[test]
fn a_deputy_of_a_post_stands_in_while_its_holder_is_away_and_not_otherwise() {
    let town = town("deputy");
    let case = town.register("incoming-handle", "防火").unwrap().case;
    town.act("宋小笺", case, MoveId::Submit, says("拟阅。"))
        .unwrap();
    let director = town.directory();
    let post = director.main_post(town.person("纪文澜")).unwrap().id;
    let deputy: PersonId = town.person("苏简");
    town.hub(move |w| standing_store::set_deputies(w, post, &[deputy]));
    assert!(town.todo("苏简").is_empty(), "A is here");
    delegate(&town, wish(&town, "纪文澜", None, &[]));
    assert_eq!(town.todo("苏简"), ["审阅 防火"]);
    town.act("苏简", case, MoveId::Submit, choose("hand_out", "同意。"))
        .unwrap();
    let view = town.open_case("纪文澜", case).unwrap();
    let act = view.case.acts.last().unwrap();
    assert_eq!(act.by.acting_for.as_ref().unwrap().1, "纪文澜");
}

#[test]
fn nobody_approves_his_own_in_anothers_name() {
    let town = town("own");
    let case = trip(&town, "安守", "雷有备");
    delegate(&town, wish(&town, "雷有备", Some("安守"), &[]));
    let view = town.open_case("安守", case).unwrap();
    assert!(view.offers.iter().all(|o| o.mv != MoveId::Submit));
    let done = town.act("安守", case, MoveId::Submit, choose("file", "同意。"));
    assert!(matches!(done, Err(Error::Denied(_))), "{done:?}");
}

#[test]
fn an_approved_leave_hands_the_tasks_on_and_a_void_one_takes_them_back() {
    let town = town("leave");
    let carrier = carrier(&town);
    town.store.deliver(&carrier).unwrap();
    let case = trip(&town, "安守", "钱细清");
    town.store.deliver(&carrier).unwrap();
    assert!(
        town.directory().delegations().is_empty(),
        "not approved yet"
    );
    town.act("雷有备", case, MoveId::Submit, choose("file", "同意。"))
        .unwrap();
    // the power goes between the two files: the event is still there
    let town = again(town);
    let carrier = self::carrier(&town);
    assert!(town.directory().delegations().is_empty());
    town.store.deliver(&carrier).unwrap();
    let directory = town.directory();
    let one = &directory.delegations()[0];
    assert_eq!(one.person, town.person("安守"));
    assert_eq!(one.delegate, Some(town.person("钱细清")));
    assert_eq!(
        (one.first, one.last),
        (day("2026-03-11"), day("2026-03-12"))
    );
    // carried again it is the same one
    town.store.deliver(&carrier).unwrap();
    assert_eq!(town.directory().delegations().len(), 1);
    town.clock.advance(2 * DAY_MS);
    assert_eq!(town.directory().stands_in(town.person("钱细清")).len(), 1);
    let why = Input {
        note: "不去了".into(),
        ..Input::default()
    };
    let task = None;
    let ask = Ask {
        case,
        task,
        rev: None,
        mv: MoveId::Void,
        input: why,
    };
    let seen = town.open_case("纪文澜", case);
    assert!(seen.is_ok() || matches!(seen, Err(Error::NotFound)));
    let stamp = town.stamp("纪文澜", "case.void");
    town.engine
        .act(&town.store, stamp, &town.acting("纪文澜"), ask)
        .unwrap();
    town.store.deliver(&carrier).unwrap();
    assert!(town.directory().stands_in(town.person("钱细清")).is_empty());
    assert!(verify(&town.stop().dir()).unwrap().is_empty());
}

fn leave(town: &Town, (first, last): (&str, &str)) -> Id {
    let values = [
        ("cause", json!("探亲")),
        ("kind", json!("事假")),
        ("dates", json!({ "first": first, "last": last })),
        ("telephone", json!("13800000001")),
        ("deputy", json!(town.person("钱细清").0)),
    ];
    let case = start(town, "安守", "leave-request", &values);
    let next = |name: &str, choice: &str| {
        town.act(name, case, MoveId::Submit, choose(choice, "同意。"))
            .unwrap();
    };
    next("雷有备", "put_on_file");
    next("纪文澜", "come_back");
    case
}

#[test]
fn the_leave_that_ships_hands_the_tasks_on_by_itself_and_ends_with_reporting_back() {
    let town = town("leave-ships");
    let carrier = carrier(&town);
    town.store.deliver(&carrier).unwrap();
    let case = leave(&town, ("2026-03-10", "2026-03-10"));
    town.store.deliver(&carrier).unwrap();
    let directory = town.directory();
    let one = directory.delegations()[0].clone();
    assert_eq!(
        (one.person, one.delegate),
        (town.person("安守"), Some(town.person("钱细清")))
    );
    assert_eq!(
        (one.first, one.last),
        (day("2026-03-10"), day("2026-03-10"))
    );
    assert_eq!(one.case(), Some(case), "where it comes from");
    let stands = || !town.directory().stands_in(town.person("钱细清")).is_empty();
    assert!(!stands(), "not before its first day");
    town.clock.advance(DAY_MS);
    assert!(stands());
    // taken back at the office it is none, approved once more it is another
    town.act("纪文澜", case, MoveId::Withdraw, choose("back", ""))
        .unwrap();
    town.store.deliver(&carrier).unwrap();
    assert!(!stands());
    town.act("纪文澜", case, MoveId::Submit, choose("come_back", ""))
        .unwrap();
    town.store.deliver(&carrier).unwrap();
    assert!(stands());
    // back early: over at once
    let back = [
        ("returned_on", json!("2026-03-10")),
        ("actual_days", json!("0.5")),
    ];
    let back = Input {
        values: back.map(|(k, v)| (k.to_owned(), v)).into_iter().collect(),
        choice: "close".into(),
        ..Input::default()
    };
    town.act("安守", case, MoveId::Close, back).unwrap();
    town.store.deliver(&carrier).unwrap();
    assert!(!stands());
    assert!(verify(&town.stop().dir()).unwrap().is_empty());
}

#[test]
fn who_reports_back_after_the_last_day_ends_nothing_that_is_over() {
    let town = town("leave-over");
    let carrier = carrier(&town);
    town.store.deliver(&carrier).unwrap();
    let case = leave(&town, ("2026-03-10", "2026-03-10"));
    town.clock.advance(2 * DAY_MS);
    let back = [
        ("returned_on", json!("2026-03-11")),
        ("actual_days", json!("1")),
    ];
    let back = Input {
        values: back.map(|(k, v)| (k.to_owned(), v)).into_iter().collect(),
        choice: "close".into(),
        ..Input::default()
    };
    town.act("安守", case, MoveId::Close, back).unwrap();
    town.store.deliver(&carrier).unwrap();
    let directory = town.directory();
    assert_eq!(directory.delegations()[0].ended, None);
    assert!(directory.stands_in(town.person("钱细清")).is_empty());
}

#[test]
fn the_stand_in_is_told_when_it_is_set_and_when_it_begins_once_each() {
    let town = town("told");
    let alerts = Alerts::new(&town.org);
    let tell = || {
        let stamp = Stamp::new("system:alerts", "alert.remind", town.clock.now());
        let named = |ids: &[String]| town.engine.procedures.named(ids);
        alerts.tell_stand_ins(&town.store, stamp, &named).unwrap()
    };
    let mut later = wish(&town, "纪文澜", Some("苏简"), &["vehicle-use"]);
    later.first = day("2026-03-10");
    delegate(&town, later);
    assert_eq!((tell(), tell()), (1, 0));
    town.clock.advance(DAY_MS);
    assert_eq!((tell(), tell()), (1, 0));
    let words = told(&town, "苏简");
    assert_eq!(
        words,
        [
            "从今天起纪文澜的“公务用车申请”的待办由您代办，到3月10日，已经在您的待办里（年休假）",
            "3月10日一天纪文澜的“公务用车申请”的待办由您代办（年休假）",
        ]
    );
    town.clock.advance(DAY_MS);
    assert_eq!(tell(), 0, "what is over is no news");
}

fn told(town: &Town, name: &str) -> Vec<String> {
    let hub = town.store.hub().unwrap();
    let all = list_alerts(&hub, Some(town.person(name)), (50, 0)).unwrap();
    all.into_iter().map(|a| a.words).collect()
}

#[test]
fn what_is_handed_on_for_one_procedure_is_told_and_signed_for_whom() {
    let town = town("only-told");
    let alerts = Alerts::new(&town.org);
    alerts.deliver(&town.store).unwrap();
    delegate(
        &town,
        wish(&town, "纪文澜", Some("苏简"), &["incoming-handle"]),
    );
    let case = town.register("incoming-handle", "防火").unwrap().case;
    town.act("宋小笺", case, MoveId::Submit, says("拟阅。"))
        .unwrap();
    alerts.deliver(&town.store).unwrap();
    assert!(told(&town, "苏简").iter().any(|w| w.contains("请审阅")));
    town.act("苏简", case, MoveId::Submit, choose("hand_out", "同意。"))
        .unwrap();
    let view = town.open_case("纪文澜", case).unwrap();
    let act = view.case.acts.last().unwrap();
    assert_eq!(act.by.acting_for.as_ref().unwrap().1, "纪文澜");
    let ledger = view.ledger(&town.engine, &town.acting("纪文澜"));
    assert!(
        ledger.iter().any(|(_, v)| v.contains("苏简代纪文澜")),
        "{ledger:?}"
    );
}

pub fn spawn(town: &Town, case: Id) {
    let input = Input {
        choice: "0".into(),
        ..Input::default()
    };
    town.act("雷有备", case, MoveId::Spawn, input).unwrap();
}
