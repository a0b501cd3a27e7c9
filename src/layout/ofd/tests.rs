//! OFD files of a page made by hand, read back part by part.

use super::super::sample;
use super::*;
use crate::kit::unpack;

fn written() -> Vec<u8> {
    write(&sample::pages(), &sample::fonts(), &sample::meta()).unwrap()
}

fn part(ofd: &[u8], name: &str) -> String {
    String::from_utf8(unpack::entry(ofd, name, 1 << 20).unwrap()).unwrap()
}

/// What stands between the tags of one kind.
fn all<'a>(xml: &'a str, tag: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<ofd:{tag}"), format!("</ofd:{tag}>"));
    let inside = |rest: &'a str| Some(rest.split_once('>')?.1.split_once(&close)?.0);
    xml.split(&open).skip(1).filter_map(inside).collect()
}

#[test]
fn every_line_stands_as_its_characters_in_order() {
    let ofd = written();
    assert_eq!(ofd, written(), "the same document gives the same bytes");
    let page = part(&ofd, "Doc_0/Pages/Page_0/Content.xml");
    let plain = |s: &str| {
        s.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
    };
    let lines: Vec<String> = all(&page, "TextCode").into_iter().map(plain).collect();
    assert_eq!(lines.join("\n"), sample::WORDS.join("\n"));
    // eight ways between nine characters, the matrix taken out of them
    assert!(
        page.contains("CTM=\"0.8 0 0 1 0 0\"><ofd:FillColor Value=\"255 0 0\"/>"),
        "{page}"
    );
    assert!(page.contains("DeltaX=\"19.75 19.75 19.75 19.75 19.75 19.75 19.75 19.75\""));
}

#[test]
fn numbers_are_used_once_and_resources_are_there() {
    let ofd = written();
    let document = part(&ofd, "Doc_0/Document.xml");
    let most: u32 = all(&document, "MaxUnitID")
        .first()
        .unwrap()
        .parse()
        .unwrap();
    let names = [
        "Document",
        "PublicRes",
        "DocumentRes",
        "Pages/Page_0/Content",
        "Pages/Page_1/Content",
    ];
    let xml: String = names
        .iter()
        .map(|n| part(&ofd, &format!("Doc_0/{n}.xml")))
        .collect();
    let ids = xml
        .split(" ID=\"")
        .skip(1)
        .map(|s| s.split('"').next().unwrap());
    let mut ids: Vec<u32> = ids.map(|s| s.parse().unwrap()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((ids.len(), *ids.last().unwrap()), (count, most));
    for file in all(&xml, "FontFile").iter().chain(&all(&xml, "MediaFile")) {
        assert!(
            unpack::entry(&ofd, &format!("Doc_0/Res/{file}"), 8 << 20).is_some(),
            "{file}"
        );
    }
    let root = part(&ofd, "OFD.xml");
    assert_eq!(all(&root, "Author"), ["白石镇人民政府"]);
    assert_eq!(all(&root, "CreationDate"), ["2026-03-10"]);
}

#[test]
fn an_embedded_font_is_a_font_with_its_characters() {
    let ofd = written();
    let public = part(&ofd, "Doc_0/PublicRes.xml");
    for file in all(&public, "FontFile") {
        let bytes = unpack::entry(&ofd, &format!("Doc_0/Res/{file}"), 8 << 20).unwrap();
        let face = ttf_parser::Face::parse(&bytes, 0).unwrap();
        let found = sample::WORDS
            .concat()
            .chars()
            .filter(|c| face.glyph_index(*c).is_some())
            .count();
        assert!(
            found > 0 && face.number_of_glyphs() < 200,
            "{file}: {found}"
        );
    }
}
