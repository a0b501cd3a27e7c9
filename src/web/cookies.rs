//! Cookies: reading those of a request, writing ours.
//! All of ours are `HttpOnly; SameSite=Lax; Path=/`, and `Secure` where the connection is; on a plain
//! HTTP LAN `__Host-` and `Secure` cannot be had (trust-and-ux §A4).

use super::urlform;

/// The session's token.
pub const SESSION: &str = "ink";
/// A random value of this browser: form tokens before log-in are made of it.
pub const DOOR: &str = "ink_door";
/// One sentence for the next page, such as 已送纪文澜拟办.
pub const SAID: &str = "ink_said";
/// Whether the menu is folded.
pub const RAIL: &str = "ink_rail";

/// Signed by access: this browser entered before (S29).
pub const DEVICE: &str = "ink_device";
/// The name typed last, where its owner wants it kept.
pub const NAME: &str = "ink_name";

/// How long a browser keeps a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Until the browser closes.
    Session,
    /// So many days.
    Days(u32),
    /// No longer.
    Drop,
}

/// The value of one cookie in a `Cookie` header.
#[must_use]
pub fn find<'h>(header: &'h str, name: &str) -> Option<&'h str> {
    header
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, value)| value)
}

/// A `Set-Cookie` header; the value is percent-encoded where it must be.
#[must_use]
pub fn set(name: &str, value: &str, keep: Keep, https: bool) -> String {
    let mut line = format!(
        "{name}={}; Path=/; HttpOnly; SameSite=Lax",
        urlform::encode(value)
    );
    match keep {
        Keep::Session => {}
        Keep::Days(days) => line.push_str(&format!("; Max-Age={}", u64::from(days) * 86_400)),
        Keep::Drop => line.push_str("; Max-Age=0"),
    }
    if https {
        line.push_str("; Secure");
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_names_are_found() {
        let header = "xink=1; ink=abc; ink_door=d";
        assert_eq!(find(header, SESSION), Some("abc"));
        assert_eq!(find(header, DOOR), Some("d"));
        assert_eq!(find(header, SAID), None);
    }

    #[test]
    fn values_cannot_break_out() {
        let line = set(SAID, "好; Domain=evil\r\nX: y", Keep::Session, false);
        assert!(!line.contains("; Domain"));
        assert!(!line.contains('\r'));
        assert!(set(SESSION, "", Keep::Drop, true).ends_with("Max-Age=0; Secure"));
    }
}
