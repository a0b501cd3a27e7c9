//! The township behind a real server, for stories that go through a socket: browsers at the server PC
//! and at the LAN, people who come in with a slip. A fault of the server fails the test that caused it.

use super::http::Http;
use super::reply::Reply;
use super::town::Town;
use inkstone::access::change::{Founder, personal};
use inkstone::access::{Access, Chance, Cost, Peer, Setup};
use inkstone::kit::Zone;
use inkstone::web::{self, Running, State};
use inkstone::{modules, screens};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;

/// Everybody's password once it is their own.
pub const PASSWORD: &str = "门前老槐树开花了";
/// Claimed the server: all three administrator's roles.
pub const ADMIN: &str = "苏简";

/// The township behind a server on a port of its own, claimed.
pub struct Office {
    // dropped first: the server stops before its folder goes
    pub server: Running,
    pub state: Arc<State>,
    pub town: Town,
}

impl Office {
    pub fn new(name: &str) -> Self {
        Self::of(Town::new(name))
    }

    /// The same over the files of a town.
    pub fn of(town: Town) -> Self {
        let setup = Setup {
            chance: Chance::System,
            cost: Cost::TEST,
            zone: Zone::BEIJING,
        };
        let access = Access::open(&town.store, setup).unwrap();
        let directory = town.directory();
        let person = directory.named(ADMIN).next().unwrap().id;
        let here = IpAddr::from([127, 0, 0, 1]);
        let founder = Founder {
            person,
            password: PASSWORD,
            about: &personal(&directory, person),
            peer: &Peer {
                addr: here,
                local: here,
                https: false,
            },
            request: "r0",
        };
        access.found(&founder).unwrap();
        let dir = town.folder.dir();
        let state = State::new(&dir, town.store.clone(), town.org.clone(), access).unwrap();
        let state = state.with_engine(town.engine.clone()).unwrap();
        let state = Arc::new(state.with_counting(screens::todo::count));
        let listener = TcpListener::bind("0.0.0.0:0").unwrap();
        let server = web::serve(state.clone(), &modules::every(), vec![listener]).unwrap();
        Self {
            server,
            state,
            town,
        }
    }

    /// A browser at this local address: 127.0.0.1 is the server PC, 127.0.0.2 the LAN.
    pub fn at(&self, last: u8) -> Http {
        let port = self.server.addresses()[0].port();
        Http::to(SocketAddr::from(([127, 0, 0, last], port)))
    }

    pub fn logged_in(&self, last: u8, name: &str, password: &str) -> Http {
        let mut http = self.at(last);
        let came = log_in(&mut http, name, password);
        assert_eq!(came.status, 303, "{}", came.text());
        http
    }

    /// The administrator at the server PC.
    pub fn admin(&self) -> Http {
        self.logged_in(1, ADMIN, PASSWORD)
    }

    /// Somebody with a password of their own, at the LAN.
    pub fn colleague(&self, admin: &mut Http, name: &str) -> Http {
        let words = slip_for(self, admin, name);
        let mut http = self.logged_in(2, name, &words);
        let fields = [("password", PASSWORD), ("again", PASSWORD)];
        let changed = http.submit("/me/password", "/me/password", &fields);
        assert_eq!(changed.status, 303, "{}", changed.text());
        http
    }

    pub fn id_of(&self, name: &str) -> String {
        let directory = self.town.directory();
        directory.named(name).next().unwrap().id.to_string()
    }

    pub fn dept(&self, code: &str) -> String {
        let directory = self.town.directory();
        let organ = directory.first_organ().unwrap().id;
        let dept = directory.depts_of(organ).find(|d| d.code == code);
        dept.unwrap().id.to_string()
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.state.faults(), 0, "the server had a fault");
        }
    }
}

pub fn log_in(http: &mut Http, name: &str, password: &str) -> Reply {
    http.submit(
        "/login",
        "/login",
        &[("name", name), ("password", password)],
    )
}

/// Issues one slip and reads the one-time password off the printed page.
pub fn slip_for(office: &Office, admin: &mut Http, name: &str) -> String {
    let id = office.id_of(name);
    let fields = [("whom", "some"), ("person", &*id)];
    let printed = admin.submit("/admin/slips", "/admin/slips", &fields);
    assert_eq!(printed.status, 200, "{}", printed.text());
    words_on(&printed.text()).remove(0)
}

/// The one-time passwords on a page: two groups of five.
pub fn words_on(page: &str) -> Vec<String> {
    let is_words = |w: &&str| {
        w.len() == 11
            && w.as_bytes()[5] == b'-'
            && w.chars()
                .all(|c| c == '-' || c.is_ascii_uppercase() || c.is_ascii_digit())
    };
    let pieces = page.split(['<', '>']).filter(is_words);
    pieces.map(str::to_owned).collect()
}
