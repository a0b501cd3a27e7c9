//! Pages of the rooms above: what people see of them and press there.
//!
//! *Lives here*: one file or folder a subject, each with its manifest; log-in and one's own page, and as
//! they come: case, register, design, inbox, people, claim, storage, health, help, search.
//!
//! *Never here*: rules and SQL (they are in the rooms the page is about), pages of one office business
//! that needs more than a procedure (`modules`).
//!
//! *Start reading at*: [`ALL`], then [`signin`] and [`me`].

pub mod address;
pub mod alert;
pub mod backup;
pub mod batch;
pub mod case;
pub mod code;
pub mod delegation;
pub mod design;
pub mod followed;
pub mod guard;
pub mod hang;
pub mod health;
pub mod help;
pub mod import;
pub mod me;
mod notify;
pub mod office;
pub mod people;
mod phrases;
pub mod procedures;
mod pulse;
pub mod recover;
pub mod register;
pub mod rescue;
pub mod scans;
pub mod search;
pub mod setup;
pub mod sheets;
pub mod signin;
mod starts;
pub mod storage;
pub mod supervise;
mod things;
pub mod todo;
pub mod update;
pub mod volume;

use crate::web::Manifest;

/// Every screen of the server.
pub const ALL: &[Manifest] = &[
    setup::MANIFEST,
    setup::LAN,
    setup::DONE,
    setup::DEMO,
    signin::MANIFEST,
    recover::MANIFEST,
    todo::MANIFEST,
    batch::MANIFEST,
    followed::MANIFEST,
    case::MANIFEST,
    sheets::MANIFEST,
    search::MANIFEST,
    register::MANIFEST,
    things::MANIFEST,
    scans::MANIFEST,
    hang::MANIFEST,
    supervise::MANIFEST,
    import::MANIFEST,
    procedures::MANIFEST,
    design::MANIFEST,
    people::MANIFEST,
    office::MANIFEST,
    health::MANIFEST,
    guard::MANIFEST,
    address::MANIFEST,
    storage::MANIFEST,
    backup::MANIFEST,
    update::MANIFEST,
    help::MANIFEST,
    me::MANIFEST,
    code::MANIFEST,
    delegation::MANIFEST,
    alert::MANIFEST,
    volume::MANIFEST,
];

#[cfg(test)]
mod tests;
