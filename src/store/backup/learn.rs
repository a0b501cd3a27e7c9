//! At the start: a hub older than the volumes beside it, put back by hand or by another program. It is recognised by
//! what the volumes own, bind and name and it does not know; it learns that from them before anything is opened for
//! work, and the administrator is told. Not for volumes that are older than the hub (`restore`).
//! Invariant: looking changes nothing, and a hub that knows all is left as it is.

use super::mend::{Mend, Old, mend};
use crate::kit::{Millis, Result};
use crate::store::connect::{Kind, READ_FLAGS, sql};
use crate::store::data_dir::DataDir;
use crate::store::freeze::older;
use crate::store::index;
use crate::store::migrate::{present, version};
use rusqlite::{Connection, OptionalExtension as _, params};
use std::path::Path;

const TOLD: &str = "总库（人员、岗位、权限、设置）比案卷旧，启动时发现的。案卷里有而它不知道的编号、人员已经补上，清单重新做了，发过的号不会再发。请核对人员、岗位、权限和设置";

/// Lets the hub learn where it is the older one; true where it was.
pub(in crate::store) fn learn(dir: &DataDir, at: Millis) -> Result<bool> {
    if !dir.hub().is_file() {
        return Ok(false);
    }
    let hub = Connection::open_with_flags(dir.hub(), READ_FLAGS).map_err(sql)?;
    if version(&hub)? != present(Kind::Hub) {
        // its tables are brought to this schema first, with a copy; the next start looks
        return Ok(false);
    }
    let mut volumes = Vec::new();
    let mut news = false;
    for no in numbers(dir)? {
        let path = dir.volume(no);
        match look(&hub, no, &path) {
            Ok(Seen::Foreign) => continue,
            Ok(Seen::Newer) => news = true,
            Ok(Seen::Known) => {}
            Err(e) => {
                // whoever opens it for work says what is wrong with it
                tracing::warn!(cause = %e, volume = no, "a volume was not compared with the hub");
                continue;
            }
        }
        let restored = false;
        volumes.push(Old { no, path, restored });
    }
    drop(hub);
    if !news {
        return Ok(false);
    }
    tracing::warn!("the hub is older than the volumes: it learns what they know");
    mend(&Mend {
        hub: &dir.hub(),
        volumes,
        index: None,
        at,
        made_at: at,
        generation: None,
        staged: false,
    })?;
    tell(&dir.hub(), at)?;
    index::remove(&dir.index());
    Ok(true)
}

fn numbers(dir: &DataDir) -> Result<Vec<i64>> {
    let mut all = Vec::new();
    let Ok(entries) = std::fs::read_dir(dir.volumes()) else {
        return Ok(all);
    };
    for entry in entries {
        let name = entry?.file_name();
        let no = name.to_str().and_then(|n| n.strip_suffix(".vol"));
        all.extend(no.and_then(|n| n.parse::<i64>().ok()));
    }
    all.sort_unstable();
    Ok(all)
}

/// What a volume is to this hub.
enum Seen {
    /// Another office's, or one that was carried off.
    Foreign,
    Known,
    /// It has what the hub does not know.
    Newer,
}

fn look(hub: &Connection, no: i64, path: &Path) -> Result<Seen> {
    let volume = older::reader(path)?;
    let uuid: String = volume
        .query_row("SELECT v FROM meta WHERE k = 'uuid'", [], |r| r.get(0))
        .map_err(sql)?;
    let known: Option<(String, String)> = hub
        .query_row("SELECT uuid, state FROM volume WHERE no = ?1", [no], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })
        .optional()
        .map_err(sql)?;
    match known {
        Some((own, state)) if own != uuid || state == "detached" => return Ok(Seen::Foreign),
        None if !is_ours(hub, &volume)? => return Ok(Seen::Foreign),
        _ => {}
    }
    let newer = owns_more(hub, &volume)? || binds_more(hub, &volume)? || names_more(hub, &volume)?;
    Ok(if newer { Seen::Newer } else { Seen::Known })
}

/// Of a volume the hub does not know: whether the people who worked in it are this office's.
fn is_ours(hub: &Connection, volume: &Connection) -> Result<bool> {
    let some = "SELECT DISTINCT person, name FROM (SELECT person, name FROM ledger
       WHERE person IS NOT NULL ORDER BY id LIMIT 200)";
    let all: Vec<(i64, String)> = list(volume, some, |r| Ok((r.get(0)?, r.get(1)?)))?;
    let mut same = false;
    for (id, name) in all {
        let found = hub.query_row(
            "SELECT count(*) > 0 FROM person WHERE id = ?1 AND name = ?2",
            params![id, name],
            |r| r.get::<_, bool>(0),
        );
        same |= found.map_err(sql)?;
    }
    Ok(same)
}

/// A shelf's row stands in the hub before its volume owns it.
fn owns_more(hub: &Connection, volume: &Connection) -> Result<bool> {
    let owned = "SELECT shelf FROM shelf_owner WHERE state IN ('active','frozen')";
    for shelf in list::<i64>(volume, owned, |r| r.get(0))? {
        let known = hub.query_row("SELECT count(*) FROM shelf WHERE no = ?1", [shelf], |r| {
            r.get::<_, i64>(0)
        });
        if known.map_err(sql)? == 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A number is reserved in the hub before a volume binds it.
fn binds_more(hub: &Connection, volume: &Connection) -> Result<bool> {
    let newest = "SELECT kind, key, max(n) FROM claim_bound GROUP BY kind, key";
    let all: Vec<(String, String, i64)> =
        list(volume, newest, |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
    for (kind, key, n) in all {
        let known = hub.query_row(
            "SELECT count(*) FROM claim WHERE kind = ?1 AND key = ?2 AND n = ?3",
            params![kind, key, n],
            |r| r.get::<_, i64>(0),
        );
        if known.map_err(sql)? == 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whoever worked lately is somebody.
fn names_more(hub: &Connection, volume: &Connection) -> Result<bool> {
    let lately =
        "SELECT DISTINCT person FROM (SELECT person FROM ledger ORDER BY id DESC LIMIT 1000)
       WHERE person > 0";
    for person in list::<i64>(volume, lately, |r| r.get(0))? {
        let known = hub.query_row("SELECT count(*) FROM person WHERE id = ?1", [person], |r| {
            r.get::<_, i64>(0)
        });
        if known.map_err(sql)? == 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

fn list<T>(
    conn: &Connection,
    statement: &'static str,
    row: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    conn.prepare(statement)
        .and_then(|mut s| s.query_map([], row)?.collect())
        .map_err(sql)
}

fn tell(hub: &Path, at: Millis) -> Result<()> {
    let hub = crate::store::connect::open(hub, Kind::Hub)?;
    hub.execute(
        "INSERT INTO backup_lost(what, shelf, words, found_at) VALUES('case', 0, ?1, ?2) ON CONFLICT DO NOTHING",
        params![TOLD, at.0],
    )
    .map(drop)
    .map_err(sql)
}
