//! Who may: nobody enters, sees or changes anything but through this room.
//!
//! *Lives here*: passwords, codes beside them, log-ins, sessions, lock-outs, one-time passwords, the way back in by the recovery
//! key, accounts and administrators' roles; 安全设置; alarms; the first run and the claim; who sits at the screen and what they may see; actions, the
//! policy, permits; refused requests.
//!
//! *Never here*: who holds which post (`org`), what a case's facts allow (`engine`), HTTP and cookies
//! (`web`), pages.
//!
//! *Start reading at*: [`policy::permit`], then [`Access`] and [`login`].

pub mod account;
mod account_store;
pub mod action;
mod actor;
pub mod alarm;
mod alarm_store;
pub mod change;
pub mod demo;
mod device;
mod entry;
mod lockout;
pub mod login;
mod password;
mod peer;
mod permit;
pub mod policy;
pub mod recover;
pub mod refusal;
mod refusal_store;
pub mod rule;
pub mod safety;
mod safety_store;
pub mod second;
mod second_store;
pub mod session;
mod session_store;
pub mod setup;
pub mod setup_draft;
mod setup_store;
pub mod slip;
mod steady;
mod token;
mod watch;
mod who;

#[cfg(test)]
mod tests;

pub use crate::kit::Principal;
pub use account::{Account, State};
pub use action::{Action, Allowed, Place, action};
pub use actor::{Actor, AdminRole};
pub use device::KNOWN_MS;
pub use entry::{Access, Setup};
pub use login::{Attempt, Entered, LoginOutcome};
pub use password::{Cost, Hasher};
pub use peer::Peer;
pub use permit::Permit;
pub use refusal::Refused;
pub use token::{Chance, Token, same};
pub use who::{Scope, Who};
