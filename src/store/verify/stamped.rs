//! The claims about sealed documents: the file is there with the digest that was signed, the signature is one of an organ's
//! keys over what the row says, and the chained audit knows each of them. The signature's arithmetic is `kit`'s.

use super::claims::Wrong;
use super::{Files, Volume, rows};
use crate::kit::sm2::Public;
use crate::kit::stamped::Stamped;
use crate::kit::{Digest, Id, Result};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// What a deed of sealing keeps.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    stamped: Stamped,
    attachment: String,
}

struct Row {
    id: i64,
    case: i64,
    text: Vec<u8>,
    data: String,
    person: Option<i64>,
    name: String,
    at: i64,
}

fn sealed(v: &Volume) -> Result<Vec<Row>> {
    rows(
        &v.conn,
        "SELECT id, case_id, text, data, person, name, at FROM deed WHERE what = 'sealed' ORDER BY id",
        |r| {
            Ok(Row {
                id: r.get(0)?,
                case: r.get(1)?,
                text: r.get(2)?,
                data: r.get(3)?,
                person: r.get(4)?,
                name: r.get(5)?,
                at: r.get(6)?,
            })
        },
    )
}

pub(super) fn same(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    let keys: Vec<Public> = rows(&files.hub, "SELECT public FROM organ_key", |r| {
        r.get::<_, Vec<u8>>(0)
    })?
    .iter()
    .filter_map(|k| Public::of(k))
    .collect();
    for v in &files.volumes {
        for row in sealed(v)? {
            if let Some(why) = astray(v, &row, &keys)? {
                wrong.push(format!(
                    "柜 {}：{} 的用印：{why}",
                    v.no,
                    Id::from_raw(row.case)
                ));
            }
        }
    }
    Ok(())
}

fn astray(v: &Volume, row: &Row, keys: &[Public]) -> Result<Option<String>> {
    let Some(kept) = exact(&row.data) else {
        return Ok(Some("盖章记录被改过".into()));
    };
    let s = &kept.stamped.signed;
    let own = s.deed == Id::from_raw(row.id).to_string()
        && s.case == Id::from_raw(row.case).to_string()
        && <[u8; 32]>::try_from(row.text.as_slice()).is_ok_and(|t| Digest(t).hex() == s.text)
        && Some(s.person) == row.person
        && s.name == row.name
        && s.at == row.at;
    if !own {
        return Ok(Some("盖章记录被改过".into()));
    }
    if let Some(first) = kept.stamped.wrongs(None, keys).first() {
        return Ok(Some(first.says().into()));
    }
    let Ok(attachment) = kept.attachment.parse::<Id>() else {
        return Ok(Some("没有写盖好章的文件".into()));
    };
    let mut found = v
        .conn
        .prepare_cached("SELECT digest, size FROM attachment WHERE id = ?1 AND owner = ?2 AND field = '@sealed' AND state = 'kept'")
        .map_err(super::sql)?;
    let file = found
        .query_row([attachment.raw(), row.case], |r| {
            Ok((r.get::<_, [u8; 32]>(0)?, r.get::<_, i64>(1)?))
        })
        .ok();
    let same = file.is_some_and(|(digest, size)| kept.stamped.is_of(Digest(digest), size));
    Ok((!same).then(|| "盖好章的文件不在，或者不是那一份".into()))
}

/// The row's data where it is written as it was written then, and in no other way.
fn exact(data: &str) -> Option<Kept> {
    let value: Value = serde_json::from_str(data).ok()?;
    let again = value.to_string();
    (again == data).then_some(())?;
    serde_json::from_value(value).ok()
}

/// Each row of the audit that says something was sealed, against its deed, and the other way round: the audit is a chain,
/// so that a deed taken away whole is missed.
pub(super) fn audited(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    for v in &files.volumes {
        let deeds: BTreeSet<String> = sealed(v)?
            .iter()
            .map(|r| Id::from_raw(r.id).to_string())
            .collect();
        let told = rows(
            &v.conn,
            "SELECT substr(detail, 1, instr(detail, ' ') - 1) FROM audit WHERE action = 'seal.apply'",
            |r| r.get::<_, String>(0),
        )?;
        let told: BTreeSet<String> = told.into_iter().collect();
        for deed in deeds.symmetric_difference(&told) {
            wrong.push(format!("柜 {}：用印 {deed} 的记录和操作记录对不上", v.no));
        }
    }
    Ok(())
}
