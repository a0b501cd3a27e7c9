//! A storage mode is nothing but the rule that says which volume a shelf stands in
//! (README decision 1). Pure: rule and shelf in, key out; the catalogue finds or makes the volume.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How one department's shelves are placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The department has volumes of its own (部门独占).
    pub exclusive: bool,
    /// A volume a working year (年度划分).
    pub yearly: bool,
}

/// The office's rule: one policy for all, exceptions by department. The default is *shared*.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// For departments without an exception.
    pub common: Policy,
    /// By department id.
    pub except: BTreeMap<i64, Policy>,
}

/// Which volume: `None` means any department, any year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct VolumeKey {
    /// The only department of the volume.
    pub dept: Option<i64>,
    /// The only working year of the volume.
    pub year: Option<i16>,
}

impl Rule {
    /// The volume of a department's working year. Standing shelves (year 0) have no year to be
    /// divided by and stay in the undated volume.
    #[must_use]
    pub fn place(&self, dept: i64, year: i16) -> VolumeKey {
        let policy = self.except.get(&dept).copied().unwrap_or(self.common);
        VolumeKey {
            dept: policy.exclusive.then_some(dept),
            year: (policy.yearly && year != 0).then_some(year),
        }
    }
}

/// The four words an office uses for its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// One file for all (共享).
    Shared,
    /// Some departments have their own, no years (部门独占).
    Exclusive,
    /// A file a working year for everybody (年度划分).
    Yearly,
    /// Any other map (混合).
    Mixed,
}

impl Rule {
    /// What the rule is called.
    #[must_use]
    pub fn mode(&self) -> Mode {
        let all = || std::iter::once(&self.common).chain(self.except.values());
        let (exclusive, yearly) = (all().any(|p| p.exclusive), all().any(|p| p.yearly));
        match (exclusive, yearly) {
            (false, false) => Mode::Shared,
            (true, false) => Mode::Exclusive,
            (false, true) if all().all(|p| p.yearly) => Mode::Yearly,
            _ => Mode::Mixed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_modes_are_one_rule() {
        let shared = Rule::default();
        assert_eq!(
            shared.place(3, 2026),
            VolumeKey {
                dept: None,
                year: None
            }
        );
        let yearly = Rule {
            common: Policy {
                exclusive: false,
                yearly: true,
            },
            ..Rule::default()
        };
        assert_eq!(
            yearly.place(3, 2026),
            VolumeKey {
                dept: None,
                year: Some(2026)
            }
        );
        assert_eq!(
            yearly.place(3, 0),
            VolumeKey {
                dept: None,
                year: None
            }
        );
        let mut mixed = yearly;
        mixed.except.insert(
            8,
            Policy {
                exclusive: true,
                yearly: false,
            },
        );
        assert_eq!(mixed.mode(), Mode::Mixed);
        assert_eq!(Rule::default().mode(), Mode::Shared);
        assert_eq!(
            mixed.place(8, 2026),
            VolumeKey {
                dept: Some(8),
                year: None
            }
        );
        assert_eq!(
            mixed.place(3, 2026),
            VolumeKey {
                dept: None,
                year: Some(2026)
            }
        );
    }
}
