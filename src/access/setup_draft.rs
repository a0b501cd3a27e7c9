//! What the first run has asked so far: the office, its departments. Saved at each step, so that a
//! kill resumes there. Passwords are never part of it: they are asked in the last step, which claims.
//! Invariant: the list of departments is always the template's, with names and choices laid over it.

use crate::kit::Zone;
use crate::org::DeptKind;
use crate::org::template::{self, DeptPlan, Options, Place};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What was chosen so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// 全新使用 was chosen.
    pub begun: bool,
    /// The office.
    pub office: Option<OfficeDraft>,
    /// Its departments.
    pub org: Option<OrgDraft>,
}

/// The office as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OfficeDraft {
    /// 墨川县砚田镇人民政府.
    pub name: String,
    /// 砚田镇.
    pub short_name: String,
    /// Kind of document to organ code, as 政府发文 to 砚政发.
    pub codes: BTreeMap<String, String>,
    /// When a day begins.
    pub zone: Zone,
}

/// The departments as chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrgDraft {
    /// Departments of the template that are wanted, by code, with their names.
    pub kept: Vec<DeptChoice>,
    /// Villages and communities, in their order.
    pub villages: Vec<String>,
}

/// A department that is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeptChoice {
    /// Code of the template.
    pub code: String,
    /// Name.
    pub name: String,
    /// Short name for lists.
    pub short_name: String,
}

/// Kinds of documents that the first run proposes organ codes for.
pub const CODE_KINDS: [&str; 5] = ["政府发文", "政府函", "党委发文", "党政办发文", "人大发文"];

/// What people call the office, out of its full name: 墨川县砚田镇人民政府 is 砚田镇. Empty where nothing is left of it.
#[must_use]
pub fn suggest_short(name: &str) -> String {
    let ends = ["人民政府", "办事处", "党委", "委员会", "党工委"];
    let place = ends.iter().find_map(|end| name.strip_suffix(end));
    let place = place.unwrap_or(name);
    // the last sign may be one of these itself: 城区
    let within = place.char_indices().rev().skip(1);
    let above = within
        .filter(|(_, c)| ['省', '州', '市', '县', '区', '旗'].contains(c))
        .map(|(at, c)| at + c.len_utf8());
    let own = above.max().and_then(|at| place.get(at..));
    own.unwrap_or(place).to_owned()
}

/// Organ codes as most townships form them: the place's first character and the issuer (domain §3.4).
#[must_use]
pub fn suggest_codes(name: &str, short_name: &str) -> BTreeMap<String, String> {
    let short = if short_name.is_empty() {
        name
    } else {
        short_name
    };
    let Some(place) = short.chars().next() else {
        return BTreeMap::new();
    };
    let tails = match Place::of_name(name) {
        Place::Town | Place::Township => ["政发", "政函", "党发", "党政办发", "人发"],
        Place::Subdistrict => ["街发", "街函", "街工委发", "党政办发", "人工委发"],
    };
    CODE_KINDS
        .iter()
        .zip(tails)
        .map(|(kind, tail)| ((*kind).to_owned(), format!("{place}{tail}")))
        .collect()
}

/// Whether every office has it: somebody registers, somebody decides.
#[must_use]
pub const fn is_fixed(kind: DeptKind) -> bool {
    matches!(kind, DeptKind::Office | DeptKind::Leaders)
}

impl Draft {
    /// The template for this office's kind of place, with the villages typed so far.
    #[must_use]
    pub fn template(&self) -> Vec<DeptPlan> {
        let name = self.office.as_ref().map_or("", |o| o.name.as_str());
        let villages = self.org.as_ref().map(|o| o.villages.clone());
        template::plan(&Options {
            place: Place::of_name(name),
            villages: villages.unwrap_or_default(),
        })
    }

    /// The departments as chosen; the whole template where nothing was chosen yet.
    #[must_use]
    pub fn plan(&self) -> Vec<DeptPlan> {
        let mut list = self.template();
        let Some(org) = &self.org else {
            return list;
        };
        let choice = |code: &str| org.kept.iter().find(|c| c.code == code);
        list.retain(|d| {
            is_fixed(d.kind) || d.kind == DeptKind::Village || choice(&d.code).is_some()
        });
        for dept in &mut list {
            if let Some(chosen) = choice(&dept.code) {
                dept.name.clone_from(&chosen.name);
                dept.short_name.clone_from(&chosen.short_name);
            }
        }
        list
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn codes_follow_the_name() {
        let codes = suggest_codes("墨川县砚田镇人民政府", "砚田镇");
        assert_eq!(codes.get("政府发文").unwrap(), "砚政发");
        assert_eq!(codes.get("党政办发文").unwrap(), "砚党政办发");
        let codes = suggest_codes("城东街道办事处", "");
        assert_eq!(codes.get("政府函").unwrap(), "城街函");
        assert!(suggest_codes("", "").is_empty());
    }

    #[test]
    fn the_short_name_is_the_place_alone() {
        for (name, short) in [
            ("墨川县砚田镇人民政府", "砚田镇"),
            ("高坪乡人民政府", "高坪乡"),
            ("江州市临江区城东街道办事处", "城东街道"),
            ("砚田镇", "砚田镇"),
            ("临江区人民政府", "临江区"),
            ("", ""),
        ] {
            assert_eq!(suggest_short(name), short, "{name}");
        }
    }

    #[test]
    fn what_was_chosen_lies_over_the_template() {
        let mut draft = Draft {
            office: Some(OfficeDraft {
                name: "高坪乡人民政府".into(),
                ..OfficeDraft::default()
            }),
            ..Draft::default()
        };
        assert_eq!(draft.plan(), draft.template());
        draft.org = Some(OrgDraft {
            kept: vec![DeptChoice {
                code: "CZS".into(),
                name: "财政所（农经站）".into(),
                short_name: "财政".into(),
            }],
            villages: vec!["东溪村".into()],
        });
        let plan = draft.plan();
        let codes: Vec<&str> = plan.iter().map(|d| d.code.as_str()).collect();
        assert_eq!(codes, ["LD", "DZB", "CZS", "CUN01"]);
        assert_eq!(plan.get(2).unwrap().name, "财政所（农经站）");
        let leaders = plan.first().unwrap();
        assert!(leaders.posts.iter().any(|p| p.name.ends_with("乡长")));
    }
}
