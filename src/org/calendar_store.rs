//! The office's calendar: the built-in years, and those the office took from the State Council's notice.
//! A kept year replaces the built-in one as a whole. Counting is `kit::workdays`, reading a notice `kit::holiday_notice`.

use super::edit::CHANGED;
use crate::kit::{Arrangement, Calendar, Day, Error, Millis, Result};
use crate::store::{Query, Write, params};
use serde_json::json;

/// A year taken from a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptYear {
    pub year: i16,
    pub rev: i64,
    pub kept_by: String,
    pub kept_at: Millis,
}

/// A day that counts differently under a new arrangement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub day: Day,
    pub was: String,
    pub is: String,
}

pub(super) fn list_holidays(q: &impl Query) -> Result<Vec<Arrangement>> {
    let texts: Vec<String> = q.all(
        "SELECT arrangement FROM holiday_year ORDER BY year",
        [],
        |r| r.get(0),
    )?;
    texts
        .iter()
        .map(|t| serde_json::from_str(t).map_err(Error::from))
        .collect()
}

/// The years the office keeps itself.
pub fn list_kept(q: &impl Query) -> Result<Vec<KeptYear>> {
    q.all(
        "SELECT year, rev, kept_by, kept_at FROM holiday_year ORDER BY year",
        [],
        |r| {
            Ok(KeptYear {
                year: r.get(0)?,
                rev: r.get(1)?,
                kept_by: r.get(2)?,
                kept_at: Millis(r.get(3)?),
            })
        },
    )
}

/// Keeps a year. `seen` is the year's version its editor saw, 0 where the office kept none.
pub fn keep_year(w: &mut Write<'_>, new: &Arrangement, by: &str, seen: i64) -> Result<()> {
    new.check().map_err(|why| Error::invalid("notice", why))?;
    let held: Option<i64> = w.opt(
        "SELECT rev FROM holiday_year WHERE year = ?1",
        [new.year],
        |r| r.get(0),
    )?;
    if held.unwrap_or(0) != seen {
        return Err(Error::Conflict(format!(
            "{}年的放假安排刚刚有人改过。请回到“节假日”看一看，再决定要不要改",
            new.year
        )));
    }
    w.execute(
        "INSERT INTO holiday_year(year, arrangement, kept_by, kept_at) VALUES(?1, ?2, ?3, ?4)
         ON CONFLICT(year) DO UPDATE SET arrangement = excluded.arrangement, rev = rev + 1,
           kept_by = excluded.kept_by, kept_at = excluded.kept_at",
        params![new.year, serde_json::to_string(new)?, by, w.at().0],
    )?;
    w.about(new.year);
    w.note(new.notice.clone());
    w.emit(CHANGED, None, &json!({ "holidays": new.year }))
}

/// The days of the year that would count differently, in order.
#[must_use]
pub fn differences(held: &Calendar, new: &Arrangement) -> Vec<Difference> {
    let mut then = held.clone();
    then.announce(new.clone());
    let Some(first) = Day::new(new.year, 1, 1) else {
        return Vec::new();
    };
    (0..366)
        .map(|i| first.plus_days(i))
        .filter(|day| day.year() == new.year)
        .filter_map(|day| {
            let (was, is) = (held.counted(day), then.counted(day));
            (was != is).then(|| Difference {
                day,
                was: was.label(),
                is: is.label(),
            })
        })
        .collect()
}
