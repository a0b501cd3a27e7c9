//! How the pages of official documents look. Not here: reading anything, deciding anything.

pub mod clean;
pub mod look;
pub mod material;
pub mod preview;
pub mod versions;
pub mod write;
