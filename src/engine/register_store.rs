//! Reading registers: which cases, their rows, their totals. The text of the statements is built in
//! `register_sql`. Invariant: every statement asks for the reader's principals.

use super::register_sql::{Table, Want};
use crate::kit::{Id, Result, ShelfNo};
use crate::store::{Query, ValueRef, params};
use std::collections::{BTreeMap, HashMap};

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
    let named: Vec<String> = cases.iter().map(i64::to_string).collect();
    let asking = table.rows(who, format!("[{}]", named.join(",")))?;
    let width = table.columns.len();
    let read = db.all_of(&asking.text, asking.params().as_slice(), |r| {
        let (at, from): (i64, Option<i64>) = (r.get(3)?, r.get(4)?);
        let Some(from) = from else { return Ok(None) };
        let mut columns = Vec::with_capacity(width);
        for i in 5..width + 5 {
            columns.push(match r.get_ref(i)? {
                ValueRef::Integer(n) => n.to_string(),
                ValueRef::Real(n) => n.to_string(),
                ValueRef::Text(t) => String::from_utf8_lossy(t).into_owned(),
                _ => String::new(),
            });
        }
        Ok(Some(Registered {
            case: Id::from_raw(r.get(0)?),
            state: r.get(1)?,
            urgency: r.get(2)?,
            followed: from <= at,
            columns,
        }))
    })?;
    // Sorted here: SQLite would carry whole rows through its sorter.
    let place: HashMap<i64, usize> = cases.iter().enumerate().map(|(i, c)| (*c, i)).collect();
    let mut rows: Vec<Registered> = read.into_iter().flatten().collect();
    rows.sort_by_key(|r| place.get(&r.case.raw()).copied());
    Ok(rows)
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

/// Whether these principals (a JSON array) may see a case of one of these shelves.
pub fn sees_some_of(db: &impl Query, shelves: &[ShelfNo], who: &str) -> Result<bool> {
    let shelves: Vec<u16> = shelves.iter().map(|s| s.0).collect();
    db.one(
        "SELECT EXISTS (SELECT 1 FROM case_list l WHERE l.shelf IN (SELECT value FROM json_each(?1))
           AND EXISTS (SELECT 1 FROM case_access a WHERE a.case_id = l.case_id
             AND a.principal IN (SELECT value FROM json_each(?2))))",
        params![serde_json::to_string(&shelves)?, who],
        |r| r.get(0),
    )
}

/// How many cases stand on each shelf, as the lists know it.
pub fn count_by_shelf(db: &impl Query) -> Result<HashMap<ShelfNo, i64>> {
    let all = db.all(
        "SELECT shelf, count(*) FROM case_list GROUP BY shelf",
        [],
        |r| Ok((ShelfNo(r.get(0)?), r.get(1)?)),
    )?;
    Ok(all.into_iter().collect())
}

/// Years a register has rows of.
pub fn list_years(db: &impl Query, table: &Table) -> Result<Vec<i16>> {
    db.all_of(&table.years()?, [], |r| r.get(0))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::index_store::{Lists, registers};
    use super::super::register_sql::{Bound, Sort};
    use super::super::run::Engine;
    use super::*;
    use crate::kit::{Clock, Zone};
    use crate::store::{DataDir, SqlText, Store};
    use std::sync::Arc;

    /// How SQLite would find the first page, step by step.
    fn plan(store: &Store, table: &Table, want: &Want) -> String {
        let asking = table.keys(want, (20, 0)).unwrap();
        let text = SqlText(format!("EXPLAIN QUERY PLAN {}", asking.text.0));
        let index = store.index().unwrap();
        let steps: Vec<String> = index
            .all_of(&text, asking.params().as_slice(), |r| r.get(3))
            .unwrap();
        steps.join("\n")
    }

    #[test]
    fn a_page_walks_the_index_of_rights_and_stops() {
        let root = std::env::temp_dir().join(format!("ink-plan-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&root);
        let engine = Arc::new(Engine::shipped(Zone::default()).unwrap());
        let dir = DataDir::make(&root).unwrap();
        let lists: Vec<Box<dyn crate::store::Projection>> =
            vec![Box::new(Lists::new(engine.clone()))];
        let store = Store::open(&dir, Clock::System, lists).unwrap();
        let all = registers(&engine.procedures);
        let table = all.first().unwrap();
        let mut want = Want {
            who: vec![1, 2, 3],
            year: 2026,
            ..Want::default()
        };
        let walks = "SEARCH a USING PRIMARY KEY (principal=? AND register=? AND year=?)";
        for state in ["", "open"] {
            want.state = state.to_owned();
            let plan = plan(&store, table, &want);
            assert_eq!(
                plan.matches(walks).count(),
                3,
                "one walk a principal: {plan}"
            );
            assert!(plan.contains("MERGE (UNION)"), "{plan}");
            assert!(
                !plan.contains("TEMP B-TREE") && !plan.contains("SCAN"),
                "{plan}"
            );
        }
        // Sorted otherwise, all rows of the year are read, of no other.
        want.sort = Sort::Up(table.columns.first().unwrap().id.clone());
        let sorted = plan(&store, table, &want);
        assert!(
            sorted.contains(walks) && !sorted.contains("SCAN r"),
            "{sorted}"
        );
        let asking = table.keys(&want, (20, 0)).unwrap();
        assert!(asking.bound.contains(&Bound::Int(2026)));
        drop(store);
        let _ = std::fs::remove_dir_all(&root);
    }
}
