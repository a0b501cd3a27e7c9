//! The claim about documents between offices: whatever went or came by file is kept as it was, whatever is settled has its
//! receipt, what left was issued by its case, what was registered has one.

use super::Files;
use super::claims::{Wrong, each, none};
use crate::kit::Result;

/// A package that is not there, or is another than its row says.
const PACKAGE: &str = "SELECT p.id FROM parcel p WHERE p.data ->> '$.sister' IS NULL AND NOT EXISTS (
      SELECT 1 FROM attachment a WHERE a.owner = p.id AND a.field = '@package' AND a.digest = p.digest AND a.state = 'kept')
    ORDER BY p.id";

/// Settled without a receipt.
const RECEIPT: &str = "SELECT p.id FROM parcel p WHERE p.state <> 'waiting' AND (p.receipt IS NULL OR NOT EXISTS (
      SELECT 1 FROM attachment a WHERE a.owner = p.id AND a.field = '@receipt' AND a.state = 'kept'))
    ORDER BY p.id";

/// Left, and no deed of its case says so.
const ISSUED: &str = "SELECT p.id FROM parcel p WHERE p.way = 'out' AND NOT EXISTS (
      SELECT 1 FROM deed d WHERE d.case_id = p.case_id AND d.what = 'issued' AND d.data ->> '$.taken_by' = p.delivery)
    ORDER BY p.id";

/// Registered as nothing.
const CASE: &str =
    "SELECT id FROM parcel WHERE way = 'in' AND state = 'taken' AND became IS NULL ORDER BY id";

pub(super) fn kept(files: &Files<'_>, wrong: &mut Wrong) -> Result<()> {
    each(files, wrong, |v, wrong| {
        none(v, PACKAGE, "的公文包不在，或者换过了", wrong)?;
        none(v, RECEIPT, "办过了，却没有回执", wrong)?;
        none(v, ISSUED, "发出了，件里却没有登记分发", wrong)?;
        none(v, CASE, "登记了，却没有件", wrong)
    })
}
