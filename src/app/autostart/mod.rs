//! The office starts with the PC: as a service of Windows or systemd before anybody logs on, or, where nobody may change the
//! system, at the log-on of this person. Says how it is set, sets it, takes it back; the data stay where they are.
//! Invariant: what is set names one program and one data folder, and setting it twice is setting it once.

mod firewall;
mod line;

#[cfg(not(windows))]
mod entry;
#[cfg(not(windows))]
mod linux;
#[cfg(any(windows, test))]
mod menu;
#[cfg(windows)]
mod windows;

#[cfg(not(windows))]
use linux as system;
#[cfg(windows)]
use windows as system;

use self::line::Told;
use super::arguments::Autostart as Wanted;
use super::{console, folder, os};
use crate::kit::{Error, Result};
use crate::store::{BadPlace, DataDir, bad_place};
use crate::web::machine::{Asked, Machine};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

pub use system::run;

/// What the pages may know of this PC and ask of it.
pub const MACHINE: Machine = Machine {
    autostart: |root| system::state(&whole(root)),
    ask: |asked, root| ask(asked, &whole(root)),
    by_hand: |asked, root| system::by_hand(asked, &whole(root)),
    place: on_a_stick,
    program: program_place,
};

fn on_a_stick(folder: &Path) -> Option<BadPlace> {
    os::is_removable(folder).then_some(BadPlace::Removable)
}

/// A program on a stick ends when the stick is pulled out; from a share, when the other PC goes.
fn program_place() -> Option<BadPlace> {
    let own = program().ok()?;
    let folder = own.parent()?;
    let bad = on_a_stick(folder).or_else(|| bad_place(folder));
    bad.filter(|b| matches!(b, BadPlace::Removable | BadPlace::Network))
}

/// The system starts programs in folders of its own: a path that begins here would lead elsewhere.
fn whole(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The office was started from the desktop: from then on it is in the programs' menu, where there is one of each person's own.
pub fn show_in_menu(root: &Path) {
    system::show_in_menu(&whole(root));
}

/// `inkstone service …`.
pub fn command(wanted: Wanted, data: Option<PathBuf>) -> Result<()> {
    let root = || whole(&data.clone().unwrap_or_else(system::root));
    let said = match wanted {
        Wanted::Install => system::install(&folder::make(root())?)?,
        Wanted::Remove => take_back(&root())?,
        Wanted::Firewall => system::firewall(&DataDir::at(meant(data)))?,
        Wanted::Run => return system::run(data),
    };
    console::say(&format!("\n　　{said}\n\n"));
    Ok(())
}

/// Whoever names no folder means the one that was set.
#[must_use]
pub fn meant(data: Option<PathBuf>) -> PathBuf {
    let set = || system::kept().into_iter().next().map(|told| told.folder);
    data.or_else(set).unwrap_or_else(system::root)
}

/// For the page: done at once where this process may, otherwise the system asks whoever sits there.
fn ask(asked: Asked, root: &Path) -> Result<String> {
    let dir = DataDir::at(root);
    match asked {
        Asked::Start => system::install(&dir),
        Asked::NoStart => take_back(root),
        Asked::Firewall => system::firewall(&dir),
    }
}

/// What was taken out of the system, read before: afterwards nothing says any more where the data are (F10).
struct Removed {
    told: Vec<Told>,
    /// What the system asks first; empty where it is done.
    asks: &'static str,
}

fn take_back(root: &Path) -> Result<String> {
    Ok(system::remove(root)?.says(root))
}

impl Removed {
    /// What is left on this PC.
    fn says(&self, root: &Path) -> String {
        let (mut folders, mut programs): (Vec<&Path>, Vec<&Path>) = (Vec::new(), Vec::new());
        for told in &self.told {
            folders.push(&told.folder);
            programs.push(&told.program);
        }
        let mut said = match (self.asks, folders.as_slice()) {
            ("", []) => "没有设过自动启动，不用取消。",
            ("", _) => "已经取消自动启动。",
            (asks, _) => asks,
        }
        .to_owned();
        if folders.is_empty() && DataDir::at(root).hub().exists() {
            folders.push(root);
        }
        folders.dedup();
        programs.dedup();
        for folder in folders {
            let _ = write!(said, "数据没有动，还在 {} 。", folder.display());
        }
        for program in programs.iter().filter(|p| p.exists()) {
            let _ = write!(said, "程序还在 {} 。", program.display());
        }
        said + "停下以后程序可以删；数据请先备份再删"
    }
}

/// This program's own file.
pub(super) fn program() -> Result<PathBuf> {
    std::env::current_exe()
        .and_then(|p| p.canonicalize())
        .map_err(|e| {
            Error::Busy(format!(
                "找不到砚台程序自己的文件（{e}），请把它放到本机硬盘上再试"
            ))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f10_what_stays_is_said_once() {
        let told = |folder: &str| Told {
            program: "/".into(),
            folder: folder.into(),
        };
        let said = |told: Vec<Told>, root: &str| Removed { told, asks: "" }.says(Path::new(root));
        let all = said(vec![told("/srv/a"), told("/srv/a")], "/wrong");
        assert_eq!(
            all,
            "已经取消自动启动。数据没有动，还在 /srv/a 。程序还在 / 。停下以后程序可以删；数据请先备份再删"
        );
        let none = said(Vec::new(), "/nowhere");
        assert!(none.starts_with("没有设过自动启动") && !none.contains("/nowhere"));
    }
}
