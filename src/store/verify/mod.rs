//! What must be true of the files, said claim by claim. Plain SQL on read-only connections and none
//! of the engine's functions, so that a mistake there cannot hide itself here; each claim has a test
//! that corrupts exactly that (`tests/it/verify.rs`).

mod archive;
mod backups;
mod beside;
mod chains;
mod claims;
mod contents;
mod continued;
mod imports;
mod kin;
mod lists;
mod moving;
mod numbers;
mod owners;
mod paper;
mod parcels;
mod progress;
mod sealed;
mod spans;
mod stamped;
mod voids;
mod writing;

use super::attachments::made;
use super::connect::{READ_FLAGS, sql};
use super::data_dir::DataDir;
use super::freeze::older;
use crate::kit::{Error, Result};
use progress::{Part, Progress};
use rusqlite::{Connection, Row};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

/// One thing that must be true.
pub struct Claim {
    /// Short name, stable: tests and reports refer to it.
    pub id: &'static str,
    /// The claim as a sentence for the administrator.
    pub says: &'static str,
    /// What it costs beside the others.
    weight: u32,
    check: fn(&Files<'_>, &mut Vec<String>) -> Result<()>,
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
const LINKS: &[(&str, &chains::Chain)] = &[
    ("处理流程台账", &chains::LEDGER),
    ("意见", &chains::OPINION),
    ("操作记录", &chains::AUDIT),
    ("传递记录", &chains::OUTBOX),
    ("对代录意见的答复", &chains::REPLY),
];

/// The broken links of every chain of one volume.
pub(super) fn broken_links(conn: &Connection) -> Vec<String> {
    let progress = Progress::new(1, &|_| ());
    let mut wrong = Vec::new();
    for (name, chain) in LINKS {
        if let Err(e) = chains::check(conn, chain, (name, &progress.part(0)), &mut wrong) {
            wrong.push(format!("{name}读不下去：{e}"));
        }
    }
    wrong
}

/// The broken links of the hub or of an open volume while people work on it; `stop` ends it soon.
pub(super) fn chains_of(
    path: &std::path::Path,
    (is_hub, is_frozen): (bool, bool),
    stop: &Arc<AtomicBool>,
) -> Result<Vec<String>> {
    let conn = match is_frozen {
        true => older::reader(path)?,
        false => opened(path)?,
    };
    if !is_hub && !is_frozen {
        moving::see_owned(&conn)?;
    }
    let asked = stop.clone();
    conn.progress_handler(20_000, Some(move || asked.load(Ordering::Acquire)))
        .map_err(sql)?;
    let conn = only_read(conn)?;
    if !is_hub {
        return Ok(broken_links(&conn));
    }
    let progress = Progress::new(1, &|_| ());
    let mut wrong = Vec::new();
    for (name, chain) in [("操作记录", &chains::AUDIT), ("传递记录", &chains::OUTBOX)] {
        chains::check(&conn, chain, (name, &progress.part(0)), &mut wrong)?;
    }
    Ok(wrong)
}

/// The audit chains of one file alone.
pub(super) fn audit_of(path: &std::path::Path, is_frozen: bool) -> Result<Vec<String>> {
    let conn = match is_frozen {
        true => older::reader(path)?,
        false => opened(path)?,
    };
    let conn = only_read(conn)?;
    let progress = Progress::new(1, &|_| ());
    let mut wrong = Vec::new();
    let part = progress.part(0);
    chains::check(&conn, &chains::AUDIT, ("操作记录", &part), &mut wrong)?;
    Ok(wrong)
}

/// A volume with its attachment file.
pub(super) struct Volume {
    pub no: i64,
    pub conn: Connection,
    pub attach: Option<Connection>,
}

/// The files of a data folder, open for reading, and how far the claim at hand is.
pub(super) struct Files<'p> {
    pub hub: Connection,
    pub index: Connection,
    pub volumes: Vec<Volume>,
    /// What stayed of volumes that were carried off: enough for the claims about lists.
    pub cards: Vec<Volume>,
    pub dir: DataDir,
    part: Part<'p>,
}

/// Claims checked at once: they only read, and an office PC has two cores.
const AT_ONCE: usize = 2;

/// Checks every claim; an empty list means all is well. The server should be stopped, so that the
/// index is not caught a moment behind.
pub fn verify(dir: &DataDir) -> Result<Vec<Finding>> {
    verify_telling(dir, &|_| ())
}

/// The same, saying how many hundredths are done: a large office takes minutes.
pub fn verify_telling(dir: &DataDir, tell: &(dyn Fn(u32) + Sync)) -> Result<Vec<Finding>> {
    let progress = Progress::new(CLAIMS.iter().map(|c| c.weight).sum(), tell);
    // the long ones first, so that none is left alone at the end
    let mut order: Vec<usize> = (0..CLAIMS.len()).collect();
    order.sort_by_key(|n| CLAIMS.get(*n).map(|c| std::cmp::Reverse(c.weight)));
    let (next, order) = (AtomicUsize::new(0), &order);
    let work = || -> Result<Vec<(usize, Finding)>> {
        let mut files = Files::open(dir, progress.part(0))?;
        let mut findings = Vec::new();
        while let Some(n) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            let Some(claim) = CLAIMS.get(*n) else { break };
            files.part = progress.part(claim.weight);
            findings.extend(found(claim, &files).map(|f| (*n, f)));
        }
        Ok(findings)
    };
    let mut findings = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        let mut all = Vec::new();
        for thread in threads {
            let some = thread.join();
            all.extend(some.unwrap_or_else(|_| Err(Error::fault("a claim panicked")))?);
        }
        Ok::<_, Error>(all)
    })?;
    findings.sort_by_key(|(n, _)| *n);
    Ok(findings.into_iter().map(|(_, f)| f).collect())
}

fn found(claim: &Claim, files: &Files<'_>) -> Option<Finding> {
    let began = Instant::now();
    let mut wrong = Vec::new();
    if let Err(e) = (claim.check)(files, &mut wrong) {
        wrong.push(format!("查不下去：{e}"));
    }
    let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::debug!(claim = claim.id, took_ms, "checked");
    wrong.truncate(MOST);
    (!wrong.is_empty()).then_some(Finding {
        claim: claim.id,
        says: claim.says,
        wrong,
    })
}

impl<'p> Files<'p> {
    fn open(dir: &DataDir, part: Part<'p>) -> Result<Self> {
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
            part,
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
    let conn = opened(&dir.volume(no))?;
    moving::see_owned(&conn)?;
    Ok(Volume {
        no,
        conn: only_read(conn)?,
        attach: attach.filter(|_| has_tables > Some(0)),
    })
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
