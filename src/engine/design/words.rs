//! What the designer calls things: kinds of fields, who does a step, how many, comparisons, moves.
//! Not here: HTML. Every word is one a clerk uses for the same thing on paper.

use crate::engine::definition::{
    Condition, Default, End, Field, Given, HowMany, Is, Kind, MoveId, Procedure, Step, Who,
};
use crate::engine::moves::MOVES;

/// Kinds of fields: word in forms, what it is called.
pub const KINDS: [(&str, &str); 24] = [
    ("text", "一行文字"),
    ("long_text", "多行文字"),
    ("number", "数字"),
    ("money", "金额（元）"),
    ("date", "日期"),
    ("time", "时间"),
    ("span", "起止日期"),
    ("choice", "选一个"),
    ("choices", "可以选几个"),
    ("person", "一个人"),
    ("people", "几个人"),
    ("department", "一个部门"),
    ("departments", "几个部门"),
    ("files", "附件"),
    ("table", "表格（可以加行）"),
    ("opinion_box", "意见栏（由办理的人写）"),
    ("computed", "自动算出来"),
    ("series_number", "编号（自动取号）"),
    ("phone", "电话"),
    ("id_number", "身份证号"),
    ("outside_organ", "外单位"),
    ("resource", "从会议室、车辆里选"),
    ("document", "公文正文"),
    ("letterhead", "发文字头（机关代字）"),
];

/// A kind's word in forms.
#[must_use]
pub const fn kind_word(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text { .. } => "text",
        Kind::LongText { .. } => "long_text",
        Kind::Number { .. } => "number",
        Kind::Money => "money",
        Kind::Date => "date",
        Kind::Time => "time",
        Kind::Span => "span",
        Kind::Choice { .. } => "choice",
        Kind::Choices { .. } => "choices",
        Kind::Person => "person",
        Kind::People => "people",
        Kind::Department => "department",
        Kind::Departments => "departments",
        Kind::Files => "files",
        Kind::SeriesNumber => "series_number",
        Kind::Phone => "phone",
        Kind::IdNumber => "id_number",
        Kind::Computed(_) => "computed",
        Kind::Resource { .. } => "resource",
        Kind::OutsideOrgan => "outside_organ",
        Kind::Document { .. } => "document",
        Kind::Letterhead => "letterhead",
        Kind::Table { .. } => "table",
        Kind::OpinionBox => "opinion_box",
    }
}

/// What a kind is called.
#[must_use]
pub fn kind(kind: &Kind) -> &'static str {
    let word = kind_word(kind);
    KINDS.iter().find(|k| k.0 == word).map_or("", |k| k.1)
}

/// What stands in a designed cell: 选一个：政府章、党委章；先填 政府章.
#[must_use]
pub fn field(f: &Field) -> String {
    let mut said = match &f.kind {
        Kind::Choice { options } => format!("选一个：{}", options.join("、")),
        Kind::Choices { options } => format!("可以选几个：{}", options.join("、")),
        Kind::Table { columns } => {
            let all: Vec<&str> = columns.iter().map(|c| c.label.as_str()).collect();
            format!("表格：{}", all.join("、"))
        }
        Kind::Number {
            min: Some(min),
            max: Some(max),
        } => format!("数字，{min} 至 {max}"),
        Kind::Resource { of } => format!("选{of}"),
        other => kind(other).to_owned(),
    };
    match &f.default {
        Some(Default::Today) => said.push_str("，自动填当天"),
        Some(Default::Me) => said.push_str("，自动填本人"),
        Some(Default::MyDepartment) => said.push_str("，自动填本部门"),
        Some(Default::Literal(s)) => said.push_str(&format!("，先填“{s}”")),
        None => {}
    }
    if !f.must.is_empty() {
        said.push_str("，必填");
    }
    said
}

/// Comparisons: word in forms, what it is called.
pub const COMPARED: [(&str, &str, Is); 8] = [
    ("at_most", "不超过", Is::AtMost),
    ("more", "超过", Is::More),
    ("at_least", "不少于", Is::AtLeast),
    ("less", "少于", Is::Less),
    ("equal", "是", Is::Equal),
    ("not_equal", "不是", Is::NotEqual),
    ("filled", "已填", Is::Filled),
    ("empty", "没填", Is::Empty),
];

/// The comparison of a word.
#[must_use]
pub fn compared(word: &str) -> Option<Is> {
    COMPARED.iter().find(|c| c.0 == word).map(|c| c.2)
}

/// A row in words: 天数不超过 3.
#[must_use]
pub fn condition(p: &Procedure, c: &Condition) -> String {
    let label = p
        .field(&c.field)
        .map_or("（已删的格）", |f| f.label.as_str());
    let is = COMPARED.iter().find(|k| k.2 == c.is).map_or("", |k| k.1);
    if let Some(than) = &c.than {
        let other = p
            .field(&than.field)
            .map_or("（已删的格）", |f| f.label.as_str());
        let share = match (than.divided_by, than.end) {
            (1, None) => String::new(),
            (_, Some(End::First)) => "的开始日".to_owned(),
            (_, Some(End::Last)) => "的结束日".to_owned(),
            (n, None) => format!("的 {n} 分之一"),
        };
        return format!("{label}{is}“{other}”{share}");
    }
    match value(p, c).as_str() {
        "" => format!("{label}{is}"),
        value => format!("{label}{is} {value}"),
    }
}

/// What is compared with, as it is typed.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "fen of one form are far below 2^53"
)]
pub fn value(p: &Procedure, c: &Condition) -> String {
    let money = p.field(&c.field).is_some_and(|f| f.kind == Kind::Money);
    match &c.value {
        Some(Given::Integer(n)) if money => format!("{} 元", *n as f64 / 100.0),
        Some(Given::Integer(n)) => n.to_string(),
        Some(Given::Float(n)) => n.to_string(),
        Some(Given::String(s)) => s.clone(),
        Some(Given::Boolean(b)) => b.to_string(),
        _ => String::new(),
    }
}

/// Who does a step: 发起人所在部门的负责人. `role` names a role.
#[must_use]
pub fn who(p: &Procedure, who: &Who, role: &dyn Fn(&str) -> String) -> String {
    let dept = |id: &str| match p.field(id) {
        Some(f) => match &f.default {
            Some(Default::MyDepartment) => "发起人部门".to_owned(),
            Some(Default::Literal(s)) if f.write.is_empty() && f.must.is_empty() => s.clone(),
            _ => format!("“{}”", f.label),
        },
        None => "（已删的格）".to_owned(),
    };
    match who {
        Who::Starter => "发起人本人".to_owned(),
        Who::Previous => "送来的人自己".to_owned(),
        Who::HandlerOf(s) => format!("办“{}”的人", p.step_name(s)),
        Who::Role(r) => format!("岗位角色：{}", role(r)),
        Who::RoleOf {
            role: r,
            department,
        } => format!("{}的{}", dept(department), role(r)),
        Who::HeadOf(f) => format!("{}的负责人", dept(f)),
        Who::ReceiverOf(f) => format!("{}的收件人", dept(f)),
        Who::LeaderOf(f) => format!("{}的分管领导", dept(f)),
        Who::StaffOf(f) => format!("{}的全体人员", dept(f)),
        Who::Superior => "发起人的直接上级".to_owned(),
        Who::BranchReceiver => "各承办部门的收件人".to_owned(),
        Who::BranchHead => "各承办部门的负责人".to_owned(),
        Who::ChosenFrom(roles) => {
            let all: Vec<String> = roles.iter().map(|r| role(r)).collect();
            format!("上一步从{}里选", all.join("、"))
        }
        Who::Chosen => "上一步选人，谁都可以".to_owned(),
    }
}

/// How many of them.
#[must_use]
pub fn many(how: &HowMany) -> String {
    match how {
        HowMany::AnyOne => "一个人办了就行".to_owned(),
        HowMany::All => "每个人都要办".to_owned(),
        HowMany::InOrder => "一个一个按顺序办".to_owned(),
        HowMany::AtLeast(n) => format!("至少 {n} 个人办"),
        HowMany::Departments { .. } => "分给主办和协办部门".to_owned(),
    }
}

/// One line under a step's name: who, how long.
#[must_use]
pub fn step(p: &Procedure, s: &Step, role: &dyn Fn(&str) -> String) -> String {
    let mut said = who(p, &s.who, role);
    if s.how != HowMany::AnyOne {
        said.push_str(&format!("，{}", many(&s.how)));
    }
    if let Some(due) = &s.due {
        said.push_str(&format!("，{}", due.term.words()));
    }
    said
}

/// What may be ticked at a step, with the usual words of its button and what it is.
pub const OFFERED: [(MoveId, &str, &str); 15] = [
    (MoveId::Submit, "送下一步", "办完送下一步"),
    (MoveId::Close, "办结", "到这里办结"),
    (MoveId::Archive, "归档", "归档，到这里结束"),
    (MoveId::LeaveOut, "不归档", "不归档，到这里结束"),
    (MoveId::HandOut, "分办", "分办给部门"),
    (MoveId::FeedBack, "反馈", "部门办完反馈"),
    (MoveId::Assign, "交办", "部门里交给别人办"),
    (MoveId::Read, "我知道了", "看过就行"),
    (MoveId::Return, "退回", "退回前面的环节"),
    (MoveId::Transfer, "转办", "转给别人办"),
    (MoveId::Circulate, "传阅", "传给别人看"),
    (MoveId::AddSigner, "加签", "再请一个人签"),
    (MoveId::Countersign, "会签", "请几个部门会签"),
    (MoveId::Reject, "不同意，驳回", "不同意，到此为止"),
    (MoveId::Refuse, "退回来文单位", "退回来文单位"),
];

/// Reminding whoever has it.
pub const URGE: &str = "催办";

/// Whether a move may be ticked: the engine can do it here.
#[must_use]
pub fn offered(mv: MoveId) -> bool {
    OFFERED.iter().any(|o| o.0 == mv) && MOVES.iter().any(|m| m.id == mv)
}

/// The usual words of a move's button.
#[must_use]
pub fn mv(mv: MoveId) -> &'static str {
    OFFERED.iter().find(|o| o.0 == mv).map_or("办理", |o| o.1)
}

/// What people do at a step, at the end of its name.
pub const VERBS: [&str; 30] = [
    "审批", "审核", "审签", "审阅", "审定", "审查", "核稿", "核定", "核对", "签发", "签批", "签字",
    "批示", "批准", "审议", "同意", "复核", "会签", "确认", "备案", "登记", "用印", "盖章", "归档",
    "办理", "填写", "拟办", "办结", "验收", "查收",
];

/// Verbs after which no opinion is written.
const SILENT: [&str; 10] = [
    "登记", "用印", "盖章", "归档", "备案", "办结", "填写", "确认", "查收", "验收",
];

/// Whether something is written at a step of this name.
#[must_use]
pub fn approves(name: &str) -> bool {
    !SILENT.iter().any(|v| name.ends_with(v))
}

/// What its holder is asked to do, where the step's name says who and then what.
#[must_use]
pub fn verb_of(name: &str) -> Option<String> {
    let verb = VERBS
        .iter()
        .find(|v| name.len() > v.len() && name.ends_with(**v));
    verb.map(|v| (*v).to_owned())
}

/// What the box of a step is called: 分管领导审批 writes into 分管领导意见.
#[must_use]
pub fn box_of(name: &str) -> String {
    let stem = VERBS
        .iter()
        .find_map(|v| name.strip_suffix(v))
        .unwrap_or(name);
    match stem {
        "" => format!("{name}意见"),
        // 部门意见 is what the department of whoever asks has to say
        "部门" if name.ends_with("会签") => "会签意见".to_owned(),
        stem => format!("{stem}意见"),
    }
}
