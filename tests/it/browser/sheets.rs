//! The sheets of the help come out of the printer on one page of A4 each, and can be read on a telephone.

use super::album::both_widths;
use super::desks::Desks;
use super::paper::pages;

#[test]
fn every_sheet_of_the_help_fits_one_page() {
    let Some(mut desks) = Desks::open("sheets", &["宋小笺"]) else {
        return;
    };
    desks.sit("宋小笺");
    desks.goes("/help", "打印一页，贴在桌上");
    let links = desks.browser.attributes(".side a", "href");
    let sheets: Vec<String> = links
        .into_iter()
        .filter(|at| at.starts_with("/help/sheet/") || at == "/help/emergency")
        .collect();
    assert_eq!(sheets.len(), 10, "{sheets:?}");
    for at in sheets {
        desks.goes(&at, "有事");
        let pages = pages(&desks.browser.print());
        assert_eq!(pages.len(), 1, "{at}");
        let (wide, high) = pages[0];
        assert!(
            wide < high && (wide - 595.3).abs() < 1.5,
            "{at}: {wide} × {high}"
        );
        both_widths(&mut desks.browser, &format!("help{}", at.replace('/', "-")));
    }
}
