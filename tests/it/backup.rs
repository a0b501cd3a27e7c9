//! Backups as an office needs them: made while people work, opened with the recovery key alone, refused when
//! anything was done to them, restored whole or in part, killed at any point.

mod beside;
mod broken;
mod killed;
mod office;
mod older;
mod pages;
mod places;
mod whole;
