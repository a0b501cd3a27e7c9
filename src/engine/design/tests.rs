//! Each edit by clicking, on a blank procedure and on those that ship. Not here: one-line entry (`quick_tests`).

use super::*;
use crate::engine::definition::{Kind, Page, Who};
use crate::engine::publish::check;
use crate::engine::shipped;
use crate::org::Role;

pub fn new() -> Procedure {
    blank("用印申请", "事项申请", |_| false).unwrap()
}

pub fn faults(p: &Procedure) -> Vec<String> {
    let roles: Vec<&str> = Role::ALL.iter().map(|r| r.id()).collect();
    check(p, &roles)
}

/// Does it; what comes of it can be written and read again.
pub fn does(p: &mut Procedure, edit: Edit) -> Made {
    let made = apply(p, edit).unwrap();
    again(p);
    made
}

fn again(p: &Procedure) {
    let text = p.text().unwrap();
    assert_eq!(Procedure::parse(&text).unwrap().text().unwrap(), text);
}

pub fn refused(p: &mut Procedure, edit: Edit) -> String {
    let before = p.text().unwrap();
    let why = apply(p, edit).unwrap_err();
    let why: Vec<String> = why.0.into_iter().map(|e| e.message).collect();
    let why = why.join("；");
    assert_eq!(p.text().unwrap(), before, "{why}");
    why
}

pub fn form(label: &str, kind: &str) -> FieldForm {
    FieldForm {
        label: label.into(),
        kind: kind.into(),
        ..FieldForm::default()
    }
}

pub fn add(p: &mut Procedure, label: &str, kind: &str) -> String {
    let mut form = form(label, kind);
    form.options = "甲、乙".into();
    does(p, Edit::Field(FieldEdit::Add(form))).field.unwrap()
}

pub fn id_of(p: &Procedure, label: &str) -> String {
    p.fields
        .iter()
        .find(|f| f.label == label)
        .unwrap()
        .id
        .clone()
}

pub fn step_of(p: &Procedure, name: &str) -> String {
    p.steps.iter().find(|s| s.name == name).unwrap().id.clone()
}

pub fn names(p: &Procedure) -> Vec<&str> {
    p.steps.iter().map(|s| s.name.as_str()).collect()
}

pub fn rows(p: &Procedure) -> Vec<String> {
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
    assert!(rows(&p).contains(&"dh 12".to_owned()));
    does(&mut p, Edit::Grid(Grid::NewRow(Some(0), "主送".into())));
    assert_eq!(rows(&p)[1], "zs 12");
    assert!(refused(&mut p, Edit::Grid(Grid::Lift(0, 0))).contains("必填"));
    assert!(refused(&mut p, Edit::Grid(Grid::Move(9, 0, Side::Up))).contains("已经不在"));
    assert!(refused(&mut p, Edit::Grid(Grid::Readers)).contains("传阅"));
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
    for text in shipped::TEXTS.iter() {
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

/// Whoever presses reads where it is used, and nothing is half gone.
#[test]
fn what_something_beside_the_flow_stands_on_is_not_deleted() {
    let mut seen = 0;
    for text in shipped::TEXTS.iter() {
        let mut p = Procedure::parse(text).unwrap();
        let first = p.steps[0].id.clone();
        for claim in p.claims.clone() {
            let said = claim.called(&p);
            for id in claim.fields() {
                let why = refused(&mut p, Edit::Field(FieldEdit::Drop(id.into())));
                assert!(why.contains("请先到那里改掉"), "{}: {why}", p.name);
                seen += usize::from(why.contains(&said));
            }
            for id in std::iter::once(&claim.step).chain(&claim.until) {
                let why = refused(&mut p, Edit::Step(StepEdit::Drop(id.clone())));
                assert!(*id == first || why.contains("请先到那里改掉"), "{why}");
            }
        }
        for rule in p.delegates.clone() {
            let fields = [Some(rule.span), rule.person, rule.whose];
            for id in fields.into_iter().flatten() {
                let why = refused(&mut p, Edit::Field(FieldEdit::Drop(id)));
                assert!(why.contains("请先到那里改掉"), "{}: {why}", p.name);
            }
            refused(&mut p, Edit::Step(StepEdit::Drop(rule.step)));
        }
        if let Some(s) = p.supervision.clone() {
            for id in [s.matter, s.due, s.proof, s.progress] {
                refused(&mut p, Edit::Field(FieldEdit::Drop(id)));
            }
        }
        for w in p.watched.clone() {
            if let Some(id) = w.matter {
                refused(&mut p, Edit::Field(FieldEdit::Drop(id)));
            }
        }
    }
    assert!(seen > 5, "{seen} fields are named by what is held");
}

/// A clerk knows no ids.
#[test]
fn the_check_speaks_of_rarer_parts_by_their_names_too() {
    use crate::engine::definition::{Compute, What};
    let mut seen = 0;
    for text in shipped::TEXTS.iter() {
        let mut p = Procedure::parse(text).unwrap();
        let title = p.title.clone();
        for claim in &mut p.claims {
            match &mut claim.what {
                What::Thing { resource, days, .. } => {
                    (*resource, *days) = (title.clone(), "gone".into());
                }
                What::Time { days, .. } => days.clone_from(&title),
                What::Balance { amount, .. } => amount.clone_from(&title),
            }
        }
        for f in &mut p.fields {
            match &mut f.kind {
                Kind::Computed(Compute::Sum(all)) => all.push("gone".into()),
                Kind::Computed(Compute::Days(of) | Compute::WorkingDays(of)) => {
                    of.clone_from(&title);
                }
                _ => {}
            }
        }
        if let Some(l) = &mut p.lending {
            l.title = "gone".into();
        }
        for rule in &mut p.delegates {
            rule.span.clone_from(&title);
        }
        let said = faults(&p);
        seen += said.len();
        let ids = p.fields.iter().map(|f| f.id.as_str()).chain(["gone"]);
        for id in ids.filter(|id| p.fields.iter().all(|f| f.label != *id)) {
            let word = format!("“{id}”");
            let wrong: Vec<&String> = said.iter().filter(|s| s.contains(&word)).collect();
            assert!(wrong.is_empty(), "{}: {wrong:?}", p.name);
        }
    }
    assert!(seen > 10, "{seen} sentences");
}
