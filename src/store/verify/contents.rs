//! The claims about contents: every attachment has its own and they are what was taken in; the rules a case
//! runs under stand beside it, unchanged.

use super::claims::{each, none};
use super::{Files, Volume, rows, sql};
use crate::kit::hash::Hasher;
use crate::kit::{Digest, Result};
use rusqlite::OptionalExtension;

type Wrong = Vec<String>;

type Blob = (i64, i64, i64);

fn contents(v: &Volume, digest: &[u8]) -> Result<Option<Blob>> {
    let Some(attach) = &v.attach else {
        return Ok(None);
    };
    attach
        .query_row(
            "SELECT b.id, b.size, coalesce(sum(length(c.data)), 0) FROM blob b
             LEFT JOIN chunk c ON c.blob = b.id
             WHERE b.digest = ?1 AND b.state = 'ready' GROUP BY b.id",
            [digest],
            |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
        )
        .optional()
        .map_err(sql)
}

fn references(v: &Volume) -> Result<Vec<(String, i64, Vec<u8>)>> {
    rows(
        &v.conn,
        "SELECT name, size, digest FROM attachment
         UNION ALL SELECT name, size, digest FROM scan WHERE digest IS NOT NULL",
        |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
    )
}

pub(super) fn attachment_kept(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    files.volumes.iter().try_for_each(|v| {
        for (name, size, digest) in references(v)? {
            let found = contents(v, &digest)?;
            if found.is_none_or(|(_, said, held)| said != size || held != size) {
                wrong.push(format!("柜 {}：{name}", v.no));
            }
        }
        Ok(())
    })
}

pub(super) fn attachment_same(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    files.volumes.iter().try_for_each(|v| {
        let Some(attach) = &v.attach else {
            return Ok(());
        };
        for (blob, digest) in rows(
            attach,
            "SELECT id, digest FROM blob WHERE state = 'ready'",
            |r| Ok((r.get::<_, i64>(0)?, r.get::<_, Vec<u8>>(1)?)),
        )? {
            let mut hasher = Hasher::default();
            let mut chunks = attach
                .prepare_cached("SELECT data FROM chunk WHERE blob = ?1 ORDER BY n")
                .map_err(sql)?;
            let mut found = chunks.query([blob]).map_err(sql)?;
            while let Some(row) = found.next().map_err(sql)? {
                hasher.update(&row.get::<_, Vec<u8>>(0).map_err(sql)?);
            }
            if hasher.finish().0 != digest.as_slice() {
                wrong.push(format!("柜 {}：附件内容 {blob}", v.no));
            }
        }
        Ok(())
    })
}

pub(super) fn procedure_kept(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    each(files, wrong, |v, wrong| {
        none(
            v,
            "SELECT id FROM cases c WHERE NOT EXISTS (SELECT 1 FROM procedure_version p
               WHERE p.procedure = c.procedure AND p.version = c.version)",
            "所用的事项规定不在柜里",
            wrong,
        )?;
        for (name, version, text) in rows(
            &v.conn,
            "SELECT procedure, version, text FROM procedure_version",
            |r| {
                Ok((
                    r.get::<_, String>(0)?,
                    r.get::<_, String>(1)?,
                    r.get::<_, String>(2)?,
                ))
            },
        )? {
            if !Digest::of(text.as_bytes()).hex().starts_with(&version) {
                wrong.push(format!("柜 {}：{name} 的规定被改过", v.no));
            }
        }
        Ok(())
    })
}
