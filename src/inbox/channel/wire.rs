//! The wire of a channel: one POST (or GET) and what its answer means, in words. The only door to the HTTP client.
//! Not here: when it is tried again. Invariant: no redirect is followed, no proxy of the environment used (S43); what an
//! answer says is shown shortly and never read as more than sent, later or refused.

use super::{Channel, Kind, sign};
use crate::kit::{Millis, text};
use serde_json::{Value, json};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body, http::Response};

/// How long the other end may keep us waiting.
const PATIENCE: Duration = Duration::from_secs(15);
/// Bytes of an answer that are read.
const MOST: u64 = 16 * 1024;

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The other end says it took it.
    Sent,
    /// It could not be asked, or is busy.
    Later(String),
    /// It will not take it as things are set.
    Refused(String),
}

/// Whether a text holds a certificate.
pub(super) fn is_certificate(pem: &str) -> bool {
    !certificates(pem).is_empty()
}

fn certificates(pem: &str) -> Vec<Certificate<'static>> {
    let items = parse_pem(pem.as_bytes()).filter_map(|item| match item {
        Ok(PemItem::Certificate(c)) => Some(c),
        _ => None,
    });
    items.collect()
}

/// One message as it goes on the wire.
#[derive(Debug, PartialEq, Eq)]
struct Request {
    address: String,
    /// Its type and its bytes; none is a GET.
    body: Option<(&'static str, String)>,
}

/// Sends these words; `phone` where the other end is a gateway.
pub(super) fn send(
    channel: &Channel,
    key: &[u8; 32],
    (phone, words): (&str, &str),
    now: Millis,
) -> Outcome {
    let Some(address) = channel.address(key) else {
        return Outcome::Refused(
            "地址是在另一台电脑上存的，这里打不开。请重新填一次地址和密钥".into(),
        );
    };
    let secret = channel.secret(key);
    let request = request(channel, (&address, secret.as_deref()), (phone, words), now);
    match ask(&channel.authority, &request) {
        Ok(response) => answer(channel, response),
        Err(e) => Outcome::Later(reason(&e)),
    }
}

fn request(
    channel: &Channel,
    (address, secret): (&str, Option<&str>),
    (phone, words): (&str, &str),
    now: Millis,
) -> Request {
    const JSON: &str = "application/json; charset=utf-8";
    let words = match channel.keyword.as_str() {
        "" => words.to_owned(),
        keyword if words.contains(keyword) => words.to_owned(),
        keyword => format!("{keyword} {words}"),
    };
    match channel.kind {
        Kind::WeCom => {
            let body = json!({ "msgtype": "text", "text": { "content": words } });
            Request {
                address: address.to_owned(),
                body: Some((JSON, body.to_string())),
            }
        }
        Kind::DingTalk => {
            let signed = secret.map(|s| sign::dingtalk(s, now)).unwrap_or_default();
            let body = json!({ "msgtype": "text", "text": { "content": words } });
            Request {
                address: format!("{address}{signed}"),
                body: Some((JSON, body.to_string())),
            }
        }
        Kind::Feishu => {
            let mut body = json!({ "msg_type": "text", "content": { "text": words } });
            if let (Some(secret), Some(fields)) = (secret, body.as_object_mut()) {
                let (seconds, signature) = sign::feishu(secret, now);
                fields.insert("timestamp".into(), json!(seconds));
                fields.insert("sign".into(), json!(signature));
            }
            Request {
                address: address.to_owned(),
                body: Some((JSON, body.to_string())),
            }
        }
        Kind::Sms => {
            let time = (now.0 / 1000).to_string();
            let signature = sign::gateway(secret, (phone, &words, &time));
            let values = [
                ("phone", phone),
                ("text", words.as_str()),
                ("time", time.as_str()),
                ("sign", signature.as_str()),
            ];
            let is_json = channel.body.starts_with(['{', '[']);
            let body = match (channel.body.as_str(), is_json) {
                ("", _) => None,
                (template, true) => Some((JSON, sign::filled(template, &values, in_json))),
                (template, false) => Some((
                    "application/x-www-form-urlencoded; charset=utf-8",
                    sign::filled(template, &values, sign::percent),
                )),
            };
            Request {
                address: sign::filled(address, &values, sign::percent),
                body,
            }
        }
    }
}

/// Inside the quotation marks of a JSON text.
fn in_json(value: &str) -> String {
    let quoted = json!(value).to_string();
    quoted
        .strip_prefix('"')
        .and_then(|q| q.strip_suffix('"'))
        .unwrap_or_default()
        .to_owned()
}

fn ask(authority: &str, request: &Request) -> Result<Response<Body>, ureq::Error> {
    let roots = match certificates(authority) {
        own if own.is_empty() => RootCerts::WebPki,
        own => RootCerts::Specific(Arc::new(own)),
    };
    let agent: Agent = Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .max_redirects(0)
        .http_status_as_error(false)
        .proxy(None)
        .user_agent("inkstone")
        .tls_config(TlsConfig::builder().root_certs(roots).build())
        .build()
        .into();
    match &request.body {
        Some((kind, body)) => agent
            .post(&request.address)
            .content_type(*kind)
            .send(body.as_str()),
        None => agent.get(&request.address).call(),
    }
}

fn answer(channel: &Channel, mut response: Response<Body>) -> Outcome {
    let status = response.status().as_u16();
    let said = response
        .body_mut()
        .with_config()
        .limit(MOST)
        .lossy_utf8(true)
        .read_to_string();
    let said = said.unwrap_or_default();
    let short = text::clip(&text::one_line(&said), 120);
    if status == 429 || status >= 500 {
        return Outcome::Later(format!("对方正忙或出了故障（{status}）：{short}"));
    }
    if !(200..300).contains(&status) {
        return Outcome::Refused(format!("对方没有收下（{status}）：{short}。请核对地址"));
    }
    if channel.kind == Kind::Sms {
        return match channel.expects.as_str() {
            word if said.contains(word) => Outcome::Sent,
            word => Outcome::Refused(format!("短信平台的回答里没有“{word}”：{short}")),
        };
    }
    let parsed: Value = serde_json::from_str(&said).unwrap_or_default();
    let code = ["errcode", "code", "StatusCode"]
        .iter()
        .find_map(|k| parsed.get(k)?.as_i64());
    match code {
        Some(0) => Outcome::Sent,
        // too many messages a minute: 企业微信 45009, 钉钉 130101, 飞书 9499 and 11232
        Some(45_009 | 130_101 | 9_499 | 11_232) => {
            Outcome::Later(format!("发得太密，对方叫等一等：{short}"))
        }
        _ => Outcome::Refused(format!(
            "机器人没有收下：{short}。请核对地址、加签密钥和关键词"
        )),
    }
}

/// Why nobody answered, for who can mend it.
fn reason(e: &ureq::Error) -> String {
    match e {
        ureq::Error::HostNotFound => {
            "找不到这个网址。请核对地址；这台电脑上不了外网时，机器人和外面的短信平台都用不了"
                .into()
        }
        ureq::Error::Timeout(_) => "等了 15 秒没有回答。请看看网络通不通".into(),
        ureq::Error::Io(io) if io.kind() == io::ErrorKind::ConnectionRefused => {
            "对方没有开，或者端口不对".into()
        }
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => {
            "对方的证书不可信。本单位自己发的证书，请粘贴到“发证机构的证书”里".into()
        }
        other => format!("连不上：{other}"),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;
    use crate::inbox::channel::Typed;

    const KEY: [u8; 32] = [5; 32];
    const NOW: Millis = Millis(1_773_018_000_000);

    fn channel(kind: Kind, body: &str) -> Channel {
        let typed = Typed {
            kind,
            name: "群",
            dept: None,
            address: "https://h.example/send?to={phone}&t={text}",
            secret: "SEC1",
            keyword: "",
            body,
            expects: "",
            authority: "",
            titles: false,
            on_now: true,
            rev: 0,
        };
        typed.read(None, &KEY).unwrap()
    }

    fn made(kind: Kind, body: &str) -> Request {
        request(
            &channel(kind, body),
            ("https://h/x?k=1", Some("SEC1")),
            ("13805710006", "甲\"乙\n丙"),
            NOW,
        )
    }

    #[test]
    fn each_robot_is_spoken_to_as_it_asks() {
        let wecom = made(Kind::WeCom, "");
        assert_eq!(wecom.address, "https://h/x?k=1");
        assert_eq!(
            wecom.body.unwrap().1,
            r#"{"msgtype":"text","text":{"content":"甲\"乙\n丙"}}"#
        );
        let dingtalk = made(Kind::DingTalk, "");
        let signed = format!("https://h/x?k=1&timestamp={}&sign=", NOW.0);
        assert!(
            dingtalk.address.starts_with(&signed),
            "{}",
            dingtalk.address
        );
        let feishu: Value = serde_json::from_str(&made(Kind::Feishu, "").body.unwrap().1).unwrap();
        assert_eq!(feishu["timestamp"], "1773018000");
        assert_eq!(feishu["msg_type"], "text");
        assert_eq!(feishu["sign"].as_str().unwrap().len(), 44);
    }

    #[test]
    fn a_gateway_is_spoken_to_as_its_template_says() {
        let json = made(Kind::Sms, r#"{"m":"{phone}","c":"{text}","t":{time}}"#);
        let (kind, body) = json.body.unwrap();
        assert!(kind.starts_with("application/json"));
        let parsed: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(parsed["c"], "甲\"乙\n丙");
        assert_eq!(parsed["t"], 1_773_018_000);
        let form = made(Kind::Sms, "m={phone}&c={text}&s={sign}");
        let body = form.body.unwrap().1;
        assert!(
            body.starts_with("m=13805710006&c=%E7%94%B2%22%E4%B9%99%0A%E4%B8%99&s="),
            "{body}"
        );
        let get = channel(Kind::Sms, "");
        let address = get.address(&KEY).unwrap();
        let get = request(&get, (&address, None), ("138", "a b"), NOW);
        assert_eq!(
            get,
            Request {
                address: "https://h.example/send?to=138&t=a%20b".into(),
                body: None
            }
        );
    }
}
