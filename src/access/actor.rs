//! Who acts, and the three administrators' roles that no post brings with it.
//! The system, security and audit administrators are apart on purpose (GB/T 22239, 8.1.4.2): one sets
//! up, one grants, one looks. Invariant: an administrator's role gives no right to read cases.

use crate::kit::PersonId;
use serde::{Deserialize, Serialize};

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A person, perhaps for another one.
    Person {
        /// Who sits at the screen.
        id: PersonId,
        /// On whose behalf.
        acting_for: Option<PersonId>,
    },
    /// A job of the server, by its id.
    System(&'static str),
}

impl Actor {
    /// As in audit rows: `person:12`, `system:sessions`.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Person { id, .. } => format!("person:{id}"),
            Self::System(job) => format!("system:{job}"),
        }
    }

    /// On whose behalf.
    #[must_use]
    pub const fn acting_for(&self) -> Option<PersonId> {
        match self {
            Self::Person { acting_for, .. } => *acting_for,
            Self::System(_) => None,
        }
    }
}

/// What an account may do for the server, beside what its person's posts bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdminRole {
    /// Sets up people, posts, procedures, storage.
    System,
    /// Grants administrators' roles, locks and unlocks.
    Security,
    /// Reads the audit; changes nothing.
    Audit,
}

impl AdminRole {
    /// All, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::System, Self::Security, Self::Audit];

    /// As in hub rows and forms.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Security => "security",
            Self::Audit => "audit",
        }
    }

    /// As people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::System => "系统管理员",
            Self::Security => "安全管理员",
            Self::Audit => "审计员",
        }
    }

    /// The role of an id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.id() == id)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn ids_are_the_stored_names() {
        for role in AdminRole::ALL {
            assert_eq!(
                serde_json::to_string(&role).unwrap(),
                format!("\"{}\"", role.id())
            );
            assert_eq!(AdminRole::from_id(role.id()), Some(role));
        }
    }

    #[test]
    fn audit_rows_name_the_one_who_sat_there() {
        let actor = Actor::Person {
            id: PersonId(12),
            acting_for: Some(PersonId(3)),
        };
        assert_eq!(actor.text(), "person:12");
        assert_eq!(actor.acting_for(), Some(PersonId(3)));
        assert_eq!(Actor::System("sessions").text(), "system:sessions");
    }
}
