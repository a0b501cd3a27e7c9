//! What a register's statistics count besides months and steps: the cases by one of its columns (文种), and how many working
//! days lie between two of its days. Which columns those are its procedures say. Not here: the page (`screens::register`).
//! Invariant: what is counted is what the register lists for the same person, without the void ones.

use super::register::Table;
use super::register_sql::{Behind, Want};
use super::register_store::{Registered, list_keys, list_rows};
use super::statistics::{Spent, Took, reckon};
use crate::kit::{Calendar, Day, Millis, Result, Zone};
use crate::store::Query;

/// Cases of a year looked at; an office numbers some hundreds.
const MOST: i64 = 20_000;

/// The cases that say the same in the column.
#[derive(Debug, Clone, PartialEq)]
pub struct Alike {
    /// What they say.
    pub name: String,
    pub cases: u64,
    /// In the year before.
    pub before: u64,
    /// From the one day to the other, where any has both.
    pub took: Option<Took>,
}

/// The columns' places.
struct Places {
    by: usize,
    from: usize,
    to: usize,
}

/// By what the column says, most of them first; nothing where the register counts by no column.
pub fn list_alike(
    db: &impl Query,
    table: &Table,
    (who, procedure): (&[i64], &str),
    (year, zone, calendar): (i16, Zone, &Calendar),
) -> Result<Vec<Alike>> {
    let Some(places) = places(table) else {
        return Ok(Vec::new());
    };
    let rows = |year| {
        let want = Want {
            who: who.to_vec(),
            year,
            behind: Some(Behind {
                procedure: procedure.to_owned(),
                ..Behind::default()
            }),
            ..Want::default()
        };
        let keys = list_keys(db, table, (&want, MOST, 0))?;
        list_rows(db, table, (who, &keys))
    };
    let (now, before) = (rows(year)?, rows(year - 1)?);
    let spent = now.iter().filter_map(|r| spent(r, &places, zone));
    let spent: Vec<Spent> = spent.collect();
    let took = reckon(year, (&[], &spent), (zone, calendar)).steps;
    let mut all: Vec<Alike> = Vec::new();
    for (rows, this) in [(&now, true), (&before, false)] {
        for name in rows.iter().filter_map(|r| r.columns.get(places.by)) {
            let place = all.iter().position(|a| a.name == *name);
            let place = place.unwrap_or_else(|| {
                all.push(Alike {
                    name: name.clone(),
                    cases: 0,
                    before: 0,
                    took: took.iter().find(|t| t.name == *name).cloned(),
                });
                all.len() - 1
            });
            if let Some(one) = all.get_mut(place) {
                one.cases += u64::from(this);
                one.before += u64::from(!this);
            }
        }
    }
    all.retain(|a| !a.name.is_empty());
    all.sort_by(|a, b| (b.cases, b.before, &a.name).cmp(&(a.cases, a.before, &b.name)));
    Ok(all)
}

fn places(table: &Table) -> Option<Places> {
    let counts = table.counts.as_ref()?;
    let place = |id: &str| table.columns.iter().position(|c| c.id == id);
    Some(Places {
        by: place(&counts.by)?,
        from: place(&counts.from)?,
        to: place(&counts.to)?,
    })
}

/// A row with both days, as a piece of work under the name it is counted by.
fn spent(row: &Registered, places: &Places, zone: Zone) -> Option<Spent> {
    let at = |i: usize| -> Option<Millis> {
        let day: Day = row.columns.get(i)?.get(..10)?.parse().ok()?;
        Some(zone.start_of(day))
    };
    Some(Spent {
        case: row.case,
        step: row.columns.get(places.by)?.clone(),
        place: 0,
        dept: String::new(),
        given_at: at(places.from)?,
        done_at: at(places.to)?,
        due_at: None,
    })
}
