//! A full disk: a small file system of its own, filled to the brim while people work. Needs root.

use crate::support::office::Office;
use crate::support::skip::skip;
use crate::support::town::{Folder, Town, monday};
use inkstone::kit::{Clock, Error};
use inkstone::store::verify::verify;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub struct Mounted(pub PathBuf);

impl Mounted {
    /// None where this user may not mount; the test is then skipped by name.
    pub fn new(megabytes: u32) -> Option<Self> {
        let folder = Folder::new("disk");
        let path = folder.0.clone();
        fs::create_dir_all(&path).unwrap();
        std::mem::forget(folder);
        let done = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={megabytes}m"), "tmpfs"])
            .arg(&path)
            .stderr(Stdio::null())
            .status();
        if done.is_ok_and(|s| s.success()) {
            return Some(Self(path));
        }
        let _ = fs::remove_dir_all(&path);
        skip("tmpfs", "a file system of its own to fill needs root");
        None
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
        let _ = fs::remove_dir(&self.0);
    }
}

/// Takes all the room there is.
pub fn fill(path: &Path) {
    let mut file = fs::File::options()
        .create(true)
        .append(true)
        .open(path)
        .unwrap();
    let mut size = 1 << 20;
    while size > 0 {
        if file.write_all(&vec![7; size]).is_err() {
            size /= 2;
        }
    }
}

#[test]
fn a_form_sent_to_a_full_disk_comes_back_with_everything_in_it() {
    let Some(disk) = Mounted::new(8) else { return };
    let town = Town::open(Folder(disk.0.join("office")), Clock::held(monday()));
    town.settle_people();
    let office = Office::of(town);
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "宋小笺");
    let csrf = clerk.get("/me").hidden("/logout").remove(0).1;
    let mut register = |n: usize| {
        let op = format!("full-{n}");
        let number = format!("墨水发〔2026〕{n}号");
        let fields = [
            ("_csrf", csrf.as_str()),
            ("_op", &op),
            ("do", "submit/propose"),
            ("f.title", "关于防汛物资的通知"),
            ("f.from", "墨川县水务局"),
            ("f.from_number", &number),
            ("f.received_on", "2026-03-09"),
        ];
        clerk.post("/start/incoming-handle", &fields)
    };
    assert_eq!(register(0).status, 303);
    let filler = disk.0.join("filler");
    // what the logs still hold of their files may take a few
    let refused = (1..60).map(|n| {
        fill(&filler);
        register(n)
    });
    let refused = refused.filter(|r| r.status != 303).last().unwrap();
    let page = refused.text();
    for words in ["磁盘", "关于防汛物资的通知", "墨川县水务局"] {
        assert!(page.contains(words), "{words}: {}\n{page}", refused.status);
    }
    fs::remove_file(&filler).unwrap();
    assert_eq!(register(60).status, 303);
}

#[test]
fn a_full_disk_is_said_and_nothing_is_half_written() {
    let Some(disk) = Mounted::new(8) else { return };
    let town = Town::open(Folder(disk.0.join("office")), Clock::held(monday()));
    town.settle_people();
    town.register("incoming-handle", "先登记一件").unwrap();
    assert!(town.store.drain(std::time::Duration::from_secs(10)));
    let filler = disk.0.join("filler");
    let (mut good, mut refused) = (1, 0);
    for round in 0..4 {
        fill(&filler);
        // What the logs still hold of their files may take a few; then nothing goes any more.
        for n in 0..40 {
            match town.register("incoming-handle", &format!("满{round}-{n}")) {
                Ok(_) => good += 1,
                Err(Error::Busy(why)) => {
                    refused += 1;
                    assert!(why.contains("磁盘") && why.contains("未保存"), "{why}");
                }
                Err(other) => panic!("{other:?}"),
            }
            fill(&filler);
        }
        let shelf = town
            .engine
            .shelf_now(&town.store, &town.acting("宋小笺"))
            .unwrap();
        let mut sent = town.store.upload(shelf);
        if let Ok(upload) = &mut sent {
            let pushed = upload.push(&[3; 5 << 20]);
            assert!(
                matches!(&pushed, Err(Error::Busy(why)) if why.contains("磁盘")),
                "{pushed:?}"
            );
        }
        drop(sent);
        fs::remove_file(&filler).unwrap();
        town.register("incoming-handle", &format!("又有地方{round}"))
            .unwrap();
        good += 1;
    }
    assert!(refused > 100, "the disk was never full: {refused}");
    assert!(
        town.store.drain(std::time::Duration::from_secs(10)),
        "the lists catch up"
    );
    assert_eq!(town.todo("宋小笺").len(), good);
    let folder = town.stop();
    let findings = verify(&folder.dir()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    println!("{refused} writes refused on a full disk, {good} saved");
    drop(folder);
}
