//! Text of OFD (GB/T 33190): the `TextCode` of every page, joined into lines by where they stand.
//! Not here: fonts, seals, pictures. A page without letters is a scan and gives nothing.

use super::markup::{Piece, attribute, pieces};
use super::office::Parts;
use super::{Extent, join_lines, without_folio};
use crate::kit::unpack;

/// Two texts belong to one line where their tops differ less than this, in mm.
const LINE: f64 = 1.0;
/// Pages read; a yearbook has fewer.
const MOST_PAGES: usize = 2000;
/// Templates read.
const MOST_TEMPLATES: usize = 16;

pub(super) fn read(zip: &[u8], extent: Extent) -> Option<String> {
    let mut parts = Parts::of(zip);
    let mut pages = page_names(zip);
    pages.truncate(match extent {
        Extent::Whole => MOST_PAGES,
        Extent::FirstPage => 1,
    });
    let mut all = Vec::new();
    // what stands on every page is part of the first one: a head, or a mark
    for template in template_names(zip) {
        let xml = parts.text(&template).unwrap_or_default();
        all.extend(lines(&xml));
    }
    for page in &pages {
        all.extend(without_folio(lines(&parts.text(page)?)));
    }
    let all = match extent {
        Extent::FirstPage => all.join("\n"),
        Extent::Whole => join_lines(&all),
    };
    (!pages.is_empty()).then_some(all)
}

/// The pages of all documents inside, in the order of document and page number.
fn page_names(zip: &[u8]) -> Vec<String> {
    let pages = named(zip, |name| {
        name.contains("/pages/") && name.ends_with("content.xml")
    });
    if !pages.is_empty() {
        return pages;
    }
    // some writers have other names for them
    named(zip, |name| {
        name.contains("/pages/") && name.ends_with(".xml")
    })
}

fn template_names(zip: &[u8]) -> Vec<String> {
    let mut all = named(zip, |name| {
        name.contains("/tpls/") && name.ends_with(".xml")
    });
    all.truncate(MOST_TEMPLATES);
    all
}

fn named(zip: &[u8], is: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found: Vec<(Vec<u32>, String)> = unpack::entries(zip)
        .unwrap_or_default()
        .into_iter()
        .filter(|e| is(&e.name.to_ascii_lowercase()))
        .map(|e| (numbers(&e.name), e.name))
        .collect();
    found.sort();
    found.into_iter().map(|(_, name)| name).collect()
}

fn numbers(name: &str) -> Vec<u32> {
    name.split(|c: char| !c.is_ascii_digit())
        .filter_map(|n| n.parse().ok())
        .collect()
}

fn lines(xml: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let (mut top, mut base, mut at) = (0.0, 0.0, f64::NEG_INFINITY);
    let mut inside = false;
    for piece in pieces(xml) {
        match piece {
            Piece::Open("TextObject", attributes) => {
                let boundary = attribute(attributes, "Boundary").unwrap_or_default();
                top = number(boundary.split_whitespace().nth(1));
            }
            Piece::Open("TextCode", attributes) => {
                inside = true;
                if let Some(y) = attribute(attributes, "Y") {
                    base = number(Some(&y));
                }
            }
            Piece::Close("TextCode") => inside = false,
            Piece::Text(text) if inside => {
                let y = top + base;
                match lines.last_mut() {
                    Some(line) if (y - at).abs() < LINE => line.push_str(&text),
                    _ => lines.push(text.into_owned()),
                }
                at = y;
            }
            _ => {}
        }
    }
    lines
}

fn number(text: Option<&str>) -> f64 {
    text.and_then(|t| t.parse().ok()).unwrap_or(0.0)
}
