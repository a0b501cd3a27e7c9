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

    /// Writes them into a new folder, with every folder they lie in.
    pub fn copy_all(&self, name: &str) -> Folder {
        let folder = Folder::new(name);
        self.write_below(&folder.0);
        folder
    }

    /// The same into this one.
    pub fn write_below(&self, folder: &Path) {
        for (name, bytes) in &self.0 {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }

    /// Writes them into a new folder.
    pub fn copy(&self, name: &str) -> Folder {
        let folder = Folder::new(name);
        self.write(&folder);
        folder
    }

    /// Writes them into this one.
    pub fn write(&self, folder: &Folder) {
        folder.dir();
        for (name, bytes) in &self.0 {
            fs::write(folder.0.join(name), bytes).unwrap();
        }
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
        bare.lower_guards();
        bare
    }

    /// The same with its triggers: for a change the product is to find sound.
    pub fn keeping(path: &Path) -> Self {
        Self(Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap())
    }

    fn lower_guards(&self) {
        let bare = self;
        for name in bare.all::<String>("SELECT name FROM sqlite_schema WHERE type = 'trigger'") {
            bare.run(&format!("DROP TRIGGER {name}"));
        }
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

/// Makes a file and runs these statements in it.
pub fn make(path: &Path, statements: &[&str]) {
    let conn = Connection::open(path).unwrap();
    for batch in statements {
        conn.execute_batch(batch).unwrap();
    }
}

/// First column of all rows, through a connection that cannot write.
pub fn list<T: FromSql>(path: &Path, statement: &str) -> Vec<T> {
    read(&reader(path), statement)
}

/// The same of a file that may not be there, or that somebody writes at this moment.
pub fn try_list(path: &Path, statement: &str) -> Option<Vec<String>> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let conn = Connection::open_with_flags(path, flags).ok()?;
    let mut prepared = conn.prepare(statement).ok()?;
    let found = prepared.query_map([], |r| r.get(0)).ok()?;
    found.collect::<rusqlite::Result<_>>().ok()
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

/// Every row of every table of a file as text, or what SQLite says instead.
pub fn dump(path: &Path) -> Result<Vec<String>, String> {
    let conn = reader(path);
    let all = || -> rusqlite::Result<Vec<String>> {
        let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1";
        let mut names = conn.prepare(tables)?;
        let names: Vec<String> = names
            .query_map([], |r| r.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let mut out = Vec::new();
        for name in names {
            let mut rows = conn.prepare(&format!("SELECT * FROM {name} ORDER BY 1, 2"))?;
            let n = rows.column_count();
            let read = rows.query_map([], |r| {
                let cells = (0..n).map(|i| r.get_ref(i).map(|v| format!("{v:?}")));
                Ok(format!("{name} {:?}", cells.collect::<Vec<_>>()))
            })?;
            out.extend(read.collect::<rusqlite::Result<Vec<_>>>()?);
        }
        Ok(out)
    };
    all().map_err(|e| e.to_string())
}

/// The volumes of a folder, in order of number; of one that was carried off its card.
pub fn volumes(folder: &Folder) -> Vec<PathBuf> {
    let dir = folder.dir();
    let numbers = list::<i64>(&dir.hub(), "SELECT no FROM volume ORDER BY no");
    let away = "SELECT no FROM volume WHERE state = 'detached'";
    let away = list::<i64>(&dir.hub(), away);
    let file = |no: i64| match away.contains(&no) {
        true => dir.card(no),
        false => dir.volume(no),
    };
    numbers.into_iter().map(file).collect()
}

/// First column of all rows of all volumes.
pub fn in_volumes<T: FromSql>(folder: &Folder, statement: &str) -> Vec<T> {
    let files = volumes(folder);
    files.iter().flat_map(|f| list(f, statement)).collect()
}

/// Makes a hub of today one of schema `version` again: what later migrations made goes. `texts` are the
/// migrations up to that version.
pub fn step_back(path: &Path, texts: &[&str], version: i64) {
    let old = Connection::open_in_memory().unwrap();
    texts.iter().for_each(|t| old.execute_batch(t).unwrap());
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let known: Vec<String> = read(&old, names);
    let bare = Bare::open(path);
    for table in bare.all::<String>(names) {
        if !known.contains(&table) {
            bare.run(&format!("DROP TABLE {table}"));
            continue;
        }
        let columns = format!("SELECT name FROM pragma_table_info('{table}')");
        let then: Vec<String> = read(&old, &columns);
        for column in bare.all::<String>(&columns) {
            if !then.contains(&column) {
                bare.run(&format!("ALTER TABLE {table} DROP COLUMN {column}"));
            }
        }
    }
    bare.0.pragma_update(None, "user_version", version).unwrap();
    // what the guards were is part of the schema
    for text in read::<String>(&old, "SELECT sql FROM sqlite_schema WHERE type = 'trigger'") {
        bare.0.execute_batch(&text).unwrap();
    }
}

/// A pragma of a file, as `user_version`.
pub fn pragma(path: &Path, name: &str) -> i64 {
    let conn = reader(path);
    conn.pragma_query_value(None, name, |r| r.get(0)).unwrap()
}

/// Whether SQLite finds every page in order.
pub fn is_sound(path: &Path) -> bool {
    list::<String>(path, "PRAGMA integrity_check") == ["ok"]
}
