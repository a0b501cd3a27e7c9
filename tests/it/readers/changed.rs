//! Good files changed at random: bytes flipped, cut, doubled, numbers made huge, inside the parts of a package as well.
//! Every reader ends in time whatever comes of it.

use super::seeds::{self, Seed};
use crate::support::long::{self, Chance};
use inkstone::kit::{closed, extract, picture, picture_seal, qr_read, sheet, sniff, unpack};
use inkstone::layout::foreign;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// For one file, on a machine busy with all other tests.
const MOST_TIME: Duration = Duration::from_secs(60);
/// More memory than before the file, in the long run.
const MOST_MEMORY: u64 = 1 << 30;

type Reader = fn(&[u8]);

#[test]
fn read_docx() {
    let rounds = long::rounds("read_docx", 60, 100_000);
    changed(rounds, &seeds::docx(), |file| {
        let _ = extract::written::written(file);
        let _ = extract::drawn::drawn(file);
        any(file);
    });
}

#[test]
fn read_xlsx() {
    let rounds = long::rounds("read_xlsx", 40, 50_000);
    changed(rounds, &seeds::xlsx(), |file| {
        let _ = sheet::read_table(file, "a.xlsx");
        let _ = sheet::look(file, (300, 40));
        any(file);
    });
}

#[test]
fn read_xls() {
    let seeds = seeds::xls();
    let good = sheet::read_table(&seeds[0].bytes(), "a.xls").unwrap();
    assert_eq!(good[2][1].text(), "20", "the seed is a sheet");
    let rounds = long::rounds("read_xls", 200, 100_000);
    changed(rounds, &seeds, |file| {
        let _ = sheet::read_table(file, "a.xls");
        any(file);
    });
}

#[test]
fn read_ods() {
    let rounds = long::rounds("read_ods", 40, 50_000);
    changed(rounds, &[seeds::ods()], |file| {
        let _ = sheet::read_table(file, "a.ods");
        any(file);
    });
}

#[test]
fn read_ofd() {
    let rounds = long::rounds("read_ofd", 60, 100_000);
    changed(rounds, &seeds::ofd(), |file| {
        if let Ok(shown) = foreign::ofd(file, 0) {
            for (n, page) in shown.pages.iter().enumerate() {
                let drawn = inkstone::ui::foreign::sheet(page, n).into_string();
                assert!(!drawn.contains("NaN") && !drawn.contains("inf"));
            }
        }
        any(file);
    });
}

#[test]
fn read_pdf() {
    let rounds = long::rounds("read_pdf", 60, 100_000);
    changed(rounds, &seeds::pdf(), |file| {
        let _ = sniff::pdf_is_plain(file);
        let _ = qr_read::sheet_in_image(file);
        any(file);
    });
}

#[test]
fn read_image() {
    let rounds = long::rounds("read_image", 60, 50_000);
    changed(rounds, &seeds::images(), |file| {
        let _ = picture::size(file);
        let _ = picture::thumbnail(file);
        let _ = picture::shown(file);
        let _ = picture::page(file);
        let _ = picture::drawn_anew(file);
        let _ = picture::sheet(file, 400);
        let _ = picture_seal::clear(file);
        let _ = qr_read::sheet_in_image(file);
        any(file);
    });
}

#[test]
fn read_zip() {
    let rounds = long::rounds("read_zip", 60, 100_000);
    changed(rounds, &seeds::zip(), |file| {
        let _ = unpack::names_in_head(file);
        let _ = unpack::unpacked_size(file, 1 << 24);
        let mut archive = unpack::Archive::of(file, 1 << 20);
        let names: Vec<String> = archive.names().map(str::to_owned).collect();
        let parts = names.iter().filter_map(|n| archive.part(n, 1 << 20));
        assert!(parts.map(|p| p.len()).sum::<usize>() <= 1 << 20);
        any(file);
    });
}

/// What is done with every file that comes in.
fn any(file: &[u8]) {
    let kind = sniff::sniff(file);
    let _ = closed::why(kind, file);
    let _ = extract::first_page(kind, file);
    let _ = extract::all(file);
}

pub fn changed(rounds: usize, seeds: &[Seed], read: Reader) {
    let mut chance = Chance::new();
    for seed in seeds {
        in_time(&seed.bytes(), read, "as it is");
    }
    for round in 0..rounds {
        let mut seed = chance.pick(seeds).clone();
        for _ in 0..=chance.below(6) {
            change(seed.some_part(&mut chance), &mut chance);
        }
        let mut file = seed.bytes();
        if chance.below(4) == 0 {
            change(&mut file, &mut chance);
        }
        in_time(&file, read, &format!("round {round}"));
    }
}

/// One change.
pub fn change(bytes: &mut Vec<u8>, chance: &mut Chance) {
    const STRANGE: [&str; 14] = [
        "99999999999",
        "-1",
        "1e308",
        "NaN",
        "0",
        "65535",
        "4294967295",
        "&",
        "<",
        "\"",
        "/>",
        "&#xffffffff;",
        "<!--",
        "]]>",
    ];
    let length = bytes.len() as u64;
    if length == 0 {
        return;
    }
    let at = chance.below(length) as usize;
    let end = (at + 1 + chance.below(64) as usize).min(bytes.len());
    match chance.below(8) {
        0 => bytes[at] ^= 1 << chance.below(8),
        1 => bytes[at] = chance.next() as u8,
        2 => bytes.truncate(at),
        3 => {
            bytes.drain(at..end);
        }
        4 => {
            let twice = bytes[at..end].to_vec();
            let times = 1 + chance.below(200) as usize;
            bytes.splice(at..at, twice.repeat(times));
        }
        5 => {
            let from = chance.below(length) as usize;
            let some = bytes[from..(from + end - at).min(bytes.len())].to_vec();
            bytes.splice(at..end, some);
        }
        6 => {
            // a number where a number stands
            let digit = |b: &u8| b.is_ascii_digit();
            let from = at + bytes[at..].iter().position(digit).unwrap_or(0);
            let to = from + bytes[from..].iter().take_while(|b| digit(b)).count();
            bytes.splice(from..to, chance.pick(&STRANGE).bytes());
        }
        _ => {
            bytes.splice(at..at, chance.pick(&STRANGE).bytes());
        }
    }
}

/// Reads in a thread of its own; a file that takes too long, too much or panics is put down to be looked at.
pub fn in_time(file: &[u8], read: Reader, what: &str) {
    let long = std::env::var("INKSTONE_LONG").is_ok();
    let before = if long { memory("VmRSS:") } else { None };
    if long {
        // the highest mark begins anew
        let _ = std::fs::write("/proc/self/clear_refs", "5");
    }
    let (done, wait) = mpsc::channel();
    let bytes = file.to_vec();
    let reader = thread::spawn(move || {
        read(&bytes);
        let _ = done.send(());
    });
    let kept = || {
        let path = std::env::temp_dir().join(format!("inkstone-read-{}.bin", std::process::id()));
        std::fs::write(&path, file).unwrap();
        path
    };
    match wait.recv_timeout(MOST_TIME) {
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("{what}: over {MOST_TIME:?}: {:?}", kept()),
        _ => assert!(reader.join().is_ok(), "{what}: a panic: {:?}", kept()),
    }
    if let (Some(before), Some(highest)) = (before, memory("VmHWM:")) {
        let more = highest.saturating_sub(before);
        assert!(more < MOST_MEMORY, "{what}: {more} bytes: {:?}", kept());
    }
}

/// A line of what the system says of this process, in bytes; none on another system.
fn memory(line: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let rest = status.lines().find_map(|l| l.strip_prefix(line))?;
    let kilobytes: u64 = rest.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[test]
#[should_panic(expected = "a panic")]
fn a_panic_is_found() {
    in_time(b"x", |_| panic!("on purpose"), "made");
}
