//! The card of a volume that was carried off: a small volume of the same schema with what lists, registers
//! and a search of titles are made from. No opinions' words, no attachments, no drafts, no audit.
//! Invariant: it has the volume's uuid, epoch and newest event, so that lists made from either are the same.

use super::copy::{self, Protected, protect};
use super::every::copy_rows;
use super::older;
use crate::kit::{Error, Result};
use crate::store::connect::{Kind, sql};
use crate::store::data_dir::put_in_place;
use crate::store::migrate::migrate_to;
use rusqlite::Connection;
use std::path::Path;

/// Tables whose rows stay with the volume.
const LEFT_OUT: &[&str] = &[
    "opinion",
    "attachment",
    "draft",
    "scan",
    "paper_opinion",
    "paper_reply",
    "talk",
    "parcel",
    "audit",
    "op",
    "outbox",
];

/// Makes the card of a sealed volume.
pub(super) fn make(volume: &Path, card: &Path) -> Result<()> {
    let part = card.with_extension("card-part");
    copy::remove(&part)?;
    copy::remove(card)?;
    let version = older::check(volume)?;
    fill(
        volume,
        &part,
        usize::try_from(version).map_err(Error::fault)?,
    )?;
    put_in_place(&part, card)?;
    protect(card, Protected::Yes)
}

fn fill(volume: &Path, part: &Path, version: usize) -> Result<()> {
    let mut conn = Connection::open(part).map_err(sql)?;
    migrate_to(&mut conn, Kind::Volume, version)?;
    conn.execute_batch("PRAGMA foreign_keys=OFF").map_err(sql)?;
    let from = volume
        .to_str()
        .ok_or_else(|| Error::Busy("数据文件夹的名字里有认不出的字，请换一个".into()))?;
    // read only: the sealed file was opened so before, and is marked so
    conn.execute("ATTACH ?1 AS old", [from]).map_err(sql)?;
    conn.execute_batch("BEGIN").map_err(sql)?;
    copy_rows(&conn, LEFT_OUT)?;
    conn.execute("INSERT INTO main.meta(k, v) VALUES('card', '1')", [])
        .map_err(sql)?;
    // who wrote where stays, the words do not: the chain is the volume's own
    conn.execute(
        "INSERT INTO main.opinion SELECT id, shelf, case_id, branch, task, box, '', person, name, post_name,
           dept_name, acting_for, acting_name, at, chain FROM old.opinion",
        [],
    )
    .and_then(|_| {
        conn.execute(
            "INSERT INTO main.outbox SELECT * FROM old.outbox ORDER BY seq DESC LIMIT 1",
            [],
        )
    })
    .map_err(sql)?;
    conn.execute_batch("COMMIT; DETACH old; PRAGMA journal_mode=DELETE")
        .map_err(sql)
}
