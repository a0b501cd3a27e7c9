//! Cases that start others: begun once, copied back, the parent woken, wherever the power goes.

use super::{again, children, choose, made_by, spawn, town, trip};
use crate::support::town::Town;
use inkstone::engine::case::State;
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::Input;
use inkstone::store::Stamp;
use inkstone::store::verify::verify;

#[test]
fn a_case_waits_for_the_one_it_started_and_goes_on() {
    let town = town("child");
    let follower = children(&town);
    town.store.deliver(&follower).unwrap();
    let parent = trip(&town, "安守", "钱细清");
    spawn(&town, parent);
    assert!(town.todo("雷有备").is_empty(), "{:?}", town.todo("雷有备"));
    town.store.deliver(&follower).unwrap();
    let view = town.open_case("雷有备", parent).unwrap();
    let child = view.kin.children[0].made.unwrap();
    assert_eq!(
        view.kin.children[0].line,
        "在办，现在到雷有备（填写用车申请）"
    );
    assert_eq!(town.todo("雷有备"), ["填写用车申请 去县里开会"]);
    let other = town.open_case("雷有备", child).unwrap();
    assert_eq!(other.kin.parent.as_ref().unwrap().parent, parent);
    town.act("雷有备", child, MoveId::Submit, Input::default())
        .unwrap();
    town.store.deliver(&follower).unwrap();
    let line = |town: &Town| {
        town.open_case("雷有备", parent).unwrap().kin.children[0]
            .line
            .clone()
    };
    assert_eq!(line(&town), "在办，现在到宋小笺（派车）");
    town.act("宋小笺", child, MoveId::Close, Input::default())
        .unwrap();
    town.store.deliver(&follower).unwrap();
    assert_eq!(line(&town), "办结");
    assert_eq!(town.todo("雷有备"), ["审批 去县里开会"]);
    let view = town.open_case("雷有备", parent).unwrap();
    let act = view.case.acts.last().unwrap();
    assert_eq!((act.mv, act.by.name.as_str()), (MoveId::Joined, "宋小笺"));
    assert_eq!(act.detail.label, "“发起用车申请”办结");
    town.act("雷有备", parent, MoveId::Submit, choose("file", "同意。"))
        .unwrap();
    let found = verify(&town.stop().dir()).unwrap();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_void_child_wakes_its_parent_and_says_so() {
    let town = town("child-void");
    let follower = children(&town);
    town.store.deliver(&follower).unwrap();
    let parent = trip(&town, "安守", "钱细清");
    spawn(&town, parent);
    town.store.deliver(&follower).unwrap();
    let view = town.open_case("雷有备", parent).unwrap();
    let child = view.kin.children[0].made.unwrap();
    let why = Input {
        note: "车坏了".into(),
        ..Input::default()
    };
    town.act("雷有备", child, MoveId::Void, why).unwrap();
    town.store.deliver(&follower).unwrap();
    assert_eq!(town.todo("雷有备"), ["审批 去县里开会"]);
    let view = town.open_case("雷有备", parent).unwrap();
    assert_eq!(
        view.case.acts.last().unwrap().detail.label,
        "“发起用车申请”作废：车坏了"
    );
    assert_eq!(view.case.state.state, State::Open);
}

#[test]
fn a_child_is_begun_once_wherever_the_power_goes() {
    let town = town("child-cut");
    town.store.deliver(&children(&town)).unwrap();
    let parent = trip(&town, "安守", "钱细清");
    spawn(&town, parent);
    // nothing was begun yet
    let town = again(town);
    made_by(&town).mend().unwrap();
    let made = |town: &Town| {
        let view = town.open_case("雷有备", parent).unwrap();
        view.kin.children[0].made
    };
    let child = made(&town).unwrap();
    // the child is there and the parent does not know: as between the two commits
    town.store.deliver(&children(&town)).unwrap();
    let id = town.open_case("雷有备", parent).unwrap().kin.children[0].id;
    let stamp = Stamp::new("system:test", "case.child", town.clock.now());
    town.store
        .write(parent.shelf(), stamp, move |w| {
            w.execute(
                "UPDATE child SET made = NULL, rev = rev + 1 WHERE id = ?1",
                [id.raw()],
            )?;
            w.quiet("test");
            Ok(())
        })
        .unwrap();
    let town = again(town);
    assert_eq!(made(&town), None);
    town.store.deliver(&children(&town)).unwrap();
    made_by(&town).mend().unwrap();
    assert_eq!(made(&town), Some(child), "the same one");
    assert_eq!(town.todo("雷有备").len(), 1, "{:?}", town.todo("雷有备"));
    let found = verify(&town.stop().dir()).unwrap();
    assert!(found.is_empty(), "{found:?}");
}
