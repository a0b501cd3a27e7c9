//! After the end: the product starts over what is left by itself, serves, stops; nothing that was acknowledged
//! is gone, no number was given twice, the lists are the tasks, and `verify` has nothing to say.

use super::Scenario;
use super::ledger::Ledger;
use super::scenes::work::OLD_BOOKS_UNTIL;
use crate::kill::ledger::{numbers_are_whole, same_todo};
use crate::support::binary::{Started, inkstone};
use crate::support::http::Http;
use crate::support::long::Chance;
use crate::support::town::Folder;
use inkstone::store::verify::verify;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// A folder that was cut off and has been started once since.
pub struct After<'a> {
    pub folder: &'a Folder,
    pub ledger: &'a Ledger,
}

/// How long a start after an unclean end may take here (R01: three seconds on a machine of its own).
const START_WITHIN: Duration = Duration::from_secs(30);

/// What the ends of a scenario fell into, and how often.
#[derive(Debug, Default)]
pub struct Places(BTreeMap<&'static str, usize>);

impl Places {
    pub fn count(&mut self, place: &'static str) {
        *self.0.entry(place).or_default() += 1;
    }

    /// As a part of the sentence a rig ends with.
    pub fn told(&self) -> String {
        let named = self.0.iter().filter(|(place, _)| !place.is_empty());
        let each = named.map(|(place, n)| format!(", {n} {place}"));
        each.collect()
    }
}

/// All of it; how long the start took.
pub fn check(
    scenario: &dyn Scenario,
    (folder, ledger): (&Folder, &Ledger),
    chance: &mut Chance,
) -> Duration {
    scenario.resume(folder, chance);
    let begun = Instant::now();
    let mut command = inkstone(folder, &["serve", "--no-browser", "--port", "0"]);
    let started = Started::of(&mut command, |_| {})
        .unwrap_or_else(|said| panic!("it does not start any more: {said}"));
    let took = begun.elapsed();
    assert!(took < START_WITHIN, "{took:?}");
    let front = Http::to(started.address).get("/login");
    assert!([200, 303].contains(&front.status), "{}", front.text());
    let (code, said) = started.stop();
    assert_eq!(code, Some(0), "{said}");
    sound(folder);
    ledger.check(folder);
    scenario.check(&After { folder, ledger });
    took
}

/// A stopped folder contradicts itself nowhere.
pub fn sound(folder: &Folder) {
    let findings = verify(&folder.dir()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    same_todo(folder);
    numbers_are_whole(folder, OLD_BOOKS_UNTIL + 1);
}
