//! Fields by clicking: what a clerk filled in about a field, turned into its definition.
//! Not here: where it stands (`grid`) and at which step it is filled in (`rights`).

use super::{Made, at, blank, grid, ids, name, noted, refer};
use crate::engine::definition::{
    Column, ColumnOf, Compute, Default, Field, HowMany, Kind, Procedure, Who,
};
use crate::kit::{FieldErrors, text};

/// What a line of text takes where nothing is said.
const LINE: usize = 200;
const PAGE: usize = 4000;

/// One thing done to a field.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldEdit {
    /// A new one in a row of its own at the end.
    Add(FieldForm),
    /// All that is said of one.
    Set(String, FieldForm),
    /// Only what it is called.
    Rename(String, String),
    /// It goes.
    Drop(String),
}

/// What a clerk fills in about a field; texts as typed.
#[derive(Debug, Clone, PartialEq, std::default::Default)]
pub struct FieldForm {
    pub label: String,
    pub help: String,
    /// A word of [`super::words::KINDS`].
    pub kind: String,
    /// The choices, one a line.
    pub options: String,
    pub min: String,
    pub max: String,
    /// `today`, `me`, `my_department`, or the words themselves.
    pub default: String,
    pub columns: Vec<ColumnForm>,
    /// How it is computed: `days`, `working_days`, `sum`, `sum_of`, `age`.
    pub compute: String,
    /// From which fields, or a table field and `/` and its column.
    pub from: Vec<String>,
    /// What kind of thing is chosen: 会议室.
    pub of: String,
    pub masked: bool,
}

/// A column of a table, as typed; one without a label is none.
#[derive(Debug, Clone, PartialEq, std::default::Default)]
pub struct ColumnForm {
    pub id: String,
    pub label: String,
    pub kind: String,
    pub options: String,
    pub must: bool,
    pub sum: bool,
}

pub fn edit(p: &mut Procedure, edit: FieldEdit) -> Result<Made, FieldErrors> {
    match edit {
        FieldEdit::Add(form) => {
            // what else is wrong is told with a name that will not do
            let id = new(p, &form.label).map_err(|why| {
                let mut errors = FieldErrors::default();
                errors.add("label", why);
                noted(kind_of(p, "", &form), word_of(&form), &mut errors);
                errors
            })?;
            set(p, &id, &form)?;
            let kind = p.field(&id).map(|f| f.kind.clone());
            let kind = kind.ok_or_else(gone).map_err(at(""))?;
            grid::place(&mut p.layout, &id, &kind);
            Ok(begun(Made::field(id), &kind, &form))
        }
        FieldEdit::Set(id, form) => set(p, &id, &form).map(|()| Made::field(id)),
        FieldEdit::Rename(id, label) => {
            let label = free_label(p, &label, &id).map_err(at("label"))?;
            let field = find(p, &id).map_err(at(""))?;
            let old = std::mem::replace(&mut field.label, label.clone());
            for column in p.register.columns.iter_mut().filter(|c| c.label == old) {
                column.label.clone_from(&label);
            }
            Ok(Made::field(id))
        }
        FieldEdit::Drop(id) => {
            let gone = refer::drop_field(p, &id).map(|()| Made::default());
            gone.map_err(at(""))
        }
    }
}

/// The word of the form that says what only this kind asks; none where the kind itself is meant.
fn word_of(form: &FieldForm) -> &'static str {
    match form.kind.as_str() {
        "text" | "long_text" => "max",
        "number" => "min",
        "choice" | "choices" => "options",
        "table" => "c0.label",
        "resource" => "of",
        "computed" => "compute",
        _ => "",
    }
}

/// A table nobody said the columns of has two to begin with.
fn begun(made: Made, kind: &Kind, form: &FieldForm) -> Made {
    let said = form.columns.iter().any(|c| !c.label.trim().is_empty());
    match matches!(kind, Kind::Table { .. }) && !said && form.options.trim().is_empty() {
        true => made.saying("表格先放了“事项、备注”两栏，请在旁边改成要的"),
        false => made,
    }
}

fn gone() -> String {
    "这一格已经不在表上了，请刷新页面".to_owned()
}

fn find<'p>(p: &'p mut Procedure, id: &str) -> Result<&'p mut Field, String> {
    p.fields.iter_mut().find(|f| f.id == id).ok_or_else(gone)
}

fn free_label(p: &Procedure, typed: &str, but: &str) -> Result<String, String> {
    let label = name(typed, "这一格的名称")?;
    match p.fields.iter().any(|f| f.label == label && f.id != but) {
        true => Err(format!("表上已经有一格叫“{label}”，请换一个名称")),
        false => Ok(label),
    }
}

/// A new field of one line that whoever starts may fill in; it stands nowhere yet.
pub fn new(p: &mut Procedure, label: &str) -> Result<String, String> {
    let label = free_label(p, label, "")?;
    let id = ids::field(p, &label);
    let mut field = blank::field(&id, &label)?;
    field.kind = Kind::Text { max: LINE };
    field.write = p.first_step().map(|s| s.id.clone()).into_iter().collect();
    p.fields.push(field);
    Ok(id)
}

/// A new opinion box in a tall row at the end.
pub fn new_box(p: &mut Procedure, label: &str) -> Result<String, String> {
    let mut free = label.to_owned();
    let mut n = 2;
    while p.fields.iter().any(|f| f.label == free) {
        free = format!("{label}{n}");
        n += 1;
    }
    let id = new(p, &free)?;
    let field = find(p, &id)?;
    field.kind = Kind::OpinionBox;
    field.write.clear();
    grid::place(&mut p.layout, &id, &Kind::OpinionBox);
    Ok(id)
}

fn set(p: &mut Procedure, id: &str, form: &FieldForm) -> Result<(), FieldErrors> {
    let old = find(p, id).map_err(at(""))?.clone();
    let mut errors = FieldErrors::default();
    let label = noted(free_label(p, &form.label, id), "label", &mut errors);
    let kind = noted(kind_of(p, id, form), word_of(form), &mut errors);
    let default = kind.as_ref().and_then(|kind| {
        if std::mem::discriminant(&old.kind) != std::mem::discriminant(kind) {
            noted(stands_on(p, &old, kind), "", &mut errors);
        }
        noted(
            default_of(&form.default, kind, &form.label),
            "words",
            &mut errors,
        )
    });
    let (Some(label), Some(kind), Some(default), []) = (label, kind, default, errors.0.as_slice())
    else {
        return Err(errors);
    };
    let help = text::one_line(&form.help);
    let by_hand = !matches!(
        kind,
        Kind::SeriesNumber | Kind::OpinionBox | Kind::Computed(_)
    );
    let first = p.first_step().map(|s| s.id.clone());
    for column in p
        .register
        .columns
        .iter_mut()
        .filter(|c| c.label == old.label)
    {
        column.label.clone_from(&label);
    }
    let field = find(p, id).map_err(at(""))?;
    field.label = label;
    field.help = Some(help).filter(|h| !h.is_empty());
    field.default = default;
    field.masked = form.masked && matches!(kind, Kind::Phone | Kind::IdNumber | Kind::Text { .. });
    if by_hand {
        let was_idle = matches!(
            old.kind,
            Kind::SeriesNumber | Kind::OpinionBox | Kind::Computed(_)
        );
        if was_idle && field.write.is_empty() && field.must.is_empty() {
            field.write.extend(first);
        }
    } else {
        field.write.clear();
        field.must.clear();
    }
    field.kind = kind;
    Ok(())
}

/// A kind that the flow stands on stays what it is.
fn stands_on(p: &Procedure, old: &Field, kind: &Kind) -> Result<(), String> {
    let id = old.id.as_str();
    let no = |place: String, what: &str| {
        Err(format!(
            "{place}要“{}”这一格是{what}，请先到那里改掉，再改它的类别",
            old.label
        ))
    };
    let is_dept = matches!(kind, Kind::Department | Kind::Departments);
    for s in &p.steps {
        let place = format!("环节“{}”", s.name);
        let by_dept = match &s.who {
            Who::HeadOf(f) | Who::ReceiverOf(f) | Who::LeaderOf(f) => f == id,
            Who::RoleOf { department, .. } => department == id,
            _ => false,
        };
        if by_dept && !is_dept {
            return no(place, "部门");
        }
        if let HowMany::Departments {
            principal,
            assisting,
            ..
        } = &s.how
            && (principal == id || assisting.as_deref() == Some(id))
        {
            return no(place, "部门");
        }
        if s.opinion.as_ref().is_some_and(|o| o.into == id) {
            return no(place, "意见栏");
        }
        let way = s.next.iter().flat_map(|n| &n.when).any(|c| c.field == id);
        if way {
            return no(format!("{place}的条件"), super::words::kind(&old.kind));
        }
    }
    if p.series.as_ref().is_some_and(|s| s.field == id) {
        return no("编号".to_owned(), "编号");
    }
    Ok(())
}

fn kind_of(p: &Procedure, id: &str, form: &FieldForm) -> Result<Kind, String> {
    let size = |usual: usize| match form.max.trim() {
        "" => Ok(usual),
        n => text::fold(n)
            .parse::<usize>()
            .ok()
            .filter(|n| (1..=20_000).contains(n))
            .ok_or_else(|| "最多多少字请写数字，例如 200".to_owned()),
    };
    Ok(match form.kind.as_str() {
        "text" => Kind::Text { max: size(LINE)? },
        "long_text" => Kind::LongText { max: size(PAGE)? },
        "number" => number(form)?,
        "money" => Kind::Money,
        "date" => Kind::Date,
        "time" => Kind::Time,
        "span" => Kind::Span,
        "choice" => Kind::Choice {
            options: options(&form.options)?,
        },
        "choices" => Kind::Choices {
            options: options(&form.options)?,
        },
        "person" => Kind::Person,
        "people" => Kind::People,
        "department" => Kind::Department,
        "departments" => Kind::Departments,
        "files" => Kind::Files,
        "series_number" => Kind::SeriesNumber,
        "phone" => Kind::Phone,
        "id_number" => Kind::IdNumber,
        "outside_organ" => Kind::OutsideOrgan,
        "document" => Kind::Document { max: 60_000 },
        "letterhead" => Kind::Letterhead,
        "opinion_box" => Kind::OpinionBox,
        "table" => Kind::Table {
            columns: match p.field(id).map(|f| &f.kind) {
                Some(Kind::Table { .. }) => columns(&form.columns)?,
                _ => first_columns(form)?,
            },
        },
        "resource" => Kind::Resource {
            of: name(&form.of, "从哪一类里选，例如 会议室")?,
        },
        "computed" => Kind::Computed(compute(p, id, form)?),
        _ => return Err("请选这一格填什么".to_owned()),
    })
}

fn number(form: &FieldForm) -> Result<Kind, String> {
    let limit = |typed: &str| match text::fold(typed.trim()).as_str() {
        "" => Ok(None),
        n => n
            .parse::<f64>()
            .ok()
            .filter(|n| n.is_finite())
            .map(Some)
            .ok_or_else(|| "最小、最大请写数字，例如 1 和 50；不限就空着".to_owned()),
    };
    let (min, max) = (limit(&form.min)?, limit(&form.max)?);
    match (min, max) {
        (Some(min), Some(max)) if min > max => Err("最小的数比最大的还大，请对调".to_owned()),
        _ => Ok(Kind::Number { min, max }),
    }
}

/// Choices as typed, one a line or with 、 between.
pub fn options(typed: &str) -> Result<Vec<String>, String> {
    let all = typed.split(['\n', '、', '；', ';', ',', '，']);
    let mut found: Vec<String> = Vec::new();
    for one in all.map(text::one_line).filter(|o| !o.is_empty()) {
        if !found.contains(&one) {
            found.push(one);
        }
    }
    match found.is_empty() {
        true => Err("请写上可以选的内容，一行一个，例如 政府章、党委章".to_owned()),
        false => Ok(found),
    }
}

/// The columns of a field that was no table: as typed, or one for each word, or two to begin with.
fn first_columns(form: &FieldForm) -> Result<Vec<Column>, String> {
    if form.columns.iter().any(|c| !c.label.trim().is_empty()) {
        return columns(&form.columns);
    }
    let words = match form.options.trim() {
        "" => "事项、备注",
        typed => typed,
    };
    let all = options(words)?.into_iter().map(|label| ColumnForm {
        label,
        ..ColumnForm::default()
    });
    columns(&all.collect::<Vec<_>>())
}

fn columns(typed: &[ColumnForm]) -> Result<Vec<Column>, String> {
    let mut all: Vec<Column> = Vec::new();
    for c in typed.iter().filter(|c| !c.label.trim().is_empty()) {
        let label = name(&c.label, "栏名")?;
        let kind = match c.kind.as_str() {
            "number" => ColumnOf::Number,
            "money" => ColumnOf::Money,
            "date" => ColumnOf::Date,
            "choice" => ColumnOf::Choice,
            _ => ColumnOf::Text,
        };
        let known =
            Some(c.id.clone()).filter(|id| !id.is_empty() && all.iter().all(|k| k.id != *id));
        let id =
            known.unwrap_or_else(|| ids::made(&label, "col", |id| all.iter().any(|k| k.id == id)));
        all.push(Column {
            id,
            options: match kind {
                ColumnOf::Choice => options(&c.options)?,
                _ => Vec::new(),
            },
            label,
            kind,
            must: c.must,
            sum: c.sum && matches!(kind, ColumnOf::Number | ColumnOf::Money),
        });
    }
    match all.is_empty() {
        true => Err("表格至少要有一栏，请写上栏名，例如 品名".to_owned()),
        false => Ok(all),
    }
}

fn compute(p: &Procedure, id: &str, form: &FieldForm) -> Result<Compute, String> {
    let of = |fits: fn(&Kind) -> bool, what: &str| {
        let found = form
            .from
            .iter()
            .find(|f| p.field(f).is_some_and(|f| fits(&f.kind)));
        found
            .cloned()
            .ok_or_else(|| format!("请选从哪一格算，那一格要是{what}；还没有的话先加上"))
    };
    let span = |k: &Kind| matches!(k, Kind::Span);
    Ok(match form.compute.as_str() {
        "days" => Compute::Days(of(span, "起止日期")?),
        "working_days" => Compute::WorkingDays(of(span, "起止日期")?),
        "age" => Compute::Age(of(|k| matches!(k, Kind::IdNumber), "身份证号")?),
        "sum" => {
            let adds = |f: &&String| {
                let kind = p.field(f).map(|f| &f.kind);
                **f != id && kind.is_some_and(|k| matches!(k, Kind::Number { .. } | Kind::Money))
            };
            let all: Vec<String> = form.from.iter().filter(adds).cloned().collect();
            match all.is_empty() {
                true => return Err("请勾选把哪几格加起来，要是数字或金额".to_owned()),
                false => Compute::Sum(all),
            }
        }
        "sum_of" => {
            let pair = form.from.iter().find_map(|f| f.split_once('/'));
            let (table, column) = pair.ok_or("请选把哪张表格的哪一栏加起来")?;
            Compute::SumOf {
                table: table.to_owned(),
                column: column.to_owned(),
            }
        }
        "" => usual(p, id)?,
        _ => return Err("请选怎么算，例如 按起止日期算工作日".to_owned()),
    })
}

/// What is computed where nobody said how: the column of a table that is added up, else the days of a span, else
/// the numbers of the form.
fn usual(p: &Procedure, id: &str) -> Result<Compute, String> {
    let others = || p.fields.iter().filter(|f| f.id != id);
    for f in others() {
        if let Kind::Table { columns } = &f.kind
            && let Some(c) = columns.iter().find(|c| c.sum)
        {
            return Ok(Compute::SumOf {
                table: f.id.clone(),
                column: c.id.clone(),
            });
        }
    }
    if let Some(f) = others().find(|f| f.kind == Kind::Span) {
        return Ok(Compute::WorkingDays(f.id.clone()));
    }
    let adds = |f: &&Field| matches!(f.kind, Kind::Number { .. } | Kind::Money);
    let all: Vec<String> = others().filter(adds).map(|f| f.id.clone()).collect();
    match all.is_empty() {
        true => Err("还没有可以拿来算的：先加上起止日期、数字、金额，或者有合计的表格".to_owned()),
        false => Ok(Compute::Sum(all)),
    }
}

fn default_of(typed: &str, kind: &Kind, label: &str) -> Result<Option<Default>, String> {
    let line = text::one_line(typed);
    if line.is_empty() {
        return Ok(None);
    }
    let read = Default::from(line.clone());
    let fits = match (&read, kind) {
        (Default::Today, k) => matches!(k, Kind::Date),
        (Default::Me, k) => matches!(k, Kind::Person),
        (Default::MyDepartment, k) => matches!(k, Kind::Department),
        (Default::Literal(s), Kind::Choice { options }) => options.contains(s),
        (Default::Literal(s), Kind::Number { .. }) => s.parse::<f64>().is_ok(),
        (Default::Literal(_), k) => matches!(
            k,
            Kind::Text { .. }
                | Kind::LongText { .. }
                | Kind::OutsideOrgan
                | Kind::Department
                | Kind::Departments
        ),
    };
    match (fits, kind) {
        (true, _) => Ok(Some(read)),
        // the kind was changed and the old word no longer fits: it goes
        (false, _) if matches!(read, Default::Today | Default::Me | Default::MyDepartment) => {
            Ok(None)
        }
        (false, Kind::Choice { .. }) => Err(format!(
            "“{label}”先填的“{line}”不在可选的内容里，请改成其中一个"
        )),
        (false, Kind::Number { .. }) => Err(format!("“{label}”先填的请写数字")),
        (false, _) => Ok(None),
    }
}
