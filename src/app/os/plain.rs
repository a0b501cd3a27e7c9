//! A system without a console of its own for each program, a tray or a service manager to be asked: Linux. A program that its desktop
//! started speaks by one of the desktop's own boxes, or by a page in the browser.
//! Invariant: where no desktop is, nothing here starts a program that waits for somebody.

use crate::app::browser;
use std::env;
use std::fs;
use std::io::{IsTerminal as _, stderr, stdin, stdout};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::Sender;

/// Above, a box could not be shown: `zenity` says 255, `kdialog` 254.
const ANSWERED: i32 = 128;

/// Whether the desktop started this program: a screen is there, and nobody at a terminal or behind a pipe reads along.
#[must_use]
pub fn is_on_desktop() -> bool {
    let told = stdin().is_terminal() || stdout().is_terminal() || stderr().is_terminal();
    !told && browser::has_screen()
}

/// There is none of its own to close.
pub const fn let_console_go() {}

/// Shows it to whoever sits there.
pub fn show(words: &str) {
    let boxes: [(&str, &[&str]); 2] = [
        (
            "zenity",
            &["--info", "--no-markup", "--title=砚台", "--text"],
        ),
        ("kdialog", &["--title", "砚台", "--msgbox"]),
    ];
    if boxes.into_iter().any(|b| answer(b, words).is_some()) {
        return;
    }
    if let Some(page) = page(words) {
        browser::open(&page.display().to_string());
    }
}

/// Whether somebody is sure; `None` where there is no box to ask with.
#[must_use]
pub fn is_sure(words: &str) -> Option<bool> {
    let boxes: [(&str, &[&str]); 2] = [
        (
            "zenity",
            &["--question", "--no-markup", "--title=砚台", "--text"],
        ),
        ("kdialog", &["--title", "砚台", "--warningyesno"]),
    ];
    boxes.into_iter().find_map(|b| answer(b, words))
}

fn answer((program, options): (&str, &[&str]), words: &str) -> Option<bool> {
    let mut command = Command::new(program);
    command.args(options).arg(words);
    let said = unheard(&mut command).status().ok()?;
    let code = said.code().filter(|code| *code < ANSWERED)?;
    Some(code == 0)
}

/// The words as a page of this person's own: what lies in the common folder anybody may have put there.
fn page(words: &str) -> Option<PathBuf> {
    let var = |name: &str| {
        env::var_os(name)
            .filter(|v| !v.is_empty())
            .map(PathBuf::from)
    };
    let cache = var("XDG_CACHE_HOME").or_else(|| Some(var("HOME")?.join(".cache")))?;
    let folder = cache.join("inkstone");
    let file = folder.join("said.html");
    let words = words.replace('&', "&amp;").replace('<', "&lt;");
    let text = format!(
        "<!DOCTYPE html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>砚台</title><h1>砚台</h1><p>{words}</p>\n"
    );
    fs::create_dir_all(&folder).ok()?;
    fs::write(&file, text).ok()?;
    Some(file)
}

/// Runs a program of the system to its end, unseen; whether it was content.
pub fn quiet(program: &str, words: &[&str]) -> bool {
    let ended = unheard(Command::new(program).args(words)).status();
    ended.is_ok_and(|s| s.success())
}

fn unheard(command: &mut Command) -> &mut Command {
    let silent = command.stdin(Stdio::null()).stdout(Stdio::null());
    silent.stderr(Stdio::null())
}

/// No program gets a window by being started.
pub const fn unseen(_command: &mut Command) {}

/// Whether the disk can be pulled out; Linux says so in its mounts, which `store` reads.
#[must_use]
pub const fn is_removable(_folder: &Path) -> bool {
    false
}

/// Rights of a new folder: here they are its mode, which `store` gives it.
pub const fn set_rights(_folder: &Path, _words: &[String]) {}

/// The icon beside the clock.
#[derive(Debug)]
pub struct Tray;

impl Tray {
    /// Shows it, where there is one.
    #[must_use]
    pub const fn start(_base: &str, _stop: &Sender<()>) -> Option<Self> {
        None
    }
}
