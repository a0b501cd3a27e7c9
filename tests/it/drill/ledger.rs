//! What the client was told is saved, kept outside the server, with the place in the recorder's log at that
//! moment: what was acknowledged before the power went must be there, what came after may be.
//! A fact is a question in plain SQL and the answer that must be among its rows.

use crate::support::files;
use crate::support::town::Folder;
use std::collections::{BTreeMap, HashSet};

/// Which files are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Hub,
    Volumes,
}

/// Something that is so from now on.
#[derive(Debug, Clone)]
pub struct Fact {
    place: Place,
    question: &'static str,
    answer: String,
}

impl Fact {
    /// One of the answers of all volumes together.
    pub fn in_volumes(question: &'static str, answer: impl Into<String>) -> Self {
        Self::of(Place::Volumes, question, answer.into())
    }

    pub fn in_hub(question: &'static str, answer: impl Into<String>) -> Self {
        Self::of(Place::Hub, question, answer.into())
    }

    fn of(place: Place, question: &'static str, answer: String) -> Self {
        Self {
            place,
            question,
            answer,
        }
    }
}

/// The facts in the order they were told.
#[derive(Debug, Default, Clone)]
pub struct Ledger {
    facts: Vec<(u64, Fact)>,
}

impl Ledger {
    pub fn ack(&mut self, at: u64, fact: Fact) {
        self.facts.push((at, fact));
    }

    /// The ledger at a place in the log; of a folder that begins anew there.
    pub fn until(&self, at: u64) -> Self {
        let told = self.facts.iter().filter(|(told, _)| *told <= at);
        Self {
            facts: told.map(|(_, fact)| (0, fact.clone())).collect(),
        }
    }

    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// How many facts are not so, and when the first of them was told.
    pub fn missing(&self, folder: &Folder) -> (usize, Option<u64>) {
        let asked = self.ask(folder);
        let lost: HashSet<(&str, &str)> = asked
            .iter()
            .flat_map(|(question, lost, _)| lost.iter().map(|l| (*question, *l)))
            .collect();
        let is_lost = |f: &Fact| lost.contains(&(f.question, f.answer.as_str()));
        let first = self.facts.iter().find(|(_, f)| is_lost(f));
        (lost.len(), first.map(|(at, _)| *at))
    }

    /// Every fact is so.
    pub fn check(&self, folder: &Folder) {
        for (question, lost, all) in self.ask(folder) {
            assert!(
                lost.is_empty(),
                "{} of {all} acknowledged are lost ({question}): {lost:?}",
                lost.len()
            );
        }
    }

    /// Of each question the answers that are not there, and how many were told.
    fn ask(&self, folder: &Folder) -> Vec<(&str, Vec<&str>, usize)> {
        let mut asked: BTreeMap<(Place, &'static str), Vec<&str>> = BTreeMap::new();
        for (_, fact) in &self.facts {
            let key = (fact.place, fact.question);
            asked.entry(key).or_default().push(&fact.answer);
        }
        let one = |((place, question), wanted): ((Place, &'static str), Vec<_>)| {
            let there: Vec<String> = match place {
                Place::Hub => files::list(&folder.dir().hub(), question),
                Place::Volumes => files::in_volumes(folder, question),
            };
            let there: HashSet<&str> = there.iter().map(String::as_str).collect();
            let all = wanted.len();
            let lost = wanted.into_iter().filter(|w| !there.contains(w));
            (question, lost.collect(), all)
        };
        asked.into_iter().map(one).collect()
    }
}

#[test]
fn a_lost_fact_is_named_and_a_later_one_is_not_asked_for() {
    let town = crate::support::town::Town::new("ledger");
    town.register("incoming-handle", "留下的一件").unwrap();
    let folder = town.stop();
    let titles = "SELECT title FROM cases";
    let mut ledger = Ledger::default();
    ledger.ack(10, Fact::in_volumes(titles, "留下的一件"));
    ledger.ack(20, Fact::in_volumes(titles, "丢了的一件"));
    ledger.until(19).check(&folder);
    let whole = std::panic::catch_unwind(|| ledger.until(20).check(&folder));
    let why = whole.unwrap_err();
    let why = why.downcast_ref::<String>().unwrap();
    assert!(
        why.contains("丢了的一件") && why.contains("1 of 2"),
        "{why}"
    );
}
