//! Attachment files that are filled out of a backup: each content goes into every volume that names it, and is what its
//! digest says or the restore ends. Not for a running office: the files are in nobody's use yet.

use super::manifest::Manifest;
use super::pack;
use super::restore::{names, volume_path};
use crate::kit::hash::Hasher;
use crate::kit::{Result, sealed};
use crate::store::connect::{self, Kind, sql};
use crate::store::migrate::migrate;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

const CHUNK: usize = 256 << 10;

/// Attachment files that are being filled, each with what its volume still wants.
pub(super) struct Attached {
    parts: PathBuf,
    to: PathBuf,
    files: Option<Vec<Filling>>,
}

struct Filling {
    no: i64,
    wants: BTreeSet<[u8; 32]>,
    conn: Connection,
    path: PathBuf,
}

impl Attached {
    pub(super) fn new(parts: &Path, to: &Path) -> Self {
        Self {
            parts: parts.to_owned(),
            to: to.to_owned(),
            files: None,
        }
    }

    /// Where the contents lie in the backup itself, the volumes have come before them.
    pub(super) fn open(&mut self) -> Result<&mut Self> {
        if self.files.is_none() {
            let mut files = Vec::new();
            for name in names(&self.parts, "")? {
                if let Some(no) = name.strip_prefix("volume-").and_then(|n| n.parse().ok()) {
                    files.push(filling(&self.parts.join(&name), no, &self.to)?);
                }
            }
            self.files = Some(files);
        }
        Ok(self)
    }

    pub(super) fn finish(mut self, m: &Manifest, wanted: &impl Fn(i64) -> bool) -> Result<Self> {
        if let Some(files) = &mut self.files {
            files.retain(|f| wanted(f.no));
            return Ok(self);
        }
        let mut files = Vec::new();
        for part in m
            .volumes
            .iter()
            .filter(|p| wanted(p.no) && p.frozen.is_none())
        {
            files.push(filling(&volume_path(&self.to, part.no), part.no, &self.to)?);
        }
        self.files = Some(files);
        Ok(self)
    }

    /// Puts one content into every volume that wants it.
    pub(super) fn take(&mut self, digest: [u8; 32], from: &mut dyn Read) -> Result<()> {
        let files = self.files.iter_mut().flatten();
        let mut takers: Vec<&mut Filling> = files.filter(|f| f.wants.contains(&digest)).collect();
        if takers.is_empty() {
            return Ok(());
        }
        for t in &takers {
            t.conn
                .execute_batch("BEGIN")
                .and_then(|()| {
                    t.conn.execute(
                        "INSERT INTO blob(digest, size, state, at) VALUES(?1, 0, 'staging', 0)",
                        [digest],
                    )
                })
                .map_err(sql)?;
        }
        let ids: Vec<i64> = takers.iter().map(|t| t.conn.last_insert_rowid()).collect();
        let (mut n, mut size, mut hasher) = (0i64, 0i64, Hasher::default());
        loop {
            let mut chunk = Vec::with_capacity(CHUNK);
            let mut limited = (&mut *from).take(CHUNK as u64);
            limited
                .read_to_end(&mut chunk)
                .map_err(|e| sealed::why(&e))?;
            if chunk.is_empty() {
                break;
            }
            hasher.update(&chunk);
            size += chunk.len() as i64;
            for (t, id) in takers.iter().zip(&ids) {
                t.conn
                    .prepare_cached("INSERT INTO chunk(blob, n, data) VALUES(?1,?2,?3)")
                    .and_then(|mut s| s.execute(params![id, n, chunk]))
                    .map_err(sql)?;
            }
            n += 1;
        }
        if hasher.finish().0 != digest {
            return Err(sealed::why(&sealed::Broken::Damaged.into()));
        }
        for (t, id) in takers.iter_mut().zip(&ids) {
            t.conn
                .execute(
                    "UPDATE blob SET size = ?2, state = 'ready' WHERE id = ?1",
                    params![id, size],
                )
                .and_then(|_| t.conn.execute_batch("COMMIT"))
                .map_err(sql)?;
            t.wants.remove(&digest);
        }
        Ok(())
    }

    /// Everything on disk; how many contents never came.
    pub(super) fn close(self) -> Result<u64> {
        let mut missing = 0;
        for f in self.files.into_iter().flatten() {
            missing += f.wants.len() as u64;
            f.conn
                .query_row("PRAGMA journal_mode=DELETE", [], |_| Ok(()))
                .map_err(sql)?;
            drop(f.conn);
            File::options().write(true).open(&f.path)?.sync_all()?;
        }
        Ok(missing)
    }
}

fn filling(volume: &Path, no: i64, to: &Path) -> Result<Filling> {
    let conn = Connection::open_with_flags(volume, connect::READ_FLAGS).map_err(sql)?;
    let wants = pack::needed(&conn)?;
    let path = to.join("volumes").join(format!("{no:04}.att"));
    let mut conn = connect::open(&path, Kind::Attach)?;
    migrate(&mut conn, Kind::Attach)?;
    Ok(Filling {
        no,
        wants,
        conn,
        path,
    })
}
