//! What lies on one person's desk: the to-do list and what somebody keeps for themselves.
//!
//! *Lives here*: personal lists; usual phrases (常用语),
//! usual ways of looking at a list (常用查法).
//!
//! *Never here*: who a task belongs to and when it ends (`engine`), who may log in (`access`), pages.
//!
//! *Start reading at*: [`phrase`].

pub mod phrase;
mod phrase_store;
pub mod view;
mod view_store;
