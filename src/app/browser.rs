//! Opens the address in this PC's browser, where there is one. Never fails a start: the address is
//! on the console as well.

use std::process::{Command, Stdio};

/// Tries to open `url`; says whether something was started.
pub fn open(url: &str) -> bool {
    let mut command = if cfg!(windows) {
        let mut c = Command::new("rundll32");
        c.args(["url.dll,FileProtocolHandler", url]);
        c
    } else {
        // Without a screen xdg-open would fall back to a text browser on the console.
        if !has_screen() {
            return false;
        }
        let mut c = Command::new("xdg-open");
        c.arg(url);
        c
    };
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .is_ok()
}

/// Whether there is a screen of X11 or Wayland.
#[must_use]
pub fn has_screen() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|v| std::env::var_os(v).is_some_and(|v| !v.is_empty()))
}
