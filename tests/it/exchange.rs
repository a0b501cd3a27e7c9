//! Documents between offices: two installations exchange packages and receipts, organs of one server without files; what is
//! changed, foreign, secret, of another key or here already is refused and named.

mod arrival;
mod journey;
pub mod sisters;
pub mod support;
