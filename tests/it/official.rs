//! Official documents on stored cases and through a socket: texts and their versions, the document a case makes.

mod seal;
mod seal_look;
pub mod sealing;
mod writing;
