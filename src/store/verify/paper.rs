//! The claims about paper: an entry says what the ledger's chain says, and points at its words and its
//! photograph; what its writer answered is his and unchanged.

use super::{Files, chains, rows};
use crate::kit::{Id, Result};

type Wrong = Vec<String>;

/// Each entry against its ledger row, its opinion and its photograph; each ledger row that says it was
/// entered from paper against its entry.
const ASTRAY: &str = "SELECT p.id FROM paper_opinion p
      LEFT JOIN ledger l ON l.id = p.ledger AND l.case_id = p.case_id AND l.task = p.task
        AND l.person = p.person AND l.name = p.name AND l.at = p.at
        AND l.detail ->> '$.paper.by' = p.entered_by AND l.detail ->> '$.paper.name' = p.entered_name
        AND l.detail ->> '$.paper.on' = p.said_on
      LEFT JOIN opinion o ON o.id = p.opinion AND o.case_id = p.case_id AND o.person = p.person
        AND o.at = p.at
      LEFT JOIN attachment a ON a.id = p.photo AND a.owner = p.case_id
    WHERE l.id IS NULL OR (p.opinion IS NOT NULL AND o.id IS NULL) OR (p.photo IS NOT NULL AND a.id IS NULL)
    UNION
    SELECT l.id FROM ledger l WHERE l.detail ->> '$.paper' IS NOT NULL
      AND (SELECT count(*) FROM paper_opinion p WHERE p.ledger = l.id) <> 1";

/// A reply to what was not his, or of another case.
const FOREIGN: &str = "SELECT r.id FROM paper_reply r LEFT JOIN paper_opinion p ON p.id = r.paper
      AND p.case_id = r.case_id AND p.person = r.person WHERE p.id IS NULL";

pub(super) fn entered(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    for v in &files.volumes {
        for id in rows(&v.conn, ASTRAY, |r| r.get::<_, i64>(0))? {
            wrong.push(format!("柜 {}：{} 对不上", v.no, Id::from_raw(id)));
        }
    }
    Ok(())
}

pub(super) fn answered(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    for v in &files.volumes {
        let place = format!("柜 {}", v.no);
        chains::check(&v.conn, &chains::REPLY, (&place, &files.part), wrong)?;
        for id in rows(&v.conn, FOREIGN, |r| r.get::<_, i64>(0))? {
            wrong.push(format!("柜 {}：{} 不是本人的答复", v.no, Id::from_raw(id)));
        }
    }
    Ok(())
}
