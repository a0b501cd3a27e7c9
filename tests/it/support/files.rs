//! The files of a stopped town: copying them, reading them and breaking them with plain SQL. The tests'
//! one door to rusqlite. Nothing here goes through the store, so the store cannot hide its own mistakes.

use super::town::Folder;
use rusqlite::types::FromSql;
use rusqlite::{Connection, OpenFlags};
use std::fs;
use std::path::{Path, PathBuf};

/// All files of a folder, kept in memory.
pub struct Image(Vec<(PathBuf, Vec<u8>)>);

impl Image {
    pub fn of(folder: &Folder) -> Self {
        let mut files = Vec::new();
        let mut open = vec![folder.0.clone()];
        while let Some(at) = open.pop() {
            for entry in fs::read_dir(at).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    let name = path.strip_prefix(&folder.0).unwrap().to_owned();
                    files.push((name, fs::read(&path).unwrap()));
                }
            }
        }
        Self(files)
    }

    /// Writes them into a new folder.
    pub fn copy(&self, name: &str) -> Folder {
        let folder = Folder::new(name);
        folder.dir();
        for (name, bytes) in &self.0 {
            fs::write(folder.0.join(name), bytes).unwrap();
        }
        folder
    }
}

/// A file of a stopped town with every guard down: no triggers, no checks, no references.
pub struct Bare(Connection);

impl Bare {
    pub fn open(path: &Path) -> Self {
        let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
        conn.execute_batch("PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON;")
            .unwrap();
        let bare = Self(conn);
        for name in bare.all::<String>("SELECT name FROM sqlite_schema WHERE type = 'trigger'") {
            bare.run(&format!("DROP TRIGGER {name}"));
        }
        bare
    }

    /// Makes a file from statements, as `sqlite3` dumps them.
    pub fn make(path: &Path, statements: &str) {
        let conn = Connection::open(path).unwrap();
        conn.execute_batch(statements).unwrap();
    }

    /// Runs a statement; says how many rows it changed.
    pub fn run(&self, statement: &str) -> usize {
        self.0.execute(statement, []).unwrap()
    }

    /// Runs a statement that has to change exactly one row: a corruption that corrupts nothing proves
    /// nothing.
    pub fn one(&self, statement: &str) {
        assert_eq!(self.run(statement), 1, "{statement}");
    }

    /// First column of all rows.
    pub fn all<T: FromSql>(&self, statement: &str) -> Vec<T> {
        read(&self.0, statement)
    }
}

/// First column of all rows, through a connection that cannot write.
pub fn list<T: FromSql>(path: &Path, statement: &str) -> Vec<T> {
    read(&reader(path), statement)
}

fn reader(path: &Path) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    Connection::open_with_flags(path, flags).unwrap()
}

fn read<T: FromSql>(conn: &Connection, statement: &str) -> Vec<T> {
    let mut prepared = conn.prepare(statement).unwrap();
    let found = prepared.query_map([], |r| r.get(0)).unwrap();
    found.map(Result::unwrap).collect()
}

/// The volumes of a folder, in order of number.
pub fn volumes(folder: &Folder) -> Vec<PathBuf> {
    let numbers = list::<i64>(&folder.dir().hub(), "SELECT no FROM volume ORDER BY no");
    numbers.iter().map(|no| folder.dir().volume(*no)).collect()
}

/// First column of all rows of all volumes.
pub fn in_volumes<T: FromSql>(folder: &Folder, statement: &str) -> Vec<T> {
    let files = volumes(folder);
    files.iter().flat_map(|f| list(f, statement)).collect()
}
