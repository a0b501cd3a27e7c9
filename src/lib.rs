//! 砚台 Inkstone: the office of a Chinese township government in one file.
//!
//! The rooms, in order; a file imports only from rooms above its own line, or from its own room
//! (`tests/it/tidy.rs` checks it).

/// Words without I/O: errors, ids, time, text, money, paging.
pub mod kit;

/// Procedures: forms and flows as data, and the moves people make on a case.
pub mod engine;
