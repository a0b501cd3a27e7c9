//! Which kind a label asks for. Guessed from the words offices use, shown, and corrected by a person: a wrong guess costs
//! a click, so what is doubtful is a line of text.

use super::Guessed;
use super::cells::{self, Place};
use serde::{Deserialize, Serialize};

/// The kinds a person chooses between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    Line,
    Lines,
    Number,
    Money,
    Date,
    Time,
    Span,
    Choice,
    Choices,
    Person,
    People,
    Department,
    Departments,
    Phone,
    IdNumber,
    Files,
    Serial,
    Opinion,
    Table,
}

impl Word {
    /// All, with what they are called, in the order of the list.
    pub const ALL: &'static [(Self, &'static str)] = &[
        (Self::Line, "一行字"),
        (Self::Lines, "几行字"),
        (Self::Number, "数字"),
        (Self::Money, "金额"),
        (Self::Date, "日期"),
        (Self::Time, "钟点"),
        (Self::Span, "起止日期"),
        (Self::Choice, "选一项"),
        (Self::Choices, "可选几项"),
        (Self::Person, "人员"),
        (Self::People, "几个人员"),
        (Self::Department, "部门"),
        (Self::Departments, "几个部门"),
        (Self::Phone, "电话"),
        (Self::IdNumber, "身份证号"),
        (Self::Files, "附件"),
        (Self::Serial, "自动编号"),
        (Self::Opinion, "意见和签字"),
        (Self::Table, "多行明细"),
    ];

    /// Its word in a form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(k, _)| *k == self)
            .map_or("", |(_, label)| label)
    }

    /// The kind of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, label)| *label == word)
            .map(|(k, _)| *k)
    }
}

/// By the end of a label; the first that fits. An end says more than a beginning: 办公电话 is a telephone.
const ENDS: &[(&str, Word)] = &[
    ("身份证号码", Word::IdNumber),
    ("身份证号", Word::IdNumber),
    ("身份证", Word::IdNumber),
    ("联系方式", Word::Phone),
    ("电话", Word::Phone),
    ("手机", Word::Phone),
    ("手机号", Word::Phone),
    ("号码", Word::Line),
    ("起止时间", Word::Span),
    ("起止日期", Word::Span),
    ("起讫时间", Word::Span),
    ("请假时间", Word::Span),
    ("期间", Word::Span),
    ("日期", Word::Date),
    ("时间", Word::Date),
    ("年月", Word::Date),
    ("期限", Word::Date),
    ("金额", Word::Money),
    ("费用", Word::Money),
    ("预算", Word::Money),
    ("价款", Word::Money),
    ("单价", Word::Money),
    ("元）", Word::Money),
    ("数量", Word::Number),
    ("人数", Word::Number),
    ("份数", Word::Number),
    ("天数", Word::Number),
    ("页数", Word::Number),
    ("次数", Word::Number),
    ("里程", Word::Number),
    ("年龄", Word::Number),
    ("附件", Word::Files),
    ("事由", Word::Lines),
    ("原因", Word::Lines),
    ("内容", Word::Lines),
    ("情况", Word::Lines),
    ("说明", Word::Lines),
    ("理由", Word::Lines),
    ("备注", Word::Line),
    ("编号", Word::Serial),
    ("字号", Word::Serial),
    ("科室", Word::Department),
    ("部门", Word::Department),
    ("站所", Word::Department),
    ("申请人", Word::Person),
    ("经办人", Word::Person),
    ("填表人", Word::Person),
    ("填报人", Word::Person),
    ("代理人", Word::Person),
    ("用车人", Word::Person),
    ("借阅人", Word::Person),
    ("报销人", Word::Person),
    ("领用人", Word::Person),
    ("驾驶员", Word::Person),
];

/// Words that make a box an opinion's.
const OPINIONS: [&str; 8] = [
    "意见", "审批", "审核", "批示", "签批", "审签", "批准", "阅示",
];

pub(super) fn is_opinion(label: &str) -> bool {
    OPINIONS.iter().any(|w| label.contains(w)) && !label.ends_with("日期")
}

pub(super) fn is_amount(label: &str) -> bool {
    matches!(of_label(label), Word::Money | Word::Number)
}

/// The kind a label asks for.
pub(super) fn of_label(label: &str) -> Word {
    if is_opinion(label) {
        return Word::Opinion;
    }
    // 金额（元） asks what 金额 asks
    let bare = label.split(['（', '(']).next().unwrap_or(label);
    let by_end = ENDS
        .iter()
        .find(|(end, _)| label.ends_with(end) || bare.ends_with(end));
    by_end.map_or(Word::Line, |(_, kind)| *kind)
}

/// A place of a drawing as a field; its label is not one that is there already.
pub(super) fn field(place: &Place, before: &[Guessed]) -> Guessed {
    let label = if place.label.is_empty() {
        "未命名"
    } else {
        place.label.as_str()
    };
    let options = cells::options(&place.text);
    let yes_no = label.starts_with("是否") || label.ends_with("与否");
    let kind = if !place.columns.is_empty() {
        Word::Table
    } else if options.len() > 1 || yes_no || label == "性别" {
        Word::Choice
    } else {
        of_label(label)
    };
    let options = match (kind, options.len() > 1, label == "性别") {
        (Word::Choice, true, _) => options,
        (Word::Choice, _, true) => vec!["男".to_owned(), "女".to_owned()],
        (Word::Choice, _, false) => vec!["是".to_owned(), "否".to_owned()],
        _ => Vec::new(),
    };
    Guessed {
        label: once(label, before),
        kind,
        options,
        columns: place.columns.clone(),
        must: matches!(kind, Word::Span | Word::Money | Word::Choice)
            || of_label(label) == Word::Lines,
    }
}

/// 时间, then 时间2: two fields of one name are not told apart in lists.
fn once(label: &str, before: &[Guessed]) -> String {
    let taken = |l: &str| before.iter().any(|g| g.label == l);
    if !taken(label) {
        return label.to_owned();
    }
    let mut n = 2_u32;
    while taken(&format!("{label}{n}")) {
        n += 1;
    }
    format!("{label}{n}")
}
