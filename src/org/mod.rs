//! Who exists: organs, departments, posts, people, who holds which post, who is in charge of what.
//!
//! *Lives here*: the directory (one immutable value in memory), its rows in the hub, the township
//! template, people from and to Excel, choosing people, changes with dates and successors.
//!
//! *Never here*: passwords, sessions, what somebody may see or do (`access`), pages.
//!
//! *Start reading at*: [`model`], then [`Directory`] and [`edit`].

pub mod directory;
pub mod edit;
mod edit_people;

pub mod handle;

pub mod model;

pub mod role;
mod rules;
mod store;
pub mod template;
mod template_posts;

#[cfg(test)]
mod sample;

pub use directory::Directory;
pub use handle::DirectoryHandle;
pub use model::{
    Charge, Department, DeptKind, Holding, Organ, Person, Post, Seen, Validity, Weight,
};
pub use role::Role;
