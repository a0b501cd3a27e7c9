//! The engine's own cases of a folder, read whole and cut into blocks by time, each value with what becomes of it
//! in a copy. Not here: writing. A table, a claim or an attachment that a copy could not keep is refused.

use super::{Begins, Shared};
use crate::kit::{Error, Id, Millis, Result, Zone};
use crate::store::connect::{READ_FLAGS, sql};
use crate::store::data_dir::DataDir;
use crate::store::tables::SHELF_TABLES;
use rusqlite::types::Value;
use rusqlite::{Connection, Row};
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

/// Tables a block is made of, in an order that respects references; `series` is counted, not copied.
const COPIED: [&str; 9] = [
    "cases",
    "branch",
    "task",
    "opinion",
    "ledger",
    "grants",
    "series_number",
    "audit",
    "outbox",
];

/// A value, and what becomes of it.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    /// The same.
    Same(Value),
    /// Id of a row of the template, or of its case.
    Row(Id),
    /// Milliseconds.
    Time(i64),
    Shelf,
    Year,
    /// The next number of the series.
    Number,
    /// Text with such things in it.
    Text(Vec<Piece>),
    /// Computed from the others.
    Chain,
    /// Of the file's own count.
    Seq,
}

/// A piece of a text.
#[derive(Debug, Clone)]
pub(super) enum Piece {
    Same(String),
    Row(Id),
    /// The number of the row's case.
    Number,
    /// The day the block was made.
    Day,
}

/// A row of one of the tables.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub table: usize,
    /// Its shelf in the template.
    pub shelf: u16,
    /// Its case, where it has one.
    pub case: Option<Id>,
    pub cells: Vec<Cell>,
}

/// Cases and all that belongs to them.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// By table, in the order of their ids.
    pub lines: Vec<Line>,
    /// Number of each case as it is printed, and its figure.
    pub numbers: HashMap<Id, (String, i64)>,
    /// The working year of the template.
    pub year: i16,
    /// The day it was made, as a form says it.
    pub day: String,
}

/// What is copied: the name of a table, its columns and whether its chain covers the shelf.
pub(super) const fn tables() -> [&'static str; 9] {
    COPIED
}

/// Cases of the engine, to be copied.
pub struct Template {
    path: PathBuf,
    shelves: BTreeMap<u16, i64>,
    blocks: Vec<Shared>,
    procedures: Vec<[String; 3]>,
    cases: Vec<Vec<Id>>,
}

impl Template {
    /// Reads the only volume of a folder nobody has open, cut at these times.
    pub fn read(dir: &DataDir, zone: Zone, begins: &[Begins]) -> Result<Self> {
        let path = dir.volume(1);
        let conn = open(&path)?;
        for table in SHELF_TABLES {
            let known = COPIED.contains(table) || *table == "series";
            if !known && count(&conn, table)? > 0 {
                return Err(Error::fault(format!("{table} cannot be copied")));
            }
        }
        let mut blocks = Vec::new();
        for (n, from) in begins.iter().enumerate() {
            let until = begins.get(n + 1).map_or(i64::MAX, |m| m.0);
            blocks.push(Arc::new(block(&conn, zone, (*from, Millis(until)))?));
        }
        let shelves = all(&conn, "SELECT shelf, dept FROM shelf_owner", |r| {
            Ok((r.get(0)?, r.get(1)?))
        })?;
        let procedures = all(
            &conn,
            "SELECT procedure, version, text FROM procedure_version",
            |r| Ok([r.get(0)?, r.get(1)?, r.get(2)?]),
        )?;
        let cases = blocks.iter().map(cases).collect();
        Ok(Self {
            path,
            shelves: shelves.into_iter().collect(),
            blocks,
            procedures,
            cases,
        })
    }

    /// The cases of a block.
    #[must_use]
    pub fn cases(&self, block: usize) -> &[Id] {
        self.cases.get(block).map_or(&[], Vec::as_slice)
    }

    pub(super) fn block(&self, n: usize) -> Result<&Shared> {
        self.blocks.get(n).ok_or(Error::NotFound)
    }

    pub(super) fn shelves(&self) -> impl Iterator<Item = (u16, i64)> {
        self.shelves.iter().map(|(s, d)| (*s, *d))
    }

    pub(super) fn procedures(&self) -> &[[String; 3]] {
        &self.procedures
    }

    pub(super) fn open(&self) -> Result<Connection> {
        open(&self.path)
    }
}

fn open(path: &std::path::Path) -> Result<Connection> {
    let conn = Connection::open_with_flags(path, READ_FLAGS).map_err(sql)?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(conn)
}

fn cases(block: &Shared) -> Vec<Id> {
    let mut all: Vec<Id> = block.numbers.keys().copied().collect();
    all.sort_unstable();
    all
}

fn count(conn: &Connection, table: &str) -> Result<i64> {
    let statement = format!("SELECT count(*) FROM {table}");
    conn.query_row(&statement, [], |r| r.get(0)).map_err(sql)
}

pub(super) fn all<T>(
    conn: &Connection,
    statement: &str,
    f: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    conn.prepare(statement)
        .and_then(|mut s| s.query_map([], f)?.collect())
        .map_err(sql)
}

/// Columns of a table, in order.
pub(super) fn columns(conn: &Connection, table: &str) -> Result<Vec<String>> {
    let mut s = conn
        .prepare_cached("SELECT name FROM pragma_table_info(?1)")
        .map_err(sql)?;
    let found = s.query_map([table], |r| r.get(0)).map_err(sql)?;
    found.collect::<rusqlite::Result<_>>().map_err(sql)
}

fn block(conn: &Connection, zone: Zone, (from, until): (Millis, Millis)) -> Result<Block> {
    let mut block = Block {
        day: zone.day(from).to_string(),
        year: zone.year(from),
        ..Block::default()
    };
    let numbers = all(
        conn,
        "SELECT c.id, c.number, n.n FROM cases c JOIN series_number n ON n.case_id = c.id",
        |r| Ok((Id::from_raw(r.get(0)?), (r.get(1)?, r.get(2)?))),
    )?;
    let within = |id: Id| (from..until).contains(&id.made_at());
    block.numbers = numbers.into_iter().filter(|(id, _)| within(*id)).collect();
    for (n, table) in COPIED.into_iter().enumerate() {
        let names = columns(conn, table)?;
        let order = if table == "outbox" { "seq" } else { "rowid" };
        let order = if ["grants", "series_number"].contains(&table) {
            "case_id"
        } else {
            order
        };
        let statement = format!("SELECT * FROM {table} ORDER BY {order}");
        let rows = all(conn, &statement, |r| {
            (0..names.len())
                .map(|i| r.get::<_, Value>(i))
                .collect::<rusqlite::Result<Vec<_>>>()
        })?;
        for row in rows {
            let line = line(n, (&names, row), &block)?;
            let at = time_of(&line, &names).ok_or_else(|| Error::fault("a row without a time"))?;
            if (from..until).contains(&at) {
                block.lines.push(line);
            }
        }
    }
    Ok(block)
}

/// When a row was made: its id says it, or its case's, or its own time.
fn time_of(line: &Line, names: &[String]) -> Option<Millis> {
    let named = |name: &str| names.iter().position(|n| n == name);
    let cell = |name: &str| line.cells.get(named(name)?);
    match (cell("id"), cell("case_id"), cell("at")) {
        (Some(Cell::Row(id)), _, _) | (None, Some(Cell::Row(id)), _) => Some(id.made_at()),
        (_, _, Some(Cell::Time(at))) => Some(Millis(*at)),
        _ => None,
    }
}

fn line(table: usize, (names, row): (&[String], Vec<Value>), block: &Block) -> Result<Line> {
    let int = |name: &str| {
        let at = names.iter().position(|n| n == name)?;
        match row.get(at) {
            Some(Value::Integer(n)) => Some(*n),
            _ => None,
        }
    };
    let shelf = int("shelf").and_then(|s| u16::try_from(s).ok());
    let shelf = shelf.ok_or_else(|| Error::fault("a row without a shelf"))?;
    let target = || {
        let at = names.iter().position(|n| n == "target")?;
        match row.get(at) {
            Some(Value::Text(id)) => id.parse::<Id>().ok(),
            Some(Value::Integer(n)) => Some(Id::from_raw(*n)),
            _ => None,
        }
    };
    let case = match COPIED.get(table) {
        Some(&"cases") => int("id").map(Id::from_raw),
        _ => int("case_id").map(Id::from_raw).or_else(target),
    };
    let number = case
        .and_then(|c| block.numbers.get(&c))
        .map(|n| n.0.as_str());
    let cells = names.iter().zip(row);
    let name = COPIED.get(table).copied().unwrap_or_default();
    let cells = cells
        .map(|(column, value)| cell(name, (column, value), (number, &block.day)))
        .collect();
    Ok(Line {
        table,
        shelf,
        case,
        cells,
    })
}

/// What becomes of a value, by the name of its column.
fn cell(table: &str, (name, value): (&str, Value), (number, day): (Option<&str>, &str)) -> Cell {
    match (name, value) {
        ("n", _) if table == "series_number" => Cell::Number,
        ("id" | "case_id" | "branch" | "task" | "parent" | "target", Value::Integer(n)) => {
            Cell::Row(Id::from_raw(n))
        }
        ("shelf", _) => Cell::Shelf,
        ("year", _) => Cell::Year,
        ("chain", _) => Cell::Chain,
        ("seq", _) => Cell::Seq,
        ("at" | "since", Value::Integer(n)) => Cell::Time(n),
        (name, Value::Integer(n)) if name.ends_with("_at") => Cell::Time(n),
        ("number" | "form" | "detail" | "payload" | "target" | "result", Value::Text(text)) => {
            let day = if name == "form" { day } else { "" };
            Cell::Text(pieces(&text, (number.unwrap_or_default(), day)))
        }
        (_, value) => Cell::Same(value),
    }
}

/// Letters of an id as text.
const ID: usize = 13;

fn pieces(text: &str, (number, day): (&str, &str)) -> Vec<Piece> {
    let (mut all, mut rest, mut same) = (Vec::new(), text, String::new());
    while let Some(first) = rest.chars().next() {
        let found = found(rest, same.chars().next_back(), (number, day));
        match found {
            Some((piece, long)) => {
                if !same.is_empty() {
                    all.push(Piece::Same(std::mem::take(&mut same)));
                }
                all.push(piece);
                rest = rest.get(long..).unwrap_or_default();
            }
            None => {
                same.push(first);
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
            }
        }
    }
    if !same.is_empty() {
        all.push(Piece::Same(same));
    }
    all
}

/// What begins here, and how long it is.
fn found(rest: &str, before: Option<char>, (number, day): (&str, &str)) -> Option<(Piece, usize)> {
    if !number.is_empty() && rest.starts_with(number) {
        return Some((Piece::Number, number.len()));
    }
    if !day.is_empty() && rest.starts_with(day) {
        return Some((Piece::Day, day.len()));
    }
    // a string of its own: a time in JSON has as many figures
    let edge = |c: Option<char>| c.is_none_or(|c| c == '"');
    let alone = edge(before) && edge(rest.get(ID..)?.chars().next());
    let id = rest.get(..ID).filter(|_| alone)?.parse::<Id>().ok()?;
    Some((Piece::Row(id), ID))
}
