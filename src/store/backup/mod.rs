//! Backups: sealed copies of the whole office at one or more places, each opened and counted before an older one
//! goes; restoring them; drills; what is wrong and what to do about it.
//! Not here: when they are made (`app::backup`), pages.
//! Invariant: only files that the office's own rows name are ever deleted, and never the last one that was checked.
//!
//! Decision 2026-11-22: a backup is one sealed file with hub and open volumes; attachments and frozen volumes lie
//! beside it in packs that never change, named in its manifest. One file with everything, every hour, would write
//! the same attachments 47 times; `one_volume` and a `.inkbak` path make such a file where it is wanted.

mod adopt;
mod alarm;
mod attached;
mod book;
mod check;
mod counts;
mod desk;
mod drill;
mod found;
mod keep;
mod keys;
mod learn;
mod lost;
mod make;
mod manifest;
mod mend;
mod mend_series;
mod pack;
mod place;
mod restore;
mod snapshot;
mod strays;

pub use adopt::{adopt, adopt_where_ready};
pub use alarm::{Alarm, Level, Status, alarms, look_for_newer, status, take_over};
pub use book::{Kept, Place, Standing, add_place, list, places, remove_place};
pub use desk::{Desk, Progress, Step, Wish};
pub use drill::{Drill, drill, drills, find_drill, rehearse, see_drill};
pub use found::{Found, found};
pub use keys::{KeyRow, is_present, keys, make_key, present_number, prove_key};
pub(super) use learn::learn;
pub use lost::{Lost, Series, confirm_lost, lost, raise_series, series};
pub use make::{Made, into_file, one_volume, run};
pub use place::{Test, test};
pub use restore::{Restored, hub_alone, look, volume_alone, volume_ready, whole};
