//! Sealed years of every released schema, as a sqlite3 dump each, opened by the present program with not one
//! byte changed. A new schema brings its own dump; a file of a newer one is refused.

use crate::support::files::{Bare, list};
use crate::support::town::{Folder, Town};
use inkstone::engine::look_store::{Wanted, list_looked};
use inkstone::store::tables::{SHELF_TABLES, VOLUME_TABLES};
use std::fs;

/// By schema. `blob` and `chunk` are inside: they were sealed.
pub const RELEASED: &[(i64, &str)] = &[
    (1, include_str!("schema_1.sql")),
    (2, include_str!("schema_2.sql")),
    (3, include_str!("schema_3.sql")),
    (4, include_str!("schema_4.sql")),
    (5, include_str!("schema_5.sql")),
];

#[test]
fn sealed_years_of_every_released_schema_are_read() {
    let town = Town::new("older");
    let disk = Folder::new("older-disk");
    fs::create_dir_all(&disk.0).unwrap();
    for (schema, dump) in RELEASED {
        let path = disk.0.join(format!("{schema}.vol"));
        Bare::make(&path, dump);
        assert_eq!(list::<i64>(&path, "PRAGMA user_version"), [*schema]);
        let tables = list::<String>(&path, "SELECT name FROM sqlite_schema WHERE type = 'table'");
        let lacks = SHELF_TABLES.iter().chain(VOLUME_TABLES);
        let lacks = lacks
            .filter(|t| !tables.iter().any(|have| have == *t))
            .count();
        assert!(lacks > 0, "set-up: {schema} lacks nothing");
        let before = fs::read(&path).unwrap();
        let stamp = town.stamp("苏简", "beside.add");
        let id = town.store.add_beside(&path, "苏简", stamp).unwrap();
        let beside = town.store.beside(id).unwrap();
        let read = beside.read().unwrap();
        let wanted = Wanted {
            many: 50,
            ..Wanted::default()
        };
        let all = list_looked(&read, &wanted).unwrap();
        assert_eq!(all.len(), 3, "{schema}");
        for line in &all {
            let now = town.clock.now();
            let view = town
                .engine
                .look(&read, line.case, "/x".into(), now)
                .unwrap();
            assert!(!view.case.acts.is_empty(), "{schema}");
        }
        let filed = list::<Vec<u8>>(&path, "SELECT digest FROM attachment")[0].clone();
        let digest = inkstone::kit::Digest(filed.try_into().unwrap());
        let bytes = beside.blob(digest).unwrap().all(1 << 20).unwrap().unwrap();
        assert_eq!(bytes, super::year::bytes_of(), "{schema}");
        assert_eq!(fs::read(&path).unwrap(), before, "{schema}: not one byte");
        town.store
            .drop_beside(id, town.stamp("苏简", "beside.add"))
            .unwrap();
    }
    let (newest, dump) = RELEASED.last().unwrap();
    let path = disk.0.join("newer.vol");
    Bare::make(
        &path,
        &format!("{dump}\nPRAGMA user_version = {};", newest + 90),
    );
    let stamp = town.stamp("苏简", "beside.add");
    let refused = town.store.add_beside(&path, "苏简", stamp).unwrap_err();
    assert!(refused.to_string().contains("新版本程序写的"), "{refused}");
}
