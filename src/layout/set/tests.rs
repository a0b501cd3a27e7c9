//! The standard's distances measured on laid pages, and rules of pages held for texts of every length.
//! Not here: files made of them. Invariant: what is measured is where the pieces stand, not what the code meant.

mod whole;

use super::grid::{ADVANCE, BOTTOM, HEIGHT, LEFT, PITCH, RIGHT, TOP, WIDTH};
use super::*;
use crate::kit::Day;
use crate::layout::document::{Block, Level};
use crate::layout::font::fallback;
use crate::layout::page::{Ink, Piece, Place, Rule, Text};

/// The standard is measured within this, mm.
const NEAR: f64 = 0.5;

pub fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= NEAR
}

pub fn paragraph(text: &str) -> Block {
    Block::Paragraph {
        level: Level::Text,
        lead: 0,
        text: text.into(),
    }
}

pub fn heading(level: Level, text: &str) -> Block {
    Block::Paragraph {
        level,
        lead: text.chars().count(),
        text: text.into(),
    }
}

/// An invented notice whose text has this many characters.
pub fn notice(length: usize) -> Document {
    let sentence = "各村各部门要按照职责分工抓好落实不层层开会不另要报表";
    let text: String = sentence.chars().cycle().take(length).collect();
    Document {
        form: Form::Ordinary,
        copy: Some("000001".into()),
        internal: false,
        urgency: Some("加急".into()),
        marks: vec!["砚田镇人民政府文件".into()],
        number: "砚政发〔2026〕7号".into(),
        signers: Vec::new(),
        title: vec!["砚田镇人民政府关于开展春季森林防火隐患排查整治的通知".into()],
        addressee: "各村民委员会，镇属各部门".into(),
        body: vec![paragraph(&text)],
        enclosures: Vec::new(),
        signatures: vec!["砚田镇人民政府".into()],
        date: Day::new(2026, 3, 11),
        sealed: true,
        note: Some("联系人：范未然，电话：5550119".into()),
        annexes: Vec::new(),
        copy_to: "墨川县应急管理局".into(),
        printer: "砚田镇党政综合办公室".into(),
        printed_on: Day::new(2026, 3, 12),
        present: Vec::new(),
    }
}

pub fn laid(document: &Document) -> Pages {
    lay_out(document, &fallback())
}

pub fn place(pages: &Pages, element: Element) -> &Place {
    let found = pages.places.iter().find(|p| p.element == element);
    found.unwrap_or_else(|| panic!("{element:?} has no place"))
}

pub fn texts(pages: &Pages, page: usize) -> impl Iterator<Item = &Text> {
    pages.pages[page].pieces.iter().filter_map(|p| match p {
        Piece::Text(t) => Some(t),
        _ => None,
    })
}

fn rules(pages: &Pages, page: usize) -> Vec<&Rule> {
    let rules = pages.pages[page].pieces.iter().filter_map(|p| match p {
        Piece::Rule(r) => Some(r),
        _ => None,
    });
    rules.collect()
}

/// Of all pages, without their numbers.
fn runs(pages: &Pages) -> impl Iterator<Item = &Text> {
    let all = (0..pages.pages.len()).flat_map(|n| texts(pages, n));
    all.filter(|t| t.at.1 < BOTTOM + 1.0)
}

fn all_text(pages: &Pages) -> String {
    runs(pages).map(|t| t.text.as_str()).collect()
}

fn right(text: &Text) -> f64 {
    text.at.0 + text.advances.iter().sum::<f64>()
}

#[test]
fn the_head_stands_at_the_standards_distances() {
    let pages = laid(&notice(2_000));
    let copy = place(&pages, Element::Copy).at;
    assert!(near(copy.0, LEFT) && copy.1 >= TOP && copy.1 + copy.3 <= TOP + PITCH);
    let urgency = place(&pages, Element::Urgency).at;
    assert!(near(urgency.1 - copy.1, PITCH));
    let mark = place(&pages, Element::Mark).at;
    assert!(near(mark.1, TOP + 35.0), "{mark:?}");
    let number = place(&pages, Element::Number).at;
    assert!(near(number.1, mark.1 + mark.3 + 2.0 * PITCH));
    assert!(near(number.0 + number.2 / 2.0, LEFT + WIDTH / 2.0));
    let red = rules(&pages, 0)
        .into_iter()
        .find(|r| r.ink == Ink::Red)
        .unwrap();
    assert!(near(red.from.1, number.1 + number.3 + 4.0));
    assert!(near(red.from.0, LEFT) && near(red.to.0, RIGHT) && red.preprinted);
    let title = place(&pages, Element::Title).at;
    assert!(near(title.1, red.from.1 + 2.0 * PITCH));
    // such a mark's height is chosen so that page one keeps to the lines of the others
    let line = (title.1 - TOP) / PITCH;
    assert!((line - line.round()).abs() < 0.05, "{line}");
    let drawn = texts(&pages, 0).find(|t| t.ink == Ink::Red).unwrap();
    assert!(drawn.preprinted && drawn.at.0 >= LEFT - 0.01 && right(drawn) <= RIGHT + 0.01);
}

#[test]
fn pages_have_22_lines_of_28_characters() {
    let pages = laid(&notice(4_000));
    let lines: Vec<&Text> = texts(&pages, 1)
        .filter(|t| (t.size - 16.0).abs() < 0.01)
        .collect();
    assert_eq!(lines.len(), 22);
    for pair in lines.windows(2) {
        assert!((pair[1].at.1 - pair[0].at.1 - PITCH).abs() < 1e-6);
    }
    for line in &lines {
        assert_eq!(line.text.chars().count(), 28);
        assert!((line.at.0 - LEFT).abs() < 1e-6 && (right(line) - RIGHT).abs() < 1e-6);
        assert!(line.advances.iter().all(|a| (a - ADVANCE).abs() < 1e-6));
    }
    let first = lines[0].at.1;
    assert!(near(first, super::grid::baseline(TOP, PITCH, 16.0)));
    let last = lines[21].at.1;
    assert!(last < BOTTOM && BOTTOM - last < PITCH);
}

#[test]
fn page_numbers_stand_below_the_block_at_the_outer_side() {
    let pages = laid(&notice(3_000));
    let numbers: Vec<&Place> = pages
        .places
        .iter()
        .filter(|p| p.element == Element::PageNumber)
        .collect();
    assert_eq!(numbers.len(), pages.pages.len());
    assert_eq!(numbers.len() % 2, 0);
    for number in numbers {
        let (left, top, wide, _) = number.at;
        assert!(near(top, BOTTOM + 7.0));
        match number.page % 2 {
            0 => assert!(near(left + wide, RIGHT - ADVANCE)),
            _ => assert!(near(left, LEFT + ADVANCE)),
        }
    }
}

#[test]
fn signature_date_and_seal_stand_over_one_another() {
    let pages = laid(&notice(300));
    let (date, name, seal) = (
        place(&pages, Element::Date).at,
        place(&pages, Element::Signature).at,
        place(&pages, Element::Seal).at,
    );
    assert!(near(date.0 + date.2, RIGHT - 4.0 * ADVANCE));
    let middle = |r: (f64, f64, f64, f64)| r.0 + r.2 / 2.0;
    assert!(near(middle(date), middle(name)) && near(middle(date), middle(seal)));
    assert!(near(seal.2, 42.0) && near(seal.3, 42.0));
    let text = pages
        .places
        .iter()
        .rfind(|p| matches!(p.element, Element::Body(_)))
        .unwrap();
    let below = seal.1 - (text.at.1 + text.at.3);
    assert!((0.0..=PITCH).contains(&below), "{below}");
    // both stand under the seal, its middle no lower than between them
    assert!(name.1 > seal.1 && date.1 + date.3 < seal.1 + seal.3);
    assert!(seal.1 + seal.3 / 2.0 <= date.1);
    let note = place(&pages, Element::Note).at;
    assert!(near(note.0, LEFT + 2.0 * ADVANCE) && note.1 >= date.1 + date.3 - 0.01);
}

#[test]
fn without_a_seal_the_date_begins_two_characters_further_in() {
    let mut document = notice(100);
    document.sealed = false;
    let pages = laid(&document);
    let (date, name) = (
        place(&pages, Element::Date).at,
        place(&pages, Element::Signature).at,
    );
    assert!(near(date.0, name.0 + 2.0 * ADVANCE) || near(date.0 + date.2, RIGHT - 2.0 * ADVANCE));
    assert!(pages.places.iter().all(|p| p.element != Element::Seal));
    document.signatures = vec!["镇政府".into()];
    let pages = laid(&document);
    let (date, name) = (
        place(&pages, Element::Date).at,
        place(&pages, Element::Signature).at,
    );
    assert!(near(date.0 + date.2, RIGHT - 2.0 * ADVANCE) && near(name.0, date.0 - 2.0 * ADVANCE));
}

#[test]
fn seals_of_several_organs_do_not_touch() {
    for count in 2..8 {
        let mut document = notice(200);
        document.signatures = (0..count).map(|n| format!("墨川县第{n}管理局")).collect();
        let pages = laid(&document);
        let seals: Vec<&Place> = pages
            .places
            .iter()
            .filter(|p| p.element == Element::Seal)
            .collect();
        assert_eq!(seals.len(), count);
        for (n, a) in seals.iter().enumerate() {
            assert!(
                a.at.0 >= LEFT && a.at.0 + a.at.2 <= RIGHT,
                "out of the block"
            );
            for b in seals.iter().skip(n + 1).filter(|b| b.page == a.page) {
                let (dx, dy) = (a.at.0 - b.at.0, a.at.1 - b.at.1);
                assert!(dx.hypot(dy) > 42.0, "{count}: {a:?} {b:?}");
            }
        }
        let date = place(&pages, Element::Date).at;
        let last = seals.last().unwrap().at;
        assert!(near(date.0 + date.2 / 2.0, last.0 + 21.0));
    }
}

/// 此页无正文 is forbidden, and so is a first page without text: for every length of text.
#[test]
fn page_one_and_the_seals_page_show_text() {
    for length in (10..900).step_by(7) {
        let pages = laid(&notice(length));
        let text = |page: usize| {
            let body = pages
                .places
                .iter()
                .filter(|p| matches!(p.element, Element::Body(_)));
            body.into_iter().any(|p| p.page == page)
        };
        assert!(text(0), "{length}");
        assert!(text(place(&pages, Element::Seal).page), "{length}");
        assert_eq!(
            place(&pages, Element::Date).page,
            place(&pages, Element::Seal).page
        );
    }
}

#[test]
fn the_imprint_ends_the_last_even_page() {
    for length in (10..1500).step_by(29) {
        let pages = laid(&notice(length));
        let last = pages.pages.len() - 1;
        assert_eq!(pages.pages.len() % 2, 0, "{length}");
        let printer = place(&pages, Element::Printer);
        assert_eq!(printer.page, last);
        assert!(near(printer.at.1 + printer.at.3, BOTTOM));
        let mut black: Vec<&Rule> = rules(&pages, last)
            .into_iter()
            .filter(|r| r.ink == Ink::Black)
            .collect();
        black.sort_by(|a, b| a.from.1.total_cmp(&b.from.1));
        let widths: Vec<f64> = black.iter().map(|r| r.width).collect();
        assert_eq!(widths, [0.35, 0.25, 0.35]);
        assert!(
            near(black[2].from.1, BOTTOM)
                && near(black[0].from.0, LEFT)
                && near(black[0].to.0, RIGHT)
        );
        let copies = place(&pages, Element::CopyTo).at;
        let above = pages.places.iter().filter(|p| {
            p.page == last
                && !matches!(
                    p.element,
                    Element::CopyTo | Element::Printer | Element::PageNumber
                )
        });
        assert!(
            above
                .into_iter()
                .all(|p| p.at.1 + p.at.3 <= copies.1 + 0.01),
            "{length}"
        );
    }
}

#[test]
fn a_long_addressee_moves_to_the_imprint() {
    let mut document = notice(400);
    document.addressee = "墨川县各乡镇人民政府，".repeat(30);
    let pages = laid(&document);
    let addressee = place(&pages, Element::Addressee);
    assert_eq!(addressee.page, pages.pages.len() - 1);
    assert!(addressee.at.1 < place(&pages, Element::CopyTo).at.1);
    assert_eq!(place(&pages, Element::Body(0)).page, 0);
}

#[test]
fn an_upward_document_has_its_signers_beside_the_number() {
    let mut document = notice(300);
    document.form = Form::Upward;
    document.signers = vec!["苏简".into(), "范未然".into(), "宋小笺".into()];
    let pages = laid(&document);
    let (number, signer) = (
        place(&pages, Element::Number).at,
        place(&pages, Element::Signer).at,
    );
    assert!(near(number.0, LEFT + ADVANCE) && near(signer.0 + signer.2, RIGHT - ADVANCE));
    assert!(near(number.1 + number.3, signer.1 + signer.3));
    let names: Vec<Face> = texts(&pages, 0)
        .filter(|t| t.text == "苏简")
        .map(|t| t.face)
        .collect();
    assert_eq!(names, [Face::Kaiti]);
}

#[test]
fn a_letter_has_double_rules_and_no_number_on_page_one() {
    let mut document = notice(900);
    document.form = Form::Letter;
    document.marks = vec!["砚田镇人民政府".into()];
    let pages = laid(&document);
    let mark = place(&pages, Element::Mark).at;
    assert!(near(mark.1, 30.0));
    let red: Vec<&Rule> = rules(&pages, 0)
        .into_iter()
        .filter(|r| r.ink == Ink::Red)
        .collect();
    assert_eq!(red.len(), 4);
    assert!(
        red.iter()
            .all(|r| near(r.to.0 - r.from.0, 170.0) && near(r.from.0, 20.0))
    );
    assert!(near(
        red[0].from.1 - red[0].width / 2.0,
        mark.1 + mark.3 + 4.0
    ));
    assert!(red[0].width > red[1].width && red[2].width < red[3].width);
    assert!(near(red[3].from.1 + red[3].width / 2.0, 277.0));
    let number = place(&pages, Element::Number).at;
    assert!(near(number.0 + number.2, RIGHT));
    assert!(near(number.1, red[1].from.1 + 5.644 * 7.0 / 8.0));
    let numbered: Vec<usize> = pages
        .places
        .iter()
        .filter(|p| p.element == Element::PageNumber)
        .map(|p| p.page)
        .collect();
    assert_eq!(numbered, (1..pages.pages.len()).collect::<Vec<_>>());
    let last = pages.pages.len() - 1;
    assert!(rules(&pages, last).iter().all(|r| r.ink == Ink::Red) && last > 0);
    assert!(pages.places.iter().all(|p| p.element != Element::Printer));
}

#[test]
fn an_order_has_no_rule_and_no_title() {
    let mut document = notice(200);
    document.form = Form::Order;
    document.marks = vec!["砚田镇人民政府令".into()];
    document.number = "第3号".into();
    document.signatures = vec!["镇长　苏简".into()];
    let pages = laid(&document);
    let (mark, number) = (
        place(&pages, Element::Mark).at,
        place(&pages, Element::Number).at,
    );
    assert!(near(mark.1, TOP + 20.0));
    assert!(near(number.1, mark.1 + mark.3 + 2.0 * PITCH));
    let text = place(&pages, Element::Addressee).at;
    assert!(near(text.1, number.1 + number.3 + 2.0 * PITCH));
    assert!(rules(&pages, 0).iter().all(|r| r.ink != Ink::Red));
    assert!(pages.places.iter().all(|p| p.element != Element::Title));
    let date = place(&pages, Element::Date).at;
    assert!(near(date.0 + date.2, RIGHT - 4.0 * ADVANCE));
}

#[test]
fn minutes_list_who_was_present_behind_their_labels() {
    let mut document = notice(100);
    document.form = Form::Minutes;
    document.marks = vec!["砚田镇人民政府镇长办公会议纪要".into()];
    document.present = vec![
        ("出席".into(), "苏简、范未然、".repeat(9)),
        ("请假".into(), "宋小笺".into()),
    ];
    let pages = laid(&document);
    let label = runs(&pages).find(|t| t.text == "出席：").unwrap();
    assert!(label.face == Face::Heiti && near(label.at.0, LEFT + 2.0 * ADVANCE));
    let names: Vec<&Text> = runs(&pages)
        .filter(|t| t.text.contains("范未然、"))
        .collect();
    assert!(
        names.len() > 1
            && names
                .windows(2)
                .all(|w| (w[0].at.0 - w[1].at.0).abs() < 0.01)
    );
}

#[test]
fn enclosures_hang_behind_their_numbers() {
    let mut document = notice(20);
    document.enclosures = vec![
        "砚田镇森林防火隐患排查整治情况登记表和各村值守人员联系方式一览表".into(),
        "值守安排".into(),
    ];
    let pages = laid(&document);
    let named: Vec<&Text> = runs(&pages)
        .filter(|t| t.text.starts_with("砚田镇森林") || t.text == "值守安排")
        .collect();
    assert_eq!(named.len(), 2);
    assert!((named[0].at.0 - named[1].at.0).abs() < 0.01);
    let label = runs(&pages).find(|t| t.text.starts_with("附件：")).unwrap();
    assert!(near(label.at.0, LEFT + 2.0 * ADVANCE));
    let text = place(&pages, Element::Body(0)).at;
    assert!(near(
        place(&pages, Element::Enclosures).at.1,
        text.1 + text.3 + PITCH
    ));
}

#[test]
fn levels_have_their_faces() {
    let mut document = notice(10);
    document.body = vec![
        heading(Level::First, "一、排查范围"),
        heading(Level::Second, "（一）林区"),
        Block::Paragraph {
            level: Level::Second,
            lead: 6,
            text: "（二）自查。各村逐处登记。".into(),
        },
        heading(Level::Third, "1.填表"),
    ];
    let pages = laid(&document);
    let face = |text: &str| {
        runs(&pages)
            .find(|t| t.text == text)
            .unwrap_or_else(|| panic!("{text}"))
            .face
    };
    assert_eq!(face("一、排查范围"), Face::Heiti);
    assert_eq!(face("（一）林区"), Face::Kaiti);
    assert_eq!(
        (face("（二）自查。"), face("各村逐处登记。")),
        (Face::Kaiti, Face::Fangsong)
    );
    assert_eq!(face("1.填表"), Face::Fangsong);
}
