//! Official documents on stored cases and through a socket, and as other programs see them: numbers, the road and issuing;
//! PDF, OFD and DOCX opened, checked, read and drawn by programs that are not ours.

pub mod by_hand;
mod check;
mod files;
mod made;
mod measured;
mod numbers;
mod outgoing;
mod pages;
mod papers;
mod ruler;
pub mod seal;
mod seal_files;
mod seal_look;
pub mod sealing;
mod sheets;
mod twins;
pub mod writing;
