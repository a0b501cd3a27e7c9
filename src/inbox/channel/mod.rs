//! Ways out beside mail (消息通道): the robot of a group in 企业微信, 钉钉 or 飞书, and an SMS gateway. Here: what one is
//! and how an administrator sets it up. Not here: the words (`words`), the wire (`wire`), when it goes (`round`).
//! Invariant: address and secret never come back out; another address asks for its secret anew.

mod channel_store;
pub mod round;
mod sign;
mod wire;
mod words;

pub use channel_store::{Push, count_waiting, list_channels, list_pushes};

use crate::inbox::server::Trouble;
use crate::kit::{DeptId, Error, FieldErrors, Result, secret, text};
use crate::store::{Query, Write};
use channel_store as store;

/// What address and secret are sealed for.
const ABOUT: &str = "channel";
/// Letters of an address or a template.
const LONGEST: usize = 2_000;

/// What stands at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 企业微信、政务微信群机器人
    WeCom,
    /// 钉钉、专有钉钉群机器人
    DingTalk,
    /// 飞书群机器人
    Feishu,
    /// 短信平台
    Sms,
}

impl Kind {
    /// In the order they are offered.
    pub const ALL: [Self; 4] = [Self::WeCom, Self::DingTalk, Self::Feishu, Self::Sms];

    /// As stored and posted.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::WeCom => "wecom",
            Self::DingTalk => "dingtalk",
            Self::Feishu => "feishu",
            Self::Sms => "sms",
        }
    }

    /// The kind of a stored or posted word.
    #[must_use]
    pub fn of(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.id() == id)
    }

    /// As people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::WeCom => "企业微信群机器人",
            Self::DingTalk => "钉钉群机器人",
            Self::Feishu => "飞书群机器人",
            Self::Sms => "短信平台",
        }
    }

    /// How its addresses begin, where everybody's do.
    #[must_use]
    pub const fn usual(self) -> &'static str {
        match self {
            Self::WeCom => "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=",
            Self::DingTalk => "https://oapi.dingtalk.com/robot/send?access_token=",
            Self::Feishu => "https://open.feishu.cn/open-apis/bot/v2/hook/",
            Self::Sms => "",
        }
    }
}

/// One way out.
#[derive(Clone)]
pub struct Channel {
    /// Its number; 0 before it is kept.
    pub id: i64,
    /// Counted up by who saves; 0 before it is kept.
    pub rev: i64,
    /// What stands at the other end.
    pub kind: Kind,
    /// 党政办工作群
    pub name: String,
    /// Whose alerts go there; none: the whole office's. An SMS goes to whoever asked for it.
    pub dept: Option<DeptId>,
    address: Vec<u8>,
    secret: Option<Vec<u8>>,
    /// A word 钉钉 asks for in every message; may be empty.
    pub keyword: String,
    /// What a gateway is sent; empty sends everything in the address.
    pub body: String,
    /// What a gateway answers where it took the message; empty: any answer.
    pub expects: String,
    /// Certificate of a private authority, PEM; empty trusts the public ones.
    pub authority: String,
    /// Whether titles are said; otherwise only how many.
    pub titles: bool,
    /// Whether anything goes.
    pub on_now: bool,
    /// Alerts up to this one are not its matter.
    since: i64,
    /// Why nothing can be sent now.
    pub trouble: Trouble,
}

impl Channel {
    /// Host of its address, which may be shown; none where it was sealed on another machine.
    #[must_use]
    pub fn host(&self, key: &[u8; 32]) -> Option<String> {
        let address = self.address(key)?;
        parts(&address).map(|(_, host)| host.to_owned())
    }

    /// Whether what is sent can be read on its way.
    #[must_use]
    pub fn is_clear(&self, key: &[u8; 32]) -> bool {
        let address = self.address(key);
        address.is_some_and(|a| a.to_ascii_lowercase().starts_with("http://"))
    }

    /// Whether a secret is kept.
    #[must_use]
    pub const fn has_secret(&self) -> bool {
        self.secret.is_some()
    }

    fn address(&self, key: &[u8; 32]) -> Option<String> {
        opened(key, &self.address)
    }

    fn secret(&self, key: &[u8; 32]) -> Option<String> {
        opened(key, self.secret.as_ref()?)
    }
}

fn opened(key: &[u8; 32], sealed: &[u8]) -> Option<String> {
    String::from_utf8(secret::open(key, ABOUT, sealed)?).ok()
}

/// A way out as typed.
pub struct Typed<'a> {
    pub kind: Kind,
    pub name: &'a str,
    pub dept: Option<DeptId>,
    /// Empty keeps the one there is.
    pub address: &'a str,
    /// Empty keeps the one there is, as long as the address stays.
    pub secret: &'a str,
    pub keyword: &'a str,
    pub body: &'a str,
    pub expects: &'a str,
    pub authority: &'a str,
    pub titles: bool,
    pub on_now: bool,
    pub rev: i64,
}

impl Typed<'_> {
    /// What it means, or what is wrong with it.
    pub fn read(&self, before: Option<&Channel>, key: &[u8; 32]) -> Result<Channel> {
        let mut errors = FieldErrors::default();
        let name = text::one_line(self.name);
        if name.is_empty() || name.chars().count() > 40 {
            errors.add("name", "请起个名字，例如 党政办工作群，40 个字以内");
        }
        let typed = self.address.trim();
        let address = match (typed, before) {
            ("", Some(b)) => b.address.clone(),
            _ => {
                if let Some(why) = self.wrong(typed) {
                    errors.add("address", why);
                }
                secret::seal(key, ABOUT, typed.as_bytes())?
            }
        };
        let kept = before.filter(|_| typed.is_empty());
        let secret = match self.secret.trim() {
            "" => kept.and_then(|b| b.secret.clone()),
            typed => Some(secret::seal(key, ABOUT, typed.as_bytes())?),
        };
        let body = self.body.trim();
        if body.len() > LONGEST {
            errors.add("body", "这个模板太长了，请写 2000 个字母以内");
        }
        let authority = self.authority.trim();
        if !authority.is_empty() && !wire::is_certificate(authority) {
            errors.add(
                "authority",
                "这不是证书。请用记事本打开 .crt 或 .pem 文件，把从 -----BEGIN CERTIFICATE----- 开始的内容全部粘贴过来",
            );
        }
        errors.check(Channel {
            id: before.map_or(0, |b| b.id),
            rev: self.rev,
            kind: self.kind,
            name,
            dept: self.dept.filter(|_| self.kind != Kind::Sms),
            address,
            secret,
            keyword: text::one_line(self.keyword),
            body: body.to_owned(),
            expects: text::one_line(self.expects),
            authority: authority.to_owned(),
            titles: self.titles,
            on_now: self.on_now,
            since: before.map_or(0, |b| b.since),
            trouble: Trouble::default(),
        })
    }

    /// What is wrong with the address.
    fn wrong(&self, address: &str) -> Option<String> {
        let usual = match self.kind.usual() {
            "" => "请写短信平台给的接口地址，以 http:// 或 https:// 开头".to_owned(),
            usual => format!("请把群里机器人的 Webhook 地址整个粘贴过来，一般以 {usual} 开头"),
        };
        let plain = address.len() <= LONGEST && address.chars().all(|c| c.is_ascii_graphic());
        let Some((_, host)) = parts(address).filter(|_| plain) else {
            return Some(usual);
        };
        // the address of clouds' own services: nothing of an office stands there (S43)
        if host.starts_with("169.254.") || host.starts_with("[fe80") {
            return Some(
                "这是这台电脑自己的临时地址，不会是机器人或短信平台。请核对以后再填".into(),
            );
        }
        let asks = self.kind == Kind::Sms;
        let both = format!("{address}{}", self.body);
        if asks && !(both.contains("{phone}") && both.contains("{text}")) {
            return Some("短信要发给谁、发什么，要在地址或下面的内容里写明：手机号的位置写 {phone}，短信内容的位置写 {text}".into());
        }
        None
    }
}

/// Scheme and host (with port) of an address.
fn parts(address: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = address.split_once("://")?;
    let known = ["http", "https"]
        .iter()
        .any(|s| scheme.eq_ignore_ascii_case(s));
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
    (known && !host.is_empty() && host.chars().all(plain)).then_some((scheme, host))
}

/// One of them.
pub fn find(q: &impl Query, id: i64) -> Result<Channel> {
    let mut all = store::list_channels(q)?.into_iter();
    all.find(|c| c.id == id).ok_or(Error::NotFound)
}

/// The first that cannot send, in words: its name and why.
pub fn trouble(q: &impl Query) -> Result<Option<String>> {
    let all = store::list_channels(q)?;
    let bad = all.iter().find(|c| c.on_now && !c.trouble.words.is_empty());
    Ok(bad.map(|c| format!("“{}”发不出去：{}", c.name, c.trouble.words)))
}

/// Keeps it; a new one begins with what is told from now on. Gives its number.
pub fn keep(w: &mut Write<'_>, channel: &Channel) -> Result<i64> {
    w.quiet("消息通道设置，不影响各类清单");
    w.note(format!("{} {}", channel.kind.id(), channel.name));
    match channel.id {
        0 => store::insert_channel(w, channel),
        id => store::set_channel(w, channel).map(|()| id),
    }
}

/// Takes it away: nothing goes through it any more, what waits neither.
pub fn take(w: &mut Write<'_>, channel: &Channel) -> Result<()> {
    w.quiet("消息通道设置，不影响各类清单");
    w.note(format!("删掉 {} {}", channel.kind.id(), channel.name));
    store::take_channel(w, channel.id)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [5; 32];

    fn typed(kind: Kind, address: &str) -> Typed<'_> {
        Typed {
            kind,
            name: " 党政办工作群 ",
            dept: None,
            address,
            secret: "SEC1",
            keyword: "",
            body: "",
            expects: "",
            authority: "",
            titles: false,
            on_now: true,
            rev: 0,
        }
    }

    fn wrong(typed: &Typed<'_>) -> Vec<String> {
        match typed.read(None, &KEY) {
            Err(Error::Invalid(errors)) => errors.0.into_iter().map(|e| e.field).collect(),
            Ok(_) => Vec::new(),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn address_and_secret_are_sealed_and_stay_together() {
        let first = typed(
            Kind::DingTalk,
            "https://oapi.dingtalk.com/robot/send?access_token=abc",
        );
        let first = first.read(None, &KEY).unwrap();
        assert_eq!(first.host(&KEY).unwrap(), "oapi.dingtalk.com");
        assert!(!first.address.windows(3).any(|w| w == b"abc"));
        assert_eq!(first.secret(&KEY).unwrap(), "SEC1");
        let same = Typed {
            secret: "",
            ..typed(Kind::DingTalk, "")
        };
        assert_eq!(
            same.read(Some(&first), &KEY).unwrap().secret(&KEY).unwrap(),
            "SEC1"
        );
        let moved = Typed {
            secret: "",
            ..typed(Kind::DingTalk, "https://evil.example/x")
        };
        assert!(!moved.read(Some(&first), &KEY).unwrap().has_secret());
    }

    #[test]
    fn what_is_no_address_is_said() {
        for bad in [
            "",
            "x",
            "ftp://a/b",
            "https://",
            "file:///etc/passwd",
            "https://a b/c",
            "http://169.254.169.254/x",
            "https://u@h/x",
        ] {
            assert_eq!(wrong(&typed(Kind::WeCom, bad)), ["address"], "{bad}");
        }
        assert!(wrong(&typed(Kind::WeCom, "http://10.1.2.3:8080/hook?key=1")).is_empty());
        assert_eq!(
            wrong(&typed(Kind::Sms, "https://sms.example.cn/send")),
            ["address"]
        );
        let body = Typed {
            body: "mobile={phone}&content={text}",
            ..typed(Kind::Sms, "https://sms.example.cn/send")
        };
        assert!(wrong(&body).is_empty());
    }
}
