//! Old registers (旧登记簿): a sheet as somebody kept it for years becomes closed cases in the shelves of
//! their own years.
//!
//! *Lives here*: finding the head, which column is which field, what a line means and what is wrong with
//! it, carrying good lines in slice by slice, the sheets being worked on.
//!
//! *Never here*: HTML, threads, the words of any shipped procedure (they are in its `[import]`).
//!
//! *Start reading at*: [`columns`], then [`check`], then [`carry`].
//!
//! Decision 2026-11-22: nothing of a line is dropped. What has no field, or does not fit it, stands in the
//! case's own note, word for word; leaders' words of the old book too, for an opinion is written by whoever
//! signs it. The alternative, a column "do not import", lost things nobody missed until the audit.
//! Decision 2026-11-22: an import is not taken back as a whole. Cases with numbers of the old book would
//! leave holes that nobody can explain; a wrong case is voided by itself, with its reason.

pub mod carry;
pub mod cells;
pub mod check;
pub mod columns;
pub mod desk;
pub mod import_store;
pub mod line;
