//! The rows statistics are reckoned from: of one register, of a year and the one before, as far as somebody's
//! principals may see. Not here: reckoning (`statistics`), the list behind a figure (`register_sql`).
//! Invariant: what is counted here is what the register lists for the same person under the same condition.

use super::register::Table;
use super::statistics::{Heap, Spent, Waits};
use crate::kit::{Id, Millis, Result};
use crate::store::{Query, params};

/// What is asked.
pub struct Asked<'a> {
    pub table: &'a Table,
    pub year: i16,
    /// Principals as a JSON array.
    pub who: &'a str,
    /// Id of one procedure; empty: all of the register.
    pub procedure: &'a str,
    /// What was due before this is late, done or not.
    pub today: Millis,
}

/// Cases by year, month and procedure (by its id).
pub fn count_heaps(db: &impl Query, a: &Asked<'_>) -> Result<Vec<Heap>> {
    db.all(
        "SELECT m.year, m.month, m.procedure, count(*), sum(m.state <> 'open'), sum(m.timed),
           sum(m.late OR (m.state = 'open' AND coalesce(m.due_at < ?5, 0)))
         FROM measure m WHERE m.state <> 'void' AND (?4 = '' OR m.procedure = ?4)
           AND m.case_id IN (SELECT a.case_id FROM case_access a
             WHERE a.principal IN (SELECT value FROM json_each(?1)) AND a.register = ?2
               AND a.year IN (?3, ?3 - 1))
         GROUP BY 1, 2, 3",
        params![a.who, register(a.table), a.year, a.procedure, a.today.0],
        |r| {
            Ok(Heap {
                year: r.get(0)?,
                month: r.get(1)?,
                procedure: r.get(2)?,
                cases: count(r.get(3)?),
                ended: count(r.get(4)?),
                timed: count(r.get(5)?),
                late: count(r.get(6)?),
            })
        },
    )
}

/// Work that was done in cases of the year, at steps these principals may follow.
pub fn list_spent(db: &impl Query, a: &Asked<'_>) -> Result<Vec<Spent>> {
    db.all(
        "SELECT s.case_id, s.step, s.place, s.dept, s.given_at, s.done_at, s.due_at
         FROM (SELECT a.case_id, min(a.place) AS place FROM case_access a
             WHERE a.principal IN (SELECT value FROM json_each(?1)) AND a.register = ?2 AND a.year = ?3
             GROUP BY a.case_id) k
         CROSS JOIN measure m ON m.case_id = k.case_id
         CROSS JOIN spent s ON s.case_id = k.case_id
         WHERE m.state <> 'void' AND (?4 = '' OR m.procedure = ?4) AND s.done_at IS NOT NULL
           AND s.place >= k.place",
        params![a.who, register(a.table), a.year, a.procedure],
        |r| {
            Ok(Spent {
                case: Id::from_raw(r.get(0)?),
                step: r.get(1)?,
                place: r.get(2)?,
                dept: r.get(3)?,
                given_at: Millis(r.get(4)?),
                done_at: Millis(r.get(5)?),
                due_at: r.get::<_, Option<i64>>(6)?.map(Millis),
            })
        },
    )
}

/// Work that somebody has now in cases of the year, at steps these principals may follow; whose department that is
/// today the directory knows.
pub fn list_waiting(db: &impl Query, a: &Asked<'_>) -> Result<Vec<Waits>> {
    db.all(
        "SELECT s.case_id, s.step, s.place, t.principal, s.due_at
         FROM (SELECT a.case_id, min(a.place) AS place FROM case_access a
             WHERE a.principal IN (SELECT value FROM json_each(?1)) AND a.register = ?2 AND a.year = ?3
             GROUP BY a.case_id) k
         CROSS JOIN measure m ON m.case_id = k.case_id
         CROSS JOIN spent s ON s.case_id = k.case_id
         CROSS JOIN todo t ON t.case_id = s.case_id AND t.task_id = s.task_id
         WHERE m.state <> 'void' AND (?4 = '' OR m.procedure = ?4) AND s.done_at IS NULL
           AND t.purpose = 'do' AND s.place >= k.place",
        params![a.who, register(a.table), a.year, a.procedure],
        |r| {
            Ok(Waits {
                case: Id::from_raw(r.get(0)?),
                step: r.get(1)?,
                place: r.get(2)?,
                holder: r.get(3)?,
                dept: String::new(),
                due_at: r.get::<_, Option<i64>>(4)?.map(Millis),
            })
        },
    )
}

fn register(table: &Table) -> i64 {
    i64::try_from(table.number).unwrap_or(0)
}

fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}
