//! The scanner's tray (扫描件): pages that came through the folder on the server PC and wait to be registered.
//! They are the records office's, on its standing shelf; a page is never deleted, only put aside.
//! Not here: watching the folder (`scan_folder`) and what becomes of pages (`screens`).

use crate::kit::{Digest, Id, Millis, Result, ShelfNo};
use crate::org::Directory;
use crate::store::Store;

/// A page, or a file of several.
#[derive(Debug, Clone)]
pub struct Page {
    pub id: Id,
    pub name: String,
    pub size: i64,
    pub digest: Digest,
    pub kind: String,
    /// When it was taken in.
    pub at: Millis,
    pub state: State,
    /// Why it was deleted.
    pub reason: String,
    /// Who took or deleted it.
    pub person: String,
    pub changed_at: Millis,
}

/// Where a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Waiting,
    Taken,
    Dropped,
}

/// A file that could not be taken in.
#[derive(Debug, Clone)]
pub struct Refused {
    pub name: String,
    pub size: i64,
    pub reason: String,
    pub at: Millis,
}

/// The shelf the tray stands on, where anything was ever put into it: looking makes no shelf.
pub fn find_shelf(store: &Store, directory: &Directory) -> Result<Option<ShelfNo>> {
    let organ = directory.first_organ();
    let Some(office) = organ.and_then(|organ| directory.office_of(organ.id)) else {
        return Ok(None);
    };
    let mut all = store.shelves()?.into_iter();
    let found = all.find(|(_, dept, year)| (*dept, *year) == (office.id.0, 0));
    Ok(found.map(|(no, _, _)| no))
}

/// The same, made on first use; none before there is a records office.
pub fn shelf(store: &Store, directory: &Directory) -> Result<Option<ShelfNo>> {
    let office = directory
        .first_organ()
        .and_then(|organ| directory.office_of(organ.id));
    office.map(|d| store.shelf_for(d.id.0, 0)).transpose()
}
