//! The few words of the WebDriver protocol that journeys need, spoken over `http.rs`. Elements are
//! protocol ids; waiting and looking things up as a person does is `browser.rs`.
//!
//! Decision: no WebDriver crate. fantoccini brings an async runtime and fifty crates for what is
//! twenty JSON requests; tests then read as stories without a runtime in sight.

use super::{
    chromedriver::{self, Slot},
    http::{Http, Request},
};
use serde_json::{Value, json};
use std::{
    fs,
    net::SocketAddr,
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
static SESSIONS: AtomicUsize = AtomicUsize::new(0);

/// Whether pages may run scripts: the core must work without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scripts {
    Run,
    Off,
}

/// One open Chromium; closed, and its profile removed, when dropped.
pub struct Session {
    driver: SocketAddr,
    id: String,
    profile: PathBuf,
    _slot: Slot,
}

/// An element of the page that is shown now.
#[derive(Debug, Clone)]
pub struct Element(String);

/// What the driver refused, in its words.
#[derive(Debug)]
pub struct Refused(pub String);

impl Session {
    /// Opens a browser with a fresh profile; `None` after a named skip.
    pub fn open(scripts: Scripts) -> Option<Self> {
        let driver = chromedriver::address()?;
        let slot = Slot::take();
        let number = SESSIONS.fetch_add(1, Ordering::Relaxed);
        let profile = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("browser-{}-{number}", std::process::id()));
        let wanted = json!({ "capabilities": { "alwaysMatch": capabilities(scripts, &profile) } });
        // a busy machine may time a start out once
        let opened = call(driver, "POST", "/session", &wanted)
            .or_else(|_| call(driver, "POST", "/session", &wanted))
            .unwrap();
        Some(Self {
            driver,
            id: opened["sessionId"].as_str().unwrap().to_owned(),
            profile,
            _slot: slot,
        })
    }

    pub fn post(&self, path: &str, body: &Value) -> Result<Value, Refused> {
        call(
            self.driver,
            "POST",
            &format!("/session/{}{path}", self.id),
            body,
        )
    }

    pub fn get(&self, path: &str) -> Result<Value, Refused> {
        call(
            self.driver,
            "GET",
            &format!("/session/{}{path}", self.id),
            &Value::Null,
        )
    }

    /// Brings an element into the middle of the window.
    pub fn scroll_to(&self, element: &Element) -> Result<Value, Refused> {
        let script = "arguments[0].scrollIntoView({ block: 'center' })";
        let it = json!({ ELEMENT: element.0 });
        self.post("/execute/sync", &json!({ "script": script, "args": [it] }))
    }

    pub fn delete(&self, path: &str) -> Result<Value, Refused> {
        let path = format!("/session/{}{path}", self.id);
        call(self.driver, "DELETE", &path, &Value::Null)
    }

    /// A command of the Chrome DevTools protocol.
    pub fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.post(
            "/goog/cdp/execute",
            &json!({ "cmd": command, "params": parameters }),
        )
        .unwrap()
    }

    /// Elements in page order; `using` is `xpath` or `css selector`.
    pub fn find(&self, using: &str, value: &str) -> Vec<Element> {
        let found = self
            .post("/elements", &json!({ "using": using, "value": value }))
            .unwrap_or_default();
        let id = |one: &Value| Some(Element(one[ELEMENT].as_str()?.to_owned()));
        found
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(id)
            .collect()
    }

    /// Something about an element: `/text`, `/displayed`, `/attribute/NAME`, `/property/NAME`.
    pub fn of(&self, element: &Element, what: &str) -> Result<Value, Refused> {
        self.get(&format!("/element/{}{what}", element.0))
    }

    /// Something done to an element: `/click`, `/clear`, `/value`.
    pub fn act(&self, element: &Element, what: &str, body: &Value) -> Result<Value, Refused> {
        self.post(&format!("/element/{}{what}", element.0), body)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // in a failing test the first failure is the one to show
        let _ = call(
            self.driver,
            "DELETE",
            &format!("/session/{}", self.id),
            &Value::Null,
        );
        for _ in 0..20 {
            // Chromium's last process may still be writing its profile
            if fs::remove_dir_all(&self.profile).is_ok() || !self.profile.exists() {
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
    }
}

fn capabilities(scripts: Scripts, profile: &std::path::Path) -> Value {
    let mut preferences = json!({ "intl.accept_languages": "zh-CN,zh" });
    if scripts == Scripts::Off {
        preferences["profile.managed_default_content_settings.javascript"] = json!(2);
    }
    json!({
        "browserName": "chrome",
        "goog:loggingPrefs": { "browser": "ALL" },
        "goog:chromeOptions": {
            "binary": chromedriver::chromium(),
            "prefs": preferences,
            "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", "--hide-scrollbars", "--lang=zh-CN",
                "--window-size=1366,768", format!("--user-data-dir={}", profile.display()),
            ],
        },
    })
}

fn call(driver: SocketAddr, method: &str, path: &str, body: &Value) -> Result<Value, Refused> {
    let request = match method {
        "POST" => {
            Request::new(method, path).body("application/json; charset=utf-8", body.to_string())
        }
        _ => Request::new(method, path),
    };
    let reply = Http::to(driver).send(&request.header("Origin", ""));
    let mut answer: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    match reply.status {
        200 => Ok(answer["value"].take()),
        _ => Err(Refused(format!("{path}: {}", answer["value"]["message"]))),
    }
}
