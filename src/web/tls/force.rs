//! 强制 HTTPS: pages over plain HTTP lead to the encrypted address. It has to prove itself: where nobody logs in over HTTPS
//! within ten minutes it goes back by itself, since an office that cannot get in cannot switch it off either.
//! Pure; what it becomes is kept by [`super::Tls`].

use crate::kit::Millis;
use serde::{Deserialize, Serialize};

/// Within this long somebody has to log in over HTTPS.
pub const PROVE_MS: i64 = 600_000;
/// What is typed to force it although not every PC is known to trust us.
pub const WORD: &str = "强制HTTPS";

/// How it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Force {
    /// Since when it is on.
    pub since: Option<Millis>,
    /// Somebody logged in over HTTPS since.
    pub proved: bool,
    /// When it went back by itself; until an administrator has seen it.
    pub back: Option<Millis>,
}

impl Force {
    /// Switched on now.
    #[must_use]
    pub const fn on(now: Millis) -> Self {
        Self {
            since: Some(now),
            proved: false,
            back: None,
        }
    }

    /// Whether nobody proved it in time.
    #[must_use]
    pub fn is_overdue(&self, now: Millis) -> bool {
        !self.proved && self.since.is_some_and(|at| now.0 - at.0 >= PROVE_MS)
    }

    /// What it becomes then.
    #[must_use]
    pub const fn gone_back(now: Millis) -> Self {
        Self {
            since: None,
            proved: false,
            back: Some(now),
        }
    }

    /// Milliseconds that are left for the proof; none where none is wanted.
    #[must_use]
    pub fn left(&self, now: Millis) -> Option<i64> {
        let since = self.since.filter(|_| !self.proved)?;
        Some((since.0 + PROVE_MS - now.0).max(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_back_where_nobody_proves_it() {
        let on = Force::on(Millis(1_000));
        assert!(!on.is_overdue(Millis(1_000 + PROVE_MS - 1)));
        assert_eq!(on.left(Millis(1_000)), Some(PROVE_MS));
        assert!(on.is_overdue(Millis(1_000 + PROVE_MS)));
        let proved = Force { proved: true, ..on };
        assert!(!proved.is_overdue(Millis(i64::MAX)));
        assert_eq!(proved.left(Millis(0)), None);
        assert!(!Force::gone_back(Millis(5)).is_overdue(Millis(i64::MAX)));
    }
}
