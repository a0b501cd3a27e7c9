//! What stands beside the flow, on stored cases: mending, voiding, urging, circulation, as registers, to-do
//! lists, the ledger and the hub keep them.

use crate::support::files::Bare;
use crate::support::town::{Town, says};
use inkstone::engine::case::{State, Values};
use inkstone::engine::definition::MoveId;
use inkstone::engine::index_store::{list_todo, principals};
use inkstone::engine::offer::{Input, Turns};
use inkstone::engine::run::Ask;
use inkstone::kit::{Error, Id, Principal};
use inkstone::store::Query;
use inkstone::store::verify::verify;
use serde_json::json;

fn why(note: &str) -> Input {
    Input {
        note: note.into(),
        ..Input::default()
    }
}

fn typed(all: &[(&str, &str)], note: &str) -> Input {
    let values = all.iter().map(|(k, v)| ((*k).to_owned(), json!(v)));
    Input {
        values: values.collect::<Values>(),
        ..why(note)
    }
}

/// The cells of a case's register row under these headings.
fn register(town: &Town, case: Id, column: &'static str) -> String {
    assert!(town.store.drain(std::time::Duration::from_secs(10)));
    let index = town.store.index().unwrap();
    let statement = match column {
        "title" => "SELECT c_title FROM reg_incoming WHERE case_id = ?1",
        "from_number" => "SELECT c_from_number FROM reg_incoming WHERE case_id = ?1",
        "state" => "SELECT c_state FROM reg_incoming WHERE case_id = ?1",
        "number" => "SELECT c_number FROM reg_incoming WHERE case_id = ?1",
        _ => panic!("{column}?"),
    };
    index.one(statement, [case.raw()], |r| r.get(0)).unwrap()
}

fn todo(town: &Town, name: &str) -> Vec<(String, i64, String, String)> {
    assert!(town.store.drain(std::time::Duration::from_secs(10)));
    let acting = town.acting(name);
    let mine: Vec<Principal> = acting.viewer.holds.iter().map(|h| h.principal).collect();
    let index = town.store.index().unwrap();
    let all = list_todo(&index, &principals(&mine), (100, 0)).unwrap();
    all.into_iter()
        .map(|t| (t.title, t.urges, t.urged, t.reading))
        .collect()
}

fn claims(town: &Town) -> Vec<String> {
    let hub = town.store.hub().unwrap();
    hub.all("SELECT n || state FROM claim ORDER BY n", [], |r| r.get(0))
        .unwrap()
}

#[test]
fn a_mended_field_shows_everywhere_and_its_old_value_stays() {
    let town = Town::new("mend");
    let case = town
        .register("incoming-handle", "关于防火的通报")
        .unwrap()
        .case;
    let number = register(&town, case, "number");
    let mend = typed(
        &[
            ("title", "关于防火的通知"),
            ("from_number", "墨应急发〔2026〕21号"),
        ],
        "录错了",
    );
    town.act("宋小笺", case, MoveId::Correct, mend).unwrap();
    assert_eq!(register(&town, case, "title"), "关于防火的通知");
    assert_eq!(register(&town, case, "from_number"), "墨应急发〔2026〕21号");
    assert_eq!(register(&town, case, "number"), number);
    assert_eq!(todo(&town, "宋小笺")[0].0, "关于防火的通知");
    let view = town.open_case("宋小笺", case).unwrap();
    let (act, was) = view.corrected("title").unwrap();
    assert_eq!(
        (was.old.as_str(), was.new.as_str(), act.detail.note.as_str()),
        ("关于防火的通报", "关于防火的通知", "录错了")
    );
    assert_eq!(act.by.name, "宋小笺");
    assert!(view.corrected("number").is_none());
    // who did 拟办 is not whoever mended
    let ledger = view.ledger(&town.engine, &town.acting("宋小笺"));
    assert!(ledger.contains(&("拟办者".into(), String::new())));
    // the person's name, as it was printed
    let person = json!(town.person("苏简").0);
    let mend = Input {
        values: Values::from_iter([("signed_by".to_owned(), person)]),
        ..why("那天是小苏签收的")
    };
    town.act("宋小笺", case, MoveId::Correct, mend).unwrap();
    let view = town.open_case("宋小笺", case).unwrap();
    let (_, was) = view.corrected("signed_by").unwrap();
    assert_eq!((was.old.as_str(), was.new.as_str()), ("宋小笺", "苏简"));
    assert!(verify(&town.stop().dir()).unwrap().is_empty());
}

#[test]
fn a_stale_tab_mends_nothing() {
    let town = Town::new("stale");
    let case = town.register("incoming-handle", "甲").unwrap().case;
    let rev = town.open_case("宋小笺", case).unwrap().case.head.rev;
    let ask = |note: &str, title: &str| Ask {
        case,
        task: None,
        rev: Some(rev),
        mv: MoveId::Correct,
        input: typed(&[("title", title)], note),
    };
    let acting = town.acting("宋小笺");
    let stamp = || town.stamp("宋小笺", "case.correct");
    let first = ask("一", "乙");
    town.engine
        .act(&town.store, stamp(), &acting, first)
        .unwrap();
    let second = ask("二", "丙");
    let refused = town.engine.act(&town.store, stamp(), &acting, second);
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    assert_eq!(register(&town, case, "title"), "乙");
}

#[test]
fn a_void_number_stays_in_the_register_and_is_never_used_again() {
    let town = Town::new("void");
    let case = town.register("incoming-handle", "甲").unwrap().case;
    let twice = town.register("incoming-handle", "甲").unwrap().case;
    assert_eq!(todo(&town, "宋小笺").len(), 2);
    town.act("宋小笺", twice, MoveId::Void, why("重复登记"))
        .unwrap();
    assert_eq!(todo(&town, "宋小笺").len(), 1);
    assert_eq!(claims(&town), ["1bound", "2void"]);
    assert_eq!(register(&town, twice, "number"), "收文〔2026〕2号");
    let view = town.open_case("宋小笺", twice).unwrap();
    assert_eq!(view.case.state.state, State::Void);
    let act = view.voided().unwrap();
    assert_eq!(act.detail.note, "重复登记");
    assert!(view.offers.is_empty());
    let next = town.register("incoming-handle", "丙").unwrap();
    assert_eq!(next.number.as_deref(), Some("收文〔2026〕3号"));
    assert!(town.open_case("宋小笺", case).is_ok());
    assert!(verify(&town.stop().dir()).unwrap().is_empty());
}

/// The power goes after the case's commit and before the hub hears of it.
#[test]
fn a_start_makes_the_hub_follow_a_voided_case() {
    let town = Town::new("void-crash");
    let case = town.register("incoming-handle", "甲").unwrap().case;
    town.act("宋小笺", case, MoveId::Void, why("录错了年份"))
        .unwrap();
    assert_eq!(claims(&town), ["1void"]);
    let clock = town.clock.clone();
    let folder = town.stop();
    for before in ["bound", "reserved"] {
        Bare::open(&folder.dir().hub()).one(&format!(
            "UPDATE claim SET state = '{before}', reason = '' WHERE n = 1"
        ));
        let broken = verify(&folder.dir()).unwrap();
        assert!(broken.iter().any(|f| f.claim == "void-kept"), "{broken:?}");
    }
    let town = Town::open(folder, clock);
    assert_eq!(claims(&town), ["1void"]);
    let hub = town.store.hub().unwrap();
    let reason: String = hub
        .one("SELECT reason FROM claim WHERE n = 1", [], |r| r.get(0))
        .unwrap();
    drop(hub);
    assert_eq!(reason, "录错了年份");
    let next = town.register("incoming-handle", "乙").unwrap();
    assert_eq!(next.number.as_deref(), Some("收文〔2026〕2号"));
    assert!(verify(&town.stop().dir()).unwrap().is_empty());
}

#[test]
fn an_urging_is_seen_by_both_sides_and_counted() {
    let town = Town::new("urge");
    let case = town.register("incoming-handle", "甲").unwrap().case;
    town.act("宋小笺", case, MoveId::Submit, says("拟请江镇长批示。"))
        .unwrap();
    let urge = Input {
        people: vec![town.post("纪文澜")],
        choice: "work".into(),
        ..why("县里下班前要")
    };
    town.act("宋小笺", case, MoveId::Urge, urge.clone())
        .unwrap();
    let line = todo(&town, "纪文澜").remove(0);
    assert_eq!((line.1, line.2.as_str()), (1, "宋小笺催办：县里下班前要"));
    let again = town.act("宋小笺", case, MoveId::Urge, urge.clone());
    assert!(
        matches!(&again, Err(Error::Conflict(w)) if w.contains("以后可以再催")),
        "{again:?}"
    );
    town.clock.advance(4 * 3_600_000);
    town.act("宋小笺", case, MoveId::Urge, urge).unwrap();
    let view = town.open_case("宋小笺", case).unwrap();
    let acting = town.acting("宋小笺");
    let ledger = view.ledger(&town.engine, &acting);
    assert!(
        ledger.contains(&("催办次数".into(), "2".into())),
        "{ledger:?}"
    );
    assert!(ledger.contains(&("催办时间".into(), "2026年3月9日".into())));
    let act = view.acts().last().unwrap();
    assert_eq!(act.detail.to, ["纪文澜"]);
    // announced, so that whoever mails can mail it
    let read = town.store.shelf(case.shelf()).unwrap();
    let told: Vec<String> = read
        .all(
            "SELECT payload FROM outbox WHERE kind = 'case.urged' ORDER BY seq",
            [],
            |r| r.get(0),
        )
        .unwrap();
    assert_eq!(told.len(), 2);
    assert!(told[0].contains("县里下班前要"), "{told:?}");
}

#[test]
fn circulation_shows_how_far_it_is_in_lists_and_register() {
    let town = Town::new("reading");
    let case = town.register("incoming-handle", "甲").unwrap().case;
    let readers = ["陆平章", "雷有备", "田丰收"].map(|n| town.post(n));
    let ask = Input {
        people: readers.to_vec(),
        turns: Turns::AtOnce,
        ..Input::default()
    };
    town.act("宋小笺", case, MoveId::Circulate, ask).unwrap();
    assert_eq!(register(&town, case, "state"), "传阅中 0/3");
    town.act("雷有备", case, MoveId::Read, says("已阅。"))
        .unwrap();
    assert_eq!(register(&town, case, "state"), "传阅中 1/3");
    assert_eq!(todo(&town, "宋小笺")[0].3, "传阅中 1/3");
    town.act("纪文澜", case, MoveId::EndCirculation, why("会上传达过"))
        .unwrap();
    assert_eq!(register(&town, case, "state"), "在办");
    assert!(todo(&town, "陆平章").is_empty());
    let view = town.open_case("宋小笺", case).unwrap();
    let ledger = view.ledger(&town.engine, &town.acting("宋小笺"));
    let leaders = ("传阅领导".to_owned(), "陆平章（未阅）".to_owned());
    assert!(ledger.contains(&leaders), "{ledger:?}");
    assert!(ledger.contains(&("是否传阅完毕".into(), "是".into())));
    assert!(verify(&town.stop().dir()).unwrap().is_empty());
}

#[test]
fn a_document_sent_back_ends_with_its_number() {
    let town = Town::new("refuse");
    let case = town.register("incoming-handle", "甲").unwrap().case;
    town.act("宋小笺", case, MoveId::Refuse, why("一文多事"))
        .unwrap();
    assert_eq!(register(&town, case, "state"), "退回来文单位");
    assert_eq!(register(&town, case, "number"), "收文〔2026〕1号");
    assert!(todo(&town, "宋小笺").is_empty());
    let view = town.open_case("宋小笺", case).unwrap();
    let ledger = view.ledger(&town.engine, &town.acting("宋小笺"));
    assert!(ledger.contains(&("办理结果".into(), "退回来文单位".into())));
    assert!(verify(&town.stop().dir()).unwrap().is_empty());
}
