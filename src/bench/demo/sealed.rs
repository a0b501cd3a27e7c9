//! Paper with a mark of secrecy: only its number and the place it lies in are registered, never its words.
//! Numbers and places are made up. Invariant: nothing of such a paper's contents can be said here.

use super::deed::{Letter, Wish};
use super::script::Tale;
use crate::engine::definition::MoveId;

/// Number, place, working minutes since it came, whether it was given back since.
const ALL: [(&str, &str, i64, bool); 3] = [
    ("墨机要〔{y}〕2号", "机要室保密柜 1 号", 21_000, true),
    ("墨机要〔{y}〕7号", "机要室保密柜 1 号", 9_400, true),
    ("墨机要〔{y}〕11号", "机要室保密柜 2 号", 1_730, false),
];
const CLERK: &str = "宋小笺";

pub(super) fn tales() -> impl Iterator<Item = Tale> {
    ALL.into_iter().map(|(number, place, ago, given_back)| {
        let close = (2_900, CLERK, Wish::of(MoveId::Close));
        Tale {
            by: CLERK,
            head: Letter {
                procedure: "sealed-paper",
                from: "",
                number: number.to_owned(),
                title: String::new(),
                urgency: "",
                due: 0,
                file: None,
            },
            ago,
            first: Wish {
                choice: "hold",
                values: vec![("place", place.to_owned())],
                ..Wish::of(MoveId::Submit)
            },
            acts: given_back.then_some(close).into_iter().collect(),
            looked: vec![CLERK],
        }
    })
}
