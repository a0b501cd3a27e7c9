//! Pages of the rooms above: what people see of them and press there.
//!
//! *Lives here*: one file or folder a subject, each with its manifest; log-in and one's own page, and as
//! they come: case, register, design, inbox, people, claim, storage, health, help, search.
//!
//! *Never here*: rules and SQL (they are in the rooms the page is about), pages of one office business
//! that needs more than a procedure (`modules`).
//!
//! *Start reading at*: [`ALL`], then [`signin`] and [`me`].

pub mod case;
pub mod help;
pub mod import;
pub mod me;
pub mod people;
mod phrases;
pub mod register;
pub mod search;
pub mod setup;
pub mod signin;
pub mod todo;

use crate::web::Manifest;

/// Every screen of the server.
pub const ALL: &[Manifest] = &[
    setup::MANIFEST,
    setup::DONE,
    setup::DEMO,
    signin::MANIFEST,
    todo::MANIFEST,
    case::MANIFEST,
    search::MANIFEST,
    register::MANIFEST,
    import::MANIFEST,
    people::MANIFEST,
    help::MANIFEST,
    me::MANIFEST,
];

#[cfg(test)]
mod tests;
