//! A part of the file as a small tree of elements. Not a validator.
//! Invariant: no deeper than [`DEEP`], no larger than [`MOST`], so that walking it needs no stack to speak of.

use crate::kit::extract::markup::{Piece, attribute, pieces};
use std::borrow::Cow;

/// Elements one in another; what stands deeper is not read.
const DEEP: usize = 48;
/// Elements of a part.
const MOST: usize = 100_000;

/// An element.
#[derive(Debug, Clone, Default)]
pub(super) struct Element<'a> {
    pub name: &'a str,
    attributes: &'a str,
    /// Its own text.
    pub text: String,
    pub children: Vec<Element<'a>>,
}

impl<'a> Element<'a> {
    /// An attribute; some writers begin its name with a small letter or make a child of it.
    pub(super) fn says(&self, name: &str) -> Option<Cow<'a, str>> {
        if self.attributes.is_empty() {
            return None;
        }
        let small = || attribute(self.attributes, &name.to_ascii_lowercase());
        attribute(self.attributes, name).or_else(small)
    }

    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|c| c.name == name)
    }

    pub(super) fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s Self> {
        self.children.iter().filter(move |c| c.name == name)
    }

    /// The text of a child, trimmed; nothing where it is empty.
    pub(super) fn word(&self, name: &str) -> Option<&str> {
        let text = self.child(name)?.text.trim();
        (!text.is_empty()).then_some(text)
    }
}

/// The outermost element.
pub(super) fn tree(xml: &str) -> Option<Element<'_>> {
    let mut open: Vec<Element<'_>> = Vec::new();
    let mut pieces = pieces(xml);
    let mut count = 0;
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Open(name, _) if open.len() >= DEEP => pieces.leave(name),
            Piece::Open(name, attributes) => {
                count += 1;
                if count > MOST {
                    break;
                }
                open.push(Element {
                    name,
                    attributes,
                    ..Element::default()
                });
            }
            Piece::Close(name) => {
                // one that was never opened closes nothing
                if open.last().is_some_and(|e| e.name == name)
                    && let Some(done) = close(&mut open)
                {
                    return Some(done);
                }
            }
            Piece::Text(text) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&text);
                }
            }
        }
    }
    loop {
        if let Some(done) = close(&mut open) {
            return Some(done);
        }
        if open.is_empty() {
            return None;
        }
    }
}

/// Ends the innermost; it is returned where it was the outermost as well.
fn close<'a>(open: &mut Vec<Element<'a>>) -> Option<Element<'a>> {
    let done = open.pop()?;
    match open.last_mut() {
        Some(parent) => {
            parent.children.push(done);
            None
        }
        None => Some(done),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn elements_stand_in_one_another() {
        let root = tree("<?xml?><o:A x='1'><o:B>甲</o:B><B/>乙</o:A><C/>").unwrap();
        assert_eq!((root.name, root.text.as_str()), ("A", "乙"));
        assert_eq!(root.says("x").as_deref(), Some("1"));
        assert_eq!(root.all("B").count(), 2);
        assert_eq!(root.word("B"), Some("甲"));
        assert!(tree("").is_none());
    }

    #[test]
    fn a_deep_or_open_one_is_read_as_far_as_it_goes() {
        let deep = tree(&"<A>".repeat(500_000)).map(|_| ()).is_some();
        assert!(deep);
        let root = tree("<A><B><C>甲").unwrap();
        assert_eq!(root.child("B").unwrap().word("C"), Some("甲"));
    }
}
