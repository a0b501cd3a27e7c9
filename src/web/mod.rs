//! The HTTP edge: bytes in, one permitted handler, bytes out.
//!
//! *Lives here*: the server and its limits, the mount (host, session, form token, permit, panic), routes
//! and manifests, what came in (`Input`, files in the spool), the handler's context, replies, security
//! headers, embedded assets, the one table of error pages.
//!
//! *Never here*: pages of one subject (those are in `screens` and `modules`), SQL, rules, whole-program
//! settings and start-up (those are in `app`).
//!
//! *Start reading at*: [`mount`], then [`route`] and [`cx`].
//!
//! Decision 2026-11-21: one dispatcher with a router of our own instead of actix's resources. What is
//! not found, not allowed or not initialised is decided in one place, and the same list of routes feeds
//! the rights matrix and the menu. The alternative, one actix resource a page, spreads those answers
//! over extractors and lets a route exist without an action.
//!
//! Decision 2026-11-21: pages are not compressed. On a LAN gzip costs more time than it saves for pages
//! of 10–60 KB; only the assets are, and those a browser fetches once.

mod admit;
mod again;
pub mod assets;
mod body;
mod chores;
pub mod cookies;
mod counted;
pub mod cx;
pub mod errors;
mod filling;
pub mod gate;
mod guard;
mod headers;
pub mod health;
pub mod hosts;
pub mod input;
mod job;
pub mod lan;
pub mod machine;
mod menu;
mod mount;
mod naming;
mod old;
mod probe;
pub mod reply;
pub mod route;
mod router;
mod run;
mod seen;
pub mod server;
mod spool;
pub mod state;
pub mod tls;
mod unshown;
pub mod update;
mod urlform;
mod visit;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use cx::{Cx, OpenCx};
pub use filling::{Filler, Stage, Told};
pub use guard::safe_next;
pub use input::{Input, SentFile};
pub use job::{Job, Progress};
pub use reply::{FileReply, Reply};
pub use route::{Manifest, MenuItem, Method, Route};
pub use server::{Running, serve, serve_both};
pub use state::{Numbers, State};
pub use urlform::encode;
pub use visit::Visit;

/// The to-do page: where the name of the office leads.
pub const HOME: &str = "/todo";
/// Where one looks things up: the registers.
pub const LOOK_UP_AT: &str = "/register";
/// Where one logs in.
pub const LOGIN_AT: &str = "/login";
/// The only page besides leaving that a person with a one-time password may open.
pub const PASSWORD_AT: &str = "/me/password";
/// Where a code beside the password is set up; the only page for whoever has to have one first.
pub const CODE_AT: &str = "/me/code";
/// Where an unclaimed server is claimed.
pub const CLAIM_AT: &str = "/setup";
/// Where the first run looks for a second device.
pub const LAN_AT: &str = "/setup/lan";
/// Answers to any device of the network: it found the server.
pub const HELLO_AT: &str = "/hello";
/// How a PC comes to trust the office's own certificates; the files for it are below.
pub const TRUST_AT: &str = "/trust";
/// The address card.
pub const ADDRESS_AT: &str = "/address";
/// How HTTPS stands.
pub const HTTPS_AT: &str = "/admin/https";
/// Where an office of invented data says who may log in, and how to be rid of it.
pub const DEMO_AT: &str = "/setup/demo";
/// Where the office's mail server is set up.
pub const MAIL_AT: &str = "/admin/mail";
/// One's own delegations.
pub const DELEGATION_AT: &str = "/me/delegation";
/// Where one of them is ended.
pub const DELEGATION_END: &str = "/me/delegation/end";
/// How the backups stand.
pub const BACKUP_AT: &str = "/backup";
/// Where volumes that cannot be opened are fetched out of a backup.
pub const RESTORE_AT: &str = "/storage/restore";
/// What the pages of trouble mean.
pub const ERRORS_AT: &str = "/help/errors";
/// Id of the manifest whose routes answer before the claim.
pub const CLAIM: &str = "setup";
