//! The binary: parses the command line, runs it, and turns a start-up error into advice and an exit code.
fn main() {}
