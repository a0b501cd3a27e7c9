//! Empties what a shelf leaves behind: the old volume after a switch, the new one where the shelf was given up.
//! Invariant: rows go only from a file whose own row says that the shelf has moved away, in slices that hold
//! its writer for a moment, and a row of the file says that they are still there until the last is gone.

use super::copy::{alone, drop_meta, place_key, set_meta};
use super::job::Halt;
use super::shape::{self, Shape, Values};
use super::shrink::shrink;
use super::switch::leaving_key;
use crate::kit::{Result, ShelfNo};
use crate::store::catalogue::Catalogue;
use crate::store::connect::sql;
use crate::store::file::File;
use rusqlite::{Connection, OptionalExtension, params};
use std::sync::Arc;
use std::time::{Duration, Instant};

const SLICE: Duration = Duration::from_millis(20);

/// Shelves of which rows may still stand in a file though they have moved away.
pub(super) fn leavings(file: &File) -> Result<Vec<ShelfNo>> {
    let read = file.read_uncounted()?;
    let keys: Vec<String> = read
        .conn
        .prepare_cached("SELECT k FROM meta WHERE k GLOB 'leaving.*'")
        .and_then(|mut s| s.query_map([], |r| r.get(0))?.collect())
        .map_err(sql)?;
    let shelf = |k: &String| k.strip_prefix("leaving.")?.parse().ok().map(ShelfNo);
    Ok(keys.iter().filter_map(shelf).collect())
}

/// How a shelf stands in a file.
pub(super) fn state_in(c: &Connection, shelf: ShelfNo) -> Result<Option<String>> {
    c.prepare_cached("SELECT state FROM shelf_owner WHERE shelf = ?1")
        .and_then(|mut s| s.query_row([shelf.0], |r| r.get(0)).optional())
        .map_err(sql)
}

/// Removes all rows of a shelf that has moved away.
pub(super) fn purge(
    file: &Arc<File>,
    shelf: ShelfNo,
    slice: impl Fn(Duration) -> Result<(), Halt>,
) -> Result<(), Halt> {
    let read = file.read_uncounted()?;
    let moved = state_in(&read.conn, shelf)?.as_deref() == Some("moved");
    let shapes = Arc::new(shape::shapes(&read.conn)?);
    drop(read);
    if moved {
        // what names another row goes before it
        for table in (0..shapes.len()).rev() {
            empty(file, &shapes, (table, shelf), &slice)?;
        }
    }
    file.call(move |c| drop_meta(c, &leaving_key(shelf)))?;
    shrink(file, slice)
}

fn empty(
    file: &Arc<File>,
    shapes: &Arc<Vec<Shape>>,
    (table, shelf): (usize, ShelfNo),
    slice: impl Fn(Duration) -> Result<(), Halt>,
) -> Result<(), Halt> {
    let Some(shape) = shapes.get(table) else {
        return Ok(());
    };
    let mut after: Option<Values> = None;
    let mut limit = 64;
    loop {
        let began = Instant::now();
        let read = file.read_uncounted()?;
        let rows = shape.page(&read.conn, shelf, (after.as_deref(), limit))?;
        drop(read);
        let keys: Vec<Values> = rows.iter().map(|r| shape.key_of(r)).collect();
        let Some(last) = keys.last().cloned() else {
            return Ok(());
        };
        let all = shapes.clone();
        let took = alone(file, move |c| {
            let began = Instant::now();
            if let Some(shape) = all.get(table) {
                keys.iter().try_for_each(|k| shape.delete(c, shelf, k))?;
            }
            Ok(began.elapsed())
        })?;
        limit = match took {
            fast if fast < SLICE / 2 => (limit * 2).min(4096),
            slow if slow > SLICE => (limit / 2).max(8),
            _ => limit,
        };
        after = Some(last);
        slice(began.elapsed())?;
    }
}

/// Gives up what was copied of a shelf that stays where it is: the copy is nobody's from now on.
pub(in crate::store) fn abandon(
    catalogue: &Catalogue,
    target: &Arc<File>,
    shelf: ShelfNo,
) -> Result<()> {
    let owner = catalogue.file_of(shelf)?;
    if owner.no == target.no {
        return Ok(());
    }
    let (to, uuid) = (owner.uuid.clone(), target.uuid.clone());
    let given_away = owner.call(move |c| {
        let to: Option<Option<String>> = c
            .query_row(
                "SELECT to_volume FROM shelf_owner WHERE shelf = ?1 AND state = 'moved'",
                [shelf.0],
                |r| r.get(0),
            )
            .optional()
            .map_err(sql)?;
        if to.is_none() {
            shape::unwatch(c, shelf)?;
        }
        Ok(to.flatten() == Some(uuid))
    })?;
    if given_away {
        // switched: the target only has to take it over
        return Ok(());
    }
    target.call(move |c| {
        let dropped = c
            .execute(
                "UPDATE shelf_owner SET state = 'moved', to_volume = ?2 WHERE shelf = ?1 AND state = 'incoming'",
                params![shelf.0, to],
            )
            .map_err(sql)?;
        if dropped > 0 {
            set_meta(c, &leaving_key(shelf), &to)?;
        }
        drop_meta(c, &place_key(shelf))
    })
}

/// Shelves that are coming into a file.
pub(in crate::store) fn incoming(file: &File) -> Result<Vec<ShelfNo>> {
    let read = file.read_uncounted()?;
    read.conn
        .prepare_cached("SELECT shelf FROM shelf_owner WHERE state = 'incoming'")
        .and_then(|mut s| s.query_map([], |r| r.get(0).map(ShelfNo))?.collect())
        .map_err(sql)
}
