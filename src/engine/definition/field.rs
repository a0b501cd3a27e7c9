//! Fields (字段): what is filled in, of which kind, at which step by whom.
//! Values travel as JSON: dates "2026-03-09", money in fen, people and departments by number, the rest as text.
//! Not here: checking what a person typed (`engine::values`).

use super::condition::Condition;
use serde::Deserialize;
use serde_json::Value;

/// One thing to fill in.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Raw")]
pub struct Field {
    /// ASCII identifier.
    pub id: String,
    /// 来文机关
    pub label: String,
    /// One sentence under the box.
    pub help: Option<String>,
    /// What goes into it.
    pub kind: Kind,
    /// What stands in it when the form is opened.
    pub default: Option<Default>,
    /// Steps at which it may be changed.
    pub write: Vec<String>,
    /// Steps that do not end while it is empty; these may change it too.
    pub must: Vec<String>,
    /// Who came to the case at one of these steps never sees it (催办标志 is not the handler's to see).
    pub hidden_from: Vec<String>,
    /// While all of these hold, a step that may write it does not end while it is empty; while they do
    /// not, nothing is to be written there.
    pub must_when: Vec<Condition>,
    /// What is said where it is missing then.
    pub why: Option<String>,
    /// What stands in the next form from the last one.
    pub keep: Option<Keep>,
    /// Of files: pictures among them become the pages of one original.
    pub pictures: Option<Pictures>,
    /// Drawn only where something stands in it.
    pub quiet: bool,
}

/// What a new form takes over from the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// Where the forms follow each other at one sitting.
    Next,
    /// Also on another day: what this person wrote last.
    Always,
}

/// Pictures that are the paper itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pictures {
    /// The field in which it is declared that they are no secret: nobody can read that off a picture.
    pub declare: String,
}

impl Field {
    /// Whether it may be changed at a step.
    #[must_use]
    pub fn writable_at(&self, step: &str) -> bool {
        self.write.iter().chain(&self.must).any(|s| s == step)
    }

    /// Whether a step does not end while it is empty.
    #[must_use]
    pub fn must_at(&self, step: &str) -> bool {
        self.must.iter().any(|s| s == step)
    }
}

/// What goes into a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// One line, at most so many characters.
    Text { max: usize },
    /// Several lines.
    LongText { max: usize },
    /// A number within limits.
    Number { min: Option<f64>, max: Option<f64> },
    /// Yuan typed, fen kept.
    Money,
    /// A day.
    Date,
    /// One of a list.
    Choice { options: Vec<String> },
    /// Several of a list.
    Choices { options: Vec<String> },
    /// A person of the organ.
    Person,
    /// People of the organ.
    People,
    /// A department.
    Department,
    /// Departments.
    Departments,
    /// Files, in order.
    Files,
    /// A number the engine takes; nobody types it.
    SeriesNumber,
    /// A telephone number.
    Phone,
    /// An organ outside this server, typed or chosen.
    OutsideOrgan,
    /// Rows of named columns.
    Table { columns: Vec<Column> },
    /// What people wrote when acting, append-only, in order.
    OpinionBox,
}

/// A column of a table field.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// ASCII identifier.
    pub id: String,
    /// What stands over it.
    pub label: String,
    /// Whether a sum is printed below it.
    #[serde(default)]
    pub sum: bool,
}

/// What stands in a field at first.
#[derive(Debug, Clone, PartialEq)]
pub enum Default {
    /// The day the form is opened.
    Today,
    /// Who opens the form.
    Me,
    /// That person's department.
    MyDepartment,
    /// These words (a number for number fields).
    Literal(String),
}

impl From<String> for Default {
    fn from(s: String) -> Self {
        match s.as_str() {
            "today" => Self::Today,
            "me" => Self::Me,
            "my_department" => Self::MyDepartment,
            _ => Self::Literal(s),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    id: String,
    label: String,
    help: Option<String>,
    kind: KindName,
    default: Option<String>,
    #[serde(default)]
    write: Vec<String>,
    #[serde(default)]
    must: Vec<String>,
    #[serde(default)]
    hidden_from: Vec<String>,
    #[serde(default)]
    must_when: Vec<Condition>,
    why: Option<String>,
    keep: Option<Keep>,
    pictures: Option<Pictures>,
    #[serde(default)]
    quiet: bool,
    options: Option<Vec<String>>,
    columns: Option<Vec<Column>>,
    min: Option<f64>,
    max: Option<f64>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum KindName {
    Text,
    LongText,
    Number,
    Money,
    Date,
    Choice,
    Choices,
    Person,
    People,
    Department,
    Departments,
    Files,
    SeriesNumber,
    Phone,
    OutsideOrgan,
    Table,
    OpinionBox,
}

impl TryFrom<Raw> for Field {
    type Error = String;

    fn try_from(raw: Raw) -> Result<Self, String> {
        let kind = kind_of(&raw)?;
        Ok(Self {
            id: raw.id,
            label: raw.label,
            help: raw.help,
            kind,
            default: raw.default.map(Default::from),
            write: raw.write,
            must: raw.must,
            hidden_from: raw.hidden_from,
            must_when: raw.must_when,
            why: raw.why,
            keep: raw.keep,
            pictures: raw.pictures,
            quiet: raw.quiet,
        })
    }
}

fn kind_of(raw: &Raw) -> Result<Kind, String> {
    let length = |usual: usize| raw.max.map_or(usual, |m| m.max(1.0) as usize);
    let options = || match raw.options.clone() {
        Some(o) if !o.is_empty() => Ok(o),
        _ => Err(format!(
            "字段“{}”是选择项，请写出可选的内容，例如 options = [\"普通\", \"急\"]",
            raw.label
        )),
    };
    Ok(match raw.kind {
        KindName::Text => Kind::Text { max: length(200) },
        KindName::LongText => Kind::LongText { max: length(4000) },
        KindName::Number => Kind::Number {
            min: raw.min,
            max: raw.max,
        },
        KindName::Money => Kind::Money,
        KindName::Date => Kind::Date,
        KindName::Choice => Kind::Choice { options: options()? },
        KindName::Choices => Kind::Choices { options: options()? },
        KindName::Person => Kind::Person,
        KindName::People => Kind::People,
        KindName::Department => Kind::Department,
        KindName::Departments => Kind::Departments,
        KindName::Files => Kind::Files,
        KindName::SeriesNumber => Kind::SeriesNumber,
        KindName::Phone => Kind::Phone,
        KindName::OutsideOrgan => Kind::OutsideOrgan,
        KindName::OpinionBox => Kind::OpinionBox,
        KindName::Table => Kind::Table {
            columns: raw.columns.clone().filter(|c| !c.is_empty()).ok_or_else(|| {
                format!(
                    "字段“{}”是表格，请写出各栏，例如 columns = [{{ id = \"name\", label = \"姓名\" }}]",
                    raw.label
                )
            })?,
        },
    })
}

/// Whether nothing is filled in.
#[must_use]
pub fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(s) => s.trim().is_empty(),
        Value::Array(a) => a.is_empty(),
        Value::Object(o) => o.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A value as one line, for comparisons and titles; people and departments stay numbers here.
#[must_use]
pub fn text_of(value: &Value) -> String {
    match value {
        Value::String(s) => s.clone(),
        Value::Array(a) => a.iter().map(text_of).collect::<Vec<_>>().join("、"),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
