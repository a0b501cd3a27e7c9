//! The claims about what stands beside a case: each remark (旁议) is the one its audit row was written for, and none
//! is gone; what statistics are counted from and what ties two cases stand in the index as in the volumes.

use super::lists::same;
use super::{Files, rows};
use crate::kit::{Digest, Id, Result};
use std::collections::BTreeSet;

type Wrong = Vec<String>;

const TALK: &str = "SELECT id, shelf, case_id, person, text, at FROM talk t
    WHERE NOT EXISTS (SELECT 1 FROM shelf_owner s WHERE s.shelf = t.shelf AND s.state = 'moved')";
const NOTED: &str = "SELECT shelf, target, at, detail FROM audit t WHERE action = 'case.talk'
    AND NOT EXISTS (SELECT 1 FROM shelf_owner s WHERE s.shelf = t.shelf AND s.state = 'moved')";

/// The audit row of a remark carries the digest of its id, its speaker and its words; the audit's own chain keeps
/// that row. So a remark that was changed, taken away or slipped in has no row of its own.
pub(super) fn said(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    for v in &files.volumes {
        let said = rows(&v.conn, TALK, |r| {
            let (id, person): (i64, i64) = (r.get(0)?, r.get(3)?);
            let (case, words): (i64, String) = (r.get(2)?, r.get(4)?);
            let seal = Digest::of_parts(&[
                id.to_string().as_bytes(),
                person.to_string().as_bytes(),
                words.as_bytes(),
            ]);
            let (shelf, at): (i64, i64) = (r.get(1)?, r.get(5)?);
            Ok((shelf, Id::from_raw(case).to_string(), at, seal.hex()))
        })?;
        let noted = rows(&v.conn, NOTED, |r| {
            Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?))
        })?;
        let said: BTreeSet<(i64, String, i64, String)> = said.into_iter().collect();
        let noted: BTreeSet<(i64, String, i64, String)> = noted.into_iter().collect();
        for (_, case, ..) in said.symmetric_difference(&noted) {
            wrong.push(format!("柜 {}：{case} 的旁议和操作记录对不上", v.no));
        }
    }
    Ok(())
}

/// Every case and every piece of work is counted, and nothing else.
pub(super) fn measured(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    same(
        files,
        "SELECT concat_ws(' ', id, shelf, year, procedure, state) FROM cases",
        "SELECT concat_ws(' ', case_id, shelf, year, procedure, state) FROM measure",
        wrong,
    )?;
    same(
        files,
        "SELECT concat_ws(' ', id, case_id, given_at, coalesce(iif(state = 'done', 'done ' || done_at, NULL), ''), due_at)
         FROM task WHERE purpose = 'do' AND state IN ('done', 'open', 'waiting')
           OR purpose IN ('review', 'settle', 'sign', 'wait') AND state = 'open'",
        "SELECT concat_ws(' ', task_id, case_id, given_at, coalesce('done ' || done_at, ''), due_at) FROM spent",
        wrong,
    )
}

pub(super) fn related(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    same(
        files,
        "SELECT concat_ws(' ', r.id, r.case_id, r.other, r.word, r.person, r.name, r.at, t.at, t.name, t.why)
         FROM relation r LEFT JOIN relation_turn t ON t.back = 1
           AND t.id = (SELECT max(id) FROM relation_turn WHERE relation = r.id)",
        "SELECT concat_ws(' ', id, case_id, other, word, person, name, at, gone_at, gone_name, gone_why) FROM related",
        wrong,
    )
}
