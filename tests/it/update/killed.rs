//! R33 under the axe: every process of an update is killed, at every step and at random moments; whatever lies in the place is started
//! again by nobody. Then one version runs, everything acknowledged is there, the cookie of before is good, the files are sound.

use super::office::{
    CLERK, NEW, Says, Stand, begin, good_program, odd_program, ours, pack, read, runs, until,
};
use crate::support::binary::Started;
use crate::support::files::in_volumes;
use crate::support::http::{Http, may_vanish};
use crate::support::long::{self, Chance};
use crate::support::office::{PASSWORD, log_in};
use inkstone::kit::version;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// As the note names them.
const STEPS: [&str; 8] = [
    "staged",
    "preflight",
    "backup",
    "rehearsal",
    "closing",
    "trial",
    "swapping",
    "confirmed",
];

/// Every process whose command line names this folder: the parent, the child, the program on rehearsal.
fn kill_all(stand: &Stand) {
    let data = stand.data.0.to_str().unwrap().as_bytes().to_vec();
    let own = std::process::id().to_string();
    for _ in 0..2 {
        for entry in std::fs::read_dir("/proc").unwrap().flatten() {
            let pid = entry.file_name().into_string().unwrap_or_default();
            if pid.parse::<u32>().is_err() || pid == own {
                continue;
            }
            let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            if line.windows(data.len()).any(|w| w == data) {
                let _ = Command::new("kill").args(["-9", &pid]).status();
            }
        }
    }
}

/// What was acknowledged: sentences in the hub, remarks in a volume.
#[derive(Default)]
struct Told {
    hub: Vec<String>,
    volume: Vec<String>,
}

/// Writes until the office is gone.
fn write_on((mut who, case): (Http, &str), round: usize, over: &AtomicBool) -> Told {
    let mut told = Told::default();
    // it may go at any moment
    may_vanish(Arc::new(AtomicBool::new(true)));
    for n in 0..100_000 {
        if over.load(Ordering::Acquire) {
            break;
        }
        thread::sleep(Duration::from_millis(50));
        // behind closed doors there is no form
        if read(&who, "/me").is_none_or(|(status, _)| status != 200) {
            continue;
        }
        let words = format!("第{round}轮第{n}句");
        let (page, at, fields) = match n % 2 {
            0 => ("/me", "/me/phrases".to_owned(), vec![("phrase", &*words)]),
            _ => (
                case,
                format!("{case}/talk"),
                vec![("talk", &*words), ("all", "1")],
            ),
        };
        let written = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            who.submit(page, &at, &fields).status
        }));
        if matches!(written, Ok(303)) {
            match n % 2 {
                0 => told.hub.push(words),
                _ => told.volume.push(words),
            }
        }
    }
    told
}

/// One round: an update is begun, everything is killed at a moment, one start follows. Which version runs then.
fn round(stand: &Stand, (n, program): (usize, &[u8]), moment: &dyn Fn()) -> String {
    let office = stand.started();
    let mut admin = stand.admin(&office);
    let package = pack(program, &Says::default(), &ours());
    let mut clerk = Http::to(office.address);
    assert_eq!(log_in(&mut clerk, CLERK, PASSWORD).status, 303);
    begin(&mut admin, &package);
    let (over, who) = (&AtomicBool::new(false), clerk.clone());
    let told = thread::scope(|s| {
        let case = format!("/case/{}", super::office::case());
        let writer = s.spawn(move || write_on((clerk, &case), n, over));
        moment();
        kill_all(stand);
        over.store(true, Ordering::Release);
        writer.join().unwrap()
    });
    drop(office);
    let again = start_after(stand);
    let version = until("somebody serves", || runs(&admin));
    let (status, me) = read(&who, "/me").unwrap();
    assert_eq!(status, 200, "with the cookie of before");
    for words in &told.hub {
        assert!(
            me.contains(words.as_str()),
            "acknowledged and lost: {words}"
        );
    }
    let (code, said) = again.stop();
    assert_eq!(code, Some(0), "{said}");
    let kept: Vec<String> = in_volumes(&stand.data, "SELECT text FROM talk");
    for words in &told.volume {
        assert!(kept.contains(words), "acknowledged and lost: {words}");
    }
    println!(
        "{} and {} acknowledged writes",
        told.hub.len(),
        told.volume.len()
    );
    assert_eq!(stand.lies_there(), version);
    stand.is_sound();
    stand.is_tidy();
    version
}

fn start_after(stand: &Stand) -> Started {
    match stand.start(|_| {}) {
        Ok(started) => started,
        Err(said) => panic!("the one start that is allowed ended: {said}"),
    }
}

#[test]
fn r33_killed_at_every_step_one_version_runs_with_everything() {
    let rounds = long::rounds("update", STEPS.len(), 120);
    let mut chance = Chance::new();
    for n in 0..rounds {
        let stand = Stand::new(&format!("killed-{n}"));
        let step = STEPS[n % STEPS.len()];
        let wait = match n < STEPS.len() {
            true => chance.below(15),
            false => chance.below(1500),
        };
        let moment = || {
            until(step, || {
                let now = stand.step();
                let past =
                    STEPS.iter().position(|s| *s == now) > STEPS.iter().position(|s| *s == step);
                let over = !stand.ended().0.is_empty();
                (now == step || past || over).then_some(())
            });
            thread::sleep(Duration::from_millis(wait));
        };
        let served = round(&stand, (n, &good_program()), &moment);
        let (ended, why) = stand.ended();
        println!("killed at {step} after {wait} ms: {served}, {ended} {why}");
        let right = match ended.as_str() {
            "done" => NEW,
            _ => version(),
        };
        // a script takes the place here: it says the version of the program it starts
        assert_eq!(served, right, "{step} after {wait} ms: {why}");
    }
}

/// Killed while the old program puts everything back, and again: a way back that is cut short is gone again.
#[test]
fn r33_killed_on_the_way_back_it_goes_back_again() {
    let stand = Stand::new("killed-back");
    // it spoils what it gets hold of, then waits to be killed
    let odd = "for a in \"$@\"; do d=$a; done; printf rotten | dd of=\"$d/hub.db\" bs=1 seek=8192 conv=notrunc 2>/dev/null; rm -f \"$d\"/volumes/*.vol; exec sleep 600";
    let moment = || {
        until("the volumes are gone", || {
            let all = std::fs::read_dir(stand.data.0.join("volumes")).unwrap();
            let mut names = all.map(|e| e.unwrap().file_name().into_string().unwrap());
            (stand.step() == "trial" && !names.any(|n| n.ends_with(".vol"))).then_some(())
        });
    };
    let office = stand.started();
    let mut admin = stand.admin(&office);
    begin(
        &mut admin,
        &pack(&odd_program(odd), &Says::default(), &ours()),
    );
    moment();
    kill_all(&stand);
    drop(office);
    // twice in the middle of putting back, by a start that is killed as soon as it is there
    for wait in [5, 40] {
        let born = std::sync::mpsc::channel();
        let start = thread::scope(|s| {
            let starting = s.spawn(|| stand.start(|p| born.0.send(p.clone()).unwrap()).is_ok());
            let process = born.1.recv().unwrap();
            thread::sleep(Duration::from_millis(wait));
            let _ = process.lock().unwrap().kill();
            starting.join().unwrap()
        });
        let _ = start;
        kill_all(&stand);
    }
    let again = start_after(&stand);
    assert_eq!(until("the old version", || runs(&admin)), version());
    let (ended, why) = stand.ended();
    assert_eq!(ended, "returned");
    assert!(!why.is_empty());
    let (code, said) = again.stop();
    assert_eq!(code, Some(0), "{said}");
    stand.is_sound();
    stand.is_tidy();
}
