//! Page numbers §7.5: 4号 half-width, a dash at each side, 7 mm below the text block, odd ones at the right and even ones at
//! the left. Not here: which pages there are. Invariant: a letter's first page and what follows a blank one have none.

use super::flow::Flow;
use super::grid::{self, ADVANCE, BOTTOM, LEFT, RIGHT};
use super::measure::Measure;
use super::row::{Style, run, span};
use crate::layout::document::Form;
use crate::layout::font::Face;
use crate::layout::page::Element;

/// From the block's lower edge down to the dash.
const BELOW: f64 = 7.0;

const STYLE: Style = Style::of(Face::Songti, grid::SMALL);

/// Numbers the pages.
pub fn numbered(measure: &Measure<'_>, form: Form, flow: &mut Flow) {
    let (dash, _) = measure.ink(STYLE.face, "—");
    let size = grid::em(STYLE.points);
    let baseline = BOTTOM + BELOW + dash * size;
    for page in 0..flow.pages.len() {
        let blank = flow.unnumbered.is_some_and(|from| page >= from);
        if blank || (form == Form::Letter && page == 0) {
            continue;
        }
        let text = format!("— {} —", page + 1);
        let wide = measure.width(&text, STYLE.face, STYLE.points);
        let odd = page.is_multiple_of(2);
        let x = if odd {
            RIGHT - ADVANCE - wide
        } else {
            LEFT + ADVANCE
        };
        let pieces = run(measure, &text, (x, baseline), STYLE);
        let (left, right) = span(&pieces);
        let at = (left, BOTTOM + BELOW, right - left, size);
        flow.place(page, Element::PageNumber, at);
        if let Some(page) = flow.pages.get_mut(page) {
            page.pieces.extend(pieces);
        }
    }
}
