//! The office the scenarios about its files begin with: a year that is over, with attachments, and the present one;
//! its people logged in already. Made once, then copied: each run begins with files of its own.
//! Not here: what is done to it (`scenes`).

use super::Begin;
use super::run::Run;
use crate::relocate::attach;
use crate::support::files::{Image, list};
use crate::support::http::Http;
use crate::support::long::Chance;
use crate::support::office::{ADMIN, Office};
use crate::support::town::{Folder, Town, day};
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::Input;
use inkstone::kit::{Clock, Digest, Id, Zone};
use inkstone::store::placement::{Policy, Rule};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// How many cases the past year has; the present one has as many.
pub const CASES: usize = 6;

/// A stopped office, kept in memory.
pub struct Kept {
    image: Image,
    people: Vec<(String, Http)>,
    /// The first case of the past year.
    pub past: Id,
    /// The volume of the past year.
    pub volume: i64,
    /// The records office, and another department.
    pub depts: [i64; 2],
}

impl Kept {
    pub fn begin(&self, name: &str) -> Begin {
        Begin {
            folder: self.image.copy_all(name),
            people: self.people.clone(),
        }
    }
}

/// Makes it; `more` happens at the end, in the present.
pub fn two_years(more: impl FnOnce(&Town)) -> Kept {
    two_years_with(0, more)
}

/// The same with so many cases of the past year that are not done.
pub fn two_years_with(open: usize, more: impl FnOnce(&Town)) -> Kept {
    let now = Clock::System.now();
    let year = Zone::BEIJING.year(now);
    let then = Zone::BEIJING.at(day(&format!("{}-06-15", year - 1)), 9, 0);
    let town = Town::open(Folder::new("drill-office"), Clock::held(then));
    town.settle_people_since(day(&format!("{}-01-01", year - 1)));
    let common = Policy {
        exclusive: false,
        yearly: true,
    };
    let rule = Rule {
        common,
        ..Rule::default()
    };
    town.store.place_by(&rule).unwrap();
    let mut past: Option<Id> = None;
    for n in 0..CASES {
        let title = format!("去年的第{n}件");
        let case = town.register("incoming-handle", &title).unwrap().case;
        attach(&town, case, &format!("旧{n}.bin"), &contents(n));
        let void = Input {
            note: "重复登记".into(),
            ..Input::default()
        };
        town.act("宋小笺", case, MoveId::Void, void).unwrap();
        past.get_or_insert(case);
    }
    for n in 0..open {
        let title = format!("去年没办完的第{n}件");
        let case = town.register("incoming-handle", &title).unwrap().case;
        attach(&town, case, &format!("未完{n}.bin"), &contents(n + 80));
    }
    for dept in ["NYZ", "YJB"] {
        town.store.shelf_for(town.dept(dept), year - 1).unwrap();
    }
    town.clock.advance(now.0 - town.clock.now().0 - 3_600_000);
    for n in 0..CASES {
        let title = format!("今年的第{n}件");
        let case = town.register("incoming-handle", &title).unwrap().case;
        attach(&town, case, &format!("新{n}.bin"), &contents(n + 40));
    }
    town.store.shelf_for(town.dept("NYZ"), year).unwrap();
    town.clock.advance(now.0 - town.clock.now().0);
    more(&town);
    let depts = [town.dept("DZB"), town.dept("NYZ")];
    let past = past.unwrap();
    let volume = town.store.routes().volume(past.shelf()).unwrap();
    let (image, people) = logged_in(town);
    Kept {
        image,
        people,
        past,
        volume,
        depts,
    }
}

/// Stops the town with everybody of the drills logged in.
fn logged_in(town: Town) -> (Image, Vec<(String, Http)>) {
    let office = Office::of(town);
    let mut admin = office.admin();
    let mut people: Vec<(String, Http)> = ["宋小笺", "田丰收"]
        .iter()
        .map(|name| ((*name).to_owned(), office.colleague(&mut admin, name)))
        .collect();
    people.push((ADMIN.to_owned(), admin));
    assert!(office.town.store.drain(Duration::from_secs(20)));
    office.state.access.flush().unwrap();
    office.town.store.checkpoint();
    (Image::of(&office.town.folder), people)
}

/// What an attachment of it holds; the first is a large one.
pub fn contents(n: usize) -> Vec<u8> {
    let size = if n == 0 { 1_500_000 } else { 2_000 + n * 500 };
    let mut chance = Chance::seeded(n as u64 + 1);
    let mut all = Vec::with_capacity(size + 8);
    while all.len() < size {
        all.extend(chance.next().to_le_bytes());
    }
    all.truncate(size);
    all
}

/// The folder as it stands in a copy, opened as a start does; it goes with the answer.
pub fn in_a_copy(folder: &Folder) -> Town {
    Town::open(
        Image::of(folder).copy_all("drill-copy"),
        Clock::held(Clock::System.now()),
    )
}

/// Every attachment of the past year is read, byte for byte.
pub fn past_is_whole(town: &Town, past: Id) {
    for n in 0..CASES {
        let wanted = contents(n);
        let blob = town.store.blob(past.shelf(), Digest::of(&wanted)).unwrap();
        assert!(blob.all(1 << 22).unwrap() == Some(wanted), "旧{n}.bin");
    }
}

/// Asks again and again, until it is so or the run is over; whether it is so.
pub fn until(run: &Run, mut is_so: impl FnMut() -> bool) -> bool {
    loop {
        if run.is_over() {
            return false;
        }
        if is_so() {
            return true;
        }
        thread::sleep(Duration::from_millis(2));
    }
}

/// What the hub says now, while somebody else writes it; nothing where it cannot be read at this moment.
pub fn hub(run: &Run, question: &'static str) -> Vec<String> {
    asked(&run.folder.0.join("hub.db"), question)
}

/// The same of any file.
pub fn asked(path: &Path, question: &'static str) -> Vec<String> {
    crate::support::files::try_list(path, question).unwrap_or_default()
}

/// The volumes there are now.
pub fn volumes_now(folder: &Folder) -> Vec<PathBuf> {
    let found = std::fs::read_dir(folder.0.join("volumes"));
    let paths = found.into_iter().flatten().flatten().map(|e| e.path());
    paths
        .filter(|p| p.extension().is_some_and(|e| e == "vol"))
        .collect()
}

/// Each shelf has exactly one owner.
pub fn one_owner_each(folder: &Folder) {
    let shelves: Vec<i64> = list(&folder.dir().hub(), "SELECT no FROM shelf ORDER BY no");
    let owners = "SELECT shelf FROM shelf_owner WHERE state IN ('active','frozen')";
    let mut owned: Vec<i64> = crate::support::files::in_volumes(folder, owners);
    owned.sort_unstable();
    assert_eq!(owned, shelves, "owners of shelves");
}

/// A clerk or two at their desks, so that there is something to lose.
pub fn at_desks(run: &Run, server: SocketAddr, chance: &mut Chance, more: impl FnOnce() + Send) {
    let (one, mut two) = (Chance::seeded(chance.next()), Chance::seeded(chance.next()));
    thread::scope(|s| {
        s.spawn(|| {
            run.works(server, "宋小笺", |http| {
                super::scenes::work::desk(run, http, one)
            })
        });
        s.spawn(|| {
            run.works(server, "宋小笺", |http| {
                super::scenes::work::files(run, http, &mut two)
            })
        });
        s.spawn(more);
    });
}
