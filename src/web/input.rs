//! What a form sent: text fields in order, and files.
//! A field nobody asks for is simply never read, so a form cannot smuggle in a role or a state (S32).

use super::spool::Spooled;
use crate::kit::{Error, Result};
use crate::store::{MAX_ATTACHMENT, Upload};
use std::io::{Cursor, Read};

/// Text of one form at most, in bytes.
pub const MAX_TEXT: usize = 2 << 20;
/// One text of a form with files at most, in bytes; what is longer is cut and named in [`Input::cut`].
pub const LONGEST: usize = 256 << 10;
/// All of one request at most: text and files.
pub const MAX_REQUEST: u64 = 2 * MAX_ATTACHMENT as u64;
/// Files of one request at most.
pub const MAX_FILES: usize = 100;
/// How much of a file is at hand for telling its kind.
pub const HEAD: usize = crate::kit::sniff::LEAST;
const PIECE: usize = 256 << 10;

/// The fields of one request.
#[derive(Debug, Default)]
pub struct Input {
    pub(super) pairs: Vec<(String, String)>,
    pub(super) files: Vec<SentFile>,
    /// Names of files that came without a session: nothing of them was kept.
    pub(super) left_out: Vec<String>,
    /// Texts that were too long to be kept whole, with their length in bytes.
    pub(super) cut: Vec<(String, usize)>,
}

impl Input {
    /// The first value of a field; empty where it did not come.
    #[must_use]
    pub fn first(&self, name: &str) -> &str {
        first(&self.pairs, name)
    }

    /// All values of a field, in the order they came.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<&str> {
        let named = self.pairs.iter().filter(|(n, _)| n == name);
        named.map(|(_, v)| v.as_str()).collect()
    }

    /// Whether a field came at all: ticks, and which button was pressed.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|(n, _)| n == name)
    }

    /// Every text field, for forms whose fields are data.
    #[must_use]
    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// Texts of which only the beginning was kept, with the bytes they had. Nothing may be done with
    /// such a form but to show it again.
    #[must_use]
    pub fn cut(&self) -> &[(String, usize)] {
        &self.cut
    }

    /// The files, in the order they came.
    #[must_use]
    pub fn files(&self) -> &[SentFile] {
        &self.files
    }
}

/// The first value of a name among pairs; empty where there is none.
pub(super) fn first<'p>(pairs: &'p [(String, String)], name: &str) -> &'p str {
    pairs
        .iter()
        .find(|(n, _)| n == name)
        .map_or("", |(_, value)| value)
}

/// One file that was sent along.
#[derive(Debug)]
pub struct SentFile {
    pub(super) field: String,
    pub(super) name: String,
    pub(super) size: i64,
    pub(super) head: Vec<u8>,
    pub(super) held: Held,
}

/// Where its bytes wait.
#[derive(Debug)]
pub(super) enum Held {
    Memory(Vec<u8>),
    Disk(Spooled),
    /// It was larger than any file may be.
    Nothing,
    /// The disk was full.
    NoRoom,
}

impl SentFile {
    /// Name of the form field.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// Its name, fit to show; never a path.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Bytes.
    #[must_use]
    pub const fn size(&self) -> i64 {
        self.size
    }

    /// Its first bytes, at most [`HEAD`]: the kind is told by contents, never by the name (S05).
    #[must_use]
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// Refuses what was larger than any file may be, or than the disk has room for: nothing of it was kept.
    pub fn check_size(&self) -> Result<(), String> {
        if matches!(self.held, Held::NoRoom) {
            return Err(format!(
                "服务器的磁盘已满，“{}”没有收下。请管理员腾出空间，再选这个文件提交一次",
                self.name
            ));
        }
        if self.size <= MAX_ATTACHMENT {
            return Ok(());
        }
        Err(format!(
            "“{}”有 {} MB，超过 200 MB，没有收下。请压缩，或者分成几个文件再传",
            self.name,
            self.size >> 20
        ))
    }

    /// Reads it from the start.
    pub fn reader(&self) -> Result<Box<dyn Read + '_>> {
        Ok(match &self.held {
            Held::Memory(bytes) => Box::new(Cursor::new(bytes)),
            Held::Disk(file) => Box::new(file.open()?),
            Held::Nothing | Held::NoRoom => {
                let why = self.check_size().err().unwrap_or_default();
                return Err(Error::invalid(self.field.clone(), why));
            }
        })
    }

    /// All of it, where it is at most `limit` bytes.
    pub fn bytes(&self, limit: i64) -> Result<Vec<u8>> {
        if self.size > limit {
            return Err(Error::invalid(
                self.field.clone(),
                format!(
                    "“{}”有 {} MB，这里最多 {} MB。请拆成几份再传",
                    self.name,
                    self.size >> 20,
                    limit >> 20
                ),
            ));
        }
        let mut all = Vec::new();
        self.reader()?.read_to_end(&mut all)?;
        Ok(all)
    }

    /// Puts its contents into the store, piece by piece.
    pub fn send_to(&self, upload: &mut Upload) -> Result<()> {
        let mut reader = self.reader()?;
        let mut piece = vec![0; PIECE];
        loop {
            let n = reader.read(&mut piece)?;
            if n == 0 {
                return Ok(());
            }
            upload.push(piece.get(..n).unwrap_or_default())?;
        }
    }
}
