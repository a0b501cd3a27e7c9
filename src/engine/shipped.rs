//! The procedures that ship: TOML texts in the format an office writes its own in.
//! Not here: anything that knows one of their ids; a test fails where code does.

use super::definition::{Procedure, Refusal};

/// The texts, in the order of menus.
pub static TEXTS: &[&str] = &[
    include_str!("../../assets/procedures/incoming-handle.toml"),
    include_str!("../../assets/procedures/incoming-read.toml"),
    include_str!("../../assets/procedures/sealed-paper.toml"),
];

/// The procedures.
///
/// # Errors
/// Never with the shipped texts: a test reads and checks them all.
pub fn all() -> Result<Vec<Procedure>, Refusal> {
    TEXTS.iter().map(|t| Procedure::parse(t)).collect()
}
