//! The restore drill: the newest good backup is restored whole into a folder of its own, opened as an office and
//! verified claim by claim; the record stays in the hub and can be printed.
//! Invariant: a drill is good only where every claim of `verify` holds on what was restored.

use super::book::{self, Kept, Standing, audit};
use super::keys::Ring;
use super::restore::{self, What};
use super::snapshot::fresh;
use super::{place, restore::unfold};
use crate::kit::sealed::Wrapped;
use crate::kit::{Error, Millis, Result};
use crate::store::connect::sql;
use crate::store::query::Query;
use crate::store::{DataDir, Row, RowResult, Stamp, Store, params, verify};
use std::fs;
use std::path::Path;

/// The record of a drill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drill {
    pub id: i64,
    pub at: Millis,
    /// The backup, with its folder.
    pub file: String,
    pub made_at: Millis,
    /// Number of the recovery key that opens it.
    pub key: String,
    pub cases: i64,
    pub files: i64,
    pub people: i64,
    pub seconds: i64,
    pub good: bool,
    pub words: String,
    pub seen_by: String,
    pub seen_at: Option<Millis>,
}

/// Restores the newest good backup that can be reached and verifies it; `open` opens a folder as an office, so that
/// its lists are made, and closes it again.
pub fn drill(store: &Store, open: &dyn Fn(&DataDir) -> Result<()>) -> Result<Drill> {
    let going = store.backups().begin()?;
    let (kept, path) = newest(store)?;
    let began = std::time::Instant::now();
    let work = store.inner.catalogue.dir().backup_work();
    fresh(&work)?;
    going.progress.say("正在演练：把备份恢复到临时文件夹");
    let opened = |dir: &DataDir| {
        open(dir)?;
        let wrong = verify::verify(dir)?.into_iter();
        Ok(wrong.map(|f| f.says.to_owned()).collect())
    };
    let tried = tried(store, &path, &work, (&opened, &going.progress));
    let _ = fs::remove_dir_all(&work);
    if let Err(Error::Conflict(why)) = tried {
        return Err(Error::Conflict(why));
    }
    let (good, words, counts) = match tried {
        Ok((counts, wrong)) if wrong.is_empty() => {
            (true, "全部恢复，逐项核对无误".to_owned(), counts)
        }
        Ok((counts, wrong)) => (
            false,
            format!("恢复出来了，但有不符：{}", wrong.join("；")),
            counts,
        ),
        Err(e) => (false, format!("没有恢复出来：{e}"), (0, 0, 0)),
    };
    let (cases, files, people) = counts;
    let record = Drill {
        id: 0,
        at: store.clock().now(),
        file: path.display().to_string(),
        made_at: kept.made_at,
        key: kept.key,
        cases,
        files,
        people,
        seconds: i64::try_from(began.elapsed().as_secs()).unwrap_or(0).max(1),
        good,
        words,
        seen_by: String::new(),
        seen_at: None,
    };
    let id = insert(store, record.clone())?;
    Ok(Drill { id, ..record })
}

/// Restores it in the same way and lets `run` try it: another program, which knows what must hold by its own rules. Nothing is
/// recorded; what `run` finds wrong is said.
pub fn rehearse(store: &Store, run: &dyn Fn(&DataDir) -> Result<Vec<String>>) -> Result<()> {
    let going = store.backups().begin()?;
    let (_, path) = newest(store)?;
    let work = store.inner.catalogue.dir().backup_work();
    fresh(&work)?;
    going.progress.say("正在演练：把备份恢复到临时文件夹");
    let tried = tried(store, &path, &work, (run, &going.progress));
    let _ = fs::remove_dir_all(&work);
    match tried? {
        (_, wrong) if wrong.is_empty() => Ok(()),
        (_, wrong) => Err(Error::Busy(wrong.join("；"))),
    }
}

fn newest(store: &Store) -> Result<(Kept, std::path::PathBuf)> {
    let office = &store.inner.catalogue.hub().uuid;
    let places = book::places(store)?;
    for kept in book::list(store, None, 500)? {
        let place = places.iter().find(|p| p.id == kept.place);
        let path = place.map(|p| place::folder(&p.path, office).join(&kept.file));
        if let Some(path) = path.filter(|p| kept.standing == Standing::Good && p.exists()) {
            return Ok((kept, path));
        }
    }
    Err(Error::Conflict(
        "还没有可以演练的备份。请先做一次备份".into(),
    ))
}

type Counts = (i64, i64, i64);
/// Opens a folder as an office and closes it again; what is wrong with it then.
type Opening<'o> = &'o dyn Fn(&DataDir) -> Result<Vec<String>>;

fn tried(
    store: &Store,
    path: &Path,
    work: &Path,
    (open, progress): (Opening<'_>, &super::Progress),
) -> Result<(Counts, Vec<String>)> {
    let ring = Ring::read(store.inner.catalogue.dir())?;
    let to = work.join("drill");
    fs::create_dir_all(&to)?;
    let key = |w: &Wrapped| {
        ring.find(&w.number)
            .ok_or_else(|| Error::Busy(format!("这台电脑上没有编号 {} 的备份钥匙", w.number)))
    };
    let (opened, missing) = unfold(path, key, (&to, What::Whole), progress)?;
    let m = &opened.manifest;
    restore::settle_whole(&to, m, store.clock().now())?;
    progress.say("正在演练：打开恢复出来的数据，逐项核对");
    let dir = DataDir::make(&to)?;
    let mut wrong = open(&dir)?;
    if missing > m.missing {
        wrong.push(format!("{missing} 个附件没有内容"));
    }
    Ok(((m.cases, m.files, m.people), wrong))
}

fn insert(store: &Store, d: Drill) -> Result<i64> {
    store.inner.catalogue.hub().call(move |c| {
        c.query_row(
            "INSERT INTO backup_drill(at, file, made_at, key, cases, files, people, seconds, good, words)
             VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10) RETURNING id",
            params![
                d.at.0, d.file, d.made_at.0, d.key, d.cases, d.files, d.people, d.seconds, d.good, d.words
            ],
            |r| r.get(0),
        )
        .map_err(sql)
    })
}

/// The records, newest first.
pub fn drills(store: &Store, at_most: u32) -> Result<Vec<Drill>> {
    store.hub()?.all(
        "SELECT id, at, file, made_at, key, cases, files, people, seconds, good, words, seen_by, seen_at
         FROM backup_drill ORDER BY at DESC, id DESC LIMIT ?1",
        [at_most],
        row,
    )
}

/// One record.
pub fn find_drill(store: &Store, id: i64) -> Result<Drill> {
    store.hub()?.one(
        "SELECT id, at, file, made_at, key, cases, files, people, seconds, good, words, seen_by, seen_at
         FROM backup_drill WHERE id = ?1",
        [id],
        row,
    )
}

fn row(r: &Row<'_>) -> RowResult<Drill> {
    Ok(Drill {
        id: r.get(0)?,
        at: Millis(r.get(1)?),
        file: r.get(2)?,
        made_at: Millis(r.get(3)?),
        key: r.get(4)?,
        cases: r.get(5)?,
        files: r.get(6)?,
        people: r.get(7)?,
        seconds: r.get(8)?,
        good: r.get(9)?,
        words: r.get(10)?,
        seen_by: r.get(11)?,
        seen_at: r.get::<_, Option<i64>>(12)?.map(Millis),
    })
}

/// Somebody looked at a record.
pub fn see_drill(store: &Store, id: i64, by: &str, stamp: Stamp) -> Result<()> {
    let (by, at) = (by.to_owned(), stamp.at.0);
    audit(store, stamp, "看过了恢复演练的记录", move |w| {
        w.about(id);
        w.execute(
            "UPDATE backup_drill SET seen_by = ?2, seen_at = ?3 WHERE id = ?1 AND seen_at IS NULL",
            params![id, by, at],
        )
        .map(drop)
    })
}
