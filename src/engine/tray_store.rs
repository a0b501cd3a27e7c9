//! Photographs of signed sheets that wait for their case: one tray a person, on the standing shelf of the
//! department, so that the end of a year empties nothing. A tray is a draft row nobody else reaches.
//! Not here: pages, and reading codes.

use super::draft_store;
use super::paper::{SHEET, SignedSheet};
use super::run::{Acting, Engine};
use crate::kit::{Error, Id, Result, ShelfNo};
use crate::store::attachments::{self, Attachment};
use crate::store::{NewAttachment, Receipt, Stamp, Store};

/// The word under which a tray stands among the drafts; no procedure can have it.
const TRAY: &str = "@sheets";

impl Engine {
    /// The shelf a person's tray stands on.
    pub fn tray_shelf(&self, store: &Store, acting: &Acting) -> Result<ShelfNo> {
        store.shelf_for(acting.dept.0, 0)
    }

    /// What lies in a person's tray, oldest first.
    pub fn tray(&self, store: &Store, acting: &Acting) -> Result<Vec<Attachment>> {
        // looking makes no shelf: where there is none yet, nothing waits
        let all = store.shelves()?;
        let shelf = all.iter().find(|(_, d, y)| (*d, *y) == (acting.dept.0, 0));
        let Some((shelf, ..)) = shelf else {
            return Ok(Vec::new());
        };
        let read = store.shelf(*shelf)?;
        match tray_of(&read, acting)? {
            Some(tray) => attachments::list(&read, tray),
            None => Ok(Vec::new()),
        }
    }

    /// Lays a photograph into the tray. Its contents are already kept on the tray's shelf.
    pub fn lay_in_tray(
        &self,
        store: &Store,
        stamp: Stamp,
        acting: &Acting,
        sheet: SignedSheet,
    ) -> Result<Receipt<Id>> {
        let shelf = self.tray_shelf(store, acting)?;
        let acting = acting.clone();
        store.write(shelf, stamp, move |w| {
            w.quiet("扫描件是自己的，不影响各类清单");
            let person = acting.viewer.person;
            let tray = match tray_of(w, &acting)? {
                Some(tray) => tray,
                None => {
                    draft_store::set_draft(w, (None, person), TRAY, &super::case::Values::new())?
                }
            };
            w.attach(&NewAttachment {
                owner: tray,
                field: SHEET.to_owned(),
                name: sheet.name,
                size: sheet.size,
                digest: sheet.digest,
                kind: sheet.kind,
                person,
                person_name: acting.signature.name.clone(),
            })
        })
    }

    /// Takes a photograph out of the tray: it was filed, or is not wanted.
    pub fn take_from_tray(
        &self,
        store: &Store,
        stamp: Stamp,
        (acting, photo): (&Acting, Id),
    ) -> Result<()> {
        if !self.tray(store, acting)?.iter().any(|f| f.id == photo) {
            return Err(Error::NotFound);
        }
        store.write(photo.shelf(), stamp, move |w| {
            w.quiet("扫描件是自己的，不影响各类清单");
            w.remove_attachment(photo)
        })?;
        Ok(())
    }
}

fn tray_of(db: &impl crate::store::Query, acting: &Acting) -> Result<Option<Id>> {
    let all = draft_store::list_drafts(db, acting.viewer.person)?;
    Ok(all.into_iter().find(|d| d.procedure == TRAY).map(|d| d.id))
}
