//! Filled in: what is typed is kept as its kind, what is computed is the engine's, what is wrong comes back
//! with its row and column and everything typed.

use super::form::{self, with};
use super::{Desk, desk, plain};
use crate::support::reply::Reply;
use inkstone::engine::case_store::{fill_tables, find_case};
use inkstone::kit::Id;
use inkstone::store::{Query, params};
use serde_json::{Value, json};

fn values(desk: &Desk, case: Id) -> inkstone::engine::case::Values {
    let town = &desk.office.town;
    let read = town.store.shelf(case.shelf()).unwrap();
    let mut found = find_case(&read, case).unwrap();
    let procedure = town.engine.procedures.current("every-kind").unwrap();
    fill_tables(&read, &procedure.procedure, &mut found.state).unwrap();
    found.state.values
}

#[test]
fn what_is_typed_is_kept_as_its_kind() {
    let mut desk = desk("fields-kept");
    let case = desk.sent(form::GOOD);
    let kept = values(&desk, case);
    for (id, want) in [
        ("id_no", json!("11010519491231002X")),
        ("age", json!(76)),
        ("phone", json!("13812345678")),
        (
            "span",
            json!({ "first": "2026-03-09", "last": "2026-03-11" }),
        ),
        ("days", json!(3)),
        ("all_days", json!(3)),
        ("leaves_at", json!("08:05")),
        ("room", json!("二楼会议室")),
        ("fare", json!(10_050)),
        ("bed", json!(100_000)),
        ("rest", json!(18_000)),
        ("total", json!(128_050)),
        ("number", json!("出差〔2026〕1号")),
        (
            "items",
            json!([
                { "what": "复印", "unit": "张", "n": 12, "price": 8_000, "day": "2026-03-09" },
                { "what": "市内交通", "n": 2, "price": 10_000 },
            ]),
        ),
    ] {
        assert_eq!(kept.get(id), Some(&want), "{id}");
    }
    // the rows stand in a table of their own, and not in the form beside
    let read = desk.office.town.store.shelf(case.shelf()).unwrap();
    let rows: i64 = read
        .one(
            "SELECT count(*) FROM table_row WHERE case_id = ?1",
            params![case.raw()],
            |r| r.get(0),
        )
        .unwrap();
    let form: String = read
        .one("SELECT form FROM cases WHERE id = ?1", [case.raw()], |r| {
            r.get(0)
        })
        .unwrap();
    assert_eq!(rows, 2);
    assert!(!form.contains("市内交通"));
    let page = desk.of(&format!("/case/{case}"));
    for said in [
        "3 个工作日（3月9日—11日）",
        "2026年3月9日—3月11日",
        "1280.50 元（车费 100.50＋住宿费 1000.00＋其他费用合计 180.00）",
        "大写：壹仟贰佰捌拾元伍角整",
        "76 岁",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
}

fn refused(desk: &mut Desk, fields: &[(&str, &str)]) -> Reply {
    let reply = desk.clerk.submit(form::AT, form::AT, fields);
    assert_eq!(reply.status, 422, "{}", plain(&reply.text()));
    reply
}

#[test]
fn what_is_wrong_is_said_and_stays_in_its_box() {
    let mut desk = desk("fields-wrong");
    let wrong = with(&[
        ("f.id_no", Some("110105194912310021")),
        ("f.phone", Some("12")),
        ("f.span.first", Some("2026-3-11")),
        ("f.span.last", Some("2026-3-9")),
        ("f.leaves_at", Some("25:00")),
        ("f.fare", Some("一百")),
        ("f.items.0.price", Some("八十")),
        ("f.items.0.day", Some("某天")),
        ("f.items.1.what", Some("")),
        ("f.items.1.unit", Some("箱")),
    ]);
    let page = refused(&mut desk, &wrong).text();
    let said = plain(&page);
    for sentence in [
        "身份证号不是正确的 18 位身份证号码",
        "手机请写电话号码",
        "起止日期的结束日期 2026-03-09 早于开始日期 2026-03-11",
        "出发时间请写几点几分",
        "车费请写金额",
        "其他费用第 1 行“金额”请写金额",
        "其他费用第 1 行“日期”：",
        "其他费用第 2 行“名目”没有填",
        "其他费用第 2 行“单位”请从“张、次”里选一项",
    ] {
        assert!(said.contains(sentence), "{sentence}: {said}");
    }
    for typed in [
        "value=\"八十\"",
        "value=\"某天\"",
        "value=\"一百\"",
        "value=\"25:00\"",
        "value=\"2026-3-11\"",
        "value=\"市内交通\"",
    ] {
        let gone = typed == "value=\"市内交通\"";
        assert_eq!(page.contains(typed), !gone, "{typed}");
    }
    // each sentence leads to its box
    for name in [
        "f-f.items.0.price",
        "f-f.items.1.what",
        "f-f.span",
        "f-f.id_no",
    ] {
        assert!(page.contains(&format!("href=\"#{name}\"")), "{name}");
        assert!(page.contains(&format!("id=\"{name}\"")), "{name}");
    }
}

#[test]
fn what_must_be_there_and_what_must_hold() {
    let mut desk = desk("fields-must");
    for (fields, sentence) in [
        (
            vec![("f.span.first", Some("")), ("f.span.last", Some(""))],
            "请填写起止日期",
        ),
        (
            vec![("f.span.last", Some(""))],
            "起止日期的开始和结束两个日期都要填",
        ),
        (vec![("f.way", Some("飞机"))], "坐飞机要填航班时间"),
        (
            vec![("f.hosts", Some("4"))],
            "陪餐人数不能超过来宾的三分之一，请减少陪餐人数",
        ),
        (vec![("rows.items", Some("0"))], "请至少填一行其他费用"),
        // four working days are not the director's, nor is so much money
        (
            vec![("f.span.last", Some("3月12日"))],
            "按现在填的内容不能“送主任审”",
        ),
        (
            vec![("f.bed", Some("5000"))],
            "按现在填的内容不能“送主任审”",
        ),
    ] {
        let page = refused(&mut desk, &with(&fields)).text();
        assert!(
            plain(&page).contains(sentence),
            "{sentence}: {}",
            plain(&page)
        );
    }
    // a weekend in between makes no difference: working days are counted
    desk.sent(&with(&[
        ("f.span.first", Some("3月12日")),
        ("f.span.last", Some("3月16日")),
    ]));
    desk.sent(&with(&[("f.guests", Some("")), ("f.hosts", Some("30"))]));
    desk.sent(&with(&[
        ("f.bed", Some("5000")),
        ("do", Some("submit/boss")),
    ]));
}

#[test]
fn rows_come_and_go_without_a_script() {
    let mut desk = desk("fields-rows");
    let add = with(&[("do", None), ("row", Some("add.items"))]);
    let page = desk.clerk.submit(form::AT, form::AT, &add);
    assert_eq!(page.status, 200);
    let text = page.text();
    assert!(text.contains("name=\"rows.items\" value=\"4\""));
    assert!(text.contains("name=\"f.items.3.what\"") && text.contains("autofocus"));
    for kept in [
        "value=\"复印\"",
        "value=\"市内交通\"",
        "value=\"去县里开会\"",
        "value=\"3月11日\"",
    ] {
        assert!(text.contains(kept), "{kept}");
    }
    // sums of what is there so far
    assert!(plain(&text).contains("1280.50 元"), "{}", plain(&text));
    let take = with(&[("do", None), ("row", Some("take.items.0"))]);
    let text = desk.clerk.submit(form::AT, form::AT, &take).text();
    assert!(text.contains("name=\"rows.items\" value=\"2\""));
    assert!(!text.contains("value=\"复印\"") && text.contains("value=\"市内交通\""));
    for forged in ["take.items.99", "take.nothing.0", "add.title", "x", "add"] {
        let fields = with(&[("do", None), ("row", Some(forged))]);
        assert_eq!(
            desk.clerk.submit(form::AT, form::AT, &fields).status,
            200,
            "{forged}"
        );
    }
}

#[test]
fn two_hundred_rows_are_kept_and_printed_whole() {
    let mut desk = desk("fields-many");
    let many: Vec<(String, String)> = (0..200)
        .flat_map(|n| {
            [
                (format!("f.items.{n}.what"), format!("第{}笔", n + 1)),
                (format!("f.items.{n}.n"), "1".to_owned()),
                (format!("f.items.{n}.price"), "0.1".to_owned()),
                (format!("f.items.{n}.day"), "3月9日".to_owned()),
            ]
        })
        .collect();
    let mut fields = with(&[("rows.items", Some("200"))]);
    fields.retain(|(n, _)| !n.starts_with("f.items."));
    fields.extend(many.iter().map(|(n, v)| (n.as_str(), v.as_str())));
    let case = desk.sent(&fields);
    let kept = values(&desk, case);
    assert_eq!(
        kept.get("items").and_then(Value::as_array).map(Vec::len),
        Some(200)
    );
    assert_eq!(kept.get("rest"), Some(&json!(2_000)));
    let printed = desk.clerk.get(&format!("/case/{case}/print/form")).text();
    for n in 1..=200 {
        assert!(printed.contains(&format!(">第{n}笔<")), "{n}");
    }
    let leaves = printed.matches("<section class=\"page\"").count();
    let heads = printed.matches(">名目</th>").count();
    assert!(leaves > 5, "{leaves}");
    assert!(heads >= leaves - 1, "{heads} heads on {leaves} leaves");
    assert_eq!(printed.matches(">合计<").count(), 1);
}
