//! The room as a whole on a small town: dates, successors, stale forms, people in and out of Excel.
//! Smaller tests stand beside what they test.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests may stop at the first surprise"
)]

mod dates;
mod sheets;
