//! Bytes that changed on the disk, logs that are gone, cut off or of another time (R08, R09): nothing dies, a start or
//! `verify` says so in Chinese, contents of files are never given out changed, lists and search are made anew.
//! SQLite's pages carry no checksums: a flip inside a value that no chain covers is found by nobody, and counted here.

use crate::drill::after::sound;
use crate::drill::scenes::work::{office, with_file};
use crate::setup::wizard::to;
use crate::support::binary::{Started, inkstone, run};
use crate::support::files::{Image, dump};
use crate::support::http::{Http, encode};
use crate::support::long::{self, Chance};
use crate::support::office::Office;
use crate::support::town::{Folder, Town};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Flips one bit, or overwrites a sector.
fn damage(path: &Path, chance: &mut Chance) {
    let mut bytes = fs::read(path).unwrap();
    let at = chance.below(bytes.len() as u64) as usize;
    if chance.below(3) == 0 {
        let end = bytes.len().min(at - at % 512 + 512);
        let other = chance.next() as u8;
        bytes[at - at % 512..end]
            .iter_mut()
            .for_each(|b| *b ^= other | 1);
    } else {
        bytes[at] ^= 1 << chance.below(8);
    }
    fs::write(path, bytes).unwrap();
}

/// A stopped office with cases, a file and a person who is logged in.
fn stopped() -> (Image, (String, Http), Vec<u8>) {
    let begin = office(|town| {
        for n in 0..12 {
            town.register("incoming-handle", &format!("防汛的第{n}件"))
                .unwrap();
        }
    });
    let server = Started::start(&begin.folder, &["--port", "0"]);
    let (name, mut clerk) = begin.people[0].clone();
    clerk.address.set_port(server.address.port());
    let bytes: Vec<u8> = (0..700_000u32)
        .map(|i| ((i * 31) ^ (i >> 7)) as u8)
        .collect();
    let bytes = [b"ID3\x04\0\0\xff\xfb\x90".to_vec(), bytes].concat();
    let sent = with_file(&mut clerk, "带录音的一件", ("录音.mp3", &bytes));
    assert_eq!(sent.status, 303, "{}", sent.text());
    let (code, said) = server.stop();
    assert_eq!(code, Some(0), "{said}");
    sound(&begin.folder);
    (Image::of(&begin.folder), (name, clerk), bytes)
}

fn files_of(folder: &Folder, end: &str) -> Vec<PathBuf> {
    let all = fs::read_dir(&folder.0)
        .unwrap()
        .chain(fs::read_dir(folder.0.join("volumes")).unwrap());
    let mut all: Vec<PathBuf> = all.map(|entry| entry.unwrap().path()).collect();
    all.retain(|path| path.to_string_lossy().ends_with(end));
    assert!(!all.is_empty(), "{end}");
    all
}

fn contents(folder: &Folder) -> Vec<Result<Vec<String>, String>> {
    let truth = ["hub.db", ".vol", ".att"];
    let all = truth.iter().flat_map(|end| files_of(folder, end));
    all.map(|path| dump(&path)).collect()
}

/// Ends in order or with Chinese words, and never by a panic.
fn in_words(folder: &Folder, words: &[&str]) -> bool {
    let (out, said) = run(folder, words);
    match out.status.code() {
        Some(0) => true,
        Some(1) => {
            assert!(!said.is_ascii() && !said.contains("panicked"), "{said}");
            false
        }
        other => panic!("{other:?}: {said}"),
    }
}

#[test]
fn rot_in_the_truth_is_said_or_changes_nothing() {
    let rounds = long::rounds("rot", 12, 1000);
    let (image, _, _) = stopped();
    let whole = contents(&image.copy("rot"));
    let (mut chance, mut said, mut same, mut unseen) = (Chance::new(), 0, 0, 0);
    for round in 0..rounds {
        let folder = image.copy("rot");
        let end = ["hub.db", ".vol", ".att"][round % 3];
        let path = chance.pick(&files_of(&folder, end)).clone();
        damage(&path, &mut chance);
        if !in_words(&folder, &["verify"]) {
            said += 1;
        } else if contents(&folder) == whole {
            same += 1;
        } else {
            assert_ne!(end, ".att", "contents of files are hashed");
            unseen += 1;
        }
        // and a start over it either serves or says what to do
        let mut serve = inkstone(&folder, &["serve", "--no-browser", "--port", "0"]);
        match Started::of(&mut serve, |_| {}) {
            Ok(started) => {
                Http::to(started.address).get("/login");
                started.stop();
            }
            Err(words) => assert!(
                words.contains('请') && !words.contains("panicked"),
                "{words}"
            ),
        }
    }
    println!(
        "{rounds} damages: {said} said by verify, {same} changed nothing, {unseen} in values nobody can know"
    );
    assert!(
        said > 0 && unseen * 4 < rounds,
        "{unseen} of {rounds} unseen"
    );
}

#[test]
fn rotten_contents_are_never_given_out() {
    let rounds = long::rounds("rot", 6, 200);
    let (image, (_, clerk), bytes) = stopped();
    let mut chance = Chance::new();
    let mut refused = 0;
    for _ in 0..rounds {
        let folder = image.copy("rot-file");
        for path in files_of(&folder, ".att") {
            damage(&path, &mut chance);
        }
        let server = Started::start(&folder, &["--port", "0"]);
        let mut clerk = clerk.clone();
        clerk.address.set_port(server.address.port());
        let list = clerk.get(&format!("/search?q={}", encode("带录音"))).text();
        let Some(case) = list.split("\"/case/").nth(1) else {
            continue;
        };
        let case = format!("/case/{}", case.split(['"', '?', '#']).next().unwrap());
        let page = clerk.get(&case).text();
        let at = page.split(&format!("\"{case}/file/")).nth(1).unwrap();
        let file = at.split(['"', '/']).next().unwrap();
        let wire = format!(
            "GET {case}/file/{file}/save HTTP/1.0\r\nHost: {}\r\nCookie: {}\r\n\r\n",
            clerk.address,
            clerk
                .cookies
                .iter()
                .map(|(n, v)| format!("{n}={v}"))
                .collect::<Vec<_>>()
                .join("; ")
        );
        let came = clerk.raw(wire.as_bytes());
        let split = came.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
        let body = &came[split + 4..];
        if body != bytes {
            refused += 1;
            assert!(
                body.len() < bytes.len() || !came.starts_with(b"HTTP/1.0 200"),
                "changed and whole"
            );
            let look = clerk.get(&format!("{case}/file/{file}")).text();
            assert!(look.contains("损坏") || look.contains("毛病"), "{look}");
        }
        drop(server);
    }
    println!("{rounds} damaged attachment files: {refused} refused, the others whole");
    assert!(refused > 0);
}

#[test]
fn rotten_lists_and_search_files_are_made_anew() {
    let rounds = long::rounds("rot", 8, 400);
    let (image, _, _) = stopped();
    let (mut chance, mut unseen) = (Chance::new(), 0);
    for round in 0..rounds {
        let folder = image.copy("rot-lists");
        let end = ["index.db", ".fts"][round % 2];
        for path in files_of(&folder, end) {
            damage(&path, &mut chance);
        }
        let server = Started::start(&folder, &["--port", "0"]);
        let (code, said) = server.stop();
        assert_eq!(code, Some(0), "{said}");
        unseen += usize::from(!in_words(&folder, &["verify"]));
    }
    println!(
        "{rounds} damaged lists and search files: {unseen} served with a value that is not the volume's, until somebody verifies"
    );
    assert!(unseen * 4 < rounds, "{unseen} of {rounds}");
}

#[test]
fn r09_logs_that_are_gone_cut_off_or_of_another_time() {
    let office = Office::of(Town::new("stale"));
    office.town.register("incoming-handle", "第一件").unwrap();
    office.town.store.checkpoint();
    let older = Image::of(&office.town.folder);
    for n in 0..5 {
        office
            .town
            .register("incoming-handle", &format!("其间的{n}"))
            .unwrap();
    }
    office.town.store.checkpoint();
    for n in 0..20 {
        office
            .town
            .register("incoming-handle", &format!("后来的{n}"))
            .unwrap();
    }
    assert!(office.town.store.drain(Duration::from_secs(10)));
    // as it is while the server runs: the newest stands in the logs
    let live = Image::of(&office.town.folder);
    let mut chance = Chance::new();
    let put = |what: &str, change: &mut dyn FnMut(&Folder)| {
        let folder = live.copy("stale");
        change(&folder);
        let mut serve = inkstone(&folder, &["serve", "--no-browser", "--port", "0"]);
        let serves = Started::of(&mut serve, |_| {}).and_then(|started| {
            // the page that mends is no office
            match started.words.contains("按页面上的话做") {
                true => Err(started.words.clone()),
                false => Ok(to(&Http::to(started.address).get("/login")).0),
            }
        });
        match serves {
            Ok(status) => assert_eq!(status, 200, "{what}"),
            Err(ref words) => assert!(
                words.contains('请') && !words.contains("panicked"),
                "{what}: {words}"
            ),
        }
        let verified = in_words(&folder, &["verify"]);
        println!(
            "{what}: verify finds {}",
            if verified { "nothing" } else { "it" }
        );
        (serves.is_ok(), verified)
    };
    let each = |folder: &Folder, end: &str, f: &mut dyn FnMut(&Path)| {
        files_of(folder, end).iter().for_each(|path| f(path));
    };
    assert_eq!(put("all logs as they were", &mut |_| {}), (true, true));
    let shm = &mut |f: &Folder| each(f, "-shm", &mut |p| fs::remove_file(p).unwrap());
    assert_eq!(put("no -shm", shm), (true, true));
    let torn = &mut |f: &Folder| {
        each(f, "-wal", &mut |p| {
            let bytes = fs::read(p).unwrap();
            let left = chance.below(bytes.len() as u64 + 1) as usize;
            fs::write(p, &bytes[..left]).unwrap();
        });
    };
    put("cut-off logs", torn);
    let gone = &mut |f: &Folder| each(f, "-wal", &mut |p| fs::remove_file(p).unwrap());
    put("no logs", gone);
    // an older copy put back by hand beside the logs of today
    for name in ["hub.db", "volumes/0001.vol"] {
        let stale = &mut |f: &Folder| {
            let old = older.copy("stale-old");
            fs::copy(old.0.join(name), f.0.join(name)).unwrap();
        };
        put(&format!("older {name} beside today's log"), stale);
    }
}

#[test]
fn r11_a_second_one_ends_at_once_and_says_what_to_do() {
    let folder = Folder::new("two");
    let held = folder.dir().lock().unwrap();
    for words in [&["serve", "--no-browser"][..], &["verify"], &["demo"]] {
        let begun = Instant::now();
        let (_, said) = run(&folder, words);
        assert!(begun.elapsed() < Duration::from_secs(2), "{words:?}");
        assert!(said.contains('请'), "{words:?}: {said}");
    }
    drop(held);
    assert!(!folder.dir().hub().exists(), "nothing was written");
    let server = Started::start(&folder, &["--port", "0"]);
    let begun = Instant::now();
    let (out, said) = run(&folder, &["serve", "--no-browser"]);
    assert!(begun.elapsed() < Duration::from_secs(2) && out.status.success());
    assert!(
        said.contains("已经在运行") && said.contains("请打开 http://"),
        "{said}"
    );
    drop(server);
}
