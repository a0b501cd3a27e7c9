//! A small blocking HTTP/1.1 client that hides nothing: Host, cookies and every header are in the
//! test's hands, one connection a request, redirects are not followed. The address may be any
//! loopback address: to the server 127.0.0.2 is "the LAN", since its local address is not 127.0.0.1.

use super::reply::{Reply, is_whole};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use std::{
    cell::RefCell,
    fmt::Write as _,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

const PATIENCE: Duration = Duration::from_secs(60);

/// What a thread ends with whose server was killed in the middle of a request: see [`may_vanish`].
pub struct Gone;

thread_local! {
    static KILLED: RefCell<Option<Arc<AtomicBool>>> = const { RefCell::new(None) };
}

/// From now on this thread's server may be killed: where the flag is up, a request that gets no whole
/// answer unwinds quietly with [`Gone`] instead of failing the test.
pub fn may_vanish(killed: Arc<AtomicBool>) {
    KILLED.set(Some(killed));
}

fn no_answer(why: &str) -> ! {
    let killed = KILLED.with_borrow(|k| k.as_ref().is_some_and(|k| k.load(Ordering::SeqCst)));
    if killed {
        std::panic::resume_unwind(Box::new(Gone));
    }
    panic!("{why}");
}

/// One browser-like visitor: an address and a cookie jar.
#[derive(Clone)]
pub struct Http {
    pub address: SocketAddr,
    /// Name and value, as the server set them.
    pub cookies: Vec<(String, String)>,
    /// What it trusts, where it speaks over an encrypted connection.
    pub tls: Option<Arc<ClientConfig>>,
}

trait Stream: Read + Write {}

impl<T: Read + Write> Stream for T {}

/// A request as it will stand on the wire.
#[derive(Debug, Clone)]
pub struct Request {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// A part of a multipart form.
pub struct Part<'a> {
    pub name: &'a str,
    /// File name and content type; `None` for an ordinary field.
    pub file: Option<(&'a str, &'a str)>,
    pub bytes: &'a [u8],
}

impl Request {
    pub fn new(method: &str, target: &str) -> Self {
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// Sets a header. `Host`, `Origin`, `Cookie` and `Content-Length` given here replace the usual ones;
    /// an empty value leaves the header out.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn body(mut self, kind: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = bytes.into();
        self.header("Content-Type", kind)
    }

    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let pairs: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        self.body("application/x-www-form-urlencoded", pairs.join("&"))
    }

    pub fn multipart(self, parts: &[Part<'_>]) -> Self {
        let edge = "----inkstone-test-7d1c";
        let mut body = Vec::new();
        for Part { name, file, bytes } in parts {
            let head = match file {
                Some((file, kind)) => format!("; filename=\"{file}\"\r\nContent-Type: {kind}"),
                None => String::new(),
            };
            write!(
                body,
                "--{edge}\r\nContent-Disposition: form-data; name=\"{name}\"{head}\r\n\r\n"
            )
            .unwrap();
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        write!(body, "--{edge}--\r\n").unwrap();
        self.body(&format!("multipart/form-data; boundary={edge}"), body)
    }

    fn has(&self, name: &str) -> bool {
        self.headers
            .iter()
            .any(|(n, _)| n.eq_ignore_ascii_case(name))
    }

    fn wire(&self, (scheme, host): (&str, &str), cookies: &str) -> Vec<u8> {
        let mut usual = vec![("Host", host.to_owned()), ("Connection", "close".into())];
        if self.method != "GET" && self.method != "HEAD" {
            usual.push(("Origin", format!("{scheme}://{host}")));
            usual.push(("Content-Length", self.body.len().to_string()));
        }
        if !cookies.is_empty() {
            usual.push(("Cookie", cookies.to_owned()));
        }
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        for (name, value) in usual.into_iter().filter(|(name, _)| !self.has(name)) {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        for (name, value) in self.headers.iter().filter(|(_, value)| !value.is_empty()) {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        let mut wire = (head + "\r\n").into_bytes();
        wire.extend_from_slice(&self.body);
        wire
    }
}

impl Http {
    pub fn to(address: SocketAddr) -> Self {
        Self {
            address,
            cookies: Vec::new(),
            tls: None,
        }
    }

    /// The same over an encrypted connection.
    pub fn sealed(address: SocketAddr, trusting: Arc<ClientConfig>) -> Self {
        Self {
            tls: Some(trusting),
            ..Self::to(address)
        }
    }

    pub fn get(&mut self, target: &str) -> Reply {
        self.send(&Request::new("GET", target))
    }

    pub fn post(&mut self, target: &str, fields: &[(&str, &str)]) -> Reply {
        self.send(&Request::new("POST", target).form(fields))
    }

    /// Opens `page`, takes the hidden fields of its form that posts to `action` (tokens, revisions),
    /// adds these and posts it, as a person would.
    pub fn submit(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Reply {
        let page = self.get(page);
        let mut all = page.hidden(action);
        all.retain(|(name, _)| !fields.iter().any(|(n, _)| n == name));
        let mut all: Vec<(&str, &str)> = all.iter().map(|(n, v)| (&**n, &**v)).collect();
        all.extend_from_slice(fields);
        self.post(action, &all)
    }

    /// The same for a form with files; `page` is open already.
    pub fn submit_parts(&mut self, page: &Reply, action: &str, parts: Vec<Part<'_>>) -> Reply {
        let hidden = page.hidden(action);
        let hidden = hidden.iter().map(|(name, value)| Part {
            name,
            file: None,
            bytes: value.as_bytes(),
        });
        let all: Vec<Part<'_>> = hidden.chain(parts).collect();
        self.send(&Request::new("POST", action).multipart(&all))
    }

    /// Sends the request and keeps the cookies that come back.
    pub fn send(&mut self, request: &Request) -> Reply {
        let pairs: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let host = self.address.to_string();
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        let wire = request.wire((scheme, &host), &pairs.join("; "));
        let bytes = self.exchange(&wire, is_whole);
        if KILLED.with_borrow(Option::is_some) && !is_whole(&bytes) {
            no_answer("the answer broke off");
        }
        let reply = Reply::parse(&bytes);
        for cookie in reply.all("Set-Cookie") {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(n, _)| n != name);
            if !value.is_empty() {
                self.cookies
                    .push((name.trim().to_owned(), value.to_owned()));
            }
        }
        reply
    }

    /// Bytes out, bytes back until the server closes: for requests no client would send.
    pub fn raw(&self, wire: &[u8]) -> Vec<u8> {
        self.exchange(wire, |_| false)
    }

    fn exchange(&self, wire: &[u8], is_whole: impl Fn(&[u8]) -> bool) -> Vec<u8> {
        let stream = TcpStream::connect(self.address)
            .unwrap_or_else(|why| no_answer(&format!("{}: {why}", self.address)));
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut stream: Box<dyn Stream> = match &self.tls {
            None => Box::new(stream),
            Some(trusting) => {
                let name = ServerName::from(self.address.ip());
                let connection = ClientConnection::new(trusting.clone(), name).unwrap();
                Box::new(StreamOwned::new(connection, stream))
            }
        };
        // a server may answer and close before it has read all that was sent: the answer counts
        let sent = stream.write_all(wire);
        let (mut bytes, mut piece) = (Vec::new(), [0; 16 * 1024]);
        while !is_whole(&bytes) {
            match stream.read(&mut piece) {
                Ok(0) => break,
                Ok(n) => bytes.extend_from_slice(&piece[..n]),
                Err(_) if sent.is_err() => break,
                Err(why) => no_answer(&format!(
                    "{} went silent: {why}; so far {} bytes",
                    self.address,
                    bytes.len()
                )),
            }
        }
        if bytes.is_empty() {
            no_answer(&format!("no answer from {}: {sent:?}", self.address));
        }
        bytes
    }
}

/// Percent-encoded, as in a form or an address.
pub fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(byte.into())
            }
            b' ' => out.push('+'),
            _ => write!(out, "%{byte:02X}").unwrap(),
        }
        out
    })
}
