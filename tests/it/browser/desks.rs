//! An office already at work and one browser at which its people sit in turn, each with the cookies of
//! their own log-in. For journeys that begin after the first page; pictures are taken on the way.

use super::album;
use crate::support::browser::Browser;
use crate::support::contact;
use crate::support::http::Http;
use crate::support::office::{Office, PASSWORD};
use inkstone::kit::Id;
use inkstone::store::attachments::{self, Attachment};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

/// The browser, and who may sit at it.
pub struct Desks {
    pub browser: Browser,
    people: HashMap<String, Http>,
    pub office: Office,
    /// What its pictures are called after, and those taken so far.
    pub album: String,
    pictures: Vec<PathBuf>,
}

impl Desks {
    /// These people, logged in; nothing after a named skip.
    pub fn open(name: &str, people: &[&str]) -> Option<Self> {
        Self::over(Office::new(name), people)
    }

    /// The same over an office that is at work already.
    pub fn over(office: Office, people: &[&str]) -> Option<Self> {
        let browser = Browser::open(office.at(2).address)?;
        let mut admin = office.admin();
        let come = |name: &&str| ((*name).to_owned(), office.colleague(&mut admin, name));
        let people = people.iter().map(come).collect();
        Some(Self {
            browser,
            people,
            office,
            album: "desk".to_owned(),
            pictures: Vec::new(),
        })
    }

    /// Sits down, a few minutes later, before the list of what is to be done.
    pub fn sit(&mut self, name: &str) {
        self.office.town.clock.advance(7 * 60_000);
        self.settle();
        self.browser.goto("/login");
        self.browser.set_cookies(&worn(&self.people[name]));
        self.browser.goto("/todo");
        self.browser.wait_for(name);
    }

    /// Somebody new at the office.
    pub fn joins(&mut self, name: &str) {
        let http = self.office.colleague(&mut self.office.admin(), name);
        self.people.insert(name.to_owned(), http);
    }

    /// Logs in anew: other rights end a session.
    pub fn comes_again(&mut self, name: &str) {
        let http = self.office.logged_in(2, name, PASSWORD);
        self.people.insert(name.to_owned(), http);
    }

    /// Sits down and opens a to-do by its title.
    pub fn opens(&mut self, name: &str, ask: &str, title: &str) {
        self.sit(name);
        self.browser.wait_for(&format!("请{ask}"));
        self.press(title, "经过");
    }

    /// The administrator, at the server's own screen.
    pub fn sits_at_the_server(&mut self) {
        let admin = self.office.admin();
        self.browser.moves_to(admin.address);
        self.browser.set_cookies(&worn(&admin));
    }

    /// Presses a button or link, waits for what follows, and looks at the page.
    pub fn press(&mut self, words: &str, then: &str) {
        self.browser.press(words);
        self.arrives(then);
    }

    /// Presses a button: where a fold or a link says the same.
    pub fn send(&mut self, words: &str, then: &str) {
        self.browser.press_button(words);
        self.arrives(then);
    }

    /// Opens a page and waits for these words.
    pub fn goes(&mut self, path: &str, then: &str) {
        self.browser.goto(path);
        self.arrives(then);
    }

    /// A page as every page must be: its words, one black button, no complaint of the browser.
    pub fn arrives(&mut self, then: &str) {
        self.browser.wait_for(then);
        let at = self.browser.path();
        let keys = self.browser.count(".btn.key");
        assert!(keys <= 1, "{at} has {keys} black buttons");
        let complaints = self.browser.complaints();
        assert!(complaints.is_empty(), "{at}: {complaints:?}");
    }

    pub fn reads(&self, words: &[&str]) {
        for word in words {
            self.browser.wait_for(word);
        }
    }

    /// Chooses people by writing what the picker finds them by.
    pub fn chooses(&mut self, what: &str, people: &[&str]) {
        for name in people {
            let field = format!("找人：{what}");
            self.browser.fill(&field, &format!("{name}\u{E007}"));
        }
    }

    /// A line drawn with a pen on what matches, through these points of it, given from 0 to 1.
    pub fn draws(&self, css: &str, points: &[(f64, f64)]) {
        let y = points[0].1;
        let at = format!(
            "const e = document.querySelector('{css}'), top = () => e.getBoundingClientRect();
             window.scrollBy(0, top().top + top().height * {y} - innerHeight / 2);
             const b = top(); return [b.left, b.top, b.width, b.height];"
        );
        let place: Vec<f64> = serde_json::from_value(self.browser.script(&at)).unwrap();
        let to = |(fx, fy): &(f64, f64)| {
            let (x, y) = (place[0] + fx * place[2], place[1] + fy * place[3]);
            json!({ "type": "pointerMove", "duration": 20, "x": x.round(), "y": y.round(), "pressure": 0.4 })
        };
        let mut all = vec![to(&points[0])];
        all.push(json!({ "type": "pointerDown", "button": 0, "pressure": 0.4 }));
        all.extend(points.iter().skip(1).map(to));
        all.push(json!({ "type": "pointerUp", "button": 0 }));
        let pen = json!([{ "type": "pointer", "id": "pen", "parameters": { "pointerType": "pen" }, "actions": all }]);
        self.browser.acts(&pen);
    }

    /// The page at both widths.
    pub fn look(&mut self, name: &str) {
        let name = format!("{}-{name}", self.album);
        let taken = album::both_widths(&mut self.browser, &name);
        self.pictures.extend(taken);
    }

    /// Every picture so far on one sheet, called after the album.
    pub fn contact_sheet(&mut self) -> PathBuf {
        let (page, picture) = (self.album.clone(), format!("{}-contact", self.album));
        contact::sheet_of(&mut self.browser, (&page, &picture), &self.pictures)
    }

    /// The case that is shown.
    pub fn case(&self) -> Id {
        let path = self.browser.path();
        let id = path.split(['/', '?', '#']).nth(2).unwrap();
        id.parse().unwrap()
    }

    pub fn files_of(&self, case: Id) -> Vec<Attachment> {
        let read = self.office.town.store.shelf(case.shelf()).unwrap();
        attachments::list(&read, case).unwrap()
    }

    /// What stands in a file.
    pub fn bytes_of(&self, file: &Attachment) -> Vec<u8> {
        let store = &self.office.town.store;
        let blob = store.blob(file.id.shelf(), file.digest()).unwrap();
        blob.all(1 << 30).unwrap().unwrap()
    }

    pub fn settle(&self) {
        assert!(self.office.town.store.drain(Duration::from_secs(10)));
    }
}

/// The cookies of a log-in, as the browser takes them.
fn worn(http: &Http) -> Value {
    let cookies = http.cookies.iter();
    let one = cookies.map(|(name, value)| json!({ "name": name, "value": value }));
    one.collect()
}
