//! The designer through a real socket: a new procedure made three ways, every edit posted as its button posts it,
//! what was typed kept where it is refused, two people at one draft, taking back, the check with its links,
//! publishing beside a running case, and a case walked through in memory.

mod panel;
pub mod posted;
mod story;

use crate::support::http::Http;
use crate::support::office::{Office, PASSWORD};
use crate::support::reply::Reply;
use inkstone::engine::definition::Procedure;
use inkstone::engine::own::Range;
use inkstone::engine::workshop::Maker;

const AT: &str = "/procedures/yysq/design";

/// Names and values of a form.
type Sent<'a> = &'a [(&'a str, &'a str)];

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

/// Presses a button of a tab as a browser does: all of the tab goes with it, with these typed in it.
fn press(http: &mut Http, tab: &str, deed: &str, fields: &[(&str, &str)]) -> Reply {
    let about = deed.split(':').nth(1).unwrap_or_default();
    let page = match deed.split('.').next().unwrap() {
        _ if tab.contains('?') => format!("{AT}{tab}"),
        "step" | "way" if !about.is_empty() => format!("{AT}{tab}?step={about}"),
        "field" if !about.is_empty() => format!("{AT}{tab}?field={about}"),
        _ => format!("{AT}{tab}"),
    };
    let mut sent = posted::form(&http.get(&page).text());
    sent.retain(|(n, _)| fields.iter().all(|(name, _)| name != n));
    sent.extend(
        fields
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned())),
    );
    sent.push(("do".to_owned(), deed.to_owned()));
    posted::send(http, AT, &sent)
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
        ("add.label", "印章"),
        ("add.kind", "choice"),
        ("add.options", "政府章、党委章"),
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
        &[("add.label", "份数"), ("add.kind", "number")],
    );
    does(
        &mut http,
        "",
        "field.add",
        &[("add.label", "材料"), ("add.kind", "text")],
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
    let all: [(&str, Sent); 15] = [
        ("grid.left:0:1", &[]),
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
    ];
    for (deed, fields) in all {
        does(&mut http, "", deed, fields);
    }
    assert_eq!(
        draft(&office).layout.rows.len(),
        cells + 1,
        "电话 is in a row of its own"
    );
    does(&mut http, "", "field.drop:dh", &[]);
    let new = [
        ("add.name", "分管领导审批"),
        ("add.who", "leader/sqbm"),
        ("add.after", "bm"),
    ];
    let at = does(&mut http, "/flow", "step.add", &new);
    let leader = step(&office, "分管领导审批");
    assert_eq!(at, format!("{AT}/flow?step={leader}"));
    let on = |what: &str| format!("{what}:{leader}");
    let all: [(String, Sent); 12] = [
        (on("step.up"), &[]),
        (on("step.down"), &[]),
        (
            on("step.keep"),
            &[("name", "分管领导签批"), ("verb", "签批")],
        ),
        (
            on("step.keep"),
            &[
                ("who", "chosen_from"),
                ("among", "leader"),
                ("many", "in_order"),
                ("not_own", "1"),
            ],
        ),
        (on("step.keep"), &[("n", "2"), ("unit", "working_days")]),
        (
            on("step.keep"),
            &[("writes", "may"), ("into", "yj"), ("phrases", "同意。")],
        ),
        (
            on("step.keep"),
            &[
                ("move", "close"),
                ("move", "return"),
                ("move", "circulate"),
                ("say.close", "批完"),
            ],
        ),
        (
            on("step.keep"),
            &[("r.sy", "write"), ("r.fj", "hidden"), ("r.yz", "must")],
        ),
        (
            "step.keep:sq".into(),
            &[
                ("y1.to", &*leader),
                ("y1.w0.field", "fs"),
                ("y1.w0.is", "more"),
                ("y1.w0.value", "10"),
            ],
        ),
        (
            "step.keep:sq".into(),
            &[
                ("y0.to", &*leader),
                ("y0.label", "直接送分管"),
                ("y0.w0.field", "fs"),
                ("y0.w0.is", "more"),
                ("y0.w0.value", "20"),
            ],
        ),
        ("way.up:sq:1".into(), &[]),
        ("way.drop:sq:1".into(), &[]),
    ];
    for (deed, fields) in all {
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
    let all: [(&str, Sent); 8] = [
        (
            "keep",
            &[
                ("name", "用印申请"),
                ("group", "印章"),
                ("start", "申请用印"),
                ("title", "sy"),
                ("seen", "office"),
                ("sees", "seal_keeper"),
                ("urge", "office_director"),
            ],
        ),
        ("keep", &[("prefix", "用印"), ("scope", "organ")]),
        ("column.add", &[("add.of", "yz")]),
        ("column.left:yz", &[]),
        ("column.drop:yz", &[]),
        ("sheet.add", &[("add.title", "存根"), ("add.page", "form")]),
        ("keep", &[("sheet.cg", "用印存根")]),
        ("sheet.drop:cg", &[]),
    ];
    for (deed, fields) in all {
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

/// Played through every state, not only looked at.
#[test]
fn what_one_line_makes_passes_the_whole_check() {
    let (office, mut http) = begun("design-lines");
    let kinds = [
        ("add.label", "文件类别"),
        ("add.kind", "choice"),
        ("add.options", "普通材料、合同、承诺书"),
    ];
    does(&mut http, "", "field.add", &kinds);
    for line in [
        "拟稿人→部门负责人→分管领导→主要领导签发；超3天催办",
        "拟稿→部门负责人→会签(农业农村服务中心、财政所)→主要领导签发→归档",
        "请假人→3天内部门负责人，3天以上主要领导→党政办备案",
        "请假人→1天以内部门负责人→2至3天分管领导→3天以上主要领导",
        "经办人→部门负责人→5000元以下分管领导，5000元以上主要领导→财政所",
        "申请人→部门负责人→分管领导→主要领导（合同、承诺书）→印章管理员",
        "申请人→部门负责人→主要领导（超过三天）",
        "申请人→部门负责人；抄送党政办、财政所",
        "申请人→财政所所长审批→承办人办理；每步2天办完",
    ] {
        does(&mut http, "/flow", "quick", &[("line", line)]);
        let p = draft(&office);
        let directory = office.state.org.current();
        let maker = Maker::of(&directory, office.town.person("苏简"), Range::office()).unwrap();
        let verdict = office.state.engine.judge(&maker, &p);
        assert_eq!(verdict.faults, Vec::<String>::new(), "{line}");
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
        &[
            ("add.label", "印章"),
            ("add.kind", "choice"),
            ("add.options", ""),
        ],
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
        "step.keep:bm",
        &[("n", "三天吧"), ("unit", "days")],
    );
    assert!(
        said.contains("请写数字") && said.contains("value=\"三天吧\""),
        "{said}"
    );
    let said = refused(
        &mut http,
        "/name",
        "keep",
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
        &[("add.label", "他加的"), ("add.kind", "text")],
    );
    let mut late = page.hidden(AT);
    late.extend(
        [
            ("do", "field.add"),
            ("add.label", "我加的"),
            ("add.kind", "text"),
        ]
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
        &[("add.label", "我加的"), ("add.kind", "text")],
    );
    assert!(http.get(AT).text().contains("撤销：加一格"));
    let _label = field(&office, "我加的");
    does(&mut http, "", "undo", &[]);
    assert!(draft(&office).fields.iter().all(|f| f.label != "我加的"));
    assert!(draft(&office).fields.iter().any(|f| f.label == "他加的"));
    assert!(refused(&mut http, "", "undo", &[]).contains("没有可以撤销"));
}
