//! One moment of all files: a read transaction is held on every volume and then on the hub, and each is copied from
//! under it in slices (storage.md §7: without the held snapshot a busy file starts over and never ends).
//! Invariant: in a set of copies every shelf has exactly one owner; caught in the middle of a relocation's switch,
//! the set is taken anew.

use super::counts::{self, Counts};
use super::desk::Progress;
use crate::kit::hash::Hasher;
use crate::kit::{Error, Result};
use crate::store::catalogue::Catalogue;
use crate::store::connect::{READ_FLAGS, as_reader, sql};
use crate::store::outbox::START;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OptionalExtension as _};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Pages copied at once, and the rest the disk has after them.
const PAGES: i32 = 1000;
const PAGE: u64 = 4096;
/// A switch is over in far less than so many tries.
const TRIES: usize = 20;

/// A file as it was at that moment.
#[derive(Clone)]
pub(super) struct Copied {
    /// 0 is the hub.
    pub no: i64,
    pub path: PathBuf,
    pub uuid: String,
    pub epoch: String,
    pub seq: i64,
    pub chain: Vec<u8>,
    pub schema: i64,
    pub size: u64,
    pub digest: [u8; 32],
    pub rows: Counts,
    /// The file itself, which nobody changes any more; not a copy.
    pub frozen: bool,
}

/// Copies the hub and every open volume into `work`; frozen volumes are named where they lie.
pub(super) fn take(catalogue: &Catalogue, work: &Path, progress: &Progress) -> Result<Vec<Copied>> {
    progress.say("正在取各个柜同一时刻的样子");
    let held = hold(catalogue)?;
    let bytes = held.iter().filter(|h| !h.frozen).map(|h| size(&h.path));
    progress.expect(bytes.sum());
    let mut copies = Vec::with_capacity(held.len());
    for one in held {
        copies.push(copy(one, work, progress)?);
    }
    Ok(copies)
}

struct Held {
    no: i64,
    path: PathBuf,
    conn: Connection,
    frozen: bool,
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |m| m.len())
}

fn hold(catalogue: &Catalogue) -> Result<Vec<Held>> {
    for _ in 0..TRIES {
        let mut held = Vec::new();
        for file in catalogue.volumes() {
            held.push(hold_one(&file.path, file.no, file.is_frozen())?);
        }
        let hub = catalogue.hub();
        held.push(hold_one(&hub.path, 0, false)?);
        if owned_once(&held)? {
            return Ok(held);
        }
        drop(held);
        std::thread::sleep(Duration::from_millis(500));
    }
    Err(Error::Busy(
        "有案卷正在换柜，这一刻取不到完整的样子。过几分钟会自己再备份".into(),
    ))
}

fn hold_one(path: &Path, no: i64, frozen: bool) -> Result<Held> {
    let mut conn = Connection::open_with_flags(path, READ_FLAGS).map_err(sql)?;
    as_reader(&mut conn).map_err(sql)?;
    conn.execute_batch("BEGIN").map_err(sql)?;
    // The transaction begins with its first read.
    conn.query_row("SELECT count(*) FROM meta", [], |_| Ok(()))
        .map_err(sql)?;
    Ok(Held {
        no,
        path: path.to_owned(),
        conn,
        frozen,
    })
}

/// Whether each shelf the hub files in a volume that is here has one owner.
fn owned_once(held: &[Held]) -> Result<bool> {
    let mut owners: BTreeMap<i64, usize> = BTreeMap::new();
    let mut here = Vec::new();
    for volume in held.iter().filter(|h| h.no > 0) {
        here.push(volume.no);
        for shelf in numbers(
            &volume.conn,
            "SELECT shelf FROM shelf_owner WHERE state IN ('active','frozen')",
        )? {
            *owners.entry(shelf).or_default() += 1;
        }
    }
    let Some(hub) = held.iter().find(|h| h.no == 0) else {
        return Ok(false);
    };
    let filed: Vec<(i64, i64)> = hub
        .conn
        .prepare("SELECT no, volume FROM shelf")
        .and_then(|mut s| s.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect())
        .map_err(sql)?;
    // A shelf whose owner row is a moment behind the hub's is made at the next start.
    let twice = owners.values().any(|n| *n > 1);
    let empty = filed
        .iter()
        .any(|(shelf, volume)| here.contains(volume) && !owners.contains_key(shelf));
    Ok(!twice && (!empty || !moving(&hub.conn)?))
}

fn moving(hub: &Connection) -> Result<bool> {
    let n = "SELECT count(*) FROM relocation WHERE state IN ('copying','switched')";
    let n: i64 = hub.query_row(n, [], |r| r.get(0)).map_err(sql)?;
    Ok(n > 0)
}

fn numbers(conn: &Connection, statement: &'static str) -> Result<Vec<i64>> {
    conn.prepare(statement)
        .and_then(|mut s| s.query_map([], |r| r.get(0))?.collect())
        .map_err(sql)
}

fn copy(held: Held, work: &Path, progress: &Progress) -> Result<Copied> {
    if held.frozen {
        return described(&held.conn, held.no, held.path.clone(), true);
    }
    progress.say(match held.no {
        0 => "正在复制总库".to_owned(),
        no => format!("正在复制 {no:04} 柜"),
    });
    let to = work.join(format!("{:04}.db", held.no));
    let mut out = Connection::open(&to).map_err(sql)?;
    // A work copy that a power cut takes is made again.
    out.execute_batch("PRAGMA synchronous=OFF").map_err(sql)?;
    {
        let backup = Backup::new(&held.conn, &mut out).map_err(sql)?;
        loop {
            let step = backup.step(PAGES).map_err(sql)?;
            progress.more(PAGES as u64 * PAGE)?;
            if matches!(step, StepResult::Done) {
                break;
            }
        }
    }
    drop(held.conn);
    out.query_row("PRAGMA journal_mode=DELETE", [], |_| Ok(()))
        .map_err(sql)?;
    described(&out, held.no, to, false)
}

fn described(conn: &Connection, no: i64, path: PathBuf, frozen: bool) -> Result<Copied> {
    let meta = |key: &str| -> Result<String> {
        conn.query_row("SELECT v FROM meta WHERE k = ?1", [key], |r| r.get(0))
            .map_err(sql)
    };
    let newest = "SELECT seq, chain FROM outbox ORDER BY seq DESC LIMIT 1";
    let newest: Option<(i64, Vec<u8>)> = conn
        .query_row(newest, [], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()
        .map_err(sql)?;
    let (seq, chain) = newest.unwrap_or_else(|| (0, START.to_vec()));
    let schema = conn
        .pragma_query_value(None, "user_version", |r| r.get(0))
        .map_err(sql)?;
    Ok(Copied {
        no,
        uuid: meta("uuid")?,
        epoch: meta("epoch")?,
        seq,
        chain,
        schema,
        rows: counts::count(conn)?,
        size: size(&path),
        digest: if frozen { [0; 32] } else { digest(&path)? },
        path,
        frozen,
    })
}

/// SM3 of a file.
pub(super) fn digest(path: &Path) -> Result<[u8; 32]> {
    let mut file = File::open(path)?;
    let (mut hasher, mut piece) = (Hasher::default(), vec![0; 1 << 20]);
    loop {
        let n = file.read(&mut piece)?;
        if n == 0 {
            return Ok(hasher.finish().0);
        }
        hasher.update(piece.get(..n).unwrap_or_default());
    }
}

/// An empty folder of this name, whatever was in it.
pub(super) fn fresh(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e.into()),
        _ => {}
    }
    Ok(fs::create_dir_all(path)?)
}
