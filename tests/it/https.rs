//! HTTPS beside HTTP, through real sockets: what a client that trusts the office's root sees, what one session is worth
//! on the other connection, who is counted as trusting, 强制 HTTPS and its way back, the files of the kit.

mod certificates;
mod forced;
mod kit;
mod sessions;
mod trusting;

use crate::setup::wizard::{SENTENCE, claim};
use crate::support::http::Http;
use crate::support::reply::Reply;
use crate::support::town::Folder;
use inkstone::app::serve::open;
use inkstone::kit::Clock;
use inkstone::modules;
use inkstone::store::Stamp;
use inkstone::web::tls::Tls;
use inkstone::web::{self, Running, State};
use rustls::crypto::ring::default_provider;
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;

/// "The LAN" is another loopback address.
pub const LAN: [u8; 4] = [127, 0, 0, 2];
pub const ADMIN: &str = "苏简";

/// A claimed server with both listeners, on a clock that the test moves. It starts now: clients have their own.
pub struct Server {
    pub state: Arc<State>,
    pub running: Running,
    pub clock: Clock,
    /// The administrator at the server PC.
    pub here: Http,
}

impl Server {
    pub fn new(folder: &Folder) -> Self {
        let mut server = Self::over(folder, Clock::held(Clock::System.now()));
        let claimed = claim(&mut server.here);
        assert_eq!(claimed.status, 303, "{}", claimed.text());
        server
    }

    fn over(folder: &Folder, clock: Clock) -> Self {
        let state = open(&folder.dir(), clock.clone()).unwrap();
        let stamp = |action, at| Stamp::new("system:https", action, at);
        state.open_tls(&[IpAddr::from(LAN)], stamp).unwrap();
        let listen = || TcpListener::bind("0.0.0.0:0").unwrap();
        let (plain, sealed) = (vec![listen()], Some(listen()));
        let running = web::serve_both(state.clone(), &modules::every(), plain, sealed).unwrap();
        let here = Http::to(SocketAddr::from((
            [127, 0, 0, 1],
            running.addresses()[0].port(),
        )));
        Self {
            state,
            running,
            clock,
            here,
        }
    }

    /// The same files served again; the browser at the server PC keeps its cookies.
    pub fn again(self, folder: &Folder) -> Self {
        let cookies = self.here.cookies.clone();
        self.state.tls().unwrap().flush().unwrap();
        self.running.stop().unwrap();
        drop(self.state);
        let mut server = Self::over(folder, self.clock);
        server.here.cookies = cookies;
        server
    }

    pub fn tls(&self) -> &Tls {
        self.state.tls().unwrap()
    }

    /// A browser of the LAN, over plain HTTP.
    pub fn lan(&self) -> Http {
        Http::to(SocketAddr::from((LAN, self.running.addresses()[0].port())))
    }

    pub fn https_port(&self) -> u16 {
        self.running.addresses()[1].port()
    }

    /// A browser of the LAN that trusts the office's root.
    pub fn sealed(&self) -> Http {
        let trusting = trusting(&self.tls().root().der, rustls::ALL_VERSIONS);
        Http::sealed(SocketAddr::from((LAN, self.https_port())), trusting)
    }
}

/// Trusts this root and no other.
pub fn trusting(root: &[u8], versions: &[&'static SupportedProtocolVersion]) -> Arc<ClientConfig> {
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots(root))
        .with_no_client_auth();
    Arc::new(config)
}

pub fn roots(root: &[u8]) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add(root.to_vec().into()).unwrap();
    roots
}

pub fn log_in(browser: &mut Http) -> Reply {
    let fields = [("name", ADMIN), ("password", SENTENCE)];
    browser.submit("/login", "/login", &fields)
}

pub fn to(reply: &Reply) -> (u16, &str) {
    (reply.status, reply.header("Location").unwrap_or_default())
}
