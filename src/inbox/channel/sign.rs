//! What the other ends ask for as a signature, and how words travel in addresses: HMAC-SHA256 in base64 or hex,
//! percent-encoding, placeholders of a gateway's template. Pure. Not for anything of our own.

use crate::kit::{Millis, hash};
use ring::hmac::{HMAC_SHA256, Key, sign};

/// HMAC-SHA256.
pub(super) fn mac(key: &str, message: &str) -> Vec<u8> {
    let key = Key::new(HMAC_SHA256, key.as_bytes());
    sign(&key, message.as_bytes()).as_ref().to_vec()
}

/// 钉钉 (open.dingtalk.com, 自定义机器人安全设置): the secret signs the time in milliseconds and itself.
pub(super) fn dingtalk(secret: &str, now: Millis) -> String {
    let mac = mac(secret, &format!("{}\n{secret}", now.0));
    format!("&timestamp={}&sign={}", now.0, percent(&base64(&mac)))
}

/// 飞书 (open.feishu.cn, 自定义机器人签名校验): time in seconds and secret are the key, nothing is the message.
pub(super) fn feishu(secret: &str, now: Millis) -> (String, String) {
    let seconds = (now.0 / 1000).to_string();
    let mac = mac(&format!("{seconds}\n{secret}"), "");
    (seconds, base64(&mac))
}

/// A gateway's: who, what and when, signed with the secret that both know; empty without one.
pub(super) fn gateway(secret: Option<&str>, (phone, text, time): (&str, &str, &str)) -> String {
    let signed = |secret| hash::hex(&mac(secret, &format!("{phone}{text}{time}")));
    secret.map(signed).unwrap_or_default()
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// RFC 4648 §4.
pub(super) fn base64(bytes: &[u8]) -> String {
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let at = |i: usize| u32::from(three.get(i).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for n in 0..4 {
            let six = usize::try_from(bits >> (18 - 6 * n) & 63).unwrap_or(0);
            let digit = DIGITS.get(six).copied().unwrap_or(b'=');
            out.push(if n > three.len() {
                '='
            } else {
                char::from(digit)
            });
        }
    }
    out
}

/// Percent-encoded, all but unreserved letters (RFC 3986 §2.3).
pub(super) fn percent(text: &str) -> String {
    let mut out = String::new();
    for b in text.bytes() {
        if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}

/// A template with its places filled, each value in one go: what a value says is never a place.
pub(super) fn filled(
    template: &str,
    values: &[(&str, &str)],
    written: impl Fn(&str) -> String,
) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let place = values.iter().find_map(|(name, value)| {
            let after = from
                .strip_prefix('{')?
                .strip_prefix(name)?
                .strip_prefix('}')?;
            Some((after, value))
        });
        rest = match place {
            Some((after, value)) => {
                out.push_str(&written(value));
                after
            }
            None => {
                out.push('{');
                from.get(1..).unwrap_or_default()
            }
        };
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_as_the_rfc_has_it() {
        let all = ["", "f", "fo", "foo", "foob", "fooba", "foobar"].map(|t| base64(t.as_bytes()));
        assert_eq!(
            all,
            [
                "", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"
            ]
        );
    }

    #[test]
    fn the_mac_is_that_of_rfc_4231() {
        let found = hash::hex(&mac("Jefe", "what do ya want for nothing?"));
        assert_eq!(
            found,
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn a_place_is_filled_once_and_values_are_no_places() {
        let values = [("phone", "138"), ("text", "{phone}&x=1")];
        let said = filled("m={phone}&t={text}&{other}{", &values, percent);
        assert_eq!(said, "m=138&t=%7Bphone%7D%26x%3D1&{other}{");
    }
}
