//! Actions: what a route does, who may, and where. Every route names one, so that menus, the table of
//! rights and the audit's words come from the same place as what is enforced.
//! Invariant: an action's id is written into audit rows and never changes its meaning.

use super::AdminRole;
use crate::org::Role;

/// Something a person may ask the server to do.
pub trait Action: Send + Sync + 'static {
    /// As in audit rows: `case.open`.
    const ID: &'static str;
    /// As people say it.
    const LABEL: &'static str;
    /// Who may.
    const WHO: Allowed;
    /// From where.
    const PLACE: Place;
    /// Clears a to-do or deletes: still done where the disk is full.
    const SPARE: bool = false;
}

/// Who may do something, before the facts of a case are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// Whoever is logged in, even with a one-time password: changing it, logging out.
    Newcomer,
    /// Whoever is logged in with a password of their own.
    SignedIn,
    /// Holders of a post with one of these roles.
    Roles(&'static [Role]),
    /// These administrators.
    Admins(&'static [AdminRole]),
    /// Whoever runs the file of some department; which one is asked of the facts ([`super::Who::keeps`]).
    DeptAdmin,
    /// Archivists, system administrators, and whoever runs the file of a department; which volume is asked of
    /// the facts.
    Keepers,
    /// Whoever the administrator lets make procedures, the system administrator, and whoever runs the file of a
    /// department, for that department's own; which procedure is asked of the facts.
    Designers,
    /// Holders of one of these roles, and these administrators.
    Either(&'static [Role], &'static [AdminRole]),
}

impl Allowed {
    /// Who may, in words: 收发文员、办公室主任.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Newcomer | Self::SignedIn => "登录后的每个人".into(),
            Self::Roles(roles) => join(roles.iter().map(|r| r.label())),
            Self::Admins(roles) => join(roles.iter().map(|r| r.label())),
            Self::DeptAdmin => "部门自管员".into(),
            Self::Designers => "有设计权限的人（系统管理员授予）、部门自管员".into(),
            Self::Keepers => "档案员、系统管理员、部门自管员".into(),
            Self::Either(roles, admins) => {
                let admins = admins.iter().map(|r| r.label());
                join(roles.iter().map(|r| r.label()).chain(admins))
            }
        }
    }
}

fn join<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join("、")
}

/// From where something may be done (README decision 19).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// From any PC of the office.
    Anywhere,
    /// At the server PC, or over an encrypted connection: accounts, security, storage, updates.
    ServerOrHttps,
}

/// Declares an action: `action!(pub OpenCase, "case.open", "查看件", Allowed::SignedIn, Place::Anywhere);`
#[macro_export]
macro_rules! action {
    ($(#[$doc:meta])* $vis:vis $name:ident, $id:literal, $label:literal, $who:expr, $place:expr $(,)?) => {
        $crate::access::action!($(#[$doc])* $vis $name, $id, $label, $who, $place, spare = false);
    };
    ($(#[$doc:meta])* $vis:vis $name:ident, $id:literal, $label:literal, $who:expr, $place:expr, spare = $spare:literal) => {
        $(#[$doc])*
        #[doc = $label]
        #[derive(Debug, Clone, Copy)]
        $vis enum $name {}

        impl $crate::access::Action for $name {
            const ID: &'static str = $id;
            const LABEL: &'static str = $label;
            const WHO: $crate::access::Allowed = $who;
            const PLACE: $crate::access::Place = $place;
            const SPARE: bool = $spare;
        }
    };
}
pub use crate::action;

#[cfg(test)]
mod tests {
    use super::*;

    action!(
        pub(super) Register,
        "incoming.register",
        "登记收文",
        Allowed::Roles(&[Role::RecordsClerk, Role::OfficeDirector]),
        Place::Anywhere
    );

    #[test]
    fn an_action_says_who_in_words() {
        assert_eq!(Register::ID, "incoming.register");
        assert_eq!(Register::WHO.words(), "收发文员、办公室主任");
        assert_eq!(
            Allowed::Admins(&[AdminRole::Security]).words(),
            "安全管理员"
        );
    }
}
