//! Speaking SMTP: one connection, one letter, and what came of it in plain words. The one door to
//! lettre; blocking, so it is only called on the mail thread and where an administrator waits for it.
//! Invariant: every outcome says whether the letter may have arrived: only `Unknown` may be a repeat.

use super::server::{Security, Server};
use crate::kit::Millis;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, SmtpConnection, Tls, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, Message};
use std::error::Error as StdError;
use std::io::ErrorKind;
use std::time::{Duration, UNIX_EPOCH};

/// A letter ready to go.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Name and address it comes from.
    pub from: (String, String),
    /// Name and address it goes to.
    pub to: (String, String),
    /// One line.
    pub subject: String,
    /// For programs that show text.
    pub text: String,
    /// For those that show HTML.
    pub html: String,
    /// The same for every try, so that a repeat is known by it.
    pub message_id: String,
    /// Its date.
    pub at: Millis,
}

/// What came of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server has it.
    Sent,
    /// Not now; nothing arrived.
    Later(String),
    /// Never to this mailbox; nothing arrived.
    Refused(String),
    /// The connection went after the letter: it may have arrived.
    Unknown(String),
    /// The server takes nothing of ours at all.
    Away(Away),
}

/// Why a server takes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Away {
    /// What is wrong and what to do.
    pub words: String,
    /// Whether it will stay so until somebody changes the settings.
    pub ours: bool,
}

/// An open, logged-in connection.
pub struct Wire {
    conn: SmtpConnection,
}

/// Whether this is one or several certificates in PEM.
#[must_use]
pub fn is_certificate(pem: &str) -> bool {
    pem.contains("-----BEGIN CERTIFICATE-----")
        && Certificate::from_pem(pem.as_bytes())
            .and_then(|c| tls_with("localhost", Some(c)))
            .is_ok()
}

fn tls_with(host: &str, authority: Option<Certificate>) -> Result<TlsParameters, Error> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(authority) = authority {
        builder = builder.add_root_certificate(authority);
    }
    builder.build_rustls()
}

impl Wire {
    /// Connects, protects the line, logs in.
    pub fn open(server: &Server, password: Option<&str>, patience: Duration) -> Result<Self, Away> {
        let tls = protection(server)?;
        let domain = server.sender.split('@').nth(1).unwrap_or("localhost");
        // not this PC's name: many are Chinese, and SMTP knows no such letters
        let hello = ClientId::Domain(domain.to_owned());
        let at_once = match &tls {
            Tls::Wrapper(t) => Some(t),
            _ => None,
        };
        let place = (server.host.as_str(), server.port);
        let mut conn = SmtpConnection::connect(place, Some(patience), &hello, at_once, None)
            .map_err(|e| away(&e, server))?;
        if let Tls::Required(tls) = &tls {
            if !conn.can_starttls() {
                conn.abort();
                return Err(Away {
                    words: "邮件服务器在这个端口上不提供 STARTTLS 加密。请核对端口，或者改选“一连上就加密”".into(),
                    ours: true,
                });
            }
            conn.starttls(tls, &hello).map_err(|e| away(&e, server))?;
        }
        if !server.login.is_empty() {
            log_in(&mut conn, server, password)?;
        }
        Ok(Self { conn })
    }

    /// Sends one letter. After anything but `Sent` the connection is not to be used again.
    pub fn send(&mut self, letter: &Letter) -> Outcome {
        let (message, from, to) = match written(letter) {
            Ok(ready) => ready,
            Err(why) => return Outcome::Refused(why),
        };
        if let Err(e) = self.conn.command(Mail::new(Some(from), Vec::new())) {
            if e.is_permanent() {
                return Outcome::Away(Away {
                    words: format!(
                        "邮件服务器不让用这个发件地址。请核对发件人是不是登录的那个邮箱{}",
                        quoted(&e)
                    ),
                    ours: true,
                });
            }
            return before_data(&e);
        }
        if let Err(e) = self.conn.command(Rcpt::new(to, Vec::new())) {
            return before_data(&e);
        }
        if let Err(e) = self.conn.command(Data) {
            return before_data(&e);
        }
        match self.conn.message(&message) {
            Ok(_) => Outcome::Sent,
            Err(e) if e.is_permanent() || e.is_transient() => before_data(&e),
            Err(e) => Outcome::Unknown(format!(
                "信送过去以后连接断了，不知道对方收没收到，会再发一次{}",
                quoted(&e)
            )),
        }
    }

    /// Says goodbye; what the server thinks of it does not matter.
    pub fn close(mut self) {
        let _ = self.conn.quit();
    }
}

fn protection(server: &Server) -> Result<Tls, Away> {
    let wrong = |_| Away {
        words: "填写的机构证书不能用。请在“邮件设置”里重新粘贴".to_owned(),
        ours: true,
    };
    let tls = || {
        let authority = match server.authority.as_str() {
            "" => None,
            pem => Some(Certificate::from_pem(pem.as_bytes()).map_err(wrong)?),
        };
        tls_with(&server.host, authority).map_err(wrong)
    };
    Ok(match server.security {
        Security::None => Tls::None,
        Security::StartTls => Tls::Required(tls()?),
        Security::Tls => Tls::Wrapper(tls()?),
    })
}

fn log_in(conn: &mut SmtpConnection, server: &Server, password: Option<&str>) -> Result<(), Away> {
    let ours = |words: String| Away { words, ours: true };
    let Some(password) = password else {
        return Err(ours(
            "邮箱密码是在另一台电脑上存的，这台打不开。请在“邮件设置”里重新填一次".into(),
        ));
    };
    let credentials = Credentials::new(server.login.clone(), password.to_owned());
    let known = [Mechanism::Plain, Mechanism::Login];
    match conn.auth(&known, &credentials) {
        Ok(_) => Ok(()),
        Err(e) if e.is_permanent() => Err(ours(format!(
            "邮件服务器不认这个登录名和密码。请核对，很多邮箱要用“授权码”而不是登录密码{}",
            quoted(&e)
        ))),
        Err(e) if e.is_client() => Err(ours(
            "邮件服务器在这条线路上不让登录。请改选一种加密方式，或者把登录名空着".into(),
        )),
        Err(e) => Err(away(&e, server)),
    }
}

/// Nothing has arrived: refused for good, or later.
fn before_data(e: &Error) -> Outcome {
    if e.is_permanent() {
        return Outcome::Refused(format!("对方邮件服务器退了信，请核对邮箱地址{}", quoted(e)));
    }
    if e.is_transient() {
        return Outcome::Later(format!("邮件服务器现在不收，过一会儿再发{}", quoted(e)));
    }
    Outcome::Later(format!("发到一半连接断了，过一会儿再发{}", quoted(e)))
}

/// The message as it goes over the wire, with its two addresses.
fn written(letter: &Letter) -> Result<(Vec<u8>, Address, Address), String> {
    let address = |text: &str| {
        let parsed = text.parse::<Address>();
        parsed.map_err(|_| format!("邮箱地址“{text}”写得不对，请改正"))
    };
    let (from, to) = (address(&letter.from.1)?, address(&letter.to.1)?);
    // a line break in a name is refused by panic there
    let plain = |text: &str| -> String {
        let line = crate::kit::text::one_line(text);
        line.chars().filter(|c| !c.is_control()).collect()
    };
    let mailbox = |name: &str, at: &Address| {
        Mailbox::new(Some(plain(name)).filter(|n| !n.is_empty()), at.clone())
    };
    let since = Duration::from_millis(u64::try_from(letter.at.0).unwrap_or(0));
    let mut message = Message::builder()
        .from(mailbox(&letter.from.0, &from))
        .to(mailbox(&letter.to.0, &to))
        .subject(plain(&letter.subject))
        .message_id(Some(letter.message_id.clone()))
        .date(UNIX_EPOCH + since)
        .multipart(MultiPart::alternative_plain_html(
            letter.text.clone(),
            letter.html.clone(),
        ))
        .map_err(|e| format!("这封信写不成：{e}"))?;
    // no holiday notice comes back (RFC 3834)
    let name = HeaderName::new_from_ascii_str("Auto-Submitted");
    let value = HeaderValue::new(name, "auto-generated".to_owned());
    message.headers_mut().insert_raw(value);
    Ok((message.formatted(), from, to))
}

/// Why the server cannot be had, in words.
fn away(e: &Error, server: &Server) -> Away {
    let place = format!("{}:{}", server.host, server.port);
    let said = chain(e);
    let has = |words: &[&str]| words.iter().any(|w| said.contains(w));
    let kind = io_kind(e);
    let (words, ours) = if has(&["UnknownIssuer", "SelfSigned", "CaUsedAsEndEntity"]) {
        (
            "邮件服务器的证书不是公认的机构发的，不能确定它是不是真的，没有发。如果是本单位自己的服务器，请把发证机构的证书粘贴到“邮件设置”里",
            true,
        )
    } else if has(&["NotValidForName"]) {
        (
            "邮件服务器的证书写的是另一个名字，没有发。请按证书上的名字填写服务器地址",
            true,
        )
    } else if has(&["Expired", "NotValidYet"]) {
        (
            "邮件服务器的证书过期了或还没到日子，没有发。请核对这台电脑的日期，或请邮件服务器的管理员换证书",
            true,
        )
    } else if has(&["certificate", "Certificate"]) {
        (
            "邮件服务器的证书有问题，没有发。请与邮件服务器的管理员联系",
            true,
        )
    } else if e.is_tls()
        || has(&[
            "InvalidContentType",
            "corrupt message",
            "HandshakeFailure",
            "invalid message",
        ])
    {
        (
            "和邮件服务器谈不成加密。请核对端口和加密方式是不是配套",
            true,
        )
    } else if kind == Some(ErrorKind::ConnectionRefused) {
        ("邮件服务器没有开，或者端口不对", false)
    } else if e.is_timeout() || matches!(kind, Some(ErrorKind::TimedOut | ErrorKind::WouldBlock)) {
        (
            "邮件服务器没有回应。请核对网络、服务器地址和加密方式",
            false,
        )
    } else if has(&["lookup", "resolve", "No such host", "Name or service"]) {
        (
            "找不到这个邮件服务器。请核对服务器地址，以及这台电脑能不能上网",
            false,
        )
    } else if e.is_permanent() {
        ("邮件服务器不接待我们。请与邮件服务器的管理员联系", true)
    } else if e.is_transient() {
        ("邮件服务器现在忙，过一会儿再试", false)
    } else {
        ("和邮件服务器的连接断了，过一会儿再试", false)
    };
    Away {
        words: format!("{words}（{place}）{}", quoted(e)),
        ours,
    }
}

/// The server's own words, for whoever looks after it.
fn quoted(e: &Error) -> String {
    let said: String = match e.status() {
        Some(code) => {
            let words = e.source().map(ToString::to_string).unwrap_or_default();
            format!("{code} {words}")
        }
        None => e.to_string(),
    };
    let line = crate::kit::text::one_line(&said);
    let short: String = line.chars().take(200).collect();
    format!("。原话：{short}")
}

fn chain(e: &Error) -> String {
    let mut said = e.to_string();
    let mut next = e.source();
    while let Some(cause) = next {
        let words = format!("{cause} {cause:?}");
        if !said.contains(&words) {
            said.push_str("; ");
            said.push_str(&words);
        }
        next = cause.source();
    }
    said
}

fn io_kind(e: &Error) -> Option<ErrorKind> {
    let mut next = e.source();
    while let Some(cause) = next {
        if let Some(io) = cause.downcast_ref::<std::io::Error>() {
            return Some(io.kind());
        }
        next = cause.source();
    }
    None
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn letter(name: &str, subject: &str) -> Letter {
        Letter {
            from: ("砚田镇人民政府办公平台".into(), "bgs@example.gov.cn".into()),
            to: (name.into(), "zs@example.gov.cn".into()),
            subject: subject.into(),
            text: "正文".into(),
            html: "<p>正文</p>".into(),
            message_id: "<abc@example.gov.cn>".into(),
            at: Millis(1_773_000_000_000),
        }
    }

    #[test]
    fn s19_names_and_subjects_add_no_header() {
        let evil = "张三\r\nBcc: x@evil.example";
        let (message, ..) = written(&letter(evil, evil)).unwrap();
        let text = String::from_utf8(message).unwrap();
        let head = text.split("\r\n\r\n").next().unwrap();
        assert!(
            !head
                .lines()
                .any(|l| l.to_ascii_lowercase().starts_with("bcc")),
            "{head}"
        );
        assert!(head.is_ascii(), "{head}");
        assert!(head.contains("Message-ID: <abc@example.gov.cn>"), "{head}");
        assert!(head.contains("Auto-Submitted: auto-generated"), "{head}");
    }

    #[test]
    fn the_same_letter_is_written_the_same() {
        let heads = |l: &Letter| {
            let (message, ..) = written(l).unwrap();
            let text = String::from_utf8(message).unwrap();
            let known = ["Subject", "Date", "Message-ID", "From", "To"];
            let lines = text
                .lines()
                .filter(|l| known.iter().any(|k| l.starts_with(k)));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        let one = letter("张三", "待办提醒：3 件");
        assert_eq!(heads(&one), heads(&one));
        assert_eq!(heads(&one).len(), 5);
    }
}
