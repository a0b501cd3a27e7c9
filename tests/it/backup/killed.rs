//! Restores and backups broken off at any step: a folder that is half-way goes on or is as it was.

use super::office::{Backed, open, sound, tomorrow};
use crate::support::files::{Bare, Image, in_volumes};
use crate::support::long::{self, Chance};
use crate::support::town::{Folder, Town, monday};
use inkstone::kit::Clock;
use inkstone::kit::recovery::RecoveryKey;
use inkstone::store::Stamp;
use inkstone::store::backup::{self, Progress, Standing};
use inkstone::store::verify::verify;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Files take their places one by one; after each the PC may stop.
#[test]
fn a_restore_broken_off_between_two_files_goes_on() {
    let backed = Backed::new("halfway");
    let file = backed.good();
    let to = Folder::new("halfway-to");
    backup::whole(
        &file,
        &backed.key,
        (&to.dir(), monday()),
        &Progress::default(),
    )
    .unwrap();
    let staged = Image::of(&to);
    let names = [
        "volumes/0001.att",
        "volumes/0001.vol",
        "backup.key",
        "hub.db",
    ];
    for done in 0..=names.len() {
        let folder = staged.copy_all("halfway-copy");
        for name in &names[..done] {
            fs::rename(folder.dir().restored().join(name), folder.0.join(name)).unwrap();
        }
        assert!(backup::adopt_where_ready(&folder.dir()).unwrap(), "{done}");
        assert!(!backup::adopt_where_ready(&folder.dir()).unwrap());
        let folder = sound(folder);
        assert_eq!(
            in_volumes::<i64>(&folder, "SELECT count(*) FROM cases"),
            [5]
        );
    }
}

#[test]
fn a_restore_that_was_not_ready_is_as_if_it_never_began() {
    let backed = Backed::new("unready");
    let file = backed.good();
    let to = Folder::new("unready-to");
    backup::whole(
        &file,
        &backed.key,
        (&to.dir(), monday()),
        &Progress::default(),
    )
    .unwrap();
    fs::remove_file(to.dir().restored().join("ready.json")).unwrap();
    assert!(!backup::adopt_where_ready(&to.dir()).unwrap());
    assert!(!to.dir().restored().exists() && !to.dir().hub().exists());
    // and it can be begun again
    backup::whole(
        &file,
        &backed.key,
        (&to.dir(), monday()),
        &Progress::default(),
    )
    .unwrap();
    assert!(backup::adopt_where_ready(&to.dir()).unwrap());
    sound(to);
}

#[test]
fn what_a_killed_backup_left_is_in_nobodys_way() {
    let backed = Backed::new("left");
    backed.good();
    fs::write(backed.folder().join("20260309-120000.inkbak.part"), b"half").unwrap();
    let work = backed.town.folder.dir().backup_work();
    fs::create_dir_all(&work).unwrap();
    fs::write(work.join("0001.db"), b"half").unwrap();
    let Backed { town, place, key } = backed;
    let folder = town.stop();
    let town = open(folder, tomorrow());
    let backed = Backed { town, place, key };
    backed.good();
    assert!(!work.exists());
    assert!(backed.ending(".part").is_empty(), "its own leavings go");
}

/// The file had its name, and the power went before its row was written.
#[test]
fn a_backup_that_no_row_knows_is_looked_through_and_counts() {
    let backed = Backed::new("stray");
    let file = backed.good();
    let Backed { town, place, key } = backed;
    let folder = town.stop();
    let hub = Bare::open(&folder.dir().hub());
    assert_eq!(hub.run("DELETE FROM backup"), 1);
    assert_eq!(hub.run("DELETE FROM backup_pack"), 1);
    drop(hub);
    // beside it lies what somebody else put there, and what a newer server made
    let strange = file.with_file_name("20200101-000000.inkbak");
    fs::write(&strange, b"something else").unwrap();
    let town = open(folder, tomorrow());
    let backed = Backed { town, place, key };
    let packs = backed.ending(".inkpack");
    assert_eq!(packs.len(), 1);
    backed.good();
    let all = backup::list(&backed.town.store, None, 9).unwrap();
    let known: Vec<&str> = all.iter().map(|k| k.file.as_str()).collect();
    let name = file.file_name().unwrap().to_str().unwrap();
    assert_eq!(known.len(), 2, "{known:?}");
    assert!(known.contains(&name) && all.iter().all(|k| k.standing == Standing::Good));
    assert_eq!(all[1].cases, 5);
    assert_eq!(backed.ending(".inkpack"), packs, "nothing is written twice");
    assert_eq!(fs::read(&strange).unwrap(), b"something else", "left alone");
    // one that made room, and whose file came back with the power
    let hub = backed.town.folder.dir().hub();
    let dropped = format!("UPDATE backup SET state = 'dropped' WHERE file = '{name}'");
    Bare::keeping(&hub).one(&dropped);
    backed.good();
    assert!(!file.exists());
}

/// An office the binary itself can open, stopped, with a place and a key.
fn stopped(name: &str) -> (Folder, Folder, RecoveryKey) {
    let town = Town::new(name);
    for n in 0..6 {
        town.register("incoming-handle", &format!("关于第{n}件事的通知"))
            .unwrap();
    }
    let place = Folder::new("kill-place");
    fs::create_dir_all(&place.0).unwrap();
    let stamp = |what| Stamp::new("person:1", what, monday());
    let key = backup::make_key(&town.store, "苏简", stamp("backup.key")).unwrap();
    let path = place.0.to_str().unwrap();
    backup::add_place(&town.store, path, "苏简", stamp("backup.place")).unwrap();
    assert!(town.store.drain(Duration::from_secs(10)));
    (town.stop(), place, key)
}

fn inkstone(words: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_inkstone"))
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Lets it run for a while below `longest`, then kills it; whether it had ended by itself, and well.
fn killed(mut child: Child, longest: Duration, chance: &mut Chance) -> bool {
    let micros = u64::try_from(longest.as_micros()).unwrap();
    std::thread::sleep(Duration::from_micros(chance.below(micros)));
    let _ = child.kill();
    child.wait().unwrap().success()
}

fn backups(place: &Path) -> Vec<PathBuf> {
    let own = fs::read_dir(place).unwrap().next().unwrap().unwrap().path();
    let all = fs::read_dir(own).unwrap().map(|e| e.unwrap().path());
    all.filter(|p| p.extension().is_some_and(|e| e == "inkbak"))
        .collect()
}

fn holds(folder: Folder) -> Folder {
    let town = Town::open(folder, Clock::System);
    assert!(town.store.drain(Duration::from_secs(20)));
    let folder = town.stop();
    let findings = verify(&folder.dir()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    folder
}

#[test]
fn backup_kill_at_any_moment_leaves_whole_backups_only() {
    let (mut folder, place, key) = stopped("kill-backup");
    let data = folder.0.to_str().unwrap().to_owned();
    let words = ["backup", "--data", data.as_str()];
    let began = Instant::now();
    assert!(inkstone(&words).wait().unwrap().success());
    let longest = began.elapsed();
    let mut chance = Chance::new();
    for _ in 0..long::rounds("backup_kill", 8, 150) {
        killed(inkstone(&words), longest, &mut chance);
        folder = holds(folder);
        for file in backups(&place.0) {
            backup::look(&file).unwrap();
        }
    }
    assert!(
        inkstone(&words).wait().unwrap().success(),
        "the next one is good"
    );
    for file in backups(&place.0) {
        let to = Folder::new("kill-backup-to");
        let done = backup::whole(&file, &key, (&to.dir(), monday()), &Progress::default());
        assert_eq!(done.unwrap().cases, 6, "{}", file.display());
    }
}

#[test]
fn backup_kill_of_a_restore_leaves_the_old_or_the_new_and_never_between() {
    let (folder, place, key) = stopped("kill-restore");
    let data = folder.0.to_str().unwrap().to_owned();
    assert!(
        inkstone(&["backup", "--data", &data])
            .wait()
            .unwrap()
            .success()
    );
    let (from, key) = (place.0.to_str().unwrap().to_owned(), key.text());
    let run = |to: &Folder| {
        inkstone(&[
            "restore",
            &from,
            "--data",
            to.0.to_str().unwrap(),
            "--key",
            &key,
        ])
    };
    let first = Folder::new("kill-first");
    let began = Instant::now();
    assert!(run(&first).wait().unwrap().success());
    let longest = began.elapsed();
    let mut chance = Chance::new();
    let mut broken_off = 0;
    for _ in 0..long::rounds("backup_kill", 8, 150) {
        let to = Folder::new("kill-restore-to");
        if !killed(run(&to), longest, &mut chance) {
            broken_off += 1;
            // what the next start of the server does before it opens anything
            let went_on = backup::adopt_where_ready(&to.dir()).unwrap();
            if !went_on && !to.dir().hub().exists() {
                assert!(!to.dir().hub_is_lost(), "half of an office");
                assert!(run(&to).wait().unwrap().success(), "it can be repeated");
            }
        }
        let to = holds(to);
        assert_eq!(in_volumes::<i64>(&to, "SELECT count(*) FROM cases"), [6]);
    }
    assert!(broken_off > 0, "nothing was killed in time");
}
