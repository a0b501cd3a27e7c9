//! Whose a folder of Windows is, by the system's own program for it. Which rights are given is said in `app::folder`.
//! Invariant: a disk that knows no rights (a stick of FAT) is no reason not to start.

use std::os::windows::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// No black window for a moment.
const CREATE_NO_WINDOW: u32 = 0x0800_0000;

/// Gives a folder these rights and no others; a disk that knows none stays as it is, and the log says so.
pub fn set_rights(folder: &Path, words: &[String]) {
    let ended = Command::new("icacls")
        .arg(folder)
        .args(words)
        .creation_flags(CREATE_NO_WINDOW)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !ended.is_ok_and(|s| s.success()) {
        tracing::warn!(folder = %folder.display(), "the folder got no rights of its own");
    }
}
