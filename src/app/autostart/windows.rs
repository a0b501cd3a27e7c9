//! Windows: the service manager before anybody logs on. The program is copied beside the other programs first, since a stick can be
//! pulled out; LocalService gets rights on the data folder. Without rights on the system Windows asks for them.
//! Invariant: nothing is started twice over one folder: where the office runs, the service begins with the next start of the PC.

use super::super::{os, port, serve};
use super::firewall::{Ports, RULE};
use super::line::Told;
use super::{Removed, menu, program};
use crate::app::arguments::Serve;
use crate::kit::{Error, Result};
use crate::store::DataDir;
use crate::store::data_dir::copy_in_place;
use crate::web::machine::{Asked, Autostart, ByHand};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// LocalService, whatever the system calls it in its language.
const ACCOUNT: &str = "*S-1-5-19:(OI)(CI)M";
const ASKS: &str = "Windows 会问“是否允许此应用更改你的设备”，请点“是”。";

pub fn root() -> PathBuf {
    DataDir::default_root()
}

/// How it is set; the service of another folder is not this office's.
#[must_use]
pub fn state(root: &Path) -> Autostart {
    let same = |told: &Told| match (told.folder.canonicalize(), root.canonicalize()) {
        (Ok(told), Ok(root)) => told == root,
        _ => told.folder == root,
    };
    match kept().iter().any(same) {
        true => Autostart::Service,
        false => Autostart::Off,
    }
}

/// What was put into the system, as it stands there.
pub fn kept() -> Vec<Told> {
    let line = os::command_line();
    line.and_then(|line| Told::by_line(&line))
        .into_iter()
        .collect()
}

pub fn install(dir: &DataDir) -> Result<String> {
    if !os::may_administer() {
        elevated("install", dir.root())?;
        return Ok(format!("{ASKS}过几秒刷新“自动启动”这一页看结果"));
    }
    let program = settled(&program()?)?;
    allow(dir)?;
    // it may put a newer program there, signed by its publisher; where it cannot be given, the page of updates says so
    if let Some(folder) = program.parent() {
        os::quiet(
            "icacls",
            &[&folder.display().to_string(), "/grant", ACCOUNT, "/T", "/Q"],
        );
    }
    let words = ["service", "run", "--data"].map(OsString::from);
    let words = words.into_iter().chain([dir.root().into()]);
    os::add(&program, &words.collect::<Vec<_>>()).map_err(|e| refused("设成自动启动", &e))?;
    // whoever runs now keeps the folder until it ends
    let runs = dir.lock().is_err();
    if !runs {
        choose_ports(dir);
    }
    let fire = firewall(dir).unwrap_or_else(|e| e.to_string());
    show_pages(dir, &program);
    let now = match runs {
        true => "现在这个砚台继续用，下次开机由系统自己启动",
        false => match os::start() {
            Ok(()) => "已经在后台启动",
            Err(_) => "下次开机由系统自己启动",
        },
    };
    Ok(format!(
        "已经设成开机自动启动，不用登录 Windows。{now}。{fire}"
    ))
}

/// The wall and the menu want them before the first start has chosen.
fn choose_ports(dir: &DataDir) {
    let chosen = (port::listen(dir, None), port::listen_https(dir));
    if let (Err(e), _) | (_, Err(e)) = chosen {
        tracing::warn!(cause = %e, "a port was not chosen at once");
    }
}

pub fn remove(root: &Path) -> Result<Removed> {
    let told = kept();
    if told.is_empty() && os::find().is_none() {
        return Ok(Removed { told, asks: "" });
    }
    if !os::may_administer() {
        elevated("remove", root)?;
        return Ok(Removed { told, asks: ASKS });
    }
    os::remove().map_err(|e| refused("取消自动启动", &e))?;
    forget_rule();
    if let Some(folder) = pages() {
        let _ = fs::remove_dir_all(folder);
    }
    Ok(Removed { told, asks: "" })
}

fn forget_rule() {
    os::quiet(
        "netsh",
        &["advfirewall", "firewall", "delete", "rule", RULE],
    );
}

pub fn firewall(dir: &DataDir) -> Result<String> {
    let ports = Ports::of(dir)?;
    if !os::may_administer() {
        elevated("firewall", dir.root())?;
        return Ok(format!("{ASKS}再用别的电脑试试"));
    }
    forget_rule();
    let words = ports.rule();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match os::quiet("netsh", &words) {
        true => Ok(format!("Windows 防火墙已经放行端口 {ports}")),
        false => Err(Error::Busy(format!(
            "Windows 防火墙没有放行端口 {ports}。请打开“控制面板—Windows 防火墙—高级设置—入站规则—新建规则”，选“端口”，填 {ports}（几个之间用逗号），一路下一步"
        ))),
    }
}

/// A service sits in a session nobody sees: Windows would ask there, and nobody would answer.
pub fn by_hand(asked: Asked, root: &Path) -> Option<ByHand> {
    let (name, deed) = match asked {
        Asked::NoStart => (menu::STOP, "remove"),
        Asked::Firewall => (menu::WALL, "firewall"),
        Asked::Start => return None,
    };
    if os::may_administer() || os::is_seen() {
        return None;
    }
    let line = menu::command(&program().ok()?, deed, root);
    Some(ByHand {
        steps: menu::by_hand(name),
        commands: vec![("", line)],
    })
}

/// A folder of the Start menu that everybody of this PC sees.
fn pages() -> Option<PathBuf> {
    let base = std::env::var_os("ProgramData")?;
    let programs = PathBuf::from(base).join(r"Microsoft\Windows\Start Menu\Programs");
    Some(programs.join(menu::FOLDER))
}

/// The service has no icon beside the clock. The office runs the same where the menu cannot be written.
fn show_pages(dir: &DataDir, program: &Path) {
    let (Some(folder), Some(port)) = (pages(), dir.kept_port()) else {
        return;
    };
    let put = || -> std::io::Result<()> {
        fs::create_dir_all(&folder)?;
        for (name, bytes) in menu::files(program, dir.root(), port) {
            fs::write(folder.join(name), bytes)?;
        }
        Ok(())
    };
    if let Err(e) = put() {
        tracing::warn!(cause = %e, "the Start menu was not written");
    }
}

/// The icon beside the clock is there already.
pub const fn show_in_menu(_root: &Path) {}

/// `inkstone service run`: only the manager starts it.
pub fn run(data: Option<PathBuf>) -> Result<()> {
    let root = data.unwrap_or_else(root);
    let ran = os::run(move |stop| {
        let options = Serve {
            data: Some(root.clone()),
            no_browser: true,
            ..Serve::default()
        };
        let served = serve::serve_until(&options, None, stop);
        if let Err(e) = &served {
            tracing::error!(cause = %e, "the service ended");
        }
        served.is_ok()
    });
    ran.map_err(|_| {
        Error::Busy("这条命令由 Windows 的服务管理器自己用。要启动砚台，请双击程序图标".into())
    })
}

fn elevated(deed: &str, root: &Path) -> Result<()> {
    let words = ["service", deed, "--data"].map(OsString::from);
    let words: Vec<OsString> = words.into_iter().chain([root.into()]).collect();
    os::as_administrator(&words).map_err(|_| {
        Error::Busy("Windows 没有同意：这个账号没有管理员权限，或者点了“否”。请让会管这台电脑的人登录管理员账号，再来点一次；不设也能用，只是每次开机要双击一下图标".into())
    })
}

/// Where the program is to stay: beside the other programs of this PC.
fn settled(program: &Path) -> Result<PathBuf> {
    let base = std::env::var_os("ProgramFiles").unwrap_or_else(|| r"C:\Program Files".into());
    let folder = PathBuf::from(base).join("Inkstone");
    let to = folder.join("inkstone.exe");
    if to.canonicalize().is_ok_and(|to| to == program) {
        return Ok(to);
    }
    fs::create_dir_all(&folder).map_err(|e| refused("把程序放到 Program Files", &e))?;
    match copy_in_place(program, &to) {
        Ok(()) => Ok(to),
        // the one that is there runs: it is the office's own
        Err(_) if to.exists() => Ok(to),
        Err(e) => Err(refused("把程序放到 Program Files", &e)),
    }
}

fn allow(dir: &DataDir) -> Result<()> {
    let root = dir.root().display().to_string();
    match os::quiet("icacls", &[&root, "/grant", ACCOUNT, "/T", "/Q"]) {
        true => Ok(()),
        false => Err(Error::Busy(format!(
            "没能让系统服务读写数据文件夹 {root}，所以没有设成自动启动。请换一个本机硬盘上的文件夹（--data），或者右键程序图标“以管理员身份运行”再设"
        ))),
    }
}

fn refused(what: &str, e: &std::io::Error) -> Error {
    Error::Busy(format!(
        "没能{what}（{e}）。请右键程序图标，选“以管理员身份运行”，再设一次；不设也能用，只是每次开机要双击一下图标"
    ))
}
