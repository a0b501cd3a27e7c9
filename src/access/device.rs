//! A browser that an account has entered from before may try although guessing locked it (S29).
//! Its cookie is signed, so that there is nothing to store; it opens nothing, it only lets one try.
//! Invariant: a new password makes all of an account's device cookies worthless.

use super::token::{Chance, keyed, same};
use crate::kit::{Digest, Millis, PersonId, Result, hex, unhex};

/// For how long a browser is known: 180 days.
pub const KNOWN_MS: i64 = 180 * 86_400_000;

/// What the cookies of this installation are signed with.
#[derive(Clone)]
pub struct DeviceKey([u8; 32]);

impl DeviceKey {
    /// A fresh one.
    pub fn new(chance: &Chance) -> Result<Self> {
        chance.bytes().map(Self)
    }

    /// As kept in the hub's settings.
    #[must_use]
    pub fn text(&self) -> String {
        hex(&self.0)
    }

    /// Back from the settings.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        unhex(text).map(Self)
    }

    /// The cookie of a browser that has just entered.
    #[must_use]
    pub fn cookie(&self, person: PersonId, changed_at: Millis, now: Millis) -> String {
        let seal = self.seal(person, changed_at, now);
        format!("{person}.{}.{}", now.0, seal.hex())
    }

    /// Whether the cookie says that this account entered from here with its present password.
    #[must_use]
    pub fn knows(&self, cookie: &str, person: PersonId, changed_at: Millis, now: Millis) -> bool {
        let mut parts = cookie.splitn(3, '.');
        let (Some(who), Some(made), Some(seal)) = (parts.next(), parts.next(), parts.next()) else {
            return false;
        };
        let Ok(made) = made.parse::<i64>().map(Millis) else {
            return false;
        };
        let expected = self.seal(person, changed_at, made).hex();
        who == person.to_string()
            && same(seal.as_bytes(), expected.as_bytes())
            && now.0.saturating_sub(made.0) < KNOWN_MS
    }

    fn seal(&self, person: PersonId, changed_at: Millis, made: Millis) -> Digest {
        let numbers = [person.0, changed_at.0, made.0].map(i64::to_be_bytes);
        let [person, changed, made] = &numbers;
        keyed(&self.0, &[b"device", person, changed, made])
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_fits_its_account_and_password_only() {
        let key = DeviceKey::new(&Chance::held(3)).unwrap();
        let (zhang, changed, now) = (PersonId(12), Millis(100), Millis(5000));
        let cookie = key.cookie(zhang, changed, now);
        assert!(key.knows(&cookie, zhang, changed, now));
        assert!(!key.knows(&cookie, PersonId(13), changed, now));
        assert!(!key.knows(&cookie, zhang, Millis(101), now), "new password");
        assert!(!key.knows(&cookie, zhang, changed, Millis(5000 + KNOWN_MS)));
        let other = DeviceKey::new(&Chance::held(4)).unwrap();
        assert!(!other.knows(&cookie, zhang, changed, now));
        for bad in ["", "12", "12.5000", "12.5000.", "12.x.y", "..", "13.5000.0"] {
            assert!(!key.knows(bad, zhang, changed, now), "{bad}");
        }
        let forged = cookie.replace("5000", "5001");
        assert!(!key.knows(&forged, zhang, changed, now));
        assert!(
            DeviceKey::parse(&key.text())
                .unwrap()
                .knows(&cookie, zhang, changed, now)
        );
    }
}
