//! The step of sealing that copies attachments into the volume, each checked by its digest on the way.
//! Invariant: contents that are lost or damaged stop the sealing; a file half copied is begun again.

use super::seal::{Step, find_sealing};
use super::works::Telling;
use crate::kit::hash::Hasher;
use crate::kit::{Error, Result};
use crate::store::Store;
use crate::store::connect::{READ_FLAGS, sql};
use crate::store::file::File;
use crate::store::migrate::ATTACH;
use crate::store::query::Query;
use rusqlite::{Connection, OptionalExtension as _, params};
use std::path::Path;

/// Contents copied with one turn of the writer: 4 MB.
const CHUNKS_A_TURN: i64 = 16;

/// Contents that rows of the volume name.
const NAMED: &str = "SELECT digest, max(name) FROM (SELECT digest, name FROM attachment
   UNION ALL SELECT digest, name FROM scan WHERE digest IS NOT NULL) GROUP BY digest";

pub(super) fn fill(store: &Store, no: i64, telling: &Telling<'_>) -> Result<()> {
    let catalogue = &store.inner.catalogue;
    let file = catalogue.volume(no)?;
    if file.is_frozen() {
        return Ok(());
    }
    let sealing = find_sealing(store, no)?.ok_or(Error::NotFound)?;
    let whose = serde_json::to_string(&(&sealing.names, &sealing.asked_name, sealing.asked_at.0))?;
    file.alone(move |c| {
        let made: bool = c
            .query_row(
                "SELECT count(*) > 0 FROM sqlite_schema WHERE name = 'blob'",
                [],
                |r| r.get(0),
            )
            .map_err(sql)?;
        c.execute_batch("BEGIN IMMEDIATE")
            .and_then(|()| c.execute_batch(if made { "" } else { ATTACH }))
            .and_then(|()| {
                c.execute_batch(
                    "DELETE FROM chunk WHERE blob IN (SELECT id FROM blob WHERE state = 'staging');
                     DELETE FROM blob WHERE state = 'staging';",
                )
            })
            .and_then(|()| {
                c.execute(
                    "INSERT INTO meta(k, v) VALUES('sealed', ?1) ON CONFLICT(k) DO UPDATE SET v = excluded.v",
                    [whose],
                )
            })
            .and_then(|_| c.execute_batch("COMMIT"))
            .map_err(sql)
    })?;
    let named: Vec<([u8; 32], String)> = file
        .read_uncounted()?
        .all(NAMED, [], |r| Ok((r.get(0)?, r.get(1)?)))?;
    let path = catalogue.dir().attach(no);
    let of = named.len() as u64;
    for (n, (digest, name)) in (0..).zip(&named) {
        telling.tell(Step::Fill.words(), n, of)?;
        take_in(&file, &path, digest, name)?;
    }
    Ok(())
}

/// One file's contents, checked by their digest on the way.
fn take_in(file: &File, from: &Path, digest: &[u8; 32], name: &str) -> Result<()> {
    let wanted = *digest;
    let there: bool = file.read_uncounted()?.one(
        "SELECT count(*) > 0 FROM blob WHERE digest = ?1 AND state = 'ready'",
        [wanted],
        |r| r.get(0),
    )?;
    if there {
        return Ok(());
    }
    let lost = || {
        Error::Busy(format!(
            "附件“{name}”的内容不见了或者坏了，没有封存。请先从备份恢复它"
        ))
    };
    if !from.exists() {
        return Err(lost());
    }
    let source = Connection::open_with_flags(from, READ_FLAGS).map_err(sql)?;
    let found: Option<(i64, i64, i64)> = source
        .query_row(
            "SELECT id, size, at FROM blob WHERE digest = ?1 AND state = 'ready'",
            [wanted],
            |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
        )
        .optional()
        .map_err(sql)?;
    let (old, size, at) = found.ok_or_else(lost)?;
    let blob = file.alone(move |c| {
        c.execute(
            "INSERT INTO blob(size, state, at) VALUES(0, 'staging', ?1)",
            [at],
        )
        .map_err(sql)?;
        Ok(c.last_insert_rowid())
    })?;
    let (mut hasher, mut held, mut next) = (Hasher::default(), 0, 0);
    loop {
        let some: Vec<(i64, Vec<u8>)> = source
            .prepare_cached(
                "SELECT n, data FROM chunk WHERE blob = ?1 AND n >= ?2 ORDER BY n LIMIT ?3",
            )
            .and_then(|mut s| {
                s.query_map([old, next, CHUNKS_A_TURN], |r| Ok((r.get(0)?, r.get(1)?)))?
                    .collect()
            })
            .map_err(sql)?;
        let Some((last, _)) = some.last() else { break };
        next = last + 1;
        for (_, data) in &some {
            hasher.update(data);
            held += data.len() as i64;
        }
        file.alone(move |c| put(c, blob, &some))?;
    }
    if hasher.finish().0 != wanted || held != size {
        return Err(lost());
    }
    file.alone(move |c| {
        c.execute(
            "UPDATE blob SET digest = ?2, size = ?3, state = 'ready' WHERE id = ?1",
            params![blob, wanted, size],
        )
        .map(drop)
        .map_err(sql)
    })
}

fn put(c: &Connection, blob: i64, some: &[(i64, Vec<u8>)]) -> Result<()> {
    c.execute_batch("BEGIN IMMEDIATE").map_err(sql)?;
    for (n, data) in some {
        c.prepare_cached("INSERT INTO chunk(blob, n, data) VALUES(?1, ?2, ?3)")
            .and_then(|mut s| s.execute(params![blob, n, data]))
            .map_err(sql)?;
    }
    c.execute_batch("COMMIT").map_err(sql)
}
