//! The binary itself, as an operator starts it: what it says, that a second start only says so, that
//! the port stays, that it stops cleanly, and that `verify` speaks (F09, R11).

use crate::support::binary::{Started, run};
use crate::support::files::Image;
use crate::support::http::Http;
use crate::support::office;
use crate::support::town::Folder;
use inkstone::store::{Stamp, backup};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

#[test]
fn f09_a_second_start_only_says_that_it_runs() {
    let folder = Folder::new("start-twice");
    let office = Started::start(&folder, &["--port", "0"]);
    for part in ["本机地址", "安装码", "不涉密", "█"] {
        assert!(office.words.contains(part), "{part} in {}", office.words);
    }
    let began = Instant::now();
    let (out, said) = run(&folder, &["serve", "--no-browser"]);
    assert!(began.elapsed() < Duration::from_secs(2), "R11");
    assert_eq!(out.status.code(), Some(0), "{said}");
    assert!(said.contains("已经在运行") && said.contains(&office.address.port().to_string()));
    let (out, said) = run(&folder, &["verify"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(said.contains("请先停止砚台"), "{said}");

    let mut here = Http::to(office.address);
    assert_eq!(here.get("/setup/choose").status, 200);
    let code = office.words.split("安装码").nth(1).unwrap();
    let code: String = code.chars().filter(char::is_ascii_digit).take(8).collect();
    let log = std::fs::read_to_string(folder.0.join("log/inkstone.log")).unwrap();
    assert!(log.contains("serving") && !log.contains(&code), "{log}");

    let port = office.address.port();
    let (code, last) = office.stop();
    assert_eq!(code, Some(0), "{last}");
    assert!(last.contains("已停止"), "{last}");
    let (out, said) = run(&folder, &["verify"]);
    assert_eq!(out.status.code(), Some(0), "{said}");
    assert!(said.starts_with("全部核对无误"), "{said}");

    let office = Started::start(&folder, &[]);
    assert_eq!(office.address.port(), port, "the port stays");
}

#[test]
fn a_kept_port_that_is_taken_ends_with_advice() {
    let folder = Folder::new("start-taken");
    let other = TcpListener::bind("0.0.0.0:0").unwrap();
    let port = other.local_addr().unwrap().port().to_string();
    let dir = folder.dir();
    dir.keep_port(port.parse().unwrap()).unwrap();
    let (out, said) = run(&folder, &["serve", "--no-browser"]);
    assert_eq!(out.status.code(), Some(1), "{said}");
    assert!(said.contains(&port) && said.contains("--port"), "{said}");
    assert_eq!(dir.kept_port(), port.parse().ok());
}

/// A shared folder whose locks do not hold: the other computer signs every few seconds.
#[test]
fn r11_another_computer_at_work_in_the_folder_is_named() {
    let folder = Folder::new("start-share");
    folder.dir();
    let sign = folder.0.join("in-use");
    let stop = AtomicBool::new(false);
    std::fs::write(&sign, "records-office-pc\n77\n").unwrap();
    std::thread::scope(|s| {
        s.spawn(|| {
            while !stop.load(Ordering::Acquire) {
                std::thread::sleep(Duration::from_millis(200));
                std::fs::write(&sign, "records-office-pc\n77\n").unwrap();
            }
        });
        let (out, said) = run(&folder, &["serve", "--no-browser", "--port", "0"]);
        stop.store(true, Ordering::Release);
        assert_eq!(out.status.code(), Some(1), "{said}");
        assert!(said.contains("records-office-pc"), "{said}");
    });
    assert!(!folder.dir().hub().exists(), "nothing was written");
    // one that was cut off signs no more, and its folder is free
    let office = Started::start(&folder, &["--port", "0"]);
    assert!(
        office.words.contains("records-office-pc"),
        "{}",
        office.words
    );
    // this test's folder is a temporary one, and the first start says what that means
    assert!(folder.0.join("ballast").exists());
    // it listens for the end only once everything runs
    std::thread::sleep(Duration::from_secs(2));
    let (code, _) = office.stop();
    assert_eq!(code, Some(0));
    assert!(folder.0.join("clean").exists() && !sign.exists());
}

#[test]
fn s62_volumes_without_their_hub_are_no_new_office() {
    let folder = Folder::new("start-lost");
    let dir = folder.dir();
    std::fs::write(dir.volume(1), b"").unwrap();
    let mending = Started::start(&folder, &["--port", "0"]);
    let mut here = Http::to(mending.address);
    let page = here.get("/setup").text();
    assert!(
        page.contains("hub.db") && page.contains("从备份恢复"),
        "{page}"
    );
    // the LAN reads whom to ask, and can press nothing
    let mut away = Http::to(([127, 0, 0, 2], mending.address.port()).into());
    let page = away.get("/setup").text();
    assert!(
        page.contains("请告诉管理员") && !page.contains("<form"),
        "{page}"
    );
    assert!(!page.contains("hub.db"), "{page}");
    let (code, _) = mending.stop();
    assert_eq!(code, Some(0));
    assert!(!dir.hub().exists());
}

/// The hub is lost, its volumes are there: fetched on a page, at the same address, with what came after the backup.
#[test]
fn a_lost_hub_comes_back_by_a_page() {
    let office = office::Office::new("start-hubless");
    let case = office
        .town
        .register("incoming-handle", "关于做好防汛工作的通知");
    assert!(case.is_ok() && office.town.store.drain(Duration::from_secs(10)));
    let place = Folder::new("start-hubless-place");
    std::fs::create_dir_all(&place.0).unwrap();
    let (store, at) = (&office.town.store, office.town.clock.now());
    let key = backup::make_key(store, "苏简", Stamp::new("person:1", "backup.key", at)).unwrap();
    let stamp = Stamp::new("person:1", "backup.place", at);
    backup::add_place(store, place.0.to_str().unwrap(), "苏简", stamp).unwrap();
    assert!(backup::run(store).unwrap()[0].outcome.is_ok());
    office.town.store.checkpoint();
    let folder = Image::of(&office.town.folder).copy("start-hubless-lost");
    drop(office);
    for file in ["hub.db", "hub.db-wal", "hub.db-shm"] {
        let _ = std::fs::remove_file(folder.0.join(file));
    }

    let mending = Started::start(&folder, &["--port", "0"]);
    let mut here = Http::to(mending.address);
    let wrong = [
        ("what", "hub"),
        ("file", place.0.to_str().unwrap()),
        ("key", "AAAAA"),
    ];
    let refused = here.submit("/setup", "/setup", &wrong);
    assert!(refused.text().contains("恢复码"), "{}", refused.text());
    let right = [
        ("what", "hub"),
        ("file", place.0.to_str().unwrap()),
        ("key", &key.text()),
    ];
    let begun = here.submit("/setup", "/setup", &right);
    assert_eq!(begun.status, 303, "{}", begun.text());
    until_it_asks_for_a_name(mending.address);
    let mut here = Http::to(mending.address);
    let came = office::log_in(&mut here, office::ADMIN, office::PASSWORD);
    assert_eq!(came.status, 303, "{}", came.text());
    let (code, last) = mending.stop();
    assert_eq!(code, Some(0), "{last}");
    let (_, said) = run(&folder, &["verify"]);
    assert!(said.starts_with("全部核对无误"), "{said}");
}

/// The server begins anew, and nobody is turned away meanwhile: who comes then waits at the door.
fn until_it_asks_for_a_name(address: SocketAddr) {
    let ask = |path: &str| {
        let asked = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        let mut said = Vec::new();
        let mut wire = std::net::TcpStream::connect(address).expect("the door stays open");
        // what was under way when it stopped may get no answer
        let _ = wire
            .write_all(asked.as_bytes())
            .and_then(|()| wire.read_to_end(&mut said));
        String::from_utf8_lossy(&said).into_owned()
    };
    let until = Instant::now() + Duration::from_secs(120);
    while !ask("/login").contains("记住姓名") {
        assert!(
            Instant::now() < until,
            "{} {}",
            ask("/login"),
            ask("/setup")
        );
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// The other PC is gone; its backups and the key on paper are left.
#[test]
fn an_empty_pc_becomes_the_office_at_the_same_address() {
    let office = office::Office::new("start-restored");
    let place = Folder::new("start-place");
    std::fs::create_dir_all(&place.0).unwrap();
    let (store, at) = (&office.town.store, office.town.clock.now());
    let key = backup::make_key(store, "苏简", Stamp::new("person:1", "backup.key", at)).unwrap();
    let stamp = Stamp::new("person:1", "backup.place", at);
    backup::add_place(store, place.0.to_str().unwrap(), "苏简", stamp).unwrap();
    assert!(backup::run(store).unwrap()[0].outcome.is_ok());
    drop(office);

    let folder = Folder::new("start-empty");
    let empty = Started::start(&folder, &["--port", "0"]);
    let mut here = Http::to(empty.address);
    let fields = [("file", place.0.to_str().unwrap()), ("key", &key.text())];
    let begun = here.submit("/setup/restore", "/setup/restore", &fields);
    assert_eq!(begun.status, 303, "{}", begun.text());
    until_it_asks_for_a_name(empty.address);
    let mut here = Http::to(empty.address);
    let came = office::log_in(&mut here, office::ADMIN, office::PASSWORD);
    assert_eq!(came.status, 303, "the old accounts: {}", came.text());
    let (code, last) = empty.stop();
    assert_eq!(code, Some(0), "{last}");
    let (_, said) = run(&folder, &["verify"]);
    assert!(said.starts_with("全部核对无误"), "{said}");
}

#[test]
fn verify_makes_no_folder() {
    let folder = Folder::new("start-none");
    let (out, said) = run(&folder, &["verify"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(
        said.contains("没有砚台的数据") && !folder.0.exists(),
        "{said}"
    );
}
