//! Rows onto pages: what is kept together, what begins a page, what falls away at its head, and 版记 at the end.
//! Not here: what the rows are. Invariant: no row leaves the text block but one higher than it.

use super::grid::{self, BOTTOM, HEIGHT, PITCH, TOP};
use super::row::{Row, lowered};
use crate::layout::page::{Element, Page, Place};

/// Rounding of sums of heights, mm.
const HAIR: f64 = 1e-6;

/// Pages as they fill.
pub struct Flow {
    pub pages: Vec<Page>,
    pub places: Vec<Place>,
    /// From here on pages carry no number: a blank one and 版记 behind it §7.5.
    pub unnumbered: Option<usize>,
    /// Where the page's lines begin, and where the next row goes.
    origin: f64,
    y: f64,
}

impl Flow {
    /// Page one, its rows beginning at `top`.
    #[must_use]
    pub fn new(top: f64) -> Self {
        Self {
            pages: vec![Page::default()],
            places: Vec::new(),
            unnumbered: None,
            origin: top,
            y: top,
        }
    }

    /// Sets rows, those kept together on one page where a page holds them.
    pub fn set(&mut self, rows: &[Row]) {
        let mut rest = rows;
        while !rest.is_empty() {
            let together = rest.iter().take_while(|r| r.keep).count() + 1;
            let (group, after) = rest.split_at(together.min(rest.len()));
            self.group(group);
            rest = after;
        }
    }

    fn group(&mut self, rows: &[Row]) {
        let high: f64 = rows.iter().map(|r| r.height).sum();
        // a gap alone falls away at the foot, and begins no page
        let seen = rows.iter().any(|r| !r.snap && !r.falls_away());
        let whole = seen && high + PITCH <= HEIGHT && !self.shows_no_text();
        if whole && self.end(rows) > BOTTOM + HAIR && self.y > TOP + HAIR {
            self.turn(rows.iter().find(|r| !r.blank));
        }
        for row in rows {
            self.row(row);
        }
    }

    /// Page one before any of the text stands on it: there it begins, whatever it is kept with.
    fn shows_no_text(&self) -> bool {
        self.pages.len() == 1
            && !self
                .places
                .iter()
                .any(|p| matches!(p.element, Element::Body(_)))
    }

    /// Where the page would end with these rows.
    fn end(&self, rows: &[Row]) -> f64 {
        rows.iter().fold(self.y, |y, row| {
            let from = if row.snap { self.snapped(y) } else { y };
            from + row.height
        })
    }

    /// The next of the page's lines at or below.
    fn snapped(&self, y: f64) -> f64 {
        self.origin + ((y - self.origin) / PITCH - 1e-4).ceil() * PITCH
    }

    fn row(&mut self, row: &Row) {
        let begun = self.pages.last().is_some_and(|p| !p.pieces.is_empty());
        if row.fresh && begun {
            self.turn(None);
        }
        if row.snap {
            self.y = self.snapped(self.y);
            return;
        }
        let at_head = self.y <= TOP + HAIR;
        if row.falls_away() && (at_head || self.y + row.height > BOTTOM + HAIR) {
            return;
        }
        if self.y + row.height > BOTTOM + HAIR && !at_head {
            self.turn(Some(row));
        }
        self.put(row, self.y);
        self.y += row.height;
    }

    /// A new page, begun with the head of the table that goes on there.
    fn turn(&mut self, next: Option<&Row>) {
        self.pages.push(Page::default());
        self.origin = TOP;
        self.y = TOP;
        if let Some(head) = next.and_then(|r| r.head.as_deref()) {
            self.put(head, TOP);
            self.y += head.height;
        }
    }

    fn put(&mut self, row: &Row, top: f64) {
        let page = self.pages.len() - 1;
        for (element, (left, down, width, height)) in &row.marks {
            self.place(page, *element, (*left, top + down, *width, *height));
        }
        if let Some(last) = self.pages.last_mut() {
            last.pieces.extend(lowered(&row.pieces, top));
        }
    }

    /// Adds a place, or widens the one this element has on this page; each seal has its own.
    pub fn place(&mut self, page: usize, element: Element, at: (f64, f64, f64, f64)) {
        let same = |p: &&mut Place| p.page == page && p.element == element;
        match self.places.iter_mut().find(same) {
            Some(known) if element != Element::Seal => known.at = union(known.at, at),
            _ => self.places.push(Place { element, page, at }),
        }
    }

    /// 版记 at the foot of the last page, an even one where `even`; what it must not touch ends `clear` below the text.
    pub fn imprint(&mut self, row: &Row, even: bool, clear: f64) {
        let fits = self.y + clear + row.height <= BOTTOM + HAIR;
        let stands = |pages: usize| !even || pages.is_multiple_of(2);
        if !(fits && stands(self.pages.len())) {
            self.pages.push(Page::default());
        }
        if !stands(self.pages.len()) {
            self.unnumbered = Some(self.pages.len() - 1);
            self.pages.push(Page::default());
        }
        self.put(row, BOTTOM - row.height);
    }
}

fn union(a: (f64, f64, f64, f64), b: (f64, f64, f64, f64)) -> (f64, f64, f64, f64) {
    let (left, top) = (a.0.min(b.0), a.1.min(b.1));
    let right = (a.0 + a.2).max(b.0 + b.2);
    let bottom = (a.1 + a.3).max(b.1 + b.3);
    (left, top, right - left, bottom - top)
}

/// Whole lines between here and the block's foot.
#[must_use]
pub fn lines_below(y: f64) -> usize {
    let mut count = 0;
    while y + grid::mm(count + 1) * PITCH <= BOTTOM + HAIR {
        count += 1;
    }
    count
}
