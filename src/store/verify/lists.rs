//! The claims about the index: what its lists show is what the volumes hold, row by row as text.
//! Not here: the columns that definitions print (words of a register, who holds a case).

use super::{Files, rows, sql};
use crate::kit::Result;
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;

type Wrong = Vec<String>;

/// Compares what the volumes say with what the index says, row by row as text. Equal sums say that all rows are
/// equal; only where they differ are the rows themselves laid beside each other.
fn same(files: &Files<'_>, truth: &str, listed: &str, wrong: &mut Wrong) -> Result<()> {
    let mut sum = Sum::default();
    for v in files.listed() {
        sum.add(&v.conn, truth)?;
    }
    if sum == sum.anew().and_add(&files.index, listed)? {
        return Ok(());
    }
    let read = |conn: &Connection, statement: &str| -> Result<Vec<String>> {
        rows(conn, statement, |r| r.get(0))
    };
    let mut want = BTreeSet::new();
    for v in files.listed() {
        want.extend(read(&v.conn, truth)?);
    }
    let have: BTreeSet<String> = read(&files.index, listed)?.into_iter().collect();
    wrong.extend(want.difference(&have).map(|x| format!("列表里缺：{x}")));
    wrong.extend(have.difference(&want).map(|x| format!("列表里多：{x}")));
    Ok(())
}

/// The sum of rows in any order, under keys drawn for this run: nobody can make other rows with the same sum
/// beforehand.
#[derive(Clone, Default)]
struct Sum {
    keys: [RandomState; 2],
    sums: [u64; 2],
    rows: u64,
}

impl Sum {
    /// Nothing, under the same keys.
    fn anew(&self) -> Self {
        Self {
            keys: self.keys.clone(),
            ..Self::default()
        }
    }

    /// Adds the rows of a statement of one column.
    fn add(&mut self, conn: &Connection, statement: &str) -> Result<()> {
        let mut prepared = conn.prepare(statement).map_err(sql)?;
        let mut found = prepared.query([]).map_err(sql)?;
        while let Some(row) = found.next().map_err(sql)? {
            let text = row.get_ref(0).and_then(|v| Ok(v.as_str()?)).map_err(sql)?;
            self.take(text);
        }
        Ok(())
    }

    /// Adds the rows of a statement that names their shelf, what the lists have of them, and what where their
    /// department is confidential.
    fn add_shown(
        &mut self,
        conn: &Connection,
        statement: &str,
        hidden: &BTreeSet<i64>,
    ) -> Result<()> {
        let mut prepared = conn.prepare(statement).map_err(sql)?;
        let mut found = prepared.query([]).map_err(sql)?;
        while let Some(row) = found.next().map_err(sql)? {
            let bare = hidden.contains(&row.get(0).map_err(sql)?);
            let text = row.get_ref(if bare { 2 } else { 1 });
            self.take(text.and_then(|v| Ok(v.as_str()?)).map_err(sql)?);
        }
        Ok(())
    }

    fn take(&mut self, text: &str) {
        for (sum, key) in self.sums.iter_mut().zip(&self.keys) {
            *sum = sum.wrapping_add(key.hash_one(text));
        }
        self.rows += 1;
    }

    fn and_add(mut self, conn: &Connection, statement: &str) -> Result<Self> {
        self.add(conn, statement)?;
        Ok(self)
    }
}

impl PartialEq for Sum {
    fn eq(&self, other: &Self) -> bool {
        (self.sums, self.rows) == (other.sums, other.rows)
    }
}

pub(super) fn todo_equal(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    same(
        files,
        "SELECT holder || ' ' || id || ' ' || case_id FROM task WHERE state = 'open'",
        "SELECT principal || ' ' || task_id || ' ' || case_id FROM todo",
        wrong,
    )
}

/// Shelves of departments whose titles stand in no list.
fn hidden(files: &Files<'_>) -> Result<BTreeSet<i64>> {
    let all = rows(
        &files.hub,
        "SELECT s.no FROM shelf s JOIN confidential c ON c.dept = s.dept",
        |r| r.get(0),
    )?;
    Ok(all.into_iter().collect())
}

/// The same as [`same`], where a row of a volume says what the lists have of it where its shelf is open, and
/// what where its department is confidential.
fn same_shown(files: &Files<'_>, truth: &str, listed: &str, wrong: &mut Wrong) -> Result<()> {
    let hidden = hidden(files)?;
    let mut sum = Sum::default();
    for v in files.listed() {
        sum.add_shown(&v.conn, truth, &hidden)?;
    }
    if sum == sum.anew().and_add(&files.index, listed)? {
        return Ok(());
    }
    let mut want = BTreeSet::new();
    for v in files.listed() {
        want.extend(rows(&v.conn, truth, |r| {
            let bare = hidden.contains(&r.get::<_, i64>(0)?);
            r.get::<_, String>(if bare { 2 } else { 1 })
        })?);
    }
    let have: BTreeSet<String> = rows(&files.index, listed, |r| r.get(0))?
        .into_iter()
        .collect();
    wrong.extend(want.difference(&have).map(|x| format!("列表里缺：{x}")));
    wrong.extend(have.difference(&want).map(|x| format!("列表里多：{x}")));
    Ok(())
}

pub(super) fn list_equal(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    same_shown(
        files,
        "SELECT shelf, concat_ws(' ', id, stands, number, title, urgency, starter, dept, changed_at, due_at,
           closed_at), concat_ws(' ', id, stands, NULL, '', urgency, starter, dept, changed_at, due_at,
           closed_at) FROM (SELECT *, CASE outcome WHEN '' THEN state ELSE outcome END AS stands FROM cases)",
        "SELECT concat_ws(' ', case_id, state, number, title, urgency, starter, dept, changed_at, due_at,
           closed_at) FROM case_list",
        wrong,
    )
}

/// No list holds a word of a confidential department's cases (README decision 6).
pub(super) fn nothing_told(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    for shelf in hidden(files)? {
        for statement in [
            "SELECT case_id FROM case_list WHERE shelf = ?1 AND (title || held_by <> '' OR number IS NOT NULL)",
            "SELECT case_id FROM todo WHERE shelf = ?1
               AND (title || brief || from_name || urged || reading <> '' OR number IS NOT NULL)",
            "SELECT case_id FROM paper_waiting WHERE shelf = ?1 AND title || words || entered_name <> ''",
        ] {
            let mut found = files.index.prepare(statement).map_err(sql)?;
            let told = found
                .query_map([shelf], |r| r.get::<_, i64>(0))
                .map_err(sql)?;
            for case in told {
                let case = case.map_err(sql)?;
                wrong.push(format!("保密部门的件 {case} 在列表里有文字"));
            }
        }
    }
    Ok(())
}

pub(super) fn access_equal(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    same(
        files,
        "SELECT principal || ' ' || case_id FROM grants",
        "SELECT principal || ' ' || case_id FROM case_access",
        wrong,
    )
}

/// Who had a hand in which case, and when last.
pub(super) fn hand_equal(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    same(
        files,
        "SELECT concat_ws(' ', coalesce(l.person, 0), c.id, l.at, c.state = 'open', l.person IS c.starter)
         FROM cases c JOIN (SELECT case_id, person, at, max(n) FROM ledger WHERE move <> 'import' GROUP BY case_id, person) l
           ON l.case_id = c.id",
        "SELECT concat_ws(' ', person, case_id, last_at, open, started) FROM hand",
        wrong,
    )
}

/// Every entry from paper that its writer has not answered waits for him; in a sealed year nobody answers.
pub(super) fn paper_equal(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    same_shown(
        files,
        "SELECT p.shelf, concat_ws(' ', p.person, p.id, p.case_id, p.said_on, p.entered_name,
           (SELECT o.text FROM opinion o WHERE o.id = p.opinion)),
           concat_ws(' ', p.person, p.id, p.case_id, p.said_on, '') FROM paper_opinion p
         WHERE NOT EXISTS (SELECT 1 FROM paper_reply r WHERE r.paper = p.id)
           AND NOT EXISTS (SELECT 1 FROM shelf_owner s WHERE s.shelf = p.shelf AND s.state = 'frozen')",
        "SELECT concat_ws(' ', person, paper, case_id, said_on, entered_name, nullif(words, ''))
         FROM paper_waiting",
        wrong,
    )
}

/// Every case stands in one register, with its state.
pub(super) fn register_equal(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    let truth = "SELECT concat_ws(' ', id, shelf, year,
           CASE outcome WHEN '' THEN state ELSE outcome END, urgency) FROM cases";
    let mut sum = Sum::default();
    for v in files.listed() {
        sum.add(&v.conn, truth)?;
    }
    let mut listed = Vec::new();
    for table in rows(
        &files.index,
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'reg_*'",
        |r| r.get::<_, String>(0),
    )? {
        listed.push(format!(
            "SELECT concat_ws(' ', case_id, shelf, year, state, urgency) FROM {table}"
        ));
    }
    let mut have = sum.anew();
    for statement in &listed {
        have.add(&files.index, statement)?;
    }
    match sum == have {
        true => Ok(()),
        false => register_differs(files, (truth, &listed), wrong),
    }
}

fn register_differs(
    files: &Files<'_>,
    (truth, listed): (&str, &[String]),
    wrong: &mut Wrong,
) -> Result<()> {
    let (mut have, mut want) = (Vec::new(), Vec::new());
    for statement in listed {
        have.extend(rows(&files.index, statement, |r| r.get::<_, String>(0))?);
    }
    for v in files.listed() {
        want.extend(rows(&v.conn, truth, |r| r.get::<_, String>(0))?);
    }
    let (h, w): (BTreeSet<_>, BTreeSet<_>) = (have.iter().collect(), want.iter().collect());
    wrong.extend(w.difference(&h).map(|x| format!("登记簿里缺：{x}")));
    wrong.extend(h.difference(&w).map(|x| format!("登记簿里多：{x}")));
    if wrong.is_empty() {
        wrong.push("登记簿里有重复的行".into());
    }
    Ok(())
}
