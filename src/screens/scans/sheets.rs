//! Signed sheets among the scans: each goes to the case its printed code names. The code grants nothing:
//! the clerk must be one who enters paper there and sees the case, as `engine::paper` checks.

use super::tray::{chosen, copy, tray};
use super::{TRAY_AT, TakeScans};
use crate::engine::paper::SignedSheet;
use crate::engine::run::Acting;
use crate::inbox::scan::Page;
use crate::inbox::scan_store;
use crate::kit::{Error, Id, Result, ShelfNo, qr_read};
use crate::screens::case::files::LOOK_BYTES;
use crate::store::Stamp;
use crate::web::{Cx, Reply};

/// POST `/scans/sheets`: the chosen pages, each to its case; those without a code stay.
pub fn file(cx: &mut Cx<TakeScans>) -> Result<Reply> {
    let (acting, shelf) = tray(cx)?;
    let (mut filed, mut stay) = (0, Vec::new());
    for page in chosen(cx, shelf)? {
        match one(cx, (&acting, shelf), &page) {
            Ok(true) => filed += 1,
            Ok(false) => stay.push(page.name),
            Err(Error::NotFound | Error::Denied(_)) => stay.push(page.name),
            Err(e) => return Err(e),
        }
    }
    let mut said = format!("{filed} 份已按二维码归到原来的件");
    if !stay.is_empty() {
        let names = stay.join("、");
        said = format!(
            "{said}；{names}没有认出二维码，或者不归您办，还在这里。请打开那一件，用“录入纸质意见”上传"
        );
    }
    cx.tell(&said);
    Ok(Reply::To(TRAY_AT.into()))
}

fn one(cx: &Cx<TakeScans>, (acting, shelf): (&Acting, ShelfNo), page: &Page) -> Result<bool> {
    let blob = cx.state.store.blob(shelf, page.digest)?;
    let Some(case) = blob
        .all(LOOK_BYTES)?
        .and_then(|b| qr_read::case_in_image(&b))
    else {
        return Ok(false);
    };
    // an id in a photograph may name any shelf: nothing is written before the case was found and is his
    cx.state
        .engine
        .open(&cx.state.store, acting, (case, None))?;
    copy(cx, shelf, case.shelf(), page)?;
    let sheet = SignedSheet {
        name: page.name.clone(),
        size: page.size,
        digest: page.digest,
        kind: page.kind.clone(),
    };
    let stamp = || Stamp {
        op: String::new(),
        ..cx.permit.stamp_on(case)
    };
    let store = &cx.state.store;
    cx.state
        .engine
        .file_sheet(store, stamp(), acting, (case, sheet))?;
    taken(cx, (acting, shelf), (page.id, case), stamp())?;
    Ok(true)
}

fn taken(
    cx: &Cx<TakeScans>,
    (acting, shelf): (&Acting, ShelfNo),
    (page, case): (Id, Id),
    stamp: Stamp,
) -> Result<()> {
    let who = (acting.viewer.person, acting.signature.name.clone());
    cx.state.store.write(shelf, stamp, move |w| {
        w.quiet("签批单已归还到事项");
        scan_store::set_taken(w, page, case, (who.0, &who.1))
    })?;
    Ok(())
}
