//! Who exists: organs, departments, posts, people, who holds which post, who is in charge of what.
//!
//! *Lives here*: the directory (one immutable value in memory), its rows in the hub, the township
//! template, people from and to Excel, choosing people, changes with dates and successors.
//!
//! *Never here*: passwords, sessions, what somebody may see or do (`access`), pages.
//!
//! *Start reading at*: [`model`], then [`Directory`] and [`edit`].

pub mod calendar_store;
pub mod directory;
mod draw;
pub mod edit;
mod edit_people;
pub mod export;
mod guess;
pub mod handle;
pub mod import;
mod import_match;
mod import_names;
mod import_rows;
pub mod letterhead_store;
pub mod model;
pub mod organ_key;
mod organ_key_store;
pub mod pick;
pub mod role;
mod rules;
pub mod standing;
pub mod standing_store;
mod store;
pub mod template;
mod template_posts;

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;

pub use directory::Directory;
pub use handle::DirectoryHandle;
pub use model::{
    Charge, Department, DeptKind, Holding, Organ, Person, Post, Seen, Validity, Weight,
};
pub use role::Role;
pub use standing::{Delegation, Standing};
