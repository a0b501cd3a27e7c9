//! Cookies: reading those of a request, writing ours.
//! All of ours are `HttpOnly; SameSite=Lax; Path=/`. Over HTTPS they are `Secure` under names of their own (`__Host-`): no
//! page over plain HTTP can set or replace one, and a browser that uses both has two of each. On a plain HTTP LAN
//! neither can be had (trust-and-ux §A4).

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

/// This browser on this PC, for counting who trusts our certificates.
pub const PC: &str = "ink_pc";

/// What a cookie is called on such a connection.
fn called(name: &str, https: bool) -> String {
    let prefix = if https { "__Host-" } else { "" };
    format!("{prefix}{name}")
}

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
pub fn find<'h>(header: &'h str, name: &str, https: bool) -> Option<&'h str> {
    let name = called(name, https);
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
        "{}={}; Path=/; HttpOnly; SameSite=Lax",
        called(name, https),
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
        let header = "xink=1; ink=abc; ink_door=d; __Host-ink_door=e";
        assert_eq!(find(header, SESSION, false), Some("abc"));
        assert_eq!(find(header, DOOR, false), Some("d"));
        assert_eq!(find(header, SAID, false), None);
        assert_eq!(find(header, DOOR, true), Some("e"));
        assert_eq!(find(header, SESSION, true), None, "planted over plain HTTP");
    }

    #[test]
    fn values_cannot_break_out() {
        let line = set(SAID, "好; Domain=evil\r\nX: y", Keep::Session, false);
        assert!(!line.contains("; Domain"));
        assert!(!line.contains('\r'));
        let secure = set(SESSION, "", Keep::Drop, true);
        assert!(secure.starts_with("__Host-ink=;") && secure.ends_with("Max-Age=0; Secure"));
    }
}
