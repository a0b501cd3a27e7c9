//! One truth about a supervised matter: board, what hangs, case page, print and Excel list say the same of it. What a
//! leader and whoever carries it meet first on a page; a returned case is open again on every list.

use super::texts::{FILED, MINUTES, WATCH};
use super::{behind, matters, note, shown, town};
use crate::support::http::Http;
use crate::support::office::Office;
use crate::support::town::{Folder, Town, day, monday, says};
use crate::verify::office::to_departments;
use inkstone::engine::case::Values;
use inkstone::engine::definition::MoveId;
use inkstone::engine::draft_store;
use inkstone::engine::offer::Input;
use inkstone::kit::{Clock, Id, Principal, Zone, sheet};
use inkstone::org::Weight;
use inkstone::org::edit::{self, Hold};
use inkstone::store::Query;
use inkstone::ui::frame::SEEK_AT;
use serde_json::json;
use std::time::Duration;

const DAY: i64 = 86_400_000;

/// Begins a supervised matter by the procedure that ships, sent to a leader first.
fn raised(town: &Town, title: &str, until: &str, (choice, people): (&str, Vec<Principal>)) -> Id {
    let published = town.engine.procedures.current("supervision").unwrap();
    let mut values = Values::new();
    for (k, v) in [
        ("title", json!(title)),
        ("target", json!("九月底前全部改完")),
        ("source", json!("会议议定")),
        ("urgency", json!("普通")),
        ("raised_on", json!("2026-03-09")),
        ("lead_dept", json!(town.dept("YJB"))),
        ("due_on", json!(until)),
    ] {
        values.insert(k.into(), v);
    }
    let input = Input {
        values,
        choice: choice.into(),
        people,
        ..Input::default()
    };
    let mut stamp = town.stamp("宋小笺", "case.start");
    stamp.op = format!("raise-{title}");
    let acting = town.acting("宋小笺");
    let done = town
        .engine
        .start(&town.store, stamp, &acting, (&published, input, None));
    done.unwrap().value.case
}

fn shipped(name: &str) -> Town {
    let town = Town::open(Folder::new(name), Clock::held(monday()));
    town.settle_people();
    town
}

/// The row of a table that has this link text.
fn row_of<'a>(page: &'a str, title: &str) -> &'a str {
    let at = page
        .find(title)
        .unwrap_or_else(|| panic!("{title}: {page}"));
    let start = page[..at].rfind("<tr").unwrap();
    page[start..].split("</tr>").next().unwrap()
}

#[test]
fn every_page_lights_a_matter_by_its_own_day() {
    let town = shipped("one-light");
    let leader = || ("approve", vec![town.post("江若川")]);
    // the step is due on the next working day; one matter has until September, one only until Friday
    let far = raised(&town, "路灯改造", "2026-09-30", leader());
    let near = raised(&town, "河道清淤", "2026-03-13", leader());
    town.clock.advance(7 * DAY);
    town.act("江若川", near, MoveId::Submit, says("同意立项。"))
        .unwrap();
    let (office, mut clerk) = behind(town);
    shown(&office);
    // the same day on the step: overdue for both, and no page may go by it
    let hang = clerk.get("/hang").text();
    let row = row_of(&hang[hang.find("id=\"list\"").unwrap()..], "路灯改造");
    assert!(row.contains("绿") && !row.contains('红'), "{row}");
    assert!(row.contains("9月30日") && row.contains("本环节"), "{row}");
    let red = clerk.get("/hang?light=red").text();
    assert!(
        red.contains("河道清淤") && !red.contains("路灯改造"),
        "{red}"
    );
    let row = row_of(&red[red.find("id=\"list\"").unwrap()..], "河道清淤");
    assert!(row.contains("超期 1 个工作日"), "{row}");
    let board = clerk.get("/supervision").text();
    assert!(row_of(&board, "路灯改造").contains("绿"));
    assert!(row_of(&board, "河道清淤").contains("超期 1 个工作日"));
    for (case, day, light) in [(far, "9月30日", "绿"), (near, "3月13日", "红")] {
        let page = clerk.get(&format!("/case/{case}")).text();
        let said = page.split("class=\"watched\"").nth(1).unwrap();
        let said = said.split("</p>").next().unwrap();
        assert!(said.contains(day) && said.contains(light), "{said}");
    }
    // whoever has it meets the same light in his list, not the step's
    let mut admin = office.admin();
    let todo = office.colleague(&mut admin, "江若川").get("/todo").text();
    let slip = &todo[todo.find("路灯改造").unwrap()..];
    assert!(slip.contains("督办 9月30日"), "{todo}");
    assert!(!todo.contains("超期"), "{todo}");
    let todo = office.colleague(&mut admin, "雷有备").get("/todo").text();
    let slip = &todo[todo.find("河道清淤").unwrap()..];
    assert!(slip.contains("督办 3月13日"), "{todo}");
    assert!(slip.contains("超期 1 个工作日"), "{todo}");
    // on paper the title, what is asked and the scope stand too
    let paper = clerk.get("/supervision/print").text();
    assert!(
        paper.contains("路灯改造") && paper.contains("九月底前全部改完"),
        "{paper}"
    );
    assert!(row_of(&paper, "河道清淤").contains("红，超期 1 个工作日"));
    let paper = clerk.get("/hang/print?light=red").text();
    assert!(
        paper.contains("范围：宋小笺能看到的在办件，只列“红：超期”的") && paper.contains("小计"),
        "{paper}"
    );
    assert!(
        row_of(&paper, "河道清淤").contains("超期 1 个工作日"),
        "{paper}"
    );
    assert!(!paper.contains("路灯改造"));
    // and in the list that is taken out
    let file = clerk.submit("/supervision", "/supervision/excel", &[]);
    assert_eq!(file.status, 200, "{}", file.text());
    let rows = sheet::read_table(&file.body, "a.xlsx").unwrap();
    let all = format!("{rows:?}");
    assert!(
        all.contains("超期 1 个工作日") && all.contains("2026") && all.contains("绿"),
        "{all}"
    );
}

#[test]
fn what_a_department_answered_is_no_instruction_and_minutes_are_a_meeting() {
    let town = town("raise-from");
    let case = to_departments(&town, "关于防汛值班的通知");
    town.act("雷有备", case, MoveId::FeedBack, says("已经排好班了。"))
        .unwrap();
    let published = town.engine.procedures.current("test-minutes").unwrap();
    let rows = json!([
        { "what": "清淤", "lead": "应急管理办公室", "others": "", "until": "2026-03-31" },
        { "what": "通报", "lead": "", "others": "", "until": "" },
    ]);
    let values: Values = [
        ("title".to_owned(), json!("党政联席会")),
        ("decided".to_owned(), rows),
    ]
    .into_iter()
    .collect();
    let input = Input {
        values,
        choice: "keep".into(),
        ..Input::default()
    };
    let stamp = town.stamp("宋小笺", "case.start");
    let acting = town.acting("宋小笺");
    let begun = town
        .engine
        .start(&town.store, stamp, &acting, (&published, input, None));
    let minutes = begun.unwrap().value.case;
    let (office, mut clerk) = behind(town);
    shown(&office);
    let form = clerk
        .get(&format!("/start/test-watch?raised={case}"))
        .text();
    assert!(
        form.contains("江若川：请应急办办理。") && !form.contains("已经排好班了"),
        "{form}"
    );
    let at = format!("/start/test-watch?raised={minutes}");
    let form = clerk.get(&at).text();
    assert!(
        form.contains("1. 清淤（应急管理办公室，2026-03-31前）") && form.contains("2. 通报"),
        "{form}"
    );
    let source = form.split("name=\"f.source\"").nth(1).unwrap();
    let picked = source.split(" selected").next().unwrap();
    assert!(
        picked.rsplit("<option").next().unwrap().contains("会议"),
        "{picked}"
    );
    let yjb = office.dept("YJB");
    let sent = clerk.submit(
        &at,
        "/start/test-watch",
        &[
            ("f.source", "会议"),
            ("f.matter", "清淤到底"),
            ("f.lead", &yjb),
            ("f.until", "2026-03-31"),
            ("do", "submit/do"),
        ],
    );
    assert_eq!(sent.status, 303, "{}", sent.text());
    shown(&office);
    // both ends in sight, no fold to open
    let page = clerk.get(&format!("/case/{minutes}")).text();
    let raised = page
        .split("id=\"h-watched\"")
        .nth(1)
        .expect("raised matters");
    assert!(
        raised
            .split("</section>")
            .next()
            .unwrap()
            .contains("清淤到底")
    );
    let matter = matters(&office.town, "宋小笺").remove(0).case;
    let page = clerk.get(&format!("/case/{matter}")).text();
    let from = page
        .split("id=\"h-watched-from\"")
        .nth(1)
        .expect("where it is from");
    assert!(
        from.split("</section>")
            .next()
            .unwrap()
            .contains("党政联席会")
    );
}

#[test]
fn who_carries_it_reports_first_of_all_and_more_time_is_answered_by_the_main_button() {
    let town = shipped("first-screen");
    let case = raised(&town, "路灯改造", "2026-04-30", ("carry", Vec::new()));
    let (office, _) = behind(town);
    shown(&office);
    let mut head = office.colleague(&mut office.admin(), "雷有备");
    let page = head.get(&format!("/case/{case}")).text();
    let at = page.find("class=\"report\"").expect("an open box");
    assert!(
        at < page.find("class=\"sheet").unwrap_or(usize::MAX),
        "before the sheet"
    );
    let before = &page[..at];
    assert_eq!(
        before.matches("<details").count(),
        before.matches("</details").count(),
        "in no fold"
    );
    assert_eq!(page.matches("value=\"report/").count(), 1, "and once");
    let ask = Input {
        choice: "0".into(),
        ..note("雨季来得早")
    };
    office
        .town
        .act("雷有备", case, MoveId::Extend, ask)
        .unwrap();
    shown(&office);
    let mut director = office.colleague(&mut office.admin(), "纪文澜");
    let page = director.get(&format!("/case/{case}")).text();
    let key = page
        .split("class=\"btn key\"")
        .nth(1)
        .expect("a main button");
    let key = key.split("</button>").next().unwrap();
    assert!(key.contains("answer_extension/"), "{key}");
    assert!(page.contains("雨季来得早"));
}

#[test]
fn a_case_returned_behind_its_closing_is_open_on_every_list() {
    let town = Town::open_with(
        Folder::new("again"),
        Clock::held(monday()),
        &[FILED.to_owned()],
    );
    town.settle_people();
    let published = town.engine.procedures.current("test-filed").unwrap();
    let input = Input {
        values: [("title".to_owned(), json!("关于补登的件"))]
            .into_iter()
            .collect(),
        choice: "close".into(),
        ..Input::default()
    };
    let stamp = town.stamp("宋小笺", "case.start");
    let acting = town.acting("宋小笺");
    let begun = town
        .engine
        .start(&town.store, stamp, &acting, (&published, input, None));
    let case = begun.unwrap().value.case;
    let (office, mut clerk) = behind(town);
    let town = &office.town;
    let mut stands = |state: &str, word: &str, ended: &str| {
        shown(&office);
        let index = office.town.store.index().unwrap();
        let found: String = index
            .one(
                "SELECT state FROM case_list WHERE case_id = ?1",
                [case.raw()],
                |r| r.get(0),
            )
            .unwrap();
        assert_eq!(found, state, "the lists");
        drop(index);
        let register = clerk.get("/register/test_filed").text();
        assert!(
            row_of(&register, "关于补登的件").contains(word),
            "{register}"
        );
        let open = clerk.get("/register/test_filed?state=open").text();
        assert_eq!(open.contains("关于补登的件"), state == "open", "{open}");
        assert!(office.state.search.drain(Duration::from_secs(60)));
        let at = format!("{SEEK_AT}?q=%E8%A1%A5%E7%99%BB&state=closed");
        let found = clerk.get(&at).text();
        let listed = found.contains(&format!("/case/{case}"));
        assert_eq!(listed, state == "closed", "search: {found}");
        let figures = clerk
            .get("/register/test_filed/statistics?year=2026")
            .text();
        assert_eq!(figures.contains("m.fate=ended"), ended == "1", "{figures}");
        let page = clerk.get(&format!("/case/{case}")).text();
        assert!(!page.contains("已办结"), "somebody has it: {page}");
    };
    stands("open", "在办", "0");
    town.act("宋小笺", case, MoveId::Close, Input::default())
        .unwrap();
    stands("closed", "办结", "1");
    let back = |back| Input {
        choice: "close".into(),
        back,
        ..note("缺附件")
    };
    use inkstone::engine::offer::Back;
    // mended and straight back; and by every step again
    for way in [Back::ToMe, Back::PastMe] {
        town.act("苏简", case, MoveId::Return, back(way)).unwrap();
        stands("open", "在办", "0");
        town.act("宋小笺", case, MoveId::Close, Input::default())
            .unwrap();
        stands("closed", "办结", "1");
    }
    // to a step before the one that closes, and straight back from there
    let first = Input {
        choice: "write".into(),
        back: Back::ToMe,
        ..note("题目写错")
    };
    town.act("苏简", case, MoveId::Return, first).unwrap();
    stands("open", "在办", "0");
    let straight = Input {
        choice: "@back".into(),
        ..Input::default()
    };
    town.act("宋小笺", case, MoveId::Submit, straight).unwrap();
    stands("closed", "办结", "1");
    // what is taken back stands as before
    town.act("苏简", case, MoveId::Return, back(Back::ToMe))
        .unwrap();
    town.act("苏简", case, MoveId::Withdraw, Input::default())
        .unwrap();
    stands("closed", "办结", "1");
    town.act("苏简", case, MoveId::Archive, Input::default())
        .unwrap();
    let index = town.store.index().unwrap();
    assert!(town.store.drain(std::time::Duration::from_secs(20)));
    let found: String = index
        .one(
            "SELECT state FROM case_list WHERE case_id = ?1",
            [case.raw()],
            |r| r.get(0),
        )
        .unwrap();
    assert_eq!(found, "archived");
}

#[test]
fn drafts_of_a_second_post_are_listed() {
    let town = shipped("second-post");
    let directory = town.directory();
    let person = directory.person(town.person("宋小笺")).unwrap().clone();
    let dept = directory
        .all_depts()
        .iter()
        .find(|d| d.code == "YJB")
        .unwrap()
        .id;
    let post = directory
        .posts_in(dept)
        .find(|p| p.name.contains("安全员"))
        .unwrap()
        .id;
    drop(directory);
    let hold = Hold {
        post,
        weight: Weight::Side,
        from: day("2026-01-01"),
    };
    town.hub(move |w| edit::hold_post(w, inkstone::org::Seen::new(person.id, person.rev), hold));
    let year = Zone::BEIJING.year(town.clock.now());
    for (code, year, title) in [
        ("DZB", year, "本职写的"),
        ("YJB", year, "兼职写的"),
        ("YJB", year - 1, "去年写的"),
    ] {
        let shelf = town.store.shelf_for(town.dept(code), year).unwrap();
        let values: Values = [("title".to_owned(), json!(title))].into_iter().collect();
        let who = town.person("宋小笺");
        let write = town
            .store
            .write(shelf, town.stamp("宋小笺", "draft.save"), move |w| {
                w.quiet("a draft is nobody else's business");
                draft_store::set_draft(w, (None, who), "contact-sheet", &values)
            });
        write.unwrap();
    }
    let office = Office::of(town);
    let mut clerk: Http = office.colleague(&mut office.admin(), "宋小笺");
    let page = clerk.get("/todo").text();
    for title in ["本职写的", "兼职写的", "去年写的"] {
        assert_eq!(page.matches(title).count(), 1, "{title}: {page}");
    }
}

#[test]
fn the_texts_of_these_tests_are_procedures() {
    for text in [WATCH, MINUTES, FILED] {
        assert!(inkstone::engine::definition::Procedure::parse(text).is_ok());
    }
}
