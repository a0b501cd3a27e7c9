//! Official documents on stored cases and through a socket: texts and their versions, the document a case makes.

mod seal;
pub mod sealing;
mod writing;
