//! The one integration binary. Every module has a charter:
//! - `archive`: a year tidied, numbered, boxed, printed; in every way of filing, and once it is sealed
//! - `aside`: mending, voiding, urging and circulation as registers, to-do lists and the hub keep them
//! - `endings`: signing beside, stopped clocks and undone cases, as lists and files keep them
//! - `beside`: statistics, what hangs, supervision, side talk, relations: figures against slow counts, and rights
//! - `access`: who may, and the attacks of trust-and-ux A2 by their numbers
//! - `support`: what tests stand on (server, township, HTTP, browser, corpus, skips, sizes and seeds)
//! - `tidy`: the house rules that a machine can check
//! - `health`: the lights, the check that reads the files through, the clock
//! - `harness`: the harness tried on itself
//! - `help`: the manual through a socket: looking for words, numbers of trouble, who is sent away to another browser
//! - `people`, `people_look`: people and accounts through a real socket, and as they look
//! - `paper`: words from paper, signed sheets filed by their code, printed sheets
//! - `budget`: how many statements a page may use
//! - `backup`: backups and restores, whole and in part, broken, full, killed
//! - `https`: HTTPS beside HTTP: certificates, who trusts them, sessions apart, 强制 HTTPS and back, the files that make a PC trust
//! - `address`: the address card, a changed address, the step of the first run that waits for a second device
//! - `import`: old registers in every shape, carried in, broken off and repeated
//! - `crowd`: sixty-four who register at once
//! - `road`: a document through the stored engine, from registration to the archive
//! - `relocate`: shelves on their way between volumes, with people at work and the power gone
//! - `modes`: one journey and every story in each of the four ways of filing
//! - `obstacles`: what stands in the way of a first start, and the sentence it gets
//! - `official`: official documents: texts and versions, numbers, the road, seals, issuing; PDF, OFD and DOCX as other programs see them
//! - `register`: the register as a clerk uses it: conditions, views, Excel and back, paper
//! - `search`: words in real documents, rights, damaged search files, the page
//! - `setup`: the first run, the code, the claim
//! - `opened`: `inkstone open` over a package that another office sent
//! - `start`: the binary itself: start, second start, port, stop, verify
//! - `built`: one binary from its first start to a document found again; what was built for other systems too
//! - `storage`: the cabinets, changing the rule, departments that run themselves, confidential ones
//! - `browser`: the product in a real Chromium, from the claim to the archive, with pictures
//! - `desk`: the binary as a desktop has it: its menu, a failed start shown, stopping, taking it out of the system
//! - `design`: the designer through a real socket: every edit, two who edit, the check, publishing, trying out
//! - `demo`: the demonstration office, from the wizard to its end
//! - `taking`: incoming documents as a records office takes them in
//! - `readers`: others' files: hostile ones and ones changed at random, looked at on a page, written by another program
//! - `workshop`: procedures the office owns: wrong ones refused, drafts, versions, files, switches, authorisations
//! - `verify`: each claim of `store::verify` broken, and named
//! - `mail`: alerts from the event to the mailbox, and what becomes of them without a server
//! - `laid`: real town documents read out of plain text and laid out whole, within the standard's measures
//! - `lanes`: delegations, deputies, child cases, several to-dos at once, on stored cases and through a socket
//! - `kill`: a writing child killed again and again, against a ledger of what it acknowledged
//! - `drill`: what an office does while the power goes or its process is killed, told once for both rigs
//! - `power`: the real binary recorded, the power cut at random places, everything acknowledged asked for
//! - `litestream`: the files replicated while the office works, the PC lost, the office restored
//! - `elsewhere`: the office comes to another PC of another network, from a stick
//! - `faults`: panics, stopped projectors, lost and foreign files, races, a full disk
//! - `freeze`: a year sealed, carried off, fetched back, opened from a disk that cannot be written, beside another office
//! - `exchange`: documents between offices: packages, receipts, organs of one server, what is changed or forged
//! - `fields`: every kind of field: filled in, computed, covered, hidden, mended, listed, printed
//! - `flow`: stories of `tests/flow/*.txt` and random moves, on the pure engine
//! - `update`: the program exchanged for a newer one from a package, every bad package, killed at every step
//!
//! A test reads as a story, runs beside all others, and proves its set-up before it proves a negative.
//! No test is ignored: what cannot run is a named skip (`support::skip`).
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that meets the unexpected should stop there and say where"
)]

mod access;
mod address;
mod archive;
mod aside;
mod backup;
mod beside;
mod browser;
mod budget;
mod built;
mod calendar;
mod claims;
mod crowd;
mod demo;
mod design;
#[cfg(target_os = "linux")]
mod desk;
mod drawn;
mod drill;
#[cfg(target_os = "linux")]
mod elsewhere;
mod endings;
mod exchange;
mod faults;
mod fields;
mod flow;
mod follow;
mod forms;
mod freeze;
mod harness;
mod health;
mod help;
mod holidays;
mod https;
mod import;
mod kill;
mod laid;
mod lanes;
mod litestream;
mod mail;
mod modes;
mod obstacles;
mod official;
mod opened;
mod paper;
mod people;
mod people_look;
#[cfg(target_os = "linux")]
mod power;
mod readers;
mod register;
mod relocate;
mod road;
mod search;
mod setup;
mod start;
mod storage;
mod support;
mod taking;
mod tidy;
mod update;
mod verify;
mod workshop;
