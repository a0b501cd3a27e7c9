//! Covered and hidden: personal data on page, paper, register, Excel and in what was mended; who may ask for it
//! and what the audit says then; fields some people never see, anywhere.

use super::form::{self, with};
use super::{Desk, desk, plain};
use crate::support::http::Http;
use inkstone::kit::{Cell, Id, sheet};
use inkstone::search::Source;
use inkstone::store::Query;
use std::time::Duration;

const WHOLE: [&str; 3] = ["11010519491231002X", "13812345678", "6222021234567890123"];
const COVERED: [&str; 3] = ["110****002X", "138****5678", "6222****0123"];

fn audited(desk: &Desk, case: Id) -> Vec<String> {
    let read = desk.office.town.store.shelf(case.shelf()).unwrap();
    read.all(
        "SELECT actor || ' ' || target || ' ' || detail FROM audit
         WHERE action IN ('case.reveal', 'case.print_whole') ORDER BY id",
        [],
        |r| r.get(0),
    )
    .unwrap()
}

fn nothing_whole(text: &str, place: &str) {
    for whole in WHOLE {
        assert!(!text.contains(whole), "{whole} on {place}");
    }
}

fn excel(http: &mut Http) -> Vec<Vec<Cell>> {
    let page = http.get("/register/every_kind").text();
    let form = page.split("id=\"excel\"").nth(1).unwrap();
    let part = |after: &str| {
        form.split(after)
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .replace("&amp;", "&")
    };
    let (action, csrf) = (part("action=\""), part("name=\"_csrf\" value=\""));
    let file = http.post(&action, &[("_csrf", &csrf)]);
    assert_eq!(file.status, 200);
    sheet::read_table(&file.body, "出差.xlsx").unwrap()
}

#[test]
fn personal_data_is_covered_everywhere() {
    let mut desk = desk("fields-covered");
    let case = desk.sent(form::GOOD);
    let paths = [
        format!("/case/{case}"),
        format!("/case/{case}/ledger"),
        format!("/case/{case}/print/form"),
        format!("/case/{case}/print/receipt"),
        "/register/every_kind".to_owned(),
        "/register/every_kind/print".to_owned(),
        "/".to_owned(),
    ];
    for path in &paths {
        for http in [&mut desk.clerk, &mut desk.director] {
            nothing_whole(&http.get(path).text(), path);
        }
    }
    let page = desk.of(&format!("/case/{case}"));
    for covered in COVERED {
        assert!(page.contains(covered), "{covered}");
    }
    assert!(
        desk.of(&format!("/case/{case}/print/form"))
            .contains("110****002X")
    );
    assert!(desk.of("/register/every_kind").contains("110****002X"));
    let out = format!("{:?}", excel(&mut desk.clerk));
    assert!(out.contains("110****002X"), "{out}");
    nothing_whole(&out, "Excel");
    // nobody finds a case by it, by the whole or by what is left of it
    let town = &desk.office.town;
    let read = town.store.shelf(case.shelf()).unwrap();
    let document = town.engine.document(&read, case).unwrap().unwrap();
    let found: Vec<&str> = document.parts.iter().map(|p| p.text.as_str()).collect();
    let found = found.join("\n");
    assert!(
        found.contains("市内交通") && found.contains("100.00"),
        "{found}"
    );
    nothing_whole(&found, "search");
    assert!(!found.contains("****"), "{found}");
    for words in ["110****", "002X", "11010519491231002X"] {
        let page = desk.of(&format!("/register/every_kind?q={words}"));
        assert!(!page.contains("去县里开会"), "{words}");
    }
    assert!(audited(&desk, case).is_empty());
}

#[test]
fn whoever_may_asks_and_is_written_down() {
    let mut desk = desk("fields-reveal");
    let case = desk.sent(form::GOOD);
    let (page, reveal) = (format!("/case/{case}"), format!("/case/{case}/reveal"));
    // the phone is nobody's to see, the card the clerk's too, the number the director's
    let may = |text: &str| {
        let of = |id: &str| text.contains(&format!("name=\"reveal\" value=\"{id}\""));
        [of("id_no"), of("card"), of("phone")]
    };
    assert_eq!(may(&desk.clerk.get(&page).text()), [false, true, false]);
    assert_eq!(may(&desk.director.get(&page).text()), [true, true, false]);
    let shown = desk.director.get(&page);
    let csrf = shown
        .hidden(&page)
        .into_iter()
        .find(|(n, _)| n == "_csrf")
        .unwrap()
        .1;
    let fields = [
        ("_csrf", &*csrf),
        ("reveal", "id_no"),
        ("opinion", "正在写的话"),
    ];
    let whole = desk.director.post(&reveal, &fields);
    assert_eq!(whole.status, 200);
    let text = whole.text();
    assert!(text.contains(WHOLE[0]) && !text.contains(WHOLE[2]));
    assert!(text.contains("正在写的话"), "what is typed stays");
    nothing_whole(&desk.director.get(&page).text(), "the page after it");
    let director = desk.office.id_of("纪文澜");
    let line = format!("person:{director} {case} 看全号：身份证号");
    assert_eq!(audited(&desk, case), std::slice::from_ref(&line));
    // twice asked is twice written
    desk.director.post(&reveal, &fields);
    assert_eq!(audited(&desk, case).len(), 2);
    // not his, nobody's, no field, not covered: nothing shown, nothing written
    let csrf = desk.clerk.get("/me").text();
    let csrf = csrf
        .split("name=\"_csrf\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    for id in ["id_no", "phone", "title", "nothing", ""] {
        let reply = desk
            .clerk
            .post(&reveal, &[("_csrf", &csrf), ("reveal", id)]);
        assert_eq!(reply.status, 404, "{id}");
    }
    assert_eq!(audited(&desk, case).len(), 2);
    // the sheet with it whole is asked for on its own
    let print = format!("/case/{case}/print/receipt");
    nothing_whole(&desk.clerk.get(&print).text(), "the plain sheet");
    let paper = desk.clerk.post(&print, &[("_csrf", &csrf)]);
    assert_eq!(paper.status, 200);
    assert!(paper.text().contains(WHOLE[2]));
    let last = audited(&desk, case).pop().unwrap();
    assert!(
        last.contains("打印全号") && last.contains("工资卡号"),
        "{last}"
    );
    // the mayor may see none: there is no such sheet for him
    let csrf = desk.mayor.get("/me").text();
    let csrf = csrf
        .split("name=\"_csrf\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(desk.mayor.post(&print, &[("_csrf", &csrf)]).status, 404);
}

#[test]
fn what_was_mended_is_covered_and_what_follows_from_it_is_told() {
    let mut desk = desk("fields-mended");
    let case = desk.sent(form::GOOD);
    let at = format!("/case/{case}/correct");
    let page = desk.clerk.get(&at).text();
    nothing_whole(&page, "the page of mending");
    assert!(page.contains("现在登记的是 138****5678，不改就空着"));
    let fields = [
        ("f.phone", ""),
        ("f.fare", "100.50"),
        ("f.span.first", "2026-03-09"),
        ("f.span.last", "2026-03-12"),
        ("note.correct", "多去了一天"),
    ];
    let reply = desk.clerk.submit(&at, &at, &fields);
    assert_eq!(reply.status, 303, "{}", plain(&reply.text()));
    let passed = desk.of(&format!("/case/{case}"));
    assert!(
        passed.contains("起止日期： 2026年3月9日—3月11日 改为 2026年3月9日—3月12日"),
        "{passed}"
    );
    assert!(
        passed.contains("3 个工作日（3月9日—11日） 改为 4 个工作日（3月9日—12日）"),
        "{passed}"
    );
    assert!(
        !passed.contains("手机： 138"),
        "left blank it is not mended"
    );
    let fields = [("f.phone", "13900000001"), ("note.correct", "号码错了")];
    assert_eq!(desk.clerk.submit(&at, &at, &fields).status, 303);
    for path in [format!("/case/{case}"), format!("/case/{case}/ledger")] {
        let text = desk.of(&path);
        assert!(
            text.contains("手机： 138****5678 改为 139****0001"),
            "{path}: {text}"
        );
        nothing_whole(&text, &path);
        assert!(!text.contains("13900000001"));
    }
    // the row itself keeps what stood there
    let read = desk.office.town.store.shelf(case.shelf()).unwrap();
    let kept: i64 = read
        .one(
            "SELECT count(*) FROM ledger WHERE detail LIKE '%13812345678%'",
            [],
            |r| r.get(0),
        )
        .unwrap();
    assert_eq!(kept, 1);
}

#[test]
fn hidden_from_somebody_is_hidden_everywhere() {
    let mut desk = desk("fields-hidden");
    let case = desk.sent(form::GOOD);
    assert!(desk.office.town.store.drain(Duration::from_secs(10)));
    let paths = [
        format!("/case/{case}"),
        format!("/case/{case}/ledger"),
        format!("/case/{case}/print/form"),
        "/register/every_kind".to_owned(),
        "/register/every_kind?q=财务".to_owned(),
        "/register/every_kind/print".to_owned(),
        "/".to_owned(),
    ];
    for path in &paths {
        let text = desk.director.get(path).text();
        for secret in ["只给财务看的话", "发票在我这里"] {
            assert!(!text.contains(secret), "{secret} on {path}");
        }
    }
    let out = format!("{:?}", excel(&mut desk.director));
    assert!(
        out.contains("去县里开会") && !out.contains("只给财务看") && !out.contains("发票"),
        "{out}"
    );
    // they are there for whoever wrote them
    for path in [
        format!("/case/{case}"),
        format!("/case/{case}/print/form"),
        format!("/case/{case}/ledger"),
    ] {
        assert!(desk.of(&path).contains("发票在我这里"), "{path}");
        assert!(desk.of(&path).contains("只给财务看的话"), "{path}");
    }
    let town = &desk.office.town;
    let read = town.store.shelf(case.shelf()).unwrap();
    let document = town.engine.document(&read, case).unwrap().unwrap();
    let secret = document
        .parts
        .iter()
        .find(|p| p.text.contains("只给财务看"));
    assert_eq!(secret.unwrap().hidden, ["approve"]);
}

#[test]
fn registers_count_money_in_yuan_and_days_as_numbers() {
    let mut desk = desk("fields-listed");
    desk.sent(form::GOOD);
    desk.sent(&with(&[
        ("f.title", Some("第二次")),
        ("f.bed", Some("0.5")),
        ("f.span.first", Some("3月30日")),
        ("f.span.last", Some("4月1日")),
    ]));
    let page = desk.of("/register/every_kind");
    for said in [
        "1280.50",
        "281.00",
        "3月9日—3月11日",
        "3月30日—4月1日",
        "总额 1561.50",
        "工作日 6",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(
        desk.clerk
            .get("/register/every_kind")
            .text()
            .contains("class=\"num\"")
    );
    let names = desk.clerk.get("/register/every_kind").text();
    let least = names
        .split("name=\"")
        .filter_map(|p| p.split('"').next())
        .find(|n| n.contains("total") && n.contains("from"));
    if let Some(least) = least {
        let page = desk.of(&format!("/register/every_kind?{least}=1000"));
        assert!(
            page.contains("去县里开会") && !page.contains("第二次"),
            "{page}"
        );
    } else {
        panic!("no condition over money: {names}");
    }
    let rows = excel(&mut desk.clerk);
    let head = rows
        .iter()
        .position(|r| r.contains(&Cell::Text("总额".into())))
        .unwrap();
    let at = |label: &str| {
        rows[head]
            .iter()
            .position(|c| *c == Cell::Text(label.into()))
            .unwrap()
    };
    let row = rows
        .iter()
        .find(|r| r.contains(&Cell::Text("去县里开会".into())))
        .unwrap();
    assert_eq!(row[at("总额")], Cell::Number(1280.5));
    assert_eq!(row[at("工作日")], Cell::Number(3.0));
    assert_eq!(row[at("起止")], Cell::Text("3月9日—3月11日".into()));
}

#[test]
fn every_sheet_prints_with_its_own_grid_and_its_code() {
    let mut desk = desk("fields-sheets");
    let case = desk.sent(form::GOOD);
    let page = desk.clerk.get(&format!("/case/{case}")).text();
    for (sheet, title, has, not) in [
        ("form", "出差报销单", "市内交通", "没有"),
        (
            "receipt",
            "领款收据",
            "大写：壹仟贰佰捌拾元伍角整",
            "市内交通",
        ),
    ] {
        assert!(page.contains(&format!("/case/{case}/print/{sheet}")) && page.contains(title));
        let html = desk
            .clerk
            .get(&format!("/case/{case}/print/{sheet}"))
            .text();
        // each leaf has the code: a photograph shows one leaf
        let leaves = html.matches("<section class=\"page\"").count();
        assert_eq!(html.matches("class=\"qr").count(), leaves, "{sheet}");
        assert!(leaves > 0, "{sheet}");
        assert!(
            plain(&html).contains(has) && !plain(&html).contains(not),
            "{sheet}"
        );
        assert!(html.contains("出差〔2026〕1号"));
    }
}
