//! Edits of steps by clicking: places, people, limits, opinions, moves, departments, the ladder.

use super::tests::{add, does, faults, id_of, names, new, refused, step_of};
use super::*;
use crate::engine::definition::{Ends, Given, HowMany, MoveId, Who};

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
        Some(Given::Integer(500_000)),
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
