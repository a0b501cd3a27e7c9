//! What must be true of the files, said claim by claim. Plain SQL on read-only connections and none
//! of the engine's functions, so that a mistake there cannot hide itself here; each claim has a test
//! that corrupts exactly that (`tests/it/verify.rs`).

mod chains;
mod claims;
mod contents;
mod imports;
mod lists;
mod moving;
mod numbers;
mod paper;
mod voids;

use super::attachments::made;
use super::connect::{READ_FLAGS, sql};
use super::data_dir::DataDir;
use crate::kit::Result;
use rusqlite::{Connection, Row};

/// One thing that must be true.
pub struct Claim {
    /// Short name, stable: tests and reports refer to it.
    pub id: &'static str,
    /// The claim as a sentence for the administrator.
    pub says: &'static str,
    check: fn(&Files, &mut Vec<String>) -> Result<()>,
}

/// A claim and what contradicts it.
#[derive(Debug)]
pub struct Finding {
    /// Which claim.
    pub claim: &'static str,
    /// The claim as a sentence.
    pub says: &'static str,
    /// Where it does not hold, at most [`MOST`] places.
    pub wrong: Vec<String>,
}

/// Places named for one claim; more only hide the first.
pub const MOST: usize = 20;

/// All claims, in the order they are checked.
pub const CLAIMS: &[Claim] = claims::ALL;

/// A volume with its attachment file.
pub(super) struct Volume {
    pub no: i64,
    pub conn: Connection,
    pub attach: Option<Connection>,
}

/// The files of a data folder, open for reading.
pub(super) struct Files {
    pub hub: Connection,
    pub index: Connection,
    pub volumes: Vec<Volume>,
}

/// Checks every claim; an empty list means all is well. The server should be stopped, so that the
/// index is not caught a moment behind.
pub fn verify(dir: &DataDir) -> Result<Vec<Finding>> {
    let files = Files::open(dir)?;
    let mut findings = Vec::new();
    for claim in CLAIMS {
        let mut wrong = Vec::new();
        if let Err(e) = (claim.check)(&files, &mut wrong) {
            wrong.push(format!("查不下去：{e}"));
        }
        if !wrong.is_empty() {
            wrong.truncate(MOST);
            findings.push(Finding {
                claim: claim.id,
                says: claim.says,
                wrong,
            });
        }
    }
    Ok(findings)
}

impl Files {
    fn open(dir: &DataDir) -> Result<Self> {
        let hub = reader(&dir.hub())?;
        let numbers: Vec<i64> = rows(
            &hub,
            "SELECT no FROM volume WHERE state IN ('open','frozen') ORDER BY no",
            |r| r.get(0),
        )?;
        let mut volumes = Vec::new();
        for no in numbers {
            let attach = dir.attach(no);
            let attach = attach.exists().then(|| reader(&attach)).transpose()?;
            let has_tables = attach.as_ref().map(made).transpose()?;
            let conn = opened(&dir.volume(no))?;
            moving::see_owned(&conn)?;
            volumes.push(Volume {
                no,
                conn: only_read(conn)?,
                attach: attach.filter(|_| has_tables > Some(0)),
            });
        }
        Ok(Self {
            hub,
            index: reader(&dir.index())?,
            volumes,
        })
    }
}

fn reader(path: &std::path::Path) -> Result<Connection> {
    only_read(opened(path)?)
}

fn opened(path: &std::path::Path) -> Result<Connection> {
    Connection::open_with_flags(path, READ_FLAGS).map_err(sql)
}

fn only_read(conn: Connection) -> Result<Connection> {
    conn.execute_batch("PRAGMA query_only=ON; PRAGMA trusted_schema=OFF;")
        .map_err(sql)?;
    Ok(conn)
}

/// All rows of one statement.
fn rows<T>(
    conn: &Connection,
    statement: &str,
    f: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    conn.prepare(statement)
        .and_then(|mut s| s.query_map([], f)?.collect())
        .map_err(sql)
}
