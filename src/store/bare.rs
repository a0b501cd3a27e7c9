//! The bare durable path, for the benchmark alone: one table, the writer and the read pool every
//! file has, and nothing else (no shelf, audit, outbox, claim). What it reaches is the ceiling of
//! every write of ours. No room but `bench` uses it.

use super::Counters;
use super::connect::{self, Kind, Kit, sql};
use super::data_dir::DataDir;
use super::file::{ReadPool, read_pool, take};
use super::writer::Writer;
use crate::kit::{Clock, Error, Result};
use rusqlite::{Connection, OptionalExtension, params};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const TABLE: &str =
    "CREATE TABLE document(id INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT NOT NULL) STRICT";
const INSERT: &str = "INSERT INTO document(title, body) VALUES(?1, ?2)";

/// A title and its text.
pub type Document = (String, String);

/// A file of documents and nothing else.
pub struct Bare {
    writer: Writer,
    readers: ReadPool,
    path: PathBuf,
}

impl Bare {
    /// Makes the file with the pragmas of a volume.
    pub fn make(path: &Path) -> Result<Self> {
        let conn = connect::open(path, Kind::Volume)?;
        conn.execute_batch(TABLE).map_err(sql)?;
        Self::with(path, conn)
    }

    /// Opens a file made before, to look at what another holder wrote.
    pub fn open(path: &Path) -> Result<Self> {
        Self::with(path, connect::open(path, Kind::Volume)?)
    }

    fn with(path: &Path, conn: Connection) -> Result<Self> {
        let dir = DataDir::at(path.parent().unwrap_or(path));
        let kit = Kit::new(&dir, Clock::System, Arc::new(Counters::default()));
        Ok(Self {
            writer: Writer::start("bare", conn, &kit)?,
            readers: read_pool(path, &kit)?,
            path: path.to_owned(),
        })
    }

    /// One document through the group-commit writer; returns when it is on disk.
    pub fn insert(&self, document: Document) -> Result<i64> {
        self.writer.call(move |c| insert(c, &document))
    }

    /// Many documents in one request.
    pub fn insert_all(&self, documents: Vec<Document>) -> Result<()> {
        self.writer
            .call(move |c| documents.iter().try_for_each(|d| insert(c, d).map(|_| ())))
    }

    /// One document by its number.
    pub fn find(&self, id: i64) -> Result<Option<Document>> {
        take(&self.readers)?
            .prepare_cached("SELECT title, body FROM document WHERE id = ?1")
            .and_then(|mut s| s.query_row([id], |r| Ok((r.get(0)?, r.get(1)?))).optional())
            .map_err(sql)
    }

    /// The titles that begin with `prefix`, in order: what was acknowledged must be among them.
    pub fn titles(&self, prefix: &str) -> Result<Vec<String>> {
        let like = format!("{prefix}%");
        take(&self.readers)?
            .prepare("SELECT title FROM document WHERE title LIKE ?1 ORDER BY title")
            .and_then(|mut s| s.query_map([like], |r| r.get(0))?.collect())
            .map_err(sql)
    }

    /// Empties the log into the file, so that the next figure begins like the first.
    pub fn settle(&self) -> Result<()> {
        let conn = Connection::open(&self.path).map_err(sql)?;
        conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .map_err(sql)
    }

    /// Whether the file is whole.
    pub fn sound(&self) -> Result<bool> {
        let said: String = take(&self.readers)?
            .query_row("PRAGMA integrity_check", [], |r| r.get(0))
            .map_err(sql)?;
        Ok(said == "ok")
    }
}

fn insert(c: &Connection, document: &Document) -> Result<i64> {
    c.prepare_cached(INSERT)
        .and_then(|mut s| s.insert(params![document.0, document.1]))
        .map_err(sql)
}

/// SQLite with FULL and no thread between: what one connection can commit.
pub struct Plain {
    conn: Connection,
}

impl Plain {
    /// Makes the file with the pragmas of a volume.
    pub fn make(path: &Path) -> Result<Self> {
        let conn = connect::open(path, Kind::Volume)?;
        conn.execute_batch(TABLE).map_err(sql)?;
        Ok(Self { conn })
    }

    /// Documents in one commit.
    pub fn commit(&mut self, documents: &[Document]) -> Result<()> {
        let tx = self.conn.transaction().map_err(sql)?;
        for document in documents {
            insert(&tx, document)?;
        }
        tx.commit().map_err(sql)
    }

    /// How many are stored.
    pub fn count(&self) -> Result<u64> {
        let n: i64 = self
            .conn
            .query_row("SELECT count(*) FROM document", [], |r| r.get(0))
            .map_err(sql)?;
        u64::try_from(n).map_err(Error::fault)
    }
}
