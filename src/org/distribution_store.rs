//! Named lists of receivers (标准化分送表): people and departments of the organ, outside organs by name. A document is issued
//! by them, and mail takes the same. Not here: issuing. A list is switched off, not deleted: what was sent by it stays said.

use crate::kit::{DeptId, Error, OrganId, PersonId, Result};
use crate::store::{Query, Write, params};

/// One list with its members in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distribution {
    /// 0 for one that is not stored yet.
    pub id: i64,
    pub rev: i64,
    pub organ: OrganId,
    pub name: String,
    pub members: Vec<Member>,
    pub on: bool,
}

/// A receiver in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Member {
    Person(PersonId),
    Department(DeptId),
    /// An outside organ, by its name.
    Outside(String),
}

/// All lists of an organ, by name.
pub fn list_distributions(q: &impl Query, organ: OrganId) -> Result<Vec<Distribution>> {
    let mut all = q.all(
        "SELECT id, rev, name, state = 'on' FROM distribution WHERE organ = ?1 ORDER BY name",
        [organ.0],
        |r| {
            Ok(Distribution {
                id: r.get(0)?,
                rev: r.get(1)?,
                organ,
                name: r.get(2)?,
                members: Vec::new(),
                on: r.get(3)?,
            })
        },
    )?;
    let members = q.all(
        "SELECT m.list, m.kind, m.ref, m.name FROM distribution_member m JOIN distribution d ON d.id = m.list
         WHERE d.organ = ?1 ORDER BY m.list, m.ord",
        [organ.0],
        |r| {
            let of: i64 = r.get(2)?;
            let member = match r.get::<_, String>(1)?.as_str() {
                "person" => Member::Person(PersonId(of)),
                "department" => Member::Department(DeptId(of)),
                _ => Member::Outside(r.get(3)?),
            };
            Ok((r.get::<_, i64>(0)?, member))
        },
    )?;
    for (list, member) in members {
        if let Some(d) = all.iter_mut().find(|d| d.id == list) {
            d.members.push(member);
        }
    }
    Ok(all)
}

/// Adds a list or changes one.
///
/// # Errors
/// Conflict where somebody changed it since, or the name is taken.
pub fn set_distribution(w: &Write<'_>, d: &Distribution) -> Result<i64> {
    let state = if d.on { "on" } else { "off" };
    let id = match d.id {
        0 => w.opt(
            "INSERT INTO distribution(rev, organ, name, state) VALUES(1,?1,?2,?3)
             ON CONFLICT(organ, name) DO NOTHING RETURNING id",
            params![d.organ.0, d.name, state],
            |r| r.get(0),
        )?,
        id => w.opt(
            "UPDATE OR IGNORE distribution SET rev = rev + 1, name = ?3, state = ?4
             WHERE id = ?1 AND rev = ?2 RETURNING id",
            params![id, d.rev, d.name, state],
            |r| r.get(0),
        )?,
    };
    let id: i64 = id.ok_or_else(|| {
        Error::Conflict("这个名称的分送表已经有了，或者别人刚改过它。请刷新后再看".to_owned())
    })?;
    w.execute("DELETE FROM distribution_member WHERE list = ?1", [id])?;
    for (ord, member) in (1_i64..).zip(&d.members) {
        let (kind, of, name) = match member {
            Member::Person(p) => ("person", p.0, ""),
            Member::Department(d) => ("department", d.0, ""),
            Member::Outside(name) => ("outside", 0, name.as_str()),
        };
        w.execute(
            "INSERT INTO distribution_member(list, ord, kind, ref, name) VALUES(?1,?2,?3,?4,?5)",
            params![id, ord, kind, of, name],
        )?;
    }
    Ok(id)
}
