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

/// Contents of attachments: in a file of their own, and inside a volume once it is frozen.
pub(super) const ATTACH: &str = include_str!("migrations/attach/0001.sql");

/// Incoming documents as a records office lives them, a file a matter.
const HUB_0002: &[&str] = &[
    include_str!("migrations/hub/0002_import.sql"),
    include_str!("migrations/hub/0002_alert.sql"),
    include_str!("migrations/hub/0002_view.sql"),
];
/// Storage modes, relocation, backup.
const HUB_0003: &[&str] = &[
    include_str!("migrations/hub/0003_relocation.sql"),
    include_str!("migrations/hub/0003_holiday.sql"),
    include_str!("migrations/hub/0003_vault.sql"),
    include_str!("migrations/hub/0003_backup.sql"),
    include_str!("migrations/hub/0003_freeze.sql"),
];
/// The same of a volume.
const VOLUME_0002: &[&str] = &[
    include_str!("migrations/volume/0002_claim_void.sql"),
    include_str!("migrations/volume/0002_paper.sql"),
    include_str!("migrations/volume/0002_scan.sql"),
    include_str!("migrations/volume/0002_import.sql"),
];

/// Storage modes, deadlines.
const VOLUME_0003: &[&str] = &[
    include_str!("migrations/volume/0003_task.sql"),
    include_str!("migrations/volume/0003_relocation.sql"),
];

/// Forms and flows that ordinary staff make themselves.
const HUB_0004: &[&str] = &[
    include_str!("migrations/hub/0004_procedure.sql"),
    include_str!("migrations/hub/0004_delegation.sql"),
    include_str!("migrations/hub/0004_claim_span.sql"),
];
/// The same of a volume.
const VOLUME_0004: &[&str] = &[
    include_str!("migrations/volume/0004_task.sql"),
    include_str!("migrations/volume/0004_talk.sql"),
    include_str!("migrations/volume/0004_outcome.sql"),
    include_str!("migrations/volume/0004_relation.sql"),
    include_str!("migrations/volume/0004_child.sql"),
    include_str!("migrations/volume/0004_claim_span.sql"),
];

/// Official documents.
const HUB_0005: &[&str] = &[
    include_str!("migrations/hub/0005_letterhead.sql"),
    include_str!("migrations/hub/0005_number.sql"),
    include_str!("migrations/hub/0005_distribution.sql"),
    include_str!("migrations/hub/0005_follow.sql"),
    include_str!("migrations/hub/0005_schedule.sql"),
    include_str!("migrations/hub/0005_seal.sql"),
    include_str!("migrations/hub/0005_archive.sql"),
];
/// The same of a volume.
const VOLUME_0005: &[&str] = &[
    include_str!("migrations/volume/0005_deed.sql"),
    include_str!("migrations/volume/0005_archive.sql"),
];

/// Exchange between offices.
const HUB_0006: &[&str] = &[
    include_str!("migrations/hub/0006_partner.sql"),
    include_str!("migrations/hub/0006_archive_check.sql"),
];
/// Exchange between offices, of a volume.
const VOLUME_0006: &[&str] = &[
    include_str!("migrations/volume/0006_parcel.sql"),
    include_str!("migrations/volume/0006_continued.sql"),
    include_str!("migrations/volume/0006_relation.sql"),
];

/// Trust: codes beside the password, alarms, messages out.
const HUB_0007: &[&str] = &[
    include_str!("migrations/hub/0007_second.sql"),
    include_str!("migrations/hub/0007_channel.sql"),
];

const fn steps(kind: Kind) -> &'static [&'static [&'static str]] {
    match kind {
        Kind::Hub => &[
            &[BASE, include_str!("migrations/hub/0001.sql")],
            HUB_0002,
            HUB_0003,
            HUB_0004,
            HUB_0005,
            HUB_0006,
            HUB_0007,
        ],
        Kind::Volume => &[
            &[BASE, include_str!("migrations/volume/0001.sql")],
            VOLUME_0002,
            VOLUME_0003,
            VOLUME_0004,
            VOLUME_0005,
            VOLUME_0006,
        ],
        Kind::Index => &[&[INDEX]],
        Kind::Search => &[&[SEARCH]],
        Kind::Attach => &[&[ATTACH]],
    }
}

/// The present schema's number.
pub(super) const fn present(kind: Kind) -> usize {
    steps(kind).len()
}

/// The schema a file has; 0 for an empty one.
pub(super) fn version(conn: &Connection) -> Result<usize> {
    let version: i64 = pragma(conn, "user_version")?;
    usize::try_from(version).map_err(Error::fault)
}

/// Brings a file to the present schema.
pub(super) fn migrate(conn: &mut Connection, kind: Kind) -> Result<()> {
    migrate_to(conn, kind, present(kind))
}

/// Brings a file to a schema, where it is not there yet.
pub(super) fn migrate_to(conn: &mut Connection, kind: Kind, last: usize) -> Result<()> {
    let version = version(conn)?;
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
    // SQLite alters a table by making it anew, which foreign keys would take for a deletion
    conn.pragma_update(None, "foreign_keys", false)
        .map_err(sql)?;
    for (number, parts) in (1i64..).zip(all).take(last).skip(version) {
        let tx = conn.transaction().map_err(sql)?;
        for part in *parts {
            tx.execute_batch(part).map_err(sql)?;
        }
        let torn: i64 = tx
            .query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |r| {
                r.get(0)
            })
            .map_err(sql)?;
        if torn > 0 {
            return Err(Error::Fault(format!(
                "{torn} rows lost what they refer to in a migration"
            )));
        }
        tx.pragma_update(None, "application_id", kind.application_id())
            .map_err(sql)?;
        tx.pragma_update(None, "user_version", number)
            .map_err(sql)?;
        tx.commit().map_err(sql)?;
    }
    conn.pragma_update(None, "foreign_keys", true).map_err(sql)
}

fn pragma<T: rusqlite::types::FromSql>(conn: &Connection, name: &str) -> Result<T> {
    conn.pragma_query_value(None, name, |r| r.get(0))
        .map_err(sql)
}
