//! The claims about cases that other cases started, and about days on which one person stands in for another because a
//! case said so: both ends tell the same. What stands in a file that is not here is not asked.
//! Invariant: an end that the other does not know yet is none; one that contradicts it is.

use super::claims::Wrong;
use super::{Files, rows};
use crate::kit::{Id, Result};
use std::collections::{BTreeMap, BTreeSet};

/// A case and the one it started: the row of the parent, the parent, the child.
type Ends = BTreeMap<i64, (i64, Option<i64>)>;

/// Each says the other, and nothing waits for what has ended.
pub(super) fn children(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    let (mut asked, mut begun, mut here) = (Ends::new(), Ends::new(), BTreeSet::new());
    for v in files.listed() {
        let shelves = "SELECT shelf FROM shelf_owner WHERE state <> 'moved'";
        here.extend(rows(&v.conn, shelves, |r| r.get::<_, i64>(0))?);
        let ends = |statement| {
            rows(&v.conn, statement, |r| {
                Ok((r.get(0)?, (r.get(1)?, r.get(2)?)))
            })
        };
        asked.extend(ends(ASKED)?);
        begun.extend(ends(BEGUN)?);
        for (case, label) in rows(&v.conn, WAITING, |r| {
            Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?))
        })? {
            let case = Id::from_raw(case);
            wrong.push(format!("{case}：“{label}”已经办完，这一件还在等它"));
        }
    }
    let shelf_of = |id: i64| i64::from(Id::from_raw(id).shelf().0);
    for (row, (parent, made)) in &asked {
        let Some(made) = made.filter(|m| here.contains(&shelf_of(*m))) else {
            continue;
        };
        if begun.get(row) != Some(&(*parent, Some(made))) {
            let (parent, made) = (Id::from_raw(*parent), Id::from_raw(made));
            wrong.push(format!("{parent} 说发起了 {made}，那一件没有这样说"));
        }
    }
    for (row, (parent, made)) in begun {
        let known = asked.get(&row);
        let same = known.is_some_and(|(p, m)| *p == parent && (m.is_none() || *m == made));
        if here.contains(&shelf_of(row)) && !same {
            let made = Id::from_raw(made.unwrap_or_default());
            wrong.push(format!(
                "{made} 说由 {} 发起，那一件没有这样说",
                Id::from_raw(parent)
            ));
        }
    }
    Ok(())
}

const ASKED: &str = "SELECT id, case_id, made FROM child c
    WHERE NOT EXISTS (SELECT 1 FROM shelf_owner s WHERE s.shelf = c.shelf AND s.state = 'moved')";
const BEGUN: &str = "SELECT child, parent, case_id FROM child_of c
    WHERE NOT EXISTS (SELECT 1 FROM shelf_owner s WHERE s.shelf = c.shelf AND s.state = 'moved')";
const WAITING: &str = "SELECT c.case_id, c.label FROM child c JOIN task t ON t.id = c.wait
    WHERE c.ended = 1 AND t.state IN ('open', 'waiting') AND t.purpose = 'wait'
      AND NOT EXISTS (SELECT 1 FROM shelf_owner s WHERE s.shelf = c.shelf AND s.state = 'moved')";

/// Days a case asked for are those of whoever began it or stands in its form, and the step that asks was done.
pub(super) fn delegations(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    let spans = rows(
        &files.hub,
        "SELECT cause, person, first, last FROM delegation WHERE cause <> ''",
        |r| {
            Ok((
                r.get::<_, String>(0)?,
                r.get::<_, i64>(1)?,
                r.get::<_, String>(2)?,
                r.get::<_, String>(3)?,
            ))
        },
    )?;
    if spans.is_empty() {
        return Ok(());
    }
    let (mut starters, mut left, mut here) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for v in &files.volumes {
        let shelves = "SELECT shelf FROM shelf_owner WHERE state <> 'moved'";
        here.extend(rows(&v.conn, shelves, |r| r.get::<_, i64>(0))?);
        let begun = "SELECT id, starter FROM cases UNION
            SELECT c.id, f.value FROM cases c, json_each(c.form) f WHERE f.type = 'integer'";
        starters.extend(rows(&v.conn, begun, |r| {
            Ok((r.get::<_, i64>(0)?, r.get::<_, i64>(1)?))
        })?);
        let done = "SELECT DISTINCT case_id, step FROM ledger";
        left.extend(rows(&v.conn, done, |r| {
            Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?))
        })?);
    }
    for (cause, person, first, last) in spans {
        let of = cause
            .split_once(' ')
            // the visit that approved it stands behind the step
            .map(|(id, step)| match step.rsplit_once(' ') {
                Some((name, visit)) if visit.parse::<u32>().is_ok() => (id, name),
                _ => (id, step),
            })
            .and_then(|(id, step)| Some((id.parse::<Id>().ok()?, step)));
        let Some((case, step)) = of else {
            wrong.push(format!(
                "代办期间 {first} 至 {last} 说不出由哪一件生成：{cause}"
            ));
            continue;
        };
        if !here.contains(&i64::from(case.shelf().0)) {
            continue;
        }
        if !starters.contains(&(case.raw(), person)) {
            wrong.push(format!("代办期间 {first} 至 {last}：{case} 不是这个人的"));
        } else if !left.contains(&(case.raw(), step.to_owned())) {
            wrong.push(format!("代办期间 {first} 至 {last}：{case} 没有办过那一步"));
        }
    }
    Ok(())
}
