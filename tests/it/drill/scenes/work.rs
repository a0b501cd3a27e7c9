//! An office at work through its pages: documents are registered and sent on, files come with them, old
//! registers are carried in and make volumes of their years. The server is stopped or killed in the middle.

use crate::access::csrf::token;
use crate::drill::ledger::Fact;
use crate::drill::run::Run;
use crate::drill::{Begin, Scenario};
use crate::support::files::Image;
use crate::support::http::{Http, Part, Request};
use crate::support::long::Chance;
use crate::support::office::Office;
use crate::support::reply::Reply;
use crate::support::town::{Folder, Town};
use inkstone::kit::{Clock, Digest, Zone};
use inkstone::store::placement::{Policy, Rule};
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

pub const TITLES: &str = "SELECT title FROM cases WHERE number IS NOT NULL";
const OPINIONS: &str = "SELECT text FROM opinion";
const FILES: &str = "SELECT name || ' ' || lower(hex(digest)) FROM attachment WHERE state = 'kept'";
const IMPORT: &str = "/register/incoming/import";

/// Last year of the old books that are carried in.
pub const OLD_BOOKS_UNTIL: i32 = 2024;

pub struct Work;

impl Scenario for Work {
    fn name(&self) -> &'static str {
        "work"
    }

    fn begin(&self) -> Begin {
        office(|_| {})
    }

    fn lasts(&self) -> Duration {
        Duration::from_millis(1500)
    }

    fn load(&self, run: &Run, chance: &mut Chance) {
        let Some(server) = run.serve() else { return };
        let stop = chance.below(2) == 0;
        at_work(run, server.address, chance);
        if stop && !run.killed() {
            server.stop();
        }
    }
}

/// Everybody works at this server until the run is over.
pub fn at_work(run: &Run, server: SocketAddr, chance: &mut Chance) {
    let mut next = || Chance::seeded(chance.next());
    let (mut one, mut two, mut three) = (next(), next(), next());
    thread::scope(|s| {
        let clerk =
            |chance: Chance| move || run.works(server, "宋小笺", |http| desk(run, http, chance));
        s.spawn(clerk(next()));
        s.spawn(clerk(next()));
        s.spawn(clerk(next()));
        s.spawn(|| run.works(server, "宋小笺", |http| files(run, http, &mut one)));
        s.spawn(|| run.works(server, "宋小笺", |http| import(run, http, &mut two)));
        s.spawn(|| run.works(server, "田丰收", |http| phrases(run, http, &mut three)));
    });
}

/// An office with people who are logged in, after `more` was done to it.
pub fn office(more: impl FnOnce(&Town)) -> Begin {
    let town = Town::open(Folder::new("drill"), Clock::System);
    town.settle_people();
    // a volume a year: an old register makes some anew
    let common = Policy {
        exclusive: false,
        yearly: true,
    };
    let rule = Rule {
        common,
        ..Rule::default()
    };
    town.store.place_by(&rule).unwrap();
    more(&town);
    let office = Office::of(town);
    let mut admin = office.admin();
    let names = ["宋小笺", "田丰收"];
    let seat = |name: &&str| ((*name).to_owned(), office.colleague(&mut admin, name));
    let people = names.iter().map(seat).collect();
    assert!(office.town.store.drain(Duration::from_secs(10)));
    office.state.access.flush().unwrap();
    office.town.store.checkpoint();
    let folder = Image::of(&office.town.folder).copy("drill");
    Begin { folder, people }
}

/// A word nobody used before.
pub fn word(chance: &mut Chance) -> String {
    format!("{:016x}", chance.next())
}

fn today() -> String {
    Zone::BEIJING.day(Clock::System.now()).to_string()
}

pub fn register(http: &mut Http, csrf: &str, title: &str) -> Reply {
    let (op, number, day) = (
        format!("op-{title}"),
        format!("墨发〔2026〕{title}号"),
        today(),
    );
    let fields = [
        ("_csrf", csrf),
        ("_op", &op),
        ("do", "submit/propose"),
        ("f.title", title),
        ("f.from", "墨川县人民政府"),
        ("f.from_number", &number),
        ("f.received_on", &day),
    ];
    http.post("/start/incoming-handle", &fields)
}

/// Registers one after another and sends each on.
pub fn desk(run: &Run, http: &mut Http, mut chance: Chance) {
    let csrf = token(&http.get("/me"));
    while !run.is_over() {
        let title = word(&mut chance);
        let done = register(http, &csrf, &title);
        assert_eq!(done.status, 303, "{}", done.text());
        run.ack(Fact::in_volumes(TITLES, &title));
        let at = done.header("Location").unwrap().to_owned();
        let at = at.split('?').next().unwrap();
        if !at.starts_with("/case/") {
            continue;
        }
        let said = format!("拟请批示 {title}");
        let fields = [("do", "submit/review"), ("opinion", said.as_str())];
        let sent = http.submit(at, at, &fields);
        assert_eq!(sent.status, 303, "{}", sent.text());
        run.ack(Fact::in_volumes(OPINIONS, &said));
    }
}

/// Registers with a file; some are larger than what goes into one commit.
pub fn files(run: &Run, http: &mut Http, chance: &mut Chance) {
    while !run.is_over() {
        let title = word(chance);
        let most = *chance.pick(&[3_000, 300_000, 6_000_000]);
        let size = 1 + chance.below(most);
        let salt = chance.next();
        let bytes: Vec<u8> = (0..size)
            .map(|i| ((i * 31) ^ (i >> 7) ^ salt) as u8)
            .collect();
        let name = format!("{title}.mp3");
        let bytes = [b"ID3\x04\0\0\xff\xfb\x90".to_vec(), bytes].concat();
        let sent = with_file(http, &title, (&name, &bytes));
        assert_eq!(sent.status, 303, "{}", sent.text());
        run.ack(Fact::in_volumes(TITLES, &title));
        let kept = format!("{name} {}", Digest::of(&bytes).hex());
        run.ack(Fact::in_volumes(FILES, kept));
    }
}

pub fn with_file(http: &mut Http, title: &str, (name, bytes): (&str, &[u8])) -> Reply {
    const AT: &str = "/start/incoming-handle";
    let hidden = http.get(AT).hidden(AT);
    let (number, day) = (format!("墨发〔2026〕{title}号"), today());
    let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(n, v)| (&**n, &**v)).collect();
    fields.extend([
        ("do", "submit/propose"),
        ("f.title", title),
        ("f.from", "墨川县水务局"),
        ("f.from_number", &number),
        ("f.received_on", &day),
        ("f.declared", "本件不涉密"),
    ]);
    let plain = |(name, value): &(&'_ str, &'_ str)| (name.to_string(), value.as_bytes().to_vec());
    let plain: Vec<(String, Vec<u8>)> = fields.iter().map(plain).collect();
    let part = |(name, bytes)| Part {
        name,
        file: None,
        bytes,
    };
    let mut parts: Vec<Part<'_>> = plain.iter().map(|(n, v)| part((n.as_str(), v))).collect();
    parts.push(Part {
        name: "f.attachments",
        file: Some((name, "application/octet-stream")),
        bytes,
    });
    http.send(&Request::new("POST", AT).multipart(&parts))
}

/// Carries one old register in after another; each line is there once the page says so.
fn import(run: &Run, http: &mut Http, chance: &mut Chance) {
    while !run.is_over() {
        let year = OLD_BOOKS_UNTIL - chance.below(5) as i32;
        let first = 1 + chance.below(99_900);
        let mut book = String::from("收文号,来文机关,收文日期,文件标题\n");
        let titles: Vec<String> = (0..30).map(|_| word(chance)).collect();
        for (n, title) in (first..).zip(&titles) {
            writeln!(
                book,
                "收文〔{year}〕{n}号,墨川县水务局,{year}-03-09,{title}"
            )
            .unwrap();
        }
        let hidden = http.get(IMPORT).hidden(IMPORT);
        let part = |(name, value): &'_ (String, String)| (name.clone(), value.clone().into_bytes());
        let plain: Vec<(String, Vec<u8>)> = hidden.iter().map(part).collect();
        let mut parts: Vec<Part<'_>> = plain
            .iter()
            .map(|(name, bytes)| Part {
                name,
                file: None,
                bytes,
            })
            .collect();
        parts.push(Part {
            name: "file",
            file: Some(("旧.csv", "application/octet-stream")),
            bytes: book.as_bytes(),
        });
        let came = http.send(&Request::new("POST", IMPORT).multipart(&parts));
        assert_eq!(came.status, 303, "{}", came.text());
        let here = came.header("Location").unwrap().to_owned();
        if !http.get(&here).text().contains("可以导入 30 行") {
            // numbers of an earlier book
            continue;
        }
        let begun = http.submit(&here, &format!("{here}/run"), &[("on_bad", "refuse")]);
        assert_eq!(begun.status, 303, "{}", begun.text());
        while !http.get(&here).text().contains("导入好了") {
            thread::sleep(Duration::from_millis(20));
        }
        for title in titles {
            run.ack(Fact::in_volumes("SELECT title FROM cases", title));
        }
    }
}

/// Keeps phrases, as many as a person may.
fn phrases(run: &Run, http: &mut Http, chance: &mut Chance) {
    let csrf = token(&http.get("/me"));
    while !run.is_over() {
        let phrase = word(chance);
        let fields = [("_csrf", csrf.as_str()), ("phrase", phrase.as_str())];
        if http.post("/me/phrases", &fields).status != 303 {
            return;
        }
        run.ack(Fact::in_hub("SELECT text FROM phrase", phrase));
        thread::sleep(Duration::from_millis(20));
    }
}
