//! What is known of a sealed volume: digest of its bytes, rows a table, heads of its chains, whose it is.
//! Stands beside the file as readable JSON, and in the hub.
//! Invariant: made once, when the volume is sealed, and never changed.

use crate::kit::{Error, Result};
use crate::store::data_dir::put_in_place;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What a sealed volume was when it was sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Name of the office.
    pub office: String,
    /// Of its installation.
    pub office_uuid: String,
    /// Its number there.
    pub volume: i64,
    pub uuid: String,
    pub epoch: String,
    pub schema: i64,
    pub year: i16,
    /// Id and name of each department whose year it holds.
    pub departments: Vec<(i64, String)>,
    pub sealed_by: String,
    /// UTC milliseconds.
    pub sealed_at: i64,
    /// Bytes of the file.
    pub bytes: u64,
    /// Of the file, in hexadecimal.
    pub sm3: String,
    /// Newest event and its chain value.
    pub head: i64,
    pub chain: String,
    /// Rows a table.
    pub rows: BTreeMap<String, i64>,
}

/// What an office and its departments are called on the day of sealing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    pub office: String,
    /// By department id.
    pub departments: BTreeMap<i64, String>,
}

impl Manifest {
    /// How many cases it holds.
    #[must_use]
    pub fn cases(&self) -> i64 {
        self.rows.get("cases").copied().unwrap_or(0)
    }

    /// Where it stands beside its volume.
    #[must_use]
    pub fn path_of(volume: &Path) -> PathBuf {
        volume.with_extension("manifest.json")
    }

    /// Writes it beside its volume.
    pub(super) fn write(&self, volume: &Path) -> Result<()> {
        let path = Self::path_of(volume);
        let part = path.with_extension("part");
        fs::write(&part, serde_json::to_string_pretty(self)?)?;
        Ok(put_in_place(&part, &path)?)
    }

    /// Reads the one beside a volume, where there is one.
    pub(super) fn read(volume: &Path) -> Result<Option<Self>> {
        let path = Self::path_of(volume);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(Error::Busy(format!("打不开 {}：{e}", path.display()))),
        };
        let manifest = serde_json::from_str(&text).map_err(|_| {
            Error::Busy(format!(
                "{} 读不懂：它被改过，或者没有拷完。请从原来的盘上重新拷一份",
                path.display()
            ))
        })?;
        Ok(Some(manifest))
    }
}
