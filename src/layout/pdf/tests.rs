//! PDFs of a page made by hand, read back as far as bytes tell.

use super::super::sample;
use super::*;
use crate::kit::sniff;

fn written(options: Options) -> Vec<u8> {
    write_with(&sample::pages(), &sample::fonts(), &sample::meta(), options).unwrap()
}

/// The drawing of the first page.
fn drawn(pdf: &[u8]) -> String {
    let mut rest = pdf;
    while let Some(at) = unpack::find(rest, b"stream\n") {
        rest = rest.get(at + 7..).unwrap();
        if let Some(plain) = unpack::zlib(rest, 1 << 20)
            && unpack::find(&plain, b"BT").is_some()
            && unpack::find(&plain, b"ET").is_some()
        {
            return String::from_utf8_lossy(&plain).into_owned();
        }
    }
    String::new()
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let once = written(Options::default());
    assert_eq!(once, written(Options::default()));
    assert!(sniff::pdf_is_plain(&once));
    if let Ok(to) = std::env::var("KEEP") {
        std::fs::write(format!("{to}/a.pdf"), &once).unwrap();
    }
}
