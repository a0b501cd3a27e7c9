//! Real documents through the engine into all three files: what other programs read is what the pages say, and a copy to be
//! edited breaks its first page like the print.

use super::made;
use crate::support::corpus;
use crate::support::libre;
use crate::support::outside::{dense, ofd_text, pdf_text, qpdf_faults};
use inkstone::layout::document::{Document, Form};
use inkstone::layout::font::fallback;
use inkstone::layout::page::{Pages, Piece};
use inkstone::layout::recognise::recognise_titled;
use inkstone::layout::set::lay_out;
use inkstone::layout::{docx, ofd, pdf};

/// A document of the corpus under a town's mark.
fn document(of: &corpus::Document) -> Document {
    let found = recognise_titled(&of.body, &of.title);
    Document {
        form: Form::Ordinary,
        copy: None,
        internal: false,
        urgency: None,
        marks: vec!["白石镇人民政府文件".into()],
        number: of.number.clone(),
        signers: Vec::new(),
        title: vec![of.title.clone()],
        addressee: of.recipient.trim_end_matches('：').to_owned(),
        body: found.body,
        enclosures: found.enclosures,
        signatures: vec![of.issuer.clone()],
        date: of.date.parse().ok(),
        sealed: true,
        note: found.note,
        annexes: found.annexes,
        copy_to: found.copy_to,
        printer: found.printer,
        printed_on: found.printed_on,
        present: found.present,
    }
}

fn said(pages: &Pages) -> String {
    let pieces = pages.pages.iter().flat_map(|p| &p.pieces);
    let texts = pieces.filter_map(|p| match p {
        Piece::Text(text) => Some(text.text.as_str()),
        Piece::Rule(_) | Piece::Picture(_) | Piece::Shape(_) => None,
    });
    dense(&texts.collect::<String>())
}

/// As many of each character: tables and joint marks are read by rows here and by columns there.
fn sorted(text: &str) -> Vec<char> {
    let mut all: Vec<char> = text.chars().collect();
    all.sort_unstable();
    all
}

#[test]
fn real_documents_read_the_same_from_pdf_and_ofd() {
    let Some(all) = corpus::documents() else {
        return;
    };
    for of in &all {
        let fonts = fallback();
        let pages = lay_out(&document(of), &fonts);
        let source = said(&pages);
        assert!(source.chars().count() > 100, "{}", of.file);
        let file = pdf::write(&pages, &fonts, &made::meta()).unwrap();
        let Some(faults) = qpdf_faults(&file) else {
            return;
        };
        assert_eq!(faults, "", "{}", of.file);
        let Some(text) = pdf_text(&file, &["-raw"]) else {
            return;
        };
        let text = dense(&text);
        assert_eq!(sorted(&text), sorted(&source), "{}", of.file);
        let other = ofd::write(&pages, &fonts, &made::meta()).unwrap();
        let Some(text) = ofd_text(&other) else {
            return;
        };
        assert_eq!(sorted(&dense(&text)), sorted(&source), "{}", of.file);
    }
}

/// The lines of the first page's text below the title, as they break.
fn first_page(pdf: &[u8]) -> Option<Vec<String>> {
    let text = pdf_text(pdf, &["-layout", "-f", "1", "-l", "1"])?;
    let lines: Vec<String> = text.lines().map(dense).filter(|l| !l.is_empty()).collect();
    Some(lines)
}

#[test]
fn a_copy_to_be_edited_breaks_its_first_page_like_the_print() {
    let Some(all) = corpus::documents() else {
        return;
    };
    let (mut same, mut other) = (0, Vec::new());
    for of in &all {
        let fonts = fallback();
        let document = document(of);
        let print = pdf::write(&lay_out(&document, &fonts), &fonts, &made::meta()).unwrap();
        let copy = docx::write(&document, &made::meta()).unwrap();
        let Some(copy) = libre::printed(&copy) else {
            return;
        };
        let (Some(ours), Some(theirs)) = (first_page(&print), first_page(&copy)) else {
            return;
        };
        let (a, b) = (breaks(&ours), breaks(&theirs));
        let end = a.last().min(b.last()).copied().unwrap_or(0);
        let differ = a.iter().filter(|at| **at < end && !b.contains(at)).count();
        println!(
            "{}: {differ} of {} breaks, {} and {} lines",
            of.file,
            a.len(),
            ours.len(),
            theirs.len()
        );
        if differ <= 1 {
            same += 1
        } else {
            other.push(format!("{ours:#?}{theirs:#?}"))
        }
        if let Ok(to) = std::env::var("KEEP") {
            std::fs::write(format!("{to}/{}-print.pdf", of.file), &print).unwrap();
            std::fs::write(format!("{to}/{}-copy.pdf", of.file), &copy).unwrap();
        }
    }
    println!("{same} of {}: {}", all.len(), other.join("\n"));
}

/// After how many characters each line ends, the page number's line left out.
fn breaks(lines: &[String]) -> Vec<usize> {
    let text = lines.iter().take(lines.len().saturating_sub(1));
    let ends = text.scan(0, |sum, line| {
        *sum += line.chars().count();
        Some(*sum)
    });
    ends.collect()
}
