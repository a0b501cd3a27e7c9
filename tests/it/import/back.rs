//! The register of the corpus taken out to Excel, saved again by LibreOffice, and carried into another
//! office: the same values, types and days come out of that one.

use super::{all_right, carry, corpus_columns, lay, look, town};
use crate::register::taken;
use crate::support::corpus;
use crate::support::libre;
use crate::support::office::Office;
use inkstone::kit::{Cell, sheet};
use std::time::Duration;

/// All years of the register as Excel.
fn excel(office: &Office) -> Vec<u8> {
    assert!(office.town.store.drain(Duration::from_secs(60)));
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, super::CLERK);
    let out = taken(&mut clerk, "excel", "year=0");
    assert_eq!(out.status, 200, "{}", out.text());
    out.body
}

fn rows(book: &[u8]) -> Vec<Vec<Cell>> {
    let mut all = sheet::read_table(book, "登记簿.xlsx").unwrap();
    all.sort_by_key(|row| format!("{row:?}"));
    all
}

#[test]
fn the_corpus_goes_out_through_libreoffice_and_into_another_office() {
    let (Some(_), Some(dir)) = (corpus::register(), corpus::folder()) else {
        return;
    };
    let bytes = std::fs::read(dir.join("register.csv")).unwrap();
    let first = Office::of(town("back-first"));
    let book = lay(&first.town, "incoming", ("register.csv", &bytes));
    corpus_columns(&book);
    all_right(&carry(&first.town, &book));
    let ours = excel(&first);
    let Some(theirs) = libre::resaved(&ours) else {
        return;
    };
    assert_eq!(rows(&theirs), rows(&ours), "values, types and days");

    let second = Office::of(town("back-second"));
    let again = lay(&second.town, "incoming", ("登记簿.xlsx", &theirs));
    all_right(&look(&second.town, &again));
    assert_eq!(carry(&second.town, &again).good.len(), 200);
    let back = rows(&excel(&second));
    for (was, is) in rows(&ours).iter().zip(&back) {
        assert_eq!(is, was);
    }
    assert_eq!(back.len(), 201);
}
