//! Windows: the service manager before anybody logs on. The program is copied beside the other programs first, since a stick can be
//! pulled out; LocalService gets rights on the data folder. Without rights on the system Windows asks for them.
//! Invariant: nothing is started twice over one folder: where the office runs, the service begins with the next start of the PC.

use super::super::{os, serve};
use super::{Autostart, program};
use crate::app::arguments::Serve;
use crate::kit::{Error, Result};
use crate::store::DataDir;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// LocalService, whatever the system calls it in its language.
const ACCOUNT: &str = "*S-1-5-19:(OI)(CI)M";
const RULE: &str = "name=Inkstone";

pub fn root() -> PathBuf {
    DataDir::default_root()
}

/// How it is set.
#[must_use]
pub fn state(_root: &Path) -> Autostart {
    match os::find() {
        Some(_) => Autostart::Service,
        None => Autostart::Off,
    }
}

/// As administrator.
pub fn install(dir: &DataDir) -> Result<String> {
    let program = settled(&program()?)?;
    allow(dir)?;
    // it may put a newer program there, signed by its publisher; where it cannot be given, the page of updates says so
    if let Some(folder) = program.parent() {
        quiet(
            "icacls",
            &[&folder.display().to_string(), "/grant", ACCOUNT, "/T", "/Q"],
        );
    }
    let words = ["service", "run", "--data"].map(OsString::from);
    let words = words.into_iter().chain([dir.root().into()]);
    os::add(&program, &words.collect::<Vec<_>>()).map_err(|e| refused("设成自动启动", &e))?;
    let fire = open_firewall(dir.kept_port()).unwrap_or_else(|e| e.to_string());
    // whoever runs now keeps the folder until it ends
    let runs = dir.lock().is_err();
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

/// As administrator.
pub fn remove() -> Result<()> {
    os::remove().map_err(|e| refused("取消自动启动", &e))?;
    let _ = quiet(
        "netsh",
        &["advfirewall", "firewall", "delete", "rule", RULE],
    );
    Ok(())
}

/// Private networks only: the Internet stays out whatever the router does.
pub fn open_firewall(port: Option<u16>) -> Result<String> {
    let port = port.ok_or_else(|| Error::Busy("还没有启动过，先启动一次再放行防火墙".into()))?;
    let local = format!("localport={port}");
    let _ = quiet(
        "netsh",
        &["advfirewall", "firewall", "delete", "rule", RULE],
    );
    let added = quiet(
        "netsh",
        &[
            "advfirewall",
            "firewall",
            "add",
            "rule",
            RULE,
            "dir=in",
            "action=allow",
            "protocol=TCP",
            &local,
            "profile=any",
            "remoteip=LocalSubnet,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16",
        ],
    );
    match added {
        true => Ok(format!("Windows 防火墙已经放行端口 {port}")),
        false => Err(Error::Busy(format!(
            "Windows 防火墙没有放行端口 {port}。请打开“控制面板—Windows 防火墙—高级设置—入站规则—新建规则”，选“端口”，填 {port}，一路下一步"
        ))),
    }
}

pub fn ask_install(dir: &DataDir) -> Result<String> {
    if os::may_administer() {
        return install(dir);
    }
    elevated("install", dir.root())?;
    Ok("Windows 会问“是否允许此应用更改你的设备”，请点“是”，过几秒刷新本页".into())
}

pub fn ask_remove(root: &Path) -> Result<String> {
    if os::may_administer() {
        remove()?;
        return Ok("已经取消自动启动，数据没有动".into());
    }
    elevated("remove", root)?;
    Ok("Windows 会问“是否允许此应用更改你的设备”，请点“是”，过几秒刷新本页".into())
}

pub fn ask_firewall(dir: &DataDir) -> Result<String> {
    if os::may_administer() {
        return open_firewall(dir.kept_port());
    }
    elevated("firewall", dir.root())?;
    Ok("Windows 会问“是否允许此应用更改你的设备”，请点“是”，再用别的电脑试试".into())
}

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
    match fs::copy(program, &to) {
        Ok(_) => Ok(to),
        // the one that is there runs: it is the office's own
        Err(_) if to.exists() => Ok(to),
        Err(e) => Err(refused("把程序放到 Program Files", &e)),
    }
}

fn allow(dir: &DataDir) -> Result<()> {
    let root = dir.root().display().to_string();
    match quiet("icacls", &[&root, "/grant", ACCOUNT, "/T", "/Q"]) {
        true => Ok(()),
        false => Err(Error::Busy(format!(
            "没能让系统服务读写数据文件夹 {root}，所以没有设成自动启动。请换一个本机硬盘上的文件夹（--data），或者右键程序图标“以管理员身份运行”再设"
        ))),
    }
}

fn quiet(program: &str, words: &[&str]) -> bool {
    let ended = Command::new(program)
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    ended.is_ok_and(|s| s.success())
}

fn refused(what: &str, e: &std::io::Error) -> Error {
    Error::Busy(format!(
        "没能{what}（{e}）。请右键程序图标，选“以管理员身份运行”，再设一次；不设也能用，只是每次开机要双击一下图标"
    ))
}
