//! The office starts with the PC: as a service of Windows or systemd before anybody logs on, or, where nobody may change the
//! system, at the log-on of this person. Says how it is set, sets it, takes it back; the data stay where they are.
//! Invariant: what is set names one program and one data folder, and setting it twice is setting it once.

#[cfg(not(windows))]
mod linux;
#[cfg(windows)]
mod windows;

#[cfg(not(windows))]
use linux as system;
#[cfg(windows)]
use windows as system;

use super::arguments::Autostart as Wanted;
use super::{console, folder, os};
use crate::kit::{Error, Result};
use crate::store::{BadPlace, DataDir, bad_place};
use crate::web::machine::{Asked, Autostart, Machine};
use std::path::{Path, PathBuf};

pub use system::run;

/// What the pages may know of this PC and ask of it.
pub const MACHINE: Machine = Machine {
    autostart: system::state,
    ask,
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

/// `inkstone service …`.
pub fn command(wanted: Wanted, data: Option<PathBuf>) -> Result<()> {
    let said = match wanted {
        Wanted::Install => {
            let dir = folder::make(data.unwrap_or_else(system::root))?;
            system::install(&dir)?
        }
        Wanted::Remove => {
            system::remove()?;
            let kept = data.unwrap_or_else(system::root);
            format!("已经取消自动启动。数据没有动，还在 {}", kept.display())
        }
        Wanted::Firewall => system::open_firewall(kept_port(data))?,
        Wanted::Run => return system::run(data),
    };
    console::say(&format!("\n　　{said}\n\n"));
    Ok(())
}

fn kept_port(data: Option<PathBuf>) -> Option<u16> {
    DataDir::at(data.unwrap_or_else(system::root)).kept_port()
}

/// For the page: done at once where this process may, otherwise the system asks whoever sits there.
fn ask(asked: Asked, root: &Path) -> Result<String> {
    let dir = DataDir::at(root);
    match asked {
        Asked::Start => system::ask_install(&dir),
        Asked::NoStart => system::ask_remove(root),
        Asked::Firewall => system::ask_firewall(&dir),
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
