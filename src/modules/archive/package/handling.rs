//! The handling sheet of a case as a document with tables, to be laid out as PDF without a browser: what was filled in, what
//! was said, which way it went. Not here: the sheet that is printed from a page (`screens::case`).
//! Invariant: covered personal data stay covered; every opinion and every step stands in it.

use crate::engine::definition::Kind;
use crate::engine::view::CaseView;
use crate::kit::{Zone, text};
use crate::layout::document::{Block, Document, Form, Level};

/// The sheet.
#[must_use]
pub fn sheet(view: &CaseView, zone: Zone) -> Document {
    let head = &view.case.head;
    let number = head.number.clone().unwrap_or_default();
    let mut body = vec![plain(&format!("标题：{}", text::one_line(&head.title)))];
    if !number.is_empty() {
        body.push(plain(&format!("编号：{number}")));
    }
    body.extend(table("一、填写的内容", &["栏目", "内容"], filled(view)));
    body.extend(table(
        "二、办理意见",
        &["栏目", "意见", "谁、什么时候"],
        said(view, zone),
    ));
    body.extend(table(
        "三、办理经过",
        &["时间", "环节", "谁", "做了什么"],
        road(view, zone),
    ));
    Document {
        form: Form::Letter,
        copy: None,
        internal: false,
        urgency: None,
        marks: Vec::new(),
        number: String::new(),
        signers: Vec::new(),
        title: vec![format!("{}处理单", view.procedure.name)],
        addressee: String::new(),
        body,
        enclosures: Vec::new(),
        signatures: Vec::new(),
        date: None,
        sealed: false,
        note: None,
        annexes: Vec::new(),
        copy_to: String::new(),
        printer: String::new(),
        printed_on: None,
        present: Vec::new(),
    }
}

fn plain(text: &str) -> Block {
    Block::Paragraph {
        level: Level::Text,
        lead: 0,
        text: text.to_owned(),
    }
}

/// A heading and its table; nothing where there is no row.
fn table(heading: &str, head: &[&str], rows: Vec<Vec<String>>) -> Vec<Block> {
    if rows.is_empty() {
        return Vec::new();
    }
    let mut all = vec![head.iter().map(|h| (*h).to_owned()).collect()];
    all.extend(rows);
    vec![
        Block::Paragraph {
            level: Level::First,
            lead: heading.chars().count(),
            text: heading.to_owned(),
        },
        Block::Table {
            head: true,
            rows: all,
        },
    ]
}

fn filled(view: &CaseView) -> Vec<Vec<String>> {
    let document = view.procedure.document.as_ref();
    let fields = view.procedure.fields.iter().filter(|f| {
        // the text has its own file
        let body = document.is_some_and(|d| d.body == f.id);
        !body && f.id != view.procedure.title && !matches!(f.kind, Kind::OpinionBox)
    });
    let said = fields.map(|f| vec![f.label.clone(), view.printed(f)]);
    said.filter(|row| row.last().is_some_and(|t| !t.is_empty()))
        .collect()
}

fn said(view: &CaseView, zone: Zone) -> Vec<Vec<String>> {
    let all = view.case.state.opinions.iter().zip(&view.case.said);
    all.map(|(o, by)| {
        let label = view
            .procedure
            .field(&o.into)
            .map_or("", |f| f.label.as_str());
        vec![
            label.to_owned(),
            o.text.clone(),
            format!("{}{}，{}", by.dept_name, by.name, zone.long_time(o.at)),
        ]
    })
    .collect()
}

fn road(view: &CaseView, zone: Zone) -> Vec<Vec<String>> {
    let all = view.case.acts.iter();
    all.map(|a| {
        let did = match a.detail.note.as_str() {
            "" => a.detail.label.clone(),
            note => format!("{}：{note}", a.detail.label),
        };
        let to = match a.detail.to.is_empty() {
            true => did,
            false => format!("{did}（到{}）", a.detail.to.join("、")),
        };
        vec![
            zone.long_time(a.at),
            view.procedure.step_name(&a.step).to_owned(),
            format!("{}{}", a.by.dept_name, a.by.name),
            to,
        ]
    })
    .collect()
}
