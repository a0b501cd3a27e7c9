//! PDFs of a page made by hand, read back as far as bytes tell; what other programs make of them, the integration tests say.

use super::super::font::Face;
use super::super::page::{Ink, Picture, Shape, Step, Text};
use super::super::sample;
use super::*;
use crate::kit::sniff;

fn written(options: Options) -> Vec<u8> {
    write_with(&sample::pages(), &sample::fonts(), &sample::meta(), options).unwrap()
}

/// The file with one page of these pieces.
fn of(pieces: Vec<Piece>) -> Result<Vec<u8>> {
    let mut pages = sample::pages();
    pages.pages = vec![Page { pieces }];
    write(&pages, &sample::fonts(), &sample::meta())
}

/// Every stream that unpacks, as text.
fn streams(pdf: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = pdf;
    while let Some(at) = unpack::find(rest, b">>\nstream\n") {
        rest = rest.get(at + 10..).unwrap();
        if let Some(plain) = unpack::zlib_leniently(rest, 1 << 22) {
            found.push(String::from_utf8_lossy(&plain).into_owned());
        }
    }
    found
}

/// The drawing of the first page.
fn drawn(pdf: &[u8]) -> String {
    let drawing = |s: &String| s.contains(" rg\n");
    streams(pdf).into_iter().find(drawing).unwrap()
}

fn has(pdf: &[u8], words: &str) -> bool {
    unpack::find(pdf, words.as_bytes()).is_some()
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let once = written(Options::default());
    assert_eq!(once, written(Options::default()));
    assert!(sniff::pdf_is_plain(&once));
}

#[test]
fn the_archival_profile_is_said_and_kept() {
    let pdf = written(Options::default());
    for words in [
        "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>",
        "<rdf:li>白石镇人民政府</rdf:li>",
        "<xmp:CreateDate>2026-03-09T23:46:40Z</xmp:CreateDate>",
        "/CreationDate (D:20260309234640Z)",
        "/S /GTS_PDFA1",
        "/ToUnicode",
        "/ID [",
    ] {
        assert!(has(&pdf, words), "{words}");
    }
    for words in [
        "/SMask",
        "/ca ",
        "/CA ",
        "/BM ",
        "/Encrypt",
        "/Interpolate true",
    ] {
        assert!(!has(&pdf, words), "{words}");
    }
    let count = |words: &str| String::from_utf8_lossy(&pdf).matches(words).count();
    assert_eq!(count("/Type /FontDescriptor"), count("/FontFile2"));
    assert!(count("/FontFile2") > 0);
}

#[test]
fn paper_printed_in_red_already_gets_the_rest_only_and_moved() {
    let (whole, bare) = (
        Options::default(),
        Options {
            bare: true,
            offset: (0.0, 0.0),
        },
    );
    let whole = drawn(&written(whole));
    let bare = drawn(&written(bare));
    assert!(whole.contains("1 0 0 rg") && whole.contains("1 0 0 RG"));
    assert!(!bare.contains("1 0 0 rg") && !bare.contains("1 0 0 RG"));
    let moved = Options {
        bare: true,
        offset: (1.0, -2.0),
    };
    // the number's baseline, 80 mm from the left and 104 from the top
    assert!(bare.contains("1 0 0 1 226.77165 547.0866 Tm"), "{bare}");
    assert!(drawn(&written(moved)).contains("1 0 0 1 229.6063 552.7559 Tm"));
}

#[test]
fn a_glyph_that_stands_for_two_characters_is_read_as_each() {
    let text = sample::line("甲\u{2b740}〓", Face::Fangsong, 16.0, (28.0, 50.0));
    let pdf = of(vec![Piece::Text(text)]).unwrap();
    let drawing = drawn(&pdf);
    // U+2B740 in UTF-16
    assert!(drawing.contains("/ActualText <FEFFD86DDF40>"), "{drawing}");
    assert_eq!(drawing.matches("EMC").count(), 1);
}

#[test]
fn what_cannot_be_drawn_is_left_out_and_what_cannot_be_read_is_said() {
    let none = Text {
        stretch: 0.0,
        ..sample::line("无", Face::Songti, 16.0, (28.0, 50.0))
    };
    let shape = Shape {
        path: vec![Step::Line(1.0, 1.0), Step::Close],
        ink: Ink::Black,
    };
    let pdf = of(vec![Piece::Text(none), Piece::Shape(shape)]).unwrap();
    assert!(has(&pdf, "%%EOF"));
    let torn = Picture {
        at: (10.0, 10.0),
        size: (10.0, 10.0),
        bytes: b"torn".as_slice().into(),
    };
    assert!(of(vec![Piece::Picture(torn)]).is_err());
}

#[test]
fn a_jpeg_stands_as_it_is_and_a_clear_picture_gets_a_mask() {
    let jpeg: std::sync::Arc<[u8]> = crate::kit::picture::tests::photograph(64, 48).into();
    let picture = |bytes: &std::sync::Arc<[u8]>| {
        Piece::Picture(Picture {
            at: (10.0, 10.0),
            size: (64.0, 48.0),
            bytes: bytes.clone(),
        })
    };
    let pdf = of(vec![picture(&jpeg)]).unwrap();
    assert!(unpack::find(&pdf, &jpeg).is_some() && has(&pdf, "/DCTDecode"));
    assert!(!has(&pdf, "/Mask"));
    // turned by its camera: drawn upright, so not as it is
    let turned: std::sync::Arc<[u8]> = crate::kit::picture::tests::turned(&jpeg, 6).into();
    let pdf = of(vec![picture(&turned)]).unwrap();
    assert!(!has(&pdf, "/DCTDecode") && has(&pdf, "/Width 48"));
    assert!(has(&written(Options::default()), "/Mask") && !has(&pdf, "/Mask"));
}
