//! What is asked of the operating system itself and has no safe form: the only place of unsafe code, and only for Windows.
//! Elsewhere every question has its plain answer here, so that no caller asks which system it runs on.
//! Invariant: nothing the office needs for its work depends on a window, a tray icon or a message box.

#[cfg(windows)]
mod control;
#[cfg(windows)]
mod desktop;
#[cfg(windows)]
mod rights;
#[cfg(windows)]
mod tray;

#[cfg(windows)]
pub use control::{Installed, add, find, remove, run, start};
#[cfg(windows)]
pub use desktop::{
    as_administrator, has_own_console, is_removable, let_console_go, may_administer, show,
};
#[cfg(windows)]
pub use rights::set_rights;
#[cfg(windows)]
pub use tray::Tray;

#[cfg(not(windows))]
pub use plain::{Tray, has_own_console, is_removable, let_console_go, set_rights, show};

/// Of a system that has none of it.
#[cfg(not(windows))]
mod plain {
    use std::path::Path;
    use std::sync::mpsc::Sender;

    /// Whether the console was opened for this program alone, as by a double-click.
    #[must_use]
    pub const fn has_own_console() -> bool {
        false
    }

    /// Closes the console that was opened for this program.
    pub const fn let_console_go() {}

    /// Shows what went wrong to whoever sits there.
    pub const fn show(_words: &str) {}

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
}
