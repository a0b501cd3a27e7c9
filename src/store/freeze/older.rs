//! Reading a frozen volume of an older schema: what it lacks is shadowed, for one connection, by empty
//! temporary tables. Not for open volumes, which are migrated.
//! Invariant: the file is opened read-only and nothing of it changes; a newer one is refused.

use super::schema;
use crate::kit::{Error, Result};
use crate::store::connect::{self, Kind, READ_FLAGS, sql};
use crate::store::migrate::present;
use rusqlite::Connection;
use std::io::Read as _;
use std::path::Path;

/// At place n - 1: what a volume of schema n lacks for being read as one of schema n + 1. A migration
/// of the volumes brings its own line here, and a test fails without it.
const SHADOWS: &[&str] = &[
    include_str!("../migrations/volume/older_0001.sql"),
    include_str!("../migrations/volume/older_0002.sql"),
    include_str!("../migrations/volume/older_0003.sql"),
    include_str!("../migrations/volume/older_0004.sql"),
    include_str!("../migrations/volume/older_0005.sql"),
];

/// How a SQLite file begins.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Settings of a connection that reads a frozen volume, whatever its schema.
pub(in crate::store) fn as_reader(conn: &mut Connection) -> rusqlite::Result<()> {
    connect::wary(conn)?;
    let version: i64 = conn.pragma_query_value(None, "user_version", |r| r.get(0))?;
    let older = usize::try_from(version - 1).unwrap_or(0);
    // before the shadows are made: setting it later would drop them
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    for shadow in SHADOWS.iter().skip(older) {
        conn.execute_batch(shadow)?;
    }
    connect::as_reader(conn)
}

/// One connection that reads a frozen volume.
pub(in crate::store) fn reader(path: &Path) -> Result<Connection> {
    let mut conn = Connection::open_with_flags(path, READ_FLAGS).map_err(sql)?;
    as_reader(&mut conn).map_err(sql)?;
    Ok(conn)
}

/// Refuses what is no volume, or one that only a newer program reads; gives its schema.
pub(in crate::store) fn check(path: &Path) -> Result<i64> {
    let name = path.display();
    let mut head = [0; 16];
    let read = std::fs::File::open(path).and_then(|mut f| f.read_exact(&mut head));
    if let Err(e) = read {
        return Err(Error::Busy(match e.kind() {
            std::io::ErrorKind::UnexpectedEof => {
                format!("{name} 是空的或者没有拷完，不是砚台的柜子")
            }
            _ => format!("打不开 {name}：{e}。请看看硬盘接好没有、路径写对没有"),
        }));
    }
    if head != MAGIC {
        return Err(Error::Busy(format!(
            "{name} 不是砚台的柜子，没有打开。请选扩展名是 .vol 的文件"
        )));
    }
    let conn = Connection::open_with_flags(path, READ_FLAGS).map_err(sql)?;
    connect::wary(&conn).map_err(sql)?;
    let pragma = |key| conn.pragma_query_value(None, key, |r| r.get::<_, i64>(0));
    let (app, version) = pragma("application_id")
        .and_then(|app| Ok((app, pragma("user_version")?)))
        .map_err(|e| {
            tracing::warn!(cause = %e, "a volume could not be opened for reading");
            Error::Busy(format!(
                "{name} 打不开：文件坏了，或者它没有封存过。只有封存过的柜子能在只读的盘上打开"
            ))
        })?;
    if app != i64::from(Kind::Volume.application_id()) || version < 1 {
        return Err(Error::Busy(format!("{name} 不是砚台的柜子，没有打开")));
    }
    let newest = present(Kind::Volume) as i64;
    if version > newest {
        return Err(Error::Busy(format!(
            "{name} 是新版本程序写的（数据版本 {version}，本程序只认到 {newest}）。请换用新版本的砚台打开，文件没有改动"
        )));
    }
    Ok(version)
}

/// The same of a file from outside: besides, its tables have to be the ones that our own migrations make, before a
/// single row of them is read (S63).
pub(super) fn check_foreign(path: &Path) -> Result<i64> {
    let version = check(path)?;
    let conn = Connection::open_with_flags(path, READ_FLAGS).map_err(sql)?;
    connect::wary(&conn).map_err(sql)?;
    match schema::stranger(&conn, version) {
        Ok(None) => Ok(version),
        Err(Error::Fault(cause)) => Err(Error::Busy(format!(
            "{} 读不下去，可能坏了（{cause}）。请换另一份拷贝试试",
            path.display()
        ))),
        Err(other) => Err(other),
        Ok(Some(what)) => Err(Error::Busy(format!(
            "{} 里有砚台没有写过的东西（{what}），可能被人动过手脚，没有打开。请把这个文件另外放好，向给您文件的单位核对，再拷一份没有动过的来",
            path.display()
        ))),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::store::migrate::{migrate, migrate_to};
    use crate::store::tables::{SHELF_TABLES, VOLUME_TABLES};

    fn columns(conn: &Connection, table: &str) -> Vec<(String, String)> {
        let mut all: Vec<_> = conn
            .prepare("SELECT name, type FROM pragma_table_info(?1)")
            .unwrap()
            .query_map([table], |r| Ok((r.get(0)?, r.get(1)?)))
            .unwrap()
            .collect::<rusqlite::Result<_>>()
            .unwrap();
        all.sort();
        all
    }

    /// A migration of the volumes that comes without its shadow fails here.
    #[test]
    fn every_released_schema_is_read_as_the_present_one() {
        let mut now = Connection::open_in_memory().unwrap();
        migrate(&mut now, Kind::Volume).unwrap();
        let newest = present(Kind::Volume);
        assert_eq!(SHADOWS.len() + 1, newest, "a shadow for each older schema");
        for version in 1..=newest {
            let mut old = Connection::open_in_memory().unwrap();
            migrate_to(&mut old, Kind::Volume, version).unwrap();
            as_reader(&mut old).unwrap();
            for table in SHELF_TABLES.iter().chain(VOLUME_TABLES) {
                let want = columns(&now, table);
                assert!(!want.is_empty());
                assert_eq!(columns(&old, table), want, "schema {version}: {table}");
            }
        }
    }
}
