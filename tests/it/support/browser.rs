//! A person at a real Chromium. Things are named as they stand on the page: a field by its label, a
//! button or link by its words; every look waits up to ten seconds and a failure shows the page.
//! Blocking, so that a journey reads from top to bottom.

mod handed;

pub use handed::pages;

use super::webdriver::{Element, Refused, Scripts, Session};
use super::words;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, thread};

const PATIENCE: Duration = Duration::from_secs(60);
/// A screenshot shows the whole page, up to this height in pixels.
const TALLEST: f64 = 6000.0;

/// One browser window at one server.
pub struct Browser {
    session: Session,
    base: String,
    width: u32,
}

impl Browser {
    /// Opens at 1366 × 768 with scripts; `let Some(mut who) = Browser::open(address) else { return };`
    pub fn open(server: SocketAddr) -> Option<Self> {
        Self::with(server, Scripts::Run)
    }

    /// The same with scripts switched off.
    pub fn without_scripts(server: SocketAddr) -> Option<Self> {
        Self::with(server, Scripts::Off)
    }

    fn with(server: SocketAddr, scripts: Scripts) -> Option<Self> {
        let mut browser = Self {
            session: Session::open(scripts)?,
            base: format!("http://{server}"),
            width: 0,
        };
        browser.desktop();
        Some(browser)
    }

    /// 1366 × 768: the office screen.
    pub fn desktop(&mut self) {
        self.viewport(1366, 768);
    }

    /// 360 × 780: a telephone.
    pub fn phone(&mut self) {
        self.viewport(360, 780);
    }

    fn viewport(&mut self, width: u32, height: u32) {
        self.width = width;
        let screen = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.session
            .devtools("Emulation.setDeviceMetricsOverride", screen);
    }

    /// Opens a path of the server, or any full address.
    pub fn goto(&mut self, path: &str) {
        let url = match path.contains("://") {
            true => path.to_owned(),
            false => format!("{}{path}", self.base),
        };
        self.session.post("/url", &json!({ "url": url })).unwrap();
    }

    /// Path and query of the page that is shown.
    pub fn path(&self) -> String {
        let url = self.session.get("/url").unwrap();
        let url = url.as_str().unwrap();
        url.strip_prefix(&self.base).unwrap_or(url).to_owned()
    }

    /// What a person can read on the page.
    pub fn text(&self) -> String {
        let body = self.session.find("css selector", "body");
        let text = body
            .first()
            .and_then(|body| self.session.of(body, "/text").ok());
        text.and_then(|text| text.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    pub fn sees(&self, words: &str) -> bool {
        self.text().contains(words)
    }

    /// Waits until the words are on the page.
    pub fn wait_for(&self, words: &str) {
        self.until(&format!("「{words}」 to appear"), || {
            self.sees(words).then_some(())
        });
    }

    /// Waits until the words are no longer on the page.
    pub fn wait_gone(&self, words: &str) {
        self.until(&format!("「{words}」 to go"), || {
            (!self.sees(words)).then_some(())
        });
    }

    /// Writes into the field with this label, or, in plain ASCII, this name or id. Dates are YYYY-MM-DD.
    pub fn fill(&mut self, label: &str, value: &str) {
        let field = self.field(label);
        let kind = self.session.of(&field, "/property/type").unwrap();
        let keys = json!({ "text": words::keys(kind.as_str().unwrap_or_default(), value) });
        self.done(label, self.session.act(&field, "/clear", &json!({})));
        self.done(label, self.session.act(&field, "/value", &keys));
    }

    /// Chooses an option of a list by the option's words.
    pub fn choose(&mut self, label: &str, option: &str) {
        let field = self.field(label);
        let id = self.name_of(&field);
        let path = format!(
            "//select[@name={0} or @id={0}]/option[{1}]",
            words::quote(&id),
            words::is(option)
        );
        let option = self.first(&format!("option {option} of {label}"), "xpath", &path);
        self.click(label, &option);
    }

    /// Presses a tick box or a radio button by its label.
    pub fn tick(&mut self, label: &str) {
        let field = self.field(label);
        self.click(label, &field);
    }

    /// Chooses a file for a file field.
    pub fn attach(&mut self, label: &str, file: &Path) {
        let field = self.field(label);
        let text = json!({ "text": file.to_str().unwrap() });
        self.done(label, self.session.act(&field, "/value", &text));
    }

    /// Presses a button or follows a link by its words.
    pub fn press(&mut self, words: &str) {
        self.press_at(words, &format!("//*{}", words::pressable(words)));
    }

    /// The same inside the table row or list item that shows `row`.
    pub fn press_in(&mut self, row: &str, words: &str) {
        let holder = format!(
            "(//tr|//li|//article)[contains(normalize-space(.), {})]",
            words::quote(row)
        );
        self.press_at(words, &format!("{holder}//*{}", words::pressable(words)));
    }

    fn press_at(&mut self, words: &str, path: &str) {
        let what = format!("a button or link 「{words}」");
        let button = self.first(&what, "xpath", path);
        self.click(words, &button);
    }

    /// The same of a button alone, where a fold or a link says the same words.
    pub fn press_button(&mut self, words: &str) {
        self.press_at(
            words,
            &format!("//button[normalize-space(.)={}]", words::quote(words)),
        );
    }

    /// Opens a fold by the words that stand on it, unless it is open.
    pub fn unfold(&mut self, words: &str) {
        let said = words::quote(words);
        let fold = |state: &str| {
            format!("//details[{state}]/summary[starts-with(normalize-space(.), {said})]")
        };
        if self.session.find("xpath", &fold("@open")).is_empty() {
            self.press_at(words, &fold("not(@open)"));
        }
    }

    /// Pictures at both widths; nothing may scroll sideways on a telephone, nor the page complain.
    pub fn see(&mut self, name: &str) {
        self.desktop();
        self.look(name);
        self.phone();
        let wide = self.script("return document.documentElement.scrollWidth");
        let out = self.script(
            "return [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > 360.5)
               .map(e => e.outerHTML.slice(0, 80)).slice(0, 6).join('\\n')",
        );
        assert!(
            wide.as_u64().unwrap() <= 360,
            "{name} scrolls sideways: {wide}\n{out}"
        );
        self.look(name);
        self.desktop();
        assert_eq!(self.complaints(), [""; 0], "{name}");
    }

    /// How many elements match a CSS selector now.
    pub fn count(&self, css: &str) -> usize {
        self.session.find("css selector", css).len()
    }

    /// An attribute of the first element that matches.
    pub fn attribute(&self, css: &str, name: &str) -> Option<String> {
        let element = self.first(css, "css selector", css);
        let value = self
            .session
            .of(&element, &format!("/attribute/{name}"))
            .unwrap();
        value.as_str().map(str::to_owned)
    }

    /// An attribute of every element that matches.
    pub fn attributes(&self, css: &str, name: &str) -> Vec<String> {
        let all = self.session.find("css selector", css);
        let value = |one: &Element| self.session.of(one, &format!("/attribute/{name}")).ok();
        let text = |value: Value| value.as_str().map(str::to_owned);
        all.iter().filter_map(value).filter_map(text).collect()
    }

    /// Goes to another address of the office, with the cookies of that one; paths are from there on.
    pub fn moves_to(&mut self, server: SocketAddr) {
        self.base = format!("http://{server}");
        self.goto("/");
    }

    /// All cookies of the site that is shown.
    pub fn cookies(&self) -> Value {
        self.session.get("/cookie").unwrap()
    }

    /// These cookies and no others, for the site that is shown.
    pub fn set_cookies(&mut self, all: &Value) {
        self.session.delete("/cookie").unwrap();
        for one in all.as_array().into_iter().flatten() {
            self.session
                .post("/cookie", &json!({ "cookie": one }))
                .unwrap();
        }
    }

    /// What comes out of the printer, as a PDF, on the paper the page asks for.
    pub fn print(&self) -> Vec<u8> {
        let how = json!({ "preferCSSPageSize": true, "printBackground": true });
        let pdf = self.session.devtools("Page.printToPDF", how);
        words::unbase64(pdf["data"].as_str().unwrap())
    }

    /// What stands in a field.
    pub fn value(&self, label: &str) -> String {
        let field = self.field(label);
        let value = self.session.of(&field, "/property/value").unwrap();
        value.as_str().unwrap().to_owned()
    }

    /// Letters of a word that is being composed, in the field that has the focus.
    pub fn composes(&self, letters: &str) {
        let end = letters.len();
        let text = json!({ "text": letters, "selectionStart": end, "selectionEnd": end });
        self.session.devtools("Input.imeSetComposition", text);
    }

    /// The Enter that takes the letters or the word: browsers give it the key code 229.
    pub fn enter_while_composing(&self) {
        for kind in ["rawKeyDown", "keyUp"] {
            let key = json!({ "type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229 });
            self.session.devtools("Input.dispatchKeyEvent", key);
        }
    }

    /// The word that came of the letters.
    pub fn composed(&self, word: &str) {
        self.session
            .devtools("Input.insertText", json!({ "text": word }));
    }

    /// Pulls the network cable, or plugs it in again.
    pub fn network(&self, there: bool) {
        let how = json!({ "offline": !there, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.session.devtools("Network.enable", json!({}));
        self.session
            .devtools("Network.emulateNetworkConditions", how);
    }

    /// Lets files go out at so many bytes a second.
    pub fn sends_slowly(&self, bytes: u32) {
        let how = json!({ "offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes });
        self.session.devtools("Network.enable", json!({}));
        self.session
            .devtools("Network.emulateNetworkConditions", how);
    }

    /// Keys struck together in whatever has the focus, as WebDriver names them.
    pub fn strikes(&self, keys: &[char]) {
        let down = keys
            .iter()
            .map(|k| json!({ "type": "keyDown", "value": k }));
        let up = keys.iter().rev();
        let up = up.map(|k| json!({ "type": "keyUp", "value": k }));
        let all: Vec<Value> = down.chain(up).collect();
        self.acts(&json!([{ "type": "key", "id": "keyboard", "actions": all }]));
    }

    /// What a keyboard or a pen does, as WebDriver says it.
    pub fn acts(&self, actions: &Value) {
        let done = self
            .session
            .post("/actions", &json!({ "actions": actions }));
        done.unwrap();
    }

    /// What has the focus: the name of a field, the words of a link or button.
    pub fn focused(&self) -> String {
        let it = "var e = document.activeElement, says = /^(A|BUTTON|SUMMARY)$/.test(e.tagName);
            return e.name || (says ? e.textContent.trim() : '');";
        self.script(it).as_str().unwrap_or_default().to_owned()
    }

    /// The title of the window.
    pub fn title(&self) -> String {
        let title = self.session.get("/title").unwrap();
        title.as_str().unwrap_or_default().to_owned()
    }

    /// The tab that is shown.
    pub fn tab(&self) -> String {
        let tab = self.session.get("/window").unwrap();
        tab.as_str().unwrap().to_owned()
    }

    /// Opens another tab and turns to it; this script runs first in each of its pages.
    pub fn opens_tab(&mut self, first: &str) -> String {
        let new = self.session.post("/window/new", &json!({ "type": "tab" }));
        let tab = new.unwrap()["handle"].as_str().unwrap().to_owned();
        self.turns_to(&tab);
        let script = json!({ "source": first });
        self.session
            .devtools("Page.addScriptToEvaluateOnNewDocument", script);
        tab
    }

    /// Turns to a tab.
    pub fn turns_to(&mut self, tab: &str) {
        self.session
            .post("/window", &json!({ "handle": tab }))
            .unwrap();
    }

    /// Closes the tab that is shown; another has to be turned to.
    pub fn closes_tab(&mut self) {
        self.session.delete("/window").unwrap();
    }

    /// The browser's own way back.
    pub fn back(&self) {
        self.session.post("/back", &json!({})).unwrap();
    }

    /// Runs a script in the page: for measuring, not for acting.
    pub fn script(&self, body: &str) -> Value {
        let call = json!({ "script": body, "args": [] });
        self.session.post("/execute/sync", &call).unwrap()
    }

    /// Errors of the console since the last call, CSP violations and failed requests among them.
    pub fn complaints(&mut self) -> Vec<String> {
        let log = self
            .session
            .post("/se/log", &json!({ "type": "browser" }))
            .unwrap();
        let entry = |one: &Value| {
            let severe = one["level"] == "SEVERE" || one["source"] == "security";
            severe.then(|| format!("{}: {}", one["source"], one["message"]))
        };
        log.as_array()
            .into_iter()
            .flatten()
            .filter_map(entry)
            .collect()
    }

    /// Keeps a picture of the whole page as `target/look/NAME-WIDTH.png`.
    pub fn look(&self, name: &str) -> PathBuf {
        let size = self.session.devtools("Page.getLayoutMetrics", json!({}));
        let height = size["cssContentSize"]["height"]
            .as_f64()
            .unwrap()
            .min(TALLEST);
        let clip = json!({ "x": 0, "y": 0, "width": self.width, "height": height, "scale": 1 });
        let shot = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let shot = self.session.devtools("Page.captureScreenshot", shot);
        let file = look_folder().join(format!("{name}-{}.png", self.width));
        fs::write(&file, words::unbase64(shot["data"].as_str().unwrap())).unwrap();
        file
    }

    fn field(&self, label: &str) -> Element {
        let fields = "[self::input or self::textarea or self::select]";
        let paths = [
            format!("//*[@id=//label[{}]/@for]{fields}", words::begins(label)),
            format!("//label[{}]//*{fields}", words::begins(label)),
            format!(
                "//*[@name={0} or @id={0} or @aria-label={0}]{fields}",
                words::quote(label)
            ),
        ];
        self.until(&format!("a field 「{label}」"), || {
            paths
                .iter()
                .find_map(|path| self.session.find("xpath", path).into_iter().next())
        })
    }

    fn name_of(&self, field: &Element) -> String {
        let read = |what| {
            self.session
                .of(field, what)
                .ok()?
                .as_str()
                .map(str::to_owned)
        };
        read("/attribute/name")
            .or_else(|| read("/attribute/id"))
            .unwrap()
    }

    /// The first that is shown: menus may hold the same words twice.
    fn first(&self, what: &str, using: &str, value: &str) -> Element {
        self.until(what, || {
            let found = self.session.find(using, value);
            let shown = |one: &&Element| {
                self.session
                    .of(one, "/displayed")
                    .is_ok_and(|yes| yes == true)
            };
            found.iter().find(shown).cloned()
        })
    }

    fn until<T>(&self, what: &str, look: impl Fn() -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            if let Some(found) = look() {
                return found;
            }
            if start.elapsed() > PATIENCE {
                self.fail(&format!("waited in vain for {what}"));
            }
            thread::sleep(Duration::from_millis(60));
        }
    }

    /// Clicks as a person does: what lies under a bar at the edge is scrolled clear of it first.
    fn click(&self, what: &str, element: &Element) {
        let click = || self.session.act(element, "/click", &json!({}));
        let clicked = click().or_else(|why| {
            if !why.0.contains("intercepted") {
                return Err(why);
            }
            self.session.scroll_to(element)?;
            click()
        });
        self.done(what, clicked);
    }

    fn done(&self, what: &str, done: Result<Value, Refused>) {
        if let Err(Refused(why)) = done {
            self.fail(&format!("「{what}」: {why}"));
        }
    }

    fn fail(&self, why: &str) -> ! {
        let test = thread::current()
            .name()
            .unwrap_or("test")
            .replace("::", "-");
        let picture = self.look(&format!("failed-{test}"));
        panic!(
            "{why}\nat {}, see {}\n{}",
            self.path(),
            picture.display(),
            self.text()
        )
    }
}

/// `target/look`.
pub fn look_folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("look");
    fs::create_dir_all(&folder).unwrap();
    folder
}
