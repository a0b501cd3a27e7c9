//! Exchange between offices (公文交换): documents on their way to offices that have no seat on this server, and from them.
//! The files that travel are made and read here; pages and deliveries come with the office's list of partners.
//! Invariant: what leaves is signed by the organ and opens only with its code.

pub mod code;
pub mod elements;
pub mod package;
