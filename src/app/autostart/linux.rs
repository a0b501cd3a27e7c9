//! Linux: a systemd unit where this is root, otherwise an entry that the desktop runs at this person's log-on. A unit of root runs
//! as the folder's owner, or as an account of its own. Whether and which firewall there is only root may ask: that is said in words.
//! Invariant: only files with this program's own name are written or removed.

use super::super::{os, serve};
use super::entry::{Entries, refused};
use super::firewall::Ports;
use super::line::{Told, in_unit};
use super::{Removed, program};
use crate::app::arguments::Serve;
use crate::kit::{Error, Result};
use crate::store::DataDir;
use crate::store::data_dir::copy_in_place;
use crate::web::machine::{Asked, Autostart, ByHand};
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

const UNIT: &str = "/etc/systemd/system/inkstone.service";
const STAY: &str = "/opt/inkstone/inkstone";
const ACCOUNT: &str = "inkstone";
const SERVICE_ROOT: &str = "/var/lib/inkstone";

/// Where the data of a service lie, or a person's.
pub fn root() -> PathBuf {
    match is_root() {
        true => SERVICE_ROOT.into(),
        false => DataDir::default_root(),
    }
}

fn unit_told() -> Option<Told> {
    Told::by_unit(&fs::read_to_string(UNIT).ok()?)
}

/// How it is set.
#[must_use]
pub fn state(root: &Path) -> Autostart {
    let names = |told: Option<Told>| told.is_some_and(|t| t.folder == root);
    if names(unit_told()) {
        Autostart::Service
    } else if names(Entries::own().and_then(|e| e.at_log_on())) {
        Autostart::LogOn
    } else {
        Autostart::Off
    }
}

/// What was put into the system, as it stands there.
pub fn kept() -> Vec<Told> {
    let own = Entries::own();
    let own = own.map(|e| [e.at_log_on(), e.in_menu()]);
    let all = own.into_iter().flatten().chain([unit_told()]);
    all.flatten().collect()
}

/// A unit where this is root, an entry of the desktop otherwise.
pub fn install(dir: &DataDir) -> Result<String> {
    let from = program()?;
    if !is_root() {
        return at_log_on(from, dir.root());
    }
    if !Path::new("/run/systemd/system").exists() {
        return Err(Error::Busy(format!(
            "这台电脑没有用 systemd，不能设成系统服务。请用平时的账号（不是 root）在终端输入 \"{}\" service install，设成登录时自动启动",
            from.display()
        )));
    }
    let (to, file) = (Path::new(STAY), Path::new(UNIT));
    settle(&from, to).map_err(|e| refused(to, &e))?;
    let owner = owner(dir.root())?;
    give(to.parent(), &owner);
    fs::write(file, unit(to, dir.root(), &owner)).map_err(|e| refused(file, &e))?;
    let runs = dir.lock().is_err();
    let mut words = vec!["enable", "inkstone.service"];
    if !runs {
        words.insert(1, "--now");
    }
    if !(os::quiet("systemctl", &["daemon-reload"]) && os::quiet("systemctl", &words)) {
        return Err(Error::Busy(format!(
            "{UNIT} 写好了，但 systemctl 没有接受。请运行 systemctl status inkstone 看原因"
        )));
    }
    let now = match runs {
        true => "现在这个砚台继续用，下次开机由系统自己启动",
        false => "已经在后台启动",
    };
    Ok(format!(
        "已经设成开机自动启动，不用登录。{now}。数据在 {}",
        dir.root().display()
    ))
}

fn at_log_on(program: PathBuf, root: &Path) -> Result<String> {
    let Some(entries) = Entries::own() else {
        return Err(Error::Busy(
            "不知道您的个人文件夹在哪里（没有 HOME），没有设成自动启动".into(),
        ));
    };
    let folder = root.to_owned();
    let what = Told { program, folder };
    entries.set(&what)?;
    Ok(format!(
        "已经设成登录这个账号时自动启动，程序菜单里也有了“砚台”。要开机不登录就启动，请在终端输入 sudo \"{}\" service install --data \"{}\"",
        what.program.display(),
        root.display()
    ))
}

/// Everything of ours that this person may take out of the system; what it was.
pub fn remove(root: &Path) -> Result<Removed> {
    let own = Entries::own();
    let set = own.as_ref().map(|e| [e.at_log_on(), e.in_menu()]);
    let mut told: Vec<Told> = set.into_iter().flatten().flatten().collect();
    if let Some(own) = own {
        own.remove()?;
    }
    let (file, unit) = (Path::new(UNIT), unit_told());
    if is_root() && file.exists() {
        os::quiet("systemctl", &["disable", "--now", "inkstone.service"]);
        fs::remove_file(file).map_err(|e| refused(file, &e))?;
        os::quiet("systemctl", &["daemon-reload"]);
        told.extend(unit);
    } else if let Some(unit) = unit {
        let ours = unit.folder == root || told.iter().any(|t| t.folder == unit.folder);
        if ours || told.is_empty() {
            return Err(Error::Busy(format!(
                "砚台是系统服务，取消要用管理员权限。请在终端输入 {}",
                lifted("remove")?
            )));
        }
    }
    Ok(Removed { told, asks: "" })
}

/// Where the program lies is not where the shell looks for programs.
fn lifted(deed: &str) -> Result<String> {
    Ok(format!("sudo \"{}\" service {deed}", program()?.display()))
}

pub fn firewall(dir: &DataDir) -> Result<String> {
    let said = Ports::of(dir)?.commands();
    let said: Vec<String> = said.iter().map(|(when, c)| format!("{when}{c}")).collect();
    Ok(format!(
        "别的电脑打不开时，请在终端里照着输入：{}",
        said.join("；")
    ))
}

/// What the page cannot do for whoever sits there.
pub fn by_hand(asked: Asked, root: &Path) -> Option<ByHand> {
    match asked {
        Asked::NoStart if state(root) == Autostart::Service && !is_root() => Some(ByHand {
            steps: "砚台是系统服务，取消要用管理员权限。请在这台电脑上打开终端，把下面一行粘贴进去，按回车，再输开机密码：".into(),
            commands: vec![("", lifted("remove").ok()?)],
        }),
        Asked::Firewall => Some(ByHand {
            steps: "请在这台电脑上打开终端，把下面的一行粘贴进去，按回车，再输开机密码：".into(),
            commands: Ports::of(&DataDir::at(root)).ok()?.commands(),
        }),
        _ => None,
    }
}

/// The office was started from the desktop: from then on it is in the programs' menu, unless another one is.
pub fn show_in_menu(root: &Path) {
    let (Some(entries), Ok(program)) = (Entries::own(), program()) else {
        return;
    };
    let there = entries.in_menu().is_some_and(|told| told.program.exists());
    if is_root() || there || super::program_place().is_some() {
        return;
    }
    let folder = root.to_owned();
    if let Err(e) = entries.show(&Told { program, folder }) {
        tracing::error!(cause = %e, "the office is not in the menu");
    }
}

/// `inkstone service run`: what the unit runs.
pub fn run(data: Option<PathBuf>) -> Result<()> {
    let options = Serve {
        data: Some(data.unwrap_or_else(root)),
        no_browser: true,
        ..Serve::default()
    };
    // systemd says stop by a signal; nobody holds the other end
    let (_tell, stop) = mpsc::channel();
    serve::serve_until(&options, None, stop)
}

/// The unit's text.
fn unit(program: &Path, root: &Path, owner: &str) -> String {
    format!(
        "[Unit]
Description=砚台 乡镇机关办公平台
After=network.target local-fs.target

[Service]
ExecStart={} service run --data {}
User={owner}
Restart=on-failure
RestartSec=5
TimeoutStopSec=60
AmbientCapabilities=CAP_NET_BIND_SERVICE
CapabilityBoundingSet=CAP_NET_BIND_SERVICE
NoNewPrivileges=yes
ProtectSystem=full

[Install]
WantedBy=multi-user.target
",
        in_unit(&program.display().to_string()),
        in_unit(&root.display().to_string())
    )
}

/// Whose the folder is; root's own gets an account that may do nothing else.
fn owner(root: &Path) -> Result<String> {
    let uid = fs::metadata(root)?.uid();
    if uid != 0 {
        return Ok(uid.to_string());
    }
    let known = os::quiet("id", &["-u", ACCOUNT]);
    let made = known
        || os::quiet(
            "useradd",
            &[
                "--system",
                "--no-create-home",
                "--shell",
                "/usr/sbin/nologin",
                ACCOUNT,
            ],
        );
    let mine = root.display().to_string();
    if !(made && os::quiet("chown", &["-R", &format!("{ACCOUNT}:"), &mine])) {
        return Err(Error::Busy(format!(
            "没能建立系统账号 {ACCOUNT} 并把 {mine} 交给它。请先用 --data 指定一个普通账号的文件夹"
        )));
    }
    Ok(ACCOUNT.to_owned())
}

/// Another program of that name may run: it is replaced, not written into.
fn settle(from: &Path, to: &Path) -> std::io::Result<()> {
    if from == to {
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    copy_in_place(from, to)
}

/// The service may put a newer program there, signed by its publisher. Where it cannot be given, the page of updates says so.
fn give(folder: Option<&Path>, owner: &str) {
    if let Some(folder) = folder {
        os::quiet("chown", &["-R", owner, &folder.display().to_string()]);
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|m| m.uid() == 0)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_unit_names_one_program_and_one_folder() {
        let root = Path::new("/srv/o a");
        let said = unit(Path::new(STAY), root, "1000");
        for part in [
            "ExecStart=\"/opt/inkstone/inkstone\" service run --data \"/srv/o a\"\n",
            "User=1000\n",
            "Restart=on-failure\n",
            "CAP_NET_BIND_SERVICE",
            "WantedBy=multi-user.target",
        ] {
            assert!(said.contains(part), "{part} in {said}");
        }
        let told = Told::by_unit(&said).unwrap();
        assert_eq!(
            (told.program.as_path(), told.folder.as_path()),
            (Path::new(STAY), root)
        );
    }
}
