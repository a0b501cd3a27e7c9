//! What tests stand on: named skips, the corpus, sizes and seeds of long runs, HTTP under full
//! control, the binary as a process, a real browser, the contact sheet, and the files under a stopped town. Knows nothing of any room; the township that
//! stories happen in is a file of its own (`town.rs`).

pub mod binary;
pub mod browser;
pub mod chromedriver;
pub mod contact;
pub mod corpus;
pub mod files;
pub mod http;
pub mod libre;
pub mod long;
pub mod office;
pub mod outside;
pub mod official;
pub mod paper;
pub mod papers;
pub mod reply;
pub mod skip;
pub mod small;
pub mod smtp;
pub mod town;
pub mod webdriver;
pub mod words;
