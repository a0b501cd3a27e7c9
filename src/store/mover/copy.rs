//! Carries the rows of a shelf into its new volume: all of them in slices, then again and again what changed
//! meanwhile, then both sides row against row.
//! Invariant: where a slice stops, the target's own row says where to go on, in the slice's transaction; a
//! change leaves the source's notes only after the target has it on disk.

use super::job::{Halt, Job};
use super::shape::{Shape, Values};
use crate::kit::{Error, Result, ShelfNo};
use crate::store::connect::sql;
use crate::store::file::File;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// A slice holds the target's writer about so long.
const SLICE: Duration = Duration::from_millis(20);
/// Changes carried in one round.
const ROUND: usize = 5_000;
/// Changed rows written in one commit.
const TOGETHER: usize = 300;
/// So few that the rest may go over while the writers wait.
const ENOUGH: usize = 25;
/// After so many rounds it does not get better.
const ROUNDS: usize = 4;

/// A row that changed: its table, its key, what it is now.
#[derive(Debug, Clone)]
pub(super) struct Change {
    table: usize,
    key: Values,
    row: Option<Values>,
}

/// Changes up to a note, and what else they need.
#[derive(Debug, Clone, Default)]
pub(super) struct Round {
    pub upto: i64,
    pub changes: Vec<Change>,
    versions: Vec<Version>,
    pub last_id: i64,
}

type Version = (String, String, String);

/// Where the copying stands.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Place {
    table: String,
    key: Vec<serde_json::Value>,
    done: i64,
}

/// Key of the row that says how far an incoming shelf is.
pub(super) fn place_key(shelf: ShelfNo) -> String {
    format!("incoming.{}", shelf.0)
}

/// One transaction alone on a file's writer, without reference checks: a row may come before the one it names.
pub(super) fn alone<T: Send + 'static>(
    file: &File,
    f: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
) -> Result<T> {
    /// Whatever happens, the connection is as it was.
    struct Unchecked<'c>(&'c Connection);
    impl Drop for Unchecked<'_> {
        fn drop(&mut self) {
            if !self.0.is_autocommit() {
                let _ = self.0.execute_batch("ROLLBACK");
            }
            let _ = self.0.execute_batch("PRAGMA foreign_keys=ON");
        }
    }
    let ways = file.kit.ways;
    file.alone(move |c| {
        let _guard = Unchecked(c);
        c.execute_batch("PRAGMA foreign_keys=OFF; BEGIN IMMEDIATE")
            .map_err(sql)?;
        let value = f(c)?;
        ways.flush();
        c.execute_batch("COMMIT").map_err(sql)?;
        Ok(value)
    })
}

/// All rows, from where an earlier attempt stopped.
pub(super) fn all_rows(job: &Job) -> Result<(), Halt> {
    let mut place = find_place(&job.target, job.shelf)?.unwrap_or_default();
    let began = job.shapes.iter().position(|s| s.name == place.table);
    let mut after: Option<Values> = began.map(|_| place.key.iter().map(from_json).collect());
    let mut limit = 64;
    let mut known = BTreeSet::new();
    for (table, shape) in job.shapes.iter().enumerate().skip(began.unwrap_or(0)) {
        loop {
            job.go_on()?;
            let began = Instant::now();
            let read = job.source.read_uncounted()?;
            let rows = shape.page(&read.conn, job.shelf, (after.as_deref(), limit))?;
            let Some(last) = rows.last().map(|r| shape.key_of(r)) else {
                break;
            };
            let versions = versions_of(&read.conn, shape, &rows, &mut known)?;
            drop(read);
            place = Place {
                table: shape.name.to_owned(),
                key: last.iter().map(to_json).collect(),
                done: place.done + i64::try_from(rows.len()).unwrap_or(0),
            };
            let took = write_slice(job, (table, rows), versions, &place)?;
            limit = match took {
                fast if fast < SLICE / 2 => (limit * 2).min(4096),
                slow if slow > SLICE => (limit / 2).max(8),
                _ => limit,
            };
            after = Some(last);
            job.progress(place.done);
            job.rest(began.elapsed());
        }
        after = None;
    }
    Ok(())
}

fn write_slice(
    job: &Job,
    (table, rows): (usize, Vec<Values>),
    versions: Vec<Version>,
    place: &Place,
) -> Result<Duration> {
    let (shapes, key) = (job.shapes.clone(), place_key(job.shelf));
    let text = serde_json::to_string(place)?;
    alone(&job.target, move |c| {
        let began = Instant::now();
        let shape = shapes
            .get(table)
            .ok_or_else(|| Error::fault("no such table"))?;
        for row in &rows {
            shape.insert(c, row)?;
        }
        insert_versions(c, &versions)?;
        set_meta(c, &key, &text)?;
        Ok(began.elapsed())
    })
}

/// Rounds until only a few changes come in while one is carried, or it does not get better.
pub(super) fn catch_up(job: &Job) -> Result<(), Halt> {
    for _ in 0..ROUNDS {
        if round(job)? <= ENOUGH {
            break;
        }
    }
    Ok(())
}

/// Carries what changed since; how many rows that were.
fn round(job: &Job) -> Result<usize, Halt> {
    job.go_on()?;
    let read = job.source.read_uncounted()?;
    let round = read.snapshot(|read| gather(&read.conn, &job.shapes, job.shelf, ROUND))?;
    drop(read);
    if round.upto == 0 {
        return Ok(0);
    }
    let count = round.changes.len();
    let mut again = Vec::new();
    // few go in one commit, so that a busy office is caught up with
    let steps: &[&'static [Step]] = if count <= TOGETHER {
        &[&[Step::Delete, Step::Insert]]
    } else {
        &[&[Step::Delete], &[Step::Insert]]
    };
    for steps in steps {
        for some in round.changes.chunks(TOGETHER) {
            job.go_on()?;
            let (shapes, shelf, some) = (job.shapes.clone(), job.shelf, some.to_vec());
            let (versions, steps) = (round.versions.clone(), *steps);
            again.extend(alone(&job.target, move |c| {
                insert_versions(c, &versions)?;
                let mut again = Vec::new();
                for step in steps {
                    again.extend(apply(c, &shapes, shelf, (&some, *step))?);
                }
                Ok(again)
            })?);
        }
    }
    let (shapes, shelf, upto) = (job.shapes.clone(), job.shelf, round.upto);
    job.source.call(move |c| {
        // what stood in another's way comes again with the other's own change
        for change in &again {
            note(c, shelf, &shapes, change)?;
        }
        c.prepare_cached("DELETE FROM shelf_change WHERE shelf = ?1 AND seq <= ?2")
            .and_then(|mut s| s.execute(params![shelf.0, upto]))
            .map_err(sql)
    })?;
    Ok(count)
}

/// What is done with changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The old rows go, so that no new one stands in another's way.
    Delete,
    /// The new rows come, and are read back.
    Insert,
}

/// Does one step; gives the changes that another row stood in the way of.
pub(super) fn apply(
    c: &Connection,
    shapes: &[Shape],
    shelf: ShelfNo,
    (changes, step): (&[Change], Step),
) -> Result<Vec<Change>> {
    let mut again = Vec::new();
    for change in changes {
        let shape = shapes
            .get(change.table)
            .ok_or_else(|| Error::fault("no such table"))?;
        match (step, &change.row) {
            (Step::Delete, row) => {
                // what is only ever added cannot be taken away, and needs not: it is the same
                if row.is_none() || shape.find(c, shelf, &change.key)? != *row {
                    shape.delete(c, shelf, &change.key)?;
                }
            }
            (Step::Insert, None) => {}
            (Step::Insert, Some(row)) => {
                shape.insert(c, row)?;
                if shape.find(c, shelf, &change.key)?.as_ref() != Some(row) {
                    again.push(change.clone());
                }
            }
        }
    }
    Ok(again)
}

/// Reads the notes, and what each named row is now.
pub(super) fn gather(
    c: &Connection,
    shapes: &[Shape],
    shelf: ShelfNo,
    at_most: usize,
) -> Result<Round> {
    let mut round = Round {
        last_id: c
            .query_row(
                "SELECT last_id FROM shelf_owner WHERE shelf = ?1",
                [shelf.0],
                |r| r.get(0),
            )
            .map_err(sql)?,
        ..Round::default()
    };
    let mut named: BTreeMap<String, (usize, Values)> = BTreeMap::new();
    for (seq, table, key) in notes(c, shapes, shelf, at_most)? {
        round.upto = seq;
        named.insert(name_of(table, &key), (table, key));
    }
    let mut known = BTreeSet::new();
    for (table, key) in named.into_values() {
        let Some(shape) = shapes.get(table) else {
            continue;
        };
        let row = shape.find(c, shelf, &key)?;
        if let Some(row) = &row {
            let one = std::slice::from_ref(row);
            round
                .versions
                .extend(versions_of(c, shape, one, &mut known)?);
        }
        round.changes.push(Change { table, key, row });
    }
    Ok(round)
}

/// Whether there are notes after this one.
pub(super) fn left_over(c: &Connection, shelf: ShelfNo, upto: i64) -> Result<bool> {
    c.query_row(
        "SELECT EXISTS(SELECT 1 FROM shelf_change WHERE shelf = ?1 AND seq > ?2)",
        params![shelf.0, upto],
        |r| r.get(0),
    )
    .map_err(sql)
}

/// Notes in their order: number, table, key.
pub(super) fn notes(
    c: &Connection,
    shapes: &[Shape],
    shelf: ShelfNo,
    at_most: usize,
) -> Result<Vec<(i64, usize, Values)>> {
    let all: Vec<(i64, String, Values)> = c
        .prepare_cached(
            "SELECT seq, name, a, b, c FROM shelf_change WHERE shelf = ?1 ORDER BY seq LIMIT ?2",
        )
        .and_then(|mut s| {
            let limit = i64::try_from(at_most).unwrap_or(i64::MAX);
            s.query_map(params![shelf.0, limit], |r| {
                Ok((r.get(0)?, r.get(1)?, vec![r.get(2)?, r.get(3)?, r.get(4)?]))
            })?
            .collect()
        })
        .map_err(sql)?;
    let known = |(seq, name, mut key): (i64, String, Values)| {
        let table = shapes.iter().position(|s| s.name == name)?;
        key.truncate(shapes.get(table)?.key_len());
        Some((seq, table, key))
    };
    Ok(all.into_iter().filter_map(known).collect())
}

fn note(c: &Connection, shelf: ShelfNo, shapes: &[Shape], change: &Change) -> Result<()> {
    let name = shapes.get(change.table).map_or("", |s| s.name);
    let mut key = change.key.iter();
    c.prepare_cached("INSERT INTO shelf_change(shelf, name, a, b, c) VALUES(?1, ?2, ?3, ?4, ?5)")
        .and_then(|mut s| s.execute(params![shelf.0, name, key.next(), key.next(), key.next()]))
        .map(drop)
        .map_err(sql)
}

pub(super) fn name_of(table: usize, key: &[Value]) -> String {
    format!("{table} {key:?}")
}

/// The procedure texts these cases run under, each once.
fn versions_of(
    c: &Connection,
    shape: &Shape,
    rows: &[Values],
    known: &mut BTreeSet<(String, String)>,
) -> Result<Vec<Version>> {
    let mut all = Vec::new();
    if shape.name != "cases" {
        return Ok(all);
    }
    for row in rows {
        let (Some(Value::Text(procedure)), Some(Value::Text(version))) =
            (shape.value(row, "procedure"), shape.value(row, "version"))
        else {
            continue;
        };
        if !known.insert((procedure.clone(), version.clone())) {
            continue;
        }
        let text = c
            .prepare_cached(
                "SELECT text FROM procedure_version WHERE procedure = ?1 AND version = ?2",
            )
            .and_then(|mut s| s.query_row([procedure, version], |r| r.get(0)).optional())
            .map_err(sql)?;
        all.extend(text.map(|text| (procedure.clone(), version.clone(), text)));
    }
    Ok(all)
}

pub(super) fn insert_versions_of(c: &Connection, round: &Round) -> Result<()> {
    insert_versions(c, &round.versions)
}

fn insert_versions(c: &Connection, all: &[Version]) -> Result<()> {
    for (procedure, version, text) in all {
        c.prepare_cached(
            "INSERT INTO procedure_version(procedure, version, text) VALUES(?1, ?2, ?3) ON CONFLICT DO NOTHING",
        )
        .and_then(|mut s| s.execute([procedure, version, text]))
        .map_err(sql)?;
    }
    Ok(())
}

pub(super) fn set_meta(c: &Connection, key: &str, value: &str) -> Result<()> {
    c.prepare_cached(
        "INSERT INTO meta(k, v) VALUES(?1, ?2) ON CONFLICT(k) DO UPDATE SET v = excluded.v",
    )
    .and_then(|mut s| s.execute([key, value]))
    .map(drop)
    .map_err(sql)
}

pub(super) fn drop_meta(c: &Connection, key: &str) -> Result<()> {
    c.prepare_cached("DELETE FROM meta WHERE k = ?1")
        .and_then(|mut s| s.execute([key]))
        .map(drop)
        .map_err(sql)
}

fn find_place(target: &File, shelf: ShelfNo) -> Result<Option<Place>> {
    let read = target.read_uncounted()?;
    let text: Option<String> = read
        .conn
        .query_row("SELECT v FROM meta WHERE k = ?1", [place_key(shelf)], |r| {
            r.get(0)
        })
        .optional()
        .map_err(sql)?;
    Ok(text.map(|t| serde_json::from_str(&t)).transpose()?)
}

fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Integer(n) => (*n).into(),
        Value::Text(t) => t.clone().into(),
        _ => serde_json::Value::Null,
    }
}

fn from_json(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::String(t) => Value::Text(t.clone()),
        other => other.as_i64().map_or(Value::Null, Value::Integer),
    }
}
