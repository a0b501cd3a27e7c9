//! Restores and backups broken off at any step: a folder that is half-way goes on or is as it was.

use super::office::{Backed, open, sound, tomorrow};
use crate::support::files::{Image, in_volumes};
use crate::support::town::{Folder, monday};
use inkstone::store::backup::{self, Progress};
use std::fs;

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
