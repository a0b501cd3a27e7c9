//! `inkstone verify-package`: the four-property check of an archive package without a server, by the keys of a data folder or
//! one exported public key. Reads only. Not here: the checks (`modules::archive`).
//! Invariant: a package signed with a key nobody vouches for is never called in order.

use super::console;
use super::verify_document::{Wanted, open, trusted};
use crate::kit::Result;
use crate::modules::archive::package::{Brought, check_file};

/// Checks it; true where nothing was found.
pub fn command(wanted: &Wanted) -> Result<bool> {
    let (known, _) = trusted(wanted)?;
    let name = wanted.file.file_name().and_then(|n| n.to_str());
    let report = check_file(Brought {
        file: open(&wanted.file)?,
        name: name.unwrap_or("数据包"),
        known: &known,
    })?;
    console::say(&report.text());
    Ok(report.wrong() == 0)
}
