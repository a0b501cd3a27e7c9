//! That every step is reached, and that the case can end from each. Not here: the states of a case (`explore`).

use super::Check;
use crate::engine::definition::{MoveId, Step};
use std::collections::{BTreeMap, BTreeSet};

impl Check<'_> {
    /// Every step is reached from the first one, and from each the case can end.
    pub(super) fn reach(&mut self) {
        let mut ahead: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut back: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for s in &self.p.steps {
            for n in &s.next {
                ahead.entry(&s.id).or_default().push(&n.to);
                back.entry(&n.to).or_default().push(&s.id);
            }
        }
        let first = self.p.first_step().map(|s| s.id.as_str());
        let reached = spread(first.into_iter().collect(), &ahead);
        let ends = |s: &&Step| {
            let has = |m: MoveId| s.moves.contains_key(&m);
            has(MoveId::Archive)
                || has(MoveId::LeaveOut)
                || (has(MoveId::Close) && s.next.is_empty())
        };
        let finals = self.p.steps.iter().filter(ends).map(|s| s.id.as_str());
        let ending = spread(finals.collect(), &back);
        let names: Vec<(String, bool, bool)> = self
            .p
            .steps
            .iter()
            .map(|s| {
                let id = s.id.as_str();
                (s.name.clone(), reached.contains(id), ending.contains(id))
            })
            .collect();
        for (name, reached, ending) in names {
            if !reached {
                self.say(format!("没有一条路通到环节“{name}”"));
            }
            if !ending {
                self.say(format!("从环节“{name}”走不到办结或归档，件会停在半路"));
            }
        }
    }
}

/// All that is reached from these along the ways given.
fn spread<'a>(from: Vec<&'a str>, ways: &BTreeMap<&'a str, Vec<&'a str>>) -> BTreeSet<&'a str> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut rest = from;
    while let Some(id) = rest.pop() {
        if seen.insert(id) {
            rest.extend(ways.get(id).into_iter().flatten());
        }
    }
    seen
}
