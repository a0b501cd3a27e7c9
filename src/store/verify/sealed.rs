//! The claims about sealed volumes: the file is what its seal says, and of one that was carried off the
//! card is here.

use super::claims::Wrong;
use super::{Files, rows, sql};
use crate::kit::hash::Hasher;
use crate::kit::{Digest, Result};
use std::io::Read as _;
use std::path::Path;

const PIECE: usize = 1 << 20;

fn digest(path: &Path) -> Result<Digest> {
    let mut file = std::fs::File::open(path)?;
    let (mut hasher, mut piece) = (Hasher::default(), vec![0; PIECE]);
    loop {
        let n = file.read(&mut piece)?;
        match piece.get(..n) {
            Some(read) if n > 0 => hasher.update(read),
            _ => return Ok(hasher.finish()),
        }
    }
}

pub(super) fn same(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    for (no, sm3) in rows(
        &files.hub,
        "SELECT v.no, coalesce(s.manifest ->> 'sm3', '') FROM volume v
         LEFT JOIN sealing s ON s.volume = v.no AND s.state = 'sealed' WHERE v.state = 'frozen'",
        |r| Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?)),
    )? {
        if digest(&files.dir.volume(no))?.hex() != sm3 {
            wrong.push(format!("柜 {no}：和封条上的指纹不一样"));
        }
        for v in files.volumes.iter().filter(|v| v.no == no) {
            let open = "SELECT count(*) FROM shelf_owner WHERE state <> 'frozen'";
            let open: i64 = v.conn.query_row(open, [], |r| r.get(0)).map_err(sql)?;
            if open > 0 {
                wrong.push(format!("柜 {no}：有 {open} 盒没有封存"));
            }
        }
    }
    Ok(())
}

/// What identifies it, its newest event and how many cases it names.
pub(super) fn card_kept(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    for (no, said) in rows(
        &files.hub,
        "SELECT v.no, concat_ws(' ', s.manifest ->> 'uuid', s.manifest ->> 'epoch', s.manifest ->> 'head',
           upper(s.manifest ->> 'chain'), s.manifest ->> '$.rows.cases')
         FROM volume v LEFT JOIN sealing s ON s.volume = v.no AND s.state = 'sealed' WHERE v.state = 'detached'",
        |r| Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?)),
    )? {
        let Some(card) = files.cards.iter().find(|c| c.no == no) else {
            wrong.push(format!("柜 {no}：目录卡不见了"));
            continue;
        };
        let own: String = card
            .conn
            .query_row(
                "SELECT concat_ws(' ', (SELECT v FROM meta WHERE k = 'uuid'), (SELECT v FROM meta WHERE k = 'epoch'),
                   (SELECT max(seq) FROM outbox), (SELECT hex(chain) FROM outbox ORDER BY seq DESC LIMIT 1),
                   (SELECT count(*) FROM cases))",
                [],
                |r| r.get(0),
            )
            .map_err(sql)?;
        if own != said {
            wrong.push(format!("柜 {no}：目录卡和封条对不上"));
        }
    }
    Ok(())
}
