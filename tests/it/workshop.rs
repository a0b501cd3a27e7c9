//! Procedures the office owns: wrong ones refused with their sentence, drafts two people save, publishing beside
//! running cases and across a restart and a sealed year, files out and in, switches, authorisations.
//! `bad` plays `tests/flow/bad/`, `office` goes through the engine, `pages` through a real socket.

mod bad;
mod office;
mod pages;
