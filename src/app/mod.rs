//! Composition root: puts the rooms together and runs them on this PC.
//!
//! *Lives here*: the command line, start-up in its order (folder, lock, port, files, listeners),
//! what the console says, opening the browser, the log file.
//!
//! *Never here*: pages, rules, SQL.
//!
//! *Start reading at*: [`serve::serve`].

pub mod alerts;
pub mod arguments;
pub mod autostart;
pub mod backup;
pub mod bell;
pub mod browser;
pub mod check;
pub mod clearing;
pub mod console;
pub mod folder;
pub mod fonts;
pub mod greeting;
pub mod https;
pub mod jobs;
pub mod log;
pub mod look;
pub mod open_package;
pub mod os;
pub mod port;
pub mod rescue;
pub mod restore;
pub mod scanner;
pub mod serve;
pub mod stop;
pub mod update;
pub mod verify_document;
pub mod verify_package;
pub mod watch;
