//! The panel of a step is one form: any of its buttons keeps all that was typed in it, what was not touched is
//! not written, and where two people changed two parts of one step neither loses his.

use super::{AT, begun, draft};
use crate::support::http::Http;
use crate::support::office::{Office, PASSWORD};
use crate::support::reply::attribute;

type Form = Vec<(String, String)>;

/// What a browser sends of the panel's form, without a button.
fn form(page: &str) -> Form {
    let at = page.find("name=\"kept\"").expect("a panel");
    let start = page[..at].rfind("<form").unwrap();
    let inside = page[start..].split("</form").next().unwrap();
    let mut all = Form::new();
    let mut pick: Option<(String, Option<String>)> = None;
    for tag in inside.split('<').skip(1) {
        let head = tag.split('>').next().unwrap();
        let named = attribute(head, "name");
        match head.split(' ').next().unwrap() {
            "input" => {
                let ticks = head.contains("\"checkbox\"") || head.contains("\"radio\"");
                if !ticks || head.ends_with(" checked") {
                    all.push((named.unwrap(), attribute(head, "value").unwrap_or_default()));
                }
            }
            "textarea" => {
                let text = tag.split_once('>').unwrap().1.trim_start_matches('\n');
                all.push((named.unwrap(), text.replace('\n', "\r\n")));
            }
            "select" => pick = Some((named.unwrap(), None)),
            "option" => {
                if let Some((_, now)) = &mut pick
                    && (now.is_none() || head.ends_with(" selected"))
                {
                    *now = attribute(head, "value");
                }
            }
            "/select" => {
                let (name, now) = pick.take().unwrap();
                all.push((name, now.unwrap_or_default()));
            }
            _ => {}
        }
    }
    all
}

fn set(form: &mut Form, name: &str, value: &str) {
    form.retain(|(n, _)| n != name);
    form.push((name.to_owned(), value.to_owned()));
}

fn send(http: &mut Http, at: &str, form: &Form) -> crate::support::reply::Reply {
    let all: Vec<(&str, &str)> = form.iter().map(|(n, v)| (&**n, &**v)).collect();
    http.post(at, &all)
}

#[test]
fn a_panel_that_was_not_touched_changes_nothing() {
    let office = Office::new("design-untouched");
    let mut http = office.admin();
    let mut seen = 0;
    for p in office.state.engine.procedures.all().iter() {
        let at = format!("/procedures/{}/design", p.procedure.id);
        for s in &p.procedure.steps {
            let page = http.get(&format!("{at}/flow?step={}", s.id));
            assert_eq!(page.status, 200, "{at} {}", s.id);
            let mut sent = form(&page.text());
            sent.push(("do".to_owned(), format!("step.keep:{}", s.id)));
            let done = send(&mut http, &at, &sent);
            assert_eq!(done.status, 303, "{at} {}: {}", s.id, done.text());
            seen += 1;
        }
        let kept = office
            .state
            .engine
            .sketch(&office.town.store, &p.procedure.id);
        assert!(kept.unwrap().is_none(), "{at} was changed by nobody");
    }
    assert!(seen > 100, "{seen} steps");
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
