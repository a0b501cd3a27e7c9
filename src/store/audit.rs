//! Looking back: what was done, by whom, to what, over the hub and every volume that is here, the newest first. The
//! rows are written by `write.rs` and by nothing else; here they are read, and their chains recomputed.
//! Not for refused requests: those are `access`'s. Invariant: nothing in the program changes or deletes a row.

use super::file::File;
use super::query::Query as _;
use super::{RowResult, Store, params, verify};
use crate::kit::{Id, Millis, Result, ShelfNo};
use std::sync::Arc;

/// A row's number leads its instant by no more than this: numbers only go up, clocks do not.
const SLACK_MS: i64 = 24 * 3_600_000;

/// One act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number, which nothing else here has.
    pub id: i64,
    /// When.
    pub at: Millis,
    /// `person:12`, `system:alerts`.
    pub actor: String,
    /// On whose behalf.
    pub acting_for: Option<i64>,
    /// Id of the action.
    pub action: String,
    /// To what.
    pub target: String,
    /// The request, as in the log.
    pub request: String,
    /// What it says beside that.
    pub detail: String,
}

/// Which rows are wanted.
#[derive(Debug, Clone, Default)]
pub struct AuditWish {
    /// From this instant on.
    pub from: Millis,
    /// Until before this one.
    pub until: Millis,
    /// Actors as stored; all of them where there is none.
    pub actors: Option<Vec<String>>,
    /// Actions by id; all of them where there is none.
    pub actions: Option<Vec<String>>,
    /// Stands in the detail, or is the target.
    pub words: String,
    /// Older than this number.
    pub before: Option<i64>,
    /// Without what the server did by itself.
    pub people_only: bool,
}

/// Where a shelf's chain ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// The file: 0 is the hub.
    pub file: i64,
    /// The shelf.
    pub shelf: i64,
    /// Rows of it.
    pub rows: i64,
    /// Number of the newest.
    pub last: i64,
    /// Its link.
    pub chain: Vec<u8>,
}

impl Store {
    /// At most so many rows, the newest first. What lies in a volume that is away is not among them.
    pub fn list_audit(&self, wish: &AuditWish, most: usize) -> Result<Vec<AuditRow>> {
        let mut all = Vec::new();
        for file in self.files() {
            all.extend(list_of(&file, wish, most)?);
        }
        all.sort_unstable_by_key(|r: &AuditRow| std::cmp::Reverse(r.id));
        all.truncate(most);
        Ok(all)
    }

    /// How many there are, and when the oldest and the newest were written.
    pub fn count_audit(&self) -> Result<(i64, Option<(Millis, Millis)>)> {
        let (mut rows, mut span) = (0, None);
        for file in self.files() {
            let (n, first, last): (i64, Option<i64>, Option<i64>) =
                file.read()?
                    .one("SELECT count(*), min(at), max(at) FROM audit", [], |r| {
                        Ok((r.get(0)?, r.get(1)?, r.get(2)?))
                    })?;
            rows += n;
            let own = first.map(Millis).zip(last.map(Millis));
            let all = span.into_iter().chain(own);
            span = all.reduce(|(a, b): (Millis, Millis), (c, d)| (a.min(c), b.max(d)));
        }
        Ok((rows, span))
    }

    /// When this actor last did this in the hub; quick for whoever did it lately.
    pub fn last_act(&self, action: &str, actor: &str) -> Result<Option<Millis>> {
        self.hub()?.opt(
            "SELECT at FROM audit WHERE action = ?1 AND actor = ?2 ORDER BY id DESC LIMIT 1",
            [action, actor],
            |r| r.get(0).map(Millis),
        )
    }

    /// When each actor last did this in the hub.
    pub fn last_acts(&self, action: &str) -> Result<Vec<(String, Millis)>> {
        self.hub()?.all(
            "SELECT actor, max(at) FROM audit WHERE action = ?1 GROUP BY actor",
            [action],
            |r| Ok((r.get(0)?, Millis(r.get(1)?))),
        )
    }

    /// Where every chain ends now: what an export says, so that it can be held against the files later.
    pub fn audit_heads(&self) -> Result<Vec<AuditHead>> {
        let mut all = Vec::new();
        for file in self.files() {
            let no = file.no;
            all.extend(file.read()?.all(
                "SELECT a.shelf, (SELECT count(*) FROM audit c WHERE c.shelf = a.shelf), a.id, a.chain
                 FROM audit a WHERE a.id IN (SELECT max(id) FROM audit GROUP BY shelf) ORDER BY a.shelf",
                [],
                |r| {
                    Ok(AuditHead {
                        file: no,
                        shelf: r.get(0)?,
                        rows: r.get(1)?,
                        last: r.get(2)?,
                        chain: r.get(3)?,
                    })
                },
            )?);
        }
        Ok(all)
    }

    /// Recomputes every chain; a sentence for each that does not hold, and how many files were read.
    pub fn check_audit(&self) -> (usize, Vec<String>) {
        let files = self.files();
        let mut wrong = Vec::new();
        for file in &files {
            let name = match file.no {
                0 => "总库".to_owned(),
                no => format!("{no:04} 柜"),
            };
            match verify::audit_of(&file.path, file.is_frozen()) {
                Ok(found) => wrong.extend(found.into_iter().map(|w| format!("{name}的{w}"))),
                Err(e) => wrong.push(format!("{name}读不下去：{e}")),
            }
        }
        (files.len(), wrong)
    }
}

fn list_of(file: &Arc<File>, wish: &AuditWish, most: usize) -> Result<Vec<AuditRow>> {
    let json = |some: &Option<Vec<String>>| some.as_ref().map(serde_json::to_string).transpose();
    let first = Id::next(ShelfNo::HUB, Millis(wish.from.0 - SLACK_MS), 0).raw();
    let last = wish.before.unwrap_or(i64::MAX);
    file.read()?.all(
        "SELECT id, at, actor, acting_for, action, target, request, detail FROM audit
         WHERE id >= ?1 AND id < ?2 AND at >= ?3 AND at < ?4
           AND (?5 IS NULL OR actor IN (SELECT value FROM json_each(?5)))
           AND (?6 IS NULL OR action IN (SELECT value FROM json_each(?6)))
           AND (?7 = '' OR target = ?7 OR instr(detail, ?7) > 0)
           AND (?8 = 0 OR actor NOT LIKE 'system:%')
         ORDER BY id DESC LIMIT ?9",
        params![
            first,
            last,
            wish.from.0,
            wish.until.0,
            json(&wish.actors)?,
            json(&wish.actions)?,
            wish.words,
            wish.people_only,
            i64::try_from(most).unwrap_or(i64::MAX)
        ],
        row,
    )
}

fn row(r: &super::Row<'_>) -> RowResult<AuditRow> {
    Ok(AuditRow {
        id: r.get(0)?,
        at: Millis(r.get(1)?),
        actor: r.get(2)?,
        acting_for: r.get(3)?,
        action: r.get(4)?,
        target: r.get(5)?,
        request: r.get(6)?,
        detail: r.get(7)?,
    })
}
