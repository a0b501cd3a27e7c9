//! Who may: the rights and the attacks of trust-and-ux A2, by its numbers, against a server in this
//! process with somebody in every role. What one person can reach is compared with a committed table
//! or with the story told here, never with the code that decides.

mod alarms;
mod attacks;
mod auditor;
mod codes;
mod crawl;
pub mod csrf;
mod doors;
mod guessing;
mod ids;
mod inject;
mod keeper;
mod leaks;
mod leaver;
mod mass;
mod matrix;
mod methods;
pub mod office;
mod paths;
mod payloads;
mod races;
mod recovered;
mod safety;
mod sessions;
mod steps;
mod story;
mod taken;
mod traces;
mod uploads;
mod wires;
mod xss;
