//! A claimed office with a backup place, the program in a folder of its own, packages signed by the key of the tests. The new
//! program is the same binary with another version behind its mark, or a script around it that goes wrong in one way.

use crate::support::binary::{Process, Started};
use crate::support::files::Image;
use crate::support::http::{Http, Part};
use crate::support::office::{ADMIN, Office, PASSWORD, log_in};
use crate::support::reply::Reply;
use crate::support::town::Folder;
use inkstone::kit::version::SYSTEM;
use inkstone::kit::{Id, hex, version};
use inkstone::store::{Stamp, backup, verify::verify};
use ring::digest::{SHA256, digest};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

/// The version of the new program: as long as the old one's, for it is written over it.
pub const NEW: &str = "0.9.9";
pub const NEWEST: &str = "1.0.0";
/// The last thing a step is waited for.
const LONG: Duration = Duration::from_secs(600);
const MARK: &str = "INKSTONE-VERSION:";

/// Stopped office, program, backups.
pub struct Stand {
    pub data: Folder,
    /// The program and what lies beside it.
    pub place: Folder,
    _backups: Folder,
}

/// Has a password of her own, and a case.
pub const CLERK: &str = "宋小笺";

/// Her case.
pub fn case() -> Id {
    image().1
}

/// The office behind every stand, made once: claimed, with a case, a recovery key.
fn image() -> &'static (Image, Id) {
    static IMAGE: OnceLock<(Image, Id)> = OnceLock::new();
    IMAGE.get_or_init(|| {
        let office = Office::new("update-image");
        let town = &office.town;
        let case = town.register("incoming-handle", "关于做好防汛工作的通知");
        let case = case.unwrap().case;
        office.colleague(&mut office.admin(), CLERK);
        assert!(town.store.drain(Duration::from_secs(30)));
        let stamp = Stamp::new("person:1", "backup.key", town.clock.now());
        backup::make_key(&town.store, ADMIN, stamp).unwrap();
        town.store.checkpoint();
        (Image::of(&town.folder), case)
    })
}

impl Stand {
    pub fn new(name: &str) -> Self {
        let data = image().0.copy_all(&format!("update-{name}"));
        let backups = Folder::new(&format!("update-{name}-backups"));
        fs::create_dir_all(&backups.0).unwrap();
        let place = Folder::new(&format!("update-{name}-place"));
        fs::create_dir_all(&place.0).unwrap();
        let built = Path::new(env!("CARGO_BIN_EXE_inkstone"));
        let program = place.0.join("inkstone");
        // a program is replaced by renaming, never written into: a second name is as good as a copy
        fs::hard_link(built, &program)
            .or_else(|_| fs::copy(built, &program).map(drop))
            .unwrap();
        Self {
            data,
            place,
            _backups: backups,
        }
    }

    pub fn program(&self) -> PathBuf {
        self.place.0.join("inkstone")
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(self.program());
        command
            .args(words)
            .arg("--data")
            .arg(&self.data.0)
            .stdin(std::process::Stdio::null());
        command
    }

    /// Starts whatever lies in the place, as after the PC was switched on.
    pub fn start(&self, born: impl FnOnce(&Process)) -> Result<Started, String> {
        let words = match self.data.0.join("port").exists() {
            true => vec!["serve", "--no-browser"],
            false => vec!["serve", "--no-browser", "--port", "0"],
        };
        Started::of(&mut self.command(&words), born)
    }

    pub fn started(&self) -> Started {
        self.start(|_| {})
            .unwrap_or_else(|said| panic!("it ended: {said}"))
    }

    /// The administrator, logged in, with a backup place.
    pub fn admin(&self, office: &Started) -> Http {
        self.admin_at(office, |path| path.to_str().unwrap().to_owned())
    }

    /// The same where the program has other names for the folders of this machine.
    pub fn admin_at(&self, office: &Started, named: impl Fn(&Path) -> String) -> Http {
        let mut admin = Http::to(office.address);
        assert_eq!(log_in(&mut admin, ADMIN, PASSWORD).status, 303);
        let path = named(&self._backups.0);
        let added = admin.submit("/backup/place", "/backup/place", &[("path", &path)]);
        assert_eq!(added.status, 303, "{}", added.text());
        admin
    }

    /// The note of the update under way, as it is.
    pub fn note(&self) -> serde_json::Value {
        let text = fs::read(self.data.0.join("update/state.json")).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    pub fn step(&self) -> String {
        self.note()["step"].as_str().unwrap_or("none").to_owned()
    }

    /// How the last one ended, and why.
    pub fn ended(&self) -> (String, String) {
        let past = &self.note()["past"][0];
        let text = |key: &str| past[key].as_str().unwrap_or_default().to_owned();
        (text("ended"), text("why"))
    }

    /// The version of what lies in the place.
    pub fn lies_there(&self) -> String {
        let out = Command::new(self.program())
            .arg("version")
            .output()
            .unwrap();
        String::from_utf8(out.stdout)
            .unwrap()
            .trim()
            .replace("inkstone ", "")
    }

    /// Nothing contradicts anything, by the program that lies there.
    pub fn is_sound(&self) {
        let out = self.command(&["verify"]).output().unwrap();
        let said = String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned();
        assert!(said.contains("全部核对无误"), "{said}");
        assert!(verify(&self.data.dir()).unwrap().is_empty());
    }

    /// Nothing of an update lies about any more.
    pub fn is_tidy(&self) {
        let left = |folder: &Path| -> Vec<String> {
            let all = fs::read_dir(folder).into_iter().flatten();
            all.map(|e| e.unwrap().file_name().into_string().unwrap())
                .collect()
        };
        let beside = left(&self.place.0);
        assert!(
            !beside
                .iter()
                .any(|n| n.contains(".new") || n.contains(".part")),
            "{beside:?}"
        );
        let update = left(&self.data.0.join("update"));
        assert!(!update.contains(&"copies".to_owned()), "{update:?}");
    }
}

/// Asks until it is so.
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + LONG;
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(Instant::now() < end, "never: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// What somebody reads at an address, where anybody answers: status and page.
pub fn read(who: &Http, path: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect_timeout(&who.address, Duration::from_secs(5)).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .ok()?;
    let cookies: Vec<String> = who
        .cookies
        .iter()
        .map(|(n, v)| format!("{n}={v}"))
        .collect();
    let asked = format!(
        "GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nConnection: close\r\n\r\n",
        who.address,
        cookies.join("; ")
    );
    stream.write_all(asked.as_bytes()).ok()?;
    let mut said = Vec::new();
    stream.read_to_end(&mut said).ok()?;
    let said = String::from_utf8_lossy(&said).into_owned();
    let status = said.split(' ').nth(1)?.parse().ok()?;
    Some((status, said))
}

/// Which version the page of updates says it runs, to somebody who is logged in.
pub fn runs(who: &Http) -> Option<String> {
    let (status, text) = read(who, "/update")?;
    let said = text.split("现在的版本").nth(1)?;
    let said = said.split("<td>").nth(1)?.split('<').next()?;
    (status == 200).then(|| said.to_owned())
}

fn pair(seed: &[u8]) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(seed).unwrap()
}

/// The publisher of the tests: the seed ends its PEM file.
pub fn ours() -> Ed25519KeyPair {
    pair(b"inkstone: a key for its own test")
}

pub fn strangers() -> Ed25519KeyPair {
    pair(&[7; 32])
}

/// What a package says of itself.
#[derive(Clone)]
pub struct Says {
    pub version: String,
    pub system: String,
}

impl Default for Says {
    fn default() -> Self {
        Self {
            version: NEW.into(),
            system: SYSTEM.into(),
        }
    }
}

/// A package of this program.
pub fn pack(program: &[u8], says: &Says, by: &Ed25519KeyPair) -> Vec<u8> {
    let header = serde_json::json!({
        "version": says.version, "system": says.system, "size": program.len(),
        "sha256": hex(digest(&SHA256, program).as_ref()), "day": "2026-11-23",
        "news": ["登记簿可以按月打印"], "key": hex(by.public_key().as_ref()),
    });
    let text = serde_json::to_vec(&header).unwrap();
    let mut all = b"INKUP\r\n\x1a".to_vec();
    all.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
    all.extend(text);
    let signature = by.sign(&all);
    all.extend(signature.as_ref());
    all.extend(program);
    all
}

/// The new program's file. It lies outside, so that scripts around it stay small.
pub fn new_program() -> &'static Path {
    static FILE: OnceLock<(Folder, PathBuf)> = OnceLock::new();
    &FILE.get_or_init(|| renumbered(NEW)).1
}

/// The same of a still newer one.
pub fn newest_program() -> &'static Path {
    static FILE: OnceLock<(Folder, PathBuf)> = OnceLock::new();
    &FILE.get_or_init(|| renumbered(NEWEST)).1
}

/// This binary under another version.
fn renumbered(to: &str) -> (Folder, PathBuf) {
    {
        let folder = Folder::new(&format!("update-{to}"));
        fs::create_dir_all(&folder.0).unwrap();
        let path = folder.0.join("inkstone");
        let bytes = fs::read(env!("CARGO_BIN_EXE_inkstone")).unwrap();
        fs::write(&path, marked(bytes, to)).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        // as it is handed out; where there is no such tool it is only larger
        let _ = Command::new("strip").arg(&path).status();
        (folder, path)
    }
}

/// A program that says it is of another version.
pub fn marked(mut bytes: Vec<u8>, to: &str) -> Vec<u8> {
    let (old, new) = (format!("{MARK}{};", version()), format!("{MARK}{to};"));
    assert_eq!(old.len(), new.len());
    let mut changed = 0;
    let mut at = 0;
    while let Some(n) = find(&bytes[at..], old.as_bytes()) {
        bytes[at + n..at + n + new.len()].copy_from_slice(new.as_bytes());
        (at, changed) = (at + n + new.len(), changed + 1);
    }
    assert!(changed > 0, "the version's mark is in the binary");
    bytes
}

pub fn find(all: &[u8], what: &[u8]) -> Option<usize> {
    let first = what[0];
    let mut at = 0;
    loop {
        at += all[at..].iter().position(|b| *b == first)?;
        if all[at..].starts_with(what) {
            return Some(at);
        }
        at += 1;
    }
}

/// A program that does `odd` where it is asked to serve, and is the new one otherwise.
pub fn odd_program(odd: &str) -> Vec<u8> {
    around(new_program(), odd)
}

/// A script around a program.
pub fn around(program: &Path, odd: &str) -> Vec<u8> {
    let new = program.display();
    format!("#!/bin/sh\nif [ \"$1\" = serve ]; then\n{odd}\nfi\nexec {new} \"$@\"\n").into_bytes()
}

/// The script around the new program that is well.
pub fn good_program() -> Vec<u8> {
    odd_program(":")
}

/// Sends a package to the page.
pub fn send(admin: &mut Http, package: &[u8]) -> Reply {
    let page = admin.get("/update");
    let file = Part {
        name: "file",
        file: Some(("a.inkup", "application/octet-stream")),
        bytes: package,
    };
    admin.submit_parts(&page, "/update/take", vec![file])
}

/// Sends a good package and begins.
pub fn begin(admin: &mut Http, package: &[u8]) {
    let sent = send(admin, package);
    assert_eq!(sent.status, 303, "{}", sent.text());
    let begun = admin.submit("/update", "/update/begin", &[]);
    assert_eq!(begun.status, 303, "{}", begun.text());
}
