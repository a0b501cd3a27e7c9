//! What is read through at night, when nobody works: every page of every file, and each night another part
//! of the attachments' contents against their digests, so that rot is found while there is a backup to mend it
//! from (trust-and-ux R08, R18). The result is kept in the hub. Not for mending anything.

use super::attachments::made;
use super::connect::{READ_FLAGS, sql};
use super::file::File;
use super::query::Query;
use super::{Stamp, Store, params};
use crate::kit::hash::Hasher;
use crate::kit::{Millis, Result, ShelfNo};
use rusqlite::{Connection, OptionalExtension as _};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const KEY: &str = "health.checked";
/// Bytes of contents read a night: the largest offices come round within two months.
const A_NIGHT: i64 = 1 << 30;

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Checked {
    /// When it ended.
    pub at: Millis,
    /// Files read through.
    pub files: usize,
    /// Contents of attachments read through.
    pub contents: usize,
    /// Rows of the audit, all files together.
    pub audit: i64,
    /// What is wrong, as sentences; at most twenty.
    pub wrong: Vec<String>,
    /// By volume, the last content looked at: the next night goes on behind it.
    pub next: BTreeMap<i64, i64>,
    /// Files whose chains were followed, and the last one in turn; 0 is the hub.
    pub chains: usize,
    pub chains_at: Option<i64>,
    /// Files with a chain that is broken: looked at again every night.
    pub chains_broken: Vec<i64>,
    /// Sealed years here, and those that were carried off.
    pub years_here: usize,
    pub years_away: usize,
    /// The last sealed year read in turn, which are wrong, and how.
    pub seal_at: Option<i64>,
    pub seals_broken: Vec<i64>,
    pub seals_wrong: Vec<String>,
}

/// The last result.
pub fn find_checked(db: &impl Query) -> Result<Option<Checked>> {
    let kept: Option<String> = db.opt("SELECT v FROM setting WHERE k = ?1", [KEY], |r| r.get(0))?;
    // a result of another version's words is no result
    Ok(kept.and_then(|v| serde_json::from_str(&v).ok()))
}

impl Store {
    /// Reads through, going on where `before` ended. `None` where `stop` asked for the end.
    pub fn check_all(&self, before: &Checked, stop: &Arc<AtomicBool>) -> Option<Checked> {
        let mut done = Checked {
            wrong: self.check_files(stop)?,
            files: self.files().len(),
            ..Checked::default()
        };
        let mut left = A_NIGHT;
        for file in self.files() {
            let from = before.next.get(&file.no).copied().unwrap_or(0);
            match self.read_contents(&file, from, &mut left, stop) {
                Ok(Some(read)) => {
                    done.contents += read.count;
                    done.next.insert(file.no, read.next);
                    done.wrong.extend(read.wrong);
                }
                Ok(None) => {}
                Err(e) => done
                    .wrong
                    .push(format!("{:04} 柜的附件查不下去：{e}", file.no)),
            }
            if stop.load(Ordering::Acquire) {
                return None;
            }
            done.audit += count_audit(&file).unwrap_or(0);
        }
        self.check_chains(before, &mut done, stop)?;
        done.wrong.truncate(20);
        done.seals_wrong.truncate(20);
        done.at = self.clock().now();
        Some(done)
    }

    /// Keeps a result.
    pub fn keep_checked(&self, stamp: Stamp, checked: &Checked) -> Result<()> {
        let text = serde_json::to_string(checked)?;
        self.write(ShelfNo::HUB, stamp, move |w| {
            w.quiet("体检的结果");
            w.execute(
                "INSERT INTO setting(k, v) VALUES(?1, ?2)
                 ON CONFLICT(k) DO UPDATE SET v = excluded.v, rev = rev + 1",
                params![KEY, text],
            )
            .map(drop)
        })?;
        Ok(())
    }

    /// One volume's contents from `from` on, as far as `left` reaches; from the start again at the end.
    fn read_contents(
        &self,
        file: &File,
        from: i64,
        left: &mut i64,
        stop: &Arc<AtomicBool>,
    ) -> Result<Option<Contents>> {
        let path = self.inner.catalogue.dir().attach(file.no);
        if file.no == 0 || !path.exists() {
            return Ok(None);
        }
        let conn = Connection::open_with_flags(&path, READ_FLAGS).map_err(sql)?;
        if made(&conn)? == 0 {
            return Ok(None);
        }
        let mut found = Contents {
            next: from,
            ..Contents::default()
        };
        while *left > 0 && !stop.load(Ordering::Acquire) {
            let Some((id, digest, size)) = next_content(&conn, found.next)? else {
                found.next = 0;
                break;
            };
            *left -= size.max(1);
            found.next = id;
            found.count += 1;
            if !fits(&conn, id, &digest)? {
                found.wrong.push(format!(
                    "{:04} 柜里有一个附件的内容和登记时不一样了。请从备份恢复附件文件",
                    file.no
                ));
            }
        }
        found.wrong.extend(missing(file, &conn)?);
        Ok(Some(found))
    }
}

#[derive(Default)]
struct Contents {
    count: usize,
    next: i64,
    wrong: Vec<String>,
}

fn next_content(conn: &Connection, after: i64) -> Result<Option<(i64, [u8; 32], i64)>> {
    conn.query_row(
        "SELECT id, digest, size FROM blob WHERE id > ?1 AND state = 'ready' ORDER BY id LIMIT 1",
        [after],
        |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
    )
    .optional()
    .map_err(sql)
}

fn fits(conn: &Connection, blob: i64, digest: &[u8; 32]) -> Result<bool> {
    let mut hasher = Hasher::default();
    let mut chunks = conn
        .prepare_cached("SELECT data FROM chunk WHERE blob = ?1 ORDER BY n")
        .map_err(sql)?;
    let mut rows = chunks.query([blob]).map_err(sql)?;
    while let Some(row) = rows.next().map_err(sql)? {
        hasher.update(row.get_ref(0).and_then(|v| Ok(v.as_blob()?)).map_err(sql)?);
    }
    Ok(hasher.finish().0 == *digest)
}

/// Contents that a case names and the file has not.
fn missing(file: &File, conn: &Connection) -> Result<Option<String>> {
    let named: HashSet<[u8; 32]> = file
        .read_uncounted()?
        .all(
            "SELECT digest FROM attachment WHERE state = 'kept'",
            [],
            |r| r.get(0),
        )?
        .into_iter()
        .collect();
    let here: HashSet<[u8; 32]> = conn
        .prepare("SELECT digest FROM blob WHERE state = 'ready'")
        .and_then(|mut s| s.query_map([], |r| r.get(0))?.collect())
        .map_err(sql)?;
    let lost = named.difference(&here).count();
    Ok((lost > 0).then(|| {
        format!(
            "{:04} 柜有 {lost} 个附件只剩名字，内容不见了。请从备份恢复附件文件",
            file.no
        )
    }))
}

fn count_audit(file: &File) -> Result<i64> {
    file.read_uncounted()?
        .one("SELECT count(*) FROM audit", [], |r| r.get(0))
}
