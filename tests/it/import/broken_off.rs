//! An import broken off by a wish, by a second click, by a kill, and repeated; a long one beside others' work.

use super::{CLERK, all_right, carry, clean, clock, lay, look, run, shown, town};
use crate::support::long;
use crate::support::town::{Folder, Town};
use inkstone::engine::import::carry::Load;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// Where the child carries in; absent in an ordinary run.
const DIR: &str = "INKSTONE_IMPORT_DIR";

fn book(rows: usize) -> Vec<u8> {
    let mut text = String::from("收文号,来文机关,来文字号,收文日期,文件标题,备注\n");
    for i in 0..rows {
        let (year, n) = (2001 + i * 25 / rows.max(1), i + 1);
        let _ = writeln!(
            text,
            "收文〔{year}〕{n}号,墨川县第{}局,墨〔{year}〕{n}号,{year}-{:02}-{:02},关于第{n}件事情的通知,旧备注{n}",
            i % 37,
            1 + i % 12,
            1 + i % 28
        );
    }
    text.into_bytes()
}

#[test]
fn stopped_in_the_middle_and_repeated_it_is_whole() {
    let town = town("import-stop");
    let bytes = book(120);
    let sheet = lay(&town, "incoming", ("旧.csv", &bytes));
    let checked = look(&town, &sheet);
    all_right(&checked);
    assert_eq!(checked.good.len(), 120);
    // half of the lines, as if the rest had been stopped; then a real stop
    let half = Load {
        lines: Arc::new(checked.good[..50].to_vec()),
        ..sheet.load(checked)
    };
    run(&town, &sheet, &half);
    assert_eq!(sheet.progress.done(), 50);
    sheet.progress.stop();
    carry(&town, &sheet);
    assert_eq!(sheet.progress.done(), 50, "stopped, and went on");

    let again = lay(&town, "incoming", ("旧.csv", &bytes));
    let rest = carry(&town, &again);
    assert_eq!((rest.there.len(), rest.good.len()), (50, 70));
    assert_eq!(again.progress.done(), 70);
    assert_eq!(shown(&town, CLERK, 0).0, 120);
    // the old plan once more, as a second click would: every line is here already
    let twice = lay(&town, "incoming", ("旧.csv", &bytes));
    run(&town, &twice, &half);
    assert_eq!((twice.progress.done(), twice.progress.there()), (0, 50));
    clean(town);
}

/// Not a test of its own: what the parent below runs and kills.
#[test]
fn child() {
    let Some(dir) = std::env::var_os(DIR) else {
        return;
    };
    // Never dropped: the folder is the parent's.
    let town = std::mem::ManuallyDrop::new(Town::open(Folder(dir.into()), clock()));
    let sheet = lay(&town, "incoming", ("旧.csv", &book(400)));
    let load = sheet.load(look(&town, &sheet));
    std::thread::scope(|s| {
        s.spawn(|| run(&town, &sheet, &load));
        while sheet.progress.done() < 400 {
            println!("done {}", sheet.progress.done());
            std::thread::sleep(Duration::from_millis(1));
        }
    });
}

#[test]
fn killed_in_the_middle_and_repeated_it_is_whole() {
    let town = town("import-kill");
    let folder = town.stop();
    let me = std::env::current_exe().unwrap();
    for round in 0..long::rounds("import-kill", 3, 30) {
        let mut child = Command::new(&me)
            .args(["import::broken_off::child", "--exact", "--nocapture"])
            .env(DIR, &folder.0)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        for line in lines.map_while(Result::ok) {
            let done: usize = line.strip_prefix("done ").map_or(0, |n| n.parse().unwrap());
            if done >= 40 {
                break;
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let town = Town::open(Folder(folder.0.clone()), clock());
        assert!(
            shown(&town, CLERK, 0).0 > 0,
            "round {round}: nothing came in"
        );
        std::mem::forget(clean(town));
    }
    let town = Town::open(folder, clock());
    let before = shown(&town, CLERK, 0).0;
    let sheet = lay(&town, "incoming", ("旧.csv", &book(400)));
    let rest = carry(&town, &sheet);
    all_right(&rest);
    assert_eq!(rest.there.len() as i64, before);
    assert_eq!(shown(&town, CLERK, 0).0, 400);
    clean(town);
}

#[test]
fn a_long_book_is_carried_in_beside_others() {
    let rows = long::rounds("import", 300, 30_000);
    let town = Arc::new(town("import-long"));
    let bytes = book(rows);
    let begun = std::time::Instant::now();
    let sheet = lay(&town, "incoming", ("旧.csv", &bytes));
    let checked = look(&town, &sheet);
    all_right(&checked);
    let looked = begun.elapsed();
    let load = sheet.load(checked);
    let mut waits = Vec::new();
    std::thread::scope(|s| {
        let carrying = s.spawn(|| run(&town, &sheet, &load));
        while !carrying.is_finished() {
            let one = std::time::Instant::now();
            town.register("incoming-handle", "新来的文件").unwrap();
            waits.push(one.elapsed());
        }
        carrying.join().unwrap();
    });
    let carried = begun.elapsed();
    assert_eq!(sheet.progress.done(), rows);
    assert_eq!(shown(&town, CLERK, 0).0 as usize, rows + waits.len());
    waits.sort();
    println!(
        "{rows} rows: looked at in {looked:?}, carried in after {carried:?}, in the lists after {:?}; \
         {} registrations meanwhile, the slowest {:?}",
        begun.elapsed(),
        waits.len(),
        waits.last().unwrap()
    );
    clean(Arc::into_inner(town).unwrap());
}
