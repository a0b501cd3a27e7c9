//! What an office does while the power goes or its process is killed, told once for both rigs (`power`,
//! `kill::drills`). A scenario says how its folder is made, what the product does over it and what the
//! client was told; the rig ends it in the middle, starts the product again and asks for all of it.
//!
//! A new scenario is a file in `drill/scenes/` that implements
//! [`Scenario`], and a line in [`ALL`]: `load` starts the product (`run.serve()`, `run.command(…)`), works through its
//! pages (`run.works(…)`) and tells each acknowledgement (`run.ack(Fact::…)`); `check` says what else is true afterwards.

pub mod after;
pub mod ledger;
pub mod office;
pub mod run;
pub mod scenes;

use crate::support::http::Http;
use crate::support::long::Chance;
use crate::support::town::Folder;
use after::After;
use run::Run;
use std::time::Duration;

/// A folder to begin with, and people who are logged in there already.
pub struct Begin {
    pub folder: Folder,
    pub people: Vec<(String, Http)>,
}

impl Begin {
    pub fn empty(name: &str) -> Self {
        let folder = Folder::new(name);
        std::fs::create_dir_all(&folder.0).unwrap();
        Self {
            folder,
            people: Vec::new(),
        }
    }
}

/// Something an office does.
pub trait Scenario: Sync {
    fn name(&self) -> &'static str;

    /// Makes the folder, without any rig.
    fn begin(&self) -> Begin;

    /// Does it over `run.folder`, until it is done or `run.is_over()`.
    fn load(&self, run: &Run, chance: &mut Chance);

    /// Whether it marks moments (`run.mark()`) that are worth an end.
    fn watches(&self) -> bool {
        false
    }

    /// What the end fell into, in a few words, read off the files before anybody opens them.
    fn found(&self, _: &Folder) -> &'static str {
        ""
    }

    /// What a person does before the product is started again.
    fn resume(&self, _: &Folder, _: &mut Chance) {}

    /// What else must be true after the end, when the product has been started and stopped once.
    fn check(&self, _: &After<'_>) {}

    /// How long one goes on: a killed one is killed somewhere within.
    fn lasts(&self) -> Duration;

    /// Whether the next round goes on in the folder the last one left.
    fn goes_on(&self) -> bool {
        true
    }
}

/// All scenarios.
pub const ALL: &[&dyn Scenario] = &[
    &scenes::work::Work,
    &scenes::first_run::FirstRun,
    &scenes::rebuild::Rebuild,
    &scenes::migrate::Migrate,
    &scenes::demo::Fill,
    &scenes::demo::Clear,
    &scenes::relocate::Relocate,
    &scenes::freeze::Freeze,
    &scenes::backup::Backup,
    &scenes::restore::Restore,
];

/// The scenario of this name.
pub fn named(name: &str) -> &'static dyn Scenario {
    *ALL.iter().find(|s| s.name() == name).unwrap()
}
