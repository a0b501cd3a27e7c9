//! Writes a block as other cases: row by row behind what is there, in one transaction of the volume's writer.
//! Chains follow the order `store/outbox.rs` and `engine/save_store.rs` fix in words: all columns of the table in
//! their order but `chain`, and but `shelf` outside the outbox. `verify` says whether that is so.

use super::template::{Block, Cell, Line, Piece, columns, tables};
use super::{DAY_MS, moved};
use crate::kit::hash::Hasher;
use crate::kit::{Day, Error, Id, Result};
use crate::store::connect::sql;
use crate::store::outbox::START;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, OptionalExtension, Statement, params};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

/// Where a block goes.
pub(super) struct Goes {
    pub days: i64,
    pub year: i16,
    pub shelves: BTreeMap<u16, u16>,
}

/// What grows while rows are written.
struct Ends<'b> {
    goes: &'b Goes,
    block: &'b Block,
    day: String,
    /// By case of the template: its figure in the new series, and the number as it is printed.
    numbers: HashMap<Id, (i64, String)>,
    /// By table, and case or shelf.
    chains: HashMap<(usize, i64), [u8; 32]>,
    /// By shelf of the template.
    last: BTreeMap<u16, i64>,
    seq: i64,
}

pub(super) fn insert(
    c: &Connection,
    block: &Block,
    procedures: &[[String; 3]],
    goes: &Goes,
) -> Result<()> {
    for [procedure, version, text] in procedures {
        c.execute(
            "INSERT INTO procedure_version(procedure, version, text) VALUES(?1,?2,?3) ON CONFLICT DO NOTHING",
            params![procedure, version, text],
        )
        .map_err(sql)?;
    }
    let mut ends = ends(c, block, goes)?;
    let mut lines = block.lines.iter().peekable();
    for (n, table) in tables().into_iter().enumerate() {
        let names = columns(c, table)?;
        let slots = vec!["?"; names.len()].join(",");
        let statement = format!("INSERT INTO {table} VALUES({slots})");
        let mut statement = c.prepare(&statement).map_err(sql)?;
        let covered: Vec<bool> = names
            .iter()
            .map(|name| name != "chain" && (name != "shelf" || table == "outbox"))
            .collect();
        while let Some(line) = lines.next_if(|l| l.table == n) {
            put(&mut statement, (table, line), &covered, &mut ends)?;
        }
    }
    close(c, &ends)
}

/// What the shelves hold already; nothing of the block may stand before it.
fn ends<'b>(c: &Connection, block: &'b Block, goes: &'b Goes) -> Result<Ends<'b>> {
    let day: Day = block.day.parse().map_err(Error::fault)?;
    let newest = c
        .query_row(
            "SELECT seq, chain FROM outbox ORDER BY seq DESC LIMIT 1",
            [],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )
        .optional()
        .map_err(sql)?;
    let (seq, chain) = newest.unwrap_or((0, START));
    let mut ends = Ends {
        goes,
        block,
        day: day.plus_days(goes.days).to_string(),
        numbers: HashMap::new(),
        chains: HashMap::from([((of("outbox"), 0), chain)]),
        last: BTreeMap::new(),
        seq,
    };
    let mut next: BTreeMap<u16, i64> = BTreeMap::new();
    for (old, new) in &goes.shelves {
        let (last, link): (i64, Option<[u8; 32]>) = c
            .query_row(
                "SELECT last_id, (SELECT chain FROM audit a WHERE a.shelf = o.shelf ORDER BY id DESC LIMIT 1)
                 FROM shelf_owner o WHERE shelf = ?1",
                [new],
                |r| Ok((r.get(0)?, r.get(1)?)),
            )
            .map_err(sql)?;
        let link = link.unwrap_or(START);
        ends.chains.insert((of("audit"), i64::from(*old)), link);
        ends.last.insert(*old, last);
        let taken: Option<i64> = c
            .query_row(
                "SELECT max(next) FROM series WHERE shelf = ?1",
                [new],
                |r| r.get(0),
            )
            .map_err(sql)?;
        next.insert(*old, taken.unwrap_or(1));
    }
    let mut cases: Vec<_> = block.numbers.iter().collect();
    cases.sort_unstable_by_key(|(_, (_, n))| *n);
    for (case, (printed, figure)) in cases {
        let n = next
            .get_mut(&case.shelf().0)
            .ok_or_else(|| Error::fault("a case of another shelf"))?;
        let was = format!("〔{}〕{figure}号", block.year);
        let is = format!("〔{}〕{n}号", goes.year);
        if !printed.ends_with(&was) {
            return Err(Error::fault("a number of another form"));
        }
        ends.numbers.insert(*case, (*n, printed.replace(&was, &is)));
        *n += 1;
    }
    Ok(ends)
}

fn of(table: &str) -> usize {
    tables()
        .iter()
        .position(|t| *t == table)
        .unwrap_or(usize::MAX)
}

fn put(
    statement: &mut Statement<'_>,
    (table, line): (&str, &Line),
    covered: &[bool],
    ends: &mut Ends<'_>,
) -> Result<()> {
    let group = match table {
        "outbox" => 0,
        "audit" => i64::from(line.shelf),
        _ => line.case.map_or(0, Id::raw),
    };
    if table == "outbox" {
        ends.seq += 1;
    }
    let chained = line.cells.iter().any(|c| matches!(c, Cell::Chain));
    let key = (line.table, group);
    let prev = ends.chains.get(&key).copied().unwrap_or(START);
    let mut hasher = Hasher::default();
    add(&mut hasher, &prev);
    let mut chain_at = None;
    for (i, cell) in line.cells.iter().enumerate() {
        if matches!(cell, Cell::Chain) {
            chain_at = Some(i + 1);
            continue;
        }
        let value = value(cell, line, ends)?;
        if chained && covered.get(i) == Some(&true) {
            digest(&mut hasher, &value);
        }
        statement.raw_bind_parameter(i + 1, value).map_err(sql)?;
    }
    if let Some(i) = chain_at {
        let chain = hasher.finish().0;
        statement
            .raw_bind_parameter(i, chain.as_slice())
            .map_err(sql)?;
        ends.chains.insert(key, chain);
    }
    statement.raw_execute().map_err(sql)?;
    ends.saw(line)
}

impl Ends<'_> {
    /// A row with an id of its own is later than all before it.
    fn saw(&mut self, line: &Line) -> Result<()> {
        let (Some(Cell::Row(id)), true) = (line.cells.first(), line.table != of("grants")) else {
            return Ok(());
        };
        let new = moved(*id, self.goes.days, &self.goes.shelves).raw();
        let first_of = self.first_of(line.shelf);
        if new <= first_of {
            return Err(Error::fault("a block goes behind what is there"));
        }
        Ok(())
    }

    fn first_of(&self, shelf: u16) -> i64 {
        self.last.get(&shelf).copied().unwrap_or(0)
    }
}

fn value<'v>(cell: &'v Cell, line: &Line, ends: &Ends<'_>) -> Result<ToSqlOutput<'v>> {
    let goes = ends.goes;
    let number = || {
        let case = line.case.and_then(|c| ends.numbers.get(&c));
        case.ok_or_else(|| Error::fault("a row of a case without a number"))
    };
    let int = |n: i64| ToSqlOutput::Owned(Value::Integer(n));
    Ok(match cell {
        Cell::Same(value) => ToSqlOutput::from(value),
        Cell::Row(id) => int(moved(*id, goes.days, &goes.shelves).raw()),
        Cell::Time(at) => int(at + goes.days * DAY_MS),
        Cell::Shelf => int(i64::from(
            goes.shelves.get(&line.shelf).copied().unwrap_or_default(),
        )),
        Cell::Year => int(i64::from(goes.year)),
        Cell::Number => int(number()?.0),
        Cell::Seq => int(ends.seq),
        Cell::Chain => ToSqlOutput::Owned(Value::Null),
        Cell::Text(pieces) => match pieces.as_slice() {
            [Piece::Same(text)] => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            _ => {
                let mut text = String::new();
                for piece in pieces {
                    match piece {
                        Piece::Same(same) => text.push_str(same),
                        Piece::Number => text.push_str(&number()?.1),
                        Piece::Day => text.push_str(&ends.day),
                        Piece::Row(id) => {
                            let _ = write!(text, "{}", moved(*id, goes.days, &goes.shelves));
                        }
                    }
                }
                ToSqlOutput::Owned(Value::Text(text))
            }
        },
    })
}

fn digest(hasher: &mut Hasher, value: &ToSqlOutput<'_>) {
    let value = match value {
        ToSqlOutput::Borrowed(value) => *value,
        ToSqlOutput::Owned(value) => ValueRef::from(value),
        _ => ValueRef::Null,
    };
    match value {
        ValueRef::Null => add(hasher, &[]),
        ValueRef::Integer(n) => add(hasher, n.to_string().as_bytes()),
        ValueRef::Real(x) => add(hasher, x.to_string().as_bytes()),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => add(hasher, bytes),
    }
}

fn add(hasher: &mut Hasher, part: &[u8]) {
    hasher.update(&(part.len() as u64).to_be_bytes());
    hasher.update(part);
}

/// The series go on behind the block, and so do the ids.
fn close(c: &Connection, ends: &Ends<'_>) -> Result<()> {
    for (old, new) in &ends.goes.shelves {
        let taken = ends
            .numbers
            .iter()
            .filter(|(case, _)| case.shelf().0 == *old);
        if let Some(most) = taken.map(|(_, (n, _))| *n).max() {
            c.execute(
                "INSERT INTO series(shelf, key, year, next)
                 SELECT shelf, key, year, ?2 + 1 FROM series_number WHERE shelf = ?1 LIMIT 1
                 ON CONFLICT(shelf, key, year) DO UPDATE SET next = excluded.next",
                params![new, most],
            )
            .map_err(sql)?;
        }
        c.execute(
            "UPDATE shelf_owner SET last_id = coalesce((SELECT max(id) FROM audit WHERE shelf = ?1), last_id)
             WHERE shelf = ?1",
            [new],
        )
        .map_err(sql)?;
    }
    // Id of the file's count, as if each event had been told one by one.
    let counted = c
        .query_row(
            "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'",
            [],
            |r| r.get::<_, i64>(0),
        )
        .map_err(sql)?;
    match (counted == ends.seq, ends.block.lines.is_empty()) {
        (true, _) | (_, true) => Ok(()),
        _ => Err(Error::fault("the outbox counts otherwise")),
    }
}
