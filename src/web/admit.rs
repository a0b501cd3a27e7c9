//! What is decided before a body is read, on the serving thread: is this our name, is there such a page,
//! is the server claimed. Pure look-ups; no session, no disk, no SQL.

use super::errors::Trouble;
use super::guard::From;
use super::hosts::name_of;
use super::input::Input;
use super::mount::Edge;
use super::route::Method;
use super::router::segments;
use super::urlform;
use super::visit::{Back, Visit};
use super::{CLAIM_AT, HELLO_AT, TRUST_AT};
use crate::access::Peer;
use crate::ui::frame::{COUNT_AT, PULSE_AT};
use actix_web::HttpRequest;
use actix_web::http::{Method as Verb, header};
use std::cell::OnceCell;
use std::net::{IpAddr, Ipv4Addr};

const LONGEST_ADDRESS: usize = 8 << 10;

/// The address a connection came in on, and whether it is encrypted; put there when it is accepted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Local {
    pub ip: IpAddr,
    pub https: bool,
}

/// Why a request goes no further.
pub(super) enum No {
    Trouble(Trouble),
    /// No page stands there; whoever is logged in is told so in the ordinary frame.
    Nowhere(Box<Visit>),
    /// To the claim, at the server's own screen; to the encrypted address, where all pages are there.
    Away(String),
}

impl std::convert::From<Trouble> for No {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

fn text(req: &HttpRequest, name: header::HeaderName) -> Option<&str> {
    req.headers().get(name)?.to_str().ok()
}

/// Whether the page's own script asks, and not a person.
pub(super) fn wants_json(req: &HttpRequest) -> bool {
    text(req, header::ACCEPT).is_some_and(|a| a.starts_with("application/json"))
}

/// The socket's addresses; no header is believed (S22).
fn peer_of(req: &HttpRequest) -> Peer {
    let nowhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let local = req.conn_data::<Local>();
    Peer {
        addr: req.peer_addr().map_or(nowhere, |a| a.ip()),
        local: local.map_or(nowhere, |l| l.ip),
        https: local.is_some_and(|l| l.https),
    }
}

/// Path and query as they came; the authority, if any, was refused before.
fn address(req: &HttpRequest) -> &str {
    let whole = req.uri().path_and_query();
    whole.map_or("/", |p| p.as_str())
}

impl Edge {
    /// The peer, where the request is for this server.
    pub(super) fn check_host(&self, req: &HttpRequest) -> Result<Peer, Trouble> {
        let headers = req.headers();
        let twice = headers.contains_key(header::CONTENT_LENGTH)
            && headers.contains_key(header::TRANSFER_ENCODING);
        if twice || req.uri().authority().is_some() {
            return Err(Trouble::broken());
        }
        if address(req).len() > LONGEST_ADDRESS {
            return Err(Trouble::long_address());
        }
        let peer = peer_of(req);
        let host = text(req, header::HOST).ok_or_else(Trouble::broken)?;
        let now = self.state.clock.now();
        if self.state.hosts.accepts(host, peer.local, now) {
            Ok(peer)
        } else {
            self.state.access.refuse_to(None, "host", &peer, host);
            Err(Trouble::wrong_host())
        }
    }

    /// The route's number and the visit to it, still without person and form.
    pub(super) fn admit(&self, req: &HttpRequest) -> Result<(usize, Visit), No> {
        let peer = self.check_host(req)?;
        let method = match *req.method() {
            Verb::GET | Verb::HEAD => Method::Get,
            Verb::POST => Method::Post,
            _ => return Err(Trouble::wrong_method("GET, POST").into()),
        };
        self.state.reach.hear(peer.addr, peer.local);
        if method == Method::Get
            && let Some(there) = self.over_https(req, &peer)
        {
            return Err(No::Away(there));
        }
        let path = segments(req.uri().path());
        let place = path.as_ref().and_then(|p| self.router.find(p));
        let at_claim = place.and_then(|p| p.get.or(p.post));
        if !self.state.claimed() && !at_claim.is_some_and(|n| self.claim.contains(&n)) {
            return Err(self.unclaimed(peer, method));
        }
        let (Some(path), Some(place)) = (path, place) else {
            return Err(match method {
                Method::Get => No::Nowhere(Box::new(self.visit(req, peer, method))),
                Method::Post => Trouble::not_found().into(),
            });
        };
        let (n, other) = match method {
            Method::Get => (place.get, "POST"),
            Method::Post => (place.post, "GET"),
        };
        let n = n.ok_or_else(|| Trouble::wrong_method(other))?;
        let names = self.routes.get(n).map(|r| r.names());
        let params = names
            .into_iter()
            .flatten()
            .filter_map(|(i, name)| Some((name, path.get(i)?.to_string())))
            .collect();
        let query = urlform::parse(req.query_string().as_bytes());
        let mut visit = self.visit(req, peer, method);
        visit.params = params;
        visit.unattended = self.routes.get(n).is_some_and(|r| r.unattended);
        visit.query = query.ok_or_else(Trouble::long_address)?;
        Ok((n, visit))
    }

    /// The same page at the encrypted address, where pages are there alone. What a page asks by itself is answered
    /// where it stands, and so is everything one needs to get there.
    fn over_https(&self, req: &HttpRequest, peer: &Peer) -> Option<String> {
        let tls = self.state.tls().filter(|tls| tls.is_forced())?;
        let path = req.uri().path();
        let stays = |at: &str| {
            let rest = path.strip_prefix(at);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if peer.https
            || peer.at_server()
            || !tls.vouches(peer.local)
            || wants_json(req)
            || [TRUST_AT, HELLO_AT, COUNT_AT, PULSE_AT]
                .into_iter()
                .any(stays)
        {
            return None;
        }
        let host = name_of(text(req, header::HOST)?)?;
        Some(format!("{}{}", tls.origin(host), address(req)))
    }

    /// At the server's own screen every address leads to the claim.
    fn unclaimed(&self, peer: Peer, method: Method) -> No {
        if peer.at_server() && method == Method::Get && !self.claim.is_empty() {
            No::Away(CLAIM_AT.to_owned())
        } else {
            Trouble::unclaimed().into()
        }
    }

    fn visit(&self, req: &HttpRequest, peer: Peer, method: Method) -> Visit {
        let from = From {
            host: text(req, header::HOST).unwrap_or_default(),
            origin: text(req, header::ORIGIN),
            referer: text(req, header::REFERER),
            fetch_site: text(req, header::HeaderName::from_static("sec-fetch-site")),
            https: peer.https,
        };
        let given = text(req, header::HeaderName::from_static("x-csrf"));
        Visit {
            state: self.state.clone(),
            input: Input::default(),
            at: self.state.clock.now(),
            method,
            path: address(req).to_owned(),
            params: Vec::new(),
            query: Vec::new(),
            cookies: text(req, header::COOKIE).unwrap_or_default().to_owned(),
            peer,
            request: self.state.next_request(),
            origin: from.judge(),
            wants_json: wants_json(req),
            unattended: false,
            office: self.state.office(),
            menu: self.menu.clone(),
            session: None,
            who: None,
            door: None,
            csrf: String::new(),
            given: given.map(str::to_owned),
            back: Back::default(),
            numbers: OnceCell::new(),
            probed: OnceCell::new(),
        }
    }
}
