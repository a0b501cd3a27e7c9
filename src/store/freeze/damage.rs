//! What is wrong with a sealed volume that is not what its manifest says, named as far as can be told:
//! page and table, a table's rows, an attachment, a link of a chain.

use super::every::counts;
use super::manifest::Manifest;
use super::older;
use crate::kit::hash::Hasher;
use crate::kit::{Error, Result};
use crate::store::connect::sql;
use crate::store::verify::broken_links;
use rusqlite::Connection;
use std::path::Path;

/// Faults named; more only hide the first.
const MOST: usize = 10;

/// How closely to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unsound {
    /// Pages, indexes and references.
    Structure,
    /// Also every attachment and every chain.
    Everything,
}

/// What is wrong inside a file, in words; nothing where it is sound.
pub(super) fn unsound(path: &Path, how: Unsound) -> Result<Vec<String>> {
    let conn = older::reader(path)?;
    let mut wrong = structure(&conn)?;
    if how == Unsound::Everything {
        if let Err(e) = attachments(&conn, &mut wrong) {
            wrong.push(format!("附件读不下去：{e}"));
        }
        wrong.extend(broken_links(&conn));
    }
    wrong.truncate(MOST);
    Ok(wrong)
}

/// Refuses to seal a file that is not sound.
pub(super) fn check(path: &Path) -> Result<()> {
    let wrong = unsound(path, Unsound::Structure)?;
    match wrong.first() {
        None => Ok(()),
        Some(first) => Err(Error::Busy(format!(
            "检查时发现柜里有损坏，没有封存：{first}。请先从备份恢复它"
        ))),
    }
}

/// Why a file is not the one its manifest describes.
pub(super) fn differs(path: &Path, manifest: &Manifest) -> Vec<String> {
    let bytes = std::fs::metadata(path).map_or(0, |m| m.len());
    let mut wrong = Vec::new();
    if bytes != manifest.bytes {
        wrong.push(format!(
            "文件应当有 {} 字节，现在是 {bytes} 字节，可能没有拷完",
            manifest.bytes
        ));
    }
    match unsound(path, Unsound::Everything) {
        Ok(found) => wrong.extend(found),
        Err(e) => wrong.push(format!("读不下去：{e}")),
    }
    let have = older::reader(path).and_then(|conn| counts(&conn));
    for (table, want) in &manifest.rows {
        let found = have.as_ref().ok().and_then(|all| all.get(table)).copied();
        if let Some(found) = found
            && found != *want
        {
            wrong.push(format!(
                "{}应当有 {want} 行，现在是 {found} 行",
                label(table)
            ));
        }
    }
    if wrong.is_empty() {
        wrong.push("内容和封条上的指纹对不上，但是看不出改在哪里".into());
    }
    wrong.truncate(MOST);
    wrong
}

fn structure(conn: &Connection) -> Result<Vec<String>> {
    let ask = |statement: &str, at: usize| -> rusqlite::Result<Vec<String>> {
        conn.prepare(statement)?
            .query_map([], |r| r.get::<_, String>(at))?
            .collect()
    };
    let mut wrong = Vec::new();
    match ask("PRAGMA integrity_check(20)", 0) {
        Ok(lines) => wrong.extend(
            lines
                .iter()
                .flat_map(|l| l.lines())
                .filter(|l| *l != "ok" && !l.starts_with("***"))
                .map(|l| in_words(conn, l)),
        ),
        Err(e) => wrong.push(format!("文件结构坏了，读不下去（{e}）")),
    }
    if wrong.is_empty() {
        let tables = ask("PRAGMA foreign_key_check", 0).map_err(sql)?;
        let lost = |t: String| format!("{}里有一行指的东西不在了", label(&t));
        wrong.extend(tables.into_iter().map(lost));
    }
    Ok(wrong)
}

/// SQLite's own line, with the page and the table it is about.
fn in_words(conn: &Connection, line: &str) -> String {
    let number = |word: &str| {
        let mut words = line.split([' ', ':', ',']);
        words.find(|w| w.eq_ignore_ascii_case(word))?;
        words.next()?.parse::<i64>().ok()
    };
    let table = number("tree").and_then(|root| {
        let find = "SELECT tbl_name FROM sqlite_schema WHERE rootpage = ?1";
        conn.query_row(find, [root], |r| r.get::<_, String>(0)).ok()
    });
    let named = line
        .rsplit_once("index ")
        .or_else(|| line.rsplit_once("in "));
    let table = table.or_else(|| {
        let find = "SELECT tbl_name FROM sqlite_schema WHERE name = ?1";
        let name = named?.1.trim();
        conn.query_row(find, [name], |r| r.get::<_, String>(0)).ok()
    });
    match (number("page"), table) {
        (Some(page), Some(table)) => format!("第 {page} 页坏了，在{}里（{line}）", label(&table)),
        (Some(page), None) => format!("第 {page} 页坏了（{line}）"),
        (None, Some(table)) => format!("{}坏了（{line}）", label(&table)),
        (None, None) => format!("文件结构坏了（{line}）"),
    }
}

fn attachments(conn: &Connection, wrong: &mut Vec<String>) -> Result<()> {
    let named: Vec<(String, [u8; 32], i64)> = conn
        .prepare(
            "SELECT name, digest, size FROM attachment
             UNION ALL SELECT name, digest, size FROM scan WHERE digest IS NOT NULL",
        )
        .and_then(|mut s| {
            s.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
                .collect()
        })
        .map_err(sql)?;
    for (name, digest, size) in named {
        let mut chunks = conn
            .prepare_cached(
                "SELECT c.data FROM blob b JOIN chunk c ON c.blob = b.id
                 WHERE b.digest = ?1 AND b.state = 'ready' ORDER BY c.n",
            )
            .map_err(sql)?;
        let (mut hasher, mut held) = (Hasher::default(), 0);
        let mut found = chunks.query([digest]).map_err(sql)?;
        let read = loop {
            match found.next() {
                Ok(Some(row)) => match row.get::<_, Vec<u8>>(0) {
                    Ok(data) => {
                        held += data.len() as i64;
                        hasher.update(&data);
                    }
                    Err(_) => break false,
                },
                Ok(None) => break true,
                Err(_) => break false,
            }
        };
        if !read || held != size || hasher.finish().0 != digest {
            wrong.push(format!("附件“{name}”的内容坏了"));
        }
    }
    Ok(())
}

/// What a table holds, as people say it.
fn label(table: &str) -> String {
    let known = match table {
        "cases" => "案卷",
        "table_row" => "表格",
        "branch" | "task" => "待办",
        "opinion" => "意见",
        "ledger" => "处理流程台账",
        "grants" => "查看范围",
        "attachment" | "blob" | "chunk" => "附件",
        "audit" => "操作记录",
        "outbox" => "传递记录",
        "paper_opinion" | "paper_reply" => "代录的书面意见",
        _ => return format!("“{table}”"),
    };
    format!("{known}（{table}）")
}
