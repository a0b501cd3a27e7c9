//! Updates of the program, with the real binary as the old one and a copy of it under a higher version as the new one: good
//! packages, every bad one (S64), programs that lie, crash, hang or spoil the files, and every process killed at every step (R33).
//! `office` starts it and packs, `packed` and `refused` are about packages, `built` about programs of any system, `taken` about
//! the page and the way there and back, `killed` the drill.

#[cfg(target_os = "linux")]
mod built;
#[cfg(target_os = "linux")]
mod killed;
#[cfg(target_os = "linux")]
mod office;
#[cfg(target_os = "linux")]
mod packed;
#[cfg(target_os = "linux")]
mod refused;
#[cfg(target_os = "linux")]
mod taken;
