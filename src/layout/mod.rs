//! Typesetting: official documents laid out in millimetres by GB/T 9704-2012, the same on screen, paper, PDF and OFD.
//!
//! *Lives here*: the document as its elements, reading them out of plain text, breaking lines and pages, the pages as
//! positioned pieces, and the files made from them.
//!
//! *Never here*: I/O of any kind (fonts come in as bytes), cases, people, HTML.
//!
//! *Start reading at*: [`document`], then [`page`].

pub mod check;
pub mod document;
pub mod docx;
pub mod font;
pub mod foreign;
pub mod meta;
pub mod ofd;
pub mod page;
pub mod pdf;
pub mod pen;
pub mod recognise;
pub mod seal;
pub mod set;
mod cast;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod sample;
