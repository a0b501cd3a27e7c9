//! Files that are gone, cut off, older, or somebody else's: the index is made again, the hub and the
//! volumes are never replaced by empty ones. And what a start finds half-made.

use crate::support::files::{Bare, Image, list};
use crate::support::town::{Folder, Town, monday, says};
use inkstone::engine::definition::MoveId;
use inkstone::kit::{Clock, Error, Zone};
use inkstone::store::Store;
use inkstone::store::verify::verify;
use std::fs;

fn two_cases(name: &str) -> Town {
    let town = Town::new(name);
    town.register("incoming-handle", "第一件").unwrap();
    town.register("incoming-handle", "第二件").unwrap();
    assert!(town.store.drain(std::time::Duration::from_secs(10)));
    town
}

fn sound_after_start(folder: Folder, what: &str) {
    let town = Town::open(folder, Clock::held(monday()));
    assert_eq!(town.todo("宋小笺").len(), 3, "{what}");
    let folder = town.stop();
    let findings = verify(&folder.dir()).unwrap();
    assert!(findings.is_empty(), "{what}: {findings:?}");
}

#[test]
fn whatever_became_of_the_index_it_is_made_again() {
    let town = two_cases("index");
    let image = {
        let folder = town.stop();
        let older = fs::read(folder.dir().index()).unwrap();
        let town = Town::open(folder, Clock::held(monday()));
        let case = town.register("incoming-handle", "第三件").unwrap().case;
        town.act("宋小笺", case, MoveId::Submit, says("拟请阅示。"))
            .unwrap();
        town.register("incoming-handle", "第四件").unwrap();
        assert!(town.store.drain(std::time::Duration::from_secs(10)));
        (Image::of(&town.stop()), older)
    };
    let (image, older) = image;
    let other = two_cases("other-office").stop();
    let foreign = fs::read(other.dir().index()).unwrap();
    let whole = fs::read(image.copy("whole").dir().index()).unwrap();
    let put = |what: &str, bytes: Option<&[u8]>| {
        let folder = image.copy("index");
        match bytes {
            Some(bytes) => fs::write(folder.dir().index(), bytes).unwrap(),
            None => fs::remove_file(folder.dir().index()).unwrap(),
        }
        sound_after_start(folder, what);
    };
    put("as it was", Some(&whole));
    put("deleted", None);
    put("empty", Some(&[]));
    for part in [50, 4096, 5000, whole.len() / 2, whole.len() - 4096] {
        put(&format!("cut off at {part}"), Some(&whole[..part]));
    }
    put("no database", Some(&[7; 20_000]));
    put("older", Some(&older));
    put("of another office", Some(&foreign));
    let mut holed = whole.clone();
    holed[8192..whole.len() - 4096].fill(0xA5);
    put("overwritten in the middle", Some(&holed));
    let folder = image.copy("index");
    let index = Bare::open(&folder.dir().index());
    index.one("UPDATE made SET v = 'CREATE TABLE other(x)' WHERE k = 'schema'");
    assert!(index.run("DELETE FROM todo") > 0);
    drop(index);
    sound_after_start(folder, "of another version");
}

#[test]
fn a_hub_that_is_gone_is_said_and_not_replaced() {
    let image = Image::of(&two_cases("gone").stop());
    let dir = |folder: &Folder| folder.dir();
    let refused = |folder: &Folder, words: &str| {
        let opened = Store::open(&dir(folder), Clock::held(monday()), Vec::new());
        match opened.err() {
            Some(Error::Busy(why)) => assert!(why.contains(words), "{why}"),
            other => panic!("{other:?}"),
        }
    };
    let folder = image.copy("gone");
    fs::remove_file(dir(&folder).hub()).unwrap();
    refused(&folder, "不见了");
    assert!(!dir(&folder).hub().exists());
}

/// A crash, or a full disk, between the hub's row of a shelf and the owner row in its volume.
#[test]
fn a_shelf_half_made_is_made_whole() {
    let folder = Image::of(&two_cases("shelf").stop()).copy("shelf");
    Bare::open(&folder.dir().volume(1)).one("DELETE FROM shelf_owner");
    let town = Town::open(folder, Clock::held(monday()));
    let owned = "SELECT shelf FROM shelf_owner";
    assert_eq!(list::<i64>(&town.folder.dir().volume(1), owned), [1]);

    // The same without a start between: the row is there and this server does not know it.
    let town = Town::new("half");
    let (dept, year) = (town.acting("宋小笺").dept.0, Zone::BEIJING.year(monday()));
    let one = town.store.shelf_for(dept + 1, year).unwrap();
    Bare::open(&town.folder.dir().hub()).one(&format!(
        "INSERT INTO shelf(no, dept, year, volume) VALUES({}, {dept}, {year}, 1)",
        one.0 + 1
    ));
    assert_eq!(town.store.shelf_for(dept, year).unwrap().0, one.0 + 1);
    assert!(town.register("incoming-handle", "第一件").is_ok());
}

#[test]
fn uploads_cut_short_are_swept_and_named_contents_stay() {
    let town = two_cases("sweep");
    let shelf = town
        .engine
        .shelf_now(&town.store, &town.acting("宋小笺"))
        .unwrap();
    let mut cut = town.store.upload(shelf).unwrap();
    cut.push(&[1; 5 << 20]).unwrap();
    drop(cut);
    let mut fresh = town.store.upload(shelf).unwrap();
    fresh.push(b"fresh").unwrap();
    let (digest, _) = fresh.finish().unwrap();
    let states = "SELECT state FROM blob ORDER BY state";
    let attach = town.folder.dir().attach(1);
    assert_eq!(list::<String>(&attach, states), ["ready", "staging"]);
    let town = town.restart();
    assert_eq!(list::<String>(&attach, states), ["ready"]);
    assert_eq!(list::<i64>(&attach, "SELECT count(*) FROM chunk"), [1]);
    assert!(
        town.store.blob(shelf, digest).is_ok(),
        "its form may still be open"
    );
    town.clock.advance(25 * 3_600_000);
    let town = town.restart();
    assert_eq!(list::<i64>(&attach, "SELECT count(*) FROM blob"), [0]);
    assert!(matches!(
        town.store.blob(shelf, digest),
        Err(Error::NotFound)
    ));
}

#[test]
fn first_uploads_at_once_make_one_file() {
    let town = two_cases("uploads");
    let shelf = town
        .engine
        .shelf_now(&town.store, &town.acting("宋小笺"))
        .unwrap();
    std::thread::scope(|s| {
        for i in 0..8u8 {
            let store = &town.store;
            s.spawn(move || {
                for round in 0..6u8 {
                    let mut upload = store.upload(shelf).unwrap();
                    upload.push(&vec![i % 4 + round * 4; 300_000]).unwrap();
                    upload.finish().unwrap();
                }
            });
        }
    });
    let attach = town.folder.dir().attach(1);
    assert_eq!(
        list::<i64>(&attach, "SELECT count(*) FROM blob"),
        [24],
        "equal contents once"
    );
}
