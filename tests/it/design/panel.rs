//! A tab is one form: any of its buttons keeps all that was typed in it, what was not touched is not written, all that
//! is wrong is said at once beside its control, and where two people changed two parts of one step neither loses his.

use super::posted::{form, send, set};
use super::{AT, begun, draft};
use crate::support::office::{Office, PASSWORD};

/// Every page of the three tabs: the whole tab, each field, each step.
#[test]
fn a_tab_that_was_not_touched_changes_nothing() {
    let office = Office::new("design-untouched");
    let mut http = office.admin();
    let mut seen = 0;
    for p in office.state.engine.procedures.all().iter() {
        let at = format!("/procedures/{}/design", p.procedure.id);
        let mut pages = vec![
            (String::new(), "keep".to_owned()),
            ("/flow".to_owned(), "keep".to_owned()),
            ("/name".to_owned(), "keep".to_owned()),
        ];
        let fields = p.procedure.fields.iter().map(|f| &f.id);
        pages.extend(fields.map(|f| (format!("?field={f}"), format!("field.set:{f}"))));
        let steps = p.procedure.steps.iter().map(|s| &s.id);
        pages.extend(steps.map(|s| (format!("/flow?step={s}"), format!("step.keep:{s}"))));
        for (page, deed) in pages {
            let shown = http.get(&format!("{at}{page}"));
            assert_eq!(shown.status, 200, "{at}{page}");
            let mut sent = form(&shown.text());
            sent.push(("do".to_owned(), deed));
            let done = send(&mut http, &at, &sent);
            assert_eq!(done.status, 303, "{at}{page}: {}", done.text());
            let kept = office
                .state
                .engine
                .sketch(&office.town.store, &p.procedure.id);
            assert!(kept.unwrap().is_none(), "{at}{page} was changed by nobody");
            seen += 1;
        }
    }
    assert!(seen > 400, "{seen} pages");
}

#[test]
fn a_tab_is_kept_whole_and_told_whole() {
    let (office, mut http) = begun("design-whole");
    let mut sent = form(&http.get(&format!("{AT}/name")).text());
    for (name, value) in [
        ("name", ""),
        ("group", "印章"),
        ("every.each", "week"),
        ("every.on", "9"),
        ("prefix", "用{印"),
        ("add.title", "存根"),
    ] {
        set(&mut sent, name, value);
    }
    let before = draft(&office).text().unwrap();
    let mut first = sent.clone();
    first.push(("do".to_owned(), "column.add".to_owned()));
    let said = send(&mut http, AT, &first);
    assert_eq!(said.status, 422);
    let said = said.text();
    for (name, sentence) in [
        ("name", "请写上事项名称"),
        ("every.roles", "至少勾一种岗位"),
        ("every.on", "日子写 1 到 7"),
        ("prefix", "编号前面只写字"),
        ("add.of", "请选登记簿里要哪一格"),
    ] {
        let beside = format!("id=\"w-{name}\"");
        let at = said
            .find(&beside)
            .unwrap_or_else(|| panic!("{name}: {said}"));
        assert!(
            said[at..].split("</").next().unwrap().contains(sentence),
            "{name}"
        );
        assert!(said.contains(&format!("href=\"#f-{name}\"")), "{name}");
        assert!(said.contains(&format!("id=\"f-{name}\"")), "{name}");
    }
    assert!(said.contains("有 5 处要改") && said.contains("value=\"印章\""));
    assert_eq!(
        draft(&office).text().unwrap(),
        before,
        "all of it or nothing"
    );
    // mended on the page that came back, and kept by whichever button
    let mut again = form(&said);
    assert!(again.contains(&("add.title".to_owned(), "存根".to_owned())));
    for (name, value) in [
        ("name", "用印申请单"),
        ("every.on", "5"),
        ("every.roles", "duty"),
        ("prefix", "用印"),
        ("add.of", ""),
    ] {
        set(&mut again, name, value);
    }
    again.push(("do".to_owned(), "keep".to_owned()));
    let done = send(&mut http, AT, &again);
    assert_eq!(done.status, 303, "{}", done.text());
    let p = draft(&office);
    assert_eq!((p.name.as_str(), p.group.as_str()), ("用印申请单", "印章"));
    assert_eq!(p.start.every.as_ref().unwrap().day, 5);
    assert_eq!(p.series.as_ref().unwrap().key, "用印");
    assert!(p.sheets.iter().any(|s| s.title == "存根"));
}

#[test]
fn the_form_and_the_flow_are_kept_whole_too() {
    let (office, mut http) = begun("design-both");
    // a press on the grid keeps the panel and the field to be added
    let mut sent = form(&http.get(&format!("{AT}?field=sy")).text());
    for (name, value) in [
        ("help", "写清用在哪里"),
        ("add.label", "份数"),
        ("add.kind", "number"),
    ] {
        set(&mut sent, name, value);
    }
    sent.push(("do".to_owned(), "grid.down:0:0".to_owned()));
    assert_eq!(send(&mut http, AT, &sent).status, 303);
    let p = draft(&office);
    assert_eq!(p.field("sy").unwrap().help.as_deref(), Some("写清用在哪里"));
    assert!(p.fields.iter().any(|f| f.label == "份数"));
    // wrong in two places: both are said, each beside its control
    let mut sent = form(&http.get(&format!("{AT}?field=sy")).text());
    set(&mut sent, "max", "很多");
    set(&mut sent, "add.label", "份数");
    sent.push(("do".to_owned(), "field.set:sy".to_owned()));
    let said = send(&mut http, AT, &sent).text();
    for (name, value) in [("max", "很多"), ("add.label", "份数")] {
        assert!(said.contains(&format!("id=\"w-{name}\"")), "{name}: {said}");
        assert!(said.contains(&format!("value=\"{value}\"")), "{name}");
    }
    // Enter in a step keeps it, not whatever button comes first; the line that was typed stays in its box
    let page = http.get(&format!("{AT}/flow?step=bm")).text();
    let inside = &page[page.find("name=\"kept\"").unwrap() - 400..];
    assert!(inside.contains("value=\"step.keep:bm\" hidden"), "{inside}");
    let steps = draft(&office).steps.len();
    let mut sent = form(&page);
    for (name, value) in [
        ("verb", "签批"),
        ("line", "申请人→主要领导"),
        ("add.name", "登记"),
        ("add.who", "role/seal_keeper"),
    ] {
        set(&mut sent, name, value);
    }
    sent.push(("do".to_owned(), "step.keep:bm".to_owned()));
    let done = send(&mut http, AT, &sent);
    assert_eq!(done.status, 303, "{}", done.text());
    let to = done.header("location").unwrap();
    let p = draft(&office);
    assert_eq!(p.step("bm").unwrap().verb.as_deref(), Some("签批"));
    assert_eq!(p.steps.len(), steps + 1);
    let page = http.get(to).text();
    assert!(page.contains("value=\"申请人→主要领导\""), "{to}");
    // Enter in the line alone builds it
    let mut sent = form(&http.get(&format!("{AT}/flow")).text());
    set(&mut sent, "line", "申请人→主要领导");
    sent.push(("do".to_owned(), "keep".to_owned()));
    assert_eq!(send(&mut http, AT, &sent).status, 303);
    assert_eq!(draft(&office).steps.len(), 2);
}

#[test]
fn any_button_keeps_all_that_was_typed() {
    let (office, mut http) = begun("design-panel");
    let page = http.get(&format!("{AT}/flow?step=bm")).text();
    let mut sent = form(&page);
    for (name, value) in [
        ("name", "部门负责人签批"),
        ("verb", "签批"),
        ("n", "4"),
        ("unit", "days"),
        ("extend", "leader"),
        ("pause", "1"),
        ("phrases", "同意。\r\n请补充材料。"),
        ("r.sy", "hidden"),
    ] {
        set(&mut sent, name, value);
    }
    sent.push(("do".to_owned(), "step.keep:bm".to_owned()));
    let done = send(&mut http, AT, &sent);
    assert_eq!(done.status, 303, "{}", done.text());
    let p = draft(&office);
    let s = p.step("bm").unwrap();
    assert_eq!(
        (s.name.as_str(), s.verb.as_deref()),
        ("部门负责人签批", Some("签批"))
    );
    assert_eq!(s.due.as_ref().unwrap().term.words(), "4 日");
    assert_eq!(
        s.opinion.as_ref().unwrap().phrases,
        ["同意。", "请补充材料。"]
    );
    assert!(
        p.field("sy")
            .unwrap()
            .hidden_from
            .contains(&"bm".to_owned())
    );
    let (more, stands) = (p.extend.as_ref().unwrap(), p.pause.as_ref().unwrap());
    assert_eq!(
        (&more.steps, &stands.steps),
        (&vec!["bm".to_owned()], &vec!["bm".to_owned()])
    );
    assert!(!stands.grounds.is_empty(), "time stands still for a reason");

    // without a limit there is nothing to prolong, and nothing that could stand still
    let mut sent = form(&http.get(&format!("{AT}/flow?step=bm")).text());
    set(&mut sent, "unit", "");
    sent.push(("do".to_owned(), "step.keep:bm".to_owned()));
    assert_eq!(send(&mut http, AT, &sent).status, 303);
    let p = draft(&office);
    assert!(p.extend.is_none() && p.pause.is_none());
    let mut sent = form(&http.get(&format!("{AT}/flow?step=bm")).text());
    set(&mut sent, "pause", "1");
    set(&mut sent, "verb", "看一看");
    sent.push(("do".to_owned(), "step.up:bm".to_owned()));
    let said = send(&mut http, AT, &sent);
    assert_eq!(said.status, 422);
    let said = said.text();
    assert!(said.contains("还没有期限，先写几天办完"), "{said}");
    assert!(
        said.contains("value=\"看一看\""),
        "what was typed is there still"
    );
}

#[test]
fn two_parts_of_one_step_changed_by_two_people_are_both_kept() {
    let (office, mut http) = begun("design-parts");
    let who = office.id_of("纪文澜");
    office.colleague(&mut http, "纪文澜");
    let at = "/procedures/designers";
    assert_eq!(http.submit(at, at, &[("people", &who)]).status, 303);
    let mut other = office.logged_in(2, "纪文澜", PASSWORD);
    let (mine, his) = (
        http.get(&format!("{AT}/flow?step=bm")).text(),
        other.get(&format!("{AT}/flow?step=bm")).text(),
    );
    let keep = ("do".to_owned(), "step.keep:bm".to_owned());
    let mut sent = form(&his);
    set(&mut sent, "n", "9");
    set(&mut sent, "unit", "working_days");
    sent.push(keep.clone());
    assert_eq!(send(&mut other, AT, &sent).status, 303);
    let mut sent = form(&mine);
    set(&mut sent, "verb", "签批");
    sent.push(keep.clone());
    let late = send(&mut http, AT, &sent);
    assert_eq!(late.status, 422);
    let late = late.text();
    assert!(
        late.contains("纪文澜") && late.contains("value=\"签批\""),
        "{late}"
    );
    let mut again = form(&late);
    again.push(keep);
    let done = send(&mut http, AT, &again);
    assert_eq!(done.status, 303, "{}", done.text());
    let p = draft(&office);
    let s = p.step("bm").unwrap();
    assert_eq!(s.verb.as_deref(), Some("签批"));
    assert_eq!(s.due.as_ref().unwrap().term.words(), "9 个工作日");
}
