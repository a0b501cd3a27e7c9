//! A seal drawn for the screen, and a document laid out with the seal where the standard puts it, moved by what the keeper
//! typed. Not here: who may (`apply`), what is signed and kept (`applying`).
//! Invariant: what is previewed and what is sealed come from the same lines here.

use super::SealRow;
use super::seal_store::find_image;
use crate::engine::official;
use crate::engine::view::CaseView;
use crate::kit::{Error, Result, Zone, picture_seal};
use crate::layout::font::{Face, Fonts, outline};
use crate::layout::page::{Element, PAPER, Pages, Piece, Place};
use crate::layout::seal::{self, Art, Seal};
use crate::layout::set::lay_out;
use crate::store::{Query, Store};
use crate::ui::official::{self as sheets, Over};
use crate::ui::{Markup, html};
use crate::web::State;
use std::sync::Arc;

/// mm: how far the keeper may move it from the standard's place.
pub(super) const FARTHEST: f64 = 15.0;
/// The code's left upper corner and side, mm: under the text block, beside no page number.
const CODE: ((f64, f64), f64) = ((28.0, 272.0), 16.0);

/// Fonts of this PC.
pub(super) fn fonts(state: &State) -> Arc<Fonts> {
    state.fonts.clone()
}

/// What a seal looks like.
pub(super) fn seal_of(hub: &impl Query, row: &SealRow) -> Result<Seal> {
    let art = match find_image(hub, row.id)? {
        Some(png) => Art::Picture {
            ratio: picture_seal::ratio(&png).unwrap_or(1.0),
            bytes: png.into(),
        },
        None => Art::Drawn {
            legend: row.legend.clone(),
            under: row.under.clone(),
        },
    };
    Ok(Seal {
        art,
        width: row.width as f64 / 10.0,
        sample: row.sample,
    })
}

fn pieces(seal: &Seal, at: (f64, f64), fonts: &Fonts) -> Result<Vec<Piece>> {
    let songti = fonts.of(Face::Songti);
    seal.pieces(at, &|c| outline(songti?, c))
}

/// The seal by itself, a little smaller than life on most screens.
pub(super) fn seen(seal: &Seal, fonts: &Fonts) -> Result<Markup> {
    const EDGE: f64 = 2.0;
    let drawn = pieces(seal, (EDGE, EDGE), fonts)?;
    let (wide, high) = (seal.width + 2.0 * EDGE, seal.height() + 2.0 * EDGE);
    Ok(html! {
        svg.seal-one viewBox=(format!("0 0 {:.0} {:.0}", wide * 10.0, high * 10.0)) width=(format!("{wide:.0}mm"))
            height=(format!("{high:.0}mm")) role="img" aria-label="印章图样" {
            @for piece in &drawn { (sheets::drawn(piece)) }
        }
    })
}

/// A document on its pages with a seal on it.
pub(super) struct Laid {
    pub pages: Pages,
    /// From 0.
    pub page: usize,
    /// mm
    pub at: (f64, f64),
}

/// How far the keeper moves it: right and down, mm.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Shift {
    pub right: f64,
    pub down: f64,
}

/// Lays the case's document out with a seal.
pub(super) fn laid(
    (store, view, zone): (&Store, &CaseView, Zone),
    (seal, shift): (&Seal, Shift),
    fonts: &Fonts,
) -> Result<Laid> {
    let found = official::of_case(store, (&view.case, &view.procedure), &view.files, zone)?;
    let mut document =
        found.ok_or_else(|| Error::Conflict("这个事项不出公文，没有可以用印的版面".into()))?;
    document.sealed = true;
    let mut pages = lay_out(&document, fonts);
    let (page, (left, top, wide, high)) = seal::place(&pages).ok_or_else(|| {
        Error::Conflict("版面上没有署名和成文日期，找不到盖章的位置。请先补上发文字头".into())
    })?;
    let at = (
        left + (wide - seal.width) / 2.0 + shift.right,
        top + (high - seal.height()) / 2.0 + shift.down,
    );
    let on_paper = at.0 >= 0.0
        && at.1 >= 0.0
        && at.0 + seal.width <= PAPER.0
        && at.1 + seal.height() <= PAPER.1;
    if !on_paper {
        return Err(Error::invalid("right", "这样会盖到纸外面去，请少移一些"));
    }
    let drawn = pieces(seal, at, fonts)?;
    seal::put(&mut pages, page, drawn);
    // its place is taken: what draws the pages shows no empty one
    pages.places.retain(|p: &Place| p.element != Element::Seal);
    Ok(Laid { pages, page, at })
}

impl Laid {
    /// Puts the code that leads to the check on the last page.
    pub(super) fn coded(&mut self, address: &str, code: &str) -> Result<()> {
        let last = self.pages.pages.len().saturating_sub(1);
        let drawn = seal::code(address, &format!("核验码 {code}"), CODE.0, CODE.1)?;
        seal::put(&mut self.pages, last, drawn);
        Ok(())
    }

    /// For the screen.
    pub(super) fn seen(&self) -> Markup {
        sheets::pages(&self.pages, &Over::default())
    }
}
