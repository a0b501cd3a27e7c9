//! Updates of the program, offline: one signed file, the old program as guardian of the new one, and always a way back.
//! Start reading at [`desk`] (while people work), then [`hand`] (while the doors are closed), [`recover`] (at the next start).
//!
//! Decision 2026-11-23: the new program is tried from beside the old one and takes its place only after it answered well. Its brief
//! was to swap first and swap back: then a power cut during the trial leaves a program in the place that never ran well, and the
//! way back depends on it. Now whatever lies in the place has served, and finds what to do in a note. From the place it is started
//! once more: a firewall knows programs by the names they were started by, and what lies there is seen to run.
//!
//! Decision 2026-11-23: the rehearsal runs on the backup that was just made and restored, not on copies of its own: it proves both,
//! and nobody is updated who has no backup to go back to.
//!
//! Decision 2026-11-23: the old process stays as the new one's parent until it ends, and the pipe between them is its life. Starting
//! anew by the service manager, or by exec, would each be another way on each system; the parent costs a few megabytes.
//!
//! Decision 2026-11-23: a service owns the folder of its program. Otherwise nobody could update it from the page; who may write
//! there is who runs it, and it takes what its publisher signed only.

mod child;
pub mod curtain;
pub mod desk;
pub mod hand;
pub mod note;
pub mod package;
pub mod probe;
pub mod recover;
pub mod rehearse;
mod stage;
mod swap;
pub mod trial;
