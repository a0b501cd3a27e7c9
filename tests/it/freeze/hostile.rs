//! A sealed volume that somebody else wrote on purpose: it says of itself what ours says, and brings a trigger, a view, a
//! virtual table or another CHECK with it. Refused at every door with the thing named, and not one byte of it changed.

use super::older::RELEASED;
use crate::support::files::Bare;
use crate::support::town::{Folder, Town};
use inkstone::app::look;
use inkstone::kit::Error;
use std::fs;

#[test]
fn s63_a_volume_that_brings_its_own_program_is_not_opened() {
    let town = Town::new("hostile");
    let disk = Folder::new("hostile-disk");
    fs::create_dir_all(&disk.0).unwrap();
    let (_, dump) = RELEASED.last().unwrap();
    let stamp = || town.stamp("苏简", "beside.add");
    let path = disk.0.join("whole.vol");
    Bare::make(&path, dump);
    let whole = town.store.add_beside(&path, "苏简", stamp()).unwrap();
    town.store.drop_beside(whole, stamp()).unwrap();

    let check = "CHECK((joined IS NULL) = (state <> 'joined'))";
    assert!(dump.contains(check), "the set-up");
    let cases = [
        (
            "CREATE TRIGGER evil BEFORE INSERT ON op BEGIN DELETE FROM ledger; END;",
            "外来的触发器 evil",
        ),
        (
            "DROP TABLE scan; CREATE VIEW scan AS SELECT * FROM opinion;",
            "外来的视图 scan",
        ),
        (
            "CREATE VIRTUAL TABLE evil USING fts5(x);",
            "外来的表 evil",
        ),
        (
            "PRAGMA writable_schema=ON;
             UPDATE sqlite_schema SET sql = replace(sql, 'CHECK((joined IS NULL) = (state <> ''joined''))',
               'CHECK(length(randomblob(9)) > 0)') WHERE name = 'archive_card';
             PRAGMA writable_schema=OFF;",
            "改过的表 archive_card",
        ),
    ];
    for (n, (more, said)) in cases.into_iter().enumerate() {
        let path = disk.0.join(format!("{n}.vol"));
        Bare::make(&path, &format!("{dump}\n{more}"));
        let before = fs::read(&path).unwrap();
        let doors = [
            town.store.add_beside(&path, "苏简", stamp()).map(drop),
            town.store.can_attach(&path).map(drop),
            look::show(&path, None).map(drop),
        ];
        for refused in doors {
            let Err(Error::Busy(words)) = refused else {
                panic!("{said}: {refused:?}");
            };
            assert!(
                words.contains(said) && words.contains("没有打开"),
                "{said}: {words}"
            );
        }
        assert_eq!(fs::read(&path).unwrap(), before, "{said}: not one byte");
    }
    assert!(town.store.besides().unwrap().is_empty());
}
