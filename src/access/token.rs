//! Chance and secrets: where random bytes come from, and the 256-bit tokens made of them.
//! A token never shows itself: no `Display`, and `Debug` hides it (S26); `text` is for the cookie only.
//! Invariant: what is stored or looked up is the token's SM3, never the token (S25).

use crate::kit::hash::Hasher;
use crate::kit::{Digest, Error, Result, hex, unhex};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where random bytes come from. A value of the server instance, so that tests are fixed.
#[derive(Debug, Clone, Default)]
pub enum Chance {
    /// The operating system's generator.
    #[default]
    System,
    /// A fixed sequence, for tests and the demo's simulated year. Never for an office.
    Held(Arc<AtomicU64>),
}

impl Chance {
    /// A fixed sequence.
    #[must_use]
    pub fn held(seed: u64) -> Self {
        Self::Held(Arc::new(AtomicU64::new(seed)))
    }

    /// `N` fresh bytes.
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N]> {
        let mut out = [0u8; N];
        match self {
            Self::System => getrandom::fill(&mut out).map_err(Error::fault)?,
            Self::Held(at) => {
                for slot in &mut out {
                    let n = at.fetch_add(1, Ordering::Relaxed);
                    *slot = *Digest::of(&n.to_be_bytes()).0.first().unwrap_or(&0);
                }
            }
        }
        Ok(out)
    }
}

/// 256 random bits: a session, or the browser that is about to log in. What it is looked up by tells whether it came
/// over an encrypted connection: a session begun there is none anywhere else, whoever overheard or copied its cookie.
#[derive(Clone)]
pub struct Token {
    raw: [u8; 32],
    https: bool,
}

impl Token {
    /// A fresh one.
    pub fn new(chance: &Chance) -> Result<Self> {
        let raw = chance.bytes()?;
        Ok(Self { raw, https: false })
    }

    /// The same bits as they came over such a connection: said by the socket, never by the text.
    #[must_use]
    pub const fn over(mut self, https: bool) -> Self {
        self.https = https;
        self
    }

    /// For the cookie: 64 hexadecimal characters.
    #[must_use]
    pub fn text(&self) -> String {
        hex(&self.raw)
    }

    /// Back from a cookie; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let raw = unhex(text)?;
        Some(Self { raw, https: false })
    }

    /// What is stored and looked up.
    #[must_use]
    pub fn digest(&self) -> Digest {
        if self.https {
            return keyed(&self.raw, &[b"https"]);
        }
        Digest::of(&self.raw)
    }

    /// The text a form carries so that another site cannot post in this browser's name (S20).
    /// Derived, so there is nothing to store; one-way, so it does not give the token away.
    #[must_use]
    pub fn csrf(&self) -> String {
        hex(&keyed(&self.raw, &[b"csrf"]).0)
    }

    /// Whether a form carried this token's text.
    #[must_use]
    pub fn csrf_fits(&self, given: &str) -> bool {
        same(self.csrf().as_bytes(), given.as_bytes())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// HMAC-SM3 (GB/T 15852.2) over parts that cannot be shifted into each other.
#[must_use]
pub(super) fn keyed(key: &[u8; 32], parts: &[&[u8]]) -> Digest {
    let mut inner = Hasher::default();
    let mut outer = Hasher::default();
    let mut block = [0u8; 64];
    for (slot, b) in block.iter_mut().zip(key) {
        *slot = *b;
    }
    inner.update(&block.map(|b| b ^ 0x36));
    outer.update(&block.map(|b| b ^ 0x5c));
    inner.update(&Digest::of_parts(parts).0);
    outer.update(&inner.finish().0);
    outer.finish()
}

/// Equality that takes as long for a wrong first byte as for a wrong last one.
#[must_use]
pub fn same(a: &[u8], b: &[u8]) -> bool {
    let differs = a.iter().zip(b).fold(0u8, |acc, (x, y)| acc | (x ^ y));
    a.len() == b.len() && std::hint::black_box(differs) == 0
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn s25_tokens_are_long_and_never_the_same() {
        let seen: HashSet<String> = (0..100_000)
            .map(|_| Token::new(&Chance::System).unwrap().text())
            .collect();
        assert_eq!(seen.len(), 100_000);
        assert!(seen.iter().all(|t| t.len() == 64));
        // every nibble position takes every value: no stuck bits
        for place in 0..64 {
            let values: HashSet<u8> = seen.iter().map(|t| t.as_bytes()[place]).collect();
            assert_eq!(values.len(), 16);
        }
    }

    #[test]
    fn s26_a_token_does_not_show_itself() {
        let token = Token::new(&Chance::held(1)).unwrap();
        assert!(!format!("{token:?}").contains(&token.text()[..8]));
        assert_ne!(token.digest().hex(), token.text());
        assert_ne!(token.csrf(), token.text());
        assert_ne!(token.csrf(), token.digest().hex());
    }

    #[test]
    fn only_its_own_text_is_a_token() {
        let token = Token::new(&Chance::held(1)).unwrap();
        assert_eq!(
            Token::parse(&token.text()).unwrap().digest(),
            token.digest()
        );
        let long = "0".repeat(65);
        let upper = token.text().to_uppercase();
        for bad in ["", "0", long.as_str(), upper.as_str(), &"砚".repeat(32)] {
            assert!(Token::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn s20_a_form_of_another_session_does_not_fit() {
        let chance = Chance::held(1);
        let (mine, other) = (Token::new(&chance).unwrap(), Token::new(&chance).unwrap());
        assert!(mine.csrf_fits(&mine.csrf()));
        assert!(!mine.csrf_fits(&other.csrf()));
        assert!(!mine.csrf_fits(""));
        assert!(!mine.csrf_fits(&mine.csrf()[..63]));
    }

    #[test]
    fn comparing_is_equality() {
        assert!(same(b"", b""));
        assert!(same(b"ab", b"ab"));
        assert!(!same(b"ab", b"ac"));
        assert!(!same(b"ab", b"abc"));
    }
}
