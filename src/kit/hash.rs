//! SM3 (GB/T 32905): the digest of chains, files, session tokens and procedure texts.

use sm3::{Digest as _, Sm3};
use std::fmt;

/// A 32-byte SM3 digest.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Digest of one piece.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sm3::digest(bytes).into())
    }

    /// Digest of several pieces, each preceded by its length so that no two lists collide.
    #[must_use]
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        let mut h = Sm3::new();
        for p in parts {
            h.update((p.len() as u64).to_be_bytes());
            h.update(p);
        }
        Self(h.finalize().into())
    }

    /// Lower-case hexadecimal, 64 characters.
    #[must_use]
    pub fn hex(&self) -> String {
        use fmt::Write as _;
        let mut s = String::with_capacity(64);
        for b in self.0 {
            let _ = write!(s, "{b:02x}");
        }
        s
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

/// A digest taken piece by piece, for streams.
#[derive(Default, Clone)]
pub struct Hasher(Sm3);

impl Hasher {
    /// Takes in one piece.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all pieces.
    #[must_use]
    pub fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}
