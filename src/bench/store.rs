//! What the benchmarks put into an office's files by hand: the placement rule.

use crate::kit::Result;
use crate::store::placement::Rule;
use crate::store::{Write, params};

/// Sets how shelves are placed, before there are any.
pub(super) fn set_rule(w: &mut Write<'_>, rule: &Rule) -> Result<()> {
    w.execute(
        "INSERT INTO setting(k, v) VALUES('storage.rule', ?1)
         ON CONFLICT(k) DO UPDATE SET v = excluded.v, rev = rev + 1",
        params![serde_json::to_string(rule)?],
    )?;
    w.quiet("placement before the first shelf");
    Ok(())
}
