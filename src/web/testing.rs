//! A small town behind a real server on a port of its own, and a client that hides nothing, for the
//! tests of this room and of the pages above it. Never used outside tests.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use super::state::State;
use super::{Manifest, Running, serve};
use crate::access::change::{Founder, personal};
use crate::access::{Access, Chance, Cost, Peer, Setup};
use crate::kit::Zone;
use crate::org::Role;
use crate::org::sample::{Office, town};
use crate::store::DataDir;
use std::io::{Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub const PASSWORD: &str = "门前老槐树开花了";
pub const CLERK: &str = "李文书";

pub struct Town {
    pub office: Office,
    pub state: Arc<State>,
    pub server: Running,
    root: PathBuf,
}

impl Drop for Town {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.root);
    }
}

/// Whether the clerk has claimed the server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Claimed {
    Yes,
    No,
}

impl Town {
    pub fn new(name: &str, manifests: &[Manifest], claimed: Claimed) -> Self {
        let office = town(&format!("web-{name}"));
        let post = office
            .directory()
            .with_role(Role::RecordsClerk)
            .next()
            .unwrap()
            .id;
        let clerk = office.person(CLERK, "13800000001", post);
        let setup = Setup {
            chance: Chance::System,
            cost: Cost::TEST,
            zone: Zone::BEIJING,
        };
        let access = Access::open(&office.store, setup).unwrap();
        if claimed == Claimed::Yes {
            let here = IpAddr::from([127, 0, 0, 1]);
            access
                .found(&Founder {
                    person: clerk,
                    password: PASSWORD,
                    about: &personal(&office.directory(), clerk),
                    peer: &Peer {
                        addr: here,
                        local: here,
                        https: false,
                    },
                    request: "r0",
                })
                .unwrap();
        }
        let root = std::env::temp_dir().join(format!("ink-web-{name}-{}", std::process::id()));
        let dir = DataDir::make(&root).unwrap();
        let state = State::new(&dir, office.store.clone(), office.handle.clone(), access).unwrap();
        let state = Arc::new(state);
        let listener = TcpListener::bind("0.0.0.0:0").unwrap();
        let server = serve(state.clone(), manifests, vec![listener]).unwrap();
        Self {
            office,
            state,
            server,
            root,
        }
    }

    /// Files in the spool right now.
    pub fn spooled(&self) -> usize {
        std::fs::read_dir(self.root.join("spool")).unwrap().count()
    }

    /// Somebody at the server's own screen.
    pub fn here(&self) -> Client {
        self.client([127, 0, 0, 1])
    }

    /// Somebody on the LAN: another local address.
    pub fn lan(&self) -> Client {
        self.client([127, 0, 0, 2])
    }

    fn client(&self, ip: [u8; 4]) -> Client {
        let port = self.server.addresses()[0].port();
        Client {
            to: SocketAddr::from((ip, port)),
            cookies: Vec::new(),
        }
    }

    /// The clerk's browser, logged in without the log-in page.
    pub fn clerk(&self) -> Client {
        let mut client = self.here();
        let attempt = crate::access::Attempt {
            name: CLERK,
            password: PASSWORD,
            dept: None,
            peer: &Peer {
                addr: client.to.ip(),
                local: client.to.ip(),
                https: false,
            },
            device: None,
            replaces: None,
            request: "r1",
        };
        let outcome = self
            .state
            .access
            .login(&self.office.directory(), &attempt)
            .unwrap();
        let crate::access::LoginOutcome::Entered(entered) = outcome else {
            unreachable!("{outcome:?}")
        };
        client
            .cookies
            .push((super::cookies::SESSION.into(), entered.token.text()));
        client
    }
}

pub struct Client {
    pub to: SocketAddr,
    pub cookies: Vec<(String, String)>,
}

pub struct Got {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Got {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|l| l.split_once(": "))
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v)
    }

    /// Value of the first hidden field of this name.
    pub fn hidden(&self, name: &str) -> Option<String> {
        let at = self.body.find(&format!("name=\"{name}\" value=\""))?;
        let rest = self.body[at..].split("value=\"").nth(1)?;
        Some(rest.split('"').next()?.to_owned())
    }
}

impl Client {
    pub fn get(&mut self, path: &str) -> Got {
        self.ask("GET", path, &[], b"")
    }

    /// Posts as the page's own form would.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Got {
        let origin = format!("http://{}", self.to);
        let body = form(fields);
        let heads = [
            ("Origin", origin.as_str()),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        self.ask("POST", path, &heads, body.as_bytes())
    }

    pub fn ask(&mut self, method: &str, path: &str, heads: &[(&str, &str)], body: &[u8]) -> Got {
        let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        let has = |name: &str| heads.iter().any(|(n, _)| n.eq_ignore_ascii_case(name));
        if !has("Host") {
            head.push_str(&format!("Host: {}\r\n", self.to));
        }
        if method == "POST" && !has("Content-Length") && !has("Transfer-Encoding") {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        if !self.cookies.is_empty() {
            let all: Vec<String> = self
                .cookies
                .iter()
                .map(|(n, v)| format!("{n}={v}"))
                .collect();
            head.push_str(&format!("Cookie: {}\r\n", all.join("; ")));
        }
        for (name, value) in heads {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let got = self.raw(&[head.as_bytes(), b"\r\n", body].concat());
        self.keep(&got);
        got
    }

    fn keep(&mut self, got: &Got) {
        for line in got.head.lines() {
            let Some((name, value)) = line.split_once(": ") else {
                continue;
            };
            if !name.eq_ignore_ascii_case("set-cookie") {
                continue;
            }
            let (name, value) = value.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(n, _)| n != name);
            if !value.is_empty() {
                self.cookies.push((name.into(), value.into()));
            }
        }
    }

    /// Bytes out, bytes back until the server closes.
    pub fn raw(&self, wire: &[u8]) -> Got {
        let mut stream = TcpStream::connect(self.to).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        let _ = stream.write_all(wire);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        Got {
            status: head.split(' ').nth(1).map_or(0, |s| s.parse().unwrap()),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }
}

pub fn form(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = fields
        .iter()
        .map(|(n, v)| format!("{n}={}", super::urlform::encode(v)))
        .collect();
    pairs.join("&")
}
