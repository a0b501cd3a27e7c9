//! What must be true of the files, said claim by claim. Plain SQL on read-only connections and none
//! of the engine's functions, so that a mistake there cannot hide itself here; each claim has a test
//! that corrupts exactly that (`tests/it/verify.rs`).

mod chains;
mod claims;
mod contents;
mod imports;
mod lists;
mod numbers;
mod paper;
mod sealed;
mod voids;

use super::attachments::made;
use super::connect::{READ_FLAGS, sql};
use super::data_dir::DataDir;
use super::freeze::older;
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

/// The chains of a volume, by the name a person knows them under.
pub(super) const LINKS: &[(&str, &str)] = &[
    ("处理流程台账", chains::LEDGER),
    ("意见", chains::OPINION),
    ("操作记录", chains::AUDIT),
    ("传递记录", chains::OUTBOX),
    ("对代录意见的答复", chains::REPLY),
];
pub(super) use chains::check as links;

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
    /// What stayed of volumes that were carried off: enough for the claims about lists.
    pub cards: Vec<Volume>,
    pub dir: DataDir,
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
        let numbers: Vec<(i64, String)> = rows(
            &hub,
            "SELECT no, state FROM volume WHERE state <> 'broken' ORDER BY no",
            |r| Ok((r.get(0)?, r.get(1)?)),
        )?;
        let (mut volumes, mut cards) = (Vec::new(), Vec::new());
        for (no, state) in numbers {
            let volume = dir.volume(no);
            match state.as_str() {
                "detached" if dir.card(no).exists() => cards.push(Volume {
                    no,
                    conn: older::reader(&dir.card(no))?,
                    attach: None,
                }),
                "detached" => {}
                "frozen" => volumes.push(Volume {
                    no,
                    conn: older::reader(&volume)?,
                    attach: Some(reader(&volume)?),
                }),
                _ => volumes.push(open_volume(dir, no)?),
            }
        }
        Ok(Self {
            hub,
            index: reader(&dir.index())?,
            volumes,
            cards,
            dir: dir.clone(),
        })
    }

    /// Every volume whose cases stand in the lists.
    fn listed(&self) -> impl Iterator<Item = &Volume> {
        self.volumes.iter().chain(&self.cards)
    }
}

fn open_volume(dir: &DataDir, no: i64) -> Result<Volume> {
    let attach = dir.attach(no);
    let attach = attach.exists().then(|| reader(&attach)).transpose()?;
    let has_tables = attach.as_ref().map(made).transpose()?;
    Ok(Volume {
        no,
        conn: reader(&dir.volume(no))?,
        attach: attach.filter(|_| has_tables > Some(0)),
    })
}

fn reader(path: &std::path::Path) -> Result<Connection> {
    let conn = Connection::open_with_flags(path, READ_FLAGS).map_err(sql)?;
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
