//! After a restore, hub and volumes are of different moments. What the volumes own and bind decides; what the hub, the
//! lists and the volumes knew of numbers beyond the backup is written down as lost, and floors keep them from
//! being given out again (storage.md §8). May be repeated: it finds nothing the second time.
//! Invariant: no number that was ever given out to anybody's knowledge comes to a new case by itself.

use super::book::{GENERATION, SEAT, set};
use crate::kit::{Error, Millis, Result, name_keys};
use crate::store::catalogue_store;
use crate::store::connect::{self, Kind, READ_FLAGS, sql};
use crate::store::file::random_name;
use crate::store::freeze::older;
use crate::store::migrate::migrate;
use rusqlite::{Connection, OptionalExtension as _, params};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What is to be made to agree.
pub(super) struct Mend<'a> {
    pub hub: &'a Path,
    pub volumes: Vec<Old>,
    /// The lists as they were before, where they still are.
    pub index: Option<&'a Path>,
    pub at: Millis,
    /// When the backup was made.
    pub made_at: Millis,
    /// The office was restored to another place: servers of lower generations are old ones.
    pub generation: Option<i64>,
    /// The hub is not in its place yet and stays one file.
    pub staged: bool,
}

/// A volume, and whether it came from the backup.
pub(super) struct Old {
    pub no: i64,
    pub path: PathBuf,
    pub restored: bool,
}

pub(super) struct Here {
    no: i64,
    pub conn: Connection,
    pub restored: bool,
    pub frozen: bool,
    pub shelves: BTreeSet<i64>,
}

type Number = (String, String, i64);

/// Does it; gives how many lines there are to be confirmed.
pub(super) fn mend(m: &Mend<'_>) -> Result<i64> {
    let mut hub = connect::open(m.hub, Kind::Hub)?;
    migrate(&mut hub, Kind::Hub)?;
    let mut here = Vec::new();
    for old in &m.volumes {
        here.push(open(old)?);
    }
    let tx = hub
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .map_err(sql)?;
    let book = Book { hub: &tx, m };
    for v in &here {
        book.shelves(v)?;
        book.people(v)?;
    }
    book.claims(&here)?;
    book.series(&here)?;
    if let Some(generation) = m.generation {
        book.moved(generation)?;
    }
    let lost = tx
        .query_row(
            "SELECT count(*) FROM backup_lost WHERE confirmed_at IS NULL",
            [],
            |r| r.get(0),
        )
        .map_err(sql)?;
    tx.commit().map_err(sql)?;
    for v in here.into_iter().filter(|v| v.restored && !v.frozen) {
        new_epoch(&v.conn)?;
        one_file(&v.conn)?;
    }
    if m.staged {
        new_epoch(&hub)?;
        one_file(&hub)?;
    }
    Ok(lost)
}

/// A frozen volume is never written: its bytes are what its seal says (README decision 10).
fn open(old: &Old) -> Result<Here> {
    let frozen = {
        let conn = Connection::open_with_flags(&old.path, READ_FLAGS).map_err(sql)?;
        let all = "SELECT count(*) > 0 AND min(state = 'frozen') FROM shelf_owner WHERE state IN ('active','frozen')";
        conn.query_row(all, [], |r| r.get::<_, bool>(0))
            .map_err(sql)?
    };
    let conn = if frozen {
        // of an older schema, perhaps
        older::reader(&old.path)?
    } else if !old.restored {
        Connection::open_with_flags(&old.path, READ_FLAGS).map_err(sql)?
    } else {
        let mut conn = connect::open(&old.path, Kind::Volume)?;
        migrate(&mut conn, Kind::Volume)?;
        conn
    };
    let shelves = conn
        .prepare("SELECT shelf FROM shelf_owner WHERE state IN ('active','frozen')")
        .and_then(|mut s| s.query_map([], |r| r.get(0))?.collect())
        .map_err(sql)?;
    Ok(Here {
        no: old.no,
        conn,
        restored: old.restored,
        frozen,
        shelves,
    })
}

/// Refuses a volume that is not the office's of that number, or that this program cannot open.
pub(super) fn ours(path: &Path, (no, uuid): (i64, &str)) -> Result<()> {
    let opened = open(&Old {
        no,
        path: path.to_owned(),
        restored: true,
    })?;
    if uuid_of(&opened.conn)? != uuid {
        return Err(stranger(no));
    }
    if opened.frozen {
        return Ok(());
    }
    one_file(&opened.conn)
}

fn uuid_of(conn: &Connection) -> Result<String> {
    conn.query_row("SELECT v FROM meta WHERE k = 'uuid'", [], |r| r.get(0))
        .map_err(sql)
}

fn stranger(no: i64) -> Error {
    Error::Busy(format!(
        "备份里的 {no:04} 柜不是本单位的那个柜，没有恢复。请换用本单位的备份"
    ))
}

fn new_epoch(conn: &Connection) -> Result<()> {
    conn.execute("UPDATE meta SET v = ?1 WHERE k = 'epoch'", [random_name()?])
        .map(drop)
        .map_err(sql)
}

/// No log beside it, so that it can be moved.
fn one_file(conn: &Connection) -> Result<()> {
    conn.query_row("PRAGMA journal_mode=DELETE", [], |_| Ok(()))
        .map_err(sql)
}

pub(super) struct Book<'a> {
    hub: &'a Connection,
    pub m: &'a Mend<'a>,
}

impl Book<'_> {
    /// The hub's map is a cache of the owner rows; what it lacks is made.
    fn shelves(&self, v: &Here) -> Result<()> {
        let uuid = uuid_of(&v.conn)?;
        let known: Option<String> = self
            .hub
            .query_row("SELECT uuid FROM volume WHERE no = ?1", [v.no], |r| {
                r.get(0)
            })
            .optional()
            .map_err(sql)?;
        if known.as_ref().is_some_and(|k| *k != uuid) {
            return Err(stranger(v.no));
        }
        let owners: Vec<(i64, i64, i16, String)> = v
            .conn
            .prepare("SELECT shelf, dept, year, state FROM shelf_owner WHERE state IN ('active','frozen')")
            .and_then(|mut s| {
                s.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?
                    .collect()
            })
            .map_err(sql)?;
        let state = if v.frozen { "frozen" } else { "open" };
        if known.is_none() {
            let key = owners.first().map(|(_, dept, year, _)| (*dept, *year));
            let rule = catalogue_store::rule(self.hub)?;
            let key = key.map(|(dept, year)| rule.place(dept, year));
            self.run(
                "INSERT INTO volume(no, uuid, dept, year, state, made_at) VALUES(?1,?2,?3,?4,?5,?6)",
                params![v.no, uuid, key.and_then(|k| k.dept), key.and_then(|k| k.year), state, self.m.at.0],
            )?;
        }
        self.run(
            "UPDATE volume SET state = ?2 WHERE no = ?1 AND state IN ('broken','detached')",
            params![v.no, state],
        )?;
        for (shelf, dept, year, _) in owners {
            self.run(
                "INSERT INTO shelf(no, dept, year, volume) VALUES(?1,?2,?3,?4)
                 ON CONFLICT(no) DO UPDATE SET volume = excluded.volume",
                params![shelf, dept, year, v.no],
            )?;
        }
        Ok(())
    }

    /// People the volumes name and the hub does not know: they keep their numbers, so that nobody else gets them.
    fn people(&self, v: &Here) -> Result<()> {
        let named: Vec<(i64, String)> = v
            .conn
            .prepare(
                "SELECT person, max(name) FROM ledger WHERE person IS NOT NULL GROUP BY person",
            )
            .and_then(|mut s| s.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect())
            .map_err(sql)?;
        for (id, name) in named {
            let keys = name_keys(&name);
            let day = "2024-01-01";
            let added = self.run(
                "INSERT INTO person(id, name, full_key, initials, valid_from, valid_until)
                 VALUES(?1,?2,?3,?4,?5,?5) ON CONFLICT DO NOTHING",
                params![id, name, keys.full, keys.initials, day],
            )?;
            if added > 0 {
                let words = format!("{name}：备份以后才加的人员，请重新填部门、岗位，发密码单");
                self.lost("person", 0, ("", "", 0, 0), &words)?;
            }
        }
        Ok(())
    }

    fn claims(&self, here: &[Here]) -> Result<()> {
        let mut bound: BTreeMap<Number, (i64, i64)> = BTreeMap::new();
        let mut voided: BTreeSet<Number> = BTreeSet::new();
        for v in here {
            let rows: Vec<(Number, (i64, i64))> = v
                .conn
                .prepare("SELECT kind, key, n, shelf, case_id FROM claim_bound")
                .and_then(|mut s| {
                    s.query_map([], |r| {
                        Ok(((r.get(0)?, r.get(1)?, r.get(2)?), (r.get(3)?, r.get(4)?)))
                    })?
                    .collect()
                })
                .map_err(sql)?;
            bound.extend(
                rows.into_iter()
                    .filter(|(_, (shelf, _))| v.shelves.contains(shelf)),
            );
            let rows: Vec<Number> = v
                .conn
                .prepare("SELECT kind, key, n FROM claim_void")
                .and_then(|mut s| {
                    s.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
                        .collect()
                })
                .map_err(sql)?;
            voided.extend(rows);
        }
        let mut touched: BTreeMap<(String, String), i64> = BTreeMap::new();
        self.unbound(here, (&bound, &voided), &mut touched)?;
        self.unknown(&bound, &mut touched)?;
        for ((kind, key), from) in touched {
            self.floor(&kind, &key, from)?;
        }
        Ok(())
    }

    /// Numbers the hub gave to shelves whose volume, older than that, does not have them.
    fn unbound(
        &self,
        here: &[Here],
        (bound, voided): (&BTreeMap<Number, (i64, i64)>, &BTreeSet<Number>),
        touched: &mut BTreeMap<(String, String), i64>,
    ) -> Result<()> {
        let rows: Vec<(Number, i64, String)> = self
            .hub
            .prepare("SELECT kind, key, n, shelf, state FROM claim WHERE state <> 'free'")
            .and_then(|mut s| {
                s.query_map([], |r| {
                    Ok(((r.get(0)?, r.get(1)?, r.get(2)?), r.get(3)?, r.get(4)?))
                })?
                .collect()
            })
            .map_err(sql)?;
        for ((kind, key, n), shelf, state) in rows {
            if !here.iter().any(|v| v.shelves.contains(&shelf)) {
                continue;
            }
            let number = (kind.clone(), key.clone(), n);
            if !bound.contains_key(&number) {
                self.run(
                    "DELETE FROM claim WHERE kind = ?1 AND key = ?2 AND n = ?3",
                    params![kind, key, n],
                )?;
                let words =
                    format!("{key} 第 {n} 号：备份以后发出的，件已经没有了，号不再发给别的件");
                self.lost("number", 0, (&kind, &key, 0, n), &words)?;
                lower(touched, kind, key, n);
            } else if state == "void" && !voided.contains(&number) {
                self.run(
                    "UPDATE claim SET state = 'bound', reason = '' WHERE kind = ?1 AND key = ?2 AND n = ?3",
                    params![kind, key, n],
                )?;
                let words =
                    format!("{key} 第 {n} 号：备份以后作过废，恢复以后又有效了，请再作废一次");
                self.lost("case", shelf, ("", "", 0, 0), &words)?;
            }
        }
        Ok(())
    }

    /// Numbers the volumes have and an older hub does not know.
    fn unknown(
        &self,
        bound: &BTreeMap<Number, (i64, i64)>,
        touched: &mut BTreeMap<(String, String), i64>,
    ) -> Result<()> {
        for ((kind, key, n), (shelf, case)) in bound {
            let holder = format!("{shelf}/restored {case}");
            let changed = self.run(
                "INSERT INTO claim(kind, key, n, shelf, holder, case_id, state, at) VALUES(?1,?2,?3,?4,?5,?6,'bound',?7)
                 ON CONFLICT(kind, key, n) DO UPDATE SET shelf = excluded.shelf, holder = excluded.holder,
                   case_id = excluded.case_id, state = 'bound' WHERE claim.state IN ('free','reserved')",
                params![kind, key, n, shelf, holder, case, self.m.at.0],
            )?;
            if changed > 0 {
                lower(touched, kind.clone(), key.clone(), *n);
            }
        }
        Ok(())
    }

    /// New numbers come above everything known; holes up to there are named, from the first that changed.
    fn floor(&self, kind: &str, key: &str, from: i64) -> Result<()> {
        let most: i64 = self
            .hub
            .query_row(
                "SELECT max(coalesce((SELECT max(n) FROM claim WHERE kind = ?1 AND key = ?2), 0),
                   coalesce((SELECT max(n) FROM backup_lost WHERE what = 'number' AND kind = ?1 AND key = ?2), 0))",
                [kind, key],
                |r| r.get(0),
            )
            .map_err(sql)?;
        self.run(
            "INSERT INTO number_floor(kind, key, n) VALUES(?1,?2,?3)
             ON CONFLICT(kind, key) DO UPDATE SET n = max(n, excluded.n)",
            params![kind, key, most],
        )?;
        let there: BTreeSet<i64> = self
            .hub
            .prepare("SELECT n FROM claim WHERE kind = ?1 AND key = ?2")
            .and_then(|mut s| s.query_map([kind, key], |r| r.get(0))?.collect())
            .map_err(sql)?;
        let last = there.range(..from).next_back().copied().unwrap_or(from - 1);
        for n in (last + 1..=most).filter(|n| !there.contains(n)) {
            let words = format!("{key} 第 {n} 号：备份以后发出的，件已经没有了，号不再发给别的件");
            self.lost("number", 0, (kind, key, 0, n), &words)?;
        }
        Ok(())
    }

    /// Another server now: old log-ins end, and a server of the generation before is told so at its places.
    fn moved(&self, generation: i64) -> Result<()> {
        set(self.hub, GENERATION, &generation.to_string())?;
        self.run("DELETE FROM setting WHERE k = ?1", [SEAT])?;
        self.run("DELETE FROM session", [])?;
        let zone: Option<String> = self
            .hub
            .query_row("SELECT v FROM setting WHERE k = 'office.zone'", [], |r| {
                r.get(0)
            })
            .optional()
            .map_err(sql)?;
        let minutes = zone.and_then(|z| z.parse().ok());
        let zone = minutes.map_or_else(crate::kit::Zone::default, crate::kit::Zone);
        let words = format!(
            "全单位恢复到 {} 的备份。此后登记、办理的都没有了，请对照纸质登记簿补登，并看每种编号纸上登到了几号",
            zone.long_time(self.m.made_at)
        );
        self.lost("case", 0, ("", "", 0, 0), &words)
    }

    pub(super) fn lost(
        &self,
        what: &str,
        shelf: i64,
        (kind, key, year, n): (&str, &str, i64, i64),
        words: &str,
    ) -> Result<()> {
        self.run(
            "INSERT INTO backup_lost(what, shelf, kind, key, year, n, words, found_at)
             VALUES(?1,?2,?3,?4,?5,?6,?7,?8) ON CONFLICT DO NOTHING",
            params![what, shelf, kind, key, year, n, words, self.m.at.0],
        )
        .map(drop)
    }

    fn run(&self, statement: &'static str, params: impl rusqlite::Params) -> Result<usize> {
        self.hub
            .prepare_cached(statement)
            .and_then(|mut s| s.execute(params))
            .map_err(sql)
    }
}

fn lower(touched: &mut BTreeMap<(String, String), i64>, kind: String, key: String, n: i64) {
    let first = touched.entry((kind, key)).or_insert(n);
    *first = n.min(*first);
}
