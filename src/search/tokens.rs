//! The words the search file is asked by: pairs of characters, and who, where and how as tokens of letters.

use super::document::Document;
use super::words::ALONE;
use crate::kit::hex;
use std::collections::BTreeSet;

pub(super) fn tokens(document: &Document, pairs: &BTreeSet<[char; 2]>) -> String {
    let mut out = String::with_capacity(pairs.len() * 7 + 64);
    for [a, b] in pairs {
        out.push(*a);
        if *b != ALONE {
            out.push(*b);
        }
        out.push(' ');
    }
    let filters = document.principals.iter().map(|p| who(*p));
    let filters = filters.chain([
        dept(document.dept),
        procedure(&document.procedure),
        state(&document.state),
    ]);
    for token in filters {
        out.push_str(&token);
        out.push(' ');
    }
    out
}

/// Tokens of more than two letters are no pairs.
pub(super) fn who(principal: i64) -> String {
    format!("who{principal:x}")
}

pub(super) fn dept(dept: i64) -> String {
    format!("dept{dept}")
}

pub(super) fn procedure(id: &str) -> String {
    format!("proc{}", hex(id.as_bytes()))
}

pub(super) fn state(id: &str) -> String {
    format!("state{}", hex(id.as_bytes()))
}
