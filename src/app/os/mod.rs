//! What is asked of the operating system itself and has no safe form: the only place of unsafe code, and only for Windows.
//! Elsewhere every question has its plain answer here, so that no caller asks which system it runs on.
//! Invariant: nothing the office needs for its work depends on a window, a tray icon or a message box.

#[cfg(windows)]
mod control;
#[cfg(windows)]
mod desktop;
#[cfg(not(windows))]
mod plain;
#[cfg(windows)]
mod rights;
#[cfg(windows)]
mod tray;

#[cfg(windows)]
pub use control::{Installed, add, command_line, find, remove, run, start};
#[cfg(windows)]
pub use desktop::{
    as_administrator, is_on_desktop, is_removable, is_seen, is_sure, let_console_go,
    may_administer, quiet, show, unseen,
};
#[cfg(windows)]
pub use rights::set_rights;
#[cfg(windows)]
pub use tray::Tray;

#[cfg(not(windows))]
pub use plain::{
    Tray, is_on_desktop, is_removable, is_sure, let_console_go, quiet, set_rights, show, unseen,
};

/// What is asked before the office is stopped.
pub const STOP: &str = "停止以后，全单位的人都打不开砚台，数据会存好。确定停止吗？";
