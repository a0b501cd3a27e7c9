//! Official documents on stored cases and through a socket: numbers by organ code, kept ahead and given up; the whole road of
//! one that is drafted, signed, numbered, issued, signed for.

mod numbers;
mod outgoing;
