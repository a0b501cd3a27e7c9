//! The archive's papers as Chromium prints them: each leaf is one page of paper, neither cut nor followed by an empty one.
//! Not here: what stands on them (`story`).

use super::{accept_all, carded, desk, on_paper, press};
use crate::support::browser::{Browser, look_folder};
use crate::support::office::Office;
use crate::support::town::Town;
use crate::verify::office::through_all_hands;
use inkstone::modules::archive::{Term, Width};
use serde_json::json;

/// Pages of a PDF as Chromium writes it.
fn pages(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    let page = |o: &&str| o.contains("/Type /Page\n") || o.contains("/Type /Page ");
    text.split("endobj").filter(page).count()
}

#[test]
fn each_paper_prints_as_the_leaves_it_has() {
    let town = Town::new("archive-prints");
    through_all_hands(&town);
    carded(&town);
    for n in 0..60 {
        let title = format!("第{n}次防火检查的照片和现场记录").repeat(1 + (n as usize) % 4);
        on_paper(&town, 20 + n, (&title, Some(Term::D10)));
    }
    accept_all(&town, 90);
    let archive = desk(&town);
    let year = archive.year(2026).unwrap();
    archive.number(&year, &press(&town, 91)).unwrap();
    let year = archive.year(2026).unwrap();
    archive
        .put_in_boxes(&year, Width(20), &press(&town, 92))
        .unwrap();
    let card = archive.year(2026).unwrap().numbered()[0].id;
    // a lent one for the slip, an expired one for the destruction list
    town.clock.advance(12 * 366 * 86_400_000);
    let office = Office::of(town);
    let Some(mut browser) = Browser::open(office.at(2).address) else {
        return;
    };
    let archivist = office.admin();
    browser.goto("/login");
    let cookies = archivist.cookies.iter();
    let cookies = cookies.map(|(n, v)| json!({ "name": n, "value": v, "path": "/" }));
    browser.set_cookies(&cookies.collect::<Vec<_>>().into());
    let of_year = [
        "catalogue",
        "cover",
        "stamp",
        "transfer",
        "remarks",
        "spine",
    ];
    let mut all: Vec<(String, String)> = of_year
        .map(|p| {
            (
                p.to_owned(),
                format!("/archive/print/{p}?year=2026&width=20"),
            )
        })
        .into();
    all.push(("destroy".into(), "/archive/print/destroy".into()));
    all.push(("slip".into(), format!("/archive/print/slip?card={card}")));
    all.push((
        "stamp-one".into(),
        format!("/archive/print/stamp?card={card}"),
    ));
    for (paper, at) in all {
        browser.goto(&at);
        let leaves = browser.count("section.page");
        assert!(leaves >= 1, "{paper}");
        let pdf = browser.print();
        let kept = look_folder().join(format!("archive-{paper}.pdf"));
        std::fs::write(kept, &pdf).unwrap();
        assert_eq!(pages(&pdf), leaves, "{paper}");
        if ["slip", "stamp-one"].contains(&paper.as_str()) {
            assert_eq!(leaves, 1, "{paper}");
        }
    }
    assert_eq!(browser.complaints(), [""; 0]);
}
