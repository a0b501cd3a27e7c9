//! Before the first change to the tables of a file with data: a copy of it, checked and on disk, in
//! `backup/before-NN/` (NN: the schema it is brought to). A migration that fails puts the copy back and says so
//! (trust-and-ux R13–R16). Files that can be made again (index, search) need none of this.
//! Invariant: the first DDL runs only when the copy has passed its check.

use super::connect::{Kind, open, sql};
use super::data_dir::put_in_place;
use super::migrate::{migrate, present, version};
use crate::kit::{Error, Result};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::fs;
use std::path::{Path, PathBuf};

/// Brings a file to the present schema; `copies` is the folder of copies.
pub(super) fn bring(path: &Path, kind: Kind, copies: &Path) -> Result<Connection> {
    let mut conn = open(path, kind)?;
    let (has, want) = (version(&conn)?, present(kind));
    if has > want {
        return Err(newer(path, (has, want), copies));
    }
    if has == 0 || has == want {
        migrate(&mut conn, kind)?;
        return Ok(conn);
    }
    let copy = place(path, copies, want);
    copy_out(&conn, path, &copy)?;
    tracing::info!(file = %path.display(), from = has, to = want, copy = %copy.display(), "migrating");
    match migrate(&mut conn, kind) {
        Ok(()) => Ok(conn),
        Err(e) => Err(put_back(&mut conn, (path, &copy), has, &e)),
    }
}

/// `backup/before-03/hub.db`, `backup/before-03/0001.vol`.
pub(super) fn place(path: &Path, copies: &Path, want: usize) -> PathBuf {
    let folder = copies.join(format!("before-{want:02}"));
    folder.join(path.file_name().unwrap_or_default())
}

fn copy_out(conn: &Connection, path: &Path, copy: &Path) -> Result<()> {
    let failed = |e: Error| {
        tracing::error!(cause = %e, file = %path.display(), "no copy before the migration");
        Error::Busy(format!(
            "升级数据之前要先给 {} 留一份副本，没有留成，所以没有升级，数据没有改动。请看看 {} 所在的磁盘有没有地方、能不能写，再启动砚台",
            path.display(),
            copy.display()
        ))
    };
    room_for(path, copy)?;
    copy_checked(conn, copy).map_err(failed)
}

fn room_for(path: &Path, copy: &Path) -> Result<()> {
    let size = fs::metadata(path)?.len();
    let folder = copy.parent().unwrap_or(copy);
    fs::create_dir_all(folder)?;
    let free = super::room::free(folder)?;
    // the copy, and what the migration itself writes
    if free < size.saturating_mul(2) {
        return Err(Error::Busy(format!(
            "升级数据之前要先给 {} 留一份副本，磁盘还空 {} MB，至少要 {} MB。数据没有改动。请腾出空间再启动砚台",
            path.display(),
            free >> 20,
            (size.saturating_mul(2) >> 20) + 1
        )));
    }
    Ok(())
}

fn copy_checked(conn: &Connection, copy: &Path) -> Result<()> {
    let mut part = copy.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let _ = fs::remove_file(&part);
    {
        let mut to = Connection::open(&part).map_err(sql)?;
        run(conn, &mut to)?;
        // one file, whatever log the original has: it is to be carried about
        to.pragma_update(None, "journal_mode", "DELETE")
            .map_err(sql)?;
        let said: String = to
            .query_row("PRAGMA integrity_check(1)", [], |r| r.get(0))
            .map_err(sql)?;
        if said != "ok" {
            return Err(Error::Fault(format!("the copy is not sound: {said}")));
        }
    }
    Ok(put_in_place(&part, copy)?)
}

pub(super) fn run(from: &Connection, to: &mut Connection) -> Result<()> {
    let backup = Backup::new(from, to).map_err(sql)?;
    match backup.step(-1).map_err(sql)? {
        StepResult::Done => Ok(()),
        other => Err(Error::Fault(format!("copying stopped: {other:?}"))),
    }
}

fn put_back(
    conn: &mut Connection,
    (path, copy): (&Path, &Path),
    has: usize,
    cause: &Error,
) -> Error {
    let back = Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .map_err(sql)
        .and_then(|from| run(&from, conn))
        .and_then(|()| match version(conn)? {
            v if v == has => Ok(()),
            v => Err(Error::Fault(format!("version {v} after putting back"))),
        });
    tracing::error!(%cause, ?back, file = %path.display(), "the migration failed");
    let copy = copy.display();
    match back {
        Ok(()) => Error::Busy(format!(
            "{} 的数据升级没有成功，已经退回升级前的样子，什么也没有丢。请先用原来的程序（数据版本 {has}）继续办公，再把日志交给技术支持。升级前的副本在 {copy}",
            path.display()
        )),
        Err(_) => Error::Busy(format!(
            "{} 的数据升级没有成功，也没能自动退回。请不要再启动，把升级前的副本 {copy} 复制到原处（同时删掉旁边的 -wal 和 -shm 文件），再用原来的程序打开",
            path.display()
        )),
    }
}

fn newer(path: &Path, (has, want): (usize, usize), copies: &Path) -> Error {
    let copy = place(path, copies, has);
    let way = if copy.exists() {
        format!("要退回旧程序，升级前的副本在 {}", copy.display())
    } else {
        "要退回旧程序，请用升级前的备份".to_owned()
    };
    Error::Busy(format!(
        "{} 是新版本程序写的：数据版本 {has}，本程序（{}）只认到 {want}。请换用新版本程序，数据没有改动；{way}",
        path.display(),
        crate::kit::version()
    ))
}
