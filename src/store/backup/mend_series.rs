//! Departments' own numbers after one volume came back from a backup: the lists of before still name the cases it lost,
//! and from how their numbers are printed follows how far each series had come. Part of `mend`.

use super::mend::{Book, Here};
use crate::kit::Result;
use crate::store::connect::{READ_FLAGS, sql};
use rusqlite::{Connection, OptionalExtension as _, params};
use std::collections::BTreeMap;
use std::path::Path;

impl Book<'_> {
    /// Cases the lists still name and the restored volume lacks, and their departments' own numbers.
    pub(super) fn series(&self, here: &[Here]) -> Result<()> {
        let Some(index) = self.m.index else {
            return Ok(());
        };
        // A damaged list tells nothing; the floors of what is known stand without it.
        let Ok(gone) = listed(index) else {
            return Ok(());
        };
        let samples = samples(here)?;
        for v in here.iter().filter(|v| v.restored && !v.frozen) {
            let mut most: BTreeMap<(i64, String, i64), i64> = BTreeMap::new();
            for case in gone.iter().filter(|c| v.shelves.contains(&c.shelf)) {
                let there: i64 = v
                    .conn
                    .query_row("SELECT count(*) FROM cases WHERE id = ?1", [case.id], |r| {
                        r.get(0)
                    })
                    .map_err(sql)?;
                if there > 0 {
                    continue;
                }
                let number = case.number.as_deref().unwrap_or("没有编号");
                let words = format!(
                    "{number}　{}：备份以后登记的，请对照纸质件重新登记",
                    case.title
                );
                self.lost("case", case.shelf, ("", "", 0, 0), &words)?;
                let known = samples.get(&case.procedure);
                let n = known.and_then(|(_, place)| figures(number).get(*place).copied());
                if let (Some((key, _)), Some(n)) = (known, n) {
                    let last = most
                        .entry((case.shelf, key.clone(), case.year))
                        .or_default();
                    *last = n.max(*last);
                }
            }
            for ((shelf, key, year), n) in most {
                self.own_floor(v, (shelf, &key, year), n)?;
            }
        }
        Ok(())
    }

    fn own_floor(&self, v: &Here, (shelf, key, year): (i64, &str, i64), n: i64) -> Result<()> {
        let next: Option<i64> = v
            .conn
            .query_row(
                "SELECT next FROM series WHERE shelf = ?1 AND key = ?2 AND year = ?3",
                params![shelf, key, year],
                |r| r.get(0),
            )
            .optional()
            .map_err(sql)?;
        let next = next.unwrap_or(1);
        if n < next {
            return Ok(());
        }
        raise_own(&v.conn, (shelf, key, year), n)?;
        for lost in next..=n {
            let words = format!(
                "{key} {year} 年第 {lost} 号：备份以后发出的，件已经没有了，号不再发给别的件"
            );
            self.lost("number", shelf, ("own", key, year, lost), &words)?;
        }
        Ok(())
    }
}

/// From now on a department's own numbers come above `n`.
pub(super) fn raise_own(
    conn: &Connection,
    (shelf, key, year): (i64, &str, i64),
    n: i64,
) -> Result<()> {
    conn.execute(
        "INSERT INTO number_floor(shelf, key, year, n) VALUES(?1,?2,?3,?4)
         ON CONFLICT(shelf, key, year) DO UPDATE SET n = max(n, excluded.n)",
        params![shelf, key, year, n],
    )
    .and_then(|_| {
        conn.execute(
            "INSERT INTO series(shelf, key, year, next) VALUES(?1,?2,?3,?4 + 1)
             ON CONFLICT(shelf, key, year) DO UPDATE SET next = max(next, excluded.next)",
            params![shelf, key, year, n],
        )
    })
    .map(drop)
    .map_err(sql)
}

/// The numbers written in a text, in order.
fn figures(text: &str) -> Vec<i64> {
    text.split(|c: char| !c.is_ascii_digit())
        .filter_map(|f| f.parse().ok())
        .collect()
}

struct Listed {
    id: i64,
    shelf: i64,
    procedure: String,
    year: i64,
    title: String,
    number: Option<String>,
}

fn listed(index: &Path) -> Result<Vec<Listed>> {
    let conn = Connection::open_with_flags(index, READ_FLAGS).map_err(sql)?;
    conn.prepare(
        "SELECT case_id, shelf, procedure, year, title, number FROM case_list ORDER BY case_id",
    )
    .and_then(|mut s| {
        s.query_map([], |r| {
            Ok(Listed {
                id: r.get(0)?,
                shelf: r.get(1)?,
                procedure: r.get(2)?,
                year: r.get(3)?,
                title: r.get(4)?,
                number: r.get(5)?,
            })
        })?
        .collect()
    })
    .map_err(sql)
}

/// By procedure: the department's series its cases are numbered in, and which figure of the printed number it is.
fn samples(here: &[Here]) -> Result<BTreeMap<String, (String, usize)>> {
    let mut all = BTreeMap::new();
    for v in here {
        let rows: Vec<(String, String, String, i64)> = v
            .conn
            .prepare(
                "SELECT c.procedure, s.key, c.number, s.n FROM series_number s JOIN cases c ON c.id = s.case_id
                 WHERE c.number IS NOT NULL ORDER BY s.n",
            )
            .and_then(|mut s| {
                s.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?
                    .collect()
            })
            .map_err(sql)?;
        for (procedure, key, number, n) in rows {
            if let Some(place) = figures(&number).iter().rposition(|f| *f == n) {
                all.insert(procedure, (key, place));
            }
        }
    }
    Ok(all)
}
