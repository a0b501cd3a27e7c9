//! What comes out of the printer: each sheet opens, and the browser's own printing makes one A4 page of
//! the handling sheet, with its code.

use super::album::Album;
use super::office::Pc;

/// A4 in points, and how far rounding may take it.
const A4: (f64, f64) = (595.3, 841.9);
const ROUNDED: f64 = 1.5;

pub fn sheets_open_and_print(pc: &mut Pc, case: &str, album: &mut Album) {
    pc.sit("宋小笺");
    for (sheet, says) in [
        ("handling", "收文处理单"),
        ("circulation", "公文传阅单"),
        ("ledger", "来文处理流程台账"),
    ] {
        pc.goto(&format!("{case}/print/{sheet}"));
        pc.reads(&[says, "墨川县砚田镇人民政府"]);
        assert_eq!(pc.browser.count("svg.qr"), 1, "{sheet} has its code");
        album.take(pc, &format!("print-{sheet}"));
        let pages = pages(&pc.browser.print());
        assert_eq!(pages.len(), 1, "{sheet} prints on {} pages", pages.len());
        let (wide, high) = pages[0];
        let is_a4 = (wide - A4.0).abs() < ROUNDED && (high - A4.1).abs() < ROUNDED;
        assert!(is_a4, "{sheet}: {wide} × {high} points");
    }
}

/// Width and height of each page of a PDF as Chromium writes it.
pub fn pages(pdf: &[u8]) -> Vec<(f64, f64)> {
    let text = String::from_utf8_lossy(pdf);
    let objects = text.split("endobj");
    let page = |object: &&str| object.contains("/Type /Page\n") || object.contains("/Type /Page ");
    objects.filter(page).map(media_box).collect()
}

fn media_box(object: &str) -> (f64, f64) {
    let (_, after) = object.split_once("/MediaBox [").unwrap();
    let (inside, _) = after.split_once(']').unwrap();
    let numbers: Vec<f64> = inside
        .split_whitespace()
        .map(|n| n.parse().unwrap())
        .collect();
    (numbers[2], numbers[3])
}
