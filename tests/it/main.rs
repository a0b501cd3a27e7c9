//! The one integration binary. Every module has a charter:
//! - `support`: what tests stand on (server, township, HTTP, browser, corpus, skips, sizes and seeds)
//! - `tidy`: the house rules that a machine can check
//! - `harness`: the harness tried on itself
//! - `road`: a document through the stored engine, from registration to the archive
//! - `setup`: the first run, the code, the claim
//! - `start`: the binary itself: start, second start, port, stop, verify
//! - `browser`: the product in a real Chromium, from the claim to the archive, with pictures
//! - `flow`: stories of `tests/flow/*.txt` and random moves, on the pure engine
//!
//! A test reads as a story, runs beside all others, and proves its set-up before it proves a negative.
//! No test is ignored: what cannot run is a named skip (`support::skip`).
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that meets the unexpected should stop there and say where"
)]

mod browser;
mod flow;
mod harness;
mod road;
mod setup;
mod start;
mod support;
mod tidy;
