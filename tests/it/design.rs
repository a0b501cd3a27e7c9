//! The designer through a real socket: a new procedure made three ways, every edit posted as its button posts it,
//! what was typed kept where it is refused, two people at one draft, taking back, the check with its links,
//! publishing beside a running case, and a case walked through in memory.

use crate::support::http::Http;
use crate::support::office::{Office, PASSWORD};
use crate::support::reply::Reply;
use inkstone::engine::definition::Procedure;

const AT: &str = "/procedures/yysq/design";

/// A draft called 用印申请, from an empty sheet.
fn begun(name: &str) -> (Office, Http) {
    let office = Office::new(name);
    let mut http = office.admin();
    let made = http.submit(
        "/procedures/new",
        "/procedures/new",
        &[("name", "用印申请"), ("group", "印章"), ("do", "blank")],
    );
    assert_eq!(made.header("location"), Some(AT), "{}", made.text());
    (office, http)
}

/// Presses a button of a tab.
fn press(http: &mut Http, tab: &str, deed: &str, fields: &[(&str, &str)]) -> Reply {
    let mut all = vec![("do", deed)];
    all.extend_from_slice(fields);
    http.submit(&format!("{AT}{tab}"), AT, &all)
}

/// The same, and it is done.
fn does(http: &mut Http, tab: &str, deed: &str, fields: &[(&str, &str)]) -> String {
    let done = press(http, tab, deed, fields);
    assert_eq!(done.status, 303, "{deed}: {}", done.text());
    done.header("location").unwrap().to_owned()
}

fn refused(http: &mut Http, tab: &str, deed: &str, fields: &[(&str, &str)]) -> String {
    let done = press(http, tab, deed, fields);
    assert_eq!(done.status, 422, "{deed}");
    done.text()
}

fn draft(office: &Office) -> Procedure {
    let sketch = office
        .state
        .engine
        .sketch(&office.town.store, "yysq")
        .unwrap();
    Procedure::parse(&sketch.unwrap().text).unwrap()
}

fn field(office: &Office, label: &str) -> String {
    let p = draft(office);
    p.fields
        .iter()
        .find(|f| f.label == label)
        .unwrap_or_else(|| panic!("no {label}"))
        .id
        .clone()
}

fn step(office: &Office, name: &str) -> String {
    let p = draft(office);
    p.steps
        .iter()
        .find(|s| s.name == name)
        .unwrap_or_else(|| panic!("no {name}"))
        .id
        .clone()
}

#[test]
fn only_who_may_design_gets_there() {
    let (office, mut admin) = begun("design-who");
    let mut clerk = office.colleague(&mut admin, "安守");
    for at in [
        "/procedures/new",
        AT,
        &format!("{AT}/flow"),
        &format!("{AT}/try"),
    ] {
        assert_eq!(clerk.get(at).status, 403, "{at}");
        assert_eq!(admin.get(at).status, 200, "{at}");
    }
    let who = office.id_of("安守");
    let at = "/procedures/designers";
    let given = admin.submit(at, at, &[("people", &who)]);
    assert_eq!(given.status, 303, "{}", given.text());
    let mut clerk = office.logged_in(2, "安守", PASSWORD);
    assert_eq!(clerk.get(AT).status, 200);
    assert_eq!(clerk.get("/procedures/nothing/design").status, 404);
}

#[test]
fn a_new_one_is_made_three_ways() {
    let (office, mut http) = begun("design-new");
    let new = "/procedures/new";
    let line = ("line", "申请人→张三");
    let wrong = http.submit(new, new, &[("name", "抗洪物资"), line, ("do", "quick")]);
    assert_eq!(wrong.status, 422);
    let said = wrong.text();
    assert!(said.contains("“张三”没有看懂是谁") && said.contains("value=\"申请人→张三\""));
    let line = (
        "line",
        "申请人→部门负责人→财政所审核→主要领导；超2天催办；看情况",
    );
    let made = http.submit(new, new, &[("name", "抗洪物资"), line, ("do", "quick")]);
    let to = made.header("location").unwrap().to_owned();
    assert!(to.starts_with("/procedures/khwz/design/flow?line="), "{to}");
    assert!(
        http.get(&to).text().contains("value=\"看情况\""),
        "kept in the box"
    );
    let made = http.submit(
        new,
        new,
        &[("name", "抗洪物资"), ("of", "sealed-paper"), ("do", "copy")],
    );
    assert_eq!(made.header("location"), Some("/procedures/khwz_2/design"));
    assert_eq!(
        office
            .state
            .engine
            .sketches(&office.town.store)
            .unwrap()
            .len(),
        3
    );
    assert_eq!(
        http.submit(new, new, &[("name", " "), ("do", "blank")])
            .status,
        422
    );
}

#[test]
fn every_edit_is_a_button() {
    let (office, mut http) = begun("design-edits");
    let seal = [
        ("label", "印章"),
        ("kind", "choice"),
        ("options", "政府章、党委章"),
    ];
    let at = does(&mut http, "", "field.add", &seal);
    assert_eq!(at, format!("{AT}?field=yz"));
    let more = [
        ("label", "印章"),
        ("kind", "choice"),
        ("options", "政府章\n办公室章"),
        ("default", "words"),
        ("words", "政府章"),
    ];
    does(&mut http, "", "field.set:yz", &more);
    does(
        &mut http,
        "",
        "field.add",
        &[("label", "份数"), ("kind", "number")],
    );
    does(
        &mut http,
        "",
        "field.add",
        &[("label", "材料"), ("kind", "text")],
    );
    let table = [
        ("label", "材料"),
        ("kind", "table"),
        ("c0.label", "名称"),
        ("c0.kind", "text"),
        ("c1.label", "页数"),
        ("c1.kind", "number"),
        ("c1.sum", "1"),
    ];
    does(&mut http, "", "field.set:cl", &table);
    let cells = draft(&office).layout.rows.len();
    for (deed, fields) in [
        ("grid.left:0:1", &[][..]),
        ("grid.right:0:0", &[]),
        ("grid.down:0:0", &[]),
        ("grid.up:1:0", &[]),
        ("grid.wider:0:0", &[]),
        ("grid.narrower:0:0", &[]),
        ("grid.merge:0:0", &[]),
        ("grid.join:1:0", &[]),
        ("grid.alone:0:2", &[]),
        ("grid.join:1:0", &[]),
        ("grid.tall:1:0", &[]),
        ("grid.split:1:0", &[("new", "主送单位")]),
        ("grid.row:0", &[("new", "电话")]),
        ("grid.lift:1:0", &[]),
        ("grid.place:dh", &[]),
    ] {
        does(&mut http, "", deed, fields);
    }
    assert_eq!(
        draft(&office).layout.rows.len(),
        cells + 1,
        "电话 is in a row of its own"
    );
    does(&mut http, "", "field.drop:dh", &[]);
    let new = [
        ("new", "分管领导审批"),
        ("who", "leader/sqbm"),
        ("after", "bm"),
    ];
    let at = does(&mut http, "/flow", "step.add", &new);
    let leader = step(&office, "分管领导审批");
    assert_eq!(at, format!("{AT}/flow?step={leader}"));
    let on = |what: &str| format!("{what}:{leader}");
    for (deed, fields) in [
        (on("step.up"), &[][..]),
        (on("step.down"), &[]),
        (
            on("step.rename"),
            &[("name", "分管领导签批"), ("verb", "签批")],
        ),
        (
            on("step.people"),
            &[
                ("who", "chosen_from"),
                ("among", "leader"),
                ("many", "in_order"),
                ("not_own", "1"),
            ],
        ),
        (on("step.due"), &[("n", "2"), ("unit", "working_days")]),
        (
            on("step.opinion"),
            &[("writes", "may"), ("into", "yj"), ("phrases", "同意。")],
        ),
        (
            on("step.moves"),
            &[
                ("move", "close"),
                ("move", "return"),
                ("move", "circulate"),
                ("say.close", "批完"),
            ],
        ),
        (
            on("rights"),
            &[("r.sy", "write"), ("r.fj", "hidden"), ("r.yz", "must")],
        ),
        (
            "way.add:sq".into(),
            &[
                ("to", &*leader),
                ("w0.field", "fs"),
                ("w0.is", "more"),
                ("w0.value", "10"),
            ],
        ),
        (
            "way.set:sq:0".into(),
            &[
                ("to", &*leader),
                ("label", "直接送分管"),
                ("w0.field", "fs"),
                ("w0.is", "more"),
                ("w0.value", "20"),
            ],
        ),
        ("way.up:sq:1".into(), &[]),
        ("way.drop:sq:1".into(), &[]),
    ] {
        does(&mut http, "/flow", &deed, fields);
    }
    let p = draft(&office);
    let s = p.step(&leader).unwrap();
    assert_eq!(
        (s.name.as_str(), s.due.as_ref().unwrap().term.words()),
        ("分管领导签批", "2 个工作日".into())
    );
    assert!(p.field("yz").unwrap().must_at(&leader) && p.circulation.is_some());
    does(&mut http, "", "grid.readers", &[]);
    does(&mut http, "/flow", &on("step.drop"), &[]);
    for (deed, fields) in [
        (
            "head",
            &[
                ("name", "用印申请"),
                ("group", "印章"),
                ("start", "申请用印"),
                ("title", "sy"),
                ("seen", "office"),
                ("sees", "seal_keeper"),
                ("urge", "office_director"),
            ][..],
        ),
        ("series", &[("prefix", "用印"), ("scope", "organ")]),
        ("column.add", &[("of", "yz")]),
        ("column.left:yz", &[]),
        ("column.drop:yz", &[]),
        ("sheet.add", &[("title", "存根"), ("page", "form")]),
        ("sheet.rename:cg", &[("title", "用印存根")]),
        ("sheet.drop:cg", &[]),
    ] {
        does(&mut http, "/name", deed, fields);
    }
    let line = [("line", "申请人→部门负责人→印章管理员用印")];
    does(&mut http, "/flow", "quick", &line);
    assert_eq!(draft(&office).steps.len(), 3);
    for (tab, words) in [
        ("", "政府章、办公室章"),
        ("/flow?step=bm", "谁来办"),
        ("/name", "全单位一起编"),
        ("/preview", "打印出来的样子"),
        ("/paper", "样张"),
        ("/publish", "每一步都走得到"),
    ] {
        let page = http.get(&format!("{AT}{tab}"));
        assert_eq!(page.status, 200, "{tab}");
        assert!(page.text().contains(words), "{tab}: {}", page.text());
        for hidden in ["head_of", "[[step]]", "series_number\"", "kind = "] {
            assert!(
                !page.text().contains(&format!(">{hidden}")),
                "{tab} shows {hidden}"
            );
        }
    }
}

#[test]
fn what_was_typed_comes_back_with_a_sentence() {
    let (office, mut http) = begun("design-typed");
    let before = draft(&office).text().unwrap();
    let said = refused(
        &mut http,
        "",
        "field.add",
        &[("label", "印章"), ("kind", "choice"), ("options", "")],
    );
    assert!(
        said.contains("请写上可以选的内容") && said.contains("value=\"印章\""),
        "{said}"
    );
    let said = refused(&mut http, "/flow", "quick", &[("line", "申请人→火星人")]);
    assert!(said.contains("“火星人”没有看懂是谁") && said.contains("value=\"申请人→火星人\""));
    let said = refused(&mut http, "", "field.drop:sy", &[]);
    assert!(said.contains("清单里的标题"), "{said}");
    let said = refused(
        &mut http,
        "/flow?step=bm",
        "step.due:bm",
        &[("n", "三天吧"), ("unit", "days")],
    );
    assert!(
        said.contains("请写数字") && said.contains("value=\"三天吧\""),
        "{said}"
    );
    let said = refused(
        &mut http,
        "/name",
        "head",
        &[("name", ""), ("group", "印章")],
    );
    assert!(said.contains("请写上事项名称"), "{said}");
    assert!(refused(&mut http, "", "grid.fly:1:1", &[]).contains("这个按钮没有看懂"));
    assert_eq!(draft(&office).text().unwrap(), before);
}

#[test]
fn the_second_of_two_is_told_and_a_change_is_taken_back() {
    let (office, mut http) = begun("design-two");
    let who = office.id_of("纪文澜");
    office.colleague(&mut http, "纪文澜");
    let at = "/procedures/designers";
    assert_eq!(http.submit(at, at, &[("people", &who)]).status, 303);
    let mut other = office.logged_in(2, "纪文澜", PASSWORD);
    let page = http.get(AT);
    does(
        &mut other,
        "",
        "field.add",
        &[("label", "他加的"), ("kind", "text")],
    );
    let mut late = page.hidden(AT);
    late.extend(
        [("do", "field.add"), ("label", "我加的"), ("kind", "text")]
            .map(|(n, v)| (n.into(), v.into())),
    );
    let late: Vec<(&str, &str)> = late
        .iter()
        .map(|(n, v): &(String, String)| (&**n, &**v))
        .collect();
    let told = http.post(AT, &late);
    assert_eq!(told.status, 422);
    let said = told.text();
    assert!(
        said.contains("纪文澜") && said.contains("也改了这个事项，您这一处还没有改上"),
        "{said}"
    );
    assert!(said.contains("value=\"我加的\"") && said.contains("他加的"));
    assert!(
        !said.contains("撤销：加一格"),
        "what another did is not mine to take back"
    );
    does(
        &mut http,
        "",
        "field.add",
        &[("label", "我加的"), ("kind", "text")],
    );
    assert!(http.get(AT).text().contains("撤销：加一格"));
    let _label = field(&office, "我加的");
    does(&mut http, "", "undo", &[]);
    assert!(draft(&office).fields.iter().all(|f| f.label != "我加的"));
    assert!(draft(&office).fields.iter().any(|f| f.label == "他加的"));
    assert!(refused(&mut http, "", "undo", &[]).contains("没有可以撤销"));
}

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
        &format!("step.moves:{boss}"),
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
    let page = clerk.get("/todo?view=mine").text() + &clerk.get("/todo").text();
    assert!(page.contains("盖合同章"), "{page}");
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
