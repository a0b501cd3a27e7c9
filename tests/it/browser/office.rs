//! The office of the journey: a server in this process as `inkstone serve` puts it together, and one
//! browser at which everybody sits in turn, each with cookies of their own as at a PC of their own.
//! The clock stands still unless the story moves it.

use crate::support::browser::Browser;
use crate::support::town::{Folder, monday};
use inkstone::app::serve::open;
use inkstone::kit::Clock;
use inkstone::modules;
use inkstone::web::{self, Running, State};
use serde_json::Value;
use std::collections::HashMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

/// A server over an empty folder.
pub struct Office {
    pub state: Arc<State>,
    clock: Clock,
    running: Running,
    _folder: Folder,
}

impl Office {
    pub fn fresh(name: &str) -> Self {
        let folder = Folder::new(name);
        let clock = Clock::held(monday());
        let state = open(&folder.dir(), clock.clone()).unwrap();
        state.set_address("192.168.1.20");
        let listener = TcpListener::bind("0.0.0.0:0").unwrap();
        let running = web::serve(state.clone(), &modules::every(), vec![listener]).unwrap();
        Self {
            state,
            clock,
            running,
            _folder: folder,
        }
    }

    fn at(&self, ip: [u8; 4]) -> SocketAddr {
        SocketAddr::from((ip, self.running.addresses()[0].port()))
    }

    /// The code on the server's own screen.
    pub fn code(&self) -> String {
        self.state.access.setup_code().unwrap().unwrap()
    }
}

/// The browser, who sits at it, and what it has seen of everybody else.
pub struct Pc {
    pub browser: Browser,
    /// Away from the server, and at its own screen.
    lan: SocketAddr,
    server: SocketAddr,
    cookies: HashMap<String, Value>,
    sitting: String,
    clock: Clock,
    pub scripts: bool,
}

impl Pc {
    pub fn open(office: &Office) -> Option<Self> {
        Some(Self::new(
            office,
            Browser::open(office.at([127, 0, 0, 2]))?,
            true,
        ))
    }

    pub fn without_scripts(office: &Office) -> Option<Self> {
        let browser = Browser::without_scripts(office.at([127, 0, 0, 2]))?;
        Some(Self::new(office, browser, false))
    }

    fn new(office: &Office, browser: Browser, scripts: bool) -> Self {
        Self {
            browser,
            lan: office.at([127, 0, 0, 2]),
            server: office.at([127, 0, 0, 1]),
            cookies: HashMap::new(),
            sitting: String::new(),
            clock: office.clock.clone(),
            scripts,
        }
    }

    /// Sits down at the server's own screen, where administrators work.
    pub fn at_the_server(&mut self) {
        self.browser.moves_to(self.server);
    }

    /// Sits down at any other PC of the office.
    pub fn at_a_desk(&mut self) {
        self.browser.moves_to(self.lan);
    }

    /// Whoever sits here leaves, and this person goes on where they left off, a little later.
    pub fn sit(&mut self, name: &str) {
        self.clock.advance(7 * 60_000);
        if self.sitting != name {
            self.keep();
            let mine = self.cookies.get(name).cloned();
            self.browser
                .set_cookies(mine.as_ref().unwrap_or(&Value::Null));
            name.clone_into(&mut self.sitting);
        }
        self.goto("/todo");
    }

    /// Somebody new sits down, with nothing in the browser.
    pub fn make_room(&mut self, name: &str) {
        self.keep();
        self.browser.set_cookies(&Value::Null);
        name.clone_into(&mut self.sitting);
    }

    fn keep(&mut self) {
        if !self.sitting.is_empty() {
            let cookies = self.browser.cookies();
            self.cookies.insert(self.sitting.clone(), cookies);
        }
    }

    /// Opens a page and looks at it as every page must be.
    pub fn goto(&mut self, path: &str) {
        self.browser.goto(path);
        self.is_in_order();
    }

    /// Presses a button or link, waits for what follows, and looks at the page.
    pub fn press(&mut self, words: &str, then: &str) {
        self.browser.press(words);
        self.browser.wait_for(then);
        self.is_in_order();
    }

    /// Presses a button: where a fold or a link says the same.
    pub fn send(&mut self, words: &str, then: &str) {
        self.browser.press_button(words);
        self.browser.wait_for(then);
        self.is_in_order();
    }

    /// What no page may have: two primaries, complaints of the console or of the policy.
    pub fn is_in_order(&mut self) {
        let keys = self.browser.count(".btn.key");
        assert!(
            keys <= 1,
            "{} has {keys} black buttons",
            self.browser.path()
        );
        let complaints = self.browser.complaints();
        let at = self.browser.path();
        assert!(complaints.is_empty(), "{at}: {complaints:?}");
    }

    /// The page with what a person reads on it; fails with the page.
    pub fn reads(&self, words: &[&str]) {
        for word in words {
            self.browser.wait_for(word);
        }
    }

    pub fn does_not_read(&self, words: &[&str]) {
        let text = self.browser.text();
        for word in words {
            assert!(
                !text.contains(word),
                "「{word}」 at {}\n{text}",
                self.browser.path()
            );
        }
    }

    /// A page that refuses: the browser notes the status as an error, which is expected here.
    pub fn is_refused(&mut self, path: &str, says: &str) {
        self.browser.goto(path);
        self.browser.wait_for(says);
        let complaints = self.browser.complaints();
        let other = |c: &&String| !c.contains("the server responded with a status of");
        assert_eq!(complaints.iter().filter(other).count(), 0, "{complaints:?}");
    }
}
