//! The office's mail server as an administrator sets it up: typed, checked, kept. Not here: speaking to
//! it (`mail.rs`). Invariant: the password never comes back out; another host asks for it anew, so that
//! it cannot be sent to a server it was not given for.

use super::choice::is_address;
use super::{mail, mail_store as store};
use crate::kit::{FieldErrors, Millis, Result, secret, text};
use crate::store::{Query, Write};

/// What the password was sealed as since the first release.
const ABOUT: &str = "";

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Begins in clear, then turns to TLS.
    StartTls,
    /// TLS from the first byte.
    Tls,
    /// Not at all.
    None,
}

impl Security {
    /// In the order they are offered: value, words, usual port.
    pub const ALL: [(Self, &'static str, u16); 3] = [
        (Self::Tls, "一连上就加密（SSL/TLS，常用 465 端口）", 465),
        (
            Self::StartTls,
            "先连上再加密（STARTTLS，常用 587 或 25 端口）",
            587,
        ),
        (Self::None, "不加密（只用于本单位内部的邮件服务器）", 25),
    ];

    /// As stored and posted.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::StartTls => "starttls",
            Self::Tls => "tls",
            Self::None => "none",
        }
    }

    /// From the stored word; the safest where it is strange.
    #[must_use]
    pub fn of(id: &str) -> Self {
        match id {
            "starttls" => Self::StartTls,
            "none" => Self::None,
            _ => Self::Tls,
        }
    }
}

/// The settings.
#[derive(Clone, PartialEq, Eq)]
pub struct Server {
    /// mail.example.gov.cn
    pub host: String,
    /// 465
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Name to log in with; empty logs in nobody.
    pub login: String,
    /// The password, sealed.
    pub(super) secret: Option<Vec<u8>>,
    /// Certificate of a private authority, PEM; empty trusts the public ones.
    pub authority: String,
    /// Address the mail comes from.
    pub sender: String,
    /// What links begin with; empty takes the server's own address.
    pub base: String,
    /// Whether mail goes at all.
    pub on_now: bool,
    /// Who saved last counts it up; 0 before there are settings.
    pub rev: i64,
}

/// Why nothing can be sent at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trouble {
    /// In words; empty: there is none.
    pub words: String,
    /// Since when.
    pub since: Option<Millis>,
    /// How often it was tried.
    pub tries: i64,
    /// Not before this.
    pub next_at: Millis,
}

/// Settings as typed.
pub struct Typed<'a> {
    pub host: &'a str,
    pub port: &'a str,
    pub security: &'a str,
    pub login: &'a str,
    /// Empty keeps the one there is.
    pub password: &'a str,
    pub authority: &'a str,
    pub sender: &'a str,
    pub base: &'a str,
    pub on_now: bool,
    pub rev: i64,
}

impl Server {
    /// Whether a password is kept.
    #[must_use]
    pub const fn has_password(&self) -> bool {
        self.secret.is_some()
    }

    /// The password; `None` where there is none or it was sealed on another machine.
    #[must_use]
    pub(super) fn password(&self, key: &[u8; 32]) -> Option<String> {
        let plain = secret::open(key, ABOUT, self.secret.as_ref()?)?;
        String::from_utf8(plain).ok()
    }
}

impl Typed<'_> {
    /// What it means, or what is wrong with it.
    pub fn read(&self, before: Option<&Server>, key: &[u8; 32]) -> Result<Server> {
        let mut errors = FieldErrors::default();
        let host = text::one_line(self.host).to_ascii_lowercase();
        let plain = |c: char| c.is_ascii_alphanumeric() || ".-:".contains(c);
        if host.is_empty() || host.len() > 200 || !host.chars().all(plain) {
            errors.add(
                "host",
                "请写邮件服务器的地址，例如 smtp.example.gov.cn 或 192.168.1.5",
            );
        }
        let port = text::fold(self.port)
            .trim()
            .parse::<u16>()
            .ok()
            .filter(|p| *p > 0);
        if port.is_none() {
            errors.add("port", "请写 1 到 65535 的端口，加密的一般是 465 或 587");
        }
        let sender = text::one_line(self.sender);
        if !is_address(&sender) {
            errors.add("sender", "请写发件用的邮箱地址，例如 bgs@example.gov.cn");
        }
        let authority = self.authority.trim();
        if !authority.is_empty() && !mail::is_certificate(authority) {
            errors.add(
                "authority",
                "这不是证书。请用记事本打开 .crt 或 .pem 文件，把从 -----BEGIN CERTIFICATE----- 开始的内容全部粘贴过来",
            );
        }
        let base = text::one_line(self.base).trim_end_matches('/').to_owned();
        let web = base
            .strip_prefix("http://")
            .or_else(|| base.strip_prefix("https://"));
        if !base.is_empty() && !web.is_some_and(|h| !h.is_empty() && h.chars().all(plain)) {
            errors.add(
                "base",
                "请写打开砚台的地址，例如 http://192.168.1.20:8080；不知道就空着",
            );
        }
        let login = text::one_line(self.login);
        let kept = before.filter(|b| b.host == host && b.login == login);
        let secret = match (self.password, login.as_str()) {
            (_, "") => None,
            ("", _) => kept.and_then(|b| b.secret.clone()),
            (typed, _) => Some(secret::seal(key, ABOUT, typed.as_bytes())?),
        };
        if !login.is_empty() && secret.is_none() {
            errors.add(
                "password",
                "请填这个邮箱的密码或授权码；换了服务器或登录名，密码要重填一次",
            );
        }
        errors.check(Server {
            host,
            port: port.unwrap_or_default(),
            security: Security::of(self.security),
            login,
            secret,
            authority: authority.to_owned(),
            sender,
            base,
            on_now: self.on_now,
            rev: self.rev,
        })
    }
}

/// The settings, where there are any.
pub fn find(q: &impl Query) -> Result<Option<(Server, Trouble)>> {
    store::find_server(q)
}

/// Keeps them.
pub fn keep(w: &mut Write<'_>, server: &Server) -> Result<()> {
    w.quiet("邮件设置，不影响各类清单");
    w.note(format!(
        "{}:{} {}",
        server.host,
        server.port,
        server.security.id()
    ));
    store::set_server(w, server)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests {
    use super::*;
    use crate::kit::Error;

    const KEY: [u8; 32] = [3; 32];

    fn typed() -> Typed<'static> {
        Typed {
            host: " SMTP.example.gov.cn ",
            port: "４６５",
            security: "tls",
            login: "bgs",
            password: "授权码",
            authority: "",
            sender: "bgs@example.gov.cn",
            base: "http://192.168.1.20:8080/",
            on_now: true,
            rev: 0,
        }
    }

    #[test]
    fn the_password_stays_with_its_server() {
        let first = typed().read(None, &KEY).unwrap();
        assert_eq!(
            (first.host.as_str(), first.port),
            ("smtp.example.gov.cn", 465)
        );
        assert_eq!(first.base, "http://192.168.1.20:8080");
        assert_eq!(first.password(&KEY).unwrap(), "授权码");
        let same = Typed {
            password: "",
            ..typed()
        };
        assert_eq!(
            same.read(Some(&first), &KEY)
                .unwrap()
                .password(&KEY)
                .unwrap(),
            "授权码"
        );
        let moved = Typed {
            password: "",
            host: "evil.example.com",
            ..typed()
        };
        let Err(Error::Invalid(errors)) = moved.read(Some(&first), &KEY) else {
            panic!("the password went to another server");
        };
        assert!(errors.of("password").unwrap().contains("重填"));
    }

    #[test]
    fn what_is_wrong_is_said_field_by_field() {
        let bad = Typed {
            host: "邮件 服务器",
            port: "0",
            sender: "办公室",
            authority: "abc",
            base: "javascript:x",
            ..typed()
        };
        let Err(Error::Invalid(errors)) = bad.read(None, &KEY) else {
            panic!("taken");
        };
        let fields: Vec<&str> = errors.0.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["host", "port", "sender", "authority", "base"]);
    }
}
