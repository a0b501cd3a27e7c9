//! Official documents on stored cases and through a socket: texts and their versions, the document a case makes.

mod writing;
