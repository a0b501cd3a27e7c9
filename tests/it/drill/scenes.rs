//! The scenarios, a file each.

pub mod backup;
pub mod demo;
pub mod first_run;
pub mod freeze;
pub mod migrate;
pub mod rebuild;
pub mod relocate;
pub mod restore;
pub mod work;
