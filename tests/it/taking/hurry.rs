//! What goes with a hurry and with an end: the telephone list of a 特急 paper, the proof a department owes.

use crate::support::office::Office;
use crate::support::town::{Folder, Town, monday, says};
use inkstone::engine::case::Values;
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::Input;
use inkstone::engine::publish;
use inkstone::engine::shipped;
use inkstone::kit::{Clock, Error, Id};
use serde_json::json;

#[test]
fn the_people_to_call_stand_on_a_leaf_for_what_cannot_wait() {
    let office = Office::new("calls");
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let at = "/start/incoming-handle";
    let fields = |urgency| {
        [
            ("do", "submit/propose"),
            ("f.title", "关于大风降温的紧急通知"),
            ("f.from", "县应急局"),
            ("f.from_number", "墨应急明电〔2026〕3号"),
            ("f.received_on", "2026-03-09"),
            ("f.secrecy", "不涉密"),
            ("f.urgency", urgency),
            ("f.source", "传真"),
            ("f.head", "红头文件"),
            ("f.level", "上级来文"),
        ]
    };
    let sent = clerk.submit(at, at, &fields("特急"));
    assert_eq!(sent.status, 303, "{}", sent.text());
    assert!(clerk.get("/todo").text().contains("请马上打电话"));
    assert!(office.state.store.drain(std::time::Duration::from_secs(10)));
    let home = clerk.get("/todo").text();
    let case = home.split("href=\"/case/").nth(1).unwrap();
    let case: Id = case.split('?').next().unwrap().parse().unwrap();
    let page = format!("/case/{case}");
    assert!(clerk.get(&page).text().contains("打印电话单"));
    let list = clerk.get(&format!("{page}/calls")).text();
    for said in [
        "特急件电话通知单",
        "江若川",
        "纪文澜",
        "打通时间",
        "没有登记",
    ] {
        assert!(list.contains(said), "{said}: {list}");
    }
    assert!(
        !list.contains("<td colspan=\"2\">宋小笺</td>"),
        "nobody calls himself"
    );
    // an ordinary paper has no such list
    let calm = office
        .town
        .register("incoming-handle", "关于统计的通知")
        .unwrap()
        .case;
    assert!(
        !clerk
            .get(&format!("/case/{calm}"))
            .text()
            .contains("电话单")
    );
    assert_eq!(clerk.get(&format!("/case/{calm}/calls")).status, 404);
}

#[test]
fn a_procedure_may_demand_a_file_before_a_department_feeds_back() {
    let text = shipped::TEXTS[0]
        .replace("id = \"incoming-handle\"", "id = \"proved\"")
        .replace("write = [\"handle\", \"finish\"] ", "must = [\"handle\"] ");
    let parsed = inkstone::engine::definition::Procedure::parse(&text).unwrap();
    assert!(parsed.field("proof").unwrap().must_at("handle"));
    let roles: Vec<&str> = inkstone::org::Role::ALL.iter().map(|r| r.id()).collect();
    assert_eq!(publish::check(&parsed, &roles), Vec::<String>::new());
    let town = Town::open_with(Folder::new("proof"), Clock::held(monday()), &[text]);
    town.settle_people();
    let case = town.register("proved", "关于汛期检查的通知").unwrap().case;
    town.act("宋小笺", case, MoveId::Submit, says("拟转应急办。"))
        .unwrap();
    let on = Input {
        choice: "hand_out".into(),
        ..Input::default()
    };
    town.act("纪文澜", case, MoveId::Submit, on).unwrap();
    let principal = ("principal_department".to_owned(), town.dept("YJB").into());
    let values: Values = [principal].into_iter().collect();
    let out = Input {
        values,
        ..Input::default()
    };
    town.act("宋小笺", case, MoveId::HandOut, out).unwrap();
    let back = |proof: Option<&str>| Input {
        values: proof
            .map(|p| ("proof".to_owned(), json!([p])))
            .into_iter()
            .collect(),
        ..says("已查完。")
    };
    let refused = town.act("雷有备", case, MoveId::FeedBack, back(None));
    let Err(Error::Invalid(why)) = refused else {
        panic!("fed back without proof: {refused:?}");
    };
    assert_eq!(why.of("proof"), Some("请上传办理凭据"));
    town.act("雷有备", case, MoveId::FeedBack, back(Some("回执")))
        .unwrap();
}
