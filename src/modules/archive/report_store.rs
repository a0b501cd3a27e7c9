//! Records of four-property checks, in the hub: they outlive the year they are of. Not here: what they say (`package::report`).
//! Invariant: a record is written once.

use super::package::Report;
use crate::kit::{Millis, OrganId, PersonId, Result};
use crate::store::{Query, Row, RowResult, Write, params};

/// A kept record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub id: i64,
    pub what: String,
    pub about: String,
    pub wrong: i64,
    pub name: String,
    pub at: Millis,
}

/// Keeps a record.
pub fn insert_report(
    w: &mut Write<'_>,
    (organ, what): (OrganId, &str),
    report: &Report,
    (person, name): (PersonId, &str),
) -> Result<i64> {
    let id = w.insert(
        "INSERT INTO archive_check(organ, what, about, wrong, data, person, name, at)
         VALUES(?1,?2,?3,?4,?5,?6,?7,?8)",
        params![
            organ.0,
            what,
            report.about,
            i64::try_from(report.wrong()).unwrap_or(i64::MAX),
            serde_json::to_string(report)?,
            person.0,
            name,
            w.at().0
        ],
    )?;
    w.note(format!("{}：{}", report.about, report.summary()));
    w.quiet("检测记录，不影响各类清单");
    Ok(id)
}

fn kept(r: &Row<'_>) -> RowResult<Kept> {
    Ok(Kept {
        id: r.get(0)?,
        what: r.get(1)?,
        about: r.get(2)?,
        wrong: r.get(3)?,
        name: r.get(4)?,
        at: Millis(r.get(5)?),
    })
}

/// The last records of an organ, the newest first.
pub fn list_reports(hub: &impl Query, organ: OrganId, most: i64) -> Result<Vec<Kept>> {
    hub.all(
        "SELECT id, what, about, wrong, name, at FROM archive_check WHERE organ = ?1 ORDER BY id DESC LIMIT ?2",
        params![organ.0, most],
        kept,
    )
}

/// One record with what it says.
pub fn find_report(hub: &impl Query, organ: OrganId, id: i64) -> Result<(Kept, Report)> {
    let (kept, data): (Kept, String) = hub.one(
        "SELECT id, what, about, wrong, name, at, data FROM archive_check WHERE organ = ?1 AND id = ?2",
        params![organ.0, id],
        |r| Ok((kept(r)?, r.get(6)?)),
    )?;
    Ok((kept, serde_json::from_str(&data)?))
}
