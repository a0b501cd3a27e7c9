//! The real binary killed in the scenarios of `drill` (R01, R03): at a random time, right after a change of a file
//! that nobody chose, which falls between any two steps of the store, or at a moment that the scenario watches for.
//! No failpoints in the product: the recorder of the power rig counts the changes.

use crate::drill::after::Places;
use crate::drill::ledger::Ledger;
use crate::drill::run::Run;
use crate::drill::{Begin, Scenario, after, named};
use crate::power::shim;
use crate::support::http::Http;
use crate::support::long::{self, Chance};
use crate::support::town::Folder;
use std::ffi::OsString;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

/// An office begins anew after so many: each round asks for all that was ever acknowledged, and the last of three hundred
/// would do little else.
const AFRESH: usize = 50;

/// Kills itself after this many changes below the folder.
fn surroundings(folder: &Folder, changes: u64) -> Vec<(OsString, OsString)> {
    let root = fs::canonicalize(&folder.0).unwrap();
    let all = [
        ("LD_PRELOAD", shim().into()),
        ("INKSTONE_POWER_ROOT", root.into_os_string()),
        ("INKSTONE_POWER_LOG", "/dev/null".into()),
        ("INKSTONE_POWER_KILL_AT", changes.to_string().into()),
    ];
    all.map(|(name, value)| (name.into(), value)).into()
}

/// One life and its end.
fn live(
    scenario: &dyn Scenario,
    (folder, people, known): (Folder, &[(String, Http)], Ledger),
    chance: &mut Chance,
) -> (Folder, Ledger) {
    let lasts = scenario.lasts();
    let most = u64::try_from(lasts.as_millis()).unwrap();
    // mostly early, where each change is a step of its own
    let changes = 1 + chance.below(4) * chance.below(40) * chance.below(40) + chance.below(60);
    let way = chance.below(if scenario.watches() { 3 } else { 2 });
    let around = surroundings(&folder, changes);
    let run = Run::new(folder, people, known, lasts);
    let run = match way {
        0 => run,
        1 => run.mortal(around),
        _ => run.hasty(),
    };
    let wait = Duration::from_millis(if way == 0 { chance.below(most) } else { most });
    thread::scope(|s| {
        s.spawn(|| {
            let begun = Instant::now();
            while begun.elapsed() < wait && !run.killed() {
                thread::sleep(Duration::from_millis(1));
            }
            run.kill();
        });
        scenario.load(&run, chance);
        run.kill();
    });
    run.end()
}

fn kills(name: &str, suite: usize, long: usize) {
    let rounds = long::rounds("kill", suite, long);
    let (scenario, mut chance) = (named(name), Chance::new());
    let Begin {
        mut folder,
        mut people,
    } = scenario.begin();
    let (mut known, mut asked, mut slowest) = (Ledger::default(), 0, Duration::ZERO);
    let mut places = Places::default();
    for round in 1..=rounds {
        (folder, known) = live(scenario, (folder, &people, known), &mut chance);
        places.count(scenario.found(&folder));
        let took = after::check(scenario, (&folder, &known), &mut chance);
        slowest = slowest.max(took);
        asked += known.len();
        if !scenario.goes_on() || round % AFRESH == 0 {
            // with people of its own: a log-in belongs to its office
            Begin { folder, people } = scenario.begin();
            known = Ledger::default();
        }
    }
    println!(
        "{name}: {rounds} kills{}, {asked} acknowledged writes asked for, slowest start {slowest:.1?}",
        places.told()
    );
}

#[test]
fn at_work() {
    kills("work", 3, 100);
}

#[test]
fn at_the_first_run() {
    kills("first_run", 2, 50);
}

#[test]
fn while_the_lists_are_made_anew() {
    kills("rebuild", 2, 30);
}

#[test]
fn while_the_files_are_brought_to_the_present_tables() {
    kills("migrate", 3, 60);
}

#[test]
fn while_the_demonstration_is_filled_in() {
    kills("demo", 1, 30);
}

#[test]
fn while_the_demonstration_is_put_aside() {
    kills("clear", 2, 30);
}

#[test]
fn while_shelves_move() {
    kills("relocate", 2, 300);
}

#[test]
fn while_a_year_is_sealed_and_carried() {
    kills("freeze", 2, 300);
}

#[test]
fn while_backups_are_made() {
    kills("backup", 2, 300);
}

#[test]
fn while_a_backup_is_restored() {
    kills("restore", 2, 300);
}
