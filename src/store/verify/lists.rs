//! The claims about the index: what its lists show is what the volumes hold, row by row as text.
//! Not here: the columns that definitions print (words of a register, who holds a case).

use super::{Files, rows};
use crate::kit::Result;
use rusqlite::Connection;
use std::collections::BTreeSet;

type Wrong = Vec<String>;

/// Compares what the volumes say with what the index says, row by row as text.
fn same(files: &Files, truth: &str, listed: &str, wrong: &mut Wrong) -> Result<()> {
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

pub(super) fn todo_equal(files: &Files, wrong: &mut Wrong) -> Result<()> {
    same(
        files,
        "SELECT holder || ' ' || id || ' ' || case_id FROM task WHERE state = 'open'",
        "SELECT principal || ' ' || task_id || ' ' || case_id FROM todo",
        wrong,
    )
}

pub(super) fn list_equal(files: &Files, wrong: &mut Wrong) -> Result<()> {
    same(
        files,
        "SELECT concat_ws(' ', id, state, number, title, urgency, starter, dept, changed_at, due_at,
           closed_at) FROM cases",
        "SELECT concat_ws(' ', case_id, state, number, title, urgency, starter, dept, changed_at, due_at,
           closed_at) FROM case_list",
        wrong,
    )
}

pub(super) fn access_equal(files: &Files, wrong: &mut Wrong) -> Result<()> {
    same(
        files,
        "SELECT principal || ' ' || case_id FROM grants",
        "SELECT principal || ' ' || case_id FROM case_access",
        wrong,
    )
}

/// Who had a hand in which case, and when last.
pub(super) fn hand_equal(files: &Files, wrong: &mut Wrong) -> Result<()> {
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
pub(super) fn paper_equal(files: &Files, wrong: &mut Wrong) -> Result<()> {
    same(
        files,
        "SELECT concat_ws(' ', p.person, p.id, p.case_id, p.said_on, p.entered_name,
           (SELECT o.text FROM opinion o WHERE o.id = p.opinion)) FROM paper_opinion p
         WHERE NOT EXISTS (SELECT 1 FROM paper_reply r WHERE r.paper = p.id)
           AND NOT EXISTS (SELECT 1 FROM shelf_owner s WHERE s.shelf = p.shelf AND s.state = 'frozen')",
        "SELECT concat_ws(' ', person, paper, case_id, said_on, entered_name, nullif(words, ''))
         FROM paper_waiting",
        wrong,
    )
}

/// Every case stands in one register, with its state.
pub(super) fn register_equal(files: &Files, wrong: &mut Wrong) -> Result<()> {
    let mut have = Vec::new();
    for table in rows(
        &files.index,
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'reg_*'",
        |r| r.get::<_, String>(0),
    )? {
        let statement =
            format!("SELECT concat_ws(' ', case_id, shelf, year, state, urgency) FROM {table}");
        have.extend(rows(&files.index, &statement, |r| r.get::<_, String>(0))?);
    }
    let mut want = Vec::new();
    for v in files.listed() {
        let statement = "SELECT concat_ws(' ', id, shelf, year, state, urgency) FROM cases";
        want.extend(rows(&v.conn, statement, |r| r.get::<_, String>(0))?);
    }
    have.sort();
    want.sort();
    if have != want {
        let (h, w): (BTreeSet<_>, BTreeSet<_>) = (have.iter().collect(), want.iter().collect());
        wrong.extend(w.difference(&h).map(|x| format!("登记簿里缺：{x}")));
        wrong.extend(h.difference(&w).map(|x| format!("登记簿里多：{x}")));
    }
    if wrong.is_empty() && have != want {
        wrong.push("登记簿里有重复的行".into());
    }
    Ok(())
}
