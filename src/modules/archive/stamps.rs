//! What is drawn to the millimetre: the stamp 归档章 (DA/T 22-2015, 6.3: 45 by 16 mm, six cells, red), as labels to stick on
//! and as an overlay for the first page; the label of a box's spine. Not here: lists (`papers`).
//! Invariant: one unit of the drawing is one millimetre of a sheet of A4.

use super::arrange::{Spine, Width};
use super::card::Card;
use super::number_page::term_said;
use super::papers::Paper;
use super::year::Year;
use crate::kit::text;
use crate::ui::{Markup, html};

/// The stamp.
const WIDE: f64 = 45.0;
const HIGH: f64 = 16.0;
/// Labels of a sheet: four beside each other, with room to cut.
const ACROSS: usize = 4;
const DOWN: usize = 14;
/// A4 in mm.
const PAPER: (f64, f64) = (210.0, 297.0);
const SAID: &str = "A4 纸竖放，缩放一定选 100%（实际大小），边距选“无”。";

/// A sheet with a drawing in millimetres.
fn sheet(label: &str, drawing: &Markup) -> Markup {
    html! {
        section.page.bare aria-label=(label) {
            svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 210 297" role="img" aria-label=(label) { (drawing) }
        }
    }
}

/// The stamp at a place: 全宗号、年度、件号 over 机构（问题）、保管期限、页数.
fn stamp((x, y): (f64, f64), (year, card): (&Year, &Card)) -> Markup {
    let n = card
        .place
        .as_ref()
        .map_or_else(String::new, |p| format!("{:04}", p.n));
    let pages = year.pages(card).map_or_else(String::new, |n| n.to_string());
    let cells = [
        year.settings.fonds.clone(),
        year.year.to_string(),
        n,
        card.office.clone(),
        term_said(card.term).to_owned(),
        pages,
    ];
    let (w, h) = (WIDE / 3.0, HIGH / 2.0);
    let placed: Vec<(f64, f64, String)> = (0_u8..)
        .zip(cells)
        .map(|(i, text)| {
            let (column, line) = (f64::from(i % 3), f64::from(i / 3));
            (x + w * (column + 0.5), y + h * (line + 0.68), text)
        })
        .collect();
    html! {
        g.seal-red fill="none" stroke="#d00000" stroke-width="0.3" {
            rect x=(x) y=(y) width=(WIDE) height=(HIGH) {}
            line x1=(x) y1=(y + h) x2=(x + WIDE) y2=(y + h) {}
            line x1=(x + w) y1=(y) x2=(x + w) y2=(y + HIGH) {}
            line x1=(x + 2.0 * w) y1=(y) x2=(x + 2.0 * w) y2=(y + HIGH) {}
        }
        @for (cx, cy, text) in &placed {
            text x=(cx) y=(cy) font-size=(size(text, w)) text-anchor="middle" fill="#d00000" { (text) }
        }
    }
}

/// The size at which a text fits its cell.
fn size(said: &str, room: f64) -> f64 {
    let half = u32::try_from(text::width(said)).unwrap_or(1).max(1);
    (room * 0.9 / (f64::from(half) * 0.5)).min(4.2)
}

/// The stamp alone, where it belongs on the first page: in the middle of the head's blank.
pub(super) fn over_first_page((year, card): (&Year, &Card)) -> Paper {
    let place = ((PAPER.0 - WIDE) / 2.0, 9.0);
    let said =
        format!("把文件的首页放进打印机再印这一页，章落在上端居中的空白处；先用白纸试一张。{SAID}");
    let leaf = sheet("归档章套印页", &stamp(place, (year, card)));
    ("归档章".into(), leaf, said)
}

/// Stamps of many pieces, to be cut and stuck on.
pub(super) fn labels(year: &Year, cards: &[&Card]) -> Paper {
    let sheets: Vec<Markup> = cards
        .chunks(ACROSS * DOWN)
        .map(|some| {
            let drawn: Vec<Markup> = (0_u16..)
                .zip(some)
                .map(|(i, card)| {
                    let (column, line) = (i % 4, i / 4);
                    let x = 9.0 + f64::from(column) * (WIDE + 4.0);
                    let y = 10.0 + f64::from(line) * (HIGH + 4.0);
                    stamp((x, y), (year, card))
                })
                .collect();
            sheet("归档章", &html! { @for d in &drawn { (d) } })
        })
        .collect();
    let said = format!(
        "共 {} 页，剪下贴在每件首页上端的空白处。{SAID}",
        sheets.len()
    );
    let leaves = html! { @for s in &sheets { (s) } };
    ("归档章".into(), leaves, said)
}

/// Height of a spine's label: a box is 310 mm high, and A4 paper is not.
const SPINE: f64 = 270.0;

/// Labels of the boxes' spines, as many on a sheet as fit.
pub(super) fn spines_of(year: &Year, boxes: &[Spine], width: Width) -> Paper {
    let wide = f64::from(width.0);
    let fit = match width.0 {
        20 => 8,
        30 => 5,
        _ => 4,
    };
    let sheets: Vec<Markup> = boxes
        .chunks(fit)
        .map(|some| {
            let drawn: Vec<Markup> = (0_u8..)
                .zip(some)
                .map(|(i, s)| spine((10.0 + f64::from(i) * (wide + 4.0), 13.0), wide, (year, s)))
                .collect();
            sheet("盒脊", &html! { @for d in &drawn { (d) } })
        })
        .collect();
    if sheets.is_empty() {
        let none = html! { p { "还没有装盒。请返回，先按“装盒”。" } };
        return ("盒脊".into(), none, String::new());
    }
    let said = format!(
        "盒脊宽 {} 毫米。盒高 310 毫米，A4 纸印不下，标签按 270 毫米印，剪下贴在盒脊正中。{SAID}",
        width.0
    );
    ("盒脊".into(), html! { @for s in &sheets { (s) } }, said)
}

/// One spine: 全宗号、年度、保管期限、机构（问题）、起止件号、盒号 from top to bottom.
fn spine((x, y): (f64, f64), wide: f64, (year, s): (&Year, &Spine)) -> Markup {
    let rows = [
        ("全宗号", vec![year.settings.fonds.clone()]),
        ("年度", vec![year.year.to_string()]),
        ("保管期限", vec![s.term.label().to_owned()]),
        ("机构（问题）", vec![s.office.clone()]),
        (
            "起止件号",
            vec![
                format!("{:04}", s.from),
                "—".to_owned(),
                format!("{:04}", s.to),
            ],
        ),
        ("盒号", vec![s.no.to_string()]),
    ];
    let step = SPINE / 6.0;
    let middle = x + wide / 2.0;
    html! {
        rect x=(x) y=(y) width=(wide) height=(SPINE) fill="none" stroke="#000" stroke-width="0.3" {}
        @for (i, (label, words)) in (0_u8..).zip(&rows) {
            @let top = y + step * f64::from(i);
            @if i > 0 { line x1=(x) y1=(top) x2=(x + wide) y2=(top) stroke="#000" stroke-width="0.2" {} }
            line x1=(x) y1=(top + 9.0) x2=(x + wide) y2=(top + 9.0) stroke="#000" stroke-width="0.2" {}
            text x=(middle) y=(top + 6.2) font-size=(size(label, wide)) text-anchor="middle" { (label) }
            @for (k, word) in (0_u8..).zip(words) {
                text x=(middle) y=(top + 22.0 + f64::from(k) * 8.0) font-size=(size(word, wide).max(3.0) * 1.3) text-anchor="middle" { (word) }
            }
        }
    }
}
