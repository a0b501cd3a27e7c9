//! The power goes at a random moment (R02, R03). The real binary runs under a recorder of everything it does to
//! its files; a replayer makes the folder again as it would be found after a cut, with what was not flushed
//! dropped, kept, halved or torn; the binary is started over that, and all it had acknowledged is asked for.
//! What it does meanwhile is a scenario of `drill`. `tests/long power` makes 300 cuts.

mod disk;
mod record;

use crate::drill::after::Places;
use crate::drill::ledger::Ledger;
use crate::drill::run::Run;
use crate::drill::{Begin, Scenario, after, named};
use crate::support::long::{self, Chance};
use crate::support::town::Folder;
use disk::{Disk, LOSSES, Loss};
use record::Log;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Cuts made in one recording.
const CUTS: usize = 10;
/// A scenario sees a moment at most so many changes after it came.
const MARK_WITHIN: u64 = 60;
/// How long a flush takes, in microseconds: long enough for other writers to come in between.
const FLUSH_US: &str = "400";

/// The recorder, compiled once a process.
pub fn shim() -> &'static Path {
    static SHIM: OnceLock<PathBuf> = OnceLock::new();
    SHIM.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let made = folder.join(format!("power-{}.so", std::process::id()));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/power/shim.c");
        let done = Command::new("cc")
            .args([
                "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o",
            ])
            .args([&made, &source])
            .arg("-lpthread")
            .status()
            .unwrap();
        assert!(done.success(), "the recorder does not compile");
        let kept = folder.join("power.so");
        fs::rename(&made, &kept).unwrap();
        kept
    })
}

/// What a recording left: the disk before, the log, and what was acknowledged where.
struct Recording {
    disk: Disk,
    log: Vec<u8>,
    ledger: Ledger,
    /// Where the scenario saw what it is about.
    marks: Vec<u64>,
}

fn record(scenario: &dyn Scenario, begin: Begin, known: Ledger, chance: &mut Chance) -> Recording {
    let Begin { folder, people } = begin;
    let root = fs::canonicalize(&folder.0).unwrap();
    let disk = Disk::of(&root);
    let beside = Begin::empty("power-log").folder;
    let log = beside.0.join("log");
    let around = [
        ("LD_PRELOAD", shim().as_os_str()),
        ("INKSTONE_POWER_ROOT", root.as_os_str()),
        ("INKSTONE_POWER_LOG", log.as_os_str()),
        ("INKSTONE_POWER_FLUSH_US", FLUSH_US.as_ref()),
    ];
    let around = around.map(|(name, value)| (name.into(), value.to_owned()));
    let run = Run::new(folder, &people, known, scenario.lasts());
    let run = run.recorded(log.clone(), around.into());
    scenario.load(&run, chance);
    run.kill();
    let marks = run.marks();
    let (folder, ledger) = run.end();
    drop(folder);
    let bytes = fs::read(&log).unwrap();
    Recording {
        disk,
        log: bytes,
        ledger,
        marks,
    }
}

/// The numbers of the records that end first at or after these places.
fn places_of(log: &[u8], marks: &[u64]) -> Vec<usize> {
    let ends: Vec<u64> = Log::of(log).map(|(at, _)| at).collect();
    let number = |mark: &u64| 1 + ends.partition_point(|end| end < mark);
    marks.iter().map(|m| number(m).min(ends.len())).collect()
}

#[derive(Default)]
struct Told {
    cuts: usize,
    records: usize,
    bytes: usize,
    asked: usize,
    slowest: Duration,
    places: Places,
}

/// Cuts the power at `cuts` places of a recording and looks at each; the folder of the last one.
fn replay(
    scenario: &dyn Scenario,
    recording: Recording,
    (cuts, chance, told): (usize, &mut Chance, &mut Told),
) -> (Folder, Ledger) {
    let Recording {
        mut disk,
        log,
        ledger,
        marks,
    } = recording;
    let records = Log::of(&log).count();
    assert!(records > 20, "nothing was recorded: {records}");
    let marked = places_of(&log, &marks);
    // one in eight at the very end, where most was acknowledged; half of them where the scenario pointed
    let mut place = || match chance.below(8) {
        0 => records,
        1..=4 if !marked.is_empty() => {
            let back = chance.below(MARK_WITHIN) as usize;
            chance.pick(&marked).saturating_sub(back).max(1)
        }
        _ => 1 + chance.below(records as u64) as usize,
    };
    let mut places: Vec<usize> = (0..cuts).map(|_| place()).collect();
    places.sort_unstable();
    (told.records, told.bytes) = (told.records + records, told.bytes + log.len());
    let mut last = None;
    let mut next = places.into_iter().peekable();
    for (n, (at, entry)) in (1..).zip(Log::of(&log)) {
        disk.take(&entry);
        while next.next_if_eq(&n).is_some() {
            let loss = *chance.pick(&LOSSES);
            let (folder, known) = (disk.cut(loss, chance), ledger.until(at));
            let place = format!(
                "{}: cut after record {n} of {records}, {loss:?}",
                scenario.name()
            );
            told.places.count(scenario.found(&folder));
            let took = looked_at(scenario, (&folder, &known), (&place, chance));
            told.slowest = told.slowest.max(took);
            told.cuts += 1;
            told.asked += known.len();
            last = Some((folder, known));
        }
    }
    last.unwrap()
}

/// Says which cut it was where anything is wrong, and keeps the folder for somebody to look at.
fn looked_at(
    scenario: &dyn Scenario,
    cut: (&Folder, &Ledger),
    (place, chance): (&str, &mut Chance),
) -> Duration {
    let folder = cut.0;
    let look = || after::check(scenario, cut, chance);
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(look)) {
        Ok(took) => took,
        Err(why) => {
            let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("power-failed");
            let _ = fs::remove_dir_all(&kept);
            let copied = Command::new("cp")
                .arg("-a")
                .args([&folder.0, &kept])
                .status();
            println!("{place}; kept in {} ({copied:?})", kept.display());
            std::panic::resume_unwind(why);
        }
    }
}

fn cuts(name: &str, suite: usize, long: usize) {
    let total = long::rounds("power", suite, long);
    let (scenario, mut chance) = (named(name), Chance::new());
    let (begun, mut told) = (Instant::now(), Told::default());
    let people_of = |begin: &Begin| begin.people.clone();
    let mut begin = scenario.begin();
    let people = people_of(&begin);
    let mut known = Ledger::default();
    while told.cuts < total {
        let recording = record(scenario, begin, known, &mut chance);
        let now = CUTS.min(total - told.cuts);
        let (folder, then) = replay(scenario, recording, (now, &mut chance, &mut told));
        (begin, known) = if scenario.goes_on() {
            let people = people.clone();
            (Begin { folder, people }, then)
        } else {
            (scenario.begin(), Ledger::default())
        };
    }
    println!(
        "{name}: {} power cuts{} in {:.0?}, {} changes recorded ({} MB), {} acknowledged writes asked for, slowest start {:.1?}",
        told.cuts,
        told.places.told(),
        begun.elapsed(),
        told.records,
        told.bytes >> 20,
        told.asked,
        told.slowest
    );
}

#[test]
fn at_work() {
    cuts("work", 4, 110);
}

#[test]
fn at_the_first_run() {
    cuts("first_run", 2, 40);
}

#[test]
fn while_the_lists_are_made_anew() {
    cuts("rebuild", 2, 30);
}

#[test]
fn while_the_files_are_brought_to_the_present_tables() {
    cuts("migrate", 3, 60);
}

#[test]
fn while_the_demonstration_is_filled_in() {
    cuts("demo", 1, 30);
}

#[test]
fn while_the_demonstration_is_put_aside() {
    cuts("clear", 2, 30);
}

#[test]
fn while_shelves_move() {
    cuts("relocate", 3, 300);
}

#[test]
fn while_a_year_is_sealed_and_carried() {
    cuts("freeze", 3, 300);
}

#[test]
fn while_backups_are_made() {
    cuts("backup", 3, 300);
}

#[test]
fn while_a_backup_is_restored() {
    cuts("restore", 3, 300);
}

/// The rig finds what it is there to find: with the flushes left out of the log, acknowledged work is lost.
#[test]
fn a_disk_that_is_never_flushed_is_found_out() {
    let (scenario, mut chance) = (named("work"), Chance::new());
    let recording = record(scenario, scenario.begin(), Ledger::default(), &mut chance);
    let Recording {
        mut disk,
        log,
        ledger,
        ..
    } = recording;
    assert!(ledger.len() > 0, "nothing was acknowledged");
    for (_, entry) in Log::of(&log) {
        if !matches!(entry, record::Record::FlushEnded { .. }) {
            disk.take(&entry);
        }
    }
    let folder = disk.cut(Loss::Dropped, &mut chance);
    let look = || ledger.check(&folder);
    let lost = std::panic::catch_unwind(std::panic::AssertUnwindSafe(look));
    assert!(lost.is_err(), "{} facts, all there", ledger.len());
}
