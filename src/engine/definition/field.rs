//! Fields (字段): what is filled in, of which kind, at which step by whom.
//! Values travel as JSON: dates "2026-03-09", money in fen, people and departments by number, the rest as text.
//! Not here: checking what a person typed (`engine::values`).

use super::condition::Condition;
use super::is_false;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One thing to fill in.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "Raw", into = "Raw")]
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
    /// Shown and printed with its middle covered (个人信息): whole only to whoever writes it at his step, and to
    /// holders of the `reveal` roles who ask, which is recorded.
    pub masked: bool,
    /// Roles that may see it whole.
    pub reveal: Vec<String>,
}

/// What a new form takes over from the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// Where the forms follow each other at one sitting.
    Next,
    /// Also on another day: what this person wrote last.
    Always,
}

/// Pictures that are the paper itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
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
    /// An hour and minute, "14:30".
    Time,
    /// From a day to a day, both counted: `{"first": "2026-03-09", "last": "2026-03-11"}`.
    Span,
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
    /// The number of an identity card, its check digit proved.
    IdNumber,
    /// What other fields give; nobody types it.
    Computed(Compute),
    /// One of the office's rooms, vehicles or other things of this word, kept in its list.
    Resource { of: String },
    /// An organ outside this server, typed or chosen.
    OutsideOrgan,
    /// The text of an official document (正文), at most so many characters: plain lines whose structure
    /// `layout::recognise` reads. Every version of it is kept.
    Document { max: usize },
    /// One of the organ's letterheads (发文字头), by its organ code: 砚政发.
    Letterhead,
    /// Rows of named columns.
    Table { columns: Vec<Column> },
    /// What people wrote when acting, append-only, in order.
    OpinionBox,
}

/// What a computed field is made from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Compute {
    /// Calendar days of a span field, both ends counted.
    Days(String),
    /// Working days of a span field by the office's calendar.
    WorkingDays(String),
    /// The sum of one column of a table field.
    SumOf {
        /// The table field.
        table: String,
        /// Its column, of numbers or money.
        column: String,
    },
    /// The sum of number or money fields.
    Sum(Vec<String>),
    /// Whole years since the birthday in an identity number.
    Age(String),
}

/// A column of a table field.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// ASCII identifier.
    pub id: String,
    /// What stands over it.
    pub label: String,
    /// What goes into its cells.
    #[serde(default)]
    pub kind: ColumnOf,
    /// The choices of a choice column.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Whether a row needs it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub must: bool,
    /// Whether a sum is printed below it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub sum: bool,
}

/// What goes into the cells of a table column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnOf {
    /// One line.
    #[default]
    Text,
    /// A number.
    Number,
    /// Yuan typed, fen kept.
    Money,
    /// A day.
    Date,
    /// One of a list.
    Choice,
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

impl Default {
    fn word(&self) -> String {
        match self {
            Self::Today => "today".to_owned(),
            Self::Me => "me".to_owned(),
            Self::MyDepartment => "my_department".to_owned(),
            Self::Literal(s) => s.clone(),
        }
    }
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    id: String,
    label: String,
    help: Option<String>,
    kind: KindName,
    default: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    write: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    must: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    hidden_from: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    must_when: Vec<Condition>,
    why: Option<String>,
    keep: Option<Keep>,
    pictures: Option<Pictures>,
    #[serde(default, skip_serializing_if = "is_false")]
    quiet: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    masked: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    reveal: Vec<String>,
    options: Option<Vec<String>>,
    columns: Option<Vec<Column>>,
    compute: Option<Compute>,
    of: Option<String>,
    min: Option<f64>,
    max: Option<f64>,
}

#[derive(Deserialize, Serialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum KindName {
    Text,
    LongText,
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
    Files,
    SeriesNumber,
    Phone,
    IdNumber,
    Computed,
    Resource,
    OutsideOrgan,
    Document,
    Letterhead,
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
            masked: raw.masked,
            reveal: raw.reveal,
        })
    }
}

impl From<Field> for Raw {
    fn from(f: Field) -> Self {
        let mut raw = Self {
            id: f.id,
            label: f.label,
            help: f.help,
            kind: KindName::Text,
            default: f.default.as_ref().map(Default::word),
            write: f.write,
            must: f.must,
            hidden_from: f.hidden_from,
            must_when: f.must_when,
            why: f.why,
            keep: f.keep,
            pictures: f.pictures,
            quiet: f.quiet,
            masked: f.masked,
            reveal: f.reveal,
            options: None,
            columns: None,
            compute: None,
            of: None,
            min: None,
            max: None,
        };
        raw.take(f.kind);
        raw
    }
}

impl Raw {
    fn take(&mut self, kind: Kind) {
        self.kind = match kind {
            Kind::Text { max } => {
                self.max = Some(max as f64);
                KindName::Text
            }
            Kind::LongText { max } => {
                self.max = Some(max as f64);
                KindName::LongText
            }
            Kind::Document { max } => {
                self.max = Some(max as f64);
                KindName::Document
            }
            Kind::Number { min, max } => {
                (self.min, self.max) = (min, max);
                KindName::Number
            }
            Kind::Choice { options } => {
                self.options = Some(options);
                KindName::Choice
            }
            Kind::Choices { options } => {
                self.options = Some(options);
                KindName::Choices
            }
            Kind::Table { columns } => {
                self.columns = Some(columns);
                KindName::Table
            }
            Kind::Computed(compute) => {
                self.compute = Some(compute);
                KindName::Computed
            }
            Kind::Resource { of } => {
                self.of = Some(of);
                KindName::Resource
            }
            Kind::Money => KindName::Money,
            Kind::Date => KindName::Date,
            Kind::Time => KindName::Time,
            Kind::Span => KindName::Span,
            Kind::Person => KindName::Person,
            Kind::People => KindName::People,
            Kind::Department => KindName::Department,
            Kind::Departments => KindName::Departments,
            Kind::Files => KindName::Files,
            Kind::SeriesNumber => KindName::SeriesNumber,
            Kind::Phone => KindName::Phone,
            Kind::IdNumber => KindName::IdNumber,
            Kind::OutsideOrgan => KindName::OutsideOrgan,
            Kind::Letterhead => KindName::Letterhead,
            Kind::OpinionBox => KindName::OpinionBox,
        };
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
        KindName::Time => Kind::Time,
        KindName::Span => Kind::Span,
        KindName::Choice => Kind::Choice { options: options()? },
        KindName::Choices => Kind::Choices { options: options()? },
        KindName::Person => Kind::Person,
        KindName::People => Kind::People,
        KindName::Department => Kind::Department,
        KindName::Departments => Kind::Departments,
        KindName::Files => Kind::Files,
        KindName::SeriesNumber => Kind::SeriesNumber,
        KindName::Phone => Kind::Phone,
        KindName::IdNumber => Kind::IdNumber,
        KindName::Computed => Kind::Computed(raw.compute.clone().ok_or_else(|| {
            format!(
                "字段“{}”是自动计算的，请写出怎么算，例如 compute = {{ working_days = \"span\" }}",
                raw.label
            )
        })?),
        KindName::Resource => Kind::Resource {
            of: raw.of.clone().ok_or_else(|| {
                format!("字段“{}”要写出从哪一类里选，例如 of = \"会议室\"", raw.label)
            })?,
        },
        KindName::OutsideOrgan => Kind::OutsideOrgan,
        KindName::Document => Kind::Document {
            max: length(60_000),
        },
        KindName::Letterhead => Kind::Letterhead,
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
