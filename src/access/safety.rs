//! 安全设置: which rules of log-in this office keeps. The house's own are those of `rule.rs` and `session.rs`; an office
//! that has to pass a 等级保护 assessment turns on 等保模式, which asks for what GB/T 22239-2019 7.1.4.1 asks for
//! (mixture, change by date, lock, idle end). Not for keeping them in force: who asks, asks here.
//! Invariant: no value makes a rule weaker than the standard where 等保模式 is on.

use super::entry::Access;
use super::session::{self, Limits};
use super::{AdminRole, Allowed, Permit, Place, action, safety_store};
use crate::kit::{Error, Result, ShelfNo};
use crate::org::Role;
use serde::{Deserialize, Serialize};

action!(
    pub SeeSafety,
    "safety.open",
    "看安全设置",
    Allowed::Admins(&AdminRole::ALL),
    Place::Anywhere,
);
action!(
    pub SetSafety,
    "safety.set",
    "改安全设置",
    Allowed::Admins(&[AdminRole::Security]),
    Place::ServerOrHttps,
);

/// Days a password may be kept where the standard is kept to.
pub const PASSWORD_DAYS: i64 = 90;
/// Passwords of before that may not come back.
pub const PAST: usize = 5;
/// Minutes without use that may be chosen.
pub const IDLE_MINUTES: std::ops::RangeInclusive<i64> = 5..=120;
const GRADED_LIFE_MS: i64 = 12 * 3_600_000;
const DAY_MS: i64 = 86_400_000;

/// What an office chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Safety {
    /// 等保模式.
    pub graded: bool,
    /// Minutes without use after which a log-in ends, in 等保模式.
    pub idle_minutes: i64,
    /// Whether administrators and leaders must have a code beside the password.
    pub codes: bool,
}

impl Default for Safety {
    fn default() -> Self {
        Self {
            graded: false,
            idle_minutes: 30,
            codes: false,
        }
    }
}

impl Safety {
    /// How long a log-in lasts.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        if self.graded {
            Limits {
                idle_ms: self.idle_minutes * 60_000,
                life_ms: GRADED_LIFE_MS,
            }
        } else {
            Limits {
                idle_ms: session::IDLE_MS,
                life_ms: session::LIFE_MS,
            }
        }
    }

    /// How long a password may be kept, in milliseconds.
    #[must_use]
    pub const fn password_ms(&self) -> Option<i64> {
        if self.graded {
            Some(PASSWORD_DAYS * DAY_MS)
        } else {
            None
        }
    }

    /// Whether somebody of these roles has to have a code.
    #[must_use]
    pub fn wants_code(&self, roles: &[Role], admin: &[AdminRole]) -> bool {
        let leads = |r: &Role| matches!(r, Role::PrincipalLeader | Role::Leader);
        self.codes && (!admin.is_empty() || roles.iter().any(leads))
    }

    /// In words, for the audit row.
    fn words(&self) -> String {
        let graded = match self.graded {
            true => format!("等保模式打开，{} 分钟不用就退出", self.idle_minutes),
            false => "等保模式关闭".to_owned(),
        };
        let codes = if self.codes { "必须用" } else { "自愿用" };
        format!("{graded}；管理员和领导{codes}动态验证码")
    }
}

impl Access {
    /// What the office chose.
    #[must_use]
    pub fn safety(&self) -> Safety {
        self.inner.safety()
    }

    /// Chooses. Who is logged in stays so as far as the new limits let them.
    pub fn set_safety(&self, permit: &Permit<SetSafety>, safety: Safety) -> Result<()> {
        if !IDLE_MINUTES.contains(&safety.idle_minutes) {
            return Err(Error::invalid(
                "idle",
                "请写 5 到 120 之间的整数，一般是 30",
            ));
        }
        self.inner
            .store
            .write(ShelfNo::HUB, permit.stamp(), move |w| {
                w.quiet("安全设置，不影响各类清单");
                w.note(safety.words());
                safety_store::set_safety(w, &safety)
            })?;
        self.inner.take_safety(safety);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_is_stricter_in_everything() {
        let (own, graded) = (
            Safety::default(),
            Safety {
                graded: true,
                ..Safety::default()
            },
        );
        assert!(graded.limits().idle_ms < own.limits().idle_ms);
        assert!(graded.limits().life_ms < own.limits().life_ms);
        assert_eq!(graded.limits().idle_ms, 30 * 60_000);
        assert_eq!(
            (own.password_ms(), graded.password_ms()),
            (None, Some(90 * DAY_MS))
        );
    }

    #[test]
    fn codes_are_asked_of_administrators_and_leaders_alone() {
        let safety = Safety {
            codes: true,
            ..Safety::default()
        };
        assert!(safety.wants_code(&[], &[AdminRole::Audit]));
        assert!(safety.wants_code(&[Role::Leader], &[]));
        assert!(!safety.wants_code(&[Role::Handler], &[]));
        assert!(!Safety::default().wants_code(&[Role::Leader], &[AdminRole::System]));
    }
}
