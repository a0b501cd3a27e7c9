//! What the program reaches on this machine, beside what the machine itself can do.
//!
//! *Lives here*: the figures of `inkstone bench` (contract: performance.md), the load generator and
//! its plans, the bare server that is the ceiling, folders that are made and removed; the demonstration
//! office, which goes through the same doors as everyone.
//!
//! *Never here*: a way past permission, audit, ledger or fsync, but for [`growth`], whose years are copies of what
//! passed them (`store::bulk`); rules, pages or tables of the office; anything an office of real data runs.
//!
//! *Start reading at*: [`run`], then [`limits`]; [`report::Figure`] is what every measure ends in.
//!
//! Decision: absolute times of a machine mean little, so every figure carries the ceiling measured
//! in the same run, and the generator is a process of its own: both share two cores, as on an
//! office PC with a browser, but memory and processor time stay apart.

mod backup;
mod bare;
mod bureau;
pub mod demo;
mod fill;
mod folder;
mod growth;
mod limits;
mod load;
mod logins;
mod office;
mod page;
mod pages;
pub mod plan;
mod prefecture;
pub mod process;
pub mod report;
mod search;
mod start;
mod steps;
mod stored_store;
mod volumes;
mod wire;
mod words;

pub use load::run as load;

use crate::kit::{Error, Result};
use report::Report;

type Measure = fn(&mut Report<'_>) -> Result<()>;

/// The benchmarks by name.
const ALL: &[(&str, Measure)] = &[
    ("limits", limits::measure),
    ("steps", steps::measure),
    ("pages", pages::measure),
    ("search", search::measure),
    ("logins", logins::measure),
    ("backup", backup::measure),
    ("growth", growth::measure),
    ("volumes", volumes::measure),
    ("bureau-year", bureau::measure),
    ("prefecture", prefecture::measure),
    ("start", start::measure),
];

/// Runs one benchmark and prints its figures; true where every answer was right and every file is
/// sound afterwards.
pub fn run(name: &str, json: bool) -> Result<bool> {
    let Some((_, measure)) = ALL.iter().find(|(known, _)| *known == name) else {
        let names: Vec<&str> = ALL.iter().map(|(known, _)| *known).collect();
        return Err(Error::invalid(
            "name",
            format!("没有叫 {name} 的测试，可以写：{}", names.join("、")),
        ));
    };
    let mut out = std::io::stdout().lock();
    let mut report = Report::start(&mut out, json)?;
    measure(&mut report)?;
    for what in report.unsoundness() {
        // The table has said it; lines of JSON hold figures only.
        if json {
            eprintln!("不对：{what}");
        }
    }
    Ok(report.well())
}
