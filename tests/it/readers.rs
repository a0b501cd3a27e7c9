//! Readers of others' files against hostile ones: bombs by hand, and seeds changed at random (`tests/long read_docx`
//! and its like). Each file is read within a time, in the long run within a memory too; a panic is a failure.

mod bombs;
mod carried;
mod changed;
mod seeds;
mod shown;
mod written_elsewhere;
