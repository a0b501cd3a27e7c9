//! The procedures that ship: TOML texts in the format an office writes its own in.
//! Not here: anything that knows one of their ids; a test fails where code does.

use super::definition::{Procedure, Refusal};

/// The texts, in the order of menus.
pub static TEXTS: &[&str] = &[
    include_str!("../../assets/procedures/incoming-handle.toml"),
    include_str!("../../assets/procedures/incoming-read.toml"),
    include_str!("../../assets/procedures/sealed-paper.toml"),
    include_str!("../../assets/procedures/outgoing.toml"),
    include_str!("../../assets/procedures/outgoing-classic.toml"),
    include_str!("../../assets/procedures/contact-sheet.toml"),
    include_str!("../../assets/procedures/report-approval.toml"),
    include_str!("../../assets/procedures/meeting-plan.toml"),
    include_str!("../../assets/procedures/bulletin.toml"),
    include_str!("../../assets/procedures/village-form.toml"),
    include_str!("../../assets/procedures/seal-use.toml"),
    include_str!("../../assets/procedures/letter-issue.toml"),
    include_str!("../../assets/procedures/archive-lend.toml"),
    include_str!("../../assets/procedures/leave-request.toml"),
    include_str!("../../assets/procedures/trip-report.toml"),
    include_str!("../../assets/procedures/duty-swap.toml"),
    include_str!("../../assets/procedures/vehicle-use.toml"),
    include_str!("../../assets/procedures/room-use.toml"),
    include_str!("../../assets/procedures/reception.toml"),
    include_str!("../../assets/procedures/supply-use.toml"),
    include_str!("../../assets/procedures/purchase.toml"),
    include_str!("../../assets/procedures/expense.toml"),
    include_str!("../../assets/procedures/contract-review.toml"),
    include_str!("../../assets/procedures/supervision.toml"),
    include_str!("../../assets/procedures/petition.toml"),
    include_str!("../../assets/procedures/hotline.toml"),
    include_str!("../../assets/procedures/mediation.toml"),
    include_str!("../../assets/procedures/service-case.toml"),
];

/// The procedures.
///
/// # Errors
/// Never with the shipped texts: a test reads and checks them all.
pub fn all() -> Result<Vec<Procedure>, Refusal> {
    TEXTS.iter().map(|t| Procedure::parse(t)).collect()
}
