//! The procedure made of a form as it was understood and corrected: fields, grid, and a step for each opinion box in the
//! order of the paper. Not here: publishing; the designer goes on from here.

use super::{Form, Guessed, Word};
use crate::engine::definition::{
    self, Cell, Column, ColumnOf, Content, Default, Field, Kind, Layout, Need, OpinionRule,
    Procedure, Row, Step, Who,
};
use crate::engine::design::blank;
use crate::kit::{Error, Result};
use serde::Serialize;

/// Roles that stand in the office's organisation, by the words of an opinion box. The first that fits.
const ROLES: &[(&[&str], &str)] = &[
    (
        &["主要领导", "书记", "镇长", "乡长", "主任会议"],
        "principal_leader",
    ),
    (&["党政办", "办公室"], "office_director"),
];

/// The procedure of this id and name.
///
/// # Errors
/// Invalid where a corrected form cannot be one: on the number of the field, or on `name`.
pub fn procedure(form: &Form, id: &str, roles: &[&str]) -> Result<Procedure> {
    let name = form.title.trim();
    if name.is_empty() || name.chars().count() > 40 {
        return Err(Error::invalid(
            "name",
            "请写上事项的名称，不超过 40 个字，例如 请假申请",
        ));
    }
    let ids: Vec<String> = (1..=form.fields.len()).map(|n| format!("f{n}")).collect();
    let mut fields = Vec::with_capacity(form.fields.len() + 1);
    for (n, (guessed, id)) in form.fields.iter().zip(&ids).enumerate() {
        fields.push(field(guessed, id, n)?);
    }
    let steps = steps(form, &ids, &mut fields, roles)?;
    let layout = layout(form, &ids, &fields)?;
    let text = written((id, name), (&fields, &steps), &layout)?;
    Procedure::parse(&text).map_err(|refusal| Error::invalid(NAME, refusal.message))
}

fn field(guessed: &Guessed, id: &str, n: usize) -> Result<Field> {
    let wrong = |why: String| Error::invalid(format!("{n}"), why);
    let label = guessed.label.trim();
    if label.is_empty() || label.chars().count() > 60 {
        return Err(wrong("每一项都要有名称，不超过 60 个字".to_owned()));
    }
    let options = || {
        if guessed.options.is_empty() {
            return Err(wrong(format!(
                "“{label}”是选择，请写出可选的几项，用顿号隔开"
            )));
        }
        Ok(guessed.options.clone())
    };
    let kind = match guessed.kind {
        Word::Line => Kind::Text { max: 200 },
        Word::Lines => Kind::LongText { max: 4000 },
        Word::Number => Kind::Number {
            min: None,
            max: None,
        },
        Word::Money => Kind::Money,
        Word::Date => Kind::Date,
        Word::Time => Kind::Time,
        Word::Span => Kind::Span,
        Word::Choice => Kind::Choice {
            options: options()?,
        },
        Word::Choices => Kind::Choices {
            options: options()?,
        },
        Word::Person => Kind::Person,
        Word::People => Kind::People,
        Word::Department => Kind::Department,
        Word::Departments => Kind::Departments,
        Word::Phone => Kind::Phone,
        Word::IdNumber => Kind::IdNumber,
        Word::Files => Kind::Files,
        Word::Serial => Kind::SeriesNumber,
        Word::Opinion => Kind::OpinionBox,
        Word::Table => Kind::Table {
            columns: columns(guessed).ok_or_else(|| {
                wrong(format!("“{label}”没有各栏的名称，不能是多行明细，请换一种"))
            })?,
        },
    };
    let own = matches!(kind, Kind::SeriesNumber | Kind::OpinionBox);
    let first = || vec![FIRST.to_owned()];
    let default = match kind {
        Kind::Department => Some(Default::MyDepartment),
        Kind::Person if n < 4 => Some(Default::Me),
        Kind::Date if label.contains("申请") || label.contains("填") => Some(Default::Today),
        _ => None,
    };
    let mut field = bare(blank::field(id, label))?;
    field.masked = kind == Kind::IdNumber;
    field.default = default;
    field.kind = kind;
    match (own, guessed.must) {
        (true, _) => {}
        (false, true) => field.must = first(),
        (false, false) => field.write = first(),
    }
    Ok(field)
}

fn columns(guessed: &Guessed) -> Option<Vec<Column>> {
    let all = guessed
        .columns
        .iter()
        .enumerate()
        .map(|(n, (label, sum))| Column {
            id: format!("c{}", n + 1),
            label: label.clone(),
            kind: match super::guess::of_label(label) {
                Word::Number => ColumnOf::Number,
                Word::Money => ColumnOf::Money,
                Word::Date => ColumnOf::Date,
                _ => ColumnOf::Text,
            },
            options: Vec::new(),
            must: false,
            sum: *sum,
        });
    let all: Vec<Column> = all.collect();
    (!all.is_empty()).then_some(all)
}

/// The box of the name, for errors.
const NAME: &str = "name";
/// Where it is filled in.
const FIRST: &str = "s1";
/// The department that asks; found or added, for finding heads and leaders by.
const DEPARTMENT: &str = "own";

/// Filling in, then an opinion box a step; without one, whoever filled it in closes it.
fn steps(
    form: &Form,
    ids: &[String],
    fields: &mut Vec<Field>,
    roles: &[&str],
) -> Result<Vec<Step>> {
    let department = fields
        .iter()
        .find(|f| f.kind == Kind::Department)
        .map(|f| f.id.clone());
    let boxes = form
        .fields
        .iter()
        .zip(ids)
        .filter(|(g, _)| g.kind == Word::Opinion);
    let mut steps = vec![bare(blank::step(FIRST, "填表", Who::Starter))?];
    let by = department.as_deref().unwrap_or(DEPARTMENT);
    for (n, (guessed, id)) in boxes.enumerate() {
        let who = who(&guessed.label, by, roles);
        let step = blank::step(&format!("s{}", n + 2), &named(&guessed.label), who);
        let mut one = bare(step)?;
        one.opinion = Some(OpinionRule {
            into: id.clone(),
            need: Need::Required,
            phrases: vec!["同意。".to_owned()],
            revises: false,
        });
        steps.push(one);
    }
    let asks = |s: &Step| matches!(&s.who, Who::HeadOf(f) | Who::LeaderOf(f) if f == DEPARTMENT);
    if department.is_none() && steps.iter().any(asks) {
        let mut own = bare(blank::field(DEPARTMENT, "申请部门"))?;
        own.kind = Kind::Department;
        own.default = Some(Default::MyDepartment);
        own.must = vec![FIRST.to_owned()];
        fields.push(own);
    }
    chain(&mut steps);
    Ok(steps)
}

/// A bare part of the designer's.
fn bare<T>(part: std::result::Result<T, String>) -> Result<T> {
    part.map_err(Error::fault)
}

/// Each leads to the next; the last one ends the matter.
fn chain(steps: &mut [Step]) {
    use crate::engine::definition::{MoveId, Next};
    let after: Vec<Option<(String, String)>> = (1..=steps.len())
        .map(|n| steps.get(n).map(|s| (s.id.clone(), s.name.clone())))
        .collect();
    for (n, (step, after)) in steps.iter_mut().zip(after).enumerate() {
        if let Some((to, name)) = after {
            step.moves.insert(MoveId::Submit, "送下一环节".to_owned());
            step.next.push(Next {
                to,
                label: format!("送{name}"),
                when: Vec::new(),
            });
        } else {
            step.moves.insert(MoveId::Close, "办结".to_owned());
        }
        if n > 0 {
            step.moves.insert(MoveId::Return, "退回".to_owned());
        }
    }
}

/// 部门意见 is written at the step 部门审核, 分管领导意见 at 分管领导审批: a step is called by what is done there.
fn named(label: &str) -> String {
    let short: String = label.chars().take(12).collect();
    let name = short.trim_end_matches("意见").trim_end_matches(['（', '(']);
    if name.is_empty() || super::guess::is_opinion(name) {
        return if name.is_empty() { "审批" } else { name }.to_owned();
    }
    let leads = ["领导", "书记", "镇长", "乡长"];
    let deed = match leads.iter().any(|w| name.contains(w)) {
        true => "审批",
        false => "审核",
    };
    format!("{name}{deed}")
}

fn who(label: &str, department: &str, roles: &[&str]) -> Who {
    let known = |role: &str| roles.contains(&role);
    let says = |words: &[&str]| words.iter().any(|w| label.contains(w));
    if says(&["分管", "主管"]) {
        return Who::LeaderOf(department.to_owned());
    }
    if let Some((_, role)) = ROLES
        .iter()
        .find(|(words, role)| says(words) && known(role))
    {
        return Who::Role((*role).to_owned());
    }
    if says(&["部门", "科室", "单位", "站所", "负责人"]) {
        return Who::HeadOf(department.to_owned());
    }
    if says(&["领导", "批准", "审批"]) && known("principal_leader") {
        return Who::Role("principal_leader".to_owned());
    }
    Who::Chosen
}

fn layout(form: &Form, ids: &[String], fields: &[Field]) -> Result<Layout> {
    let gone = || Error::invalid(NAME, "表格的样子没有读全，请重新上传");
    let mut rows = Vec::with_capacity(form.rows.len() + 1);
    if fields.iter().any(|f| f.id == DEPARTMENT) {
        let content = Content::Field(DEPARTMENT.to_owned());
        rows.push(vec![cell(content, 12, false)]);
    }
    for row in &form.rows {
        let mut out = Vec::with_capacity(row.len());
        for (n, span, tall) in row {
            let id = ids.get(*n).ok_or_else(gone)?;
            out.push(cell(Content::Field(id.clone()), *span, *tall));
        }
        rows.push(out);
    }
    Ok(Layout {
        rows: rows.into_iter().map(Row).collect(),
    })
}

const fn cell(content: Content, span: u8, tall: bool) -> Cell {
    Cell {
        content,
        span,
        tall,
    }
}

/// All of it as text: its keys are the format's, and only what fills them is ours.
fn written(
    (id, name): (&str, &str),
    (fields, steps): (&[Field], &[Step]),
    layout: &Layout,
) -> Result<String> {
    let said = definition::quoted;
    let pattern = said(&format!("{name}〔{{year}}〕{{n}}号"));
    let book = said(&format!("{name}登记簿"));
    // among thirty links of a page 填写 alone would say nothing
    let start = said(&format!("填{name}"));
    let (id, name) = (said(id), said(name));
    let about = said(title(fields)?);
    let series = fields.iter().find(|f| f.kind == Kind::SeriesNumber);
    let series = series.map_or_else(String::new, |number| {
        let field = said(&number.id);
        format!(
            "[series]\nkey = {name}\nscope = 'organ'\npattern = {pattern}\nstep = '{FIRST}'\nfield = {field}\n"
        )
    });
    let columns: Vec<String> = columns_shown(fields)
        .map(|f| {
            let kind = if f.kind == Kind::Date { "date" } else { "text" };
            let (id, label) = (said(&f.id), said(&f.label));
            format!("  {{ id = {id}, label = {label}, from = {{ field = {id} }}, type = '{kind}', filter = true }},\n")
        })
        .collect();
    let body = Body {
        field: fields,
        step: steps,
        layout,
    };
    let body = definition::written(&body)?;
    Ok(format!(
        "id = {id}
name = {name}
group = '本单位'
title = {about}
[start]
label = {start}
[visibility]
rule = 'participants'
{series}
[register]
id = {id}
name = {book}
columns = [
{}  {{ id = 'holder', label = '现在到', from = 'holder' }},
  {{ id = 'state', label = '状态', from = 'state' }},
]
[ledger]
columns = [
  {{ label = '填表人', from = {{ actor = '{FIRST}' }} }},
  {{ label = '填表日期', from = {{ time = '{FIRST}' }} }},
]
[[sheet]]
id = 'form'
title = {name}
{body}",
        columns.concat()
    ))
}

/// The parts that are written as they are.
#[derive(Serialize)]
struct Body<'a> {
    field: &'a [Field],
    step: &'a [Step],
    layout: &'a Layout,
}

/// The first six things worth a column.
fn columns_shown(fields: &[Field]) -> impl Iterator<Item = &Field> {
    let shown = |f: &&Field| {
        !matches!(
            f.kind,
            Kind::OpinionBox | Kind::Files | Kind::Table { .. } | Kind::IdNumber
        )
    };
    fields.iter().filter(shown).take(6)
}

/// What a case is called in lists: what it is about, or the first words of it.
fn title(fields: &[Field]) -> Result<&str> {
    let worded = |f: &&Field| matches!(f.kind, Kind::Text { .. } | Kind::LongText { .. });
    let about = |f: &&Field| {
        ["标题", "事由", "事项", "名称", "内容", "原因"]
            .iter()
            .any(|w| f.label.contains(w))
    };
    let all = || fields.iter().filter(worded);
    let found = all().find(about).or_else(|| all().next());
    found.map(|f| f.id.as_str()).ok_or_else(|| {
        Error::invalid(
            "name",
            "表里至少要有一项是文字，例如“事由”，登记簿里用它作标题：请把其中一项改成“一行字”",
        )
    })
}
