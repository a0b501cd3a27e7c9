//! What ordinary procedures do to a stored case: signing beside, a clock that stands still, an ending that is no
//! doing, and going on after it, as lists, the register, alerts and the check of the files keep them.

use crate::support::town::{Folder, Town, monday, says};
use inkstone::engine::case::{Outcome, State};
use inkstone::engine::definition::MoveId;
use inkstone::engine::index_store::find_listed;
use inkstone::engine::index_store::principals;
use inkstone::engine::offer::Input;
use inkstone::kit::{Clock, DeptId, Error, Id, Principal};
use inkstone::store::verify::verify;

const REQUEST: &str = include_str!("../flow/procedures/request.toml");

fn town(name: &str) -> Town {
    let more = [REQUEST.to_owned()];
    let town = Town::open_with(Folder::new(name), Clock::held(monday()), &more);
    town.settle_people();
    town
}

fn began(town: &Town, title: &str) -> Id {
    let done = town.start("宋小笺", ("test-request", title), &[], title);
    done.unwrap().case
}

/// The state a case is listed under, and the word its register shows.
fn listed(town: &Town, case: Id) -> (String, String) {
    assert!(town.store.drain(std::time::Duration::from_secs(10)));
    let index = town.store.index().unwrap();
    let mine = principals(&[
        town.post("宋小笺"),
        Principal::Person(town.person("宋小笺")),
    ]);
    let line = find_listed(&index, case, &mine).unwrap().unwrap();
    let statement = "SELECT c_state FROM reg_test WHERE case_id = ?1";
    let word = inkstone::store::Query::one(&index, statement, [case.raw()], |r| r.get(0));
    (line.state, word.unwrap())
}

fn to(people: Vec<Principal>, choice: &str) -> Input {
    Input {
        choice: choice.into(),
        people,
        ..Input::default()
    }
}

fn why(note: &str) -> Input {
    Input {
        note: note.into(),
        ..Input::default()
    }
}

#[test]
fn departments_sign_beside_and_each_word_is_kept_with_whose_it_is() {
    let town = town("countersign");
    let case = began(&town, "甲");
    let asked = vec![
        Principal::Pool(DeptId(town.dept("YJB"))),
        Principal::Pool(DeptId(town.dept("CZS"))),
    ];
    let done = town.act(
        "纪文澜",
        case,
        MoveId::Countersign,
        to(asked, "departments"),
    );
    assert_eq!(done.unwrap().to.len(), 2);
    assert!(town.todo("纪文澜").is_empty());
    assert_eq!(town.todo("钱细清"), ["会签 甲"]);
    town.act("钱细清", case, MoveId::Sign, says("同意。"))
        .unwrap();
    let view = town.open_case("纪文澜", case).unwrap();
    let said = view.case.state.opinions.last().unwrap();
    let task = view.case.state.signed_beside(said).unwrap();
    assert_eq!(view.case.state.signed(task.parent.unwrap()), (1, 2));
    let left = view.held().map(|(t, _)| t.holder).collect::<Vec<_>>();
    assert_eq!(left.len(), 1);
    // whoever will not wait takes it back, and nobody else is asked any more
    town.act("纪文澜", case, MoveId::Countersign, Input::default())
        .unwrap();
    assert_eq!(town.todo("纪文澜"), ["核稿 甲"]);
    let view = town.open_case("纪文澜", case).unwrap();
    assert_eq!(view.case.state.opinions.len(), 1);
    assert!(verify(&town.stop().dir()).unwrap().is_empty());
}

#[test]
fn a_case_that_ends_undone_says_how_and_goes_on_when_reopened() {
    let town = town("endings");
    let (one, two) = (began(&town, "甲"), began(&town, "乙"));
    assert_eq!(listed(&town, one), ("open".into(), "在办".into()));
    town.act("纪文澜", one, MoveId::Reject, why("依据不足"))
        .unwrap();
    town.act("宋小笺", two, MoveId::Terminate, why("不办了"))
        .unwrap();
    assert_eq!(listed(&town, one), ("rejected".into(), "驳回".into()));
    assert_eq!(listed(&town, two), ("terminated".into(), "终止".into()));
    assert!(town.todo("纪文澜").is_empty());
    let view = town.open_case("宋小笺", one).unwrap();
    assert_eq!(view.case.state.outcome, Some(Outcome::Rejected));
    let (how, act) = view.undone().unwrap();
    assert_eq!((how, act.detail.note.as_str()), ("驳回", "依据不足"));
    let refused = town.act("纪文澜", one, MoveId::Submit, says("同意。"));
    assert!(
        matches!(refused, Err(Error::Denied(w) | Error::Conflict(w)) if w.contains("驳回") || w.contains("办理"))
    );
    town.act("纪文澜", one, MoveId::Reopen, why("补了材料"))
        .unwrap();
    assert_eq!(listed(&town, one), ("open".into(), "在办".into()));
    let view = town.open_case("纪文澜", one).unwrap();
    assert_eq!(view.case.state.state, State::Open);
    assert!(view.case.head.closed_at.is_none() && view.undone().is_none());
    assert_eq!(town.todo("纪文澜"), ["核稿 甲"]);
    assert!(verify(&town.stop().dir()).unwrap().is_empty());
}

#[test]
fn while_a_clock_stands_still_no_list_knows_a_date() {
    let town = town("pause");
    let case = began(&town, "甲");
    let due = |town: &Town| {
        assert!(town.store.drain(std::time::Duration::from_secs(10)));
        let index = town.store.index().unwrap();
        inkstone::engine::dues_store::list_dated(&index)
            .unwrap()
            .len()
    };
    assert_eq!(due(&town), 1);
    let before = town.open_case("纪文澜", case).unwrap();
    let before = before.dates().next().unwrap().day.unwrap();
    town.act("纪文澜", case, MoveId::Pause, to(Vec::new(), "0"))
        .unwrap();
    assert_eq!(due(&town), 0);
    assert_eq!(town.todo("纪文澜"), ["核稿 甲"]);
    let view = town.open_case("纪文澜", case).unwrap();
    let dated = view.dates().next().unwrap();
    assert_eq!((dated.day, dated.stops.len()), (None, 1));
    town.clock.advance(2 * 86_400_000);
    town.act("纪文澜", case, MoveId::Resume, why("材料到了"))
        .unwrap();
    assert_eq!(due(&town), 1);
    let view = town.open_case("纪文澜", case).unwrap();
    let dated = view.dates().next().unwrap();
    assert_eq!(dated.stops.first().map(|s| s.days), Some(2));
    // Monday and two working days: 16 March becomes 18 March
    assert_eq!(before.to_string(), "2026-03-16");
    assert_eq!(
        dated.day.map(|d| d.to_string()).as_deref(),
        Some("2026-03-18")
    );
    assert!(verify(&town.stop().dir()).unwrap().is_empty());
}
