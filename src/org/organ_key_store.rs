//! SQL of the organs' keys. What protects them is said in `organ_key.rs`. Not here: opening a sealed half.
//! Invariant: at most one key of an organ has no end.

use super::organ_key::OrganKey;
use crate::kit::sm2::Public;
use crate::kit::{Error, Millis, OrganId, Result};
use crate::store::{Query, Row, RowResult, Write, params};

/// All keys, the newest first; one that is no point of the curve any more is named by a fault.
pub(super) fn list_keys(q: &impl Query) -> Result<Vec<OrganKey>> {
    let rows = q.all(
        "SELECT id, organ, public, made_at, ended_at, reason FROM organ_key ORDER BY id DESC",
        [],
        row,
    )?;
    Ok(rows.into_iter().flatten().collect())
}

/// The organ's present key with its sealed half.
pub(super) fn find_present(q: &impl Query, organ: OrganId) -> Result<Option<(OrganKey, Vec<u8>)>> {
    let found = q.opt(
        "SELECT id, organ, public, made_at, ended_at, reason, secret FROM organ_key
         WHERE organ = ?1 AND ended_at IS NULL",
        [organ.0],
        |r| Ok((row(r)?, r.get(6)?)),
    )?;
    match found {
        None => Ok(None),
        Some((Some(key), sealed)) => Ok(Some((key, sealed))),
        Some((None, _)) => Err(Error::fault("an organ's key is no key")),
    }
}

/// A key that cannot be read checks nothing, and says so by not being known.
fn row(r: &Row<'_>) -> RowResult<Option<OrganKey>> {
    let bytes: Vec<u8> = r.get(2)?;
    let ended: Option<i64> = r.get(4)?;
    let reason: Option<String> = r.get(5)?;
    let (id, organ, made) = (r.get(0)?, r.get(1)?, r.get(3)?);
    Ok(Public::of(&bytes).map(|public| OrganKey {
        id,
        organ: OrganId(organ),
        public,
        made_at: Millis(made),
        ended: ended.map(Millis).zip(reason),
    }))
}

/// Ends the present key, where there is one.
pub(super) fn set_ended(w: &Write<'_>, organ: OrganId, at: Millis, reason: &str) -> Result<()> {
    w.execute(
        "UPDATE organ_key SET ended_at = ?2, reason = ?3 WHERE organ = ?1 AND ended_at IS NULL",
        params![organ.0, at.0, reason],
    )?;
    Ok(())
}

/// Writes a key.
///
/// # Errors
/// Conflict where the organ has one.
pub(super) fn insert_key(
    w: &Write<'_>,
    organ: OrganId,
    public: &Public,
    sealed: &[u8],
) -> Result<()> {
    let written = w.execute(
        "INSERT INTO organ_key(organ, public, secret, made_at) VALUES(?1, ?2, ?3, ?4)
         ON CONFLICT(organ) WHERE ended_at IS NULL DO NOTHING",
        params![organ.0, public.0, sealed, w.at().0],
    )?;
    match written {
        0 => Err(Error::Conflict(
            "本单位刚刚已经有了签名钥匙，请刷新后再看".into(),
        )),
        _ => Ok(()),
    }
}
