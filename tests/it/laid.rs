//! The corpus as plain text through `layout`: what is recognised is what its head lines say, and the pages hold all of it
//! within the standard's measures. Not here: PDF and other files. A missing corpus is a named skip.

use crate::support::corpus;
use inkstone::layout::document::{Document, Form};
use inkstone::layout::font::fallback;
use inkstone::layout::page::{Element, Pages, Piece, Text};
use inkstone::layout::recognise::{Recognised, recognise_titled};
use inkstone::layout::set::lay_out;
use std::collections::BTreeMap;

/// Text block of the standard, mm.
const BLOCK: (f64, f64, f64, f64) = (28.0, 37.0, 184.0, 262.0);

fn read() -> Option<Vec<(corpus::Document, Recognised)>> {
    let read = |d: corpus::Document| {
        let found = recognise_titled(&d.body, &d.title);
        (d, found)
    };
    Some(corpus::documents()?.into_iter().map(read).collect())
}

fn document(source: &corpus::Document, found: &Recognised) -> Document {
    let found = found.clone();
    Document {
        form: Form::Ordinary,
        copy: Some("000001".into()),
        internal: false,
        urgency: None,
        marks: vec![format!("{}文件", source.issuer)],
        number: source.number.clone(),
        signers: Vec::new(),
        title: vec![source.title.clone()],
        addressee: found.addressee,
        body: found.body,
        enclosures: found.enclosures,
        signatures: found.signatures,
        date: found.date,
        sealed: true,
        note: found.note,
        annexes: found.annexes,
        copy_to: found.copy_to,
        printer: found.printer,
        printed_on: found.printed_on,
        present: found.present,
    }
}

fn texts(pages: &Pages) -> Vec<(usize, &Text)> {
    let all = pages.pages.iter().enumerate().flat_map(|(n, page)| {
        page.pieces.iter().filter_map(move |piece| match piece {
            Piece::Text(t) => Some((n, t)),
            _ => None,
        })
    });
    all.collect()
}

/// How often each Chinese character stands in a text.
fn counted(text: &str) -> BTreeMap<char, usize> {
    let mut counts = BTreeMap::new();
    for c in text
        .chars()
        .filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c))
    {
        *counts.entry(c).or_default() += 1;
    }
    counts
}

#[test]
fn addressees_dates_and_titles_are_recognised() {
    let Some(all) = read() else { return };
    let ends = |c: char| c == '：' || c == ':' || c.is_whitespace();
    let mut dated = 0;
    for (source, found) in &all {
        assert_eq!(
            found.addressee,
            source.recipient.trim_end_matches(ends),
            "{}",
            source.file
        );
        let squeezed = |t: &str| t.split_whitespace().collect::<String>();
        assert_eq!(
            squeezed(&found.title.concat()),
            squeezed(&source.title),
            "{}",
            source.file
        );
        let signed = found.date.is_some();
        dated += usize::from(signed);
        assert!(!signed || found.signatures.len() <= 6, "{}", source.file);
        for name in &found.signatures {
            assert!(
                !name.contains(['。', '，', '：']),
                "{}: {name}",
                source.file
            );
        }
    }
    assert!(dated >= 15, "{dated} dates of {}", all.len());
}

#[test]
fn real_documents_are_laid_out_whole() {
    let Some(all) = read() else { return };
    let fonts = fallback();
    assert!(all.len() >= 10);
    for (source, found) in &all {
        let pages = lay_out(&document(source, found), &fonts);
        let said: String = texts(&pages).iter().map(|(_, t)| t.text.as_str()).collect();
        let said = counted(&said);
        for (c, times) in counted(&source.body) {
            let found = said.get(&c).copied().unwrap_or_default();
            assert!(
                found >= times,
                "{}: {c} {found} times of {times}",
                source.file
            );
        }
    }
}

#[test]
fn every_page_of_them_keeps_to_the_text_block() {
    let Some(all) = read() else { return };
    let fonts = fallback();
    for (source, found) in &all {
        let pages = lay_out(&document(source, found), &fonts);
        for (page, text) in texts(&pages) {
            let right = text.at.0 + text.advances.iter().sum::<f64>();
            let number = text.at.1 > BLOCK.3;
            assert!(
                text.at.0 >= BLOCK.0 - 0.01 && right <= BLOCK.2 + 0.01,
                "{} page {page}: {}",
                source.file,
                text.text
            );
            assert!(
                text.at.1 > BLOCK.1,
                "{} page {page}: {}",
                source.file,
                text.text
            );
            assert!(
                !number || text.text.contains('—'),
                "{} page {page}: {}",
                source.file,
                text.text
            );
        }
        let on = |wanted: fn(&Element) -> bool| {
            let of = pages.places.iter().filter(move |p| wanted(&p.element));
            of.map(|p| p.page).collect::<Vec<_>>()
        };
        let body = on(|e| matches!(e, Element::Body(_)));
        assert!(body.contains(&0), "{}: page one shows no text", source.file);
        for page in on(|e| *e == Element::Seal) {
            assert!(
                body.contains(&page),
                "{}: the seal's page {page} shows no text",
                source.file
            );
        }
    }
}
