//! Texts of official documents: every changed one a version, whoever changed it and however; what a case's document says.

use crate::support::official::{self, FIRST, SECOND, THIRD};
use crate::support::town::{Folder, Town, day, monday, says};
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::Input;
use inkstone::engine::writing::Version;
use inkstone::engine::writing_store::list_versions;
use inkstone::engine::{official as document, writing};
use inkstone::kit::{Clock, Error, Id};
use inkstone::layout::document::Form;

pub fn town(name: &str) -> Town {
    let clock = Clock::held(monday());
    let town = Town::open_with(Folder::new(name), clock, &[official::text()]);
    town.settle_people();
    town
}

fn versions(town: &Town, case: Id) -> Vec<Version> {
    let read = town.store.shelf(case.shelf()).unwrap();
    list_versions(&read, (case, "body")).unwrap()
}

#[test]
fn every_changed_text_is_a_version_with_its_writer() {
    let town = town("versions");
    let case = official::drafted(&town);
    let all = versions(&town, case);
    let told: Vec<_> = all
        .iter()
        .map(|v| (v.n, v.text.as_str(), v.step.as_str(), v.name.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (1, FIRST, "draft", "安守"),
            (2, SECOND, "check", "纪文澜"),
            (3, THIRD, "check", "纪文澜"),
        ]
    );
    assert!(all[0].dept_name.contains("应急"), "{}", all[0].dept_name);
    // a move that leaves the text alone makes none
    town.act("江若川", case, MoveId::Submit, says("同意。"))
        .unwrap();
    assert_eq!(versions(&town, case).len(), 3);
    let view = town.open_case("安守", case).unwrap();
    assert_eq!(writing::text_in(&view.case.state.values, "body"), THIRD);
    // the ledger holds moves only
    assert_eq!(
        view.case.acts.iter().filter(|a| a.step == "check").count(),
        1
    );
}

#[test]
fn a_text_is_saved_by_whoever_has_a_step_that_writes_it() {
    let town = town("saves");
    official::letterhead(&town);
    let case = official::draft(&town, "关于防汛值班的通知", FIRST);
    // not yet, or not any more, his to write
    for who in ["安守", "江若川"] {
        let refused = official::save(&town, who, case, (1, SECOND)).unwrap_err();
        assert!(
            matches!(refused, Error::Denied(_) | Error::NotFound),
            "{who}: {refused}"
        );
    }
    official::save(&town, "纪文澜", case, (1, SECOND)).unwrap();
    // a page that is behind loses nothing of what others wrote
    let behind = official::save(&town, "纪文澜", case, (1, THIRD)).unwrap_err();
    assert!(
        matches!(&behind, Error::Conflict(said) if said.contains("第 2 稿")),
        "{behind}"
    );
    let same = official::save(&town, "纪文澜", case, (2, SECOND)).unwrap_err();
    assert!(matches!(same, Error::Invalid(_)), "{same}");
    assert_eq!(versions(&town, case).len(), 2);
    // the case is still where it was, and its lists know nothing new to do
    assert_eq!(town.todo("纪文澜"), ["核稿 关于防汛值班的通知"]);
    // back at the drafter's, he writes on
    let back = Input {
        note: "请补充值班电话".into(),
        ..Input::default()
    };
    town.act("纪文澜", case, MoveId::Return, back).unwrap();
    official::save(&town, "安守", case, (2, THIRD)).unwrap();
    assert_eq!(versions(&town, case).last().unwrap().step, "draft");
}

#[test]
fn a_case_makes_its_document() {
    let town = town("document");
    let case = official::drafted(&town);
    let made = |who: &str| {
        let view = town.open_case(who, case).unwrap();
        let of = (&view.case, &*view.procedure);
        let zone = town.engine.zone();
        document::of_case(&town.store, of, &view.files, zone)
            .unwrap()
            .unwrap()
    };
    let before = made("纪文澜");
    assert_eq!(before.number, "试政发〔2026〕　　号");
    assert_eq!(before.form, Form::Ordinary);
    assert_eq!(before.marks, ["砚田镇人民政府文件"]);
    assert_eq!(before.title, ["关于开展春季森林防火隐患排查整治的通知"]);
    assert_eq!(before.addressee, "各村民委员会，镇属各部门");
    assert_eq!(before.signatures, ["砚田镇人民政府"]);
    assert_eq!(
        before.note.as_deref(),
        Some("联系人：范未然，电话：5550119")
    );
    assert_eq!(before.copy_to, "墨川县应急管理局");
    assert_eq!(before.printer, "砚田镇党政综合办公室");
    assert_eq!((before.date, before.urgency), (None, None));
    assert!(before.signers.is_empty());
    town.act("江若川", case, MoveId::Submit, says("同意。"))
        .unwrap();
    let after = made("纪文澜");
    assert_eq!(after.date, Some(day("2026-03-09")));
    town.act("宋小笺", case, MoveId::Submit, Input::default())
        .unwrap();
    assert_eq!(made("宋小笺").number, "试政发〔2026〕1号");
}
