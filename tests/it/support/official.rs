//! A procedure that makes an official document, its letterhead, and one document on its way: three versions by two people.

use super::town::Town;
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::Input;
use inkstone::engine::writing::NewText;
use inkstone::kit::{Id, Result};
use inkstone::org::letterhead_store::{Letterhead, set_letterhead};
use serde_json::json;

/// What the drafter wrote.
pub const FIRST: &str = "各村民委员会，镇属各部门：\n为做好春季森林防火工作，现将有关事项通知如下：\n一、排查范围\n全镇五个村的林区、林缘和集中祭扫点。\n二、工作要求\n各村按照职责抓好落实。\n特此通知。";
/// What the checker made of it.
pub const SECOND: &str = "各村民委员会，镇属各部门：\n为做好春季和清明期间森林防火工作，现将有关事项通知如下：\n一、排查范围\n全镇五个村的林区、林缘、公益性墓地和集中祭扫点。\n二、工作要求\n各村按照职责抓好落实。\n特此通知。";
/// And with the move.
pub const THIRD: &str = "各村民委员会，镇属各部门：\n为切实做好春季和清明期间森林防火工作，现将有关事项通知如下：\n一、排查范围\n全镇五个村的林区、林缘、公益性墓地和集中祭扫点。\n二、工作要求\n各村、各部门按照职责抓好落实。\n特此通知。";

/// The procedure, as a file of the stories.
pub fn text() -> String {
    std::fs::read_to_string("tests/flow/made/official.toml").unwrap()
}

/// The letterhead 试政发 of the office.
pub fn letterhead(town: &Town) {
    let organ = town.directory().first_organ().unwrap().id;
    let head = Letterhead {
        id: 0,
        rev: 0,
        organ,
        code: "试政发".into(),
        mark: "砚田镇人民政府文件".into(),
        signature: "砚田镇人民政府".into(),
        form: "ordinary".into(),
        printer: "砚田镇党政综合办公室".into(),
        on: true,
    };
    town.hub(move |w| {
        w.quiet("a letterhead for the test");
        set_letterhead(w, &head)
    });
}

/// Drafts one and sends it to be checked.
pub fn draft(town: &Town, title: &str, text: &str) -> Id {
    let fields = [
        ("head", "试政发"),
        ("sort", "通知"),
        ("body", text),
        ("note", "（联系人：范未然，电话：5550119）"),
        ("copy", "墨川县应急管理局。"),
    ];
    let op = format!("op-{title}");
    town.clock.advance(60_000);
    town.start("安守", ("official", title), &fields, &op)
        .unwrap()
        .case
}

/// Saves a text without a move.
pub fn save(town: &Town, who: &str, case: Id, (seen, text): (i64, &str)) -> Result<()> {
    town.clock.advance(60_000);
    let acting = town.acting(who);
    let task = town.open_case(who, case)?.task;
    let new = NewText {
        case,
        task,
        seen,
        text: text.into(),
    };
    let stamp = town.stamp(who, "document.write");
    town.engine.write_text(&town.store, stamp, &acting, new)?;
    Ok(())
}

/// A document with three versions, at 签发.
pub fn drafted(town: &Town) -> Id {
    letterhead(town);
    let case = draft(town, "关于开展春季森林防火隐患排查整治的通知", FIRST);
    save(town, "纪文澜", case, (1, SECOND)).unwrap();
    let input = Input {
        values: [("body".to_owned(), json!(THIRD))].into_iter().collect(),
        ..Input::default()
    };
    town.act("纪文澜", case, MoveId::Submit, input).unwrap();
    case
}
