//! A disk that fills up and a disk that can only be read, watched as a server watches them: what goes on,
//! what is refused with which words, and that everything comes back by itself (R04–R06). Needs root.

use crate::relocate::{YEARLY, order, rule, settled, truth};
use crate::support::http::Http;
use crate::support::office::{Office, PASSWORD, log_in};
use crate::support::skip::skip;
use crate::support::town::{Folder, Town, monday};
use inkstone::kit::{Clock, Error};
use inkstone::store::verify::verify;
use inkstone::store::{Level, Limits, RelocationState};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const MB: u64 = 1 << 20;
const LIMITS: Limits = Limits {
    ballast: 4 * MB,
    full: MB,
    resume: 8 * MB,
    uploads: 6 * MB,
    warn: 10 * MB,
};

fn does(program: &str, words: &[&str]) -> bool {
    let mut command = Command::new(program);
    command
        .args(words)
        .stderr(Stdio::null())
        .stdout(Stdio::null());
    command.status().is_ok_and(|s| s.success())
}

/// A disk of 40 MB.
struct Small(PathBuf);

impl Small {
    fn new() -> Option<Self> {
        let folder = Folder::new("room");
        let path = folder.0.clone();
        fs::create_dir_all(&path).unwrap();
        std::mem::forget(folder);
        let at = path.to_str().unwrap();
        let mounted = does("mount", &["-t", "tmpfs", "-o", "size=40m", "tmpfs", at]);
        if !mounted {
            let _ = fs::remove_dir_all(&path);
        }
        mounted.then_some(Self(path))
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }

    /// Takes room until so much is left.
    fn leave(&self, town: &Town, left: u64) {
        let mut file = fs::File::options()
            .create(true)
            .append(true)
            .open(self.filler())
            .unwrap();
        town.store.look_round();
        let take = town.store.disk().free.saturating_sub(left);
        let _ = file.write_all(&vec![7; usize::try_from(take).unwrap()]);
        town.store.look_round();
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        does("umount", &["-l", self.0.to_str().unwrap()]);
        let _ = fs::remove_dir(&self.0);
    }
}

/// A browser of a clerk with the number its forms need.
struct Clerk {
    http: Http,
    csrf: String,
    n: usize,
}

impl Clerk {
    fn of(office: &Office) -> Self {
        let mut admin = office.admin();
        let mut http = office.colleague(&mut admin, "宋小笺");
        let csrf = http.get("/me").hidden("/logout").remove(0).1;
        Self { http, csrf, n: 0 }
    }

    /// Status and page of a registration.
    fn register(&mut self) -> (u16, String) {
        self.n += 1;
        let (op, number) = (
            format!("room-{}", self.n),
            format!("墨水发〔2026〕{}号", self.n),
        );
        let fields = [
            ("_csrf", self.csrf.as_str()),
            ("_op", &op),
            ("do", "submit/propose"),
            ("f.title", "关于防汛物资的通知"),
            ("f.from", "墨川县水务局"),
            ("f.from_number", &number),
            ("f.received_on", "2026-03-09"),
        ];
        let reply = self.http.post("/start/incoming-handle", &fields);
        (reply.status, reply.text())
    }

    /// Sends the first of the to-dos on.
    fn clears_a_todo(&mut self) -> u16 {
        let page = self.http.get("/todo").text();
        let at = page.find("href=\"/case/").expect("a to-do") + 6;
        let href = page[at..].split('"').next().unwrap().replace("&amp;", "&");
        let case = href.split('?').next().unwrap().to_owned();
        let fields = [("do", "submit/review"), ("opinion", "拟请陆平章同志阅示。")];
        let reply = self.http.submit(&href, &case, &fields);
        reply.status
    }
}

#[test]
fn r05_a_disk_that_fills_up_gives_up_its_ballast_and_recovers_by_itself() {
    let Some(disk) = Small::new() else {
        skip("tmpfs", "a file system of its own to fill needs root");
        return;
    };
    let town = Town::open(Folder(disk.0.join("office")), Clock::held(monday()));
    town.settle_people();
    let office = Office::of(town);
    let town = &office.town;
    let mut clerk = Clerk::of(&office);
    let ballast = town.folder.0.join("ballast");
    assert!(!ballast.exists());
    town.store.watch_disk(Some(LIMITS)).unwrap();
    assert_eq!(fs::metadata(&ballast).unwrap().len(), LIMITS.ballast);
    assert_eq!(town.store.disk().level, Level::Roomy);
    assert_eq!(clerk.register().0, 303);
    let shelf = town
        .engine
        .shelf_now(&town.store, &town.acting("宋小笺"))
        .unwrap();

    disk.leave(town, 9 * MB);
    assert_eq!(town.store.disk().level, Level::Low);
    assert!(town.store.upload(shelf).is_ok());
    disk.leave(town, 5 * MB);
    assert_eq!(town.store.disk().level, Level::NoFiles);
    assert!(matches!(town.store.upload(shelf), Err(Error::Busy(why)) if why.contains("不收文件")));
    assert_eq!(clerk.register().0, 303, "words go on");

    disk.leave(town, MB / 2);
    assert_eq!(town.store.disk().level, Level::Full);
    assert!(!ballast.exists(), "given up");
    assert!(town.store.disk().free > 3 * MB);
    let (status, page) = clerk.register();
    assert_ne!(status, 303);
    for part in ["磁盘已满", "未保存", "关于防汛物资的通知", "墨川县水务局"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // logging in, reading and clearing a to-do go on, and everybody is told
    let mut other = office.at(2);
    assert_eq!(log_in(&mut other, "宋小笺", PASSWORD).status, 303);
    let list = other.get("/todo");
    assert!(
        list.status == 200 && list.text().contains("磁盘已满"),
        "{}",
        list.text()
    );
    assert_eq!(clerk.clears_a_todo(), 303);
    let mut admin = office.admin();
    assert!(admin.get("/todo").text().contains("要管理员办"));
    assert!(admin.get("/health").text().contains("磁盘已满"));

    // to the very brim: nothing but reading, and nothing half-written
    disk.leave(town, 0);
    assert_eq!(town.store.disk().level, Level::Shut);
    let (status, page) = clerk.register();
    assert!(status != 303 && page.contains("磁盘"), "{page}");
    assert_eq!(clerk.http.get("/todo").status, 200);

    // a little room is not enough: it would be full again at once
    let filler = fs::File::options().write(true).open(disk.filler()).unwrap();
    let give = 7 * MB - town.store.disk().free;
    filler
        .set_len(filler.metadata().unwrap().len() - give)
        .unwrap();
    town.store.look_round();
    assert!(town.store.disk().free > 6 * MB);
    assert_eq!(town.store.disk().level, Level::Full);
    drop(filler);
    fs::remove_file(disk.filler()).unwrap();
    town.store.look_round();
    assert_eq!(town.store.disk().level, Level::Roomy);
    assert_eq!(
        fs::metadata(&ballast).unwrap().len(),
        LIMITS.ballast,
        "made again"
    );
    assert_eq!(clerk.register().0, 303, "without a restart");
    assert!(!clerk.http.get("/todo").text().contains("磁盘已满"));
    assert!(town.store.drain(std::time::Duration::from_secs(10)));
    let findings = verify(&town.folder.dir()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}

/// Nobody can write there until this goes, root included.
struct Locked(PathBuf);

impl Locked {
    fn new(path: &Path) -> Option<Self> {
        does("chattr", &["+i", path.to_str().unwrap()]).then(|| Self(path.to_owned()))
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        does("chattr", &["-i", self.0.to_str().unwrap()]);
    }
}

#[test]
fn r06_a_folder_that_can_only_be_read_is_said_and_comes_back() {
    let office = Office::new("read-only");
    let town = &office.town;
    let mut clerk = Clerk::of(&office);
    town.store.watch_disk(Some(LIMITS)).unwrap();
    assert_eq!(clerk.register().0, 303);
    let Some(locked) = Locked::new(&town.folder.0) else {
        skip(
            "chattr",
            "a folder that root cannot write to needs root and ext4",
        );
        return;
    };
    town.store.look_round();
    assert!(town.store.disk().read_only);
    let (status, page) = clerk.register();
    assert_ne!(status, 303);
    for part in ["只能读", "未保存", "关于防汛物资的通知"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let list = clerk.http.get("/todo");
    assert_eq!(list.status, 200);
    assert!(list.text().contains("服务器的磁盘现在只能读"));
    drop(locked);
    town.store.look_round();
    assert!(!town.store.disk().read_only);
    assert_eq!(clerk.register().0, 303, "without a restart");
    assert!(!clerk.http.get("/todo").text().contains("现在只能读"));
}

/// A shelf is not begun that the disk could not hold twice; it stays where it is, and goes once there is room.
#[test]
fn a_shelf_does_not_move_onto_a_disk_without_room_for_its_copy() {
    let Some(disk) = Small::new() else {
        skip("tmpfs", "a file system of its own to fill needs root");
        return;
    };
    let town = Town::open(Folder(disk.0.join("office")), Clock::held(monday()));
    town.settle_people();
    for n in 0..3 {
        let title = format!("关于第{n}号水库的通知");
        town.register("incoming-handle", &title).unwrap();
    }
    let before = truth(&town.folder);
    assert!(order(&town, &rule(YEARLY, &[])) > 0);
    let refused = town.store.relocate_now();
    assert!(
        matches!(&refused, Err(Error::Busy(why)) if why.contains("磁盘空间不够") && why.contains("自己接着搬")),
        "{refused:?}"
    );
    let waiting = town.store.relocations(9).unwrap().remove(0);
    assert_eq!(waiting.state, RelocationState::Waiting);
    assert!(waiting.words.contains("磁盘空间不够"), "{waiting:?}");
    assert!(truth(&town.folder) == before, "nothing was touched");

    let at = disk.0.to_str().unwrap();
    assert!(does("mount", &["-o", "remount,size=400m", at]));
    town.store.relocate_now().unwrap();
    settled(&town);
    assert!(truth(&town.folder) == before, "nothing was lost");
    assert!(town.store.drain(Duration::from_secs(20)));
    let folder = town.stop();
    let findings = verify(&folder.dir()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}
