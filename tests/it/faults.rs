//! What goes wrong while the town is at work: a request that panics, a projector stopped in the middle,
//! an index or a volume that is not the right one, two who act at once, a disk that is full.

mod disk;
mod files;
mod full;
mod projector;
mod races;
