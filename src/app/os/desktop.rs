//! The desktop of Windows: whose console it is, message boxes, other programs without a window, a second start as administrator,
//! what kind of disk.
//! Every call is one function of the system with strings that live as long as the call.
#![expect(
    unsafe_code,
    reason = "functions of the system; each gets owned strings or buffers of this frame"
)]

use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal as _};
use std::os::windows::ffi::OsStrExt as _;
use std::os::windows::process::CommandExt as _;
use std::path::{Component, Path, Prefix};
use std::process::{self, Command, Stdio};
use std::ptr::null_mut;
use windows_sys::Win32::Storage::FileSystem::GetDriveTypeW;
use windows_sys::Win32::System::Console::{FreeConsole, GetConsoleProcessList};
use windows_sys::Win32::System::RemoteDesktop::ProcessIdToSessionId;
use windows_sys::Win32::System::Threading::CREATE_NO_WINDOW;
use windows_sys::Win32::UI::Shell::{IsUserAnAdmin, ShellExecuteW};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    IDYES, MB_DEFBUTTON2, MB_ICONINFORMATION, MB_ICONQUESTION, MB_OK, MB_SETFOREGROUND, MB_YESNO,
    MessageBoxW, SW_HIDE,
};

/// Of `GetDriveTypeW`.
const DRIVE_REMOVABLE: u32 = 2;
/// Of `ShellExecuteW`: what is above is success.
const LAST_FAILURE: usize = 32;

/// Text as the system takes it.
pub(super) fn wide(text: impl AsRef<OsStr>) -> Vec<u16> {
    text.as_ref().encode_wide().chain([0]).collect()
}

/// Whether a double-click started this program: the console was opened for it alone, and closes with it before anybody has read
/// what it said.
#[must_use]
pub fn is_on_desktop() -> bool {
    let mut processes = [0_u32; 2];
    // SAFETY: the buffer and its length belong together
    let on_it = unsafe { GetConsoleProcessList(processes.as_mut_ptr(), 2) };
    on_it == 1 && io::stdout().is_terminal()
}

/// Closes the console that was opened for this program.
pub fn let_console_go() {
    // SAFETY: no pointers; what is written to the console afterwards goes nowhere
    let _ = unsafe { FreeConsole() };
}

/// Shows it to whoever sits there.
pub fn show(words: &str) {
    said(words, MB_OK | MB_ICONINFORMATION | MB_SETFOREGROUND);
}

/// Whether somebody is sure. Whoever presses Enter without reading is not.
#[must_use]
pub fn is_sure(words: &str) -> Option<bool> {
    let style = MB_YESNO | MB_DEFBUTTON2 | MB_ICONQUESTION | MB_SETFOREGROUND;
    Some(said(words, style) == IDYES)
}

fn said(words: &str, style: u32) -> i32 {
    let (words, title) = (wide(words), wide("砚台"));
    // SAFETY: both strings end in 0 and outlive the call
    unsafe { MessageBoxW(null_mut(), words.as_ptr(), title.as_ptr(), style) }
}

/// Runs a program of the system to its end, unseen; whether it was content.
pub fn quiet(program: &str, words: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    unseen(&mut command);
    command.status().is_ok_and(|s| s.success())
}

/// Without a window of its own.
pub fn unseen(command: &mut Command) {
    command.creation_flags(CREATE_NO_WINDOW);
}

/// Whether this process is somebody's: services sit in session 0, which no screen shows.
#[must_use]
pub fn is_seen() -> bool {
    let mut session = 0;
    // SAFETY: the number is of this frame
    let asked = unsafe { ProcessIdToSessionId(process::id(), &raw mut session) };
    asked == 0 || session != 0
}

/// Whether this process may change the system.
#[must_use]
pub fn may_administer() -> bool {
    // SAFETY: no arguments
    unsafe { IsUserAnAdmin() != 0 }
}

/// Starts this program once more with these words, as administrator: Windows asks the person first.
pub fn as_administrator(words: &[OsString]) -> io::Result<()> {
    let program = wide(std::env::current_exe()?);
    let (verb, words) = (wide("runas"), wide(line(words)));
    // SAFETY: the strings end in 0 and outlive the call
    let done = unsafe {
        ShellExecuteW(
            null_mut(),
            verb.as_ptr(),
            program.as_ptr(),
            words.as_ptr(),
            std::ptr::null(),
            SW_HIDE,
        )
    };
    match done as usize > LAST_FAILURE {
        true => Ok(()),
        false => Err(io::Error::last_os_error()),
    }
}

/// Words on one line, each in quotes: none of ours contains one, and a path cannot.
pub(super) fn line(words: &[OsString]) -> OsString {
    let mut line = OsString::new();
    for word in words {
        if !line.is_empty() {
            line.push(" ");
        }
        line.push("\"");
        line.push(word);
        // a backslash at the end would make the quote part of the word
        if word.as_encoded_bytes().ends_with(b"\\") {
            line.push("\\");
        }
        line.push("\"");
    }
    line
}

/// Whether the disk of a folder can be pulled out.
#[must_use]
pub fn is_removable(folder: &Path) -> bool {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let letter = folder.components().find_map(|part| match part {
        Component::Prefix(p) => match p.kind() {
            Prefix::Disk(letter) | Prefix::VerbatimDisk(letter) => Some(char::from(letter)),
            _ => None,
        },
        _ => None,
    });
    let Some(letter) = letter else { return false };
    let root = wide(format!("{letter}:\\"));
    // SAFETY: the string ends in 0 and outlives the call
    unsafe { GetDriveTypeW(root.as_ptr()) == DRIVE_REMOVABLE }
}
