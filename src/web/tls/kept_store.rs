//! SQL of what the encrypted listener keeps: rows of the hub's settings under names of their own. The root's key stands
//! here sealed only. Not here: what the values mean.

use crate::kit::Result;
use crate::store::{Query, Write};

/// The root certificate, as JSON.
pub(super) const ROOT: &str = "tls.root";
/// Its key, sealed, as JSON.
pub(super) const KEY: &str = "tls.key";
/// Which PCs trust it, as JSON.
pub(super) const PCS: &str = "tls.pcs";
/// Whether pages go over HTTPS alone, as JSON.
pub(super) const FORCE: &str = "tls.force";
/// The address that people were told.
pub(super) const ADDRESS: &str = "lan.address";

/// A value, where it was kept.
pub(super) fn find(q: &impl Query, key: &str) -> Result<Option<String>> {
    q.opt("SELECT v FROM setting WHERE k = ?1", [key], |r| r.get(0))
}

/// Keeps a value.
pub(super) fn set(w: &Write<'_>, key: &str, value: &str) -> Result<()> {
    w.execute(
        "INSERT INTO setting(k, v) VALUES(?1, ?2)
         ON CONFLICT(k) DO UPDATE SET v = excluded.v, rev = setting.rev + 1",
        [key, value],
    )
    .map(drop)
}
