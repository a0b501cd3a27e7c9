//! SM2 signatures (GB/T 32918.2-2016, with the signer's ZA and SM3) and the keys they are made and checked with. The one
//! door to the crate. Not for encrypting, and no electronic signature in the sense of the 电子签名法: nobody certified
//! whose key it is. Invariant: a private key never leaves this file but into `secret`; what is read back is exact.

use super::error::{Error, Result};
use super::hash::{Digest, hex};
use sm2::dsa::signature::{Signer as _, Verifier as _};
use sm2::dsa::{Signature as Raw, SigningKey, VerifyingKey};
use std::fmt;

/// The user id of GB/T 32918.2 where the parties agreed on none (GB/T 35276 §10).
const USER: &str = "1234567812345678";
/// Groups of five digits in a fingerprint.
const GROUPS: usize = 6;

/// A private key.
#[derive(Clone)]
pub struct Secret(SigningKey);

/// A public key: a point of the curve, uncompressed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Public(pub [u8; 65]);

/// A signature: r and s.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub [u8; 64]);

impl Secret {
    /// A new one, from the system's own randomness.
    pub fn new() -> Result<Self> {
        // one draw in 2^128 is none
        for _ in 0..8 {
            let mut bytes = [0; 32];
            getrandom::fill(&mut bytes).map_err(Error::fault)?;
            if let Some(secret) = Self::of(&bytes) {
                return Ok(secret);
            }
        }
        Err(Error::fault("no signing key came of the system's chance"))
    }

    /// From its 32 bytes; `None` where they are no key.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let key = Self(SigningKey::from_slice(USER, bytes).ok()?);
        // n-1 is a number of the curve and signs nothing
        key.sign(b"").is_ok().then_some(key)
    }

    /// Its 32 bytes, to be sealed at once.
    #[must_use]
    pub fn bytes(&self) -> [u8; 32] {
        self.0.to_bytes().into()
    }

    /// What signatures of it are checked with.
    pub fn public(&self) -> Result<Public> {
        let bytes = self.0.verifying_key().to_sec1_bytes();
        let read = Public::of(&bytes);
        read.ok_or_else(|| Error::fault("a key without its other half"))
    }

    /// Signs. The chance number comes from key and message (RFC 6979), so that a bad random source betrays no key.
    pub fn sign(&self, message: &[u8]) -> Result<Signature> {
        let made: Raw = self.0.try_sign(message).map_err(Error::fault)?;
        Ok(Signature(made.to_bytes().into()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Public {
    /// From its 65 bytes; `None` where they are no point of the curve.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let key = Self(bytes.try_into().ok()?);
        key.opened().map(|_| key)
    }

    fn opened(&self) -> Option<VerifyingKey> {
        VerifyingKey::from_sec1_bytes(USER, &self.0).ok()
    }

    /// Whether this key's other half signed this message.
    #[must_use]
    pub fn signed(&self, message: &[u8], signature: &Signature) -> bool {
        let read = Raw::from_slice(&signature.0).ok();
        let both = self.opened().zip(read);
        both.is_some_and(|(key, made)| key.verify(message, &made).is_ok())
    }

    /// 04517 88213 …: six groups of five digits that are read out by telephone, some hundred bits of its SM3.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest = Digest::of(&self.0);
        let groups = digest.0.chunks(5).take(GROUPS).map(|five| {
            let number = five.iter().fold(0_u64, |n, b| (n << 8) | u64::from(*b));
            format!("{:05}", number % 100_000)
        });
        groups.collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Debug for Public {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::super::hash::unhex;
    use super::*;

    /// GB/T 32918.5-2017 A.2: the recommended curve, its key pair, the message "message digest".
    const PRIVATE: &str = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8";
    const POINT: &str = "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020\
                         ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
    const MADE: &str = "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3\
                        b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa";

    #[test]
    fn the_standards_own_example() {
        let public = Public::of(&unhex::<65>(POINT).unwrap()).unwrap();
        let secret = Secret::of(&unhex::<32>(PRIVATE).unwrap()).unwrap();
        assert_eq!(secret.public().unwrap(), public);
        let theirs = Signature(unhex(MADE).unwrap());
        assert!(public.signed(b"message digest", &theirs));
        assert!(!public.signed(b"message digesu", &theirs));
        let ours = secret.sign(b"message digest").unwrap();
        assert!(public.signed(b"message digest", &ours));
        assert_eq!(ours, secret.sign(b"message digest").unwrap());
        assert_ne!(ours, secret.sign(b"").unwrap());
    }

    #[test]
    fn no_bit_of_key_message_or_signature_may_differ() {
        let (one, other) = (Secret::new().unwrap(), Secret::new().unwrap());
        let message = "砚政发〔2026〕1号".as_bytes();
        let (public, made) = (one.public().unwrap(), one.sign(message).unwrap());
        assert!(public.signed(message, &made));
        assert!(!other.public().unwrap().signed(message, &made));
        for bit in 0..512 {
            let mut bad = made;
            bad.0[bit / 8] ^= 1 << (bit % 8);
            assert!(!public.signed(message, &bad), "bit {bit} of the signature");
        }
        for bit in (0..520).step_by(7) {
            let mut bad = public;
            bad.0[bit / 8] ^= 1 << (bit % 8);
            assert!(!bad.signed(message, &made), "bit {bit} of the key");
        }
        for bit in (0..message.len() * 8).step_by(5) {
            let mut bad = message.to_vec();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(!public.signed(&bad, &made), "bit {bit} of the message");
        }
    }

    #[test]
    fn what_is_no_key_is_none() {
        assert!(Secret::of(&[0; 32]).is_none());
        assert!(Secret::of(&[0xff; 32]).is_none());
        assert!(Secret::of(&[1; 31]).is_none());
        // n - 1: 1 + d has no inverse
        let last = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54122";
        assert!(Secret::of(&unhex::<32>(last).unwrap()).is_none());
        assert!(Public::of(&[4; 65]).is_none());
        let nothing = Signature([0; 64]);
        let public = Secret::new().unwrap().public().unwrap();
        assert!(!public.signed(b"", &nothing));
        assert!(!public.signed(b"", &Signature([0xff; 64])));
    }

    #[test]
    fn a_fingerprint_is_read_out_in_groups() {
        let print = Public::of(&unhex::<65>(POINT).unwrap())
            .unwrap()
            .fingerprint();
        let groups: Vec<&str> = print.split(' ').collect();
        assert_eq!(groups.len(), 6);
        assert!(
            groups
                .iter()
                .all(|g| g.len() == 5 && g.bytes().all(|b| b.is_ascii_digit()))
        );
        assert_ne!(
            print,
            Secret::new().unwrap().public().unwrap().fingerprint()
        );
    }
}
