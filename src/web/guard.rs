//! Small checks of what came in, each a pure function: whose page sent this form, where one may be sent
//! after log-in. A check that cannot tell says no.

/// Whose page a form came from, as far as the browser says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// A page of this server.
    Ours,
    /// The browser did not say: old, or told not to.
    Unsaid,
    /// Somebody else's.
    Foreign,
}

/// Headers that tell where a request came from.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct From<'a> {
    pub host: &'a str,
    pub origin: Option<&'a str>,
    pub referer: Option<&'a str>,
    pub fetch_site: Option<&'a str>,
    /// Whether the connection is encrypted: a page over plain HTTP is not one of ours over HTTPS, anybody on the way may
    /// have written it.
    pub https: bool,
}

impl From<'_> {
    /// Compares `Origin`, else `Referer`, with `Host` (S20). `Origin: null` is foreign.
    pub(super) fn judge(&self) -> Origin {
        if matches!(self.fetch_site, Some("cross-site" | "same-site")) {
            return Origin::Foreign;
        }
        match self.origin.or(self.referer) {
            None => Origin::Unsaid,
            Some(url) if same_authority(url, self.host, self.https) => Origin::Ours,
            Some(_) => Origin::Foreign,
        }
    }
}

fn same_authority(url: &str, host: &str, https: bool) -> bool {
    let (scheme, port) = if https {
        ("https://", ":443")
    } else {
        ("http://", ":80")
    };
    let Some(rest) = url.strip_prefix(scheme) else {
        return false;
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let Some(authority) = rest.get(..end) else {
        return false;
    };
    let bare = |s: &str| s.strip_suffix(port).unwrap_or(s).to_ascii_lowercase();
    bare(authority) == bare(host)
}

/// Where one may be sent after log-in: an absolute path of this server and nothing else (S44).
#[must_use]
pub fn safe_next(next: &str) -> Option<&str> {
    let ok = next.starts_with('/')
        && !next.starts_with("//")
        && next.len() <= 2_000
        && !next
            .chars()
            .any(|c| c == '\\' || c.is_control() || c.is_whitespace());
    ok.then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins() {
        let judge = |origin: Option<&str>, referer: Option<&str>| {
            From {
                host: "192.168.1.20:8080",
                origin,
                referer,
                fetch_site: None,
                https: false,
            }
            .judge()
        };
        assert_eq!(judge(None, None), Origin::Unsaid);
        assert_eq!(judge(Some("http://192.168.1.20:8080"), None), Origin::Ours);
        assert_eq!(
            judge(None, Some("http://192.168.1.20:8080/a?b")),
            Origin::Ours
        );
        for bad in [
            "null",
            "http://evil.cn",
            "http://192.168.1.20:8081",
            "http://192.168.1.20:8080.evil.cn",
            "http://192.168.1.20:8080@evil.cn/",
            "ftp://192.168.1.20:8080",
            "",
        ] {
            assert_eq!(judge(Some(bad), None), Origin::Foreign, "{bad}");
            assert_eq!(judge(None, Some(bad)), Origin::Foreign, "{bad}");
        }
        assert!(same_authority("http://a.cn/", "A.cn:80", false));
        assert!(same_authority("https://a.cn:443/", "a.cn", true));
        assert!(
            !same_authority("http://a.cn/", "a.cn", true),
            "the other scheme"
        );
        assert!(!same_authority("https://a.cn/", "a.cn", false));
    }

    #[test]
    fn next_stays_here() {
        for good in ["/", "/todo?x=1", "/case/0123"] {
            assert_eq!(safe_next(good), Some(good));
        }
        for bad in [
            "",
            "todo",
            "//evil",
            "/\\evil",
            "\\evil",
            "javascript:alert(1)",
            "http://evil",
            "/a\r\nSet-Cookie: x",
            "/\t/evil",
        ] {
            assert_eq!(safe_next(bad), None, "{bad}");
        }
    }
}
