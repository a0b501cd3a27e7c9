//! What lies on one person's desk, and how he hears of it.
//!
//! *Lives here*: what somebody keeps for himself (usual phrases, 提醒方式); alerts made from events, deadlines and the server's red
//! lights, their log, the no-noise rules; mail: the office's server, the queue, the letters; the scanner's tray (扫描件) of the
//! records clerks; usual ways of looking at a list (常用查法).
//!
//! *Never here*: who a task belongs to and when it ends (`engine`), who may log in (`access`), pages.
//!
//! *Start reading at*: [`alert`] (who is told), then [`policy`] (when) and [`post`] (by mail).
//!
//! Decision 2026-11-22: the log of alerts is the queue of mail: an alert that is due by mail is a row
//! that says so, and a mail is an envelope around such rows, written out when it is sent. The
//! alternative, texts queued at the event, would mail people about what they have done meanwhile and
//! send a hundred letters after a week without a server.
//!
//! Decision 2026-11-22: lettre's connection is driven step by step instead of by its transport: only so
//! is it known whether a letter may have arrived when the line breaks.

pub mod alert;
pub mod alert_store;
pub mod channel;
pub mod choice;
mod letter;
pub mod lights;
mod mail;
pub mod mail_store;
pub mod news;
pub mod parcel;
pub mod parcel_store;
pub mod phrase;
mod phrase_store;
pub mod policy;
pub mod post;
pub mod scan;
pub mod scan_folder;
pub mod scan_store;
pub mod server;
mod standing;
pub mod view;
mod view_store;
