//! Roles of domain §4.6: what a post is for. Rights hang on roles, roles on posts, never on people.
//! Their ids stand in hub rows and in procedures (TOML); a published id never changes its meaning.

use serde::{Deserialize, Serialize};

/// What the holder of a post does in the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Registers, numbers, hands out, files.
    RecordsClerk,
    /// Proposes who handles, reviews, urges.
    OfficeDirector,
    /// Party secretary, mayor.
    PrincipalLeader,
    /// Member of the leading group, in charge of departments.
    Leader,
    /// Head of a department or of a village.
    DeptHead,
    /// Takes what is sent to the department.
    Receiver,
    /// Does the work.
    Handler,
    /// Receives, reports and submits for a village.
    VillageClerk,
    /// Seals what was approved.
    SealKeeper,
    /// Keeps the archive.
    Archivist,
    /// Sits at the public window.
    Window,
    /// Is on duty by turns.
    Duty,
}

impl Role {
    /// All roles, in the order they are offered.
    pub const ALL: [Self; 12] = [
        Self::PrincipalLeader,
        Self::Leader,
        Self::OfficeDirector,
        Self::RecordsClerk,
        Self::DeptHead,
        Self::Receiver,
        Self::Handler,
        Self::VillageClerk,
        Self::SealKeeper,
        Self::Archivist,
        Self::Window,
        Self::Duty,
    ];

    /// As in hub rows, forms and TOML.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::RecordsClerk => "records_clerk",
            Self::OfficeDirector => "office_director",
            Self::PrincipalLeader => "principal_leader",
            Self::Leader => "leader",
            Self::DeptHead => "dept_head",
            Self::Receiver => "receiver",
            Self::Handler => "handler",
            Self::VillageClerk => "village_clerk",
            Self::SealKeeper => "seal_keeper",
            Self::Archivist => "archivist",
            Self::Window => "window",
            Self::Duty => "duty",
        }
    }

    /// As people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::RecordsClerk => "收发文员",
            Self::OfficeDirector => "办公室主任",
            Self::PrincipalLeader => "主要领导",
            Self::Leader => "分管领导",
            Self::DeptHead => "部门负责人",
            Self::Receiver => "部门收文",
            Self::Handler => "承办人",
            Self::VillageClerk => "村文书",
            Self::SealKeeper => "印章管理员",
            Self::Archivist => "档案员",
            Self::Window => "窗口员",
            Self::Duty => "值班员",
        }
    }

    /// The role of an id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.id() == id)
    }

    /// Whether departments may be in this role's charge (分管).
    #[must_use]
    pub const fn leads(self) -> bool {
        matches!(self, Self::PrincipalLeader | Self::Leader)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn ids_are_the_stored_names() {
        for role in Role::ALL {
            let stored = serde_json::to_string(&role).unwrap();
            assert_eq!(stored, format!("\"{}\"", role.id()));
            assert_eq!(Role::from_id(role.id()), Some(role));
        }
    }
}
