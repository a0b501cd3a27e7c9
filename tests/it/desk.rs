//! The binary as a desktop of Linux has it: its entry in the menu, a box where a start fails, `inkstone stop`, and what is said when
//! it is taken out of the system again (F10). Everything over folders of its own, as somebody without rights.

use crate::support::binary::{Started, bare, inkstone, run};
use crate::support::http::Http;
use crate::support::skip::skip;
use crate::support::town::Folder;
use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Nobody special: root's office would be a service of the system.
const NOBODY: u32 = 65_534;

/// A person's home, with programs of the desktop that write down what they are told.
struct Home {
    folder: Folder,
    rooted: bool,
}

impl Home {
    /// None where nobody else can be made of root.
    fn new(name: &str) -> Option<Self> {
        let folder = Folder::new(name);
        fs::create_dir_all(folder.0.join("bin")).unwrap();
        let rooted = fs::metadata("/proc/self").unwrap().uid() == 0;
        if rooted {
            chown(&folder.0, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let home = Self { folder, rooted };
        let may = home.at_desk(&mut bare(&["version"])).status().is_ok();
        if !may {
            skip("nobody", "a process without rights needs root to begin it");
        }
        may.then_some(home)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.0.join(name)
    }

    /// The folder of the office, not there yet.
    fn office(&self) -> Folder {
        Folder(self.path("办公 数据"))
    }

    /// A program that writes down its words and ends with `code`.
    fn has(&self, program: &str, code: u8) {
        let file = self.path("bin").join(program);
        let told = self.path(program);
        let text = format!(
            "#!/bin/sh\nprintf '%s\\n' \"$@\" > '{}'\nexit {code}\n",
            told.display()
        );
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o755)).unwrap();
    }

    /// What it was told last.
    fn told(&self, program: &str) -> Option<String> {
        fs::read_to_string(self.path(program)).ok()
    }

    /// As an icon starts it: a screen, no terminal, this home.
    fn at_desk<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("HOME", &self.folder.0)
            .env("PATH", self.path("bin"))
            .env("DISPLAY", ":7")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        for name in [
            "XDG_CONFIG_HOME",
            "XDG_DATA_HOME",
            "XDG_CACHE_HOME",
            "WAYLAND_DISPLAY",
        ] {
            command.env_remove(name);
        }
        if self.rooted {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }

    /// In a terminal without a screen; what was said.
    fn says(&self, words: &[&str]) -> (Option<i32>, String) {
        let mut command = bare(words);
        let command = self.at_desk(&mut command).env_remove("DISPLAY");
        let out = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        let said = String::from_utf8([out.stdout, out.stderr].concat()).unwrap();
        (out.status.code(), said)
    }
}

/// Ended with the test, however that ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn until(what: &str, is: impl Fn() -> bool) {
    let began = Instant::now();
    while !is() {
        assert!(began.elapsed() < Duration::from_secs(120), "{what}");
        thread::sleep(Duration::from_millis(100));
    }
}

fn names(file: &Path, office: &Folder) -> bool {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.contains(&format!("--data \"{}\"\n", office.0.display()))
}

#[test]
fn a_running_office_is_stopped_by_a_word_in_its_folder() {
    let folder = Folder::new("desk-stop");
    folder.dir();
    let bell = folder.0.join("stop");
    fs::write(&bell, "stop\n").unwrap();
    let office = Started::start(&folder, &["--port", "0"]);
    assert_eq!(
        fs::read(&bell).unwrap(),
        b"",
        "what was asked of another one is over"
    );
    if let Some(home) = Home::new("desk-stranger") {
        let words = ["stop", "--data", folder.0.to_str().unwrap()];
        // a root that made itself somebody else; otherwise the folder is his own
        if home.rooted {
            let (code, said) = home.says(&words);
            assert_eq!(code, Some(1), "{said}");
            assert!(said.contains("启动它的那个账号"), "{said}");
            assert_eq!(fs::read(&bell).unwrap(), b"");
        }
    }
    assert_eq!(Http::to(office.address).get("/setup/choose").status, 200);
    let (out, said) = run(&folder, &["stop"]);
    assert_eq!(out.status.code(), Some(0), "{said}");
    assert!(said.contains("砚台已停止"), "{said}");
    let (code, last) = office.stop();
    assert_eq!(code, Some(0), "{last}");
    assert!(last.contains("已停止"), "{last}");
    assert!(folder.0.join("clean").exists() && !bell.exists());
    let (out, said) = run(&folder, &["stop"]);
    assert_eq!(out.status.code(), Some(0), "{said}");
    assert!(said.contains("没有在运行"), "{said}");
    let none = Folder::new("desk-none");
    let (_, said) = run(&none, &["stop"]);
    assert!(said.contains("没有在运行") && !none.0.exists(), "{said}");
}

#[test]
fn f03_a_start_that_fails_on_a_desktop_is_shown() {
    let Some(home) = Home::new("desk-shown") else {
        return;
    };
    let office = home.office();
    let other = TcpListener::bind("0.0.0.0:0").unwrap();
    let port = other.local_addr().unwrap().port();
    office.dir().keep_port(port).unwrap();
    if home.rooted {
        for file in ["", "port", "volumes", "log", "spool"] {
            chown(office.0.join(file), Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }
    let sentence = format!("端口 {port} 打不开");
    let start = || inkstone(&office, &["serve"]);
    let fails = |command: &mut Command| assert_eq!(command.status().unwrap().code(), Some(1));

    home.has("zenity", 0);
    fails(home.at_desk(&mut start()).env_remove("DISPLAY"));
    assert_eq!(home.told("zenity"), None, "nobody sits there");
    fails(home.at_desk(&mut start()));
    let told = home.told("zenity").unwrap();
    assert!(
        told.starts_with("--info") && told.contains(&sentence),
        "{told}"
    );

    // a box that cannot be shown: the other one; none at all: a page
    home.has("zenity", 255);
    home.has("kdialog", 0);
    fails(home.at_desk(&mut start()));
    assert!(home.told("kdialog").unwrap().contains(&sentence));
    fs::remove_file(home.path("bin/zenity")).unwrap();
    fs::remove_file(home.path("bin/kdialog")).unwrap();
    home.has("xdg-open", 0);
    fails(home.at_desk(&mut start()));
    let page = home.path(".cache/inkstone/said.html");
    assert!(fs::read_to_string(&page).unwrap().contains(&sentence));
    until("the browser", || {
        home.told("xdg-open")
            .is_some_and(|t| t.trim() == page.to_str().unwrap())
    });
}

#[test]
fn the_first_start_from_a_desktop_brings_the_office_into_the_menu() {
    let Some(home) = Home::new("desk-menu") else {
        return;
    };
    let office = home.office();
    home.has("xdg-open", 0);
    let mut command = inkstone(&office, &["serve", "--port", "0", "--page", "/address"]);
    let mut running = Running(home.at_desk(&mut command).spawn().unwrap());
    let menu = home.path(".local/share/applications/inkstone.desktop");
    until("the entry of the menu", || names(&menu, &office));
    assert!(!home.path(".config/autostart/inkstone.desktop").exists());
    let text = fs::read_to_string(&menu).unwrap();
    let icon = text.lines().find_map(|l| l.strip_prefix("Icon=")).unwrap();
    assert!(fs::read(icon).unwrap().starts_with(b"\x89PNG"), "{icon}");
    for name in ["打开", "地址卡", "系统体检", "停止"] {
        assert!(
            text.contains(&format!("\nName={name}\nExec=")),
            "{name} in {text}"
        );
    }
    until("the browser", || {
        home.told("xdg-open")
            .is_some_and(|t| t.trim().ends_with("/address"))
    });

    let stop = || inkstone(&office, &["stop", "--ask"]);
    home.has("zenity", 1);
    assert!(home.at_desk(&mut stop()).status().unwrap().success());
    assert!(home.told("zenity").unwrap().contains("确定停止吗"));
    assert_eq!(
        fs::read(office.0.join("stop")).unwrap(),
        b"",
        "he thought better of it"
    );
    home.has("zenity", 0);
    assert!(home.at_desk(&mut stop()).status().unwrap().success());
    assert!(home.told("zenity").unwrap().contains("砚台已停止"));
    assert_eq!(running.0.wait().unwrap().code(), Some(0));
}

#[test]
fn f10_what_is_taken_out_of_the_system_says_where_the_data_are() {
    let Some(home) = Home::new("desk-out") else {
        return;
    };
    let office = home.office();
    let place = office.0.to_str().unwrap();
    let (code, said) = home.says(&["service", "install", "--data", place]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("登录这个账号时自动启动"), "{said}");
    let files = [
        ".config/autostart/inkstone.desktop",
        ".local/share/applications/inkstone.desktop",
        ".local/share/icons/hicolor/64x64/apps/inkstone.png",
    ]
    .map(|f| home.path(f));
    assert!(names(&files[0], &office) && files.iter().all(|f| f.exists()));
    // the wall is spoken of for the office that was set, without naming it again
    let dir = office.dir();
    fs::write(office.0.join("port"), "8085").unwrap();
    fs::write(office.0.join("port-https"), "8449").unwrap();
    let (_, said) = home.says(&["service", "firewall"]);
    assert!(
        said.contains("8085/tcp") && said.contains("8449/tcp"),
        "{said}"
    );

    fs::write(dir.hub(), "the office's").unwrap();
    let (code, said) = home.says(&["service", "remove"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("已经取消自动启动") && said.contains(place),
        "{said}"
    );
    let program = fs::canonicalize(env!("CARGO_BIN_EXE_inkstone")).unwrap();
    assert!(said.contains(program.to_str().unwrap()), "{said}");
    assert!(!files.iter().any(|f| f.exists()));
    assert_eq!(fs::read(dir.hub()).unwrap(), b"the office's");
    let (_, said) = home.says(&["service", "remove"]);
    assert!(
        said.contains("没有设过自动启动") && !said.contains(place),
        "{said}"
    );
}
