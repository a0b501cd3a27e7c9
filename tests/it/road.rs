//! A document's whole road through the stored engine, without HTTP: from registration to the archive.

use crate::support::small;
use crate::support::town::{Folder, Town, has_role, monday, says};
use inkstone::engine::case::{State, Values};
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::Input;
use inkstone::kit::{Clock, Id};
use inkstone::org::Role;
use inkstone::store::Query;
use inkstone::store::verify::verify;
use serde_json::json;

fn values(all: &[(&str, serde_json::Value)]) -> Values {
    all.iter()
        .map(|(k, v)| ((*k).to_owned(), v.clone()))
        .collect()
}

fn to_hand_out(town: &Town, title: &str) -> Id {
    let case = town.register("incoming-handle", title).unwrap().case;
    town.act("宋小笺", case, MoveId::Submit, says("拟请江镇长批示。"))
        .unwrap();
    let to_leader = Input {
        choice: "instruct".into(),
        people: vec![town.post("江若川")],
        ..Input::default()
    };
    town.act("纪文澜", case, MoveId::Submit, to_leader).unwrap();
    town.act("江若川", case, MoveId::Submit, says("请应急办抓紧办理。"))
        .unwrap();
    case
}

#[test]
fn from_registration_to_the_archive() {
    let town = Town::new("road");
    assert!(has_role(&town, Role::Archivist));
    let case = to_hand_out(&town, "关于开展森林防火隐患排查的通知");
    assert_eq!(town.todo("宋小笺"), ["分办 关于开展森林防火隐患排查的通知"]);
    let out = Input {
        values: values(&[
            ("principal_department", json!(town.dept("YJB"))),
            ("assisting_departments", json!([town.dept("NYZ")])),
        ]),
        ..Input::default()
    };
    town.act("宋小笺", case, MoveId::HandOut, out).unwrap();
    town.act(
        "雷有备",
        case,
        MoveId::FeedBack,
        says("已排查完毕，隐患 3 处已整改。"),
    )
    .unwrap();
    town.act(
        "田丰收",
        case,
        MoveId::FeedBack,
        says("林区墓地已张贴告示。"),
    )
    .unwrap();
    for _ in 0..2 {
        let view = town.open_case("宋小笺", case).unwrap();
        let accept = view.offers.iter().find(|o| o.mv == MoveId::Review).unwrap();
        let choice = accept
            .choices
            .first()
            .map(|c| c.id.clone())
            .unwrap_or_default();
        let input = Input {
            choice,
            ..Input::default()
        };
        town.act("宋小笺", case, MoveId::Review, input).unwrap();
    }
    town.act("宋小笺", case, MoveId::Close, Input::default())
        .unwrap();
    town.act("苏简", case, MoveId::Archive, Input::default())
        .unwrap();

    let view = town.open_case("宋小笺", case).unwrap();
    assert_eq!(view.case.state.state, State::Archived);
    assert_eq!(view.case.head.number.as_deref(), Some("收文〔2026〕1号"));
    let ledger = view.ledger(&town.engine, &town.acting("宋小笺"));
    assert_eq!(ledger.len(), 29);
    let shown = |label: &str| {
        ledger
            .iter()
            .find(|(l, _)| l == label)
            .map(|(_, v)| v.as_str())
    };
    assert_eq!(shown("批示领导"), Some("江若川"));
    assert_eq!(shown("协办部门"), Some("农业农村服务中心"));
    assert_eq!(shown("办理结果"), Some("已办结"));
    assert!(town.todo("宋小笺").is_empty());

    let town = town.restart();
    let dir = town.folder.dir();
    assert!(town.store.drain(std::time::Duration::from_secs(10)));
    let findings = verify(&dir).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}

#[test]
fn who_has_no_part_in_it_finds_nothing() {
    let town = Town::new("stranger");
    let case = to_hand_out(&town, "关于报送统计表的通知");
    assert!(town.open_case("宋小笺", case).is_ok());
    assert!(matches!(
        town.open_case("钱细清", case),
        Err(inkstone::kit::Error::NotFound)
    ));
}

#[test]
fn an_action_stays_within_its_statements() {
    use std::sync::atomic::Ordering;
    let town = Town::new("count");
    let count = || town.store.counters().statements.load(Ordering::Relaxed);
    let settle = || assert!(town.store.drain(std::time::Duration::from_secs(10)));
    // The shelf is made on first use; that is not the action's.
    let first = town.register("incoming-handle", "第一件").unwrap().case;
    settle();
    let before = count();
    let case = town.register("incoming-handle", "第二件").unwrap().case;
    let create = count() - before;
    settle();
    let before = count();
    let view = town.open_case("宋小笺", case).unwrap();
    let open = count() - before;
    let before = count();
    let ask = inkstone::engine::run::Ask {
        case: first,
        task: view.task.filter(|_| false),
        rev: None,
        mv: MoveId::Submit,
        input: says("拟请江镇长批示。"),
    };
    let acting = town.acting("宋小笺");
    let stamp = inkstone::store::Stamp {
        op: "advance".into(),
        ..town.stamp("宋小笺", "case.advance")
    };
    town.engine.act(&town.store, stamp, &acting, ask).unwrap();
    let advance = count() - before;
    assert!(create <= 20, "create {create}");
    assert!(advance <= 20, "advance {advance}");
    assert!(open <= 10, "open {open}");
}

/// A small procedure with a table in its form.
fn with_table() -> String {
    let table = r#"
[[field]]
id = "rows"
label = "明细"
kind = "table"
columns = [{ id = "name", label = "品名" }, { id = "n", label = "数量", sum = true }]
write = ["write", "look"]

[layout]"#;
    small::of_department().replace("\n[layout]", table)
}

#[test]
fn rows_of_a_table_stand_in_their_own_table() {
    let town = Town::open_with(Folder::new("rows"), Clock::held(monday()), &[with_table()]);
    town.settle_people();
    let rows = |all: &[(&str, i64)]| {
        let all: Vec<_> = all
            .iter()
            .map(|(name, n)| json!({ "name": name, "n": n.to_string() }))
            .collect();
        values(&[("title", json!("物品领用")), ("rows", json!(all))])
    };
    let published = town
        .engine
        .procedures
        .current("department-note")
        .unwrap()
        .clone();
    let input = Input {
        choice: "look".into(),
        values: rows(&[("信纸", 3), ("墨水", 1), ("印泥", 2)]),
        ..Input::default()
    };
    let acting = town.acting("宋小笺");
    let stamp = town.stamp("宋小笺", "case.start");
    let started = town
        .engine
        .start(&town.store, stamp, &acting, (&published, input, None));
    let case = started.unwrap().value.case;
    let shown = |town: &Town| {
        let view = town.open_case("宋小笺", case).unwrap();
        view.case.state.values["rows"].as_array().unwrap().len()
    };
    assert_eq!(shown(&town), 3);
    let read = town.store.shelf(case.shelf()).unwrap();
    let form: String = read
        .one("SELECT form FROM cases", [], |r| r.get(0))
        .unwrap();
    assert!(
        form.contains("物品领用") && !form.contains("信纸"),
        "{form}"
    );
    drop(read);

    let fewer = Input {
        choice: "keep".into(),
        values: rows(&[("信纸", 5)]),
        ..Input::default()
    };
    town.act("宋小笺", case, MoveId::Submit, fewer).unwrap();
    assert_eq!(shown(&town), 1);
    let town = town.restart();
    let read = town.store.shelf(case.shelf()).unwrap();
    let kept: Vec<(i64, String)> = read
        .all("SELECT rev, data FROM table_row", [], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })
        .unwrap();
    assert_eq!(kept.len(), 1);
    assert!(kept[0].0 == 2 && kept[0].1.contains('5'), "{kept:?}");
}
