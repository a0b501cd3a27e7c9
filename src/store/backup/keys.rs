//! The sealing keys of the office: `backup.key` in the data folder, readable by nobody else, so that backups are made
//! with nobody present. The recovery key that opens them is shown once and kept nowhere.
//! Invariant: an older key stays in the file, so that older packs can still be read and named in new backups.

use super::book::{audit, settle};
use crate::kit::recovery::RecoveryKey;
use crate::kit::sealed::{SealKey, Wrapped, wrap};
use crate::kit::{Error, Millis, Result};
use crate::store::data_dir::DataDir;
use crate::store::query::Query;
use crate::store::{Stamp, Store, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One sealing key with the way to open it.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Held {
    pub key: [u8; 32],
    pub wrapped: Wrapped,
}

/// All of them, the present one last.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Ring {
    pub keys: Vec<Held>,
}

impl Ring {
    pub(super) fn read(dir: &DataDir) -> Result<Self> {
        match std::fs::read(dir.backup_key()) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|_| {
                Error::Busy(
                    "备份钥匙文件 backup.key 损坏了。请在“备份”页里换一张新的恢复码，马上做一次备份".into(),
                )
            }),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(e) => Err(e.into()),
        }
    }

    pub(super) fn write(&self, dir: &DataDir) -> Result<()> {
        dir.keep_backup_key(&serde_json::to_vec(self)?)
    }

    /// What new backups are sealed with.
    pub(super) fn present(&self) -> Result<&Held> {
        self.keys
            .last()
            .ok_or_else(|| Error::Conflict("还没有恢复码，备份没有开始。请先印一张恢复码".into()))
    }

    pub(super) fn find(&self, number: &str) -> Option<SealKey> {
        let held = self
            .keys
            .iter()
            .rev()
            .find(|k| k.wrapped.number == number)?;
        Some(SealKey(held.key))
    }

    /// Every key by the number of its sheet, for the manifest.
    pub(super) fn all(&self) -> BTreeMap<String, [u8; 32]> {
        let keys = self.keys.iter();
        keys.map(|k| (k.wrapped.number.clone(), k.key)).collect()
    }
}

/// A recovery key by what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// As printed on the sheet.
    pub number: String,
    pub made_by: String,
    pub made_at: Millis,
    /// Typed back from paper.
    pub proved_at: Option<Millis>,
}

/// The recovery keys there were, newest first.
pub fn keys(store: &Store) -> Result<Vec<KeyRow>> {
    store.hub()?.all(
        "SELECT number, made_by, made_at, proved_at FROM backup_key ORDER BY made_at DESC, rowid DESC",
        [],
        |r| {
            Ok(KeyRow {
                number: r.get(0)?,
                made_by: r.get(1)?,
                made_at: Millis(r.get(2)?),
                proved_at: r.get::<_, Option<i64>>(3)?.map(Millis),
            })
        },
    )
}

/// A new recovery key: from now on backups are sealed for it. It is returned once, to be printed.
pub fn make_key(store: &Store, by: &str, stamp: Stamp) -> Result<RecoveryKey> {
    let dir = store.inner.catalogue.dir();
    let (mut bytes, mut key, mut salt) = ([0; 20], [0; 32], [0; 32]);
    for part in [&mut bytes[..], &mut key[..], &mut salt[..]] {
        getrandom::fill(part).map_err(Error::fault)?;
    }
    let recovery = RecoveryKey::new(bytes);
    let wrapped = wrap(&SealKey(key), &recovery, salt)?;
    // A broken ring is replaced: what it opened is opened by the sheets that are on paper.
    let mut ring = Ring::read(dir).unwrap_or_default();
    ring.keys.push(Held { key, wrapped });
    // The row first: a key in the file that no row names would be used and never be asked for.
    let (number, by, at) = (recovery.number(), by.to_owned(), stamp.at.0);
    audit(store, stamp, "换了备份的恢复码", move |w| {
        w.execute(
            "INSERT INTO backup_key(number, made_by, made_at) VALUES(?1, ?2, ?3)",
            params![number, by, at],
        )
    })?;
    ring.write(dir)?;
    Ok(recovery)
}

/// Number of the sheet that opens new backups; none before the first was printed.
pub fn present_number(store: &Store) -> Result<Option<String>> {
    let ring = Ring::read(store.inner.catalogue.dir())?;
    Ok(ring.keys.last().map(|held| held.wrapped.number.clone()))
}

/// Whether this is the present recovery key. One that was exchanged proves nothing: its sheet may be in anybody's hands.
pub fn is_present(store: &Store, key: &RecoveryKey) -> Result<bool> {
    let ring = Ring::read(store.inner.catalogue.dir())?;
    Ok(crate::kit::sealed::unwrap(&ring.present()?.wrapped, key).is_ok())
}

/// Somebody typed the key back from paper: from now on backups are called safe.
pub fn prove_key(store: &Store, typed: &str, by: &str, stamp: Stamp) -> Result<()> {
    let key = RecoveryKey::read(typed)?;
    let ring = Ring::read(store.inner.catalogue.dir())?;
    let present = &ring.present()?.wrapped;
    crate::kit::sealed::unwrap(present, &key)?;
    let (number, by, at) = (present.number.clone(), by.to_owned(), stamp.at.0);
    audit(store, stamp, "核对了备份的恢复码", move |w| {
        w.execute(
            "UPDATE backup_key SET proved_by = ?2, proved_at = ?3 WHERE number = ?1",
            params![number, by, at],
        )
    })?;
    settle(store);
    Ok(())
}
