//! The ten obstacles of F03 in one list, printed: what stands in the way, the sentence a person reads, the way on. Each
//! sentence is read off the program or its page, as it is met; `obstacles` and `start` tell the longer stories.
//! Only Windows can show its own firewall's question, SmartScreen and an antivirus that takes the exe away.

use crate::faults::disk::Mounted;
use crate::setup::wizard::{Server, claim};
use crate::support::binary::{Started, inkstone};
use crate::support::files::Image;
use crate::support::http::Request;
use crate::support::skip::skip;
use crate::support::town::Folder;
use inkstone::app::console::{Welcome, welcome};
use inkstone::kit::Error;
use inkstone::store::BadPlace;
use inkstone::web::machine::Machine;
use std::fs::{self, Permissions};
use std::net::{IpAddr, TcpListener};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;

/// Nobody special: root may write everywhere.
const NOBODY: u32 = 65_534;

/// One line of the list; fails where the sentence or the way on is not there.
fn met(obstacle: &str, said: &str, sentence: &str, way: &str) {
    let plain = said.replace(['\n', '\u{3000}'], "");
    for words in [sentence, way] {
        assert!(plain.contains(words), "{obstacle}: {words} in {plain}");
    }
    println!("{obstacle} -> {sentence} -> {way}");
}

fn choose(folder: &Folder, machine: Machine) -> String {
    Server::of(folder, machine)
        .here()
        .get("/setup/choose")
        .text()
}

#[test]
fn f03_port_80_is_taken() {
    let folder = Folder::new("way-port");
    // where somebody has it already, or this user may not have it, it is taken all the same
    let _other = TcpListener::bind("0.0.0.0:80");
    let office = Started::start(&folder, &[]);
    let port = office.address.port();
    assert!((8080..8100).contains(&port), "{port}");
    let here = format!("http://127.0.0.1:{port}");
    met("port 80 taken", &office.words, "本机地址", &here);
    drop(office);
    // from then on people have written it down: it is not changed by itself
    let _other = TcpListener::bind(("0.0.0.0", port)).unwrap();
    let out = inkstone(&folder, &["serve", "--no-browser"])
        .output()
        .unwrap();
    let said = String::from_utf8([out.stdout, out.stderr].concat()).unwrap();
    let sentence = format!("端口 {port} 打不开");
    met(
        "the kept port taken",
        &said,
        &sentence,
        "请关掉占用它的程序（或重启电脑）再启动",
    );
}

#[test]
fn f03_the_firewall_and_no_administrators_rights() {
    let folder = Folder::new("way-wall");
    let server = Server::of(
        &folder,
        Machine {
            ask: |_, _| Err(Error::Busy("没有管理员权限，请找会管这台电脑的人".into())),
            ..Machine::default()
        },
    );
    server.state.set_address("192.168.1.20");
    let mut here = server.here();
    claim(&mut here);
    let since = here
        .get("/setup/lan")
        .header("Location")
        .unwrap()
        .to_owned();
    server.clock.advance(61_000);
    let page = here.get(&since).text();
    met("firewall on", &page, "防火墙拦住了。", "“专用”“公用”都勾上");
    let at = "/health/autostart";
    here.submit(at, at, &[("do", "firewall")]);
    met(
        "no administrator",
        &here.get(at).text(),
        "没有管理员权限",
        "请找会管这台电脑的人",
    );
}

#[test]
fn f03_the_exe_on_a_stick_a_small_disk_and_a_wrong_clock() {
    let stick = Machine {
        program: || Some(BadPlace::Removable),
        ..Machine::default()
    };
    let page = choose(&Folder::new("way-stick"), stick);
    met(
        "exe on a stick",
        &page,
        "砚台程序自己在U盘或网络盘上。",
        "把程序复制到本机硬盘",
    );

    let folder = Folder::new("way-clock");
    let server = Server::over(&folder);
    server.clock.advance(946_684_800_000 - server.clock.now().0);
    let page = server.here().get("/setup/choose").text();
    met(
        "clock 2000",
        &page,
        "这台电脑的日期不对。",
        "把日期和时间改对再开始",
    );

    let Some(disk) = Mounted::new(64) else { return };
    let page = choose(&Folder(disk.0.join("office")), Machine::default());
    met(
        "a small disk",
        &page,
        "放数据的盘只剩",
        "换一个大一些的盘再开始",
    );
}

#[test]
fn f03_two_network_cards_no_internet_and_an_old_browser() {
    let two = [[192, 168, 1, 20], [10, 0, 0, 5]].map(IpAddr::from);
    let words = |lan: &[IpAddr]| {
        welcome(&Welcome {
            office: "",
            port: 80,
            lan,
            code: None,
            https: None,
            folder: "/data",
        })
    };
    met(
        "two cards",
        &words(&two),
        "局域网地址http://192.168.1.20",
        "http://10.0.0.5",
    );
    met(
        "no network",
        &words(&[]),
        "没有连上网，现在只有这台电脑能打开",
        "插上网线后，地址会自己出来",
    );
    let folder = Folder::new("way-ie");
    let server = Server::over(&folder);
    let ie = "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko";
    let asked = Request::new("GET", "/setup/choose").header("User-Agent", ie);
    let page = server.here().send(&asked).text();
    met(
        "Internet Explorer",
        &page,
        "请切换到极速模式",
        "第一步：点地址栏右边的小图标",
    );
}

/// What somebody without rights reads. Root is made nobody; everybody else is somebody like that already.
fn unprivileged(folder: &Folder) -> String {
    let mut command = inkstone(folder, &["serve", "--no-browser", "--port", "0"]);
    command.uid(NOBODY).gid(NOBODY);
    let out = command.output().unwrap();
    assert_eq!(out.status.code(), Some(1));
    String::from_utf8([out.stdout, out.stderr].concat()).unwrap()
}

/// Whether a process of nobody can be begun at all: needs root, and the program where others may run it.
fn may_be_nobody() -> bool {
    let mut command = inkstone(&Folder::new("way-nobody"), &["version"]);
    let done = command.uid(NOBODY).gid(NOBODY).output();
    let may = done.is_ok();
    if !may {
        skip("nobody", "a process without rights needs root to begin it");
    }
    may
}

#[test]
fn f03_folders_and_files_without_rights() {
    if !may_be_nobody() {
        return;
    }
    let above = Folder::new("way-rights");
    fs::create_dir_all(&above.0).unwrap();
    let new = Folder(above.0.join("office"));
    let said = unprivileged(&new);
    met(
        "a folder that cannot be made",
        &said,
        "建不了数据文件夹",
        "请换一个能写的地方",
    );

    let folder = Folder(above.0.join("kept"));
    drop(Started::start(&folder, &["--port", "0"]));
    let said = unprivileged(&folder);
    met(
        "a folder that cannot be written",
        &said,
        "不让写",
        "请用能管理这台电脑的账号启动",
    );

    // an antivirus at work on the file: there it is "os error 32", here the same refusal by rights
    let image = Image::of(&folder);
    let held = Folder(above.0.join("held"));
    let hub = held.dir().hub();
    image.write_below(&held.0);
    let mut open = vec![held.0.clone()];
    while let Some(path) = open.pop() {
        chown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|e| e.unwrap().path()));
        }
    }
    chown(&hub, Some(0), Some(0)).unwrap();
    fs::set_permissions(&hub, Permissions::from_mode(0o600)).unwrap();
    let before = fs::read(&hub).unwrap();
    let said = unprivileged(&held);
    met(
        "a file held by another program",
        &said,
        "多半是杀毒软件正在检查它",
        "请等一两分钟再启动",
    );
    // and nothing was made in its place
    assert_eq!(fs::read(&hub).unwrap(), before);
}
