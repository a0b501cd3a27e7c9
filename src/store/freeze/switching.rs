//! Taking a volume out of its seat and putting it back another way: open, or frozen without a log.
//! Invariant: nobody reads or writes the file while it changes, and whoever tries is told why.

use crate::kit::{Error, Result};
use crate::store::Store;
use crate::store::catalogue::Catalogue;
use crate::store::connect::{self, sql};
use crate::store::data_dir::{flush, keep_names};
use crate::store::file::File;
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long those who read the old file may take to end.
const LEAVE_WITHIN: Duration = Duration::from_secs(30);
const SOON: Duration = Duration::from_millis(20);

/// For a moment nobody can open the volume; whoever tries is told so.
pub(super) fn switch(store: &Store, no: i64) -> Result<()> {
    let catalogue = &store.inner.catalogue;
    let path = {
        let file = catalogue.volume(no)?;
        if file.is_frozen() {
            return Ok(());
        }
        file.path.clone()
    };
    vacate(store, no, "这一年的案卷正在封存，几秒钟就好。请稍等再打开")?;
    match one_file(&path).and_then(|()| File::open_frozen(&path, no, catalogue.kit())) {
        Ok(file) => {
            catalogue.seat(no, Arc::new(file));
            store.inner.sides.ring();
            Ok(())
        }
        Err(e) => {
            reopen_at(catalogue, no)?;
            Err(e)
        }
    }
}

/// Takes the volume out of its seat and waits until nobody uses its file any more.
pub(super) fn vacate(store: &Store, no: i64, words: &str) -> Result<()> {
    let catalogue = &store.inner.catalogue;
    let mut held = match catalogue.card(no) {
        Some(card) => card,
        None => catalogue.volume(no)?,
    };
    catalogue.unseat(no, words.to_owned());
    let until = Instant::now() + LEAVE_WITHIN;
    loop {
        store.inner.sides.close(no);
        match Arc::try_unwrap(held) {
            Ok(file) => {
                drop(file);
                return Ok(());
            }
            Err(still) if Instant::now() > until => {
                catalogue.seat(no, still);
                return Err(Error::Busy(
                    "一直有人在用这个柜子，没有办成。请过一会儿再试".into(),
                ));
            }
            Err(still) => held = still,
        }
        sleep(SOON);
    }
}

/// No log beside the file any more. Readers that were at it may take a while to end.
fn one_file(path: &Path) -> Result<()> {
    let conn = Connection::open(path).map_err(sql)?;
    conn.busy_timeout(Duration::from_millis(100)).map_err(sql)?;
    let until = Instant::now() + LEAVE_WITHIN;
    loop {
        let mode = conn.query_row("PRAGMA journal_mode=DELETE", [], |r| r.get::<_, String>(0));
        if mode.is_ok_and(|m| m == "delete") {
            break;
        }
        if Instant::now() > until {
            return Err(Error::Busy(
                "一直有人在看这个柜子，没有封存。请过一会儿再试".into(),
            ));
        }
        sleep(SOON);
    }
    drop(conn);
    flush(path)?;
    // SQLite commits the switch by deleting its journal, and flushes that deletion only at synchronous=EXTRA: a power
    // cut after the hub said `frozen` brought the journal back, and a frozen file with one opens no more
    Ok(keep_names(path.parent().unwrap_or(path))?)
}

pub(super) fn reopen(store: &Store, no: i64) -> Result<Arc<File>> {
    vacate(store, no, "这一年的案卷正在打开，几秒钟就好。请稍等再试")?;
    reopen_at(&store.inner.catalogue, no)
}

fn reopen_at(catalogue: &Catalogue, no: i64) -> Result<Arc<File>> {
    let path = catalogue.dir().volume(no);
    let file = File::open(&path, no, connect::Kind::Volume, catalogue.kit())?;
    let file = Arc::new(file);
    catalogue.seat(no, file.clone());
    Ok(file)
}
