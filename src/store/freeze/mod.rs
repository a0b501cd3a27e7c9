//! Closing a volume for good, carrying it off and fetching it back (README decisions 5 and 10).
//!
//! *Lives here*: sealing step by step, the manifest, the card that stays behind, carrying off and
//! attaching again with their checks, volumes of other offices beside ours, reading older schemas.
//!
//! *Never here*: moving a shelf between volumes, pages, and what a case means.
//!
//! *Start reading at*: [`seal::Step`], then [`carry`] and [`attach`].
//! Invariant: the bytes of a sealed volume are never touched again; before one is removed from this PC
//! its copy was read back and is the same byte for byte.

mod attach;
mod beside;
mod card;
mod carry;
mod closing;
mod copy;
mod damage;
pub mod drives;
mod every;
mod filling;
mod manifest;
pub(super) mod older;
mod schema;
mod seal;
mod stray;
mod switching;
mod works;

pub(super) use beside::Besides;
pub use beside::{Beside, BesideRow};
pub use carry::Keep;
pub use closing::{Closing, OpenCase, is_closed};
pub use manifest::{Manifest, Names};
pub use seal::{Drafts, Sealing, SealingState, Step, Wish};
pub use stray::{Stray, peek_strays};
pub(super) use works::Works;

/// Of a whole file.
pub(super) fn digest_of(path: &std::path::Path) -> crate::kit::Result<crate::kit::Digest> {
    copy::digest(path, &|_| Ok(()))
}

pub use works::{Stop, Work};
