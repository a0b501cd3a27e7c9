//! What changed between two versions of a procedure, as sentences a clerk reads: 环节“审阅”的期限：1 个工作日 → 2 个工作日.
//! Not here: whether the change makes sense (`publish`). Fields, steps and columns are told apart by their ids.
//! Invariant: two versions that say anything differently have at least one sentence.

use super::condition::{Condition, End};
use super::field::{Field, Kind};
use super::step::{HowMany, Need, Step, Who};
use super::{Is, Procedure};
use crate::org::Role;
use serde::Serialize;
use serde_json::Value;

/// The changes from one version to another, in the order of the page.
#[must_use]
pub fn differences(old: &Procedure, new: &Procedure) -> Vec<String> {
    let mut it = Differences {
        old,
        new,
        found: Vec::new(),
    };
    it.head();
    it.fields();
    it.steps();
    it.columns();
    it.parts();
    if it.found.is_empty() && same(old) != same(new) {
        it.found.push("有不影响填写和流转的细节改动".to_owned());
    }
    it.found
}

/// Its words without comments and spaces.
fn same(x: &impl Serialize) -> Value {
    serde_json::to_value(x).unwrap_or_default()
}

struct Differences<'a> {
    old: &'a Procedure,
    new: &'a Procedure,
    found: Vec<String>,
}

impl Differences<'_> {
    fn turn(&mut self, what: &str, was: &str, is: &str) {
        if was != is {
            let or_none = |s: &str| {
                if s.is_empty() {
                    "（没有）".to_owned()
                } else {
                    s.to_owned()
                }
            };
            self.found
                .push(format!("{what}：{} → {}", or_none(was), or_none(is)));
        }
    }

    fn head(&mut self) {
        let (old, new) = (self.old, self.new);
        self.turn("事项名称", &old.name, &new.name);
        self.turn("分组", &old.group, &new.group);
        self.turn("发起的按钮", &old.start.label, &new.start.label);
        self.turn("谁发起", &roles(&old.start.roles), &roles(&new.start.roles));
        let every = |p: &Procedure| {
            p.start
                .every
                .as_ref()
                .map_or_else(String::new, |e| e.words())
        };
        self.turn("按时发起", &every(old), &every(new));
        let paper = |p: &Procedure| p.start.from.map_or("不由扫描件发起", |_| "由扫描件发起");
        self.turn("来件发起", paper(old), paper(new));
        let label = |p: &Procedure, id: &str| field_name(p, id);
        self.turn("标题取自", &label(old, &old.title), &label(new, &new.title));
        let pattern = |p: &Procedure| p.series.as_ref().map(|s| s.pattern.clone());
        self.turn(
            "编号的写法",
            &pattern(old).unwrap_or_default(),
            &pattern(new).unwrap_or_default(),
        );
    }

    fn fields(&mut self) {
        let (old, new) = (self.old, self.new);
        for f in &new.fields {
            match old.field(&f.id) {
                None => self
                    .found
                    .push(format!("新增字段“{}”（{}）", f.label, kind(&f.kind))),
                Some(was) => self.field(was, f),
            }
        }
        for f in &old.fields {
            if new.field(&f.id).is_none() {
                self.found.push(format!("去掉字段“{}”", f.label));
            }
        }
        let order = |p: &Procedure, q: &Procedure| -> Vec<String> {
            let both = p.fields.iter().filter(|f| q.field(&f.id).is_some());
            both.map(|f| f.id.clone()).collect()
        };
        if order(old, new) != order(new, old) {
            self.found.push("字段的先后顺序改了".to_owned());
        }
    }

    fn field(&mut self, was: &Field, is: &Field) {
        if was == is {
            return;
        }
        let (old, new) = (self.old, self.new);
        let before = self.found.len();
        let name = format!("字段“{}”", was.label);
        self.turn(&format!("{name}的名称"), &was.label, &is.label);
        self.turn(&format!("{name}的类型"), &kind(&was.kind), &kind(&is.kind));
        let text = |s: &Option<String>| s.clone().unwrap_or_default();
        self.turn(
            &format!("{name}的填写说明"),
            &text(&was.help),
            &text(&is.help),
        );
        self.turn(
            &format!("{name}在哪些环节必填"),
            &steps(old, &was.must),
            &steps(new, &is.must),
        );
        self.turn(
            &format!("{name}在哪些环节可以填"),
            &steps(old, &was.write),
            &steps(new, &is.write),
        );
        self.turn(
            &format!("{name}对哪些环节不显示"),
            &steps(old, &was.hidden_from),
            &steps(new, &is.hidden_from),
        );
        self.turn(
            &format!("{name}什么时候必填"),
            &conditions(old, &was.must_when),
            &conditions(new, &is.must_when),
        );
        self.turn(
            &format!("{name}是否遮盖显示"),
            yes(was.masked),
            yes(is.masked),
        );
        if self.found.len() == before {
            self.found.push(format!("{name}的其他设置改了"));
        }
    }

    fn steps(&mut self) {
        let (old, new) = (self.old, self.new);
        for s in &new.steps {
            match old.step(&s.id) {
                None => {
                    self.found
                        .push(format!("新增环节“{}”（由{}办）", s.name, who(new, &s.who)))
                }
                Some(was) => self.step(was, s),
            }
        }
        for s in &old.steps {
            if new.step(&s.id).is_none() {
                self.found.push(format!("去掉环节“{}”", s.name));
            }
        }
        let order = |p: &Procedure, q: &Procedure| -> Vec<String> {
            let both = p.steps.iter().filter(|s| q.step(&s.id).is_some());
            both.map(|s| s.id.clone()).collect()
        };
        if order(old, new) != order(new, old) {
            self.found.push("环节的先后顺序改了".to_owned());
        }
    }

    fn step(&mut self, was: &Step, is: &Step) {
        if same(was) == same(is) {
            return;
        }
        let (old, new) = (self.old, self.new);
        let before = self.found.len();
        let name = format!("环节“{}”", was.name);
        self.turn(&format!("{name}的名称"), &was.name, &is.name);
        self.turn(
            &format!("{name}由谁办"),
            &who(old, &was.who),
            &who(new, &is.who),
        );
        self.turn(&format!("{name}几个人办"), &how(&was.how), &how(&is.how));
        self.turn(&format!("{name}的期限"), &due(was), &due(is));
        self.turn(&format!("{name}的意见"), &opinion(was), &opinion(is));
        self.turn(&format!("{name}的动作"), &moves(was), &moves(is));
        self.turn(&format!("{name}的去路"), &ways(old, was), &ways(new, is));
        self.turn(
            &format!("{name}不办自己发起的"),
            yes(was.not_own),
            yes(is.not_own),
        );
        if self.found.len() == before {
            self.found.push(format!("{name}的其他设置改了"));
        }
    }

    fn columns(&mut self) {
        let (old, new) = (&self.old.register, &self.new.register);
        let mut said = Vec::new();
        for c in &new.columns {
            match old.columns.iter().find(|o| o.id == c.id) {
                None => said.push(format!("登记簿新增一栏“{}”", c.label)),
                Some(was) if was != c => said.push(format!("登记簿“{}”一栏改了", was.label)),
                Some(_) => {}
            }
        }
        for c in &old.columns {
            if new.columns.iter().all(|n| n.id != c.id) {
                said.push(format!("登记簿去掉一栏“{}”", c.label));
            }
        }
        let (was, is) = (old.name.clone(), new.name.clone());
        self.found.extend(said);
        self.turn("登记簿的名称", &was, &is);
    }

    /// What is too fine for a sentence of its own.
    fn parts(&mut self) {
        let (old, new) = (self.old, self.new);
        let parts = [
            ("表单的版式", same(&old.layout), same(&new.layout)),
            ("打印稿", same(&old.sheets), same(&new.sheets)),
            ("处理流程台账的各栏", same(&old.ledger), same(&new.ledger)),
            ("谁能查看", same(&old.visibility), same(&new.visibility)),
            ("传阅", same(&old.circulation), same(&new.circulation)),
            ("更正", same(&old.correct), same(&new.correct)),
            ("作废", same(&old.void), same(&new.void)),
            ("催办", same(&old.urge), same(&new.urge)),
            ("延期", same(&old.extend), same(&new.extend)),
            ("终止", same(&old.terminate), same(&new.terminate)),
            ("重开", same(&old.reopen), same(&new.reopen)),
            ("跳转", same(&old.jump), same(&new.jump)),
            ("查重", same(&old.same), same(&new.same)),
            ("纸质意见代录", same(&old.paper), same(&new.paper)),
            ("旧登记簿导入", same(&old.import), same(&new.import)),
            ("公文交换", same(&old.exchange), same(&new.exchange)),
            ("从档案目录借阅", same(&old.lending), same(&new.lending)),
            ("字段之间的规则", same(&old.rules), same(&new.rules)),
        ];
        for (what, was, is) in parts {
            let said = match (was.is_null(), is.is_null()) {
                _ if was == is => continue,
                (true, _) => format!("增加了“{what}”"),
                (_, true) => format!("取消了“{what}”"),
                _ => format!("“{what}”改了"),
            };
            self.found.push(said);
        }
    }
}

const fn yes(b: bool) -> &'static str {
    if b { "是" } else { "否" }
}

fn field_name(p: &Procedure, id: &str) -> String {
    p.field(id)
        .map_or_else(|| id.to_owned(), |f| f.label.clone())
}

fn role(id: &str) -> String {
    Role::from_id(id).map_or_else(|| id.to_owned(), |r| r.label().to_owned())
}

fn roles(all: &[String]) -> String {
    match all.is_empty() {
        true => "本单位每个人".to_owned(),
        false => all.iter().map(|r| role(r)).collect::<Vec<_>>().join("、"),
    }
}

fn steps(p: &Procedure, all: &[String]) -> String {
    let names: Vec<&str> = all.iter().map(|s| p.step_name(s)).collect();
    names.join("、")
}

/// Who does a step, in words.
#[must_use]
pub fn who(p: &Procedure, who: &Who) -> String {
    match who {
        Who::Starter => "发起人".to_owned(),
        Who::Previous => "上一环节经办人".to_owned(),
        Who::HandlerOf(s) => format!("“{}”的经办人", p.step_name(s)),
        Who::Role(r) => role(r),
        Who::RoleOf {
            role: r,
            department,
        } => format!("“{}”里的{}", field_name(p, department), role(r)),
        Who::HeadOf(f) => format!("“{}”的负责人", field_name(p, f)),
        Who::ReceiverOf(f) => format!("“{}”的收件人", field_name(p, f)),
        Who::LeaderOf(f) => format!("“{}”的分管领导", field_name(p, f)),
        Who::StaffOf(f) => format!("“{}”的全体人员", field_name(p, f)),
        Who::Superior => "发起人的直接上级".to_owned(),
        Who::BranchReceiver => "承办部门的收件人".to_owned(),
        Who::BranchHead => "承办部门的负责人".to_owned(),
        Who::ChosenFrom(all) => format!("送件人从{}里选", roles(all)),
        Who::Chosen => "送件人从全体人员里选".to_owned(),
    }
}

fn how(how: &HowMany) -> String {
    match how {
        HowMany::AnyOne => "其中一个人办".to_owned(),
        HowMany::All => "每个人都办，同时办".to_owned(),
        HowMany::InOrder => "每个人都办，依次办".to_owned(),
        HowMany::AtLeast(n) => format!("至少 {n} 个人办"),
        HowMany::Departments { .. } => "分给主办和协办部门".to_owned(),
    }
}

fn due(step: &Step) -> String {
    let Some(due) = &step.due else {
        return String::new();
    };
    let law = due.limit.map(|l| format!("（{}）", l.source));
    format!("{}{}", due.term.words(), law.unwrap_or_default())
}

fn opinion(step: &Step) -> String {
    let Some(rule) = &step.opinion else {
        return String::new();
    };
    let need = match rule.need {
        Need::Required => "必须写",
        Need::Optional => "可写可不写",
    };
    match rule.phrases.is_empty() {
        true => need.to_owned(),
        false => format!("{need}，常用语{}", rule.phrases.join("、")),
    }
}

fn moves(step: &Step) -> String {
    let all: Vec<&str> = step.moves.values().map(String::as_str).collect();
    all.join("、")
}

fn ways(p: &Procedure, step: &Step) -> String {
    let one = |n: &super::Next| {
        let when = conditions(p, &n.when);
        match when.is_empty() {
            true => format!("{}（到{}）", n.label, p.step_name(&n.to)),
            false => format!("{}（{when}时到{}）", n.label, p.step_name(&n.to)),
        }
    };
    step.next.iter().map(one).collect::<Vec<_>>().join("；")
}

/// Rows that must all hold, in words.
#[must_use]
pub fn conditions(p: &Procedure, all: &[Condition]) -> String {
    all.iter()
        .map(|c| condition(p, c))
        .collect::<Vec<_>>()
        .join("，并且")
}

fn condition(p: &Procedure, c: &Condition) -> String {
    let name = field_name(p, &c.field);
    let compared = match c.is {
        Is::Filled => return format!("{name}已填"),
        Is::Empty => return format!("{name}未填"),
        Is::Equal => "是",
        Is::NotEqual => "不是",
        Is::Less => "小于",
        Is::AtMost => "不超过",
        Is::More => "大于",
        Is::AtLeast => "不少于",
    };
    let value = match (&c.than, &c.value) {
        (Some(t), _) if t.divided_by > 1 => {
            format!("{}的 {} 分之一", field_name(p, &t.field), t.divided_by)
        }
        (Some(t), _) => match t.end {
            Some(End::First) => format!("{}的开始日", field_name(p, &t.field)),
            Some(End::Last) => format!("{}的结束日", field_name(p, &t.field)),
            None => field_name(p, &t.field),
        },
        (None, Some(v)) => match v.as_integer() {
            Some(fen) if p.field(&c.field).is_some_and(|f| f.kind == Kind::Money) => {
                format!("{}.{:02} 元", fen / 100, fen % 100)
            }
            _ => v.as_str().map_or_else(|| v.to_string(), str::to_owned),
        },
        (None, None) => String::new(),
    };
    format!("{name}{compared} {value}")
}

/// What goes into a field, in words.
#[must_use]
pub fn kind(kind: &Kind) -> String {
    match kind {
        Kind::Text { max } => format!("一行文字，最多 {max} 字"),
        Kind::LongText { max } => format!("多行文字，最多 {max} 字"),
        Kind::Number { min, max } => match (min, max) {
            (Some(a), Some(b)) => format!("数字，{a} 到 {b}"),
            (Some(a), None) => format!("数字，不小于 {a}"),
            (None, Some(b)) => format!("数字，不大于 {b}"),
            (None, None) => "数字".to_owned(),
        },
        Kind::Money => "金额".to_owned(),
        Kind::Date => "日期".to_owned(),
        Kind::Time => "时间".to_owned(),
        Kind::Span => "起止日期".to_owned(),
        Kind::Choice { options } => format!("单选：{}", options.join("、")),
        Kind::Choices { options } => format!("多选：{}", options.join("、")),
        Kind::Person => "人员".to_owned(),
        Kind::People => "多个人员".to_owned(),
        Kind::Department => "部门".to_owned(),
        Kind::Departments => "多个部门".to_owned(),
        Kind::Files => "附件".to_owned(),
        Kind::SeriesNumber => "编号".to_owned(),
        Kind::Phone => "电话".to_owned(),
        Kind::IdNumber => "身份证号".to_owned(),
        Kind::Computed(_) => "自动计算".to_owned(),
        Kind::Resource { of } => format!("从{of}里选"),
        Kind::OutsideOrgan => "外单位".to_owned(),
        Kind::Document { max } => format!("公文正文，最多 {max} 字"),
        Kind::Letterhead => "发文字头".to_owned(),
        Kind::Table { columns } => {
            let labels: Vec<&str> = columns.iter().map(|c| c.label.as_str()).collect();
            format!("表格：{}", labels.join("、"))
        }
        Kind::OpinionBox => "意见栏".to_owned(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;
    use crate::engine::shipped;

    fn changed(all: &[(&str, &str)]) -> Vec<String> {
        let text = shipped::TEXTS.first().unwrap();
        let mut new = (*text).to_owned();
        for (from, to) in all {
            assert!(new.contains(from), "{from}");
            new = new.replacen(from, to, 1);
        }
        let old = Procedure::parse(text).unwrap();
        differences(&old, &Procedure::parse(&new).unwrap())
    }

    #[test]
    fn a_clerk_reads_what_changed() {
        assert!(changed(&[]).is_empty());
        let comment = changed(&[("id = ", "# a word beside\nid = ")]);
        assert!(comment.is_empty(), "{comment:?}");
        let due = changed(&[("due = { working_days = 1 }", "due = { working_days = 2 }")]);
        assert_eq!(due.len(), 1, "{due:?}");
        assert!(
            due[0].ends_with("的期限：1 个工作日 → 2 个工作日"),
            "{due:?}"
        );
        let label = changed(&[("label = \"来文机关\"", "label = \"来文单位\"")]);
        let said = "字段“来文机关”的名称：来文机关 → 来文单位";
        assert!(label.iter().any(|s| s == said), "{label:?}");
        let phone = "[[field]]\nid = \"call\"\nlabel = \"联系电话\"\nkind = \"phone\"\n\n[[field]]";
        let added = changed(&[("[[field]]", phone)]);
        assert_eq!(added, ["新增字段“联系电话”（电话）"]);
        let why = changed(&[("need = \"required\"", "need = \"optional\"")]);
        assert!(
            why[0].contains("必须写") && why[0].contains("可写可不写"),
            "{why:?}"
        );
    }
}
