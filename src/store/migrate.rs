//! Forward-only migrations, one folder per kind of file, each applied in one transaction together
//! with its `user_version`. A newer file under an older program is refused, never touched (R13).

use super::connect::{Kind, sql};
use crate::kit::{Error, Result};
use rusqlite::Connection;

const BASE: &str = include_str!("migrations/base.sql");

/// Changed in place: an index made from other words is dropped and made again.
pub(super) const INDEX: &str = include_str!("migrations/index/0001.sql");

/// The same of the search file beside a volume.
pub(super) const SEARCH: &str = include_str!("migrations/search/0001.sql");

/// Incoming documents as a records office lives them, a file a matter.
const HUB_0002: &[&str] = &[
    include_str!("migrations/hub/0002_import.sql"),
    include_str!("migrations/hub/0002_alert.sql"),
    include_str!("migrations/hub/0002_view.sql"),
];
/// Storage modes, relocation, backup.
const HUB_0003: &[&str] = &[include_str!("migrations/hub/0003_relocation.sql")];
const VOLUME_0003: &[&str] = &[include_str!("migrations/volume/0003_relocation.sql")];
/// The same of a volume.
const VOLUME_0002: &[&str] = &[
    include_str!("migrations/volume/0002_claim_void.sql"),
    include_str!("migrations/volume/0002_paper.sql"),
    include_str!("migrations/volume/0002_scan.sql"),
    include_str!("migrations/volume/0002_import.sql"),
];

const fn steps(kind: Kind) -> &'static [&'static [&'static str]] {
    match kind {
        Kind::Hub => &[
            &[BASE, include_str!("migrations/hub/0001.sql")],
            HUB_0002,
            HUB_0003,
        ],
        Kind::Volume => &[
            &[BASE, include_str!("migrations/volume/0001.sql")],
            VOLUME_0002,
            VOLUME_0003,
        ],
        Kind::Index => &[&[INDEX]],
        Kind::Search => &[&[SEARCH]],
        Kind::Attach => &[&[include_str!("migrations/attach/0001.sql")]],
    }
}

/// Brings a file to the present schema.
pub(super) fn migrate(conn: &mut Connection, kind: Kind) -> Result<()> {
    let version: i64 = pragma(conn, "user_version")?;
    let version = usize::try_from(version).map_err(Error::fault)?;
    let app: i64 = pragma(conn, "application_id")?;
    if version > 0 && app != i64::from(kind.application_id()) {
        return Err(Error::Busy(
            "这个文件不是砚台的数据文件，没有打开，也没有改动它".into(),
        ));
    }
    let all = steps(kind);
    if version > all.len() {
        return Err(Error::Busy(format!(
            "这份数据是新版本程序写的（数据版本 {version}，本程序只认到 {}）。请换用新版本程序，数据没有改动",
            all.len()
        )));
    }
    for (number, parts) in (1i64..).zip(all).skip(version) {
        let tx = conn.transaction().map_err(sql)?;
        for part in *parts {
            tx.execute_batch(part).map_err(sql)?;
        }
        tx.pragma_update(None, "application_id", kind.application_id())
            .map_err(sql)?;
        tx.pragma_update(None, "user_version", number)
            .map_err(sql)?;
        tx.commit().map_err(sql)?;
    }
    Ok(())
}

fn pragma<T: rusqlite::types::FromSql>(conn: &Connection, name: &str) -> Result<T> {
    conn.pragma_query_value(None, name, |r| r.get(0))
        .map_err(sql)
}
