//! The document check over the corpus: how often each rule finds something in each real document, as read and judged
//! true one by one. `INKSTONE_BLESS=1` writes the list anew; `--nocapture` shows every finding for reading.

use crate::support::corpus;
use inkstone::kit::Day;
use inkstone::layout::check::{Finding, KINDS, Spot, Subject, apply_all, check};
use inkstone::layout::document::{Document, Form};
use inkstone::layout::recognise::recognise_titled;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const LIST: &str = include_str!("check.txt");

/// The 文种 a title ends with; regulations issued without one have none.
fn kind_of(title: &str) -> &str {
    let named = KINDS.iter().find(|k| title.ends_with(**k));
    named.copied().unwrap_or_default()
}

fn document_of(paper: &corpus::Document) -> Document {
    let read = recognise_titled(&paper.body, &paper.title);
    Document {
        form: Form::Ordinary,
        copy: None,
        internal: false,
        urgency: None,
        marks: Vec::new(),
        number: paper.number.clone(),
        signers: Vec::new(),
        title: vec![paper.title.clone()],
        addressee: paper.recipient.clone(),
        body: read.body,
        enclosures: read.enclosures,
        signatures: read.signatures,
        date: read.date,
        sealed: false,
        note: read.note,
        annexes: read.annexes,
        copy_to: read.copy_to,
        printer: read.printer,
        printed_on: read.printed_on,
        present: read.present,
    }
}

fn findings(paper: &corpus::Document, text: &str) -> Vec<Finding> {
    check(&Subject {
        document: &document_of(paper),
        text,
        kind: kind_of(&paper.title),
        files: None,
        openness: None,
        today: Day::new(2026, 11, 22).unwrap(),
    })
}

fn told(text: &str, f: &Finding) -> String {
    let place = match f.spot {
        Spot::Element(e) => format!("{e:?}"),
        Spot::Line { n, from, to } => {
            let line: Vec<char> = text.split('\n').nth(n).unwrap().chars().collect();
            let part = |a: usize, b: usize| line[a..b].iter().collect::<String>();
            let (before, after) = (from.saturating_sub(10), (to + 10).min(line.len()));
            format!(
                "{n} {}[{}]{}",
                part(before, from),
                part(from, to),
                part(to, after)
            )
        }
    };
    format!("{} | {place} | {}", f.rule, f.says)
}

#[test]
fn what_it_finds_in_real_documents_is_there() {
    let Some(papers) = corpus::documents() else {
        return;
    };
    let mut list = String::new();
    for paper in &papers {
        let found = findings(paper, &paper.body);
        let mut many: BTreeMap<&str, usize> = BTreeMap::new();
        for f in &found {
            println!("{} {}", paper.file, told(&paper.body, f));
            *many.entry(f.rule).or_default() += 1;
        }
        let counts: Vec<String> = many.iter().map(|(rule, n)| format!("{rule} {n}")).collect();
        let number = paper.file.split('-').next().unwrap();
        writeln!(list, "{number}: {}", counts.join(", ")).unwrap();
        // what is mended by pressing is mended, and nothing else is found for it
        let mended = apply_all(&paper.body, &found);
        let again = findings(paper, &mended);
        let left: Vec<String> = again
            .iter()
            .filter(|f| f.mend.is_some())
            .map(|f| told(&mended, f))
            .collect();
        assert_eq!(left, Vec::<String>::new(), "{}", paper.file);
    }
    if std::env::var_os("INKSTONE_BLESS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/official/check.txt");
        std::fs::write(path, &list).unwrap();
        return;
    }
    assert_eq!(list, LIST);
}
