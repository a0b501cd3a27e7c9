//! Taking in, through a real socket: what a records clerk has in hand at the counter. Duplicates, pictures
//! bound into one original, any office file, marks of secrecy, the scanner's folder, bad input.

mod again;
pub mod desk;
mod files;
mod hurry;
mod pages;
mod scanner;
mod wishes;
