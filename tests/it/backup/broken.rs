//! Backups that something was done to, and keys that do not fit: each is refused in words that say what to do next,
//! and nothing is written where the office was to be.

use super::office::Backed;
use crate::support::town::{Folder, monday};
use inkstone::kit::recovery::RecoveryKey;
use inkstone::kit::{Error, Result};
use inkstone::store::backup::{self, Progress, Restored};
use std::fs;
use std::path::Path;

fn restore(file: &Path, key: &RecoveryKey) -> Result<Restored> {
    let to = Folder::new("broken-to");
    let done = backup::whole(file, key, (&to.dir(), monday()), &Progress::default());
    if done.is_err() {
        assert!(!to.dir().hub().exists());
        assert!(!backup::adopt(&to.dir()).unwrap(), "nothing is ready");
    }
    done
}

#[test]
fn whatever_was_done_to_a_backup_is_told() {
    let backed = Backed::new("broken");
    let file = backed.good();
    let bytes = fs::read(&file).unwrap();
    let said = |bytes: &[u8]| {
        fs::write(&file, bytes).unwrap();
        restore(&file, &backed.key).unwrap_err().to_string()
    };
    for cut in [bytes.len() - 1, bytes.len() / 2, 30] {
        assert!(said(&bytes[..cut]).contains("不完整"), "{cut}");
    }
    let mut flipped = bytes.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    assert!(said(&flipped).contains("损坏"));
    let mut newer = bytes.clone();
    newer[9] = 9;
    assert!(said(&newer).contains("新版本"));
    assert!(said(b"not a backup").contains("不是砚台的备份"));
    fs::write(&file, &bytes).unwrap();
    assert!(restore(&file, &backed.key).is_ok());
}

#[test]
fn a_wrong_key_is_no_dead_end() {
    let backed = Backed::new("wrong-key");
    let file = backed.good();
    let other = RecoveryKey::new([5; 20]);
    let Err(Error::Invalid(errors)) = restore(&file, &other) else {
        panic!("a wrong key must be told at its field");
    };
    let said = errors.of("key").unwrap();
    assert!(
        said.contains(&backed.key.number()) && said.contains(&other.number()),
        "{said}"
    );
    let read = RecoveryKey::read(&backed.key.text().to_lowercase()).unwrap();
    assert!(
        restore(&file, &read).is_ok(),
        "the same file, at once, with the right sheet"
    );
}

#[test]
fn an_older_key_opens_older_backups_and_the_new_one_everything_since() {
    let backed = Backed::new("two-keys");
    let first = backed.good();
    let stamp = inkstone::store::Stamp::new("person:1", "backup.key", monday());
    let second_key = backup::make_key(&backed.town.store, "苏简", stamp).unwrap();
    let second = backed.good();
    assert_eq!(
        backed.ending(".inkpack").len(),
        1,
        "attachments were not written again"
    );
    assert!(restore(&first, &second_key).is_err());
    assert!(restore(&second, &backed.key).is_err());
    assert!(restore(&first, &backed.key).is_ok());
    // its pack lies there under the first key; the second sheet alone opens it
    assert_eq!(restore(&second, &second_key).unwrap().missing, 0);
}

#[test]
fn a_missing_pack_is_named() {
    let backed = Backed::new("no-pack");
    let file = backed.good();
    let pack = backed.ending(".inkpack").remove(0);
    fs::remove_file(backed.folder().join(&pack)).unwrap();
    let said = restore(&file, &backed.key).unwrap_err().to_string();
    assert!(
        said.contains(&pack) && said.contains("整个备份文件夹"),
        "{said}"
    );
}

#[test]
fn a_newer_schema_is_refused_by_name() {
    let backed = Backed::new("newer-schema");
    let town = backed.town.stop();
    crate::support::files::Bare::open(&town.dir().volume(1)).run("PRAGMA user_version=99");
    let files = crate::support::files::Image::of(&town);
    let copy = files.copy("newer-copy");
    let clock = inkstone::kit::Clock::held(monday());
    let store = inkstone::store::Store::open(&copy.dir(), clock, vec![]).unwrap();
    let lost = store.lost();
    assert!(lost[0].words.contains("新版本"), "{lost:?}");
}
