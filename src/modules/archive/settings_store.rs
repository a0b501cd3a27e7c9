//! How an organ keeps its archive: fonds, office codes, arrangement, its table of retention. In the hub.
//! Not here: what the table suggests (`retention`), the cards.

use super::arrange::Arrangement;
use super::retention::{Rule, default_table};
use crate::kit::{DeptId, Error, OrganId, Result};
use crate::store::{Query, Write, params};
use std::collections::BTreeMap;

/// The organ's settings; as they are before anybody set them where `rev` is 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    pub rev: i64,
    /// 全宗号
    pub fonds: String,
    /// 进馆的档案馆
    pub home: String,
    pub arrangement: Arrangement,
    /// 机构（问题）代码 by department.
    pub offices: BTreeMap<DeptId, String>,
    /// The table of retention; the program's own where the organ has none.
    pub rules: Vec<Rule>,
    /// Whether the table is the organ's.
    pub own_rules: bool,
}

impl Settings {
    /// The code of a department; empty where it has none.
    #[must_use]
    pub fn code(&self, dept: DeptId) -> &str {
        self.offices.get(&dept).map_or("", String::as_str)
    }

    /// All codes, each once.
    #[must_use]
    pub fn codes(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self.offices.values().map(String::as_str).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// The settings of an organ.
pub fn find_settings(hub: &impl Query, organ: OrganId) -> Result<Settings> {
    let found = hub.opt(
        "SELECT rev, fonds, home, arrangement FROM archive_fonds WHERE organ = ?1",
        [organ.0],
        |r| {
            Ok(Settings {
                rev: r.get(0)?,
                fonds: r.get(1)?,
                home: r.get(2)?,
                arrangement: Arrangement::from_id(&r.get::<_, String>(3)?),
                ..Settings::default()
            })
        },
    )?;
    let mut settings = found.unwrap_or_default();
    let offices = hub.all(
        "SELECT o.dept, o.code FROM archive_office o JOIN department d ON d.id = o.dept WHERE d.organ = ?1",
        [organ.0],
        |r| Ok((DeptId(r.get(0)?), r.get(1)?)),
    )?;
    settings.offices = offices.into_iter().collect();
    let rules = hub.all(
        "SELECT data FROM archive_rule WHERE organ = ?1 ORDER BY n",
        [organ.0],
        |r| r.get::<_, String>(0),
    )?;
    settings.own_rules = !rules.is_empty();
    settings.rules = match settings.own_rules {
        true => rules
            .iter()
            .map(|text| Ok(serde_json::from_str(text)?))
            .collect::<Result<_>>()?,
        false => default_table(),
    };
    Ok(settings)
}

/// Keeps fonds, arrangement and codes.
///
/// # Errors
/// Conflict where somebody kept others since.
pub fn set_settings(w: &mut Write<'_>, organ: OrganId, settings: &Settings) -> Result<()> {
    let Settings {
        rev, fonds, home, ..
    } = settings;
    let kept = w.execute(
        "INSERT INTO archive_fonds(organ, rev, fonds, home, arrangement) VALUES(?1,1,?3,?4,?5)
         ON CONFLICT(organ) DO UPDATE SET rev = rev + 1, fonds = ?3, home = ?4, arrangement = ?5 WHERE rev = ?2",
        params![organ.0, rev, fonds, home, settings.arrangement.id()],
    )?;
    if kept == 0 {
        return Err(Error::Conflict(
            "别人刚改过档案设置。请刷新后再改".to_owned(),
        ));
    }
    for (dept, code) in &settings.offices {
        w.execute(
            "INSERT INTO archive_office(dept, code) VALUES(?1,?2) ON CONFLICT(dept) DO UPDATE SET code = ?2",
            params![dept.0, code],
        )?;
    }
    w.quiet("档案设置，不影响各类清单");
    Ok(())
}

/// Keeps the organ's own table of retention; an empty one brings back the program's.
pub fn set_rules(w: &mut Write<'_>, organ: OrganId, rules: &[Rule]) -> Result<()> {
    w.execute("DELETE FROM archive_rule WHERE organ = ?1", [organ.0])?;
    for (n, rule) in (1_i64..).zip(rules) {
        w.execute(
            "INSERT INTO archive_rule(organ, n, data) VALUES(?1,?2,?3)",
            params![organ.0, n, serde_json::to_string(rule)?],
        )?;
    }
    w.note(format!("{} 行", rules.len()));
    w.quiet("保管期限表，不影响各类清单");
    Ok(())
}
