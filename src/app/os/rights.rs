//! Whose a folder of Windows is, by the system's own program for it. Which rights are given is said in `app::folder`.
//! Invariant: a disk that knows no rights (a stick of FAT) is no reason not to start.

use super::desktop::unseen;
use std::path::Path;
use std::process::{Command, Stdio};

/// Gives a folder these rights and no others; a disk that knows none stays as it is, and the log says so.
pub fn set_rights(folder: &Path, words: &[String]) {
    let mut icacls = Command::new("icacls");
    icacls.arg(folder).args(words).stdin(Stdio::null());
    icacls.stdout(Stdio::null()).stderr(Stdio::null());
    unseen(&mut icacls);
    let ended = icacls.status();
    if !ended.is_ok_and(|s| s.success()) {
        tracing::warn!(folder = %folder.display(), "the folder got no rights of its own");
    }
}
