//! The office's things, and who has which of them when. A thing is never deleted, only switched off: what was taken in
//! its name stays readable. Not here: taking one (`store::spans`).

use crate::kit::{Error, Id, Millis, Result, text};
use crate::store::{Query, Write, params};
use serde_json::json;

/// One thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    pub id: i64,
    pub rev: i64,
    /// 会议室
    pub kind: String,
    /// 二楼会议室
    pub name: String,
    /// 40 座，有投影
    pub note: String,
    /// Whether it may be taken.
    pub on: bool,
}

/// A time somebody has a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Busy {
    pub kind: String,
    pub name: String,
    pub since: Millis,
    pub until: Millis,
    pub who: String,
    pub case: Option<Id>,
}

/// All things, by kind and name.
pub fn list_things(q: &impl Query) -> Result<Vec<Thing>> {
    q.all(
        "SELECT id, rev, kind, name, note, state = 'on' FROM resource ORDER BY kind, name",
        [],
        |r| {
            Ok(Thing {
                id: r.get(0)?,
                rev: r.get(1)?,
                kind: r.get(2)?,
                name: r.get(3)?,
                note: r.get(4)?,
                on: r.get(5)?,
            })
        },
    )
}

/// What is taken between two instants, in order.
pub fn list_busy(q: &impl Query, (since, until): (Millis, Millis)) -> Result<Vec<Busy>> {
    q.all(
        "SELECT kind, key, since, until, who, case_id FROM claim_span
         WHERE tenths = 0 AND until > ?1 AND since < ?2 AND state = 'held' ORDER BY since",
        params![since.0, until.0],
        |r| {
            Ok(Busy {
                kind: r.get(0)?,
                name: r.get(1)?,
                since: Millis(r.get(2)?),
                until: Millis(r.get(3)?),
                who: r.get(4)?,
                case: r.get::<_, Option<i64>>(5)?.map(Id::from_raw),
            })
        },
    )
}

/// Adds a thing.
///
/// # Errors
/// Invalid where it has no name, or one that is there.
pub fn add_thing(w: &mut Write<'_>, kind: &str, name: &str, note: &str) -> Result<()> {
    let name = checked(w, kind, name, 0)?;
    w.execute(
        "INSERT INTO resource(kind, name, note, state) VALUES(?1, ?2, ?3, 'on')",
        params![kind, name, text::one_line(note)],
    )?;
    w.note(format!("{kind}：{name}"));
    w.emit("resource.changed", None, &json!({ "kind": kind }))
}

/// Changes a thing; under its new name it is still taken when it was taken under the old one.
///
/// # Errors
/// Conflict where somebody was faster; Invalid for a name that is there.
pub fn set_thing(w: &mut Write<'_>, new: &Thing) -> Result<()> {
    let name = checked(w, &new.kind, &new.name, new.id)?;
    let old: String = w.one("SELECT name FROM resource WHERE id = ?1", [new.id], |r| {
        r.get(0)
    })?;
    let state = if new.on { "on" } else { "off" };
    let n = w.execute(
        "UPDATE resource SET name = ?3, note = ?4, state = ?5, rev = rev + 1 WHERE id = ?1 AND rev = ?2",
        params![new.id, new.rev, name, text::one_line(&new.note), state],
    )?;
    if n != 1 {
        return Err(Error::Conflict(
            "这一项刚刚有人改过。请刷新看一看，再决定要不要改".into(),
        ));
    }
    w.execute(
        "UPDATE claim_span SET key = ?3 WHERE kind = ?1 AND key = ?2",
        params![new.kind, old, name],
    )?;
    w.about(new.id);
    w.note(format!("{}：{old} → {name}", new.kind));
    w.emit("resource.changed", None, &json!({ "kind": new.kind }))
}

fn checked(w: &Write<'_>, kind: &str, name: &str, id: i64) -> Result<String> {
    let name = text::one_line(name);
    if name.is_empty() {
        return Err(Error::invalid("name", "请填写名称，例如 二楼会议室"));
    }
    if name.chars().count() > 30 {
        return Err(Error::invalid("name", "名称最多写 30 个字"));
    }
    let known: Option<i64> = w.opt(
        "SELECT id FROM resource WHERE kind = ?1 AND name = ?2 AND id <> ?3",
        params![kind, name, id],
        |r| r.get(0),
    )?;
    if known.is_some() {
        return Err(Error::invalid("name", format!("“{name}”已经在清单里了")));
    }
    Ok(name)
}
