//! The scenarios, a file each.

pub mod demo;
pub mod first_run;
pub mod migrate;
pub mod rebuild;
pub mod work;
