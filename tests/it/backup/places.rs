//! Places that are missing, full, exchanged or unplugged half-way; what is kept and what is let go.

use super::office::Backed;
use crate::support::skip::skip;
use crate::support::town::{Folder, monday};
use inkstone::store::Stamp;
use inkstone::store::backup::{self, Level};
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

fn failed(backed: &Backed, place: usize) -> String {
    let made = backed.back_up().unwrap();
    made[place].outcome.clone().unwrap_err()
}

fn stamp(what: &'static str) -> Stamp {
    Stamp::new("person:1", what, monday())
}

#[test]
fn attachments_are_written_once_and_only_what_is_new() {
    let backed = Backed::new("once");
    backed.good();
    backed.good();
    assert_eq!(backed.ending(".inkpack").len(), 1);
    backed.attach(backed.small(7), 300_000, 7);
    backed.good();
    let packs = backed.ending(".inkpack");
    assert_eq!(packs.len(), 2);
    let size = |n: &String| fs::metadata(backed.folder().join(n)).unwrap().len();
    assert!(size(&packs[1]) < 310_000, "only the new one");
    assert!(backed.ending(".part").is_empty());
}

#[test]
fn a_place_that_is_gone_or_another_alarms_and_the_other_place_goes_on() {
    let backed = Backed::new("gone");
    backed.good();
    let second = Folder::new("second");
    fs::create_dir_all(&second.0).unwrap();
    let path = second.0.to_str().unwrap().to_owned();
    backup::add_place(&backed.town.store, &path, "苏简", stamp("backup.place")).unwrap();
    let away = backed.place.0.with_extension("away");
    fs::rename(&backed.place.0, &away).unwrap();
    let made = backed.back_up().unwrap();
    assert!(made[0].outcome.clone().unwrap_err().contains("找不到"));
    assert!(made[1].outcome.is_ok());
    // a stick of the same letter with nothing of ours on it
    fs::create_dir_all(&backed.place.0).unwrap();
    assert!(failed(&backed, 0).contains("不是原来那块盘"));
    assert_eq!(
        fs::read_dir(&backed.place.0).unwrap().count(),
        0,
        "nothing was written there"
    );
    let level = |n: usize| {
        let all = backup::alarms(&backed.town.store);
        all.into_iter()
            .filter(|a| a.1.contains("写不进去"))
            .nth(n)
            .map(|a| a.0)
    };
    assert_eq!(level(0), Some(Level::Warn));
    backed.town.clock.advance(25 * 3_600_000);
    assert_eq!(level(0), Some(Level::Bad), "after a day");
    fs::remove_dir(&backed.place.0).unwrap();
    fs::rename(&away, &backed.place.0).unwrap();
    assert!(backed.back_up().unwrap()[0].outcome.is_ok());
    assert_eq!(level(0), None, "put in again, it is well by itself");
}

/// R32: a stick lies in a drawer, and has to come out once a week; where there is none, one is asked for.
#[test]
fn r32_a_stick_is_asked_for_once_a_week() {
    let backed = Backed::new("stick");
    let clock = &backed.town.clock;
    let said = |word: &str| {
        let all = backup::alarms(&backed.town.store);
        all.into_iter().find(|a| a.1.contains(word)).map(|a| a.0)
    };
    backed.good();
    assert_eq!(said("备份 U 盘"), None, "not on the first day");
    clock.advance(8 * 24 * 3_600_000);
    backed.good();
    assert_eq!(said("备份 U 盘"), Some(Level::Warn), "all on one disk");

    // a second place beside it, pulled out after its first backup
    let stick = Folder::new("stick-place");
    fs::create_dir_all(&stick.0).unwrap();
    let path = stick.0.to_str().unwrap().to_owned();
    backup::add_place(&backed.town.store, &path, "苏简", stamp("backup.place")).unwrap();
    assert!(backed.back_up().unwrap()[1].outcome.is_ok());
    let drawer = stick.0.with_extension("drawer");
    fs::rename(&stick.0, &drawer).unwrap();
    for day in 1..=9 {
        clock.advance(23 * 3_600_000);
        assert!(backed.back_up().unwrap()[1].outcome.is_err());
        assert_eq!(said("写不进去"), None, "the other place is well");
        let asked = said("一个多星期没有插上");
        assert_eq!(asked, (day > 7).then_some(Level::Bad), "day {day}");
    }
    fs::rename(&drawer, &stick.0).unwrap();
    assert!(backed.back_up().unwrap()[1].outcome.is_ok());
    assert_eq!(said("一个多星期没有插上"), None);
}

#[test]
fn only_what_the_office_made_is_ever_deleted_and_never_the_last_good_one() {
    let backed = Backed::new("sweep");
    let first = backed.good();
    let foreign = backed.folder().join("20200101-000000.inkbak");
    fs::write(&foreign, b"somebody's").unwrap();
    for _ in 0..30 {
        backed.town.clock.advance(24 * 3_600_000);
        backed.good();
    }
    assert!(foreign.exists());
    let kept = backed.ending(".inkbak").len();
    assert!((8..=26).contains(&kept), "{kept}");
    assert!(!first.exists(), "a month later the first of many is gone");
    assert_eq!(
        backup::list(&backed.town.store, None, 100).unwrap().len() + 1,
        kept
    );
    // bad ones push no good one out
    let last = backup::status(&backed.town.store)
        .unwrap()
        .last_good
        .unwrap()
        .file;
    let away = backed.place.0.with_extension("away");
    fs::rename(&backed.place.0, &away).unwrap();
    for _ in 0..3 {
        failed(&backed, 0);
    }
    fs::rename(&away, &backed.place.0).unwrap();
    assert!(backed.folder().join(last).exists());
}

#[test]
fn a_folder_inside_the_data_folder_is_no_place() {
    let backed = Backed::new("inside");
    let inside = backed.town.folder.0.join("log");
    for (path, want) in [
        (inside.to_str().unwrap(), "数据文件夹里"),
        ("relative/folder", "完整的文件夹路径"),
        ("/no/such/folder", "找不到"),
        (backed.place.0.to_str().unwrap(), "已经是备份位置"),
    ] {
        let said = backup::add_place(&backed.town.store, path, "苏简", stamp("backup.place"));
        let said = said.unwrap_err().to_string();
        assert!(said.contains(want), "{path}: {said}");
    }
}

struct Small(PathBuf);

impl Small {
    fn new(size: &str) -> Option<Self> {
        let folder = Folder::new("small-disk");
        let path = folder.0.clone();
        fs::create_dir_all(&path).unwrap();
        std::mem::forget(folder);
        let done = Command::new("mount")
            .args(["-t", "tmpfs", "-o", size, "tmpfs"])
            .arg(&path)
            .stderr(Stdio::null())
            .status();
        done.is_ok_and(|s| s.success()).then_some(Self(path))
    }

    fn unplug(&self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        self.unplug();
        let _ = fs::remove_dir(&self.0);
    }
}

#[test]
fn a_full_stick_keeps_its_older_backup_and_says_so() {
    let Some(stick) = Small::new("size=3m") else {
        skip("tmpfs", "a file system of its own to fill needs root");
        return;
    };
    let backed = Backed::new("full");
    let path = stick.0.to_str().unwrap();
    let id = backup::add_place(&backed.town.store, path, "苏简", stamp("backup.place")).unwrap();
    assert!(backed.back_up().unwrap()[1].outcome.is_ok());
    for n in 0..6 {
        // not to be made smaller
        backed.attach(backed.small(20 + n), 900_000, 7919 + n);
    }
    let random: Vec<u8> = (0..2_500_000u32)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    fs::write(stick.0.join("photos"), &random[..1_500_000]).unwrap();
    for n in 0..40 {
        let filler = stick.0.join(format!("more{n}"));
        if fs::write(&filler, &random[..200_000]).is_err() {
            break;
        }
    }
    failed(&backed, 1);
    let said = failed(&backed, 1);
    assert!(said.contains("满了"), "{said}");
    let kept = backup::list(&backed.town.store, Some(id), 10).unwrap();
    assert_eq!(kept.len(), 1, "{kept:?}");
    let folder = fs::read_dir(&stick.0)
        .unwrap()
        .map(|e| e.unwrap().path())
        .find(|p| p.is_dir());
    let folder = folder.unwrap();
    assert!(folder.join(&kept[0].file).exists());
    let parts = fs::read_dir(&folder).unwrap().filter(|e| {
        e.as_ref()
            .unwrap()
            .file_name()
            .to_string_lossy()
            .ends_with(".part")
    });
    assert_eq!(parts.count(), 0, "nothing half-written stays");
    for entry in fs::read_dir(&stick.0).unwrap().map(Result::unwrap) {
        if entry.path().is_file() {
            fs::remove_file(entry.path()).unwrap();
        }
    }
    let made = backed.back_up().unwrap();
    assert!(
        made[1].outcome.is_ok(),
        "with room again it goes on: {made:?}"
    );
}

#[test]
fn pulled_out_half_way_it_says_so_and_the_next_one_is_good() {
    let Some(stick) = Small::new("size=64m") else {
        skip("tmpfs", "a stick to pull out needs root");
        return;
    };
    let backed = Backed::new("pulled");
    let path = stick.0.to_str().unwrap();
    backup::add_place(&backed.town.store, path, "苏简", stamp("backup.place")).unwrap();
    for n in 0..20 {
        backed.attach(backed.small(30 + n), 900_000, 101 + n);
    }
    let made = std::thread::scope(|s| {
        let running = s.spawn(|| backed.back_up().unwrap());
        loop {
            let step = backed.town.store.backups().going();
            if step.is_some_and(|s| s.words.contains(path) && s.words.contains("附件")) {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        stick.unplug();
        running.join().unwrap()
    });
    assert!(made[0].outcome.is_ok());
    assert!(made[1].outcome.is_err(), "{made:?}");
    let again = failed(&backed, 1);
    assert!(again.contains("不是原来那块盘"), "{again}");
    assert_eq!(
        fs::read_dir(&stick.0).unwrap().count(),
        0,
        "nothing on the PC's own disk"
    );
}

#[test]
fn a_backup_can_be_cancelled() {
    let backed = Backed::new("cancel");
    backed.good();
    for n in 0..20 {
        backed.attach(backed.small(30 + n), 900_000, 101 + n);
    }
    let kept = backed.ending(".inkbak");
    let made = std::thread::scope(|s| {
        let running = s.spawn(|| backed.back_up());
        while backed.town.store.backups().going().is_none() {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        backed.town.store.backups().stop();
        running.join().unwrap()
    });
    let said = match made {
        Ok(made) => made[0].outcome.clone().unwrap_err(),
        Err(e) => e.to_string(),
    };
    assert!(said.contains("取消"), "{said}");
    assert_eq!(backed.ending(".inkbak"), kept);
    assert!(backed.ending(".part").is_empty());
    backed.good();
}
