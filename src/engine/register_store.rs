//! Reading registers: which cases, their rows, their totals. The text of the statements is built in
//! `register_sql`. Invariant: every statement asks for the reader's principals.

use super::register_sql::{Asking, Table, Want};
use crate::kit::{Id, Result};
use crate::store::{Query, ValueRef};
use std::collections::BTreeMap;

/// A row of a register: the case, its state and urgency, the columns in order as text.
pub struct Registered {
    pub case: Id,
    pub state: String,
    pub urgency: String,
    /// Whether the reader may follow where it is now (只能从上而下查询).
    pub followed: bool,
    pub columns: Vec<String>,
}

/// What all rows come to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Totals {
    pub rows: u64,
    /// Of each summed column.
    pub sums: Vec<f64>,
    /// Of each counted column: value and how many.
    pub counts: Vec<BTreeMap<String, u64>>,
}

/// The cases asked for, in order.
pub fn list_keys(
    db: &impl Query,
    table: &Table,
    (want, limit, offset): (&Want, i64, i64),
) -> Result<Vec<i64>> {
    let asking = table.keys(want, (limit, offset))?;
    db.all_of(&asking.text, asking.params().as_slice(), |r| r.get(0))
}

/// The rows of these cases in their order; one that is gone or no longer the reader's is left out.
pub fn list_rows(
    db: &impl Query,
    table: &Table,
    (who, cases): (&[i64], &[i64]),
) -> Result<Vec<Registered>> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let cases: Vec<String> = cases.iter().map(i64::to_string).collect();
    let Asking { text, bound } = table.rows(who, format!("[{}]", cases.join(",")))?;
    let asking = Asking { text, bound };
    let width = table.columns.len();
    db.all_of(&asking.text, asking.params().as_slice(), |r| {
        let mut columns = Vec::with_capacity(width);
        for i in 4..width + 4 {
            columns.push(match r.get_ref(i)? {
                ValueRef::Integer(n) => n.to_string(),
                ValueRef::Real(n) => n.to_string(),
                ValueRef::Text(t) => String::from_utf8_lossy(t).into_owned(),
                _ => String::new(),
            });
        }
        Ok(Registered {
            case: Id::from_raw(r.get(0)?),
            state: r.get(1)?,
            urgency: r.get(2)?,
            followed: r.get::<_, Option<bool>>(3)?.unwrap_or(false),
            columns,
        })
    })
}

/// What all rows asked for come to.
pub fn count_totals(db: &impl Query, table: &Table, want: &Want) -> Result<Totals> {
    let asking = table.totals(want)?;
    let (by, sums) = (table.counted().count(), table.summed().count());
    let groups = db.all_of(&asking.text, asking.params().as_slice(), |r| {
        let mut values = Vec::with_capacity(by);
        for i in 0..by {
            values.push(r.get::<_, Option<String>>(i)?.unwrap_or_default());
        }
        let n: i64 = r.get(by)?;
        let mut added = Vec::with_capacity(sums);
        for i in 0..sums {
            added.push(r.get::<_, f64>(by + 1 + i)?);
        }
        Ok((values, u64::try_from(n).unwrap_or(0), added))
    })?;
    let mut totals = Totals {
        rows: 0,
        sums: vec![0.0; sums],
        counts: vec![BTreeMap::new(); by],
    };
    for (values, n, added) in groups {
        totals.rows += n;
        for (sum, more) in totals.sums.iter_mut().zip(added) {
            *sum += more;
        }
        for (counts, value) in totals.counts.iter_mut().zip(values) {
            *counts.entry(value).or_default() += n;
        }
    }
    Ok(totals)
}

/// Years a register has rows of.
pub fn list_years(db: &impl Query, table: &Table) -> Result<Vec<i16>> {
    db.all_of(&table.years()?, [], |r| r.get(0))
}
