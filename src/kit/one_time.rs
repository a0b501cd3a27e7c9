//! One-time codes of an authenticator on a phone: TOTP (RFC 6238) over HOTP (RFC 4226), HMAC-SHA1, six digits, thirty
//! seconds: what every such program knows. Pure: the instant is given. Not for keeping secrets or counting tries.
//! Invariant: a step that was used before never fits again, and one step to either side is all that a clock may be off.

use super::{Millis, text};
use ring::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};

/// Length of a secret in bytes: that of the hash (RFC 4226 §4, R6).
pub const SECRET: usize = 20;
const STEP_MS: i64 = 30_000;
const DIGITS: u32 = 1_000_000;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The step an instant is in.
#[must_use]
pub const fn step(at: Millis) -> i64 {
    at.0.div_euclid(STEP_MS)
}

/// The code of a step, as six digits.
#[must_use]
pub fn code(secret: &[u8], step: i64) -> String {
    format!("{:06}", truncated(secret, step) % DIGITS)
}

/// RFC 4226 §5.3: four bytes from where the last one says.
fn truncated(secret: &[u8], step: i64) -> u32 {
    let key = Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let made = sign(&key, &step.to_be_bytes());
    let bytes = made.as_ref();
    let from = bytes.last().map_or(0, |b| usize::from(b & 15));
    let four = bytes.iter().skip(from).take(4);
    four.fold(0, |n: u32, b| (n << 8) | u32::from(*b)) & 0x7fff_ffff
}

/// The step whose code was typed: now, the one before or the one after, and later than the last one used.
#[must_use]
pub fn fits(secret: &[u8], typed: &str, now: Millis, used: i64) -> Option<i64> {
    let typed: String = text::fold(typed)
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let here = step(now);
    // all three are computed, so that the answer takes as long whichever fits
    let found: Vec<i64> = [here - 1, here, here + 1]
        .into_iter()
        .filter(|s| code(secret, *s) == typed)
        .collect();
    found.into_iter().find(|s| *s > used)
}

/// As it is typed by hand where no camera is: base32 without padding.
#[must_use]
pub fn base32(bytes: &[u8]) -> String {
    let mut out = String::new();
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            let letter = BASE32.get((held >> bits & 31) as usize);
            out.extend(letter.map(|b| char::from(*b)));
            held &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        let letter = BASE32.get((held << (5 - bits) & 31) as usize);
        out.extend(letter.map(|b| char::from(*b)));
    }
    out
}

/// What the QR code says.
#[must_use]
pub fn address(secret: &[u8], office: &str, name: &str) -> String {
    let (office, name) = (percent(office), percent(name));
    format!(
        "otpauth://totp/{office}:{name}?secret={}&issuer={office}",
        base32(secret)
    )
}

fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const RFC: &[u8] = b"12345678901234567890";

    #[test]
    fn the_vectors_of_rfc_6238() {
        // appendix B, SHA-1: eight digits there, the last six of them here
        for (seconds, eight) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            let at = step(Millis(seconds * 1000));
            assert_eq!(truncated(RFC, at) % 100_000_000, eight, "{seconds}");
            assert_eq!(code(RFC, at), format!("{:06}", eight % DIGITS));
        }
    }

    #[test]
    fn the_vectors_of_rfc_4226() {
        let said = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
            "399871", "520489",
        ];
        for (count, code) in (0..).zip(said) {
            assert_eq!(super::code(RFC, count), code);
        }
    }

    #[test]
    fn a_code_fits_its_step_and_its_neighbours_once() {
        let now = Millis(1_111_111_111_000);
        let here = step(now);
        for (off, ok) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let typed = code(RFC, here + off);
            assert_eq!(fits(RFC, &typed, now, 0).is_some(), ok, "{off}");
        }
        let typed = code(RFC, here);
        assert_eq!(
            fits(RFC, &format!(" {} {}", &typed[..3], &typed[3..]), now, 0),
            Some(here)
        );
        assert_eq!(fits(RFC, &typed, now, here), None, "used");
        assert_eq!(fits(RFC, "", now, 0), None);
    }

    #[test]
    fn what_a_phone_reads() {
        assert_eq!(base32(RFC), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(base32(b"f"), "MY");
        let said = address(RFC, "砚田镇", "张三");
        assert!(said.starts_with("otpauth://totp/%E7%A0%9A"), "{said}");
        assert!(
            said.contains("secret=GEZDGNBV") && !said.contains(' '),
            "{said}"
        );
    }
}
