//! The binary itself, as an operator starts it: what it says, that a second start only says so, that
//! the port stays, that it stops cleanly, and that `verify` speaks (F09, R11).

use crate::support::http::Http;
use crate::support::office;
use crate::support::town::Folder;
use inkstone::store::Stamp;
use inkstone::store::backup;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Output, Stdio};

fn inkstone(folder: &Folder, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_inkstone"));
    command.args(words).arg("--data").arg(&folder.0);
    command.stdin(Stdio::null());
    command
}

fn run(folder: &Folder, words: &[&str]) -> (Output, String) {
    let out = inkstone(folder, words).output().unwrap();
    let said = [&*out.stdout, &*out.stderr].concat();
    (out, String::from_utf8(said).unwrap())
}

/// A server of its own process; killed where the test ends.
struct Office {
    child: Child,
    said: BufReader<std::process::ChildStdout>,
    address: SocketAddr,
    words: String,
}

impl Office {
    fn start(folder: &Folder, words: &[&str]) -> Self {
        let mut command = inkstone(folder, &["serve", "--no-browser"]);
        let mut child = command.args(words).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut words = String::new();
        while !words.contains("Ctrl+C") {
            assert_ne!(said.read_line(&mut words).unwrap(), 0, "it ended: {words}");
        }
        let port = std::fs::read_to_string(folder.0.join("port")).unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], port.trim().parse().unwrap()));
        Self {
            child,
            said,
            address,
            words,
        }
    }

    fn ask_to_stop(&self) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(sent.unwrap().success());
    }

    /// Exit code and the last words.
    fn stop(mut self) -> (Option<i32>, String) {
        self.ask_to_stop();
        let mut last = String::new();
        self.said.read_to_string(&mut last).unwrap();
        (self.child.wait().unwrap().code(), last)
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn f09_a_second_start_only_says_that_it_runs() {
    let folder = Folder::new("start-twice");
    let office = Office::start(&folder, &["--port", "0"]);
    for part in ["本机地址", "安装码", "不涉密", "█"] {
        assert!(office.words.contains(part), "{part} in {}", office.words);
    }
    let (out, said) = run(&folder, &["serve", "--no-browser"]);
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
    assert_eq!((out.status.code(), said.trim()), (Some(0), "全部核对无误"));

    let office = Office::start(&folder, &[]);
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

#[test]
fn s62_volumes_without_their_hub_are_no_new_office() {
    let folder = Folder::new("start-lost");
    let dir = folder.dir();
    std::fs::write(dir.volume(1), b"").unwrap();
    let (out, said) = run(&folder, &["serve", "--no-browser", "--port", "0"]);
    assert_eq!(out.status.code(), Some(1), "{said}");
    assert!(said.contains("hub.db") && said.contains("备份"), "{said}");
    assert!(!dir.hub().exists());
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
    let empty = Office::start(&folder, &["--port", "0"]);
    let mut here = Http::to(empty.address);
    let fields = [("file", place.0.to_str().unwrap()), ("key", &key.text())];
    let begun = here.submit("/setup/restore", "/setup/restore", &fields);
    assert_eq!(begun.status, 303, "{}", begun.text());
    let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
    let ask = |path: &str| {
        let asked = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            empty.address
        );
        let mut said = Vec::new();
        // for a moment nobody listens
        let wire = std::net::TcpStream::connect(empty.address);
        let _ = wire.and_then(|mut wire| {
            wire.write_all(asked.as_bytes())?;
            wire.read_to_end(&mut said)
        });
        String::from_utf8_lossy(&said).into_owned()
    };
    while !ask("/login").contains("记住姓名") {
        let waited = std::time::Instant::now() > until;
        assert!(!waited, "{} {}", ask("/login"), ask("/setup/restore"));
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    let mut here = Http::to(empty.address);
    let came = office::log_in(&mut here, office::ADMIN, office::PASSWORD);
    assert_eq!(came.status, 303, "the old accounts: {}", came.text());
    let (code, last) = empty.stop();
    assert_eq!(code, Some(0), "{last}");
    let (_, said) = run(&folder, &["verify"]);
    assert_eq!(said.trim(), "全部核对无误");
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
