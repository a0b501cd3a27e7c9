//! `application/x-www-form-urlencoded`, in queries and bodies: into pairs and back.
//! Never refuses what it can read; bytes that are not UTF-8 become replacement marks.

use std::borrow::Cow;

/// Fields of one form at most (S52).
pub(super) const MAX_FIELDS: usize = 6_000;

/// Pairs in the order they came; `None` where there are too many.
pub(super) fn parse(text: &[u8]) -> Option<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    for piece in text.split(|b| *b == b'&').filter(|p| !p.is_empty()) {
        if pairs.len() == MAX_FIELDS {
            return None;
        }
        let (name, value) = match piece.iter().position(|b| *b == b'=') {
            Some(at) => {
                let (name, rest) = piece.split_at(at);
                (name, rest.get(1..).unwrap_or_default())
            }
            None => (piece, &[][..]),
        };
        pairs.push((word(name), word(value)));
    }
    Some(pairs)
}

fn word(raw: &[u8]) -> String {
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        match (first, tail) {
            (b'+', _) => out.push(b' '),
            (b'%', [high, low, after @ ..]) => {
                if let Some(byte) = hex(*high, *low) {
                    out.push(byte);
                    rest = after;
                } else {
                    out.push(b'%');
                }
            }
            _ => out.push(first),
        }
    }
    match String::from_utf8_lossy(&out) {
        Cow::Owned(mended) => mended,
        Cow::Borrowed(_) => String::from_utf8(out).unwrap_or_default(),
    }
}

/// The byte two hexadecimal digits stand for.
pub(super) fn hex(high: u8, low: u8) -> Option<u8> {
    let digit = |b: u8| char::from(b).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

/// Text as it may stand in a query, a cookie or a header parameter (RFC 5987 `attr-char`).
pub fn encode(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Text that was written with [`encode`].
pub(super) fn decode(text: &str) -> String {
    word(text.as_bytes())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let said = "已送 纪文澜&拟办=100%+1";
        let line = format!("a={}&b=&c&a=2", encode(said));
        let pairs = parse(line.as_bytes()).unwrap();
        let of = |i: usize| pairs.get(i).map(|(n, v)| (n.as_str(), v.as_str()));
        assert_eq!(of(0), Some(("a", said)));
        assert_eq!(of(1), Some(("b", "")));
        assert_eq!(of(2), Some(("c", "")));
        assert_eq!(of(3), Some(("a", "2")));
        assert_eq!(decode("%e4%bd%a0%zz%"), "你%zz%");
    }

    #[test]
    fn too_many_fields_are_refused() {
        assert!(parse("a=1&".repeat(MAX_FIELDS).as_bytes()).is_some());
        assert!(parse("a=1&".repeat(MAX_FIELDS + 1).as_bytes()).is_none());
    }
}
