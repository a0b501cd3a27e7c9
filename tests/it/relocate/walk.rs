//! The walk an office may take: shared, yearly, one department on its own, mixed, shared again, while clerks
//! register, send on, upload and search through real sockets. Nobody is shown an error, every search and every
//! list shows what it showed, and what was written is all there.

use super::{OWN, SHARED, YEARLY, filled, order, rule, settled, truth};
use crate::support::http::{Http, Part, Request};
use crate::support::office::Office;
use inkstone::engine::same_store::find_last_started;
use inkstone::kit::Id;
use inkstone::store::verify::verify;
use inkstone::store::{Query, RelocationState};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// What the load came to.
#[derive(Default)]
struct Load {
    stop: AtomicBool,
    next: AtomicUsize,
    asked: AtomicUsize,
    slowest: Mutex<Duration>,
    written: Mutex<Vec<String>>,
}

impl Load {
    fn on(&self) -> bool {
        !self.stop.load(Ordering::Relaxed)
    }

    fn took(&self, began: Instant) {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let mut slowest = self.slowest.lock().unwrap();
        *slowest = (*slowest).max(began.elapsed());
    }
}

fn seat(clerk: &Http) -> Http {
    Http {
        tls: None,
        address: clerk.address,
        cookies: clerk.cookies.clone(),
    }
}

/// Registered while the shelves move; more on a slow machine would only make its shelves heavier to move.
const REGISTERED: usize = 300;

/// Registers a document with a file of its own, now and then twice with the same form.
fn registers(mut clerk: Http, csrf: &str, load: &Load) {
    while load.on() {
        let n = load.next.fetch_add(1, Ordering::Relaxed);
        if n >= REGISTERED {
            return;
        }
        let (title, op) = (format!("关于第{n}件急事的函"), format!("walk-{n}"));
        let number = format!("墨政函〔2026〕{n}号");
        let text = [
            ("_csrf", csrf),
            ("_op", &*op),
            ("do", "submit/propose"),
            ("f.title", &*title),
            ("f.from", "墨川县人民政府"),
            ("f.from_number", &*number),
            ("f.received_on", "2027-02-02"),
        ];
        let mut parts: Vec<Part<'_>> = Vec::new();
        for (name, value) in &text {
            parts.push(Part {
                name,
                file: None,
                bytes: value.as_bytes(),
            });
        }
        let body = vec![b'a' + (n % 20) as u8; 1000 + n * 977 % 90_000];
        parts.push(Part {
            name: "f.attachments",
            file: Some(("附.txt", "text/plain")),
            bytes: &body,
        });
        let times = if n.is_multiple_of(5) { 2 } else { 1 };
        for _ in 0..times {
            let began = Instant::now();
            let answer =
                clerk.send(&Request::new("POST", "/start/incoming-handle").multipart(&parts));
            assert_eq!(answer.status, 303, "{title}: {}", answer.text());
            load.took(began);
        }
        load.written.lock().unwrap().push(title);
        thread::sleep(Duration::from_millis(200));
    }
}

/// Sends on what was registered before the walk began, a step a case.
fn sends_on(mut clerk: Http, csrf: &str, cases: &[Id], load: &Load) {
    for case in cases {
        if !load.on() {
            return;
        }
        let at = format!("/case/{case}");
        let fields = [
            ("_csrf", csrf),
            ("do", "submit/review"),
            ("opinion", "拟请批示。"),
        ];
        let began = Instant::now();
        let answer = clerk.post(&at, &fields);
        assert_eq!(answer.status, 303, "{}", answer.text());
        load.took(began);
        let page = clerk.get(&at);
        assert!(page.text().contains("拟请批示。"), "{at}: {}", page.status);
        thread::sleep(Duration::from_millis(15));
    }
}

/// Searches, opens lists, cases and files: each shows what it always showed.
fn looks(mut clerk: Http, cases: &[Id], load: &Load) {
    let mut n = 0;
    while load.on() {
        n += 1;
        let case = cases[n % cases.len()];
        let began = Instant::now();
        let (path, wanted) = match n % 4 {
            // 沟渠: nine cases, whatever else is written
            0 => (
                "/search?q=%E6%B2%9F%E6%B8%A0".to_owned(),
                "共 9 件".to_owned(),
            ),
            // 号闸: in nine attachments
            1 => (
                "/search?q=%E5%8F%B7%E9%97%B8".to_owned(),
                "共 9 件".to_owned(),
            ),
            2 => (format!("/case/{case}"), "号沟渠的通知".to_owned()),
            _ => ("/register/incoming?year=2026".to_owned(), "沟渠".to_owned()),
        };
        let page = clerk.get(&path);
        assert_eq!(page.status, 200, "{path}: {}", page.text());
        assert!(page.text().contains(&wanted), "{path}: {}", page.text());
        load.took(began);
    }
}

/// Rows of the cases that were there before, but for what their readers leave on tasks.
fn of_cases(all: &std::collections::BTreeSet<String>) -> Vec<String> {
    let kept = ["cases|", "ledger|", "opinion|", "attachment|", "branch|"];
    let is_kept = |row: &&String| kept.iter().any(|k| row.starts_with(k));
    all.iter().filter(is_kept).cloned().collect()
}

#[test]
fn the_office_works_while_its_shelves_move() {
    let office = Office::of(filled("reloc-walk"));
    let town = &office.town;
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let csrf = clerk.get("/me").hidden("/logout").remove(0).1;
    let old: Vec<Id> = town
        .store
        .index()
        .unwrap()
        .all(
            "SELECT case_id FROM case_list WHERE title LIKE '%沟渠%' ORDER BY case_id",
            [],
            |r| r.get(0).map(Id::from_raw),
        )
        .unwrap();
    assert_eq!(old.len(), 9);
    let waiting: Vec<Id> = (0..120)
        .map(|n| {
            let title = format!("等着送的第{n}件");
            town.register("incoming-handle", &title).unwrap().case
        })
        .collect();
    for case in &old {
        assert_eq!(clerk.get(&format!("/case/{case}")).status, 200);
    }
    assert!(office.state.search.drain(Duration::from_secs(60)));
    let before = of_cases(&truth(&town.folder));
    let before: Vec<&String> = (before.iter())
        .filter(|row| !waiting.iter().any(|w| row.contains(&w.raw().to_string())))
        .collect();
    assert!(before.len() > 40);
    let load = Load::default();
    let dept = town.dept("DZB");
    let walk = [
        rule(YEARLY, &[]),
        rule(YEARLY, &[(dept, OWN)]),
        rule(SHARED, &[(dept, YEARLY)]),
        rule(SHARED, &[]),
    ];
    let mover = office
        .state
        .store
        .start_mover_with(Duration::from_millis(400))
        .unwrap();
    /// The load ends however the walk does.
    struct Stops<'l>(&'l Load);
    impl Drop for Stops<'_> {
        fn drop(&mut self) {
            self.0.stop.store(true, Ordering::Relaxed);
        }
    }
    thread::scope(|s| {
        let _stops = Stops(&load);
        for _ in 0..3 {
            s.spawn(|| registers(seat(&clerk), &csrf, &load));
        }
        for cases in waiting.chunks(60) {
            let (clerk, csrf, load) = (&clerk, &csrf, &load);
            s.spawn(move || sends_on(seat(clerk), csrf, cases, load));
        }
        for _ in 0..2 {
            s.spawn(|| looks(seat(&clerk), &old, &load));
        }
        for rule in &walk {
            assert!(order(town, rule) > 0);
            arrived(&office);
        }
    });
    drop(mover);
    settled(town);
    let figures = office.state.store.moving_figures();
    println!(
        "{} answers while {} shelves moved, the slowest {:?}; {} rows, longest pause {:?}",
        load.asked.load(Ordering::Relaxed),
        figures.shelves,
        load.slowest.lock().unwrap(),
        figures.rows,
        figures.longest_pause
    );
    assert!(figures.shelves >= 8, "{figures:?}");
    assert!(town.store.drain(Duration::from_secs(30)));
    assert!(office.state.search.drain(Duration::from_secs(60)));
    let after = truth(&town.folder);
    for row in before {
        assert!(after.contains(row), "lost or changed: {row}");
    }
    let index = town.store.index().unwrap();
    let listed: Vec<String> = index
        .all("SELECT title FROM case_list ORDER BY title", [], |r| {
            r.get(0)
        })
        .unwrap();
    for title in load.written.lock().unwrap().iter() {
        let times = listed.iter().filter(|t| *t == title).count();
        assert_eq!(times, 1, "{title}");
    }
    let newest = find_last_started(&index, town.person("宋小笺"), "incoming-handle");
    assert!(newest.unwrap().is_some());
    drop(index);
    assert_eq!(office.state.faults(), 0);
    let findings = verify(&town.folder.dir()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}

/// Waits until nothing is on its way any more, however slow the machine: only a mover that stands still ends it.
fn arrived(office: &Office) {
    let until = Instant::now() + Duration::from_secs(900);
    loop {
        let all = office.state.store.relocations(1000).unwrap();
        let failed = all.iter().find(|r| r.state == RelocationState::Failed);
        assert!(failed.is_none(), "{failed:?}");
        let open = all.iter().find(|r| r.ended_at.is_none());
        if open.is_none() {
            return;
        }
        assert!(Instant::now() < until, "{open:?}");
        thread::sleep(Duration::from_millis(20));
    }
}
