//! Only what one may see: strangers, withdrawn rights, fields hidden from a step.

use super::{attach, cases, caught_up, find, scope, searching};
use crate::support::town::{Folder, Town, monday, says};
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::Input;
use inkstone::engine::shipped;
use inkstone::kit::{Clock, Id};
use inkstone::search::Search;
use inkstone::store::Query;
use serde_json::json;

/// Registered, proposed, handed out to 应急办.
fn handed_out(town: &Town, procedure: &str) -> Id {
    let case = town
        .register(procedure, "关于排查燃气隐患的通知")
        .unwrap()
        .case;
    town.act("宋小笺", case, MoveId::Submit, says("拟请应急办抓紧办理。"))
        .unwrap();
    let to_office = Input {
        choice: "hand_out".into(),
        ..Input::default()
    };
    town.act("纪文澜", case, MoveId::Submit, to_office).unwrap();
    let out = Input {
        values: [("principal_department".to_owned(), json!(town.dept("YJB")))]
            .into_iter()
            .collect(),
        ..Input::default()
    };
    town.act("宋小笺", case, MoveId::HandOut, out).unwrap();
    case
}

fn sees(town: &Town, search: &Search, name: &str, word: &str) -> Vec<Id> {
    caught_up(search);
    cases(&find(search, &scope(town, name), word).hits)
}

#[test]
fn a_stranger_finds_nothing_and_a_withdrawn_right_is_gone_at_once() {
    let town = Town::new("search-rights");
    let search = searching(&town);
    let case = handed_out(&town, "incoming-handle");
    assert_eq!(sees(&town, &search, "雷有备", "燃气"), [case]);
    assert_eq!(
        sees(&town, &search, "雷有备", "墨应急发〔2026〕12号"),
        [case]
    );
    assert!(
        sees(&town, &search, "田丰收", "燃气").is_empty(),
        "a department that was not asked"
    );
    assert!(find(&search, "[]", "燃气").hits.is_empty(), "nobody");

    // without any event: the search file still says that he may
    let who = scope(&town, "雷有备");
    let mine = who.clone();
    let stamp = town.stamp("宋小笺", "test.withdraw");
    let gone = town.store.write(case.shelf(), stamp, move |w| {
        w.quiet("a test takes a right away");
        w.execute(
            "DELETE FROM grants WHERE principal IN (SELECT value FROM json_each(?1))",
            [mine],
        )
    });
    assert!(gone.unwrap().value > 0);
    assert!(find(&search, &who, "燃气").hits.is_empty(), "withdrawn");
    assert_eq!(sees(&town, &search, "宋小笺", "燃气"), [case]);
}

/// A procedure of the office's own, where a department does not read what was proposed.
fn discreet() -> String {
    let text = shipped::TEXTS
        .iter()
        .find(|t| t.contains("id = \"incoming-handle\""))
        .unwrap();
    let named = text.replacen("id = \"incoming-handle\"", "id = \"discreet\"", 1);
    let mut out = named;
    for field in ["subject_words", "propose_opinion", "attachments"] {
        let head = format!("id = \"{field}\"\n");
        assert!(out.contains(&head), "{field}");
        out = out.replacen(&head, &format!("{head}hidden_from = [\"handle\"]\n"), 1);
    }
    out
}

#[test]
fn what_is_hidden_from_a_step_is_found_by_nobody_there() {
    let town = Town::open_with(
        Folder::new("search-hidden"),
        Clock::held(monday()),
        &[discreet()],
    );
    town.settle_people();
    let search = searching(&town);
    let case = handed_out(&town, "discreet");
    attach(
        &town,
        case,
        "attachments",
        ("管网图.txt", "沿河老管网需更换".as_bytes()),
    );
    for word in ["燃气", "应急管理"] {
        assert_eq!(sees(&town, &search, "雷有备", word), [case], "{word}");
    }
    for hidden in ["抓紧", "管网图", "沿河", "燃气 沿河"] {
        assert_eq!(sees(&town, &search, "宋小笺", hidden), [case], "{hidden}");
        assert!(
            sees(&town, &search, "雷有备", hidden).is_empty(),
            "{hidden}"
        );
    }
    let found = find(&search, &scope(&town, "雷有备"), "燃气");
    let said = format!("{found:?}");
    assert!(!said.contains("抓紧") && !said.contains("沿河"), "{said}");
    let rights = town.store.shelf(case.shelf()).unwrap();
    let count: i64 = rights
        .one(
            "SELECT count(*) FROM grants WHERE step = 'handle'",
            [],
            |r| r.get(0),
        )
        .unwrap();
    assert!(count > 0, "nobody came at the step");
}
