//! Lists read straight from one volume, without an index: of a sealed volume beside ours. Searching is a
//! walk through all of it, for nobody keeps a search file of it.

use crate::kit::{Id, Millis, Result};
use crate::store::{Query, Row, RowResult, params};

/// What is asked of a volume's list; empty words and zero mean any.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub procedure: String,
    pub dept: i64,
    /// Found in title, number, form or opinions.
    pub words: String,
    pub from: i64,
    pub many: i64,
}

/// A line of a volume's list.
#[derive(Debug, Clone)]
pub struct Looked {
    pub case: Id,
    pub title: String,
    pub number: Option<String>,
    pub procedure: String,
    pub dept: i64,
    /// The department as its first act names it.
    pub dept_name: String,
    pub starter: String,
    pub state: String,
    pub opened_at: Millis,
}

/// Newest first.
pub fn list_looked(db: &impl Query, w: &Wanted) -> Result<Vec<Looked>> {
    db.all(
        "SELECT c.id, c.title, c.number, c.procedure, c.dept, c.starter_name, c.state, c.opened_at,
           coalesce((SELECT l.dept_name FROM ledger l WHERE l.case_id = c.id ORDER BY l.n LIMIT 1), '')
         FROM cases c WHERE (?1 = '' OR c.procedure = ?1) AND (?2 = 0 OR c.dept = ?2)
           AND (?3 = '' OR instr(c.title, ?3) OR instr(coalesce(c.number, ''), ?3) OR instr(c.form, ?3)
             OR EXISTS (SELECT 1 FROM opinion o WHERE o.case_id = c.id AND instr(o.text, ?3)))
         ORDER BY c.id DESC LIMIT ?4 OFFSET ?5",
        params![w.procedure, w.dept, w.words, w.many, w.from],
        row,
    )
}

fn row(r: &Row<'_>) -> RowResult<Looked> {
    Ok(Looked {
        case: Id::from_raw(r.get(0)?),
        title: r.get(1)?,
        number: r.get(2)?,
        procedure: r.get(3)?,
        dept: r.get(4)?,
        starter: r.get(5)?,
        state: r.get(6)?,
        opened_at: Millis(r.get(7)?),
        dept_name: r.get(8)?,
    })
}

/// How many there are of what is asked.
pub fn count_looked(db: &impl Query, w: &Wanted) -> Result<i64> {
    db.one(
        "SELECT count(*) FROM cases c WHERE (?1 = '' OR c.procedure = ?1) AND (?2 = 0 OR c.dept = ?2)
           AND (?3 = '' OR instr(c.title, ?3) OR instr(coalesce(c.number, ''), ?3) OR instr(c.form, ?3)
             OR EXISTS (SELECT 1 FROM opinion o WHERE o.case_id = c.id AND instr(o.text, ?3)))",
        params![w.procedure, w.dept, w.words],
        |r| r.get(0),
    )
}

/// Departments and how many cases each has, with the name an act of theirs gives.
pub fn list_depts(db: &impl Query) -> Result<Vec<(i64, i64, String)>> {
    db.all(
        "SELECT c.dept, count(*), coalesce((SELECT l.dept_name FROM ledger l JOIN cases x ON x.id = l.case_id
           WHERE x.dept = c.dept AND l.n = 1 LIMIT 1), '') FROM cases c GROUP BY c.dept ORDER BY c.dept",
        [],
        |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
    )
}

/// Procedures its cases run under, each with one version.
pub(super) fn list_used(db: &impl Query) -> Result<Vec<(String, String)>> {
    db.all(
        "SELECT procedure, max(version) FROM cases GROUP BY procedure ORDER BY procedure",
        [],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}
