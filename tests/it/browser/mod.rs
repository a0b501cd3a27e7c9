//! The product as people use it: one office in a real Chromium, from the first page of an empty data
//! folder to a document in the archive, and again without scripts.
//!
//! *Lives here*: `office` (the server, who sits at it), `begin` (claim, import, slips, log-in), `road`
//! (a document through all hands), `reading` (an item to be read), `plain` (no scripts), `paper` (print),
//! `album` (the contact sheet), `steady` (what goes wrong at a desk); and the clerk's days at an office
//! already at work (`desks`): `clerk` (scans, paper, mending, several departments), `keys` (by keyboard
//! alone), `brought` (pasted and dropped files), `tabs` (ten of them), `leaves` (pages to be looked at), `designer`
//! (a procedure made by clicking, published and used), `drawn` (one made of an Excel form), `official` (a document written,
//! compared, written on by hand), `outgoing` (one from its draft to the archive), `outgoing_again` (returned, mended, signed
//! again), `exchanged` (issued to other offices, and their receipts). `everywhere` visits the menu in every size of type, `sheets` prints the help;
//! `first_run` counts what somebody new has to do.
//!
//! *Never here*: rules that can be tested without a browser.
//!
//! *Start reading at*: the two stories below.

pub mod album;
mod begin;
mod brought;
mod clerk;
mod designer;
mod desks;
mod drawn;
mod everywhere;
mod exchanged;
mod first_run;
mod keys;
mod leaves;
mod office;
mod official;
mod outgoing;
mod outgoing_again;
mod paper;
mod plain;
mod reading;
mod road;
mod sheets;
mod steady;
mod tabs;

use crate::support::{contact, corpus};
use album::Album;
use office::{Office, Pc};

#[test]
fn from_the_first_page_to_the_archive() {
    let Some(documents) = corpus::documents() else {
        return;
    };
    let office = Office::fresh("browser");
    let Some(mut pc) = Pc::open(&office) else {
        return;
    };
    let mut album = Album::default();
    begin::claim(&mut pc, &office, &mut album);
    begin::import_people(&mut pc, &mut album);
    let slips = begin::issue_slips(&mut pc, &mut album);
    begin::everybody_comes_in(&mut pc, &slips, &mut album);
    let case = road::from_registration_to_archive(&mut pc, &documents[0], &mut album);
    paper::sheets_open_and_print(&mut pc, &case, &mut album);
    reading::one_reader(&mut pc, &documents[1], &mut album);
    album.every_page(&mut pc, &case);
    let sheet = contact::sheet(&mut pc.browser, album.pictures());
    assert!(sheet.is_file());
    assert_eq!(office.state.faults(), 0, "no request ended in a fault");
}

#[test]
fn the_core_works_without_scripts() {
    let Some(documents) = corpus::documents() else {
        return;
    };
    let office = Office::fresh("plain");
    let Some(mut pc) = Pc::without_scripts(&office) else {
        return;
    };
    plain::to_the_archive(&mut pc, &office, &documents[2]);
    assert_eq!(office.state.faults(), 0, "no request ended in a fault");
}
