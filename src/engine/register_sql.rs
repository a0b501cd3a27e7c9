//! The one file that builds SQL text: register tables and their lists, from definitions only.
//! Names are checked to be ASCII identifiers before they enter a statement; values are always bound.

use super::definition::{ColumnKind, Procedure, Register, RegisterColumn};
use crate::kit::{Error, Result};
use crate::store::SqlText;
use std::fmt::Write as _;

/// A register as all procedures that share it define it together.
#[derive(Debug, Clone)]
pub struct Table {
    pub id: String,
    pub name: String,
    pub columns: Vec<RegisterColumn>,
}

/// How a list is sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sort {
    /// Newest first.
    Newest,
    /// By a column.
    Up(String),
    Down(String),
}

/// Which years are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Years {
    One,
    All,
}

/// The registers of these procedures, each once, with the union of their columns in order.
#[must_use]
pub fn tables<'a>(procedures: impl Iterator<Item = &'a Procedure>) -> Vec<Table> {
    let mut all: Vec<Table> = Vec::new();
    for Register { id, name, columns } in procedures.map(|p| &p.register) {
        match all.iter_mut().find(|t| t.id == *id) {
            Some(table) => {
                for c in columns {
                    if table.columns.iter().all(|k| k.id != c.id) {
                        table.columns.push(c.clone());
                    }
                }
            }
            None => all.push(Table {
                id: id.clone(),
                name: name.clone(),
                columns: columns.clone(),
            }),
        }
    }
    all
}

impl Table {
    /// Drops and makes the table: its rows can always be made again.
    pub fn create(&self) -> Result<Vec<SqlText>> {
        let name = self.table()?;
        let mut columns = String::new();
        for c in &self.columns {
            let kind = match c.kind {
                ColumnKind::Number => "INTEGER",
                ColumnKind::Text | ColumnKind::Date => "TEXT",
            };
            let _ = write!(columns, ", {} {kind}", column(&c.id)?);
        }
        Ok(vec![
            SqlText(format!("DROP TABLE IF EXISTS {name}")),
            SqlText(format!(
                "CREATE TABLE {name}(case_id INTEGER PRIMARY KEY, shelf INTEGER NOT NULL,
                 year INTEGER NOT NULL, state TEXT NOT NULL, urgency TEXT NOT NULL{columns})"
            )),
            SqlText(format!("CREATE INDEX {name}_year ON {name}(year, case_id)")),
        ])
    }

    /// Replaces a row: ?1 is a JSON array of case, shelf, year, state, urgency and the columns in order.
    pub fn insert(&self) -> Result<SqlText> {
        let mut values = String::new();
        for i in 5..self.columns.len() + 5 {
            let _ = write!(values, ", ?1 ->> {i}");
        }
        Ok(SqlText(format!(
            "INSERT INTO {} VALUES(?1 ->> 0, ?1 ->> 1, ?1 ->> 2, ?1 ->> 3, ?1 ->> 4{values})",
            self.table()?
        )))
    }

    /// Deletes the row of case ?1.
    pub fn delete(&self) -> Result<SqlText> {
        Ok(SqlText(format!(
            "DELETE FROM {} WHERE case_id = ?1",
            self.table()?
        )))
    }

    /// Deletes the rows of shelf ?1.
    pub fn forget(&self) -> Result<SqlText> {
        Ok(SqlText(format!(
            "DELETE FROM {} WHERE shelf = ?1",
            self.table()?
        )))
    }

    /// One page: ?1 principals (JSON), ?2 year (0: all), ?3 state ('': any), ?4 words (folded, '': any),
    /// ?5 limit, ?6 offset. Yields case, state, urgency, columns.
    pub fn list(&self, sort: &Sort, years: Years) -> Result<SqlText> {
        let (direction, by) = match sort {
            Sort::Newest => ("DESC", None),
            Sort::Up(c) => ("ASC", Some(c)),
            Sort::Down(c) => ("DESC", Some(c)),
        };
        let by = match by {
            Some(c) => format!("r.{} {direction}, ", self.sortable(c)?),
            None => String::new(),
        };
        let mut columns = String::new();
        for c in &self.columns {
            let _ = write!(columns, ", r.{}", column(&c.id)?);
        }
        Ok(SqlText(format!(
            "SELECT r.case_id, r.state, r.urgency{columns} {} ORDER BY {by}r.case_id {direction} LIMIT ?5 OFFSET ?6",
            self.matching(years)?
        )))
    }

    /// How many rows the same conditions hold for.
    pub fn count(&self, years: Years) -> Result<SqlText> {
        Ok(SqlText(format!(
            "SELECT count(*) {}",
            self.matching(years)?
        )))
    }

    /// The years there are rows of, newest first.
    pub fn years(&self) -> Result<SqlText> {
        // One step an existing year, where DISTINCT would walk every row.
        let name = self.table()?;
        Ok(SqlText(format!(
            "WITH RECURSIVE years(y) AS (SELECT max(year) FROM {name}
             UNION ALL SELECT (SELECT max(year) FROM {name} WHERE year < y) FROM years WHERE y IS NOT NULL)
             SELECT y FROM years WHERE y IS NOT NULL"
        )))
    }

    fn matching(&self, years: Years) -> Result<String> {
        let mut words = String::from("0");
        for c in self.columns.iter().filter(|c| c.kind == ColumnKind::Text) {
            let _ = write!(words, " OR instr(r.{}, ?4) > 0", column(&c.id)?);
        }
        // A year of its own statement each: only then is the list walked in the order of its index.
        let year = match years {
            Years::One => "r.year = ?2",
            Years::All => "?2 = 0",
        };
        Ok(format!(
            "FROM {} r WHERE {year} AND (?3 = '' OR r.state = ?3) AND (?4 = '' OR {words})
             AND EXISTS (SELECT 1 FROM case_access a WHERE a.case_id = r.case_id
               AND a.principal IN (SELECT value FROM json_each(?1)))",
            self.table()?
        ))
    }

    fn sortable(&self, id: &str) -> Result<String> {
        let known = self.columns.iter().find(|c| c.id == id && c.sort);
        column(&known.ok_or(Error::NotFound)?.id)
    }

    fn table(&self) -> Result<String> {
        Ok(format!("reg_{}", identifier(&self.id)?))
    }
}

fn column(id: &str) -> Result<String> {
    Ok(format!("c_{}", identifier(id)?))
}

/// An id of a definition, or a refusal: it becomes part of a statement.
fn identifier(id: &str) -> Result<String> {
    let plain = !id.is_empty()
        && id.len() <= 60
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if plain {
        Ok(id.replace('-', "_"))
    } else {
        Err(Error::fault(format!("{id} cannot name a register column")))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn only_plain_identifiers_enter_a_statement() {
        assert_eq!(identifier("doc-number").unwrap(), "doc_number");
        for bad in ["", "a b", "a;drop", "标题", "a'", "a\""] {
            assert!(identifier(bad).is_err(), "{bad}");
        }
    }
}
