//! How other rooms run their statements: literals with parameters, never a connection.
//! A literal is `&'static str`, so text from a request cannot become SQL (S12); the one place that
//! builds SQL from definitions says so with [`SqlText`].

use super::connect::sql;
use super::file::ReadConn;
use super::{Counters, Row};
use crate::kit::{Error, Result};
use rusqlite::{CachedStatement, Connection, Params};
use std::sync::Arc;
use std::sync::atomic::Ordering;

mod sealed {
    /// What stands behind a query: a connection and the counters. Not reachable outside the store.
    pub trait Source {
        fn conn(&self) -> &rusqlite::Connection;
        fn count(&self);
    }
}
pub(super) use sealed::Source;

/// SQL built from definitions (register tables and their filters), never from input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlText(pub(crate) String);

/// Statements that read. Every one is prepared once a connection and counted.
pub trait Query: Source {
    /// The first row, or `NotFound`.
    fn one<T>(
        &self,
        statement: &'static str,
        params: impl Params,
        f: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<T> {
        self.opt(statement, params, f)?.ok_or(Error::NotFound)
    }

    /// The first row, if there is one.
    fn opt<T>(
        &self,
        statement: &'static str,
        params: impl Params,
        f: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        first(prepare(self, statement)?, params, f)
    }

    /// All rows.
    fn all<T>(
        &self,
        statement: &'static str,
        params: impl Params,
        f: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        every(prepare(self, statement)?, params, f)
    }

    /// All rows of a generated statement.
    fn all_of<T>(
        &self,
        statement: &SqlText,
        params: impl Params,
        f: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        every(prepare(self, &statement.0)?, params, f)
    }
}

fn prepare<'c, S: Source + ?Sized>(source: &'c S, text: &str) -> Result<CachedStatement<'c>> {
    source.count();
    source.conn().prepare_cached(text).map_err(sql)
}

fn first<T>(
    mut statement: CachedStatement<'_>,
    params: impl Params,
    f: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Option<T>> {
    let mut rows = statement.query(params).map_err(sql)?;
    match rows.next().map_err(sql)? {
        Some(row) => f(row).map(Some).map_err(sql),
        None => Ok(None),
    }
}

fn every<T>(
    mut statement: CachedStatement<'_>,
    params: impl Params,
    f: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    statement
        .query_map(params, f)
        .map_err(sql)?
        .collect::<rusqlite::Result<_>>()
        .map_err(sql)
}

/// A connection that cannot write, borrowed from its file's pool.
pub struct Read {
    pub(super) conn: ReadConn,
    pub(super) counters: Arc<Counters>,
}

impl Source for Read {
    fn conn(&self) -> &Connection {
        &self.conn
    }
    fn count(&self) {
        self.counters.statements.fetch_add(1, Ordering::Relaxed);
    }
}

impl Query for Read {}

impl Read {
    /// One unchanging view of the file for several statements.
    pub fn snapshot<T>(&self, f: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        let tx = self.conn.unchecked_transaction().map_err(sql)?;
        let out = f(self);
        drop(tx);
        out
    }
}
