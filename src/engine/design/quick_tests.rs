//! One-line entry as people write it: what it makes, what is not understood, what a second line keeps.
//! Whatever is built passes the publishing check.

use super::tests::{does, faults, form, id_of, names, new, refused, step_of};
use super::*;
use crate::engine::definition::{Compute, HowMany, Is, Kind, MoveId, Who};

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
