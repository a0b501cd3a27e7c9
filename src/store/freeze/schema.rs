//! What a sealed volume from outside may say its tables are: what our own migrations make of the schema it names, word for
//! word, and nothing besides (trust-and-ux S63). A trigger, a view or a virtual table of others is a program that would run
//! with our hands. Not for damage (`damage`), nor for rows.
//! Invariant: asked before any row is read; what is missing is no danger, and is found by what reads it.

use crate::kit::{Error, Result, text};
use crate::store::connect::{Kind, sql};
use crate::store::migrate::{ATTACH, migrate_to};
use rusqlite::Connection;
use std::collections::BTreeSet;

/// Letters shown of a name that somebody else chose.
const SHOWN: usize = 40;

/// Kind, name, the table it belongs to, its text.
type Object = (String, String, String, String);

/// The first thing in it that is not ours, in words; none where there is none.
pub(super) fn stranger(conn: &Connection, version: i64) -> Result<Option<String>> {
    let ours = ours(usize::try_from(version).map_err(Error::fault)?)?;
    let found = list(conn)?.into_iter().find(|o| !ours.contains(o));
    Ok(found.map(|o| named(&o, &ours)))
}

/// What a volume of this schema holds once it is sealed, with the contents of its attachments inside.
fn ours(version: usize) -> Result<BTreeSet<Object>> {
    let mut conn = Connection::open_in_memory().map_err(sql)?;
    migrate_to(&mut conn, Kind::Volume, version)?;
    conn.execute_batch(ATTACH).map_err(sql)?;
    Ok(list(&conn)?.into_iter().collect())
}

fn list(conn: &Connection) -> Result<Vec<Object>> {
    let all = "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema ORDER BY type DESC, name";
    let read = |r: &rusqlite::Row<'_>| {
        let sql: String = r.get(3)?;
        Ok((r.get(0)?, r.get(1)?, r.get(2)?, lines(&sql)))
    };
    conn.prepare(all)
        .and_then(|mut s| s.query_map([], read)?.collect())
        .map_err(sql)
}

/// Without what an editor or another system's line ends change; a line's end ends a comment, so lines stay lines.
fn lines(sql: &str) -> String {
    let all: Vec<&str> = sql.lines().map(str::trim_end).collect();
    all.join("\n")
}

fn named((kind, name, _, _): &Object, ours: &BTreeSet<Object>) -> String {
    let what = match kind.as_str() {
        "trigger" => "触发器",
        "view" => "视图",
        "index" => "索引",
        _ => "表",
    };
    let known = ours.iter().any(|(k, n, ..)| (k, n) == (kind, name));
    let how = if known { "改过的" } else { "外来的" };
    format!("{how}{what} {}", text::clip(&text::one_line(name), SHOWN))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::store::migrate::present;

    fn made(version: usize, more: &str) -> Option<String> {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate_to(&mut conn, Kind::Volume, version).unwrap();
        conn.execute_batch(ATTACH).unwrap();
        conn.execute_batch(more).unwrap();
        stranger(&conn, version as i64).unwrap()
    }

    #[test]
    fn every_schema_of_ours_is_ours_and_of_no_other_number() {
        for version in 1..=present(Kind::Volume) {
            assert_eq!(made(version, ""), None, "{version}");
        }
        let mut conn = Connection::open_in_memory().unwrap();
        migrate_to(&mut conn, Kind::Volume, 2).unwrap();
        assert!(stranger(&conn, 1).unwrap().is_some());
    }

    #[test]
    fn whatever_else_is_in_it_is_named() {
        let last = present(Kind::Volume);
        for (more, said) in [
            (
                "CREATE TRIGGER evil AFTER INSERT ON op BEGIN SELECT 1; END",
                "外来的触发器 evil",
            ),
            ("CREATE VIEW evil AS SELECT 1", "外来的视图 evil"),
            ("CREATE TABLE evil(x)", "外来的表 evil"),
            ("CREATE INDEX evil ON audit(detail)", "外来的索引 evil"),
            (
                "DROP TRIGGER audit_fixed;
                 CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit BEGIN SELECT 1; END",
                "改过的触发器 audit_fixed",
            ),
        ] {
            assert_eq!(made(last, more).as_deref(), Some(said), "{more}");
        }
        assert_eq!(
            made(last, "DROP TRIGGER audit_fixed"),
            None,
            "what is missing"
        );
    }

    #[test]
    fn line_ends_change_nothing_and_comments_hide_nothing() {
        assert_eq!(lines("a,  \r\n b"), lines("a,\n b"));
        assert_ne!(lines("a -- x\n, b"), lines("a -- x , b"));
    }
}
