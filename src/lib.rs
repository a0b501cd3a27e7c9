//! 砚台 Inkstone: the office of a Chinese township government in one file.
//!
//! The rooms, in order; a file imports only from rooms above its own line, or from its own room
//! (`tests/it/tidy.rs` checks it). The empty lines keep rustfmt from sorting them by name.

/// Words without I/O: errors, ids, time, text, money, paging.
pub mod kit;

/// Typesetting: official documents on their pages, and the files made from them.
pub mod layout;

/// The only room that knows SQLite: files, placement, group commit, outbox, claims, attachments.
pub mod store;

/// Who exists: organs, departments, posts, people; the directory in memory.
pub mod org;

/// Who may: passwords, sessions, lock-outs, slips, actions, permits, refusals.
pub mod access;

/// To-dos and personal lists: usual phrases.
pub mod inbox;

/// What the office shares out: rooms, vehicles, days of leave.
pub mod agenda;

/// Finding cases by any words in them: pairs of characters, excerpts, the files that keep them.
pub mod search;

/// Procedures: forms and flows as data, and the moves people make on a case.
pub mod engine;

/// Pieces of pages, from plain values to HTML.
pub mod ui;

/// The HTTP edge: mounting routes, sessions, form tokens, input, replies, errors, assets.
pub mod web;

/// Pages of the rooms above.
pub mod screens;

/// The offices that need more than a procedure.
pub mod modules;

/// Composition root: the command line, start-up in its order, what the console says.
pub mod app;

/// What it reaches on this machine, beside what the machine itself can do.
pub mod bench;
