//! Official documents on stored cases and through a socket, and as other programs see them: PDF, OFD and DOCX opened,
//! checked, read and drawn by programs that are not ours.

mod files;
mod made;
mod writing;
