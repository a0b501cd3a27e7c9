//! Contents on their way out of an attachment file or a frozen volume, checked against their digest as they go.
//! Not here: taking contents in and naming them (`attachments`).

use super::attachments::made;
use super::connect::{self, sql};
use crate::kit::hash::Hasher;
use crate::kit::{Digest, Error, Result};
use rusqlite::{Connection, OptionalExtension};
use std::path::{Path, PathBuf};

/// Contents on their way out, chunk by chunk. The last chunk is given out only where all of them together
/// are what was taken in: what a bad disk changed is never a whole file to anybody.
pub struct BlobReader {
    conn: Connection,
    blob: i64,
    next: i64,
    digest: Digest,
    hasher: Hasher,
    left: i64,
    /// Bytes in all.
    pub size: i64,
}

impl BlobReader {
    /// The next chunk, at most 256 KB; `None` at the end.
    pub fn next_chunk(&mut self) -> Result<Option<Vec<u8>>> {
        let chunk = self
            .conn
            .prepare_cached("SELECT data FROM chunk WHERE blob = ?1 AND n = ?2")
            .and_then(|mut s| s.query_row([self.blob, self.next], |r| r.get(0)).optional())
            .map_err(sql)?;
        self.next += 1;
        let given: &[u8] = chunk.as_deref().unwrap_or_default();
        self.hasher.update(given);
        let before = self.left;
        self.left -= given.len() as i64;
        let ends = chunk.is_none() && before > 0;
        if ends || self.left < 0 || (before > 0 && self.left == 0 && !self.is_what_came()) {
            return Err(damaged(self.blob));
        }
        Ok(chunk)
    }

    fn is_what_came(&mut self) -> bool {
        std::mem::take(&mut self.hasher).finish() == self.digest
    }

    /// All of it, where it is at most `limit` bytes.
    pub fn all(mut self, limit: i64) -> Result<Option<Vec<u8>>> {
        if self.size > limit {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = self.next_chunk()? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(Some(bytes))
    }
}

const DAMAGED: &str =
    "这个文件的内容已经损坏，和收进来时不一样，没有给您。请管理员检查磁盘，并从备份恢复";

fn damaged(blob: i64) -> Error {
    tracing::error!(blob, "the contents of a file are not what was taken in");
    Error::Busy(DAMAGED.into())
}

/// Whether this says that contents are not what was taken in: trying again does not help.
#[must_use]
pub fn is_damage(e: &Error) -> bool {
    matches!(e, Error::Busy(why) if why == DAMAGED)
}

/// Opens the file for reading. Where nobody has it open SQLite first makes two small files beside it, which a
/// full disk refuses; with nothing left in its log the file can be read as it stands, and the digest says
/// whether what was read is what was taken in.
fn reader(path: &Path) -> Result<Connection> {
    let open = |name: &Path| -> Result<Connection> {
        let mut conn = Connection::open_with_flags(name, connect::READ_FLAGS).map_err(sql)?;
        connect::wary(&conn)
            .and_then(|()| connect::as_reader(&mut conn))
            .map_err(sql)?;
        made(&conn).map(|_| conn)
    };
    let usual = open(path);
    if usual.is_err() && log_is_empty(path) {
        return open(&as_it_stands(path)).or(usual);
    }
    usual
}

fn log_is_empty(path: &Path) -> bool {
    std::fs::metadata(path.with_extension("att-wal")).map_or(true, |log| log.len() == 0)
}

/// The address of a file that is not going to change while it is read.
fn as_it_stands(path: &Path) -> PathBuf {
    use std::fmt::Write as _;
    let plain = path.to_string_lossy().replace('\\', "/");
    let mut out = String::from(if plain.starts_with('/') {
        "file:"
    } else {
        "file:///"
    });
    for byte in plain.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b':' | b'.' | b'-' | b'_' => {
                out.push(byte.into());
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out.push_str("?immutable=1");
    out.into()
}

impl BlobReader {
    /// Contents in the file that holds them; `NotFound` where it lacks them.
    pub(super) fn open(path: &Path, digest: Digest) -> Result<Self> {
        if !path.exists() {
            return Err(Error::NotFound);
        }
        let conn = reader(path)?;
        if made(&conn)? == 0 {
            return Err(Error::NotFound);
        }
        let (blob, size) = conn
            .query_row(
                "SELECT id, size FROM blob WHERE digest = ?1 AND state = 'ready'",
                [digest.0],
                |r| Ok((r.get(0)?, r.get(1)?)),
            )
            .map_err(sql)?;
        Ok(Self {
            conn,
            blob,
            next: 0,
            digest,
            hasher: Hasher::default(),
            left: size,
            size,
        })
    }
}

/// Contents by digest in one attachment file, where it has them.
pub(super) fn find_blob(path: &Path, digest: Digest) -> Result<Option<BlobReader>> {
    match BlobReader::open(path, digest) {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound) => Ok(None),
        Err(e) => Err(e),
    }
}
