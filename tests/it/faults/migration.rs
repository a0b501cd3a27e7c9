//! Older files under this program and newer ones under it: a checked copy before the first change, the old
//! state where a migration fails, refusal with both versions (R13–R16).

use crate::support::files::{Bare, is_sound, list, pragma, step_back};
use crate::support::town::{Folder, Town, monday};
use inkstone::kit::{Clock, Error};
use inkstone::store::Store;
use std::fs;

/// The hub of the second released schema.
const HUB_2: &[&str] = &[
    include_str!("../../../src/store/migrations/base.sql"),
    include_str!("../../../src/store/migrations/hub/0001.sql"),
    include_str!("../../../src/store/migrations/hub/0002_import.sql"),
    include_str!("../../../src/store/migrations/hub/0002_alert.sql"),
    include_str!("../../../src/store/migrations/hub/0002_view.sql"),
];
const PEOPLE: &str = "SELECT name FROM person ORDER BY id";

/// An office as the second version left it.
fn older(name: &str) -> (Folder, i64, Vec<String>) {
    let town = Town::new(name);
    town.register("incoming-handle", "第一件").unwrap();
    let folder = town.stop();
    let hub = folder.dir().hub();
    let today = pragma(&hub, "user_version");
    let people = list(&hub, PEOPLE);
    step_back(&hub, HUB_2, 2);
    assert!(today > 2 && pragma(&hub, "user_version") == 2 && !people.is_empty());
    (folder, today, people)
}

#[test]
fn r14_an_older_hub_is_copied_checked_and_brought_up() {
    let (folder, today, people) = older("older");
    let copy = folder.0.join(format!("backup/before-{today:02}/hub.db"));
    let town = Town::open(folder, Clock::held(monday()));
    town.register("incoming-handle", "第二件").unwrap();
    assert_eq!(town.todo("宋小笺").len(), 2);
    assert_eq!(pragma(&town.folder.dir().hub(), "user_version"), today);
    assert_eq!(pragma(&copy, "user_version"), 2);
    assert!(is_sound(&copy));
    assert_eq!(list::<String>(&copy, PEOPLE), people);
    // it opens by itself, wherever it is carried
    let tail = |t: &str| copy.with_file_name(format!("hub.db{t}"));
    assert!(!tail("-wal").exists() && !tail(".part").exists());
}

#[test]
fn r15_a_migration_that_fails_leaves_the_old_state_and_says_so() {
    let (folder, today, people) = older("failing");
    let hub = folder.dir().hub();
    // something of the same name is there already: the new table cannot be made
    Bare::open(&hub).run("CREATE TABLE relocation(x)");
    let before: Vec<String> = list(&hub, "SELECT name FROM sqlite_schema ORDER BY name");
    let opened = Store::open(&folder.dir(), Clock::held(monday()), Vec::new());
    let Some(Error::Busy(words)) = opened.err() else {
        panic!("it opened");
    };
    for part in [
        "没有成功",
        "已经退回",
        "hub.db",
        &format!("before-{today:02}"),
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
    assert_eq!(pragma(&hub, "user_version"), 2);
    assert!(is_sound(&hub));
    assert_eq!(list::<String>(&hub, PEOPLE), people);
    assert_eq!(
        list::<String>(&hub, "SELECT name FROM sqlite_schema ORDER BY name"),
        before
    );
    // once the obstacle is gone the same files go up
    Bare::open(&hub).run("DROP TABLE relocation");
    let town = Town::open(folder, Clock::held(monday()));
    assert_eq!(town.todo("宋小笺").len(), 1);
}

#[test]
fn without_a_copy_nothing_is_changed() {
    let (folder, ..) = older("uncopied");
    let hub = folder.dir().hub();
    // a file where the folder of copies should be
    fs::write(folder.0.join("backup"), b"").unwrap();
    let opened = Store::open(&folder.dir(), Clock::held(monday()), Vec::new());
    assert!(opened.is_err());
    assert_eq!(pragma(&hub, "user_version"), 2);
}

#[test]
fn r13_newer_files_are_refused_with_both_versions_and_the_copy() {
    let folder = Town::new("newer").stop();
    let hub = folder.dir().hub();
    let today = pragma(&hub, "user_version");
    Bare::open(&hub).all::<i64>("PRAGMA user_version = 99");
    let before = fs::read(&hub).unwrap();
    let copy = folder.0.join("backup/before-99/hub.db");
    fs::create_dir_all(copy.parent().unwrap()).unwrap();
    fs::write(&copy, b"").unwrap();
    let opened = Store::open(&folder.dir(), Clock::held(monday()), Vec::new());
    let Some(Error::Busy(words)) = opened.err() else {
        panic!("it opened");
    };
    for part in [
        "99",
        &today.to_string(),
        env!("CARGO_PKG_VERSION"),
        "before-99",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
    assert_eq!(fs::read(&hub).unwrap(), before, "not touched");
}

#[test]
fn a_damaged_hub_ends_the_start_with_a_way_on() {
    let town = Town::new("hub");
    town.register("incoming-handle", "第一件").unwrap();
    let folder = town.stop();
    let hub = folder.dir().hub();
    let whole = fs::read(&hub).unwrap();
    let mut holed = whole.clone();
    let middle = whole.len() / 2;
    holed[8192..middle].fill(0xA5);
    for bytes in [
        &b"rubbish that is no database, and not short either"[..],
        &holed,
    ] {
        fs::write(&hub, bytes).unwrap();
        let opened = Store::open(&folder.dir(), Clock::held(monday()), Vec::new());
        match opened.err() {
            Some(Error::Busy(words)) => {
                assert!(
                    words.contains("hub.db") && words.contains("从备份恢复"),
                    "{words}"
                );
            }
            other => panic!("{other:?}"),
        }
    }
    fs::write(&hub, whole).unwrap();
    assert_eq!(
        Town::open(folder, Clock::held(monday()))
            .todo("宋小笺")
            .len(),
        1
    );
}
