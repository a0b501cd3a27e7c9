//! Backups are made one after another while documents come in, older ones go. Whatever the end falls into, every
//! backup that the office counts as good restores, what the older ones need is there, and the next one is made.

use crate::drill::after::After;
use crate::drill::ledger::Fact;
use crate::drill::office::{CASES, Kept, at_desks, hub, one_owner_each, two_years, until};
use crate::drill::run::Run;
use crate::drill::{Begin, Scenario};
use crate::support::binary::run as told;
use crate::support::files::{Bare, Image, in_volumes, list};
use crate::support::http::Http;
use crate::support::long::Chance;
use crate::support::town::{Folder, Town};
use inkstone::kit::Clock;
use inkstone::kit::recovery::RecoveryKey;
use inkstone::store::Stamp;
use inkstone::store::backup::{self, Progress};
use inkstone::store::verify::verify;
use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

const ALL: &str = "SELECT file FROM backup";
const GOOD: &str = "SELECT file FROM backup WHERE state = 'good'";

pub struct Backup;

/// The recovery key of these offices.
static KEY: OnceLock<String> = OnceLock::new();

/// An office with a place, a key and a first backup.
pub fn office() -> &'static Kept {
    static KEPT: OnceLock<Kept> = OnceLock::new();
    KEPT.get_or_init(|| {
        two_years(|town| {
            let place = Folder::new("drill-place");
            fs::create_dir_all(&place.0).unwrap();
            let key = with_a_place(town, &place);
            KEY.set(key.text()).unwrap();
            backup::run(&town.store).unwrap();
            // the place goes along with the files, so that the rigs see it
            Image::of(&place).write_below(&town.folder.0.join(PLACE));
        })
    })
}

pub const PLACE: &str = "place";

fn with_a_place(town: &Town, place: &Folder) -> RecoveryKey {
    let stamp = |what| Stamp::new("person:1", what, town.clock.now());
    let key = backup::make_key(&town.store, "苏简", stamp("backup.key")).unwrap();
    let path = place.0.to_str().unwrap();
    backup::add_place(&town.store, path, "苏简", stamp("backup.place")).unwrap();
    key
}

pub fn key() -> RecoveryKey {
    RecoveryKey::read(KEY.get().unwrap()).unwrap()
}

/// The disk is found where the folder is now.
fn mount(folder: &Folder) {
    let path = folder.0.join(PLACE);
    let path = path.to_str().unwrap();
    Bare::keeping(&folder.dir().hub()).one(&format!("UPDATE backup_place SET path = '{path}'"));
}

/// The office's own folder at the place.
fn shelf(folder: &Folder) -> PathBuf {
    let all = fs::read_dir(folder.0.join(PLACE)).unwrap();
    all.map(|e| e.unwrap().path()).find(|p| p.is_dir()).unwrap()
}

impl Scenario for Backup {
    fn name(&self) -> &'static str {
        "backup"
    }

    fn begin(&self) -> Begin {
        let begin = office().begin("drill-backup");
        mount(&begin.folder);
        begin
    }

    fn lasts(&self) -> Duration {
        Duration::from_millis(5000)
    }

    fn goes_on(&self) -> bool {
        false
    }

    fn watches(&self) -> bool {
        true
    }

    fn load(&self, run: &Run, chance: &mut Chance) {
        let Some(server) = run.serve() else { return };
        thread::scope(|s| {
            s.spawn(|| watch(run));
            at_desks(run, server.address, chance, || {
                run.works(server.address, "苏简", |http| keeper(run, http));
            });
        });
    }

    fn found(&self, folder: &Folder) -> &'static str {
        let names = fs::read_dir(shelf(folder)).unwrap();
        let names: Vec<String> = names
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        let known: Vec<String> = list(&folder.dir().hub(), ALL);
        let new = |n: &&String| n.ends_with(".inkbak") && !known.contains(n);
        match () {
            () if names.iter().any(|n| n.ends_with(".part")) => "while a file was written",
            () if names.iter().any(|n| new(&n)) => "before it was checked",
            () if folder.dir().backup_work().exists() => "at a backup",
            () => "between two",
        }
    }

    fn check(&self, after: &After<'_>) {
        one_owner_each(after.folder);
        let folder = Image::of(after.folder).copy_all("drill-copy");
        mount(&folder);
        let before: Vec<String> = list(&folder.dir().hub(), GOOD);
        assert!(!before.is_empty(), "the first one is gone");
        restores(&folder, &before);
        let (done, said) = told(&folder, &["backup"]);
        assert!(done.status.success() && said.contains("备份好了"), "{said}");
        let now: Vec<String> = list(&folder.dir().hub(), GOOD);
        assert!(now.iter().any(|n| !before.contains(n)), "{now:?}");
        restores(&folder, &now[now.len() - 1..]);
        nobodys(&folder);
        let findings = verify(&folder.dir()).unwrap();
        assert!(findings.is_empty(), "backed up: {findings:?}");
    }
}

/// Each of these restores into an empty folder.
fn restores(folder: &Folder, files: &[String]) {
    for name in files {
        let to = Folder::new("drill-restored");
        let file = shelf(folder).join(name);
        let at = Clock::System.now();
        let done = backup::whole(&file, &key(), (&to.dir(), at), &Progress::default());
        let done = done.unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(done.cases >= 2 * CASES as i64, "{done:?}");
        assert_eq!((done.missing, done.people), (0, 9), "{done:?}");
        assert!(backup::adopt(&to.dir()).unwrap());
        let cases: i64 = in_volumes::<i64>(&to, "SELECT count(*) FROM cases")
            .iter()
            .sum();
        assert_eq!(cases, done.cases, "{name}");
    }
}

/// Nothing lies at the place that no row of the hub names: it would never be removed.
fn nobodys(folder: &Folder) {
    let hub = folder.dir().hub();
    let mut known: Vec<String> = list(&hub, GOOD);
    known.extend(list::<String>(&hub, "SELECT name FROM backup_pack"));
    known.push("inkstone-backup.json".into());
    let names = fs::read_dir(shelf(folder)).unwrap();
    let names = names.map(|e| e.unwrap().file_name().into_string().unwrap());
    let strange: Vec<String> = names.filter(|n| !known.contains(n)).collect();
    assert!(strange.is_empty(), "nobody's: {strange:?}");
}

/// Marks the moments in which another backup is known.
fn watch(run: &Run) {
    let mut known = hub(run, GOOD);
    until(run, || {
        let now = hub(run, GOOD);
        if !now.is_empty() && now != known {
            run.mark();
            known = now;
        }
        false
    });
}

/// Asks for one after another.
fn keeper(run: &Run, http: &mut Http) {
    while !run.is_over() {
        let known = hub(run, ALL);
        let asked = http.submit("/backup", "/backup/run", &[]);
        assert_eq!(asked.status, 303, "{}", asked.text());
        let mut new = None;
        until(run, || {
            new = hub(run, ALL).into_iter().find(|f| !known.contains(f));
            new.is_some()
        });
        let Some(new) = new else { return };
        run.ack(Fact::in_hub(ALL, new));
        let idle = until(run, || http.get("/backup").text().contains("马上备份"));
        if !idle {
            return;
        }
    }
}
