//! What a clerk tripped over when walking through the designer: each a way that ended nowhere, or lost something.

use super::tests::{does, faults, form, new, refused, step_of};
use super::*;
use crate::engine::definition::{Compute, Kind, Who};
use crate::engine::shipped;

fn quick(p: &mut Procedure, line: &str) {
    does(p, Edit::Quick(line.to_owned(), Vec::new()));
}

#[test]
fn a_table_and_its_sum_are_added_at_once() {
    let mut p = new();
    let table = |options: &str| FieldForm {
        options: options.into(),
        ..form("值守安排", "table")
    };
    let made = does(&mut p, Edit::Field(FieldEdit::Add(table(""))));
    assert!(made.said.contains("先放了"), "{}", made.said);
    let id = made.field.unwrap();
    let labels = |p: &Procedure, id: &str| match &p.field(id).unwrap().kind {
        Kind::Table { columns } => columns.iter().map(|c| c.label.clone()).collect(),
        _ => Vec::new(),
    };
    assert_eq!(labels(&p, &id), ["事项", "备注"]);
    assert!(
        refused(
            &mut p,
            Edit::Field(FieldEdit::Add(form("合计", "computed")))
        )
        .contains("先加上"),
        "nothing to add up yet"
    );
    let column = |label: &str, kind: &str, sum| ColumnForm {
        label: label.into(),
        kind: kind.into(),
        sum,
        ..ColumnForm::default()
    };
    let sums = FieldForm {
        columns: vec![
            column("值守人", "text", false),
            column("补助", "money", true),
        ],
        ..table("")
    };
    does(&mut p, Edit::Field(FieldEdit::Set(id.clone(), sums)));
    let none = Edit::Field(FieldEdit::Set(id.clone(), table("")));
    assert!(
        refused(&mut p, none).contains("至少要有一栏"),
        "a table does not lose its columns"
    );
    let sum = does(
        &mut p,
        Edit::Field(FieldEdit::Add(form("补助合计", "computed"))),
    );
    let sum = p.field(&sum.field.unwrap()).unwrap().kind.clone();
    assert!(matches!(&sum, Kind::Computed(Compute::SumOf { table, .. }) if *table == id));
    let named = FieldForm {
        options: "品名、数量".into(),
        ..form("物资", "table")
    };
    let named = does(&mut p, Edit::Field(FieldEdit::Add(named)))
        .field
        .unwrap();
    assert_eq!(labels(&p, &named), ["品名", "数量"]);
    assert_eq!(faults(&p), Vec::<String>::new());
}

#[test]
fn a_limit_for_every_step_is_for_those_kept_too() {
    let mut p = new();
    quick(&mut p, "申请人→部门负责人→主要领导；超3天催办");
    quick(&mut p, "申请人→部门负责人→主要领导；每步2天办完");
    let head = step_of(&p, "部门负责人审批");
    let due = |p: &Procedure| p.step(&head).unwrap().due.as_ref().unwrap().term.words();
    assert_eq!(due(&p), "2 个工作日");
    quick(&mut p, "申请人→部门负责人→主要领导");
    assert_eq!(
        due(&p),
        "2 个工作日",
        "a line that says nothing of it leaves it"
    );
    assert_eq!(p.step(&head).unwrap().verb.as_deref(), Some("审批"));
    assert_eq!(words::box_of("部门会签"), "会签意见");
}

#[test]
fn more_time_and_standing_time_go_with_their_step() {
    let mut p = new();
    quick(&mut p, "申请人→部门负责人→主要领导；每步2天办完");
    let (head, boss) = (step_of(&p, "部门负责人审批"), step_of(&p, "主要领导审批"));
    let both = |step: &str| {
        let form = ClockForm {
            extend: "leader".into(),
            pause: true,
        };
        Edit::Step(StepEdit::Clock(step.to_owned(), form))
    };
    does(&mut p, both(&head));
    does(&mut p, both(&boss));
    assert_eq!(
        p.extend.as_ref().unwrap().approve,
        Who::Role("leader".into())
    );
    assert_eq!(faults(&p), Vec::<String>::new());
    does(&mut p, Edit::Step(StepEdit::Drop(head.clone())));
    assert_eq!(p.pause.as_ref().unwrap().steps, std::slice::from_ref(&boss));
    does(&mut p, Edit::Step(StepEdit::Due(boss.clone(), None)));
    assert!(p.pause.is_none() && p.extend.is_none());
    assert!(refused(&mut p, both(&boss)).contains("还没有期限"));
}

/// A row may compare two fields, and say more than the page has room for.
#[test]
fn a_way_kept_as_it_was_shown_keeps_what_the_page_cannot_show() {
    let mut all = 0;
    for text in shipped::TEXTS.iter() {
        let mut p = Procedure::parse(text).unwrap();
        let before = p.text().unwrap();
        for s in p.steps.clone() {
            for (n, way) in s.next.iter().enumerate() {
                let row = |c: &crate::engine::definition::Condition| ConditionForm {
                    field: c.field.clone(),
                    is: words::COMPARED
                        .iter()
                        .find(|k| k.2 == c.is)
                        .unwrap()
                        .0
                        .into(),
                    value: words::value(&p, c),
                };
                let form = WayForm {
                    to: way.to.clone(),
                    label: way.label.clone(),
                    when: way.when.iter().take(3).map(row).collect(),
                };
                let mut short = form.clone();
                short.when.resize(3, ConditionForm::default());
                does(&mut p, Edit::Way(s.id.clone(), WayEdit::Set(n, short)));
                all += 1;
            }
        }
        assert_eq!(p.text().unwrap(), before, "{}", p.id);
    }
    assert!(all > 100, "{all} ways");
}
