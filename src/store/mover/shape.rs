//! The statements that read, write, forget and watch the rows of one shelf, made once for each table of
//! `SHELF_TABLES` from what the file itself says of its columns. The only file of the mover that puts SQL
//! together. Invariant: a row is known by its key without its shelf, and every column is carried.

use crate::kit::{Error, Result, ShelfNo};
use crate::store::connect::sql;
use crate::store::tables::SHELF_TABLES;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

/// Values of a row in the order of its columns, or of a key in its order.
pub(super) type Values = Vec<Value>;

/// What the names of the triggers that take notes begin with.
pub(in crate::store) const NOTING: &str = "moving_";

/// One shelf table.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub name: &'static str,
    columns: Vec<String>,
    /// Places of the key's columns among them, without the shelf.
    key: Vec<usize>,
    first_page: String,
    next_page: String,
    one: String,
    insert: String,
    delete: String,
}

/// The shapes of all shelf tables, in an order that respects references.
pub(super) fn shapes(c: &Connection) -> Result<Vec<Shape>> {
    SHELF_TABLES.iter().map(|name| Shape::of(c, name)).collect()
}

impl Shape {
    fn of(c: &Connection, name: &'static str) -> Result<Self> {
        let all: Vec<(String, i64)> = c
            .prepare("SELECT name, pk FROM pragma_table_info(?1)")
            .and_then(|mut s| {
                s.query_map([name], |r| Ok((r.get(0)?, r.get(1)?)))?
                    .collect()
            })
            .map_err(sql)?;
        let mut key: Vec<(i64, usize)> = (all.iter().enumerate())
            .filter(|(_, (column, pk))| *pk > 0 && column != "shelf")
            .map(|(at, (_, pk))| (*pk, at))
            .collect();
        key.sort_unstable();
        let columns: Vec<String> = all.into_iter().map(|(column, _)| column).collect();
        let key: Vec<usize> = key.into_iter().map(|(_, at)| at).collect();
        if key.is_empty() || key.len() > 3 {
            return Err(Error::fault(format!("table {name} has no key to move by")));
        }
        Ok(Self::made(name, columns, key))
    }

    fn made(name: &'static str, columns: Vec<String>, key: Vec<usize>) -> Self {
        let keys: Vec<&str> = (key.iter())
            .filter_map(|at| columns.get(*at).map(String::as_str))
            .collect();
        let (list, by) = (columns.join(", "), keys.join(", "));
        let marks = |from: usize, n: usize| {
            let all: Vec<String> = (from..from + n).map(|i| format!("?{i}")).collect();
            all.join(", ")
        };
        let n = keys.len();
        let after = marks(3, n);
        // a row of one value is none to SQLite
        let beyond = if n == 1 {
            format!("{by} > {after}")
        } else {
            format!("({by}) > ({after})")
        };
        let mine: Vec<String> = (keys.iter().enumerate())
            .map(|(i, k)| format!("{k} = ?{}", i + 2))
            .collect();
        let mine = mine.join(" AND ");
        Self {
            first_page: format!(
                "SELECT {list} FROM {name} WHERE shelf = ?1 ORDER BY {by} LIMIT ?2"
            ),
            next_page: format!(
                "SELECT {list} FROM {name} WHERE shelf = ?1 AND {beyond} ORDER BY {by} LIMIT ?2"
            ),
            one: format!("SELECT {list} FROM {name} WHERE shelf = ?1 AND {mine}"),
            // rows that stand in another's way are noted and come again
            insert: format!(
                "INSERT INTO {name}({list}) VALUES({}) ON CONFLICT DO NOTHING",
                marks(1, columns.len())
            ),
            delete: format!("DELETE FROM {name} WHERE shelf = ?1 AND {mine}"),
            name,
            columns,
            key,
        }
    }

    /// The key of a row.
    pub(super) fn key_of(&self, row: &[Value]) -> Values {
        (self.key.iter())
            .filter_map(|at| row.get(*at).cloned())
            .collect()
    }

    /// The value of a column.
    pub(super) fn value<'r>(&self, row: &'r [Value], column: &str) -> Option<&'r Value> {
        let at = self.columns.iter().position(|c| c == column)?;
        row.get(at)
    }

    /// How many values a key has.
    pub(super) fn key_len(&self) -> usize {
        self.key.len()
    }

    /// The next rows of a shelf in the order of their keys.
    pub(super) fn page(
        &self,
        c: &Connection,
        shelf: ShelfNo,
        (after, limit): (Option<&[Value]>, usize),
    ) -> Result<Vec<Values>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut values = vec![Value::from(i64::from(shelf.0)), Value::from(limit)];
        values.extend(after.unwrap_or_default().iter().cloned());
        let text = if after.is_some() {
            &self.next_page
        } else {
            &self.first_page
        };
        let width = self.columns.len();
        c.prepare_cached(text)
            .and_then(|mut s| {
                s.query_map(params_from_iter(values), |r| whole(r, width))?
                    .collect()
            })
            .map_err(sql)
    }

    /// One row by its key.
    pub(super) fn find(
        &self,
        c: &Connection,
        shelf: ShelfNo,
        key: &[Value],
    ) -> Result<Option<Values>> {
        let width = self.columns.len();
        let mut statement = c.prepare_cached(&self.one).map_err(sql)?;
        let mut rows = statement
            .query(params_from_iter(with(shelf, key)))
            .map_err(sql)?;
        match rows.next().map_err(sql)? {
            Some(row) => whole(row, width).map(Some).map_err(sql),
            None => Ok(None),
        }
    }

    /// Writes a row; false where another stands in its way.
    pub(super) fn insert(&self, c: &Connection, row: &[Value]) -> Result<bool> {
        c.prepare_cached(&self.insert)
            .and_then(|mut s| s.execute(params_from_iter(row)))
            .map(|n| n > 0)
            .map_err(sql)
    }

    /// Forgets a row.
    pub(super) fn delete(&self, c: &Connection, shelf: ShelfNo, key: &[Value]) -> Result<()> {
        c.prepare_cached(&self.delete)
            .and_then(|mut s| s.execute(params_from_iter(with(shelf, key))))
            .map(drop)
            .map_err(sql)
    }

    /// Begins to take notes of what changes in a shelf.
    fn watch(&self, c: &Connection, shelf: ShelfNo) -> Result<()> {
        for (event, row) in [("INSERT", "new"), ("UPDATE", "new"), ("DELETE", "old")] {
            let mut key: Vec<String> = (self.key.iter())
                .filter_map(|at| self.columns.get(*at))
                .map(|k| format!("{row}.{k}"))
                .collect();
            key.resize(3, "NULL".into());
            let (name, no, key) = (self.name, shelf.0, key.join(", "));
            c.execute_batch(&format!(
                "CREATE TRIGGER {NOTING}{no}_{name}_{event} AFTER {event} ON {name} WHEN {row}.shelf = {no}
                 BEGIN INSERT INTO shelf_change(shelf, name, a, b, c) VALUES({no}, '{name}', {key}); END"
            ))
            .map_err(sql)?;
        }
        Ok(())
    }
}

fn with(shelf: ShelfNo, key: &[Value]) -> impl Iterator<Item = Value> {
    std::iter::once(Value::from(i64::from(shelf.0))).chain(key.iter().cloned())
}

fn whole(r: &Row<'_>, width: usize) -> rusqlite::Result<Values> {
    (0..width).map(|i| r.get(i)).collect()
}

/// Takes notes of every shelf table from now on.
pub(super) fn watch(c: &Connection, shapes: &[Shape], shelf: ShelfNo) -> Result<()> {
    shapes.iter().try_for_each(|s| s.watch(c, shelf))
}

/// How many triggers take notes of a shelf.
pub(super) fn watching(c: &Connection, shelf: ShelfNo) -> Result<usize> {
    Ok(watchers(c, shelf)?.len())
}

/// What [`watch`] makes.
pub(super) fn watchers_wanted(shapes: &[Shape]) -> usize {
    shapes.len() * 3
}

fn watchers(c: &Connection, shelf: ShelfNo) -> Result<Vec<String>> {
    c.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name GLOB ?1")
        .and_then(|mut s| {
            s.query_map([format!("{NOTING}{}_*", shelf.0)], |r| r.get(0))?
                .collect()
        })
        .map_err(sql)
}

/// No more notes of a shelf, and those taken are dropped.
pub(super) fn unwatch(c: &Connection, shelf: ShelfNo) -> Result<()> {
    for name in watchers(c, shelf)? {
        c.execute_batch(&format!("DROP TRIGGER {name}"))
            .map_err(sql)?;
    }
    c.execute("DELETE FROM shelf_change WHERE shelf = ?1", [shelf.0])
        .map(drop)
        .map_err(sql)
}

/// How many rows a shelf has.
pub(super) fn count(c: &Connection, shelf: ShelfNo) -> Result<i64> {
    let mut all = 0;
    for name in SHELF_TABLES {
        let text = format!("SELECT count(*) FROM {name} WHERE shelf = ?1");
        all += c
            .query_row(&text, [shelf.0], |r| r.get::<_, i64>(0))
            .map_err(sql)?;
    }
    Ok(all)
}
