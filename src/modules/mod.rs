//! The offices that need more than a procedure: official documents, seals, exchange, the archive.
//!
//! *Lives here*: one folder a business noun, each with its manifest in [`ALL`]; its rules, its SQL and its pages.
//!
//! *Never here*: what a procedure can say; what two modules need (it moves down); one module knowing another.
//!
//! *Start reading at*: [`ALL`].

pub mod archive;
mod document;
pub mod exchange;
mod issue;
mod seal;

use crate::screens;
use crate::web::Manifest;

/// Every module of the server.
pub const ALL: &[Manifest] = &[
    archive::MANIFEST,
    document::MANIFEST,
    exchange::MANIFEST,
    issue::MANIFEST,
    seal::MANIFEST,
];

/// Everything there is to serve: screens and modules.
#[must_use]
pub fn every() -> Vec<Manifest> {
    screens::ALL.iter().chain(ALL).copied().collect()
}
