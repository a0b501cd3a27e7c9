//! Departments as people write them in a sheet: full name, short name, code, with or without the bracket.
//! A name that fits nothing is answered with the names that look like it, never with a guess.

use super::Directory;
use super::model::{Department, DeptKind};
use crate::kit::{DeptId, OrganId, text};

/// The departments of one organ that a sheet may name.
pub(super) struct DeptNames<'d>(Vec<&'d Department>);

impl<'d> DeptNames<'d> {
    pub fn new(directory: &'d Directory, organ: OrganId) -> Self {
        Self(directory.depts_of(organ).collect())
    }

    /// The department of a name, short name or code.
    pub fn find(&self, typed: &str) -> Result<DeptId, String> {
        let want = bare(typed);
        let is = |d: &&&Department| {
            bare(&d.name) == want || bare(&d.short_name) == want || bare(&d.code) == want
        };
        if let Some(d) = self.0.iter().find(is) {
            return Ok(d.id);
        }
        if matches!(
            want.as_str(),
            "领导" | "党政领导" | "领导班子" | "班子成员" | "镇领导" | "乡领导"
        ) && let Some(d) = self.0.iter().find(|d| d.kind == DeptKind::Leaders)
        {
            return Ok(d.id);
        }
        // 党政综合办公室 is also written 党政综合办公室（党建办）, or without its bracket
        let stem = |name: &str| bare(name.split(['（', '(']).next().unwrap_or(name));
        let mut alike = self.0.iter().filter(|d| stem(&d.name) == stem(typed));
        if let (Some(d), None) = (alike.next(), alike.next()) {
            return Ok(d.id);
        }
        Err(self.unknown(typed))
    }

    fn unknown(&self, typed: &str) -> String {
        let want = bare(typed);
        let shared = |name: &str| bare(name).chars().filter(|c| want.contains(*c)).count();
        let mut near: Vec<(usize, &str)> = self
            .0
            .iter()
            .map(|d| (shared(&d.short_name), d.short_name.as_str()))
            .filter(|(n, _)| *n >= 2)
            .collect();
        near.sort_by_key(|(n, _)| std::cmp::Reverse(*n));
        let near: Vec<&str> = near.into_iter().take(3).map(|(_, name)| name).collect();
        if near.is_empty() {
            format!("没有叫“{typed}”的部门，请先新建部门，或改成已有的部门名称")
        } else {
            format!("没有叫“{typed}”的部门，是不是“{}”？", near.join("”“"))
        }
    }

    /// Departments in a leader's charge, as listed in one cell; none where it is blank.
    pub fn list(&self, typed: &str) -> Result<Option<Vec<DeptId>>, String> {
        let mut found = Vec::new();
        for name in typed.split(['、', '，', ',', '；', ';', ' ', '\n']) {
            if name.trim().is_empty() {
                continue;
            }
            let dept = self.find(name).map_err(|why| format!("分管部门：{why}"))?;
            if !found.contains(&dept) {
                found.push(dept);
            }
        }
        found.sort_unstable();
        Ok((!found.is_empty()).then_some(found))
    }
}

/// For comparing names: folded, without spaces.
pub(super) fn bare(name: &str) -> String {
    text::fold_search(name)
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect()
}
