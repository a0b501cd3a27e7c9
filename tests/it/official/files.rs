//! The three files of one document, opened by programs that are not ours: each says the source's words in its order, the
//! PDF is whole and archival, and ink stands where the page says, measured on a drawing of it.

use super::made;
use crate::support::libre;
use crate::support::outside::{dense, ofd_text, pdf_look, pdf_text, qpdf_faults, unpacked};
use crate::support::skip::skip;
use image::RgbImage;
use inkstone::layout::font::{Face, Font, Fonts, fallback};
use inkstone::layout::{docx, ofd, pdf};
use std::sync::Arc;

/// A font with PostScript outlines, in a collection: what other PCs have.
fn postscript() -> Option<Fonts> {
    let file = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";
    let Ok(bytes) = std::fs::read(file) else {
        skip("fonts", "no fonts-noto-cjk: tests/run setup installs it");
        return None;
    };
    let bytes: Arc<[u8]> = bytes.into();
    let font = |face: Face| {
        let font = Font {
            bytes: Arc::clone(&bytes),
            index: 2,
            name: "Noto Sans CJK SC".into(),
            substitute: true,
        };
        (face, font)
    };
    Fonts::new(Face::ALL.map(font).to_vec())
}

fn written(fonts: &Fonts) -> Vec<u8> {
    pdf::write(&made::pages(), fonts, &made::meta()).unwrap()
}

#[test]
fn a_pdf_is_whole_and_reads_as_its_source() {
    let all = [Some(fallback()), postscript()];
    for fonts in all.iter().flatten() {
        let pdf = written(fonts);
        let Some(faults) = qpdf_faults(&pdf) else {
            return;
        };
        assert_eq!(faults, "");
        for args in [&[][..], &["-layout"], &["-raw"]] {
            let Some(text) = pdf_text(&pdf, args) else {
                return;
            };
            assert_eq!(dense(&text), dense(&made::words()), "{args:?}");
        }
    }
}

#[test]
fn a_pdf_keeps_the_archival_profile() {
    for fonts in [Some(fallback()), postscript()].iter().flatten() {
        let Some(pdf) = unpacked(&written(fonts)) else {
            return;
        };
        let count = |words: &str| pdf.matches(words).count();
        for words in [
            "<pdfaid:part>2",
            "/OutputIntents",
            "/GTS_PDFA1",
            "/DestOutputProfile",
            "/ViewerPreferences",
        ] {
            assert_eq!(count(words), 1, "{words}");
        }
        let faces = count("/Type /FontDescriptor");
        assert!(faces > 0);
        assert_eq!(
            faces,
            count("/FontFile2 ") + count("/FontFile3 "),
            "every font is in the file"
        );
        assert_eq!(
            faces,
            count("/ToUnicode "),
            "and its glyphs have characters"
        );
        for words in [
            "/SMask",
            "/ca ",
            "/CA ",
            "/BM ",
            "/Group",
            "/Encrypt",
            "/JavaScript",
            "/AA ",
            "/OpenAction",
            "/EmbeddedFile",
        ] {
            assert_eq!(count(words), 0, "{words}");
        }
    }
}

/// The millimetres (left, top, right, bottom) in which a page has pixels of a kind, looked at 254 to the inch.
fn ink(look: &RgbImage, within: [f64; 4], kind: impl Fn([u8; 3]) -> bool) -> Option<[f64; 4]> {
    let [left, top, right, bottom] = within;
    let mut found: Option<[f64; 4]> = None;
    for (x, y, pixel) in look.enumerate_pixels() {
        let (x, y) = (f64::from(x) / 10.0, f64::from(y) / 10.0);
        if x < left || y < top || x > right || y > bottom || !kind(pixel.0) {
            continue;
        }
        let f = found.get_or_insert([x, y, x, y]);
        *f = [f[0].min(x), f[1].min(y), f[2].max(x), f[3].max(y)];
    }
    found
}

fn red([r, g, b]: [u8; 3]) -> bool {
    r > 150 && g < 90 && b < 90
}

fn black([r, g, b]: [u8; 3]) -> bool {
    r < 90 && g < 90 && b < 90
}

fn near(got: [f64; 4], wanted: [f64; 4], by: f64) {
    for (a, b) in got.iter().zip(wanted) {
        assert!((a - b).abs() <= by, "{got:?}, not {wanted:?}");
    }
}

#[test]
fn ink_stands_where_the_page_says() {
    let Some(look) = pdf_look(&written(&fallback()), 254) else {
        return;
    };
    let (wide, high) = look.dimensions();
    assert!((2100..=2101).contains(&wide) && (2970..=2971).contains(&high));
    near(
        ink(&look, [0.0, 108.0, 210.0, 112.0], red).unwrap(),
        [28.0, 109.65, 184.0, 110.35],
        0.15,
    );
    near(
        ink(&look, [100.0, 195.0, 180.0, 245.0], red).unwrap(),
        [122.0, 200.0, 164.0, 242.0],
        0.2,
    );
    let blue = |[r, _, b]: [u8; 3]| b > 150 && r < 90;
    near(
        ink(&look, [0.0, 236.0, 80.0, 260.0], blue).unwrap(),
        [40.0, 240.0, 50.0, 250.0],
        0.15,
    );
    // nine characters of 15.8 mm, a fifth narrower than they are high
    let mark = ink(&look, [0.0, 60.0, 210.0, 95.0], red).unwrap();
    assert!(
        (34.9..38.0).contains(&mark[0]) && (175.0..=177.2).contains(&mark[2]),
        "{mark:?}"
    );
    // print lies over the seal's ink: the ring does not break the strokes of the signature
    let name = ink(&look, [121.0, 214.0, 163.0, 222.0], black).unwrap();
    assert!(name[0] < 124.0 && name[2] > 158.0, "{name:?}");
}

#[test]
fn preprinted_paper_gets_no_red_and_everything_moves_with_its_offset() {
    let options = pdf::Options {
        bare: true,
        offset: (2.0, -3.0),
    };
    let bare = pdf::write_with(&made::pages(), &fallback(), &made::meta(), options).unwrap();
    let Some(look) = pdf_look(&bare, 254) else {
        return;
    };
    assert_eq!(ink(&look, [0.0, 0.0, 210.0, 150.0], red), None);
    let full = pdf_look(&written(&fallback()), 254).unwrap();
    let line = |look: &RgbImage, y: f64| ink(look, [0.0, y - 6.0, 210.0, y + 2.0], black).unwrap();
    let (from, to) = (line(&full, 160.2), line(&look, 157.2));
    near(
        to,
        [from[0] + 2.0, from[1] - 3.0, from[2] + 2.0, from[3] - 3.0],
        0.11,
    );
}

#[test]
fn an_ofd_reads_as_its_source() {
    for fonts in [Some(fallback()), postscript()].iter().flatten() {
        let file = ofd::write(&made::pages(), fonts, &made::meta()).unwrap();
        let Some(text) = ofd_text(&file) else {
            return;
        };
        assert_eq!(dense(&text), dense(&made::words()));
    }
}

#[test]
fn a_docx_opens_in_libreoffice_with_its_words_on_the_standards_lines() {
    let file = docx::write(&made::document(), &fallback(), &made::meta()).unwrap();
    let Some(pdf) = libre::printed(&file) else {
        return;
    };
    let Some(text) = pdf_text(&pdf, &["-layout"]) else {
        return;
    };
    let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
    // what stands on the pages, without the page numbers at their feet
    let mut read = String::new();
    for (n, page) in pages.iter().enumerate() {
        let page = dense(page);
        let number = format!("—{}—", n + 1);
        read += page
            .strip_suffix(&number)
            .unwrap_or_else(|| panic!("{number} at the foot of {page}"));
    }
    assert_eq!(read, dense(&made::document_words()));
    // two characters in and 26, then 28, as the standard's page has them
    let wanted: Vec<char> = made::first_paragraph().chars().collect();
    let lines: Vec<&str> = pages[0].lines().map(str::trim).collect();
    for line in [&wanted[..26], &wanted[26..54]] {
        let line: String = line.iter().collect();
        assert!(lines.contains(&line.as_str()), "{line} in {lines:?}");
    }
}
