//! The mail password at rest: sealed with a key of this machine that is in no database, so that a copied
//! or backed-up hub does not give it away (ASVS 13.3.1). Whoever reads the whole data folder can open
//! it: a program that logs in by itself must be able to. The one door to ring.
//! Invariant: a password is never shown again, logged, or put into an error.

use crate::kit::{Error, Result};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

/// Seals a password.
pub fn seal(key: &[u8; 32], password: &str) -> Result<Vec<u8>> {
    let mut nonce = [0; NONCE_LEN];
    getrandom::fill(&mut nonce).map_err(Error::fault)?;
    let mut sealed = password.as_bytes().to_vec();
    opener(key)?
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::empty(),
            &mut sealed,
        )
        .map_err(Error::fault)?;
    let mut whole = nonce.to_vec();
    whole.append(&mut sealed);
    Ok(whole)
}

/// Opens it; `None` where it was sealed on another machine.
#[must_use]
pub fn open(key: &[u8; 32], sealed: &[u8]) -> Option<String> {
    let (nonce, body) = sealed.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut body = body.to_vec();
    let plain = opener(key)
        .ok()?
        .open_in_place(nonce, Aad::empty(), &mut body)
        .ok()?;
    String::from_utf8(plain.to_vec()).ok()
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
        let sealed = seal(&[7; 32], "授权码 abc").unwrap();
        assert!(!sealed.windows(3).any(|w| w == b"abc"));
        assert_eq!(open(&[7; 32], &sealed).unwrap(), "授权码 abc");
        assert_eq!(open(&[8; 32], &sealed), None);
        assert_eq!(open(&[7; 32], &[]), None);
        assert_ne!(
            seal(&[7; 32], "授权码 abc").unwrap(),
            sealed,
            "never twice the same"
        );
    }
}
