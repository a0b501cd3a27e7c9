//! Files of different moments: an old volume beside a newer hub, an old hub beside newer volumes. Nothing that was
//! given out comes again, what is lost is named.

use super::office::{Backed, open, small_in, sound, tomorrow};
use crate::support::files::{Bare, in_volumes, list};
use crate::support::town::{Folder, Town, monday};
use inkstone::kit::{Clock, Millis};
use inkstone::store::backup::{self, Progress};
use std::collections::BTreeSet;
use std::path::Path;

const NUMBERS: &str = "SELECT procedure || ' ' || number FROM cases WHERE number IS NOT NULL";

fn numbers(folder: &Folder) -> BTreeSet<String> {
    in_volumes::<String>(folder, NUMBERS).into_iter().collect()
}

fn lost(town: &Town) -> Vec<String> {
    let all = backup::lost(&town.store).unwrap();
    all.into_iter().map(|l| l.words).collect()
}

/// An office that worked on after its backup: two numbers of the department's and two of the whole office's.
fn later(name: &str) -> (Folder, std::path::PathBuf, Backed2) {
    let backed = Backed::new(name);
    let file = backed.good();
    for n in 10..14 {
        backed.small(n);
    }
    assert!(backed.town.store.drain(std::time::Duration::from_secs(10)));
    let Backed { town, place, key } = backed;
    (town.stop(), file, Backed2 { _place: place, key })
}

struct Backed2 {
    _place: Folder,
    key: inkstone::kit::recovery::RecoveryKey,
}

fn volume_back(folder: &Folder, file: &Path, by: &Backed2) {
    let to = (&folder.dir(), 1, monday());
    let done = backup::volume_alone(file, &by.key, to, &Progress::default()).unwrap();
    assert!(done.lost > 0);
}

#[test]
fn an_old_volume_beside_a_newer_hub_never_gives_a_number_twice() {
    let (folder, file, by) = later("old-volume");
    let given = numbers(&folder);
    let epoch = "SELECT v FROM meta WHERE k = 'epoch'";
    let before: Vec<String> = list(&folder.dir().volume(1), epoch);
    // the disk lost the volume's middle
    let mut bytes = std::fs::read(folder.dir().volume(1)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8192].fill(0);
    std::fs::write(folder.dir().volume(1), bytes).unwrap();
    // and a log of the damaged file lies about
    std::fs::write(folder.0.join("volumes/0001.vol-wal"), b"stale").unwrap();

    volume_back(&folder, &file, &by);
    assert!(!folder.0.join("volumes/0001.vol-wal").exists());
    assert_ne!(
        list::<String>(&folder.dir().volume(1), epoch),
        before,
        "a new epoch"
    );
    let folder = sound(folder);
    let left = numbers(&folder);
    assert!(
        left.len() < given.len(),
        "what came after the backup is gone"
    );
    let town = open(folder, tomorrow());
    let said = lost(&town);
    for gone in given.difference(&left) {
        let number = gone.split(' ').nth(1).unwrap();
        let n: String = number
            .chars()
            .rev()
            .skip(1)
            .take_while(char::is_ascii_digit)
            .collect();
        assert!(
            said.iter().any(|w| w.contains(&format!("第 {n} 号"))),
            "{number} in {said:?}"
        );
    }
    assert!(
        said.iter().any(|w| w.contains("小事13")),
        "the case is named: {said:?}"
    );
    for n in 20..26 {
        small_in(&town, n);
    }
    let folder = town.stop();
    let after = numbers(&folder);
    let new: Vec<&String> = after.difference(&left).collect();
    assert_eq!(new.len(), 6);
    for number in new {
        assert!(!given.contains(number), "{number} was given out twice");
    }
    sound(folder);
}

#[test]
fn an_old_hub_beside_newer_volumes_learns_what_they_know() {
    let (folder, file, by) = later("old-hub");
    let given = numbers(&folder);
    for name in ["hub.db", "index.db"] {
        std::fs::remove_file(folder.0.join(name)).unwrap();
    }
    let to = (&folder.dir(), monday());
    backup::hub_alone(&file, &by.key, to, &Progress::default()).unwrap();
    let folder = sound(folder);
    assert_eq!(numbers(&folder), given, "no case was lost");
    let town = open(folder, tomorrow());
    for n in 20..24 {
        small_in(&town, n);
    }
    let folder = town.stop();
    assert_eq!(numbers(&folder).len(), given.len() + 4, "no number twice");
    sound(folder);
}

/// Somebody put an old copy of the hub back by hand; no tool of ours was told.
#[test]
fn an_old_hub_put_back_by_hand_is_recognised_at_the_start() {
    let Backed { town, .. } = Backed::new("by-hand");
    let folder = town.stop();
    let old = std::fs::read(folder.dir().hub()).unwrap();
    let town = open(folder, tomorrow());
    for n in 10..14 {
        small_in(&town, n);
    }
    assert!(town.store.drain(std::time::Duration::from_secs(10)));
    let folder = town.stop();
    let given = numbers(&folder);
    std::fs::write(folder.dir().hub(), old).unwrap();
    for tail in ["hub.db-wal", "hub.db-shm"] {
        let _ = std::fs::remove_file(folder.0.join(tail));
    }
    let folder = sound(folder);
    assert_eq!(numbers(&folder), given, "no case was lost");
    let town = open(folder, Clock::held(Millis(monday().0 + 48 * 3_600_000)));
    let said = lost(&town);
    assert!(
        said.iter()
            .any(|w| w.contains("总库") && w.contains("比案卷旧")),
        "{said:?}"
    );
    let red = backup::alarms(&town.store);
    assert!(red.iter().any(|a| a.1.contains("逐项看过")), "{red:?}");
    for n in 20..24 {
        small_in(&town, n);
    }
    let folder = town.stop();
    assert_eq!(numbers(&folder).len(), given.len() + 4, "no number twice");
    let before = said.len();
    let folder = sound(folder);
    let town = open(folder, tomorrow());
    assert_eq!(
        lost(&town).len(),
        before,
        "the next start finds nothing new"
    );
}

#[test]
fn an_old_hub_names_people_and_files_shelves_it_does_not_know() {
    let backed = Backed::new("older-hub");
    let file = backed.good();
    backed.town.settle("新来的", "CZS", "会计");
    let op = ("department-note", "新人的事");
    backed.town.clock.advance(60_000);
    backed.town.start("新来的", op, &[], "new-1").unwrap();
    let person = backed.town.person("新来的");
    let Backed {
        town,
        place: _place,
        key,
    } = backed;
    let folder = town.stop();
    let shelves: i64 = list(&folder.dir().hub(), "SELECT count(*) FROM shelf").remove(0);
    std::fs::remove_file(folder.dir().hub()).unwrap();
    backup::hub_alone(&file, &key, (&folder.dir(), monday()), &Progress::default()).unwrap();
    assert_eq!(
        list::<i64>(&folder.dir().hub(), "SELECT count(*) FROM shelf"),
        [shelves]
    );
    let folder = sound(folder);
    let town = open(folder, tomorrow());
    assert!(
        lost(&town).iter().any(|w| w.contains("新来的")),
        "{:?}",
        lost(&town)
    );
    town.settle("再来的", "CZS", "出纳");
    assert_ne!(town.person("再来的"), person, "nobody else gets the number");
}

#[test]
fn another_offices_volume_is_refused() {
    let (folder, ..) = later("mine");
    let theirs = Backed::new("theirs");
    let file = theirs.good();
    let to = (&folder.dir(), 1, monday());
    let said = backup::volume_alone(&file, &theirs.key, to, &Progress::default());
    assert!(said.unwrap_err().to_string().contains("不是本单位"));
    // what was made ready of it goes, and the office is as it was
    let _ = std::fs::remove_dir_all(folder.dir().restored());
    sound(folder);
}

#[test]
fn numbers_on_paper_are_believed() {
    let backed = Backed::new("paper-floor");
    let stamp = inkstone::store::Stamp::new("person:1", "backup.floor", monday());
    let key: Vec<String> = list(
        &backed.town.folder.dir().hub(),
        "SELECT DISTINCT key FROM claim",
    );
    backup::raise_series(&backed.town.store, 0, &key[0], 0, (40, stamp)).unwrap();
    backed.small(51);
    let folder = backed.town.stop();
    assert!(
        numbers(&folder).iter().any(|n| n.contains("41号")),
        "{:?}",
        numbers(&folder)
    );
    let hub = Bare::open(&folder.dir().hub());
    assert_eq!(hub.all::<i64>("SELECT n FROM number_floor"), [40]);
    drop(hub);
    sound(folder);
}
