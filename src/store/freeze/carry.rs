//! Carrying a sealed volume to another disk: copied, read back, compared byte for byte; only then may the
//! one here go, and its card stays.
//! Invariant: at every moment there is at least one copy whose digest is the manifest's.

use super::copy::{copy, digest, remove};
use super::manifest::Manifest;
use super::switching::vacate;
use super::works::Telling;
use super::{card, damage, drives};
use crate::kit::{Error, Result, ShelfNo};
use crate::store::catalogue_store::where_it_is;
use crate::store::data_dir::put_in_place;
use crate::store::file::File;
use crate::store::{Stamp, Store, VolumeState, write};
use rusqlite::params;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What becomes of the volume here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// It stays: the other is one copy more.
    Here,
    /// It goes; its card stays.
    Card,
}

impl Store {
    /// Copies a sealed volume with its manifest into a folder and gives the new file. `label` is what the
    /// disk is called, for whoever looks for it later.
    pub fn carry_volume(
        &self,
        no: i64,
        (to, label): (&Path, &str),
        keep: Keep,
        stamp: Stamp,
    ) -> Result<PathBuf> {
        let said = |path: &PathBuf| match keep {
            Keep::Here => format!("已拷到 {}，核对无误；原来的还在", path.display()),
            Keep::Card => format!("已搬到 {}，核对无误；{no:04} 柜现在脱机", path.display()),
        };
        self.inner.works.run(no, said, |telling| {
            carry(self, no, (to, label), keep, (stamp, telling))
        })
    }

    /// Whether a folder can take a volume, before the work begins; the sentence says what to change.
    pub fn can_carry(&self, no: i64, to: &Path) -> Result<()> {
        let manifest = manifest_of(self, no)?;
        drives::check_room(to, manifest.bytes)
    }
}

/// Of a volume that is sealed and here.
fn manifest_of(store: &Store, no: i64) -> Result<Manifest> {
    let frozen = store.volume(no)?.state == VolumeState::Frozen;
    let sealing = store.sealing(no)?.filter(|_| frozen);
    sealing.and_then(|s| s.manifest).ok_or_else(|| {
        Error::Conflict("只有封存好的、在这台电脑上的柜子才能带走。请刷新看看".into())
    })
}

fn carry(
    store: &Store,
    no: i64,
    (to, label): (&Path, &str),
    keep: Keep,
    (stamp, telling): (Stamp, &Telling<'_>),
) -> Result<PathBuf> {
    let manifest = manifest_of(store, no)?;
    drives::check_room(to, manifest.bytes)?;
    let from = store.inner.catalogue.dir().volume(no);
    let target = to.join(format!("{}-{no:04}.vol", manifest.year));
    deliver(&from, &target, &manifest, telling)?;
    match keep {
        Keep::Here => noted(store, (no, stamp), &target)?,
        Keep::Card => take_away(store, no, (&target, label), stamp)?,
    }
    Ok(target)
}

/// The file with its manifest, read back.
fn deliver(from: &Path, target: &Path, manifest: &Manifest, telling: &Telling<'_>) -> Result<()> {
    let of = manifest.bytes * 2;
    if target.exists() {
        let there = digest(target, &|done| telling.tell("核对已有的", done, of))?;
        if there.hex() == manifest.sm3 {
            return manifest.write(target);
        }
        return Err(Error::invalid(
            "to",
            format!(
                "{} 已经有了，内容不一样。请换一个文件夹，或者先把它移开",
                target.display()
            ),
        ));
    }
    let part = target.with_extension("part");
    let read = copy(from, &part, &|done| telling.tell("正在拷贝", done, of))?;
    if read.hex() != manifest.sm3 {
        remove(&part)?;
        let wrong = damage::differs(from, manifest).join("；");
        return Err(Error::Busy(format!(
            "这台电脑上的柜子已经和封条对不上，没有带走：{wrong}。请从备份恢复它"
        )));
    }
    let back = digest(&part, &|done| {
        telling.tell("读回来核对", manifest.bytes + done, of)
    });
    match back {
        Ok(back) if back.hex() == manifest.sm3 => {}
        other => {
            remove(&part)?;
            let why = other.err().map(|e| e.to_string()).unwrap_or_default();
            return Err(Error::Busy(format!(
                "拷过去的和原来的不一样，没有算数，原来的还在。这个盘可能坏了，请换一个盘。{why}"
            )));
        }
    }
    put_in_place(&part, target)?;
    manifest.write(target)
}

fn noted(store: &Store, (no, stamp): (i64, Stamp), target: &Path) -> Result<()> {
    let place = target.display().to_string();
    write::run(store.inner.catalogue.hub(), ShelfNo::HUB, stamp, move |w| {
        w.about(no);
        w.note(format!("copied to {place}"));
        w.quiet("拷了一份；清单不受影响");
        Ok(())
    })
    .map(drop)
}

/// The card, then the hub's word, then the file goes.
fn take_away(store: &Store, no: i64, (target, label): (&Path, &str), stamp: Stamp) -> Result<()> {
    let catalogue = &store.inner.catalogue;
    let (here, card) = (catalogue.dir().volume(no), catalogue.dir().card(no));
    card::make(&here, &card)?;
    let kept = File::open_frozen(&card, no, catalogue.kit())?;
    let (place, label) = (target.display().to_string(), label.trim().to_owned());
    write::run(catalogue.hub(), ShelfNo::HUB, stamp, move |w| {
        w.execute(
            "UPDATE sealing SET label = ?2, place = ?3, carried_at = ?4 WHERE volume = ?1",
            params![no, label, place, w.at().0],
        )?;
        w.execute("UPDATE volume SET state = 'detached' WHERE no = ?1", [no])?;
        w.about(no);
        w.quiet("柜子脱机了；标题还在清单里");
        Ok(())
    })?;
    let words = catalogue.hub().call(move |c| where_it_is(c, no))?;
    // what somebody still reads ends in peace: on Linux the file stays for him, on Windows it goes later
    let vacated = vacate(store, no, &words);
    catalogue.seat_card(no, Arc::new(kept), words);
    crate::store::index::remove(&here.with_extension("fts"));
    store.inner.sides.ring();
    vacated?;
    remove(&here)?;
    remove(&Manifest::path_of(&here))
}
