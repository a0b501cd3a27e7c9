//! The stories of `tests/flow` on stored cases.
