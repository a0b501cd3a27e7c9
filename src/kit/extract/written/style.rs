//! What the named styles of a Word file say of its paragraphs: in the middle, counted, how large.
//! Not here: any other look. Invariant: a style that rests on itself comes to an end.

use super::super::markup::{Piece, Pieces, attribute, pieces};
use std::collections::BTreeMap;

/// Styles read, and how many may rest on one another.
const MOST: usize = 5000;
const DEEP: usize = 16;

/// What is said of a paragraph; nothing where it is not said.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Look {
    pub centred: Option<bool>,
    pub list: Option<String>,
    pub level: Option<usize>,
    pub size: Option<u32>,
    /// The style that gave the list.
    pub by: String,
    rests_on: String,
}

#[derive(Default)]
pub(super) struct Styles {
    all: BTreeMap<String, Look>,
    default: String,
}

impl Styles {
    pub(super) fn of(xml: &str) -> Self {
        let mut styles = Self::default();
        let (mut id, mut look) = (String::new(), Look::default());
        let mut pieces: Pieces<'_> = pieces(xml);
        while let Some(piece) = pieces.next() {
            match piece {
                Piece::Open("style", a) => {
                    id = attribute(a, "styleId").unwrap_or_default().into_owned();
                    look = Look::default();
                    let says = |name, word: &str| attribute(a, name).is_some_and(|v| v == word);
                    if says("type", "paragraph") && says("default", "1") {
                        styles.default.clone_from(&id);
                    }
                }
                Piece::Open("basedOn", a) => look.rests_on = val(a),
                // the look of a table's first row is not the paragraph's
                Piece::Open(name @ ("tblStylePr" | "pPrChange" | "rPrChange"), _) => {
                    pieces.leave(name);
                }
                Piece::Open(name, a) => look.take(name, a),
                Piece::Close("style") if styles.all.len() < MOST => {
                    styles
                        .all
                        .insert(std::mem::take(&mut id), std::mem::take(&mut look));
                }
                _ => {}
            }
        }
        styles
    }

    /// What a style says, with what it rests on.
    pub(super) fn look(&self, style: &str) -> Look {
        let mut look = Look::default();
        let mut at = if style.is_empty() {
            &self.default
        } else {
            style
        };
        for _ in 0..DEEP {
            let Some(found) = self.all.get(at) else {
                break;
            };
            if look.list.is_none() && found.list.is_some() {
                look.list.clone_from(&found.list);
                look.by = at.to_owned();
            }
            look.level = look.level.or(found.level);
            look.centred = look.centred.or(found.centred);
            look.size = look.size.or(found.size);
            at = &found.rests_on;
        }
        look
    }
}

impl Look {
    /// Takes what one element says, if it is of these.
    pub(super) fn take(&mut self, name: &str, a: &str) {
        match name {
            "jc" => self.centred = Some(val(a) == "center"),
            "numId" => self.list = Some(val(a)),
            "ilvl" => self.level = val(a).parse().ok(),
            "sz" => self.size = val(a).parse().ok(),
            _ => {}
        }
    }
}

pub(super) fn val(a: &str) -> String {
    attribute(a, "val").unwrap_or_default().into_owned()
}
