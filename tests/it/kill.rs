//! The store under kill -9. The test binary runs itself as a child with eight writers; every write is
//! told on a line after it was acknowledged, and the parent keeps these lines as the ledger. It kills
//! at random, opens the town again, and asks for each line; then goes on in the same folder.
//! `ledger` holds what was acknowledged and what must be true, `writers` is the child. `drills` kills the real
//! binary in the scenarios of `drill`.

#[cfg(target_os = "linux")]
mod drills;
pub mod ledger;
pub mod writers;

use crate::support::files;
use crate::support::long::{self, Chance};
use crate::support::small;
use crate::support::town::{Folder, Town, monday};
use inkstone::kit::Clock;
use inkstone::store::placement::{Policy, Rule};
use inkstone::store::verify::verify;
use ledger::Ledger;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

/// Where the child writes; absent in an ordinary run.
pub const DIR: &str = "INKSTONE_KILL_DIR";
pub const ROUND: &str = "INKSTONE_KILL_ROUND";

pub fn open(folder: Folder) -> Town {
    let more = [small::of_department(), small::of_organ()];
    Town::open_with(folder, Clock::System, &more)
}

/// Not a test of its own: what the parent below runs and kills.
#[test]
fn child() {
    let Some(dir) = std::env::var_os(DIR) else {
        return;
    };
    let round = std::env::var(ROUND).unwrap().parse().unwrap();
    // Never dropped: the folder is the parent's.
    let town = std::mem::ManuallyDrop::new(open(Folder(dir.into())));
    writers::all(&town, round);
}

#[test]
fn nothing_acknowledged_is_lost() {
    let rounds = long::rounds("kill", 20, 200);
    let mut chance = Chance::new();
    let mut folder = new_office();
    let mut ledger = Ledger::default();
    for round in 0..rounds {
        let lines = run_and_kill(&folder, round, &mut chance, "kill::child");
        let new = ledger.take(&lines);
        let town = open(folder);
        ledger.check(&town, new);
        folder = town.stop();
        let findings = verify(&folder.dir()).unwrap();
        assert!(findings.is_empty(), "round {round}: {findings:?}");
    }
    folder = fill_holes(folder);
    let (requests, batches) = ledger.commits();
    let mean = requests as f64 / batches.max(1) as f64;
    println!("{rounds} kills, {ledger}, mean batch {mean:.2} over {batches} commits");
    assert!(mean > 1.0, "writers never shared a commit");
    drop(folder);
}

/// One department has a volume of its own, so that the office's numbers are taken in two volumes.
pub fn new_office() -> Folder {
    let town = Town::open(Folder::new("kill"), Clock::held(monday()));
    town.settle_people();
    let own = Policy {
        exclusive: true,
        yearly: false,
    };
    let mut rule = Rule::default();
    rule.except.insert(town.dept("NYZ"), own);
    town.store.place_by(&rule).unwrap();
    town.stop()
}

/// Lines the child told before it died.
pub fn run_and_kill(
    folder: &Folder,
    round: usize,
    chance: &mut Chance,
    child: &str,
) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", child, "--nocapture", "--test-threads=1"])
        .env(DIR, &folder.0)
        .env(ROUND, round.to_string())
        .env_remove("INKSTONE_SKIPS")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let lines = Arc::new(Mutex::new(Vec::new()));
    let (ready, is_ready) = mpsc::channel();
    let kept = lines.clone();
    let reader = thread::spawn(move || {
        for line in out.split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8(line).unwrap();
            if line == writers::READY {
                let _ = ready.send(());
            }
            kept.lock().unwrap().push(line);
        }
    });
    // One kill in five falls into the start and its repair.
    if chance.below(5) > 0 {
        is_ready.recv_timeout(Duration::from_secs(30)).unwrap();
    }
    thread::sleep(Duration::from_millis(5 + chance.below(396)));
    child.kill().unwrap();
    let end = child.wait().unwrap();
    assert!(end.code().is_none(), "the child ended by itself: {end:?}");
    reader.join().unwrap();
    // What stands after the last line break was cut off in the middle.
    let mut lines = std::mem::take(&mut *lines.lock().unwrap());
    lines.retain(|l| !l.is_empty());
    lines
}

/// A hole is open only until the next number is taken.
fn fill_holes(folder: Folder) -> Folder {
    let free = "SELECT count(*) FROM claim WHERE state = 'free'";
    let holes = files::list::<i64>(&folder.dir().hub(), free)[0];
    let town = open(folder);
    for i in 0..holes {
        let title = format!("补号{i}");
        for kind in ["organ-note", "incoming-read"] {
            let from: &[_] = if kind == "organ-note" {
                &[]
            } else {
                &[("from", "县政府")]
            };
            let people = writers::readers(&town, kind);
            town.start_to(
                "宋小笺",
                (kind, &title),
                (from, people),
                &format!("{kind}-{title}"),
            )
            .unwrap();
        }
    }
    assert!(town.store.drain(Duration::from_secs(30)));
    let folder = town.stop();
    assert_eq!(
        files::list::<i64>(&folder.dir().hub(), free),
        [0],
        "of {holes} holes"
    );
    let findings = verify(&folder.dir()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    folder
}
