//! Room inside a volume's file that holds nothing: a file of before keeps it, and the pages say so; a new one has none.

use crate::support::files::Bare;
use crate::support::office::Office;
use crate::support::town::{Town, monday};
use inkstone::kit::Clock;

const NO: i64 = 1;

#[test]
fn a_file_of_before_says_how_much_of_it_is_free() {
    let town = Town::new("storage-spare");
    town.register("incoming-handle", "关于防汛的通知").unwrap();
    let new = town.store.spare(NO).unwrap();
    assert!(!new.stays, "a file of now gives room back: {new:?}");
    let folder = town.stop();
    // as the first release made it, and as it is when a large shelf went
    let bare = Bare::keeping(&folder.dir().volume(NO));
    for statement in [
        "PRAGMA auto_vacuum=NONE",
        "VACUUM",
        "CREATE TABLE gone(a)",
        "INSERT INTO gone VALUES(zeroblob(6000000))",
        "DROP TABLE gone",
    ] {
        bare.run(statement);
    }
    drop(bare);
    let office = Office::of(Town::open(folder, Clock::held(monday())));
    let spare = office.town.store.spare(NO).unwrap();
    assert!(spare.stays && spare.free > 5_000_000, "{spare:?}");
    let mut admin = office.admin();
    let page = admin.get("/storage").text();
    assert!(page.contains("空着 5."), "{page}");
    let page = admin.get("/storage/volume/1").text();
    assert!(
        page.contains("文件里空着 5.") && page.contains("先用它"),
        "{page}"
    );
    // and it is used again
    for n in 0..60 {
        let title = format!("第{n}件");
        office.town.register("incoming-handle", &title).unwrap();
    }
    office.town.store.checkpoint();
    let later = office.town.store.spare(NO).unwrap();
    assert!(later.free < spare.free, "{later:?}");
}
