//! What a case leaves behind and who sees it: start, number, grants, register, ledger, print sheets.
//! Columns name facts of a closed list; the engine fills them, nobody types them.

use super::arrive::{Arrival, Every};
use super::condition::Condition;
use super::field::text_of;
use super::limit::Term;
use super::sheet::Count;
use super::step::Who;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Who starts it.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// 登记来文
    pub label: String,
    /// Roles that may; everybody of the organ where the list is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// A paper that begins it too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Arrival>,
    /// The calendar begins it too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<Every>,
}

/// A gap-free number.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// The sequence; procedures that name the same key share it.
    pub key: String,
    /// Whose sequence it is.
    pub scope: Scope,
    /// A letterhead field: each organ code (机关代字) counts for itself.
    pub by: Option<String>,
    /// A number field: what stands in it is taken instead of the next, where it was kept for this (预留).
    pub own: Option<String>,
    /// How it is written: `{year}` and `{n}` stand for the numbers, `{code}` for the organ code.
    pub pattern: String,
    /// Taken when this step is first left.
    pub step: String,
    /// Written into this field.
    pub field: String,
}

impl Series {
    /// 收文〔2026〕186号
    #[must_use]
    pub fn written(&self, code: &str, year: i16, n: u32) -> String {
        self.pattern
            .replace("{year}", &year.to_string())
            .replace("{n}", &n.to_string())
            .replace("{code}", code)
    }

    /// The organ code a form numbers in; empty where the series has none.
    #[must_use]
    pub fn code(&self, values: &Map<String, Value>) -> String {
        let field = self.by.as_ref();
        field
            .and_then(|f| values.get(f))
            .map_or_else(String::new, text_of)
    }

    /// Under which name its numbers of a year are kept.
    #[must_use]
    pub fn counted(&self, code: &str, year: i16) -> String {
        match self.by {
            Some(_) => format!("{}.{code}/{year}", self.key),
            None => format!("{}/{year}", self.key),
        }
    }

    /// The number that was asked for by hand.
    #[must_use]
    pub fn asked(&self, values: &Map<String, Value>) -> Option<i64> {
        let value = values.get(self.own.as_ref()?)?;
        value.as_i64().or_else(|| value.as_f64().map(|n| n as i64))
    }
}

/// Whose a sequence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// One sequence for the organ, kept in the hub.
    Organ,
    /// One a department, kept on its shelf.
    Department,
}

/// By what a document that came twice is known (the same paper comes by post, by fax and from a meeting).
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Same {
    /// Field with the sender's number.
    pub number: String,
    /// Field with the sender.
    pub issuer: String,
    /// Field with the title, which decides where there is no number.
    pub title: String,
    /// Field that takes the reason why it is registered all the same.
    pub why: String,
}

/// Who sees a case.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Visibility {
    /// The rule for those who had it in hand.
    pub rule: SeenBy,
    /// Who sees it besides, from which step on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<Grant>,
}

/// The rule for those who had it in hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SeenBy {
    /// 只能从上而下查询: one's own step and what came after it.
    Downstream,
    /// All of it.
    Participants,
    /// Everybody of the organ sees all of it.
    Office,
}

/// Seen without having it in hand.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// Who.
    pub who: Who,
    /// Written when the case comes to this step; seen from here downstream.
    pub from: String,
}

/// The side lane of readers.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Circulation {
    /// 传阅
    pub label: String,
    /// 我知道了
    pub read: String,
    /// 签收: the word where it is the issued document that people are given.
    pub receipt: Option<String>,
    /// Where what readers write is printed.
    pub into: Option<String>,
    /// Among holders of these roles the office chooses; a head then only among his own staff.
    pub among: Vec<String>,
    /// Roles that may let somebody read a case that is closed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub late: Vec<String>,
    /// Roles that may let people read at any time while the case is open, and take back or end what
    /// others began.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub manage: Vec<String>,
}

/// Mending what was registered (更正): the old value stays in the ledger.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// 更正
    pub label: String,
    /// Fields that may be mended; never a number, an opinion or a file.
    pub fields: Vec<String>,
    /// Roles that may while the case is open.
    pub roles: Vec<String>,
    /// Roles that may when it is closed or archived.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed: Vec<String>,
}

/// Taking a case and its number out of the count (作废). The number stays in the register.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Voiding {
    /// 作废
    pub label: String,
    /// Roles that may.
    pub roles: Vec<String>,
}

/// Reminding whoever has it (催办). Whoever gave a task may always urge it.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Urging {
    /// 催办
    pub label: String,
    /// Roles that may besides.
    pub roles: Vec<String>,
    /// The same task is not urged again within so many hours.
    pub again_after_hours: u32,
}

/// Asking for more time (申请延期).
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Extending {
    /// 申请延期
    pub label: String,
    /// At which steps it may be asked.
    pub steps: Vec<String>,
    /// Who says yes or no.
    pub approve: Who,
    /// 审批延期
    pub verb: String,
    /// The lengths to choose between.
    pub terms: Vec<Term>,
}

/// A move beside the flow that some roles may make on any case: 终止, 重开, 跳转. A reason is always asked.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Powers {
    /// 终止
    pub label: String,
    /// Roles that may.
    pub roles: Vec<String>,
}

/// Letting time stand still (暂停计时): days that no limit counts.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Pausing {
    /// 暂停计时
    pub label: String,
    /// 恢复计时
    pub resume: String,
    /// At which steps; each has a time limit.
    pub steps: Vec<String>,
    /// On which grounds; the usual ones of the law where none is named.
    #[serde(default = "usual_grounds", skip_serializing_if = "is_usual")]
    pub grounds: Vec<String>,
}

/// Time a limit does not count: 政府信息公开条例第三十条、第三十二条、第三十三条, 行政许可法第四十五条, 信访工作条例
/// 第三十六条. What is on no list is said in words.
fn usual_grounds() -> Vec<String> {
    [
        "等补正材料",
        "公告、公示",
        "听证",
        "检验、检测、鉴定",
        "专家评审",
        "征求第三方意见",
        "其他",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn is_usual(grounds: &Vec<String>) -> bool {
    *grounds == usual_grounds()
}

/// What must hold between fields before a step is left (陪餐人数不超过来宾的三分之一).
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The steps that do not end otherwise.
    pub steps: Vec<String>,
    /// It is asked only while all of these hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Condition>,
    /// All of these must hold.
    pub must: Vec<Condition>,
    /// What is said where they do not, and what to do.
    pub say: String,
}

/// What a refusal (退回来文单位) leaves in the form.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Refusing {
    /// The field of the result.
    pub field: String,
    /// 退回来文单位
    pub value: String,
}

/// Words written on paper and entered by another hand (纸质意见代录).
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PaperRule {
    /// Roles that may enter them, and file photographs of signed sheets.
    pub enter: Vec<String>,
    /// Steps whose holders may have written on paper. Readers of the circulation always may.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<String>,
}

/// The list of all cases of one or several procedures.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// ASCII identifier; procedures that name the same one share it.
    pub id: String,
    /// 收文登记簿
    pub name: String,
    /// From left to right.
    pub columns: Vec<RegisterColumn>,
    /// What its statistics count by besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<super::Counts>,
}

/// A column of a register.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterColumn {
    /// ASCII identifier.
    pub id: String,
    /// What stands over it.
    pub label: String,
    /// The fact it shows.
    pub from: Source,
    /// How it is kept and sorted.
    #[serde(rename = "type", default)]
    pub kind: ColumnKind,
    /// In characters.
    #[serde(default = "usual_width")]
    pub width: u8,
    /// Whether it sorts the list.
    #[serde(default, skip_serializing_if = "super::is_false")]
    pub sort: bool,
    /// Whether it filters the list.
    #[serde(default, skip_serializing_if = "super::is_false")]
    pub filter: bool,
    /// Where it stands only when it is asked for. A file taken out always has it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub off: Vec<Medium>,
}

/// What a register is read on, and is too narrow for all of its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Medium {
    /// The page.
    List,
    /// The print.
    Paper,
}

const fn usual_width() -> u8 {
    8
}

/// How a register column is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Words.
    #[default]
    Text,
    /// A day, "2026-03-09".
    Date,
    /// A number.
    Number,
}

/// The columns of 处理流程台账.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    /// In the order of the office's own table.
    pub columns: Vec<LedgerColumn>,
}

/// One column of 台账.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerColumn {
    /// 批示领导
    pub label: String,
    /// The fact it shows.
    pub from: Source,
    /// What a fact that holds is called; 是 otherwise.
    pub yes: Option<String>,
}

/// A fact the engine knows of a case.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The value of a field, as it is printed.
    Field(String),
    /// Whether a field is filled in.
    Filled(String),
    /// Who did a step.
    Actor(String),
    /// When a step was last done.
    Time(String),
    /// Whether a step was done.
    Done(String),
    /// Whether the case has come to a step.
    Reached(String),
    /// Until when a step is, or was, to be done.
    Due(String),
    /// The words in an opinion box.
    Opinion(String),
    /// Whether an opinion box has words in it.
    Written(String),
    /// Who wrote in it.
    Writer(String),
    /// When it was last written in.
    WrittenAt(String),
    /// Of the circulation.
    Readers(Readers),
    /// Of the urging.
    Urges(Count),
    /// When the case was closed.
    Closed,
    /// When the case was archived.
    Archived,
    /// 在办, 办结, 归档.
    State,
    /// The step it is at.
    Step,
    /// Who has it now.
    Holder,
    /// The procedure's name.
    Procedure,
    /// The figure of its number: 12 of 砚政发〔2026〕12号.
    Ordinal,
    /// This procedure never does it: 否.
    Never,
    /// This procedure has nothing to say here: left empty, as on paper.
    Nothing,
}

/// What is asked of the readers: those of a circulation, and those of a step whose work is reading.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Readers {
    /// Whether there was one.
    Any,
    /// Their names.
    People,
    /// The names of those who hold one of these roles.
    WithRole(Vec<String>),
    /// Their departments.
    Departments,
    /// Whether all have read.
    AllDone,
    /// The names of those who signed for the issued document.
    Receipts,
}
