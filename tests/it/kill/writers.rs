//! The child of the kill test: eight writers who take office-wide and departmental numbers, send cases
//! on, are refused, save drafts and attach files, until they are killed. A line is printed after its
//! write was acknowledged, in one piece, and flushed.

use crate::support::long::Chance;
use crate::support::town::{Town, says};
use inkstone::engine::definition::MoveId;
use inkstone::engine::draft_store;
use inkstone::engine::offer::Input;
use inkstone::kit::{Id, Principal};
use inkstone::store::{NewAttachment, Write};
use serde_json::{Value, json};
use std::io::Write as _;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

/// The files are open and repaired.
pub const READY: &str = "READY";
/// The parent kills long before; without a parent the child goes by itself.
const LONGEST: Duration = Duration::from_secs(20);

struct Writer<'a> {
    town: &'a Town,
    name: String,
    chance: Chance,
    n: u32,
}

/// Writes until killed.
pub fn all(town: &Town, round: u64) {
    let began = Instant::now();
    // the test runner has begun the line
    say("");
    say(READY);
    thread::scope(|s| {
        for i in 0..8 {
            let mut writer = Writer {
                town,
                name: format!("{round}-{i}"),
                chance: Chance::seeded(round * 8 + i),
                n: 0,
            };
            s.spawn(move || {
                while began.elapsed() < LONGEST {
                    writer.one(i);
                }
            });
        }
        s.spawn(|| {
            while began.elapsed() < LONGEST {
                thread::sleep(Duration::from_millis(5));
                let counters = town.store.counters();
                let requests = counters.requests.load(Ordering::Relaxed);
                tell(&json!({ "mean": [requests, counters.batches.load(Ordering::Relaxed)] }));
            }
        });
    });
}

/// Whom a case of this kind is sent to at its first step.
pub fn readers(town: &Town, kind: &str) -> Vec<Principal> {
    match kind {
        "incoming-read" => vec![town.post("江若川")],
        _ => Vec::new(),
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

fn tell(what: &Value) {
    say(&format!("ACK {what}"));
}

impl Writer<'_> {
    fn next(&mut self) -> String {
        self.n += 1;
        format!("件{}-{}", self.name, self.n)
    }

    fn one(&mut self, i: u64) {
        match i {
            0 | 1 => self.incoming(),
            2 => self.reading(),
            3 => self.note("田丰收", "organ-note"),
            4 => self.note("雷有备", "organ-note"),
            5 => self.note("雷有备", "department-note"),
            6 => self.note("田丰收", "department-note"),
            _ => self.desk(),
        }
        if self.chance.below(3) == 0 {
            self.refused();
        }
    }

    /// Starts a case; now and then the form is posted twice at once.
    fn start(&mut self, who: &str, kind: &str) -> Id {
        let title = self.next();
        let from: &[_] = if kind.starts_with("incoming") {
            &[("from", "县政府")]
        } else {
            &[]
        };
        let op = format!("op-{title}");
        let post = || {
            let people = readers(self.town, kind);
            self.town.start_to(who, (kind, &title), (from, people), &op)
        };
        let done = if self.chance.below(4) == 0 {
            let (one, two) = thread::scope(|s| {
                let one = s.spawn(post);
                let two = s.spawn(post);
                (one.join().unwrap(), two.join().unwrap())
            });
            let (one, two) = (one.unwrap(), two.unwrap());
            assert_eq!((one.case, &one.number), (two.case, &two.number));
            one
        } else {
            post().unwrap()
        };
        tell(&json!({ "case": done.case, "number": done.number.unwrap(), "title": title }));
        done.case
    }

    fn submit(&mut self, who: &str, case: Id, input: Input) {
        let opinion = input.opinion.clone();
        self.town.act(who, case, MoveId::Submit, input).unwrap();
        tell(&json!({ "act": case, "opinion": opinion }));
    }

    fn incoming(&mut self) {
        let case = self.start("宋小笺", "incoming-handle");
        let said = format!("拟请批示 {case}");
        self.submit("宋小笺", case, says(&said));
        let to = Input {
            choice: "instruct".into(),
            people: vec![self.town.post("江若川")],
            ..says(&format!("请批示 {case}"))
        };
        self.submit("纪文澜", case, to);
        // who has handed it on may not do it once more
        let again = self.town.act("纪文澜", case, MoveId::Submit, says("再送"));
        assert!(again.is_err());
        self.submit("江若川", case, says(&format!("同意 {case}")));
    }

    fn reading(&mut self) {
        let case = self.start("宋小笺", "incoming-read");
        let read = says(&format!("已阅 {case}"));
        let opinion = read.opinion.clone();
        self.town.act("江若川", case, MoveId::Read, read).unwrap();
        tell(&json!({ "act": case, "opinion": opinion }));
    }

    fn note(&mut self, who: &str, kind: &str) {
        let case = self.start(who, kind);
        self.submit(who, case, says(&format!("看过 {case}")));
        self.town
            .act(who, case, MoveId::Archive, Input::default())
            .unwrap();
        tell(&json!({ "archived": case }));
    }

    /// A registration without a title takes a number and has to give it back.
    fn refused(&mut self) {
        let op = format!("no-{}", self.next());
        let done = self.town.start(
            "宋小笺",
            ("incoming-handle", ""),
            &[("from", "县政府")],
            &op,
        );
        assert!(done.is_err());
        let done = self.town.start("田丰收", ("organ-note", ""), &[], &op);
        assert!(done.is_err());
    }

    /// A draft saved over and over while typing; a file now and then.
    fn desk(&mut self) {
        let acting = self.town.acting("安守");
        let shelf = self
            .town
            .engine
            .shelf_now(&self.town.store, &acting)
            .unwrap();
        let person = self.town.person("安守");
        let mut id = None;
        for n in 1..5 {
            let text = format!("{} 字{n}", self.next());
            let values = [("title".to_owned(), json!(text))].into_iter().collect();
            let save = move |w: &mut Write<'_>| {
                w.quiet("a draft is its owner's");
                draft_store::set_draft(w, (id, person), "organ-note", &values)
            };
            let stamp = self.town.stamp("安守", "draft.save");
            let saved = self.town.store.write(shelf, stamp, save).unwrap().value;
            id = Some(saved);
            tell(&json!({ "draft": saved, "text": text, "n": n }));
        }
        if let Some(owner) = id.filter(|_| self.chance.below(2) == 0) {
            self.attach(owner);
        }
    }

    fn attach(&mut self, owner: Id) {
        let (size, salt) = (1 + self.chance.below(900_000), self.chance.next());
        let bytes: Vec<u8> = (0..size).map(|i| (i ^ salt) as u8).collect();
        let mut upload = self.town.store.upload(owner.shelf()).unwrap();
        upload.push(&bytes).unwrap();
        let (digest, size) = upload.finish().unwrap();
        let file = NewAttachment {
            owner,
            field: "attachments".into(),
            name: "附件.pdf".into(),
            size,
            digest,
            kind: "application/pdf".into(),
            person: self.town.person("安守"),
            person_name: "安守".into(),
        };
        let stamp = self.town.stamp("安守", "case.attach");
        let write = move |w: &mut Write<'_>| {
            w.quiet("a file of a draft");
            w.attach(&file)
        };
        let id = self
            .town
            .store
            .write(owner.shelf(), stamp, write)
            .unwrap()
            .value;
        tell(&json!({ "file": id, "digest": digest.hex(), "size": size }));
    }
}
