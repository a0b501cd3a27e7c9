//! Secrets at rest (the mail password, the organs' signing keys): sealed with the data folder's own key, which is in no
//! database, so that a copied hub does not give them away (ASVS 13.3.1). Whoever reads the whole data folder can open
//! them: a program that works by itself must be able to. A sealed backup carries that key along.
//! Invariant: a secret is never shown again, logged, or put into an error; it opens only for what it was sealed for.

use super::error::{Error, Result};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::pbkdf2::{PBKDF2_HMAC_SHA256, derive};
use std::num::NonZeroU32;

/// Rounds of [`stretched`].
const ROUNDS: NonZeroU32 = NonZeroU32::MIN.saturating_add(199_999);

/// Seals a secret for one purpose: what it is `about` must be said again to open it.
pub fn seal(key: &[u8; 32], about: &str, secret: &[u8]) -> Result<Vec<u8>> {
    let mut nonce = [0; NONCE_LEN];
    getrandom::fill(&mut nonce).map_err(Error::fault)?;
    let mut sealed = secret.to_vec();
    opener(key)?
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(about.as_bytes()),
            &mut sealed,
        )
        .map_err(Error::fault)?;
    let mut whole = nonce.to_vec();
    whole.append(&mut sealed);
    Ok(whole)
}

/// Opens it; `None` where it was sealed on another machine or for something else.
#[must_use]
pub fn open(key: &[u8; 32], about: &str, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, body) = sealed.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut body = body.to_vec();
    let plain = opener(key)
        .ok()?
        .open_in_place(nonce, Aad::from(about.as_bytes()), &mut body)
        .ok()?;
    Some(plain.to_vec())
}

/// A key from words people say to each other, made so slowly that trying all words is hopeless.
#[must_use]
pub fn stretched(words: &str, salt: &[u8]) -> [u8; 32] {
    let mut key = [0; 32];
    derive(PBKDF2_HMAC_SHA256, ROUNDS, salt, words.as_bytes(), &mut key);
    key
}

fn opener(key: &[u8; 32]) -> Result<LessSafeKey> {
    let key = UnboundKey::new(&CHACHA20_POLY1305, key).map_err(Error::fault)?;
    Ok(LessSafeKey::new(key))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_opens_it() {
        let plain = "授权码 abc".as_bytes();
        let sealed = seal(&[7; 32], "", plain).unwrap();
        assert!(!sealed.windows(3).any(|w| w == b"abc"));
        assert_eq!(open(&[7; 32], "", &sealed).unwrap(), plain);
        assert_eq!(open(&[8; 32], "", &sealed), None);
        assert_eq!(open(&[7; 32], "organ 1", &sealed), None);
        assert_eq!(open(&[7; 32], "", &[]), None);
        let again = seal(&[7; 32], "", plain).unwrap();
        assert_ne!(again, sealed, "never twice the same");
    }
}
