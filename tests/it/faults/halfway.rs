//! A hub whose last change a power cut broke off, beside its journal: the start takes it back and reads the rest.

use crate::support::files::{Bare, Image, list, pragma};
use crate::support::town::{Town, monday};
use inkstone::kit::Clock;
use inkstone::store::peek_hub;

const KEPT: &str = "SELECT v FROM setting WHERE k = 'padding'";

#[test]
fn a_change_broken_off_before_the_hub_was_write_ahead_is_taken_back() {
    let town = Town::new("halfway-hub");
    town.register("incoming-handle", "第一件").unwrap();
    let folder = town.stop();
    let hub = folder.dir().hub();
    let bare = Bare::open(&hub);
    assert_eq!(bare.all::<String>("PRAGMA journal_mode=DELETE"), ["delete"]);
    bare.run("INSERT INTO setting(k, v) VALUES('padding', 'before')");
    // with two pages of memory the change reaches the file, its journal first, before it is committed
    bare.all::<i64>("PRAGMA cache_size=2");
    bare.run("BEGIN IMMEDIATE");
    bare.run("UPDATE setting SET v = 'after' WHERE k = 'padding'");
    bare.run(
        "INSERT INTO setting(k, v) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
         SELECT 'padding ' || i, hex(zeroblob(400)) FROM n",
    );
    let cut = Image::of(&folder).copy_all("halfway-cut");
    assert!(cut.dir().hub().with_file_name("hub.db-journal").exists());
    let peeked = peek_hub(&cut.dir(), |_| Ok(())).unwrap();
    assert!(peeked.is_some());
    let town = Town::open(cut, Clock::held(monday()));
    assert_eq!(town.todo("宋小笺").len(), 1);
    let cut = town.stop();
    assert_eq!(list::<String>(&cut.dir().hub(), KEPT), ["before"]);
    assert!(pragma(&cut.dir().hub(), "user_version") > 1);
    bare.run("ROLLBACK");
}
