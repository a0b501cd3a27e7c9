//! Each edit by clicking, on a blank procedure and on those that ship; one-line entry as people write it.

use super::*;
use crate::engine::definition::{Compute, Ends, HowMany, Is, Kind, MoveId, Page, Who};
use crate::engine::publish::check;
use crate::engine::shipped;
use crate::org::Role;

fn new() -> Procedure {
    blank("用印申请", "事项申请", |_| false).unwrap()
}

fn faults(p: &Procedure) -> Vec<String> {
    let roles: Vec<&str> = Role::ALL.iter().map(|r| r.id()).collect();
    check(p, &roles)
}

/// Does it; what comes of it can be written and read again.
fn does(p: &mut Procedure, edit: Edit) -> Made {
    let made = apply(p, edit).unwrap();
    again(p);
    made
}

fn again(p: &Procedure) {
    let text = p.text().unwrap();
    assert_eq!(Procedure::parse(&text).unwrap().text().unwrap(), text);
}

fn refused(p: &mut Procedure, edit: Edit) -> String {
    let before = p.text().unwrap();
    let why = apply(p, edit).unwrap_err();
    assert_eq!(p.text().unwrap(), before, "{why}");
    why
}

fn form(label: &str, kind: &str) -> FieldForm {
    FieldForm {
        label: label.into(),
        kind: kind.into(),
        ..FieldForm::default()
    }
}

fn add(p: &mut Procedure, label: &str, kind: &str) -> String {
    let mut form = form(label, kind);
    form.options = "甲、乙".into();
    does(p, Edit::Field(FieldEdit::Add(form))).field.unwrap()
}

fn id_of(p: &Procedure, label: &str) -> String {
    p.fields
        .iter()
        .find(|f| f.label == label)
        .unwrap()
        .id
        .clone()
}

fn step_of(p: &Procedure, name: &str) -> String {
    p.steps.iter().find(|s| s.name == name).unwrap().id.clone()
}

fn names(p: &Procedure) -> Vec<&str> {
    p.steps.iter().map(|s| s.name.as_str()).collect()
}

fn rows(p: &Procedure) -> Vec<String> {
    let all = p.layout.rows.iter();
    all.map(|r| Vec::<String>::from(r.clone()).join(" "))
        .collect()
}

#[test]
fn a_blank_one_may_be_published_as_it_is() {
    let p = new();
    assert_eq!(faults(&p), Vec::<String>::new());
    assert_eq!((p.id.as_str(), p.register.id.as_str()), ("yysq", "yysq"));
    assert_eq!(p.sheets.first().unwrap().title, "用印申请");
    let copy = copy(&p, "用印申请（村）", |id| id == "yysq").unwrap();
    assert_ne!(copy.id, p.id);
    assert_eq!(faults(&copy), Vec::<String>::new());
    assert!(blank(" ", "", |_| false).is_err());
}

#[test]
fn every_kind_of_field_can_be_added_and_changed() {
    let mut p = new();
    add(&mut p, "起止", "span");
    add(&mut p, "证件", "id_number");
    for (word, name) in words::KINDS {
        let label = format!("试{name}");
        let mut form = form(&label, word);
        form.options = "政府章\n党委章".into();
        form.of = "会议室".into();
        form.compute = "working_days".into();
        form.from = vec![id_of(&p, "起止")];
        form.columns = vec![
            ColumnForm {
                label: "品名".into(),
                must: true,
                ..ColumnForm::default()
            },
            ColumnForm {
                label: "金额".into(),
                kind: "money".into(),
                sum: true,
                ..ColumnForm::default()
            },
            ColumnForm::default(),
        ];
        let id = does(&mut p, Edit::Field(FieldEdit::Add(form.clone())))
            .field
            .unwrap();
        assert_eq!(words::kind_word(&p.field(&id).unwrap().kind), word);
        form.label.push('改');
        form.help = "照实填".into();
        does(&mut p, Edit::Field(FieldEdit::Set(id.clone(), form)));
        assert_eq!(p.field(&id).unwrap().help.as_deref(), Some("照实填"));
    }
    assert_eq!(faults(&p), Vec::<String>::new());
    let table = p
        .fields
        .iter()
        .find(|f| matches!(f.kind, Kind::Table { .. }))
        .unwrap();
    let Kind::Table { columns } = &table.kind else {
        panic!()
    };
    assert!(columns.len() == 2 && columns[1].sum && columns[0].must);
    assert_eq!(columns[0].id, "pm");
}

#[test]
fn what_is_wrong_with_a_field_is_said() {
    let mut p = new();
    let cases = [
        (form("", "text"), "请写上这一格的名称"),
        (form("事由", "text"), "已经有一格叫“事由”"),
        (form("印章", "choice"), "请写上可以选的内容"),
        (form("印章", "table"), "至少要有一栏"),
        (form("印章", "nothing"), "请选这一格填什么"),
        (
            FieldForm {
                min: "5".into(),
                max: "1".into(),
                ..form("份数", "number")
            },
            "对调",
        ),
        (
            FieldForm {
                max: "很多".into(),
                ..form("份数", "number")
            },
            "请写数字",
        ),
        (
            FieldForm {
                compute: "days".into(),
                ..form("天数", "computed")
            },
            "起止日期",
        ),
        (
            FieldForm {
                options: "甲、乙".into(),
                default: "丙".into(),
                ..form("类", "choice")
            },
            "不在可选的内容里",
        ),
    ];
    for (form, said) in cases {
        let why = refused(&mut p, Edit::Field(FieldEdit::Add(form)));
        assert!(why.contains(said), "{why}");
    }
    let boxed = id_of(&p, "部门意见");
    let why = refused(
        &mut p,
        Edit::Field(FieldEdit::Set(boxed, form("部门意见", "text"))),
    );
    assert!(
        why.contains("环节“部门负责人审批”要“部门意见”这一格是意见栏"),
        "{why}"
    );
}

#[test]
fn deleting_a_field_cleans_or_names_where_it_is_needed() {
    let mut p = new();
    let copies = add(&mut p, "份数", "number");
    does(&mut p, Edit::Book(BookEdit::AddColumn(copies.clone())));
    does(
        &mut p,
        Edit::Field(FieldEdit::Rename(copies.clone(), "用印份数".into())),
    );
    assert!(p.register.columns.iter().any(|c| c.label == "用印份数"));
    does(&mut p, Edit::Field(FieldEdit::Drop(copies.clone())));
    assert!(!p.text().unwrap().contains("用印份数"));
    for (label, said) in [
        ("事由", "清单里的标题"),
        ("部门", "环节“部门负责人审批”的办理人"),
        ("部门意见", "环节“部门负责人审批”的意见"),
    ] {
        let id = id_of(&p, label);
        let why = refused(&mut p, Edit::Field(FieldEdit::Drop(id)));
        assert!(why.contains(said), "{why}");
    }
    let span = add(&mut p, "起止", "span");
    let days = FieldForm {
        compute: "days".into(),
        from: vec![span.clone()],
        ..form("天数", "computed")
    };
    does(&mut p, Edit::Field(FieldEdit::Add(days)));
    let why = refused(&mut p, Edit::Field(FieldEdit::Drop(span)));
    assert!(why.contains("“天数”这一格的自动计算"), "{why}");
}

#[test]
fn the_grid_stays_twelve_wide_whatever_is_done() {
    let mut p = new();
    let at_first = rows(&p);
    does(&mut p, Edit::Grid(Grid::Move(0, 0, Side::Right)));
    assert_eq!(rows(&p)[0], "sqbm 4 sqr 4 sqrq 4");
    does(&mut p, Edit::Grid(Grid::Move(0, 1, Side::Left)));
    does(&mut p, Edit::Grid(Grid::Move(0, 0, Side::Down)));
    does(&mut p, Edit::Grid(Grid::Move(1, 0, Side::Up)));
    assert_eq!(rows(&p), at_first);
    does(&mut p, Edit::Grid(Grid::Wider(0, 0)));
    assert_eq!(rows(&p)[0], "sqr 5 sqbm 3 sqrq 4");
    assert!(refused(&mut p, Edit::Grid(Grid::Wider(0, 0))).contains("再窄"));
    does(&mut p, Edit::Grid(Grid::Narrower(0, 0)));
    does(&mut p, Edit::Grid(Grid::Merge(0, 0)));
    assert_eq!(rows(&p)[..2], ["sqr 8 sqrq 4", "sqbm 12"]);
    does(&mut p, Edit::Grid(Grid::Join(1, 0)));
    assert_eq!(rows(&p)[0], "sqr 4 sqrq 4 sqbm 4");
    let made = does(&mut p, Edit::Grid(Grid::Split(0, 2, "电话".into())));
    assert_eq!(made.field.as_deref(), Some("dh"));
    assert_eq!(rows(&p)[0], "sqr 3 sqrq 3 sqbm 3 dh 3");
    assert!(refused(&mut p, Edit::Grid(Grid::Join(1, 0))).contains("已经有 4 格"));
    does(&mut p, Edit::Grid(Grid::Alone(0, 3)));
    assert_eq!(rows(&p)[1], "dh 12");
    does(&mut p, Edit::Grid(Grid::Tall(1, 0)));
    assert_eq!(rows(&p)[1], "dh 12 tall");
    does(&mut p, Edit::Grid(Grid::Lift(1, 0)));
    assert!(p.field("dh").is_some() && !rows(&p).iter().any(|r| r.contains("dh")));
    does(&mut p, Edit::Grid(Grid::Place("dh".into())));
    assert!(rows(&p).last().unwrap().starts_with("dh"));
    does(&mut p, Edit::Grid(Grid::NewRow(Some(0), "主送".into())));
    assert_eq!(rows(&p)[1], "zs 12");
    assert!(refused(&mut p, Edit::Grid(Grid::Lift(0, 0))).contains("必填"));
    assert!(refused(&mut p, Edit::Grid(Grid::Move(9, 0, Side::Up))).contains("已经不在"));
    assert!(refused(&mut p, Edit::Grid(Grid::Readers)).contains("传阅"));
}

#[test]
fn steps_come_go_and_change_places_and_the_path_holds() {
    let mut p = new();
    let leader = WhoPick::Is(Who::LeaderOf(id_of(&p, "部门")));
    does(
        &mut p,
        Edit::Step(StepEdit::Add(None, "分管领导审批".into(), leader)),
    );
    let first = step_of(&p, "申请人填写");
    let clerk = WhoPick::Is(Who::Role("records_clerk".into()));
    does(
        &mut p,
        Edit::Step(StepEdit::Add(
            Some(first.clone()),
            "党政办登记".into(),
            clerk,
        )),
    );
    assert_eq!(
        names(&p),
        ["申请人填写", "党政办登记", "部门负责人审批", "分管领导审批"]
    );
    assert_eq!(faults(&p), Vec::<String>::new());
    assert!(
        p.field(&id_of(&p, "分管领导意见")).is_some(),
        "a box of its own"
    );
    let last = step_of(&p, "分管领导审批");
    does(&mut p, Edit::Step(StepEdit::Up(last.clone())));
    assert_eq!(faults(&p), Vec::<String>::new());
    assert_eq!(names(&p)[2..], ["分管领导审批", "部门负责人审批"]);
    let second = step_of(&p, "党政办登记");
    assert!(refused(&mut p, Edit::Step(StepEdit::Up(second))).contains("第一步"));
    does(
        &mut p,
        Edit::Step(StepEdit::Rename(
            last.clone(),
            "分管副镇长审批".into(),
            "审批".into(),
        )),
    );
    assert!(
        p.steps
            .iter()
            .flat_map(|s| &s.next)
            .any(|n| n.label == "送分管副镇长审批")
    );
    let gone = step_of(&p, "部门负责人审批");
    does(&mut p, Edit::Step(StepEdit::Drop(gone)));
    assert_eq!(
        faults(&p),
        Vec::<String>::new(),
        "what ended the case still does"
    );
    assert!(refused(&mut p, Edit::Step(StepEdit::Drop(first))).contains("第一步"));
    let back = WhoPick::Is(Who::HandlerOf(last.clone()));
    does(&mut p, Edit::Step(StepEdit::Add(None, "回访".into(), back)));
    let why = refused(&mut p, Edit::Step(StepEdit::Drop(last)));
    assert!(why.contains("环节“回访”的办理人"), "{why}");
}

#[test]
fn people_limits_opinions_and_moves_of_a_step() {
    let mut p = new();
    let head = step_of(&p, "部门负责人审批");
    let people = |who, many| People {
        who,
        many,
        not_own: true,
    };
    let fixed = WhoPick::HeadOfNamed("财政所".into());
    does(
        &mut p,
        Edit::Step(StepEdit::People(
            head.clone(),
            people(fixed.clone(), Many::AtLeast("２".into())),
        )),
    );
    does(
        &mut p,
        Edit::Step(StepEdit::People(head.clone(), people(fixed, Many::AnyOne))),
    );
    let same = p
        .fields
        .iter()
        .filter(|f| f.label.contains("财政所"))
        .count();
    assert_eq!(same, 1, "made once");
    let due = |n: &str, unit: &str| {
        Some(DueForm {
            n: n.into(),
            unit: unit.into(),
            after: String::new(),
            field: String::new(),
        })
    };
    does(
        &mut p,
        Edit::Step(StepEdit::Due(head.clone(), due("3", "working_days"))),
    );
    assert!(
        refused(
            &mut p,
            Edit::Step(StepEdit::Due(head.clone(), due("三天", "days")))
        )
        .contains("请写数字")
    );
    let said = words::step(&p, p.step(&head).unwrap(), &|r| r.to_owned());
    assert_eq!(said, "财政所的负责人，3 个工作日");
    does(&mut p, Edit::Step(StepEdit::Opinion(head.clone(), None)));
    let form = OpinionForm {
        into: String::new(),
        required: false,
        phrases: "同意。\n\n拟同意。".into(),
    };
    does(
        &mut p,
        Edit::Step(StepEdit::Opinion(head.clone(), Some(form))),
    );
    assert_eq!(
        p.step(&head)
            .unwrap()
            .opinion
            .as_ref()
            .unwrap()
            .phrases
            .len(),
        2
    );
    let all = vec![
        (MoveId::Close, "办完".to_owned()),
        (MoveId::Circulate, String::new()),
    ];
    does(&mut p, Edit::Step(StepEdit::Moves(head.clone(), all)));
    assert!(p.circulation.is_some() && p.step(&head).unwrap().label(MoveId::Return).is_none());
    does(&mut p, Edit::Grid(Grid::Readers));
    let none = Edit::Step(StepEdit::Moves(head.clone(), Vec::new()));
    does(&mut p, none);
    assert!(
        faults(&p).iter().any(|f| f.contains("部门负责人审批")),
        "a dead end is let stand, and said"
    );
    does(
        &mut p,
        Edit::Step(StepEdit::Moves(head, vec![(MoveId::Close, String::new())])),
    );
    assert_eq!(faults(&p), Vec::<String>::new());
}

#[test]
fn a_step_is_handed_out_to_departments() {
    let mut p = new();
    let head = step_of(&p, "部门负责人审批");
    let many = |a: &str, b: &str| People {
        who: WhoPick::Keep,
        many: Many::Departments(a.into(), b.into(), Ends::All),
        not_own: false,
    };
    let why = refused(
        &mut p,
        Edit::Step(StepEdit::People(head.clone(), many("", ""))),
    );
    assert!(why.contains("后面要再有一步"), "{why}");
    let clerk = WhoPick::Is(Who::Role("records_clerk".into()));
    does(
        &mut p,
        Edit::Step(StepEdit::Add(None, "党政办备案".into(), clerk)),
    );
    does(
        &mut p,
        Edit::Step(StepEdit::People(head.clone(), many("", ""))),
    );
    assert_eq!(faults(&p), Vec::<String>::new());
    assert!(matches!(
        p.step(&head).unwrap().how,
        HowMany::Departments { .. }
    ));
    does(
        &mut p,
        Edit::Step(StepEdit::Review(head.clone(), Some(WhoPick::Keep))),
    );
    assert_eq!(faults(&p), Vec::<String>::new());
    let plain = People {
        who: WhoPick::Is(Who::Chosen),
        many: Many::AnyOne,
        not_own: false,
    };
    does(&mut p, Edit::Step(StepEdit::People(head, plain)));
    assert_eq!(faults(&p), Vec::<String>::new());
}

#[test]
fn ways_are_a_ladder_of_rows() {
    let mut p = new();
    let copies = add(&mut p, "金额数", "money");
    let (first, head) = (step_of(&p, "申请人填写"), step_of(&p, "部门负责人审批"));
    let boss = WhoPick::Is(Who::Role("principal_leader".into()));
    let boss = does(
        &mut p,
        Edit::Step(StepEdit::Add(None, "主要领导审批".into(), boss)),
    )
    .step
    .unwrap();
    let way = |value: &str| WayForm {
        to: boss.clone(),
        label: String::new(),
        when: vec![
            ConditionForm {
                field: copies.clone(),
                is: "more".into(),
                value: value.into(),
            },
            ConditionForm::default(),
        ],
    };
    does(
        &mut p,
        Edit::Way(first.clone(), WayEdit::Add(way("5,000元"))),
    );
    let row = &p.step(&first).unwrap().next[0];
    assert_eq!(words::condition(&p, &row.when[0]), "金额数超过 5000 元");
    assert_eq!(
        row.when[0].value,
        Some(toml::Value::Integer(500_000)),
        "kept in fen"
    );
    assert!(refused(&mut p, Edit::Way(first.clone(), WayEdit::Add(way("五千")))).contains("数字"));
    assert!(
        refused(
            &mut p,
            Edit::Way(
                first.clone(),
                WayEdit::Add(WayForm {
                    to: first.clone(),
                    ..WayForm::default()
                })
            )
        )
        .contains("自己")
    );
    does(
        &mut p,
        Edit::Way(first.clone(), WayEdit::Set(0, way("800"))),
    );
    does(&mut p, Edit::Way(first.clone(), WayEdit::Up(1)));
    does(&mut p, Edit::Way(first.clone(), WayEdit::Drop(0)));
    assert!(!faults(&p).is_empty(), "the other step is reached no more");
    let why = refused(&mut p, Edit::Field(FieldEdit::Drop(copies)));
    assert!(why.contains("去路“主要领导审批”的条件"), "{why}");
    does(
        &mut p,
        Edit::Way(
            first,
            WayEdit::Add(WayForm {
                to: head,
                ..WayForm::default()
            }),
        ),
    );
    assert_eq!(faults(&p), Vec::<String>::new());
}

#[test]
fn rights_number_columns_sheets_and_name() {
    let mut p = new();
    let (head, why) = (step_of(&p, "部门负责人审批"), id_of(&p, "事由"));
    let boxed = id_of(&p, "部门意见");
    for (_, word, _) in Right::ALL {
        let right = Right::of(word).unwrap();
        does(
            &mut p,
            Edit::Rights(
                head.clone(),
                vec![(why.clone(), right), (boxed.clone(), right)],
            ),
        );
        assert_eq!(rights::right(p.field(&why).unwrap(), &head), right);
        assert!(
            p.field(&boxed).unwrap().must.is_empty(),
            "nobody types an opinion box"
        );
    }
    does(
        &mut p,
        Edit::Rights(head.clone(), vec![(boxed, Right::See)]),
    );
    does(
        &mut p,
        Edit::Series(SeriesForm {
            prefix: "用印".into(),
            by_department: false,
        }),
    );
    assert_eq!(p.series.as_ref().unwrap().pattern, "用印〔{year}〕{n}号");
    let number = p.series.as_ref().unwrap().field.clone();
    assert!(refused(&mut p, Edit::Field(FieldEdit::Drop(number))).contains("编号"));
    let column = p.register.columns[1].id.clone();
    does(&mut p, Edit::Book(BookEdit::MoveColumn(column.clone())));
    does(&mut p, Edit::Book(BookEdit::DropColumn(column)));
    let state = p
        .register
        .columns
        .iter()
        .find(|c| c.label == "状态")
        .unwrap()
        .id
        .clone();
    assert!(refused(&mut p, Edit::Book(BookEdit::DropColumn(state))).contains("要留着"));
    does(
        &mut p,
        Edit::Book(BookEdit::AddSheet("存根".into(), Page::Form)),
    );
    let sheet = p.sheets.last().unwrap().id.clone();
    does(
        &mut p,
        Edit::Book(BookEdit::RenameSheet(sheet.clone(), "用印存根".into())),
    );
    does(&mut p, Edit::Book(BookEdit::DropSheet(sheet)));
    let form = HeadForm {
        name: "用印审批".into(),
        group: "印章".into(),
        start: "申请用印".into(),
        roles: vec!["dept_head".into()],
        title: why,
        urgency: String::new(),
        seen: "downstream".into(),
        sees: vec!["records_clerk".into()],
        urge: vec!["office_director".into()],
        void: Vec::new(),
    };
    does(&mut p, Edit::Head(form.clone()));
    assert_eq!(
        (p.sheets[0].title.as_str(), p.register.name.as_str()),
        ("用印审批", "用印审批登记簿")
    );
    assert_eq!(head::seeing(&p), ["records_clerk"]);
    let wrong = HeadForm {
        title: id_of(&p, "日期"),
        ..form
    };
    assert!(refused(&mut p, Edit::Head(wrong)).contains("不是文字"));
    does(&mut p, Edit::Series(SeriesForm::default()));
    assert_eq!(faults(&p), Vec::<String>::new());
}

#[test]
fn what_ships_can_be_edited_too() {
    for text in shipped::TEXTS {
        let mut p = Procedure::parse(text).unwrap();
        add(&mut p, "备注", "long_text");
        let first = p.steps[0].id.clone();
        does(
            &mut p,
            Edit::Step(StepEdit::Rename(
                first.clone(),
                "登记一下".into(),
                String::new(),
            )),
        );
        let clerk = WhoPick::Is(Who::Role("records_clerk".into()));
        does(
            &mut p,
            Edit::Step(StepEdit::Add(Some(first), "核对".into(), clerk)),
        );
        assert_eq!(faults(&p), Vec::<String>::new(), "{}", p.name);
        let new = step_of(&p, "核对");
        does(&mut p, Edit::Step(StepEdit::Drop(new)));
        assert_eq!(faults(&p), Vec::<String>::new(), "{}", p.name);
    }
}

fn depts() -> Vec<(String, String)> {
    [
        ("财政所", "财政所"),
        ("社会治安综合治理办公室", "综治办"),
        ("农业农村服务中心", "农业中心"),
    ]
    .map(|(a, b)| (a.to_owned(), b.to_owned()))
    .to_vec()
}

/// The steps of a line on a blank procedure, with what else came of it; whatever is built may be published.
fn line(text: &str) -> (Procedure, Made) {
    let mut p = new();
    let seal = FieldForm {
        options: "普通材料、合同、承诺书".into(),
        ..form("文件类别", "choice")
    };
    does(&mut p, Edit::Field(FieldEdit::Add(seal)));
    let made = does(&mut p, Edit::Quick(text.to_owned(), depts()));
    assert_eq!(faults(&p), Vec::<String>::new(), "{text}");
    (p, made)
}

#[test]
fn one_line_makes_the_steps_people_mean() {
    let long = [
        "拟稿人填写",
        "部门负责人审批",
        "分管领导审批",
        "主要领导签发",
    ];
    let cases: [(&str, &[&str]); 19] = [
        ("拟稿人→部门负责人→分管领导→主要领导签发；超3天催办", &long),
        ("拟稿人->部门负责人->分管领导->主要领导签发", &long),
        ("拟稿人，部门负责人，分管领导，主要领导签发", &long),
        (
            "拟稿人，报部门负责人，再送分管领导，最后由主要领导签发。",
            &long,
        ),
        ("拟稿人 > 部门负责人 > 分管领导 > 主要领导签发", &long),
        (
            "申请人→部门负责人审核→党政办备案",
            &["申请人填写", "部门负责人审核", "党政办备案"],
        ),
        (
            "部门负责人→镇长",
            &["申请人填写", "部门负责人审批", "镇长审批"],
        ),
        (
            "经办人→财政所审核→分管领导→书记",
            &["经办人填写", "财政所审核", "分管领导审批", "书记审批"],
        ),
        (
            "拟稿→科室负责人核稿→会签(综治办、财政所)→主要领导签发→归档",
            &[
                "拟稿填写",
                "科室负责人核稿",
                "部门会签",
                "主要领导签发",
                "归档",
            ],
        ),
        (
            "申请人→部门负责人→用印",
            &["申请人填写", "部门负责人审批", "用印"],
        ),
        (
            "申请人→部门负责人（2天内）→印章管理员用印（限1天）",
            &["申请人填写", "部门负责人审批", "印章管理员用印"],
        ),
        (
            "请假人→3天内部门负责人，3天以上主要领导→党政办备案",
            &["请假人填写", "部门负责人审批", "主要领导审批", "党政办备案"],
        ),
        (
            "请假人→1天以内部门负责人→2至3天分管领导→3天以上主要领导",
            &[
                "请假人填写",
                "部门负责人审批",
                "分管领导审批",
                "主要领导审批",
            ],
        ),
        (
            "经办人→部门负责人→5000元以下分管领导，5000元以上主要领导→财政所",
            &[
                "经办人填写",
                "部门负责人审批",
                "分管领导审批",
                "主要领导审批",
                "财政所审核",
            ],
        ),
        (
            "申请人→部门负责人→分管领导→主要领导（合同、承诺书）→印章管理员",
            &[
                "申请人填写",
                "部门负责人审批",
                "分管领导审批",
                "主要领导审批",
                "印章管理员办理",
            ],
        ),
        (
            "申请人→部门负责人→主要领导（超过三天）",
            &["申请人填写", "部门负责人审批", "主要领导审批", "申请人查收"],
        ),
        (
            "申请人→部门负责人；抄送党政办、财政所",
            &["申请人填写", "部门负责人审批"],
        ),
        (
            "申请人→综治办主任审批→承办人办理；每步2天办完",
            &["申请人填写", "综治办主任审批", "承办人办理"],
        ),
        (
            "登记人→值班员核对→班子成员批示；5个工作日内办结；抄报主要领导",
            &["登记人填写", "值班员核对", "班子成员批示"],
        ),
    ];
    for (text, steps) in cases {
        let (p, made) = line(text);
        assert_eq!(names(&p), steps, "{text}");
        assert_eq!(made.left, "", "{text}");
    }
}

#[test]
fn one_line_says_people_limits_ladders_and_copies() {
    let (p, _) = line("拟稿人→部门负责人→分管领导→主要领导签发；超3天催办");
    assert!(matches!(&p.steps[1].who, Who::HeadOf(f) if p.field(f).unwrap().label == "部门"));
    assert!(matches!(&p.steps[2].who, Who::LeaderOf(_)));
    assert_eq!(p.steps[3].who, Who::Role("principal_leader".into()));
    assert!(p.steps[0].due.is_none());
    assert!(
        p.steps[1..]
            .iter()
            .all(|s| s.due.as_ref().unwrap().term.words() == "3 个工作日")
    );
    assert!(p.urge.is_some() && p.steps[3].moves.contains_key(&MoveId::Close));
    let (p, _) = line("请假人→3天内部门负责人，3天以上主要领导→党政办备案");
    let ways = &p.steps[0].next;
    assert_eq!(ways.len(), 2);
    let days = p.field(&ways[0].when[0].field).unwrap();
    assert_eq!(
        (days.label.as_str(), ways[0].when[0].is),
        ("天数", Is::AtMost)
    );
    assert!(ways[1].when.is_empty() && ways[1].to == step_of(&p, "主要领导审批"));
    assert!(
        p.steps[1..3]
            .iter()
            .all(|s| s.next[0].to == step_of(&p, "党政办备案"))
    );
    let (p, _) = line("申请人→部门负责人→分管领导→主要领导（合同、承诺书）→印章管理员");
    let said: Vec<String> = p.steps[2]
        .next
        .iter()
        .flat_map(|n| &n.when)
        .map(|c| words::condition(&p, c))
        .collect();
    assert_eq!(said, ["文件类别是 合同", "文件类别是 承诺书"]);
    assert_eq!(p.steps[2].next[2].to, p.steps[4].id);
    let (p, _) = line("经办人→部门负责人→5000元以下分管领导，2万元以上主要领导→财政所");
    assert_eq!(
        words::condition(&p, &p.steps[1].next[0].when[0]),
        "金额不超过 5000 元"
    );
    let (p, _) = line("拟稿→会签(综治办、财政所)→主要领导");
    let Who::HeadOf(signing) = &p.steps[1].who else {
        panic!()
    };
    let both = crate::engine::definition::Default::Literal("社会治安综合治理办公室、财政所".into());
    assert_eq!(
        (p.field(signing).unwrap().default.as_ref(), &p.steps[1].how),
        (Some(&both), &HowMany::All)
    );
    let (p, _) = line("申请人→部门负责人；抄送党政办、财政所");
    assert_eq!((p.visibility.grants.len(), p.steps[1].tells.len()), (2, 2));
    let (p, _) = line("申请人→部门负责人（2天内）→印章管理员用印（限1天）");
    assert_eq!(p.steps[1].due.as_ref().unwrap().term.words(), "2 个工作日");
}

#[test]
fn what_was_not_understood_is_said_and_kept() {
    let mut p = new();
    let cases = [
        ("申请人→张三→主要领导", "“张三”没有看懂是谁"),
        ("申请人→会签(环保所)", "会签里的“环保所”本单位没有这个部门"),
        (
            "申请人→财政所、综治办→主要领导",
            "请写成“会签(财政所、综治办)”",
        ),
        ("申请人→主要领导（外事）→归档", "括号里的“外事”表单里还没有"),
        ("申请人", "后面由谁办"),
        ("申请人→部门负责人→部门负责人", "写了两次"),
        ("", "没有看懂"),
    ];
    for (text, said) in cases {
        let why = refused(&mut p, Edit::Quick(text.into(), depts()));
        assert!(why.contains(said), "{text}: {why}");
    }
    let made = does(
        &mut p,
        Edit::Quick("申请人→部门负责人；周末不算".into(), depts()),
    );
    assert_eq!(made.left, "周末不算");
    assert!(made.said.contains("没有看懂，留在框里：周末不算"));
}

#[test]
fn a_second_line_keeps_what_stays() {
    let mut p = new();
    does(
        &mut p,
        Edit::Quick("申请人→部门负责人→分管领导".into(), depts()),
    );
    let head = step_of(&p, "部门负责人审批");
    let phrases = OpinionForm {
        into: id_of(&p, "部门意见"),
        required: true,
        phrases: "照办。".into(),
    };
    does(
        &mut p,
        Edit::Step(StepEdit::Opinion(head.clone(), Some(phrases))),
    );
    does(
        &mut p,
        Edit::Quick("申请人→部门负责人→主要领导".into(), depts()),
    );
    assert_eq!(step_of(&p, "部门负责人审批"), head);
    assert_eq!(
        p.step(&head).unwrap().opinion.as_ref().unwrap().phrases,
        ["照办。"]
    );
    assert!(
        p.fields.iter().all(|f| f.label != "分管领导意见"),
        "its box went with it"
    );
    let span = does(
        &mut p,
        Edit::Field(FieldEdit::Add(form("起止日期", "span"))),
    )
    .field
    .unwrap();
    does(
        &mut p,
        Edit::Quick("申请人→3天内部门负责人，3天以上主要领导".into(), depts()),
    );
    let days = p.field(&id_of(&p, "天数")).unwrap();
    assert_eq!(days.kind, Kind::Computed(Compute::WorkingDays(span)));
    assert_eq!(faults(&p), Vec::<String>::new());
}
