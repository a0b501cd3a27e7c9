//! Whole official documents made of the corpus' towns and sub-districts: the plain text is recognised as a clerk's paste is,
//! what stands in a case's fields (mark, number, addressee, copies) comes from the paper's head. Not here: any measure.

use crate::support::corpus;
use inkstone::kit::{Day, Millis};
use inkstone::layout::document::{Document, Form};
use inkstone::layout::meta::Meta;
use inkstone::layout::recognise::recognise_titled;

/// The papers of towns and sub-districts stand first in the corpus.
pub const TOWNS: usize = 12;

/// One of them: its number in the corpus, and its elements.
pub struct Paper {
    pub no: String,
    pub document: Document,
}

impl Paper {
    pub fn meta(&self) -> Meta {
        Meta {
            title: self.document.title.concat(),
            author: self.document.signatures.concat(),
            at: Millis(1_773_100_000_000),
            number: self.document.number.clone(),
        }
    }
}

/// All of them, whole and to be sealed.
pub fn papers() -> Option<Vec<Paper>> {
    let all = corpus::documents()?;
    Some(all.iter().take(TOWNS).map(paper).collect())
}

fn paper(source: &corpus::Document) -> Paper {
    let read = recognise_titled(&source.body, &source.title);
    let day: Option<Day> = source.date.parse().ok();
    let signatures = match read.signatures.is_empty() {
        true => vec![source.issuer.clone()],
        false => read.signatures,
    };
    let number = source.number.as_str();
    let document = Document {
        form: Form::Ordinary,
        copy: None,
        internal: false,
        urgency: None,
        marks: vec![format!("{}文件", source.issuer)],
        number: if number.is_empty() {
            "虹北办〔2025〕9号"
        } else {
            number
        }
        .into(),
        signers: Vec::new(),
        title: vec![source.title.clone()],
        addressee: source.recipient.clone(),
        body: read.body,
        enclosures: read.enclosures,
        signatures,
        date: read.date.or(day),
        sealed: true,
        note: read.note.or(Some("此件主动公开".into())),
        annexes: read.annexes,
        copy_to: match read.copy_to.is_empty() {
            true => {
                "区政府办公室，区委办公室，各村民委员会，各居民委员会，镇属各企业、事业单位".into()
            }
            false => read.copy_to,
        },
        printer: match read.printer.is_empty() {
            true => "党政办公室".into(),
            false => read.printer,
        },
        printed_on: read.printed_on.or(day),
        present: Vec::new(),
    };
    Paper {
        no: source.file.chars().take(2).collect(),
        document,
    }
}
