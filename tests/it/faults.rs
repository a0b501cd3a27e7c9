//! What goes wrong while the town is at work: a request that panics, a projector stopped in the middle,
//! an index or a volume that is not the right one, two who act at once, a disk that is full or
//! gives back other bytes than it was given.

mod away;
pub mod disk;
mod files;
mod full;
mod halfway;
mod migration;
mod projector;
mod races;
mod room;
mod rot;
