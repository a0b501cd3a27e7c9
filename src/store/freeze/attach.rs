//! Fetching a carried-off volume back: is it ours, is it this one, is it unchanged. Then it is copied into
//! its place and seated; the lists, made from its card or before, are still right.
//! Invariant: what is not byte for byte what was sealed is refused, and the damage named.

use super::copy::{Protected, copy, digest, protect, remove};
use super::manifest::Manifest;
use super::older;
use super::switching::vacate;
use super::works::Telling;
use super::{damage, drives};
use crate::kit::{Error, Result, ShelfNo};
use crate::store::connect::sql;
use crate::store::data_dir::put_in_place;
use crate::store::file::File;
use crate::store::query::Query;
use crate::store::{Stamp, Store, write};
use rusqlite::{Connection, OptionalExtension as _};
use std::path::Path;
use std::sync::Arc;

/// A value a volume keeps of itself.
pub(super) fn meta(conn: &Connection, key: &str) -> Result<String> {
    let found: Option<String> = conn
        .query_row("SELECT v FROM meta WHERE k = ?1", [key], |r| r.get(0))
        .optional()
        .map_err(|e| match sql(e) {
            Error::Fault(cause) => Error::Busy(format!(
                "这个文件读不下去，可能坏了（{cause}）。请换另一份拷贝试试"
            )),
            other => other,
        })?;
    Ok(found.unwrap_or_default())
}

/// A volume as the hub knows it.
pub(super) struct Known {
    pub no: i64,
    pub uuid: String,
    pub state: String,
    /// When it was sealed.
    manifest: Option<Manifest>,
}

impl Known {
    /// All of them.
    pub(super) fn list(hub: &impl Query) -> Result<Vec<Self>> {
        let all: Vec<(i64, String, String, Option<String>)> = hub.all(
            "SELECT v.no, v.uuid, v.state, s.manifest FROM volume v LEFT JOIN sealing s ON s.volume = v.no
             ORDER BY v.no",
            [],
            |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)),
        )?;
        let known = |(no, uuid, state, text): (i64, String, String, Option<String>)| {
            let manifest = text.filter(|t| !t.is_empty());
            let manifest = manifest.map(|t| serde_json::from_str(&t)).transpose()?;
            Ok(Self {
                no,
                uuid,
                state,
                manifest,
            })
        };
        all.into_iter().map(known).collect()
    }
}

/// Which carried-off volume a file is, by what it says of itself.
pub(super) fn whose(path: &Path, known: &[Known]) -> Result<i64> {
    older::check_foreign(path)?;
    let conn = older::reader(path)?;
    let uuid = meta(&conn, "uuid")?;
    let Some(volume) = known.iter().find(|v| v.uuid == uuid) else {
        return Err(Error::invalid(
            "path",
            "这不是本单位的柜子，不能挂接。要看里面的案卷，请用“打开外来的柜”",
        ));
    };
    let no = volume.no;
    if volume.state != "detached" {
        return Err(Error::invalid(
            "path",
            format!("这是 {no:04} 柜，它就在这台电脑上，不用挂接"),
        ));
    }
    let epoch = meta(&conn, "epoch").unwrap_or_default();
    if volume.manifest.as_ref().is_none_or(|m| m.epoch != epoch) {
        return Err(Error::invalid(
            "path",
            format!("这是从别的备份恢复出来的 {no:04} 柜，不是脱机时带走的那一份，不能挂接"),
        ));
    }
    Ok(no)
}

/// Whether a file stands in the volumes' folder itself, under whatever name.
fn is_beside(path: &Path, here: &Path) -> bool {
    path.parent() == here.parent()
}

impl Store {
    /// Whether a file is a carried-off volume of this office; gives its number.
    pub fn can_attach(&self, path: &Path) -> Result<i64> {
        let no = whose(path, &Known::list(&self.hub()?)?)?;
        let bytes = std::fs::metadata(path)?.len();
        if !is_beside(path, &self.inner.catalogue.dir().volume(no)) {
            drives::check_room(&self.inner.catalogue.dir().volumes(), bytes)?;
        }
        Ok(no)
    }

    /// Fetches a carried-off volume back from a file.
    pub fn attach_volume(&self, path: &Path, stamp: Stamp) -> Result<i64> {
        let no = self.can_attach(path)?;
        self.inner.works.run(
            no,
            |no| format!("{no:04} 柜已经挂接，正文可以看了"),
            |telling| attach(self, no, path, (stamp, telling)),
        )
    }
}

fn attach(
    store: &Store,
    no: i64,
    path: &Path,
    (stamp, telling): (Stamp, &Telling<'_>),
) -> Result<i64> {
    let catalogue = &store.inner.catalogue;
    let sealing = store.sealing(no)?.ok_or(Error::NotFound)?;
    let manifest = sealing.manifest.ok_or(Error::NotFound)?;
    let here = catalogue.dir().volume(no);
    if here.exists() {
        take_place(path, &here, &manifest, telling)?;
    } else if is_beside(path, &here) {
        move_in(path, &here, &manifest, telling)?;
    } else {
        fetch(path, &here, &manifest, telling)?;
    }
    manifest.write(&here)?;
    protect(&here, Protected::Yes)?;
    let file = File::open_frozen(&here, no, catalogue.kit())?;
    write::run(catalogue.hub(), ShelfNo::HUB, stamp, move |w| {
        w.execute(
            "UPDATE sealing SET label = '', place = '', carried_at = NULL WHERE volume = ?1",
            [no],
        )?;
        w.execute("UPDATE volume SET state = 'frozen' WHERE no = ?1", [no])?;
        w.about(no);
        w.quiet("柜子挂接回来了；清单不受影响");
        Ok(())
    })?;
    let away = "这一年的案卷正在挂接，几秒钟就好。请稍等再打开";
    if catalogue.card(no).is_some()
        && let Err(e) = vacate(store, no, away)
    {
        tracing::warn!(cause = %e, volume = no, "a card was still being read");
    }
    // made from the card: titles only
    crate::store::index::remove(&here.with_extension("fts"));
    catalogue.seat(no, Arc::new(file));
    store.inner.sides.ring();
    remove(&catalogue.dir().card(no))?;
    Ok(no)
}

fn fetch(path: &Path, here: &Path, manifest: &Manifest, telling: &Telling<'_>) -> Result<()> {
    let part = here.with_extension("vol-part");
    let read = copy(path, &part, &|done| {
        telling.tell("核对并拷回来", done, manifest.bytes)
    })?;
    if read.hex() != manifest.sm3 {
        remove(&part)?;
        return Err(damaged(path, manifest));
    }
    Ok(put_in_place(&part, here)?)
}

/// A file in the place itself: put there by hand, or left when the power went. It may stay where it is the
/// sealed one; anything else is moved out of the way by nobody but a person.
fn take_place(path: &Path, here: &Path, manifest: &Manifest, telling: &Telling<'_>) -> Result<()> {
    let found = digest(here, &|done| telling.tell("核对", done, manifest.bytes))?;
    if found.hex() == manifest.sm3 {
        return Ok(());
    }
    if path == here {
        return Err(damaged(here, manifest));
    }
    Err(Error::Busy(format!(
        "{} 已经有一个文件，和封存时的不一样。请先把它移到别处，再挂接",
        here.display()
    )))
}

/// A copy that somebody put into the folder under another name: compared where it stands, then given its name.
fn move_in(path: &Path, here: &Path, manifest: &Manifest, telling: &Telling<'_>) -> Result<()> {
    let found = digest(path, &|done| telling.tell("核对", done, manifest.bytes))?;
    if found.hex() != manifest.sm3 {
        return Err(damaged(path, manifest));
    }
    put_in_place(path, here)?;
    remove(&Manifest::path_of(path))
}

fn damaged(path: &Path, manifest: &Manifest) -> Error {
    Error::Busy(format!(
        "{} 和封存时的不一样，没有挂接：{}。请换另一份拷贝，或者从备份恢复",
        path.display(),
        damage::differs(path, manifest).join("；")
    ))
}
