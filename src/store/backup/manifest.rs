//! What a backup says of itself, and how its parts stand in the sealed stream: a name, a length, the bytes; the
//! manifest comes last, when everything it tells is known.

use super::counts::Counts;
use crate::kit::{Error, Result, sealed};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{self, Read, Write};

/// Name of the last part.
pub(super) const MANIFEST: &str = "manifest";
/// Name of the hub's part.
pub(super) const HUB: &str = "hub";
/// What stands before a digest where contents lie in the backup itself.
pub(super) const BLOB: &str = "blob/";

/// One file at a place beside the backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Beside {
    pub name: String,
    pub bytes: u64,
    /// SM3 of the sealed file.
    pub digest: [u8; 32],
    /// Number of the recovery key it was sealed for.
    pub key: String,
}

/// One hub or volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Part {
    pub no: i64,
    pub uuid: String,
    pub epoch: String,
    /// Its newest event and the chain's value there.
    pub seq: i64,
    pub chain: Vec<u8>,
    pub size: u64,
    /// SM3 of the plain file.
    pub digest: [u8; 32],
    pub rows: Counts,
    /// A frozen volume lies beside the backup, once.
    pub frozen: Option<Beside>,
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub office: String,
    pub at: i64,
    pub program: String,
    /// Versions of the tables of hub and volumes.
    pub schema: (i64, i64),
    pub generation: i64,
    pub hub: Option<Part>,
    pub volumes: Vec<Part>,
    /// Volumes that were not here.
    pub away: Vec<i64>,
    pub packs: Vec<Beside>,
    /// Every sealing key the packs need, by the number of its sheet.
    pub keys: BTreeMap<String, [u8; 32]>,
    /// The key of the data folder, which opens what the hub keeps sealed: signing keys, the mail password. Backups of
    /// the first releases have none.
    #[serde(default)]
    pub machine: Option<[u8; 32]>,
    /// Contents that references name and no file had.
    pub missing: u64,
    pub cases: i64,
    pub files: i64,
    pub people: i64,
}

/// What a volume's part is called.
pub(super) fn volume(no: i64) -> String {
    format!("volume/{no:04}")
}

/// Begins a part of so many bytes.
pub(super) fn begin(to: &mut impl Write, name: &str, size: u64) -> io::Result<()> {
    let length = u16::try_from(name.len()).map_err(io::Error::other)?;
    to.write_all(&length.to_be_bytes())?;
    to.write_all(name.as_bytes())?;
    to.write_all(&size.to_be_bytes())
}

/// Name and length of the next part; none at the end.
pub(super) fn next(from: &mut impl Read) -> Result<Option<(String, u64)>> {
    let mut length = [0; 2];
    let (first, second) = length.split_at_mut(1);
    match from.read(first) {
        Ok(0) => return Ok(None),
        Ok(_) => from.read_exact(second).map_err(|e| sealed::why(&e))?,
        Err(e) => return Err(sealed::why(&e)),
    }
    let mut name = vec![0; usize::from(u16::from_be_bytes(length))];
    let mut size = [0; 8];
    from.read_exact(&mut name)
        .and_then(|()| from.read_exact(&mut size))
        .map_err(|e| sealed::why(&e))?;
    let name = String::from_utf8(name).map_err(Error::fault)?;
    Ok(Some((name, u64::from_be_bytes(size))))
}

/// Most bytes a manifest may have: 100 000 packs would not reach it.
pub(super) const MOST: u64 = 64 << 20;
