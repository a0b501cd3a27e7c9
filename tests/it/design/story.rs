//! From a draft to cases: stopped at a dead end, mended, published beside a running case; and a case walked
//! through in memory.

use super::{AT, begun, does, step};
use crate::support::http::Http;
use crate::support::reply::Reply;
use std::time::Duration;

/// Starts a case of it as somebody who may, to the first way on.
fn start(http: &mut Http, why: &str, to: &str) -> Reply {
    let deed = format!("submit/{to}");
    http.submit(
        "/start/yysq",
        "/start/yysq",
        &[("f.sy", why), ("do", &deed)],
    )
}

#[test]
fn a_dead_end_is_mended_published_and_a_running_case_keeps_its_version() {
    let (office, mut http) = begun("design-publish");
    does(
        &mut http,
        "/flow",
        "quick",
        &[("line", "申请人→部门负责人→主要领导")],
    );
    let boss = step(&office, "主要领导审批");
    does(
        &mut http,
        "/flow",
        &format!("step.keep:{boss}"),
        &[("move", "return")],
    );
    let page = http.get(&format!("{AT}/publish")).text();
    let link = format!("{AT}/flow?step={boss}#panel");
    assert!(
        page.contains(&link) && page.contains("去改“主要领导审批”这一步"),
        "{page}"
    );
    assert!(
        !page.contains("name=\"note\""),
        "no button before it is mended"
    );
    let posted = http.submit(&format!("{AT}/flow"), AT, &[("do", "undo")]);
    assert_eq!(posted.status, 303);
    let publish = "/procedures/yysq/publish";
    let done = http.submit(&format!("{AT}/publish"), publish, &[("note", "新做的")]);
    assert_eq!(done.status, 303, "{}", done.text());
    let mut clerk = office.colleague(&mut http, "安守");
    let sent = start(&mut clerk, "盖合同章", "bm");
    assert_eq!(sent.status, 303, "{}", sent.text());
    does(
        &mut http,
        "/flow",
        "quick",
        &[("line", "申请人→部门负责人→印章管理员用印")],
    );
    let said = http.get(&format!("{AT}/publish")).text();
    assert!(
        said.contains("和现在用的版本比") && said.contains("印章管理员用印"),
        "{said}"
    );
    let done = http.submit(
        &format!("{AT}/publish"),
        publish,
        &[("note", "改由印章员用印")],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    let mut head = office.colleague(&mut http, "雷有备");
    assert!(office.town.store.drain(Duration::from_secs(10)));
    assert!(head.get("/todo").text().contains("盖合同章"));
    let (now, old) = (
        office.state.engine.procedures.current("yysq").unwrap(),
        boss,
    );
    assert!(
        now.procedure.step(&old).is_none(),
        "the new version has no such step"
    );
}

#[test]
fn a_case_is_walked_through_and_nothing_is_written() {
    let (office, mut http) = begun("design-try");
    let trial = format!("{AT}/try");
    let clerk = office.id_of("安守");
    let begun = http.submit(&trial, &trial, &[("trial", "begin"), ("starter", &clerk)]);
    let page = begun.text();
    assert!(begun.status == 200 && page.contains("安守看到的"), "{page}");
    let go = |http: &mut Http, page: &Reply, fields: &[(&str, &str)]| {
        let mut all = page.hidden(&trial);
        all.extend(
            fields
                .iter()
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned())),
        );
        let all: Vec<(&str, &str)> = all.iter().map(|(n, v)| (&**n, &**v)).collect();
        http.post(&trial, &all)
    };
    let empty = go(&mut http, &begun, &[("f.sy", ""), ("do", "submit/bm")]);
    assert_eq!(empty.status, 422);
    assert!(empty.text().contains("请填写事由"));
    let sent = go(
        &mut http,
        &begun,
        &[("f.sy", "试一试"), ("do", "submit/bm")],
    );
    let page = sent.text();
    assert!(
        page.contains("雷有备看到的") && page.contains("试一试"),
        "{page}"
    );
    let other = go(&mut http, &sent, &[("trial", &format!("as/{clerk}"))]);
    assert!(
        other.text().contains("安守现在没有要办的"),
        "{}",
        other.text()
    );
    let closed = go(
        &mut http,
        &sent,
        &[("opinion", "同意。"), ("do", "close/close")],
    );
    assert!(closed.text().contains("办结了。"), "{}", closed.text());
    let back = go(&mut http, &closed, &[("trial", "back")]);
    assert!(back.text().contains("雷有备看到的"));
    let forged = http.submit(
        &trial,
        &trial,
        &[("trial", "x"), ("played", "{}"), ("as", "1")],
    );
    assert!(forged.text().contains("试走一遍"));
    let mut head = office.colleague(&mut http, "雷有备");
    assert!(
        !head.get("/todo").text().contains("试一试"),
        "nobody is told"
    );
}
