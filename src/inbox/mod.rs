//! What lies on one person's desk: the to-do list and what somebody keeps for themselves.
//!
//! *Lives here*: personal lists; usual phrases (常用语); the scanner's tray (扫描件) of the records clerks.
//!
//! *Never here*: who a task belongs to and when it ends (`engine`), who may log in (`access`), pages.
//!
//! *Start reading at*: [`phrase`].

pub mod phrase;
mod phrase_store;
pub mod scan;
pub mod scan_folder;
pub mod scan_store;
