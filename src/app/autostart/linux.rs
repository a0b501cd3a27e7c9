//! Linux: a systemd unit where this is root, otherwise an entry that the desktop runs at this person's log-on, and one for the
//! programs' menu. A unit of root runs as the folder's owner, or as an account of its own.
//! Invariant: only files with this program's own name are written or removed.

use super::super::serve;
use super::{Autostart, program};
use crate::app::arguments::Serve;
use crate::kit::{Error, Result};
use crate::store::DataDir;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;

const UNIT: &str = "etc/systemd/system/inkstone.service";
const STAY: &str = "opt/inkstone/inkstone";
const ACCOUNT: &str = "inkstone";
const SERVICE_ROOT: &str = "/var/lib/inkstone";

/// Where the data of a service lie, or a person's.
pub fn root() -> PathBuf {
    match is_root() {
        true => SERVICE_ROOT.into(),
        false => DataDir::default_root(),
    }
}

/// How it is set.
#[must_use]
pub fn state(root: &Path) -> Autostart {
    if names(&Path::new("/").join(UNIT), root) {
        Autostart::Service
    } else if entries().is_some_and(|[start, _]| names(&start, root)) {
        Autostart::LogOn
    } else {
        Autostart::Off
    }
}

/// Whether a file of ours speaks of this data folder.
fn names(file: &Path, root: &Path) -> bool {
    let said = fs::read_to_string(file).unwrap_or_default();
    said.contains(&format!("\"{}\"", root.display()))
}

/// A unit where this is root, an entry of the desktop otherwise.
pub fn install(dir: &DataDir) -> Result<String> {
    let from = program()?;
    if !is_root() {
        let Some(entries) = entries() else {
            return Err(Error::Busy(
                "不知道您的个人文件夹在哪里（没有 HOME），没有设成自动启动".into(),
            ));
        };
        return at_log_on(&entries, &from, dir.root());
    }
    if !Path::new("/run/systemd/system").exists() {
        return Err(Error::Busy(
            "这台电脑没有用 systemd，不能设成系统服务。请用平时的账号（不是 root）运行 inkstone service install，设成登录时自动启动".into(),
        ));
    }
    let to = Path::new("/").join(STAY);
    settle(&from, &to).map_err(|e| refused(&to, &e))?;
    let owner = owner(dir.root())?;
    give(to.parent(), &owner);
    let file = Path::new("/").join(UNIT);
    fs::write(&file, unit(&to, dir.root(), &owner)).map_err(|e| refused(&file, &e))?;
    let runs = dir.lock().is_err();
    let mut words = vec!["enable", "inkstone.service"];
    if !runs {
        words.insert(1, "--now");
    }
    if !(quiet("systemctl", &["daemon-reload"]) && quiet("systemctl", &words)) {
        return Err(Error::Busy(format!(
            "{} 写好了，但 systemctl 没有接受。请运行 systemctl status inkstone 看原因",
            file.display()
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

/// Both, where they are.
pub fn remove() -> Result<()> {
    let file = Path::new("/").join(UNIT);
    if is_root() && file.exists() {
        quiet("systemctl", &["disable", "--now", "inkstone.service"]);
        fs::remove_file(&file).map_err(|e| refused(&file, &e))?;
        quiet("systemctl", &["daemon-reload"]);
    }
    for entry in entries().into_iter().flatten() {
        if entry.exists() {
            fs::remove_file(&entry).map_err(|e| refused(&entry, &e))?;
        }
    }
    Ok(())
}

/// In words: which firewall it is and whether it is on only root may ask.
pub fn open_firewall(port: Option<u16>) -> Result<String> {
    let port = port.ok_or_else(|| Error::Busy("还没有启动过，先启动一次再放行防火墙".into()))?;
    Ok(format!(
        "别的电脑打不开时，在这台电脑上打开终端，输入下面的一条再试：用 ufw 的是 sudo ufw allow {port}/tcp；用 firewalld 的是 sudo firewall-cmd --permanent --add-port={port}/tcp && sudo firewall-cmd --reload"
    ))
}

pub fn ask_install(dir: &DataDir) -> Result<String> {
    install(dir)
}

pub fn ask_remove(_root: &Path) -> Result<String> {
    if !is_root() && Path::new("/").join(UNIT).exists() {
        return Err(Error::Busy(
            "砚台是系统服务，取消要用管理员权限。请在终端输入 sudo inkstone service remove".into(),
        ));
    }
    remove()?;
    Ok("已经取消自动启动，数据没有动".into())
}

pub fn ask_firewall(dir: &DataDir) -> Result<String> {
    open_firewall(dir.kept_port())
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
ExecStart=\"{}\" service run --data \"{}\"
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
        program.display(),
        root.display()
    )
}

/// A program of the desktop; `words` are its arguments.
fn entry(program: &Path, words: &str) -> String {
    format!(
        "[Desktop Entry]
Type=Application
Version=1.0
Name=砚台
Comment=乡镇机关办公平台
Exec=\"{}\" {words}
Terminal=false
Categories=Office;
",
        program.display()
    )
}

/// At log-on, and in the menu.
fn entries() -> Option<[PathBuf; 2]> {
    let var = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty());
    let home = var("HOME").map(PathBuf::from);
    let config = var("XDG_CONFIG_HOME").map(PathBuf::from);
    let config = config.or_else(|| Some(home.clone()?.join(".config")))?;
    let data = var("XDG_DATA_HOME").map(PathBuf::from);
    let data = data.or_else(|| Some(home?.join(".local/share")))?;
    Some([
        config.join("autostart/inkstone.desktop"),
        data.join("applications/inkstone.desktop"),
    ])
}

fn at_log_on([start, menu]: &[PathBuf; 2], program: &Path, root: &Path) -> Result<String> {
    let data = format!("--data \"{}\"", root.display());
    for (file, words) in [
        (start, format!("serve --no-browser {data}")),
        (menu, format!("serve {data}")),
    ] {
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).map_err(|e| refused(file, &e))?;
        }
        fs::write(file, entry(program, &words)).map_err(|e| refused(file, &e))?;
    }
    Ok(format!(
        "已经设成登录这个账号时自动启动，程序菜单里也有了“砚台”。要开机不登录就启动，请在终端输入 sudo \"{}\" service install {data}",
        program.display()
    ))
}

/// Whose the folder is; root's own gets an account that may do nothing else.
fn owner(root: &Path) -> Result<String> {
    let uid = fs::metadata(root)?.uid();
    if uid != 0 {
        return Ok(uid.to_string());
    }
    let known = quiet("id", &["-u", ACCOUNT]);
    let made = known
        || quiet(
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
    if !(made && quiet("chown", &["-R", &format!("{ACCOUNT}:"), &mine])) {
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
    let new = to.with_extension("new");
    fs::copy(from, &new)?;
    fs::rename(new, to)
}

/// The service may put a newer program there, signed by its publisher. Where it cannot be given, the page of updates says so.
fn give(folder: Option<&Path>, owner: &str) {
    if let Some(folder) = folder {
        quiet("chown", &["-R", owner, &folder.display().to_string()]);
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|m| m.uid() == 0)
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

fn refused(file: &Path, e: &std::io::Error) -> Error {
    Error::Busy(format!(
        "{} 写不进去（{e}），没有设成自动启动",
        file.display()
    ))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn f03_without_rights_on_the_system_it_starts_at_the_log_on() {
        let folder = std::env::temp_dir().join(format!("ink-entry-{}", std::process::id()));
        let entries =
            ["autostart", "applications"].map(|f| folder.join(f).join("inkstone.desktop"));
        let root = Path::new("/home/su/砚台 数据");
        let said = at_log_on(&entries, Path::new("/home/su/inkstone"), root).unwrap();
        assert!(said.contains("登录") && said.contains("sudo"), "{said}");
        assert!(names(&entries[0], root) && !names(&entries[0], Path::new("/home/su")));
        let start = fs::read_to_string(&entries[0]).unwrap();
        let exec = "Exec=\"/home/su/inkstone\" serve --no-browser --data \"/home/su/砚台 数据\"\n";
        assert!(start.contains(exec), "{start}");
        assert!(
            !fs::read_to_string(&entries[1])
                .unwrap()
                .contains("--no-browser")
        );
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_unit_names_one_program_and_one_folder() {
        let said = unit(
            Path::new("/opt/inkstone/inkstone"),
            Path::new("/srv/o a"),
            "1000",
        );
        for part in [
            "ExecStart=\"/opt/inkstone/inkstone\" service run --data \"/srv/o a\"\n",
            "User=1000\n",
            "Restart=on-failure\n",
            "CAP_NET_BIND_SERVICE",
            "WantedBy=multi-user.target",
        ] {
            assert!(said.contains(part), "{part} in {said}");
        }
    }

    #[test]
    fn a_firewall_is_told_in_words_with_the_port() {
        let said = open_firewall(Some(8081)).unwrap_or_default();
        assert!(said.contains("ufw allow 8081/tcp") && said.contains("--add-port=8081/tcp"));
        assert!(open_firewall(None).is_err());
    }
}
