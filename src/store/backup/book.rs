//! The hub's rows about backups: places, what was made where, packs. What administrators change leaves an audit row;
//! what the backups keep of themselves goes through the store's own door.

use super::manifest::Beside;
use super::place::{self, Marker};
use crate::kit::{Error, Millis, Result, ShelfNo};
use crate::store::connect::sql;
use crate::store::query::Query;
use crate::store::{Row, RowResult, Stamp, Store, Write, params, write};
use rusqlite::{Connection, OptionalExtension as _};

/// Where backups go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub id: i64,
    pub path: String,
    pub added_by: String,
    pub added_at: Millis,
    /// Why the last attempt failed; empty where it did not.
    pub trouble: String,
    pub trouble_since: Option<Millis>,
}

/// What became of a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Opened again, checked and counted.
    Good,
    Bad,
    /// Made room for newer ones.
    Dropped,
}

/// One backup at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub id: i64,
    pub place: i64,
    pub file: String,
    pub made_at: Millis,
    pub standing: Standing,
    pub words: String,
    /// Number of the recovery key that opens it.
    pub key: String,
    pub bytes: u64,
    pub seconds: i64,
    pub cases: i64,
    pub files: i64,
    pub people: i64,
    pub(super) needs: Vec<String>,
}

/// A deed of an administrator on the hub, with its audit row.
pub(super) fn audit<T: serde::Serialize + serde::de::DeserializeOwned + Send + 'static>(
    store: &Store,
    stamp: Stamp,
    why: &'static str,
    f: impl FnOnce(&mut Write<'_>) -> Result<T> + Send + 'static,
) -> Result<T> {
    let hub = store.inner.catalogue.hub();
    let done = write::run(hub, ShelfNo::HUB, stamp, move |w| {
        w.quiet(why);
        f(w)
    })?;
    Ok(done.value)
}

/// The office's installation, restored how often, and which server of that generation this is.
#[derive(Debug, Clone)]
pub(super) struct Seat {
    pub office: String,
    pub name: String,
    pub generation: i64,
    pub seat: String,
}

impl Seat {
    /// What says at a place that this server writes there.
    pub(super) fn marker(&self, at: Millis) -> Marker {
        Marker {
            office: self.office.clone(),
            name: self.name.clone(),
            generation: self.generation,
            seat: self.seat.clone(),
            at: at.0,
        }
    }
}

pub(super) const GENERATION: &str = "backup.generation";
pub(super) const SEAT: &str = "backup.seat";

/// Who this server is to its places; the seat is made on first use.
pub(super) fn seat(store: &Store) -> Result<Seat> {
    let hub = store.inner.catalogue.hub();
    let office = hub.uuid.clone();
    hub.call(move |c| {
        let read = |k: &str| setting(c, k);
        let seat = match read(SEAT)? {
            Some(seat) => seat,
            None => {
                let seat = crate::store::file::random_name()?;
                set(c, SEAT, &seat)?;
                seat
            }
        };
        Ok(Seat {
            office,
            name: first_organ(c)?,
            generation: read(GENERATION)?.and_then(|g| g.parse().ok()).unwrap_or(1),
            seat,
        })
    })
}

/// What the files are called after, for whoever finds a stick; empty before the claim.
fn first_organ(c: &Connection) -> Result<String> {
    let name = c.query_row("SELECT name FROM organ ORDER BY id LIMIT 1", [], |r| {
        r.get(0)
    });
    name.optional().map(Option::unwrap_or_default).map_err(sql)
}

fn setting(c: &Connection, key: &str) -> Result<Option<String>> {
    c.query_row("SELECT v FROM setting WHERE k = ?1", [key], |r| r.get(0))
        .optional()
        .map_err(sql)
}

pub(super) fn set(c: &Connection, key: &str, value: &str) -> Result<()> {
    c.execute(
        "INSERT INTO setting(k, v) VALUES(?1, ?2)
         ON CONFLICT(k) DO UPDATE SET v = excluded.v, rev = rev + 1",
        [key, value],
    )
    .map(drop)
    .map_err(sql)
}

/// The places in use, the oldest first.
pub fn places(store: &Store) -> Result<Vec<Place>> {
    store.hub()?.all(
        "SELECT id, path, added_by, added_at, trouble, trouble_since FROM backup_place
         WHERE gone_at IS NULL ORDER BY id",
        [],
        |r| {
            Ok(Place {
                id: r.get(0)?,
                path: r.get(1)?,
                added_by: r.get(2)?,
                added_at: Millis(r.get(3)?),
                trouble: r.get(4)?,
                trouble_since: r.get::<_, Option<i64>>(5)?.map(Millis),
            })
        },
    )
}

/// Takes a folder on as a place, after trying it; gives its number.
pub fn add_place(store: &Store, path: &str, by: &str, stamp: Stamp) -> Result<i64> {
    let path = path.trim().to_owned();
    let folder = std::path::Path::new(&path);
    if !folder.is_absolute() {
        let why = "请写完整的文件夹路径，例如 D:\\备份、\\\\192.168.1.9\\备份 或 /mnt/backup";
        return Err(Error::invalid("path", why));
    }
    let root = store.inner.catalogue.dir().root().to_owned();
    let inside = |p: &std::path::Path| p.canonicalize().unwrap_or_else(|_| p.to_owned());
    if inside(folder).starts_with(inside(&root)) {
        let why = "这个文件夹在砚台自己的数据文件夹里，盘坏了会一起丢。请写另一块盘或另一台电脑上的文件夹";
        return Err(Error::invalid("path", why));
    }
    place::test(&path)?;
    mark(store, &path, stamp.at)?;
    let (by, at) = (by.to_owned(), stamp.at.0);
    audit(store, stamp, "加了备份位置", move |w| {
        let known: i64 = w.one(
            "SELECT count(*) FROM backup_place WHERE path = ?1 AND gone_at IS NULL",
            [&path],
            |r| r.get(0),
        )?;
        if known > 0 {
            return Err(Error::invalid("path", "这个文件夹已经是备份位置了"));
        }
        w.about(&path);
        w.insert(
            "INSERT INTO backup_place(path, added_by, added_at) VALUES(?1, ?2, ?3)",
            params![path, by, at],
        )
    })
}

/// The office's folder and marker at a new place: without them nothing is ever written there.
fn mark(store: &Store, path: &str, at: Millis) -> Result<()> {
    let seat = seat(store)?;
    let folder = place::folder(path, &seat.office);
    let zone = crate::store::kept_zone(store.inner.catalogue.dir())?;
    if let Some(marker) = place::read_marker(&folder)? {
        super::alarm::ours(&marker, &seat, zone)
            .map_err(|e| Error::invalid("path", e.to_string()))?;
    }
    std::fs::create_dir_all(&folder)
        .map_err(|e| Error::invalid("path", place::unreachable(&folder, &e).to_string()))?;
    place::write_marker(&folder, &seat.marker(at))
}

/// Uses a place no more; what lies there stays.
pub fn remove_place(store: &Store, id: i64, stamp: Stamp) -> Result<()> {
    let at = stamp.at.0;
    audit(store, stamp, "不再用一个备份位置", move |w| {
        let done = w.execute(
            "UPDATE backup_place SET gone_at = ?2 WHERE id = ?1 AND gone_at IS NULL",
            params![id, at],
        )?;
        w.about(id);
        if done == 0 {
            Err(Error::NotFound)
        } else {
            Ok(())
        }
    })
}

/// The backups that are there, newest first; those dropped where asked for.
pub fn list(store: &Store, place: Option<i64>, at_most: u32) -> Result<Vec<Kept>> {
    store.hub()?.all(
        "SELECT id, place, file, made_at, state, words, key, bytes, seconds, cases, files, people, needs
         FROM backup WHERE state <> 'dropped' AND (?1 IS NULL OR place = ?1)
           AND place IN (SELECT id FROM backup_place WHERE gone_at IS NULL)
         ORDER BY made_at DESC, id DESC LIMIT ?2",
        params![place, at_most],
        kept,
    )
}

/// Whether a row knows a backup at a place: true where it still counts, false where it made room.
pub(super) fn counts(store: &Store, place: i64, file: &str) -> Result<Option<bool>> {
    store.inner.catalogue.hub().read_uncounted()?.opt(
        "SELECT state <> 'dropped' FROM backup WHERE place = ?1 AND file = ?2",
        params![place, file],
        |r| r.get(0),
    )
}

fn kept(r: &Row<'_>) -> RowResult<Kept> {
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    Ok(Kept {
        id: r.get(0)?,
        place: r.get(1)?,
        file: r.get(2)?,
        made_at: Millis(r.get(3)?),
        standing: match r.get_ref(4)?.as_str()? {
            "good" => Standing::Good,
            "bad" => Standing::Bad,
            _ => Standing::Dropped,
        },
        words: r.get(5)?,
        key: r.get(6)?,
        bytes: count(r.get(7)?),
        seconds: r.get(8)?,
        cases: r.get(9)?,
        files: r.get(10)?,
        people: r.get(11)?,
        needs: serde_json::from_str(&r.get::<_, String>(12)?).unwrap_or_default(),
    })
}

/// Keeps what was made.
pub(super) fn insert(store: &Store, kept: Kept) -> Result<()> {
    let needs = serde_json::to_string(&kept.needs)?;
    store.inner.catalogue.hub().call(move |c| {
        let state = match kept.standing {
            Standing::Good => "good",
            Standing::Bad => "bad",
            Standing::Dropped => "dropped",
        };
        c.execute(
            "INSERT INTO backup(place, file, made_at, state, words, key, bytes, seconds, cases, files, people, needs)
             VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)
             ON CONFLICT(place, file) DO UPDATE SET state = excluded.state, words = excluded.words",
            params![
                kept.place,
                kept.file,
                kept.made_at.0,
                state,
                kept.words,
                kept.key,
                kept.bytes as i64,
                kept.seconds,
                kept.cases,
                kept.files,
                kept.people,
                needs
            ],
        )
        .map(drop)
        .map_err(sql)
    })
}

pub(super) fn drop_row(store: &Store, id: i64) -> Result<()> {
    store.inner.catalogue.hub().call(move |c| {
        c.execute("UPDATE backup SET state = 'dropped' WHERE id = ?1", [id])
            .map(drop)
            .map_err(sql)
    })
}

/// Why a place failed, or that it did not.
pub(super) fn trouble(store: &Store, place: i64, words: &str, at: Millis) -> Result<()> {
    let words = words.to_owned();
    store.inner.catalogue.hub().call(move |c| {
        c.execute(
            "UPDATE backup_place SET trouble = ?2,
               trouble_since = CASE WHEN ?2 = '' THEN NULL ELSE coalesce(trouble_since, ?3) END
             WHERE id = ?1",
            params![place, words, at.0],
        )
        .map(drop)
        .map_err(sql)
    })
}

/// A pack at a place, with the digests of what is in it.
pub(super) struct Packed {
    pub beside: Beside,
    pub digests: Vec<[u8; 32]>,
}

pub(super) fn packs(store: &Store, place: i64) -> Result<Vec<Packed>> {
    let hub = store.inner.catalogue.hub().read_uncounted()?;
    hub.all(
        "SELECT name, bytes, digest, key, digests FROM backup_pack WHERE place = ?1 ORDER BY name",
        [place],
        |r| {
            let digests: Vec<u8> = r.get(4)?;
            Ok(Packed {
                beside: Beside {
                    name: r.get(0)?,
                    bytes: u64::try_from(r.get::<_, i64>(1)?).unwrap_or(0),
                    digest: r.get(2)?,
                    key: r.get(3)?,
                },
                digests: digests
                    .chunks_exact(32)
                    .filter_map(|d| d.try_into().ok())
                    .collect(),
            })
        },
    )
}

pub(super) fn insert_pack(store: &Store, place: i64, pack: &Packed) -> Result<()> {
    let (beside, digests) = (pack.beside.clone(), pack.digests.concat());
    store.inner.catalogue.hub().call(move |c| {
        c.execute(
            "INSERT INTO backup_pack(place, name, bytes, digest, key, digests) VALUES(?1,?2,?3,?4,?5,?6)",
            params![place, beside.name, beside.bytes as i64, beside.digest, beside.key, digests],
        )
        .map(drop)
        .map_err(sql)
    })
}

pub(super) fn drop_pack(store: &Store, place: i64, name: &str) -> Result<()> {
    let name = name.to_owned();
    store.inner.catalogue.hub().call(move |c| {
        c.execute(
            "DELETE FROM backup_pack WHERE place = ?1 AND name = ?2",
            params![place, name],
        )
        .map(drop)
        .map_err(sql)
    })
}

/// Whoever waits for the hub's version sees what was kept.
pub(super) fn settle(store: &Store) {
    store.inner.projector.wake();
}
