//! An office is restored into an empty folder by the command. Whatever the end falls into, the office is whole, or
//! the next start puts it in place, or there is nothing of it and the command is simply given again.

use super::backup::{self, PLACE};
use crate::drill::after::After;
use crate::drill::ledger::Fact;
use crate::drill::office::{CASES, in_a_copy, one_owner_each, past_is_whole};
use crate::drill::run::Run;
use crate::drill::{Begin, Scenario};
use crate::support::binary::run as told;
use crate::support::files::{in_volumes, list};
use crate::support::long::Chance;
use crate::support::town::Folder;
use std::fs;
use std::time::Duration;

const CASES_HERE: &str = "SELECT title FROM cases";

pub struct Restore;

fn words<'w>(place: &'w str, key: &'w str) -> [&'w str; 4] {
    ["restore", place, "--key", key]
}

fn place(folder: &Folder) -> String {
    folder.0.join(PLACE).to_str().unwrap().to_owned()
}

impl Scenario for Restore {
    fn name(&self) -> &'static str {
        "restore"
    }

    /// Nothing but the disk with the backups.
    fn begin(&self) -> Begin {
        let begin = backup::office().begin("drill-restore");
        for entry in fs::read_dir(&begin.folder.0).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true if path.ends_with(PLACE) => {}
                true => fs::remove_dir_all(path).unwrap(),
                false => fs::remove_file(path).unwrap(),
            }
        }
        begin
    }

    fn lasts(&self) -> Duration {
        Duration::from_millis(2500)
    }

    fn goes_on(&self) -> bool {
        false
    }

    fn load(&self, run: &Run, _: &mut Chance) {
        let (place, key) = (place(&run.folder), backup::key().text());
        if run.command(&words(&place, &key)).is_some() {
            for n in 0..CASES {
                run.ack(Fact::in_volumes(CASES_HERE, format!("去年的第{n}件")));
                run.ack(Fact::in_volumes(CASES_HERE, format!("今年的第{n}件")));
            }
            run.ack(Fact::in_hub("SELECT name FROM person", "宋小笺"));
        }
    }

    fn found(&self, folder: &Folder) -> &'static str {
        let dir = folder.dir();
        let staged = dir.restored();
        match () {
            () if !staged.exists() && dir.hub().exists() => "in place",
            () if staged.join("ready.json").exists() && !staged.join("hub.db").exists() => {
                "all but the last note"
            }
            () if staged.join("ready.json").exists() => "ready, or between two files",
            () if staged.exists() => "while it was unpacked",
            () => "before anything",
        }
    }

    /// The command again, or, where all is laid out, sometimes the server at once.
    fn resume(&self, folder: &Folder, chance: &mut Chance) {
        let dir = folder.dir();
        let ready = dir.restored().join("ready.json").exists();
        let whole = !ready && dir.hub().exists();
        if whole || (ready && chance.below(2) == 0) {
            return;
        }
        let (place, key) = (place(folder), backup::key().text());
        let (done, said) = told(folder, &words(&place, &key));
        assert!(done.status.success(), "{said}");
    }

    fn check(&self, after: &After<'_>) {
        let folder = after.folder;
        one_owner_each(folder);
        let cases: i64 = in_volumes::<i64>(folder, "SELECT count(*) FROM cases")
            .iter()
            .sum();
        assert_eq!(cases, 2 * CASES as i64);
        let people = list::<i64>(&folder.dir().hub(), "SELECT count(*) FROM person");
        assert_eq!(people, [9]);
        assert!(
            !folder.dir().restored().exists(),
            "what was unpacked is left"
        );
        let town = in_a_copy(folder);
        past_is_whole(&town, backup::office().past);
    }
}
